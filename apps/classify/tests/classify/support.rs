//! The program, and a run that many tests look at.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub(crate) use testing::{Done, Place, names, number, read_json, say};

const PROGRAM: &str = env!("CARGO_BIN_EXE_classify");

/// A folder to run the program in.
pub(crate) fn place() -> Place {
    Place::of(PROGRAM)
}

/// A run with the defaults, made once for all tests that look at one.
pub(crate) fn usual_run() -> &'static Path {
    static RUN: OnceLock<PathBuf> = OnceLock::new();
    RUN.get_or_init(|| {
        Place::keep(
            PROGRAM,
            &Path::new(env!("CARGO_TARGET_TMPDIR")).join("usual-run"),
        )
    })
}

/// The folder with MNIST in it, or a word that the test was skipped.
pub(crate) fn mnist(test: &str) -> Option<String> {
    testing::real_data(test, "MNIST")
}
