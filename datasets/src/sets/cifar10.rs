//! CIFAR-10: 32×32 coloured images in six binary files, or in the archive of them.

mod error;

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Rows, Targets};
use sha2::{Digest, Sha256};

use crate::archive::unpack;
use crate::download::Remote;
use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::samples::Part;
use crate::source::{Contents, DataFile, Found, Layout, Source};
use crate::split::TestSplit;
pub use error::CifarError;
use error::{PIXELS, RECORD, SIDE};

/// The most records of a file, ten times what it has.
const MOST_RECORDS: u64 = 100_000;

const FILES: [&str; 6] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
    "test_batch.bin",
];
const CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];
/// The SHA-256 of the official `test_batch.bin`.
const TEST_BATCH: &str = "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b";

macro_rules! batch {
    ($file:literal) => {
        DataFile {
            names: &[
                concat!("cifar10/", $file),
                concat!("cifar-10-batches-bin/", $file),
            ],
        }
    };
}

pub(super) static CIFAR10: Source = Source {
    name: "cifar10",
    summary: "60000 images, 32×32 coloured, 10 classes (170 MB to download)",
    tasks: &[Task::Classification],
    targets: &["class"],
    origin: "A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, 2009",
    license: "none stated",
    split: TestSplit::Official,
    layouts: &[
        Layout {
            files: &[
                batch!("data_batch_1.bin"),
                batch!("data_batch_2.bin"),
                batch!("data_batch_3.bin"),
                batch!("data_batch_4.bin"),
                batch!("data_batch_5.bin"),
                batch!("test_batch.bin"),
            ],
        },
        Layout {
            files: &[DataFile {
                names: &["cifar-10-binary.tar.gz"],
            }],
        },
    ],
    downloads: &[Remote {
        path: "cifar-10-binary.tar.gz",
        bytes: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        urls: &["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"],
    }],
    read: |found, _| read(found),
};

fn read(found: &Found) -> Result<Contents, DataError> {
    let paths: Vec<PathBuf> = match found.layout {
        0 => (0..FILES.len()).map(|i| found.path(i)).collect(),
        _ => FILES.iter().map(|file| found.path(0).join(file)).collect(),
    };
    let mut unpacked = match found.layout {
        0 => Vec::new(),
        _ => unpack(&found.path(0), &FILES, MOST_RECORDS * RECORD as u64)?,
    }
    .into_iter();

    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    let mut train_rows = 0;
    let mut notes = Vec::new();
    for (i, path) in paths.iter().enumerate() {
        let batch = match unpacked.next() {
            Some(batch) => batch,
            None => fs::read(path).map_err(|source| DataError::Io {
                path: path.clone(),
                source,
            })?,
        };
        if i + 1 == paths.len() {
            train_rows = labels.len() as u32;
            if !is_official(&batch) {
                let note = "test_batch.bin is not the published one (its SHA-256 differs): \
                            results are not those of CIFAR-10 proper";
                notes.push(note.into());
            }
        }
        append(&batch, &mut pixels, &mut labels).map_err(|source| wrong(path, source))?;
    }
    let rows = labels.len() as u32;
    let part = Part {
        inputs: Rows::bytes(&[3, SIDE, SIDE], pixels),
        targets: Targets::classes(labels, CLASSES.len()),
    };
    let input = InputKind::Image {
        height: SIDE,
        width: SIDE,
        channels: 3,
    };
    Ok(Contents {
        official_test: Some(train_rows..rows),
        class_names: CLASSES.map(String::from).to_vec(),
        notes,
        ..Contents::new(part, input)
    })
}

fn append(batch: &[u8], pixels: &mut Vec<u8>, labels: &mut Vec<u32>) -> Result<(), CifarError> {
    if batch.is_empty() || !batch.len().is_multiple_of(RECORD) {
        return Err(CifarError::Size(batch.len()));
    }
    pixels.reserve(batch.len() / RECORD * PIXELS);
    for (record, bytes) in batch.chunks_exact(RECORD).enumerate() {
        let label = bytes[0];
        if usize::from(label) >= CLASSES.len() {
            return Err(CifarError::Label { record, label });
        }
        labels.push(u32::from(label));
        pixels.extend_from_slice(&bytes[1..]);
    }
    Ok(())
}

fn is_official(test_batch: &[u8]) -> bool {
    let hash = Sha256::digest(test_batch);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    hex == TEST_BATCH
}

fn wrong(path: &Path, source: CifarError) -> DataError {
    DataError::Cifar {
        path: path.into(),
        source,
    }
}
