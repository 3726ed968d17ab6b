//! Files of text that users write by hand.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes that such a file may have at most: far more than any has, and far less than memory. A device never ends.
const AT_MOST: u64 = 1 << 20;

/// Reads the text of a file.
///
/// # Errors
/// A sentence with the name of the file, if it cannot be read, is no text in UTF-8 or is larger than a megabyte.
pub fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(AT_MOST + 1).read_to_end(&mut bytes))
        .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    if bytes.len() as u64 > AT_MOST {
        return Err(format!(
            "{} is larger than a megabyte, too large for a file written by hand",
            path.display()
        ));
    }
    String::from_utf8(bytes).map_err(|_| format!("{} is not text in UTF-8", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_never_ends_is_refused() {
        let error = read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(
            error,
            "/dev/zero is larger than a megabyte, too large for a file written by hand"
        );
    }
}
