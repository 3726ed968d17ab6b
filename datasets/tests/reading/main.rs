//! Files as people have them.

mod columns;
mod csv;
mod description;
mod encoder;
mod fingerprints;
mod folders;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;
mod test_files;
mod weights;

use std::fs;
use std::path::{Path, PathBuf};

use datasets::{DataError, RawData, ReadOptions, Request, Resolver, Targets, Task};
use tempfile::TempDir;

/// A folder for the files of a test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn request(kind: &str, path: &Path, task: Task, options: ReadOptions) -> Request {
    Request {
        options,
        ..Request::new(format!("{kind}:{}", path.display()).parse().unwrap(), task)
    }
}

/// A table, read with options.
fn table_with(
    bytes: impl AsRef<[u8]>,
    task: Task,
    options: ReadOptions,
) -> Result<RawData, DataError> {
    let files = Files::new();
    let path = files.write("a.csv", bytes);
    datasets::read(&request("csv", &path, task, options), &Resolver::default())
}

fn numbers(bytes: impl AsRef<[u8]>) -> RawData {
    table_with(bytes, Task::Regression, ReadOptions::default()).unwrap()
}

fn classes(bytes: impl AsRef<[u8]>) -> RawData {
    table_with(bytes, Task::Classification, ReadOptions::default()).unwrap()
}

/// What is said about a table, without the name of the file.
fn refused(bytes: impl AsRef<[u8]>, task: Task) -> String {
    let said = match table_with(bytes, task, ReadOptions::default()) {
        Err(e) => e.to_string(),
        Ok(raw) => panic!("it is read: {:?}", raw.description()),
    };
    let (_, said) = said.split_once("a.csv ").unwrap();
    said.to_owned()
}

/// The rows as a network takes them, encoded by all of them.
fn rows(raw: &RawData) -> Vec<Vec<f64>> {
    let all: Vec<u32> = (0..raw.len() as u32).collect();
    let (set, _) = raw.encode(&all).unwrap();
    (0..set.len()).map(|i| set.part.inputs.row(i)).collect()
}

fn targets(raw: &RawData) -> Vec<f64> {
    match raw.targets().unweighted() {
        Targets::Values(values) => (0..values.len()).map(|i| values.row(i)[0]).collect(),
        Targets::Classes { labels, .. } => labels.iter().map(|&l| f64::from(l)).collect(),
        Targets::Weighted(_) => panic!("unweighted targets have no weights"),
    }
}

fn class_names(raw: &RawData) -> Vec<String> {
    raw.encode(&[0, 1]).unwrap().0.class_names
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}
