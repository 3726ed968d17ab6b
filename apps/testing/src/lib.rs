//! Shared test support of the apps: a program run in a temporary folder, and its output.

mod clusters;
pub mod onnx;
mod ranks;
pub mod wire;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub use clusters::JobScript;
#[cfg(target_os = "linux")]
pub use ranks::kill_rank;
pub use ranks::{has_ranks, mpirun};

/// A temporary working folder, and the program that runs there.
pub struct Place {
    folder: tempfile::TempDir,
    program: &'static str,
}

impl Place {
    /// Creates a folder for this program.
    pub fn of(program: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, program }
    }

    /// Path of the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Joins a path to the folder.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file, and the folders that it lies in.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Runs the program here.
    pub fn run(&self, line: &[&str]) -> Done {
        Done::by(&mut self.command(line))
    }

    /// Runs the program and returns its JSON output; standard error must be empty.
    #[track_caller]
    pub fn json(&self, line: &[&str]) -> Value {
        let done = self.run(&[line, &["--quiet", "--json"]].concat()).fine();
        assert_eq!(done.err, "");
        done.json()
    }

    /// The program with these flags, in this folder, untouched by the tester's environment but for the instruction set:
    /// what is computed in the test is compared with what the program computes.
    pub fn command(&self, line: &[&str]) -> Command {
        self.of_program(self.program, line)
    }

    /// Another program, the same way.
    fn of_program(&self, program: &str, line: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(line).current_dir(self.path());
        for name in ["GRADUS_DATA", "RUST_BACKTRACE"]
            .iter()
            .chain(&clusters::VARIABLES)
            .chain(&ranks::VARIABLES)
        {
            command.env_remove(name);
        }
        command.env("XDG_CACHE_HOME", self.join("cache"));
        command
    }

    /// Counts the `metrics.json` files below this folder.
    pub fn finished_runs(&self) -> usize {
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

    /// Runs the program in a folder that no test leaves, where the others find what it made.
    pub fn keep(program: &'static str, run: &Path) -> PathBuf {
        let flags = ["--quiet", "--force", "--out", run.to_str().unwrap()];
        Self::of(program).run(&flags).fine();
        run.to_owned()
    }
}

/// Result of a program.
#[derive(Debug)]
pub struct Done {
    /// Exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Done {
    /// From the process.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Of a command that is run to its end.
    #[track_caller]
    pub fn by(command: &mut Command) -> Self {
        Self::of(command.output().unwrap())
    }

    /// Asserts exit code 0.
    #[track_caller]
    pub fn fine(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Asserts exactly one sentence on standard error with these parts, and nothing on standard output.
    #[track_caller]
    pub fn refused(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        assert!(!self.err.contains("a bug in Gradus"), "{self:?}");
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in {self:?}");
        }
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Reads a JSON file.
#[track_caller]
pub fn read_json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Reads a number.
#[track_caller]
pub fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// Asserts exactly these keys.
#[track_caller]
pub fn has_keys(value: &Value, keys: &[&str]) {
    let found: BTreeSet<_> = value.as_object().unwrap().keys().collect();
    let expected: BTreeSet<String> = keys.iter().map(|&key| key.to_owned()).collect();
    assert_eq!(found, expected.iter().collect());
}

/// Names of a folder's entries.
pub fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// The folder of real data; prints that the test was skipped if it is missing.
pub fn real_data(test: &str, missed: &str) -> Option<String> {
    let folder = std::env::var("GRADUS_DATA").ok();
    if folder.is_none() {
        say(&format!(
            "{test} was skipped: GRADUS_DATA does not name a folder with {missed} in it"
        ));
    }
    folder
}

/// A line that is shown though the test passes.
pub fn say(text: &str) {
    // What the macros print is kept from view, what is written directly is not.
    let _ = writeln!(std::io::stderr(), "{text}");
}
