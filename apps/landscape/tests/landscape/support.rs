//! Runs to look at, and the program started in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};
use std::sync::OnceLock;

use autograd::Real;
use clap::{Args, Command};
use common::flags::{
    self, ClassFlags, DataFlags, FolderFlags, ModelFlags, Session, TrainingFlags, suits_data,
    suits_model, to_toml,
};
use common::report::Report;
use common::run::{self, Classes, Plan, Task, Values};
use datasets::Request;
use serde::Serialize;
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

    /// Runs the program here.
    pub(crate) fn run(&self, line: &[&str]) -> Done {
        Done::of(self.command(line).output().unwrap())
    }

    /// The program with these flags, in this folder, untouched by the tester's environment, but on its instruction set: what
    /// is computed here is compared with what the program computes.
    pub(crate) fn command(&self, line: &[&str]) -> Process {
        let mut command = Process::new(env!("CARGO_BIN_EXE_landscape"));
        command.args(line).current_dir(self.path());
        for name in ["GRADUS_DATA", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.env("XDG_CACHE_HOME", self.join("cache"));
        command
    }

    /// What a slice came to.
    #[track_caller]
    pub(crate) fn slice(&self, line: &[&str]) -> Value {
        let done = self.run(&[line, &["--quiet", "--json"]].concat()).fine();
        assert_eq!(done.err, "");
        done.json()
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

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

#[track_caller]
pub(crate) fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

pub(crate) fn read_json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
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
pub(crate) fn judged(run: &Path) -> f64 {
    number(&read_json(run.join("metrics.json"))["test"]["loss"])
}

/// The flags of training.
#[derive(Args, Clone, Debug, Serialize)]
struct Training {
    #[command(flatten)]
    #[serde(flatten)]
    data: DataFlags,
    #[command(flatten)]
    #[serde(flatten)]
    model: ModelFlags,
    #[command(flatten)]
    #[serde(flatten)]
    classes: ClassFlags,
    #[command(flatten)]
    #[serde(flatten)]
    training: TrainingFlags,
    #[command(flatten)]
    #[serde(flatten)]
    folder: FolderFlags,
    #[command(flatten)]
    #[serde(flatten)]
    session: Session,
}

/// Trains a network as `classify` does, into this folder.
pub(crate) fn classifier(out: &Path, line: &str) {
    train(
        out,
        line,
        datasets::Task::Classification,
        |plan, request| {
            let head = flags::Head::Softmax;
            let task = |data: &_| Classes::of(data, head);
            match plan.training.f64 {
                true => finish::<Classes, f64>(plan, request, task),
                false => finish::<Classes, f32>(plan, request, task),
            }
        },
    );
}

/// Trains a network as `regress` does, into this folder.
pub(crate) fn regressor(out: &Path, line: &str) {
    train(out, line, datasets::Task::Regression, |plan, request| {
        finish::<Values, f32>(plan, request, Values::of);
    });
}

fn train(out: &Path, line: &str, task: datasets::Task, learn: impl FnOnce(&Plan<'_>, &Request)) {
    let command = Training::augment_args(Command::new("train").no_binary_name(true));
    let out = format!("--out={}", out.display());
    let line = line.split_whitespace().map(str::to_owned);
    let line = line.chain([out, "--quiet".to_owned()]);
    let matches = flags::parse(command, line).unwrap().unwrap();
    let suited = |s: &Training| [suits_data(&s.data.data), suits_model(s.model.model)].concat();
    let mut settings: Training = flags::resolve(&matches, suited).unwrap();
    let request = settings.data.request(task, settings.training.seed).unwrap();
    settings
        .data
        .split
        .get_or_insert(request.spec.default_split());
    let config = to_toml(&settings).unwrap();
    let plan = Plan {
        app: "test",
        data: &settings.data,
        model: &settings.model,
        training: &settings.training,
        folder: &settings.folder,
        session: &settings.session,
        config: &config,
    };
    learn(&plan, &request);
}

fn finish<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: impl FnOnce(&common::data::Data) -> Result<K, common::AppError>,
) {
    let learned = run::learn::<K, T>(plan, request, task).unwrap();
    let report = |_: &run::Learned<K, T>| Report::new("a run", "for a test");
    learned.finish(plan, Default::default(), report).unwrap();
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
