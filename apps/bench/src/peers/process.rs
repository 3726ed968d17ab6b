//! A process that times workloads on demand.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use experiment::AppError;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// The peers' side, which comes with this program.
const SCRIPT: &str = include_str!("../../peers.py");

/// The script as a file that lasts as long as its handle.
pub(super) fn script() -> Result<NamedTempFile, AppError> {
    let failed = |e| AppError::while_doing("cannot write the peers' script to a temporary file", e);
    let mut file = NamedTempFile::with_suffix(".py").map_err(failed)?;
    file.write_all(SCRIPT.as_bytes()).map_err(failed)?;
    Ok(file)
}

/// The first line of a process.
#[derive(Serialize, Deserialize)]
pub(super) struct Greeting {
    /// Who it is, with the version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    version: String,
    /// Why it cannot take part.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    missing: String,
}

impl Greeting {
    pub(super) fn of(version: String) -> Self {
        Self {
            version,
            missing: String::new(),
        }
    }

    pub(super) fn json(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(AppError::failure)
    }
}

/// A process that is asked for times, and ended when this is dropped.
pub(super) struct Process {
    name: String,
    /// Who it is, with the version.
    pub(super) version: String,
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
    pub(super) fn peer(
        python: &Path,
        script: &Path,
        library: &str,
        threads: usize,
    ) -> Result<Self, AppError> {
        let mut command = Command::new(python);
        command.arg(script).args([library, &threads.to_string()]);
        Self::start(&format!("{library} in {}", python.display()), command)
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
            version: String::new(),
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
        process.version = greeting.version;
        Ok(process)
    }

    /// Microseconds a step in one repetition; `None` if it does not run this workload.
    pub(super) fn ask(&mut self, workload: &str) -> Result<Option<f64>, AppError> {
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
            r#"echo '{"version":"sh 1"}'; while read name; do [ "$name" = a ] && echo 1.5 || echo null; done"#,
        )
        .unwrap();
        assert_eq!(process.version, "sh 1");
        assert_eq!(process.ask("a"), Ok(Some(1.5)));
        assert_eq!(process.ask("b"), Ok(None));
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
