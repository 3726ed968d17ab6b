//! The data sets that have a name, one file each.

mod digits;
mod mnist;

use crate::source::Source;

static SOURCES: [&Source; 3] = [&digits::DIGITS, &mnist::MNIST, &mnist::FASHION_MNIST];

/// Every data set that has a name, in the order they are listed.
pub fn sources() -> &'static [&'static Source] {
    &SOURCES
}

/// The names of the data sets and what they are, a line each, for `--help`.
pub fn list() -> String {
    let width = sources().iter().map(|s| s.name.len()).max().unwrap_or(0);
    let line = |s: &&Source| format!("{:width$}  {}\n", s.name, s.summary);
    sources().iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::split::TestSplit;

    #[test]
    fn the_list_has_a_line_for_each() {
        assert_eq!(
            list(),
            "digits         1797 digits, 8×8 grey, 10 classes (embedded)\n\
             mnist          70000 digits, 28×28 grey, 10 classes (11 MB to download)\n\
             fashion-mnist  70000 clothes, 28×28 grey, 10 classes (31 MB to download)\n"
        );
    }

    #[test]
    fn what_is_downloaded_makes_up_a_layout() {
        for source in sources().iter().filter(|s| !s.downloads.is_empty()) {
            let paths: HashSet<&str> = source.downloads.iter().map(|r| r.path).collect();
            assert_eq!(paths.len(), source.downloads.len(), "{}", source.name);
            let complete = source.layouts.iter().any(|layout| {
                let there = |names: &[&str]| names.iter().any(|name| paths.contains(name));
                layout.files.len() == paths.len() && layout.files.iter().all(|f| there(f.names))
            });
            assert!(complete, "{}", source.name);
        }
    }

    #[test]
    fn hashes_and_addresses_are_well_formed() {
        for remote in sources().iter().flat_map(|s| s.downloads) {
            let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
            assert!(remote.sha256.len() == 64 && remote.sha256.bytes().all(hex));
            assert!(!remote.urls.is_empty() && remote.urls[0].starts_with("https://"));
            for url in remote.urls {
                assert!(url.starts_with("http") && !url.contains(char::is_whitespace));
            }
        }
    }

    #[test]
    fn names_differ_and_fractions_are_sound() {
        let names: HashSet<&str> = sources().iter().map(|s| s.name).collect();
        assert_eq!(names.len(), sources().len());
        for source in sources() {
            if let TestSplit::Fraction(f) = source.split {
                assert!(f > 0.0 && f < 1.0);
            }
        }
    }
}
