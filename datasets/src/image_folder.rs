//! A folder of images: a folder for each class, or such folders in `train`, `val` and `test`.

mod error;
mod layout;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::fingerprint::{ColumnFingerprint, Fingerprint, hex};
use crate::image::{Image, decode};
use crate::kind::InputKind;
use crate::request::RequestError;
use crate::samples::Part;
use crate::source::Contents;
use crate::{Rows, Targets};
use layout::{Folders, entries};

pub use error::ImageFolderError;
pub(crate) use layout::default_split;

/// The images of a folder: their classes and sizes, and their pixels as long as all are of one shape.
#[derive(Clone, Debug)]
pub(crate) struct RawImages {
    folder: PathBuf,
    pub(crate) files: Vec<(PathBuf, [usize; 3])>,
    pub(crate) targets: Targets,
    class_names: Vec<String>,
    official_validation: Option<Range<u32>>,
    pub(crate) official_test: Option<Range<u32>>,
    pub(crate) notes: Vec<String>,
    /// Pixels of images that are all of the first one's shape.
    pixels: Option<Rows>,
    /// The height and width asked for.
    size: Option<[usize; 2]>,
    fingerprint: Fingerprint,
}

/// Reads a folder that has a folder for each class, or has `train` with a folder for each class beside `test`, `val` or
/// both. Other usual names of these parts are known.
///
/// Classes are sorted by name, and so are the images of a class. Files of the system are passed over, and so are files
/// beside the folders of classes. What cannot be read as an image is left out and listed in a note.
///
/// `test` is another folder with classes of the same names, which becomes the test part.
///
/// # Errors
/// If a folder cannot be read, a class has no image, or there are two test parts.
pub(crate) fn read_images(
    folder: &Path,
    size: Option<[usize; 2]>,
    test: Option<&Path>,
) -> Result<RawImages, DataError> {
    let mut folders = Folders::of(folder)?;
    if let (Some(test), true) = (test, folders.has_parts()) {
        return Err(RequestError::TwoTestParts {
            test: test.display().to_string(),
            name: folder.display().to_string(),
        }
        .into());
    }
    let mut reading = Reading {
        size,
        ..Reading::default()
    };
    let class_names = reading.read_classes(&folders.train, None)?;
    let mut ends = vec![reading.files.len() as u32];
    let own = test.map(|test| {
        folders.test = Some(test.to_owned());
        reading.fingerprint(0)
    });
    for part in [&folders.validation, &folders.test].into_iter().flatten() {
        reading.read_classes(part, Some((&class_names, &folders.train)))?;
        ends.push(reading.files.len() as u32);
    }
    let (validation, test) = match (&folders.validation, &folders.test, &ends[..]) {
        (Some(_), Some(_), &[train, validation, test]) => {
            (Some(train..validation), Some(validation..test))
        }
        (_, _, &[train, test]) => (None, Some(train..test)),
        _ => (None, None),
    };
    let mut notes = folders.notes();
    notes.extend(reading.note_on_skipped(folder));
    let fingerprint = match own {
        None => reading.fingerprint(0),
        Some(own) => Fingerprint {
            test: Some(Box::new(reading.fingerprint(ends[0] as usize))),
            ..own
        },
    };
    let pixels = match reading.pixels {
        Some(pixels) if !pixels.is_empty() => Some(Rows::bytes(&reading.files[0].1, pixels)),
        _ => None,
    };
    Ok(RawImages {
        folder: folder.into(),
        targets: Targets::classes(reading.labels, class_names.len()),
        files: reading.files,
        class_names,
        official_validation: validation,
        official_test: test,
        notes,
        pixels,
        size,
        fingerprint,
    })
}

impl RawImages {
    /// The images in one shape: their own, or the size asked for, or the median of the heights and widths of the
    /// training images. They are grey if all of those are.
    ///
    /// # Errors
    /// If a file cannot be read any more, or there is no training image.
    pub(crate) fn encode(
        &self,
        train: &[u32],
        name: String,
        provenance: String,
    ) -> Result<Dataset, DataError> {
        let mut notes = self.notes.clone();
        let (rows, shape) = match &self.pixels {
            Some(pixels) => (pixels.clone(), self.files[0].1),
            None => {
                let shape = self.shape(train)?;
                notes.push(format!(
                    "images of several kinds are resized to {}{}",
                    described(shape),
                    if self.size.is_some() {
                        ""
                    } else {
                        ", the median of the training images"
                    }
                ));
                (self.resized(shape)?, shape)
            }
        };
        let [channels, height, width] = shape;
        let input = InputKind::Image {
            height,
            width,
            channels,
        };
        let part = Part {
            inputs: rows,
            targets: self.targets.clone(),
        };
        let contents = Contents {
            official_test: self.official_test.clone(),
            official_validation: self.official_validation.clone(),
            class_names: self.class_names.clone(),
            notes,
            ..Contents::new(part, input)
        };
        Ok(contents.into_dataset(name, vec!["class".into()], provenance))
    }

    fn shape(&self, train: &[u32]) -> Result<[usize; 3], DataError> {
        if train.is_empty() {
            return Err(wrong(&self.folder, ImageFolderError::NoTraining));
        }
        let median = |axis: usize| {
            let mut sizes: Vec<usize> = train
                .iter()
                .map(|&i| self.files[i as usize].1[axis])
                .collect();
            let middle = sizes.len() / 2;
            *sizes.select_nth_unstable(middle).1
        };
        let channels = train.iter().map(|&i| self.files[i as usize].1[0]).max();
        let [height, width] = self.size.unwrap_or_else(|| [median(1), median(2)]);
        Ok([channels.unwrap_or(1), height, width])
    }

    fn resized(&self, shape: [usize; 3]) -> Result<Rows, DataError> {
        let mut pixels: Vec<u8> = Vec::new();
        let size: usize = shape.iter().product();
        let room = size.checked_mul(self.files.len());
        if room.is_none_or(|room| pixels.try_reserve_exact(room).is_err()) {
            return Err(wrong(&self.folder, ImageFolderError::Memory));
        }
        for (path, _) in &self.files {
            let file = fs::read(path).map_err(|source| DataError::io(path, source))?;
            let image = decode(&file).map_err(|e| wrong(path, e.into()))?;
            pixels.extend(image.fitted(shape).pixels);
        }
        Ok(Rows::bytes(&shape, pixels))
    }

    /// Hashes of the images as they were decoded.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint.clone()
    }
}

/// Images read so far.
#[derive(Default)]
struct Reading {
    size: Option<[usize; 2]>,
    files: Vec<(PathBuf, [usize; 3])>,
    labels: Vec<u32>,
    /// As long as all images are of one shape.
    pixels: Option<Vec<u8>>,
    hash: Sha256,
    /// Files that are no images, and why.
    skipped: Vec<(PathBuf, String)>,
}

impl Reading {
    /// The hash of the images since the last one; the first of them is the so manyth.
    fn fingerprint(&mut self, first: usize) -> Fingerprint {
        Fingerprint {
            rows: self.files.len() - first,
            columns: vec![ColumnFingerprint {
                name: "images".into(),
                kind: "images and classes".into(),
                sha256: hex(std::mem::take(&mut self.hash)),
            }],
            test: None,
        }
    }

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
            return Err(wrong(folder, ImageFolderError::Classes(names.len())));
        }
        for (i, name) in names.iter().enumerate() {
            let class = folder.join(name);
            let label = match known {
                None => i,
                Some((known, train)) => match known.iter().position(|k| k == name) {
                    Some(label) => label,
                    None => return Err(wrong(&class, ImageFolderError::OtherClass(train.into()))),
                },
            };
            self.read_class(&class, name, label as u32)?;
        }
        Ok(names)
    }

    fn read_class(&mut self, class: &Path, name: &str, label: u32) -> Result<(), DataError> {
        let paths: Vec<PathBuf> = entries(class)?
            .into_iter()
            .map(|file| class.join(file))
            .collect();
        let (before, skipped) = (self.files.len(), self.skipped.len());
        for path in &paths {
            if path.is_dir() {
                self.skipped.push((path.clone(), "is a folder".into()));
                continue;
            }
            let file = fs::read(path).map_err(|source| DataError::io(path, source))?;
            match decode(&file) {
                Ok(image) => self.keep(image, path, name, label)?,
                Err(e) => self.skipped.push((path.clone(), e.to_string())),
            }
        }
        if self.files.len() > before {
            return Ok(());
        }
        Err(wrong(
            class,
            match self.skipped.get(skipped) {
                None => ImageFolderError::NoImages,
                Some(_) if paths.iter().all(|path| path.is_dir()) => ImageFolderError::Nested,
                Some((path, why)) => {
                    let file = path.file_name().unwrap_or_default().to_string_lossy();
                    ImageFolderError::NoneReadable(format!("{file} {why}"))
                }
            },
        ))
    }

    fn keep(
        &mut self,
        mut image: Image,
        path: &Path,
        name: &str,
        label: u32,
    ) -> Result<(), DataError> {
        if self.labels.len() >= u32::MAX as usize {
            return Err(wrong(path, ImageFolderError::Count));
        }
        self.hash.update(name);
        for part in image.shape {
            self.hash.update((part as u64).to_le_bytes());
        }
        self.hash.update(&image.pixels);
        if let Some([height, width]) = self.size {
            let channels = image.shape[0];
            image = image.fitted([channels, height, width]);
        }
        match self.files.first() {
            None => self.pixels = Some(Vec::new()),
            Some((_, first)) if *first != image.shape => self.pixels = None,
            Some(_) => {}
        }
        if let Some(pixels) = &mut self.pixels {
            if pixels.try_reserve(image.pixels.len()).is_err() {
                return Err(wrong(path, ImageFolderError::Memory));
            }
            pixels.extend_from_slice(&image.pixels);
        }
        self.files.push((path.into(), image.shape));
        self.labels.push(label);
        Ok(())
    }

    fn note_on_skipped(&self, folder: &Path) -> Option<String> {
        const LISTED: usize = 10;
        let said = |(path, why): &(PathBuf, String)| {
            let path = path.strip_prefix(folder).unwrap_or(path);
            format!("{} {why}", path.display())
        };
        let count = self.skipped.len();
        let mut listed: Vec<String> = self.skipped.iter().take(LISTED).map(said).collect();
        if count > LISTED {
            listed.push(format!("and {} more", count - LISTED));
        }
        let files = if count == 1 { "file is" } else { "files are" };
        (count > 0).then(|| format!("{count} {files} left out: {}", listed.join("; ")))
    }
}

fn described([channels, height, width]: [usize; 3]) -> String {
    let kind = if channels == 1 { "grey" } else { "coloured" };
    format!("{width} by {height} pixels, {kind}")
}

fn wrong(path: &Path, source: ImageFolderError) -> DataError {
    DataError::Image {
        path: path.into(),
        source,
    }
}
