//! Files that are whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a file is safe from when the writing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safe {
    /// The end of the process, however it comes.
    FromKilling,
    /// The loss of power too: the disk is waited for, which takes milliseconds.
    FromPowerLoss,
}

/// Writes a file beside its place and renames it into place. A reader sees the old content or the new, whatever
/// interrupts.
pub(crate) fn write_aside(path: &Path, bytes: &[u8], safe: Safe) -> io::Result<()> {
    /// Keeps two threads that write the same file apart.
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this is not a file name"))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let unique = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut aside = std::ffi::OsString::from(".");
    aside.push(name);
    aside.push(format!(".{}-{unique}.tmp", std::process::id()));
    let aside = folder.join(aside);
    let written = write_new(&aside, bytes, safe).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        // The error to report is the first one; what is left behind is only untidy.
        let _ = fs::remove_file(&aside);
    }
    written?;
    // The name is on the disk once the folder is. Not every system lets a folder be opened.
    if safe == Safe::FromPowerLoss
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Creates a file with this content.
fn write_new(path: &Path, bytes: &[u8], safe: Safe) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    match safe {
        Safe::FromKilling => Ok(()),
        Safe::FromPowerLoss => file.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_replaces_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        write_aside(&path, b"one", Safe::FromPowerLoss).unwrap();
        write_aside(&path, b"two", Safe::FromKilling).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        // A folder cannot be replaced by a file.
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        assert!(write_aside(&taken, b"x", Safe::FromKilling).is_err());
        assert!(write_aside(&folder.path().join("none/a.bin"), b"x", Safe::FromKilling).is_err());
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["a.bin", "taken"]);
    }
}
