//! The job scripts of a page of documentation, run as a cluster would run them.

use std::fs;
use std::path::Path;

use crate::{Done, Place};

/// Variables of a job array, which whoever runs the tests may have set.
pub(crate) const VARIABLES: [&str; 6] = [
    "SLURM_ARRAY_TASK_ID",
    "SLURM_ARRAY_TASK_COUNT",
    "SLURM_ARRAY_TASK_MIN",
    "SLURM_ARRAY_TASK_MAX",
    "SLURM_CPUS_PER_TASK",
    "HQ_TASK_ID",
];

/// A script for a job array as a page has it.
#[derive(Debug)]
pub struct JobScript {
    text: String,
    afterwards: String,
    slurm: bool,
}

impl JobScript {
    /// The script of this name on a page of `docs/`: the block after the line that is its name alone. What is run afterwards
    /// is on the line that submits it: `--wrap "COMMAND"`, or what follows `&&`.
    ///
    /// # Panics
    /// If the page has none.
    #[track_caller]
    pub fn of(page: &str, name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../docs")
            .join(page);
        let page = fs::read_to_string(&path).unwrap();
        let block = page.split(&format!("\n`{name}`:\n\n```sh\n")).nth(1);
        let (text, _) = block
            .and_then(|rest| rest.split_once("```\n"))
            .unwrap_or_else(|| panic!("{} has no script {name}", path.display()));
        let submits = |line: &&str| line.starts_with("$ ") && line.contains(name);
        let line = page.lines().find(submits);
        let line = line.unwrap_or_else(|| panic!("{} submits no {name}", path.display()));
        let wrapped = line
            .split_once("--wrap \"")
            .and_then(|(_, rest)| rest.strip_suffix('"'));
        let after = wrapped.or_else(|| line.split_once(" && ").map(|(_, after)| after));
        Self {
            text: text.to_owned(),
            afterwards: after
                .unwrap_or_else(|| panic!("nothing follows {line}"))
                .to_owned(),
            slurm: text.contains("\n#SBATCH "),
        }
    }

    /// Runs all tasks of the array, the last first, and what follows them; returns the output of that.
    #[track_caller]
    pub fn run(&self, place: &Place) -> Done {
        let array = self.text.split_once("--array=").and_then(|(_, rest)| {
            let (first, last) = rest.lines().next()?.split_once('-')?;
            Some(first.parse::<usize>().ok()?..=last.parse().ok()?)
        });
        let array = array.unwrap_or_else(|| panic!("no array in {}", self.text));
        let (first, last, count) = (*array.start(), *array.end(), array.clone().count());
        for task in array.rev() {
            let variables = match self.slurm {
                true => vec![
                    ("SLURM_ARRAY_TASK_ID", task),
                    ("SLURM_ARRAY_TASK_COUNT", count),
                    ("SLURM_ARRAY_TASK_MIN", first),
                    ("SLURM_ARRAY_TASK_MAX", last),
                    ("SLURM_CPUS_PER_TASK", 2),
                ],
                false => vec![("HQ_TASK_ID", task)],
            };
            place.shell(&self.text, &variables).fine();
        }
        place.shell(&self.afterwards, &[]).fine()
    }

    /// Runs the command of the script once, as its first task would, but without `--shard`: all the work in one process.
    #[track_caller]
    pub fn run_whole(&self, place: &Place) -> Done {
        let (before, rest) = self.text.split_once("--shard ").unwrap();
        let value = rest.split([' ', '\n']).next().unwrap();
        let whole = format!("{before}{}", &rest[value.len()..]);
        let variables = [
            ("SLURM_ARRAY_TASK_ID", 1),
            ("SLURM_CPUS_PER_TASK", 2),
            ("HQ_TASK_ID", 1),
        ];
        place.shell(&whole, &variables).fine()
    }
}

impl Place {
    /// Runs a text as `sh` does, with the program found by its name and no variables of a job array but these.
    fn shell(&self, text: &str, variables: &[(&str, usize)]) -> Done {
        self.write("script", text);
        let programs = Path::new(self.program).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(programs.to_owned()).chain(std::env::split_paths(&path));
        let mut command = self.of_program("sh", &["script"]);
        let variables = variables
            .iter()
            .map(|(name, value)| (name, value.to_string()));
        command
            .envs(variables)
            .env("PATH", std::env::join_paths(path).unwrap());
        Done::by(&mut command)
    }
}
