//! The program, and runs to look at.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cli::flags;
use cli::training::{self, TrainingApp};
use cli::{Classify, Regress};
use serde_json::Value;
pub(crate) use testing::{Done, Place, number, read_json};

/// A folder to run the program in.
pub(crate) fn place() -> Place {
    Place::of(env!("CARGO_BIN_EXE_landscape"))
}

/// The numbers of a grid, row after row.
pub(crate) fn flat(grid: &Value) -> Vec<f64> {
    match grid {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        item => vec![number(item)],
    }
}

/// The same without what differs from call to call.
pub(crate) fn timeless(mut slice: Value) -> Value {
    assert!(slice.as_object_mut().unwrap().remove("seconds").is_some());
    slice
}

/// The loss that `eval` has for the test rows.
pub(crate) fn test_loss(run: &Path) -> f64 {
    number(&read_json(run.join("metrics.json"))["test"]["loss"])
}

/// Trains a network as `classify` does, into this folder.
pub(crate) fn classifier(out: &Path, line: &str) {
    train::<Classify>(out, line);
}

/// Trains a network as `regress` does, into this folder.
pub(crate) fn regressor(out: &Path, line: &str) {
    train::<Regress>(out, line);
}

fn train<A: TrainingApp>(out: &Path, line: &str) {
    let line = line.split_whitespace().map(str::to_owned);
    let line = line.chain([format!("--out={}", out.display()), "--quiet".to_owned()]);
    let program = std::iter::once(A::KIND.program().to_owned());
    let matches = flags::parse(training::command::<A>(), program.chain(line));
    let settings = flags::resolve(&matches.unwrap().unwrap(), A::KIND).unwrap();
    training::train::<A>(&settings).unwrap();
}

/// A run that many tests look at, trained once: iris, 4 → 16 → 8 → 3, a snapshot every second epoch.
pub(crate) fn iris() -> &'static Path {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = RUN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        classifier(
            &folder.path().join("run"),
            "--data iris --hidden 16,8 --epochs 12 --snapshots 2 --lr 0.01",
        );
        folder
    });
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| folder.path().join("run"))
}

/// The same path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
