//! Folders of parts, and what operating systems leave in folders.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ImageFolderError, wrong};
use crate::error::DataError;
use crate::split::TestSplit;

/// The names that parts go by, in small letters.
const TRAIN: &[&str] = &["train", "training", "train_set", "trainset"];
const VALIDATION: &[&str] = &["val", "valid", "validation", "dev"];
const TEST: &[&str] = &["test", "testing", "test_set", "testset"];

/// The names of files and folders that are no data, beside those that begin with a dot.
const OF_THE_SYSTEM: [&str; 9] = [
    "thumbs.db",
    "ehthumbs.db",
    "ehthumbs_vista.db",
    "desktop.ini",
    "__macosx",
    "$recycle.bin",
    "system volume information",
    "@eadir",
    "icon\r",
];

/// The folders that hold classes.
#[derive(Debug)]
pub(super) struct Folders {
    pub(super) train: PathBuf,
    pub(super) validation: Option<PathBuf>,
    pub(super) test: Option<PathBuf>,
}

impl Folders {
    /// The parts in a folder, if there is nothing but parts in it; else it is itself what is trained on.
    pub(super) fn of(folder: &Path) -> Result<Self, DataError> {
        let whole = Self {
            train: folder.into(),
            validation: None,
            test: None,
        };
        let mut parts: [Option<PathBuf>; 3] = [None, None, None];
        for name in entries(folder)? {
            let path = folder.join(&name);
            if !path.is_dir() {
                continue;
            }
            let small = name.to_lowercase();
            let part = [TRAIN, VALIDATION, TEST]
                .iter()
                .position(|names| names.contains(&small.as_str()));
            match part.map(|part| &mut parts[part]) {
                Some(part @ None) => *part = Some(path),
                _ => return Ok(whole),
            }
        }
        let [Some(train), validation, test] = parts else {
            return Ok(whole);
        };
        Ok(Self {
            train,
            validation,
            test,
        })
    }

    /// Whether there is more than what is trained on.
    pub(super) fn has_parts(&self) -> bool {
        self.validation.is_some() || self.test.is_some()
    }

    /// Sentences on what the parts are used for.
    pub(super) fn notes(&self) -> Vec<String> {
        let name = |path: &PathBuf| {
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        match (&self.validation, &self.test) {
            (Some(validation), None) => {
                vec![format!(
                    "{} is the test part: there is no other",
                    name(validation)
                )]
            }
            (Some(validation), Some(test)) => vec![format!(
                "{} is the test part; {}, an official validation part, joins the samples that training and validation are drawn from",
                name(test),
                name(validation)
            )],
            _ => Vec::new(),
        }
    }
}

/// The split that a folder suggests: official if it has a test part; what cannot be read has none.
pub(crate) fn default_split(folder: &Path) -> TestSplit {
    match Folders::of(folder) {
        Ok(Folders {
            validation: None,
            test: None,
            ..
        })
        | Err(_) => TestSplit::Fraction(0.2),
        Ok(_) => TestSplit::Official,
    }
}

/// Whether operating systems leave something of this name in folders.
fn is_of_the_system(name: &str) -> bool {
    name.starts_with('.') || OF_THE_SYSTEM.contains(&name.to_lowercase().as_str())
}

/// The names in a folder, sorted, without those of the system.
pub(super) fn entries(folder: &Path) -> Result<Vec<String>, DataError> {
    let cannot_read = |source| DataError::io(folder, source);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot_read)? {
        let name = entry.map_err(cannot_read)?.file_name();
        if is_of_the_system(&name.to_string_lossy()) {
            continue;
        }
        names.push(name.into_string().map_err(|name| {
            let shown = name.to_string_lossy().into_owned();
            wrong(folder, ImageFolderError::NotUnicode(shown))
        })?);
    }
    names.sort_unstable();
    Ok(names)
}
