//! A folder of pictures: a folder for each class, all pictures of one size.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Rows, Targets};

use crate::error::DataError;
use crate::kind::InputKind;
use crate::picture::{Picture, Undecodable, decode};
use crate::samples::Part;
use crate::source::Contents;
use crate::split::TestSplit;

/// What is wrong with a folder of pictures; each reads on after the name of the file or folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// There are not two classes.
    #[error("has {0} folders; it should have one for each class, and at least two")]
    Classes(usize),
    /// A class has no picture.
    #[error("is the folder of a class and holds no picture")]
    NoPictures,
    /// A class is not in the training part.
    #[error("is the folder of a class that {0} does not have")]
    OtherClass(PathBuf),
    /// It cannot be decoded.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// It differs from the first picture.
    #[error("is {found}, and {first} is {expected}; all pictures must be of one size and kind", first = first.display())]
    Differs {
        /// What it is.
        found: String,
        /// The first picture.
        first: PathBuf,
        /// What that is.
        expected: String,
    },
    /// There is no room for all of them.
    #[error("is one picture more than there is memory for")]
    Memory,
    /// There are more than can be counted.
    #[error("is one picture more than can be counted")]
    Count,
}

/// Reads a folder that has a folder for each class, or has `train` and `test` with a folder for each class.
///
/// Classes are sorted by name, and so are the pictures of a class. Names that begin with a dot are passed over, and so are
/// files beside the folders of classes.
///
/// # Errors
/// If something cannot be read, a class has no picture, a file is no picture, or two pictures differ in size or colours.
pub(crate) fn read_pictures(folder: &Path) -> Result<Contents, DataError> {
    let mut reading = Reading::default();
    let mut official_test = None;
    let class_names;
    if let Some([train, test]) = official_parts(folder)? {
        class_names = reading.read_classes(&train, None)?;
        let train_rows = reading.labels.len() as u32;
        reading.read_classes(&test, Some((&class_names, &train)))?;
        official_test = Some(train_rows..reading.labels.len() as u32);
    } else {
        class_names = reading.read_classes(folder, None)?;
    }
    let Some((_, shape)) = reading.first else {
        return Err(wrong(folder, PictureError::NoPictures));
    };
    let [channels, height, width] = shape;
    let part = Part {
        inputs: Rows::bytes(&shape, reading.pixels),
        targets: Targets::classes(reading.labels, class_names.len()),
    };
    let input = InputKind::Image {
        height,
        width,
        channels,
    };
    Ok(Contents {
        official_test,
        class_names,
        ..Contents::new(part, input)
    })
}

/// Whether the folder has an official test part; what cannot be read has none.
pub(crate) fn default_split(folder: &Path) -> TestSplit {
    match official_parts(folder) {
        Ok(Some(_)) => TestSplit::Official,
        _ => TestSplit::Fraction(0.2),
    }
}

/// The folders `train` and `test`, if there are no others.
fn official_parts(folder: &Path) -> Result<Option<[PathBuf; 2]>, DataError> {
    let names: Vec<String> = entries(folder)?
        .into_iter()
        .filter(|name| folder.join(name).is_dir())
        .collect();
    let official = names == ["test", "train"];
    Ok(official.then(|| [folder.join("train"), folder.join("test")]))
}

/// Pictures read so far.
#[derive(Default)]
struct Reading {
    pixels: Vec<u8>,
    labels: Vec<u32>,
    /// The first picture and its shape, which all others must have.
    first: Option<(PathBuf, [usize; 3])>,
}

impl Reading {
    /// Reads the folder of each class and returns their names; only those of `known` may be there, if it is given.
    fn read_classes(
        &mut self,
        folder: &Path,
        known: Option<(&[String], &Path)>,
    ) -> Result<Vec<String>, DataError> {
        let names: Vec<String> = entries(folder)?
            .into_iter()
            .filter(|name| folder.join(name).is_dir())
            .collect();
        if names.is_empty() || (known.is_none() && names.len() < 2) {
            return Err(wrong(folder, PictureError::Classes(names.len())));
        }
        for (i, name) in names.iter().enumerate() {
            let class = folder.join(name);
            let label = match known {
                None => i,
                Some((known, train)) => match known.iter().position(|k| k == name) {
                    Some(label) => label,
                    None => return Err(wrong(&class, PictureError::OtherClass(train.into()))),
                },
            };
            let files = entries(&class)?;
            if files.is_empty() {
                return Err(wrong(&class, PictureError::NoPictures));
            }
            for file in files {
                self.read(&class.join(file), label as u32)?;
            }
        }
        Ok(names)
    }

    fn read(&mut self, path: &Path, label: u32) -> Result<(), DataError> {
        let file = fs::read(path).map_err(|source| cannot_read(path, source))?;
        let picture = decode(&file).map_err(|e| wrong(path, e.into()))?;
        match &self.first {
            None => self.first = Some((path.into(), picture.shape)),
            Some((_, shape)) if *shape == picture.shape => {}
            Some((first, shape)) => {
                let differs = PictureError::Differs {
                    found: described(picture.shape),
                    first: first.clone(),
                    expected: described(*shape),
                };
                return Err(wrong(path, differs));
            }
        }
        self.keep(picture, label).map_err(|e| wrong(path, e))
    }

    fn keep(&mut self, picture: Picture, label: u32) -> Result<(), PictureError> {
        if self.labels.len() >= u32::MAX as usize {
            return Err(PictureError::Count);
        }
        if self.pixels.try_reserve(picture.pixels.len()).is_err() {
            return Err(PictureError::Memory);
        }
        self.pixels.extend_from_slice(&picture.pixels);
        self.labels.push(label);
        Ok(())
    }
}

fn described([channels, height, width]: [usize; 3]) -> String {
    let kind = if channels == 1 { "grey" } else { "coloured" };
    format!("{width} by {height} pixels, {kind}")
}

/// The names in a folder, sorted, without those that begin with a dot.
fn entries(folder: &Path) -> Result<Vec<String>, DataError> {
    let cannot_read = |source| cannot_read(folder, source);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot_read)? {
        let name = entry.map_err(cannot_read)?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') {
            names.push(name.into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn cannot_read(path: &Path, source: std::io::Error) -> DataError {
    DataError::Io {
        path: path.into(),
        source,
    }
}

fn wrong(path: &Path, source: PictureError) -> DataError {
    DataError::Picture {
        path: path.into(),
        source,
    }
}
