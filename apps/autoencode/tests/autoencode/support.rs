//! Running the program in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// A working folder that goes away with the test.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Runs the program here.
    pub(crate) fn run(&self, line: &[&str]) -> Done {
        Done::of(self.command(line).output().unwrap())
    }

    /// The program with these flags, in this folder, untouched by the tester's environment, but on its instruction set: what
    /// is computed here is compared with what the program computes.
    pub(crate) fn command(&self, line: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_autoencode"));
        command.args(line).current_dir(self.path());
        for name in ["GRADUS_DATA", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.env("XDG_CACHE_HOME", self.join("cache"));
        command
    }

    /// Every `metrics.json` below this folder.
    pub(crate) fn finished_runs(&self) -> usize {
        fn count(folder: &Path) -> usize {
            let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
            entries
                .map(|path| match path.is_dir() {
                    true => count(&path),
                    false => usize::from(path.ends_with("metrics.json")),
                })
                .sum()
        }
        count(self.path())
    }
}

/// What the program left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn fine(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Exactly one sentence on standard error, which has these parts, and nothing on standard output.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        assert!(!self.err.contains("a bug in Gradus"), "{self:?}");
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in {self:?}");
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

pub(crate) fn read_json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// A run with the defaults, made once for all tests that look at one.
pub(crate) fn usual_run() -> &'static Path {
    static RUN: OnceLock<PathBuf> = OnceLock::new();
    RUN.get_or_init(|| {
        let run = Path::new(env!("CARGO_TARGET_TMPDIR")).join("usual-run");
        let place = Place::new();
        place
            .run(&["--quiet", "--force", "--out", run.to_str().unwrap()])
            .fine();
        run
    })
}

/// The folder with MNIST in it, or a word that the test was skipped.
pub(crate) fn mnist(test: &str) -> Option<String> {
    let folder = std::env::var("GRADUS_DATA").ok();
    if folder.is_none() {
        say(&format!(
            "{test} was skipped: GRADUS_DATA does not name a folder with MNIST in it"
        ));
    }
    folder
}

/// A line that is shown though the test passes.
pub(crate) fn say(text: &str) {
    // What the macros print is kept from view, what is written directly is not.
    let _ = writeln!(std::io::stderr(), "{text}");
}
