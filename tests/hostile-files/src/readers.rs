//! The readers, each from the bytes of a file. Errors are fine, so they are dropped.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

use datasets::drawing::{self, Form};
use datasets::idx::IdxFile;
use datasets::{Request, Resolver, Spec, TableText, Task};
use nn::{Adam, CrossEntropy, Model, Sequential, Trainer};
use settings::{Kind, fields, file, settle};
use tempfile::TempDir;

use crate::wrap::{gzip, workbook, zip};

/// Writes a file into a folder of this thread, and returns both: folder, file.
fn stored(name: &str, bytes: &[u8]) -> (PathBuf, PathBuf) {
    thread_local! {
        static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
    }
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("a temporary folder"));
        let path = folder.path().join(name);
        let parent = path.parent().expect("a file in the folder");
        fs::create_dir_all(parent).expect("a folder in the temporary folder");
        fs::write(&path, bytes).expect("a file in the temporary folder");
        (folder.path().to_owned(), path)
    })
}

/// Reads data of one's own, for both tasks, and encodes it, all rows being training samples.
fn own(kind: &str, name: &str, bytes: &[u8]) {
    let (_, path) = stored(name, bytes);
    let spec: Spec = format!("{kind}:{}", path.display())
        .parse()
        .expect("a name of data");
    for task in [Task::Classification, Task::Regression] {
        let request = Request::new(spec.clone(), task);
        if let Ok(raw) = datasets::read(&request, &Resolver::default()) {
            let all: Vec<u32> = (0..raw.len() as u32).collect();
            let _ = raw.encode(&all);
        }
    }
}

/// Reads a data set by its name, from this file of it.
fn named(name: &str, file: &str, bytes: &[u8]) {
    let (folder, _) = stored(file, bytes);
    let resolver = Resolver {
        data_dir: Some(folder),
        offline: true,
        ..Resolver::default()
    };
    let spec: Spec = name.parse().expect("a data set");
    let _ = datasets::load(&Request::from(spec), &resolver);
}

pub(crate) fn csv(bytes: &[u8]) {
    own("csv", "a.csv", bytes);
}

/// Without the feature `parquet` every file of this kind is refused.
pub(crate) fn parquet(bytes: &[u8]) {
    own("parquet", "a.parquet", bytes);
}

pub(crate) fn rows_to_predict(bytes: &[u8]) {
    let Ok(text) = TableText::of_bytes(Path::new("standard input"), bytes.to_vec()) else {
        return;
    };
    let columns = ["a", "b"].map(str::to_owned);
    let _ = datasets::read_inputs(&text, &columns);
    thread_local! {
        static ENCODER: OnceCell<datasets::Encoder> = const { OnceCell::new() };
    }
    ENCODER.with(|encoder| {
        let encoder = encoder.get_or_init(|| {
            let (_, path) = stored("known.csv", b"a,b,c\n1,x,0\n2,y,1\n,x,0\n4,y,1\n");
            let spec: Spec = format!("csv:{}", path.display())
                .parse()
                .expect("a name of data");
            let request = Request::new(spec, Task::Regression);
            let raw = datasets::read(&request, &Resolver::default()).expect("a table");
            let (_, encoder) = raw.encode(&[0, 1, 2, 3]).expect("a table to encode");
            encoder.expect("an encoder of a table")
        });
        let _ = encoder.read_text(&text);
    });
}

pub(crate) fn npz(bytes: &[u8]) {
    own("npz", "a.npz", bytes);
}

/// One array, in an archive that is whole.
pub(crate) fn npy(bytes: &[u8]) {
    npz(&zip([("x.npy", bytes), ("y.npy", bytes)]));
}

pub(crate) fn idx(bytes: &[u8]) {
    let (_, path) = stored("a-ubyte", bytes);
    for axes in [1, 3] {
        if let Ok(file) = IdxFile::open(&path, axes) {
            let (mut bytes, wanted) = (Vec::new(), file.payload());
            let _ = file.append_to(&mut bytes, wanted);
        }
    }
}

pub(crate) fn image(bytes: &[u8]) {
    if let Ok(image) = datasets::image::decode(bytes) {
        let _ = image.fitted([3, 16, 16]);
    }
}

pub(crate) fn drawing(bytes: &[u8]) {
    let _ = drawing::from_bytes(bytes, &Form::MNIST);
}

pub(crate) fn xls(bytes: &[u8]) {
    named("concrete", "Concrete_Data.xls", bytes);
}

pub(crate) fn xlsx(bytes: &[u8]) {
    named("energy", "ENB2012_data.xlsx", bytes);
}

/// The sheet of a workbook that is whole.
pub(crate) fn sheet(bytes: &[u8]) {
    xlsx(&workbook(bytes));
}

pub(crate) fn tgz(bytes: &[u8]) {
    named("cifar10", "cifar-10-binary.tar.gz", bytes);
}

/// An archive whose packing is whole.
pub(crate) fn tar(bytes: &[u8]) {
    tgz(&gzip(bytes));
}

/// A small classifier.
pub(crate) fn model_of_two() -> Model<f32> {
    let layers = Sequential::input([2]).linear(3).relu().linear(2);
    layers.init(0).expect("a small network")
}

/// A trainer of the small classifier.
pub(crate) fn trainer() -> Trainer<f32> {
    Trainer::new(model_of_two(), Adam::new(1e-3), CrossEntropy::new())
}

pub(crate) fn model(bytes: &[u8]) {
    let (_, path) = stored("model.safetensors", bytes);
    let _ = nn::safetensors::metadata(&path);
    let _ = nn::safetensors::load(&path, &mut model_of_two().params);
}

pub(crate) fn checkpoint(bytes: &[u8]) {
    let (_, path) = stored("state.safetensors", bytes);
    let _ = nn::checkpoint::load(&path, &mut trainer());
}

pub(crate) fn settings(bytes: &[u8]) {
    let (_, path) = stored("config.toml", bytes);
    for kind in [Kind::Classification, Kind::Regression, Kind::Reconstruction] {
        if let Ok(given) = file::read(&path, kind)
            && let Ok(settings) = settle(kind, &given)
        {
            // What is written has to be read again.
            let text = settings::to_toml(&settings);
            let again = file::parse(fields(), &path, &text, kind);
            assert!(again.is_ok(), "{:?} of {text}", again.err());
        }
    }
}

pub(crate) fn history(bytes: &[u8]) {
    let (_, path) = stored("history.jsonl", bytes);
    let _ = records::read_history(&path, usize::MAX);
    let _ = records::JsonLines::read(&path);
}
