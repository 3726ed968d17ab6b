//! A process that times workloads on demand.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use experiment::AppError;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

/// The side of the Python libraries, which comes with this program: a script and what it imports.
const SCRIPTS: &[(&str, &str)] = &[
    (ANSWER, include_str!("../../peers/answer.py")),
    ("timing.py", include_str!("../../peers/timing.py")),
    ("workloads.py", include_str!("../../peers/workloads.py")),
    ("on_torch.py", include_str!("../../peers/on_torch.py")),
    ("on_jax.py", include_str!("../../peers/on_jax.py")),
    ("on_sklearn.py", include_str!("../../peers/on_sklearn.py")),
];
/// The script that is run.
const ANSWER: &str = "answer.py";

/// The scripts in a folder that lasts as long as its handle.
pub(super) fn scripts() -> Result<TempDir, AppError> {
    let failed =
        |e| AppError::while_doing("cannot write the peers' scripts to a temporary folder", e);
    let folder = tempfile::tempdir().map_err(failed)?;
    for (name, text) in SCRIPTS {
        fs::write(folder.path().join(name), text).map_err(failed)?;
    }
    Ok(folder)
}

/// The first line of a process.
#[derive(Serialize, Deserialize)]
pub(super) struct Greeting {
    /// Who it is, with the version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) version: String,
    /// Threads in use, as the library says.
    #[serde(default)]
    pub(super) threads: usize,
    /// Why it cannot take part.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    missing: String,
}

impl Greeting {
    pub(super) fn of(version: String, threads: usize) -> Self {
        Self {
            version,
            threads,
            missing: String::new(),
        }
    }

    pub(super) fn json(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(AppError::failure)
    }

    /// The version and the threads, in words.
    pub(super) fn in_words(&self) -> String {
        let plural = if self.threads == 1 { "" } else { "s" };
        format!("{}, {} thread{plural}", self.version, self.threads)
    }
}

/// What a process answers about a workload that it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Answer {
    /// Microseconds a step in one repetition.
    pub(super) us: f64,
    /// The way in which the library is used, the fastest of those that it tried.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) setting: String,
}

/// A process that is asked for times, and ended when this is dropped.
pub(super) struct Process {
    name: String,
    /// Who it is, with version and threads.
    pub(super) about: String,
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// This program again.
    pub(super) fn ours(threads: usize) -> Result<Self, AppError> {
        let program = std::env::current_exe()
            .map_err(|e| AppError::while_doing("cannot find this program's own file", e))?;
        let mut command = Command::new(program);
        command
            .arg("--answer")
            .args(["--threads", &threads.to_string()]);
        Self::start("Gradus", command)
    }

    /// A library in a Python interpreter. A [`AppError::Failure`] says why it cannot take part.
    pub(super) fn in_python(
        python: &Path,
        scripts: &Path,
        library: &str,
        threads: usize,
    ) -> Result<Self, AppError> {
        let mut command = Command::new(python);
        command
            .arg(scripts.join(ANSWER))
            .args([library, &threads.to_string()]);
        Self::start(&format!("{library} in {}", python.display()), command)
    }

    /// A library in the program of `peers-rust`. A [`AppError::Failure`] says why it cannot take part.
    pub(super) fn in_rust(program: &Path, library: &str, threads: usize) -> Result<Self, AppError> {
        let mut command = Command::new(program);
        command
            .args([library, &threads.to_string()])
            .env("RAYON_NUM_THREADS", threads.to_string());
        Self::start(&format!("{library} in {}", program.display()), command)
    }

    fn start(name: &str, mut command: Command) -> Result<Self, AppError> {
        let failed = |e| AppError::while_doing(format_args!("cannot start {name}"), e);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) =
            pipes.ok_or_else(|| AppError::Failure(format!("{name} has no pipes")))?;
        let mut process = Self {
            name: name.to_owned(),
            about: String::new(),
            child,
            questions,
            answers: BufReader::new(answers),
        };
        let greeting: Greeting = process.line()?;
        if !greeting.missing.is_empty() {
            return Err(AppError::Failure(format!(
                "without {name}: {}",
                greeting.missing
            )));
        }
        process.about = greeting.in_words();
        Ok(process)
    }

    /// The time of one repetition; `None` if it does not run this workload.
    pub(super) fn ask(&mut self, workload: &str) -> Result<Option<Answer>, AppError> {
        writeln!(self.questions, "{workload}")
            .and_then(|()| self.questions.flush())
            .map_err(|e| AppError::while_doing(format_args!("cannot ask {}", self.name), e))?;
        self.line()
    }

    fn line<T: for<'a> Deserialize<'a>>(&mut self) -> Result<T, AppError> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        match read {
            Ok(0) => Err(AppError::Failure(format!("{} ended early", self.name))),
            Ok(_) => serde_json::from_str(&line).map_err(|e| {
                AppError::while_doing(format_args!("cannot read an answer of {}", self.name), e)
            }),
            Err(e) => Err(AppError::while_doing(
                format_args!("cannot parse an answer of {}", self.name),
                e,
            )),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has nothing to lose. If it has ended already, there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell in place of a peer.
    fn shell(text: &str) -> Result<Process, AppError> {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        Process::start("a shell", command)
    }

    #[test]
    fn times_are_asked_for_by_name() {
        let mut process = shell(
            r#"echo '{"version":"sh 1","threads":2}'
            while read name; do case $name in
                a) echo '{"us":1.5,"setting":"plain"}';;
                b) echo '{"us":2}';;
                *) echo null;;
            esac; done"#,
        )
        .unwrap();
        assert_eq!(process.about, "sh 1, 2 threads");
        let answer = |us, setting: &str| Answer {
            us,
            setting: setting.into(),
        };
        assert_eq!(process.ask("a"), Ok(Some(answer(1.5, "plain"))));
        assert_eq!(process.ask("b"), Ok(Some(answer(2.0, ""))));
        assert_eq!(process.ask("c"), Ok(None));
    }

    /// Every file that one of the scripts imports comes with them.
    #[test]
    fn the_scripts_are_complete() {
        let folder = scripts().unwrap();
        for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/peers")).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|e| e == "py") {
                let copy = folder.path().join(file.file_name().unwrap());
                assert_eq!(fs::read(&file).unwrap(), fs::read(copy).unwrap());
            }
        }
    }

    #[test]
    fn who_cannot_take_part_says_why() {
        let refused = shell(r#"echo '{"missing":"it is not installed"}'"#).err();
        let why = "without a shell: it is not installed".to_owned();
        assert_eq!(refused, Some(AppError::Failure(why)));
        let silent = shell("true").err();
        assert_eq!(
            silent,
            Some(AppError::Failure("a shell ended early".into()))
        );
    }
}
