//! The data sets that have a name.

mod california;
mod cifar10;
mod digits;
mod embedded;
mod mnist;
mod synthetic;
mod uci;

use crate::source::Source;
pub use cifar10::CifarError;
pub use synthetic::{Places, Synthetic, synthetic};

static SOURCES: [&Source; 15] = [
    &digits::DIGITS,
    &embedded::IRIS,
    &embedded::WINE,
    &embedded::BREAST_CANCER,
    &embedded::DIABETES,
    &embedded::BOSTON,
    &embedded::AUTO_MPG,
    &mnist::MNIST,
    &mnist::FASHION_MNIST,
    &cifar10::CIFAR10,
    &california::CALIFORNIA,
    &uci::WINE_QUALITY_RED,
    &uci::WINE_QUALITY_WHITE,
    &uci::ENERGY_EFFICIENCY,
    &uci::CONCRETE_STRENGTH,
];

/// Every data set that has been published under a name, in the order they are listed.
pub fn sources() -> &'static [&'static Source] {
    &SOURCES
}

/// The names of the data sets and what they are, a line each, for `--help`.
pub fn list() -> String {
    let named = sources().iter().map(|s| (s.name, s.summary));
    let made = synthetic().iter().map(|s| (s.name, s.summary));
    let own = [
        (
            "csv:FILE",
            "a table of your own, its columns named in the first line",
        ),
        (
            "parquet:FILE",
            "the same as Parquet, where that is built in (--features parquet)",
        ),
        (
            "npz:FILE",
            "arrays x and y of your own, or x_train, y_train, x_test, y_test",
        ),
        (
            "images:FOLDER",
            "images of your own, PNG or JPEG, a folder for each class",
        ),
    ];
    let lines: Vec<(&str, &str)> = named.chain(made).chain(own).collect();
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    lines
        .iter()
        .map(|(name, summary)| format!("{name:width$}  {summary}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::split::TestSplit;

    #[test]
    fn the_list_has_a_line_for_each() {
        let list = list();
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(lines.len(), sources().len() + synthetic().len() + 4);
        assert_eq!(
            lines[0],
            "digits              1797 digits, 8×8 grey, 10 classes (embedded)"
        );
        assert!(list.contains("\nrunge               y = 1/(1 + 25x²), x uniform on [-1, 1]\n"));
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
        let named = sources().iter().map(|s| s.name);
        let names: HashSet<&str> = named.chain(synthetic().iter().map(|s| s.name)).collect();
        assert_eq!(names.len(), sources().len() + synthetic().len());
        for source in sources() {
            assert!(!source.tasks.is_empty() && !source.targets.is_empty());
            if let TestSplit::Fraction(f) = source.split {
                assert!(f > 0.0 && f < 1.0);
            }
        }
    }
}
