//! The program, and a run that many tests look at.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub(crate) use testing::{Place, number, read_json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_regress");

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
            &Path::new(env!("CARGO_TARGET_TMPDIR")).join("usual-runge"),
        )
    })
}

/// The folder with real tables in it, or a word that the test was skipped.
pub(crate) fn tables(test: &str) -> Option<String> {
    testing::real_data(test, "tables")
}
