//! Programs on several ranks, started by `mpirun`.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{Done, Place, say};

/// Variables of those who start MPI programs, which whoever runs the tests may have set.
pub(crate) const VARIABLES: [&str; 7] = [
    "OMPI_COMM_WORLD_SIZE",
    "OMPI_COMM_WORLD_RANK",
    "PMI_SIZE",
    "PMI_RANK",
    "MV2_COMM_WORLD_SIZE",
    "PMIX_RANK",
    "SLURM_STEP_NUM_TASKS",
];

/// Whether a test on several ranks can run: the program is built with MPI (`built`), and there is an `mpirun`. Says that the test
/// was skipped where it cannot.
pub fn has_ranks(test: &str, built: bool) -> bool {
    let found = || {
        let mut command = Command::new("mpirun");
        let version = command.arg("--version").stdin(Stdio::null()).output();
        version.is_ok_and(|output| output.status.success())
    };
    let missed = match built {
        false => "the program is built without the feature mpi",
        true if !found() => "there is no mpirun",
        true => return true,
    };
    say(&format!("{test} was skipped: {missed}"));
    false
}

/// `mpirun` of a command on so many ranks, also on fewer cores and as root.
pub fn mpirun(ranks: usize, of: &Command) -> Command {
    let mut command = Command::new("mpirun");
    command
        .args(["--oversubscribe", "--allow-run-as-root", "-n"])
        .arg(ranks.to_string())
        .arg(of.get_program())
        .args(of.get_args())
        .stdin(Stdio::null());
    if let Some(folder) = of.get_current_dir() {
        command.current_dir(folder);
    }
    for (name, value) in of.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Kills a rank of a running `mpirun`.
///
/// # Panics
/// If it has no such rank any more.
#[cfg(target_os = "linux")]
#[track_caller]
pub fn kill_rank(mpirun: &Child, rank: usize) {
    let wanted = format!("OMPI_COMM_WORLD_RANK={rank}");
    let is_wanted = |process: &Path| {
        let read = |file: &str| std::fs::read_to_string(process.join(file)).unwrap_or_default();
        let parent = read("status")
            .lines()
            .find_map(|line| line.strip_prefix("PPid:")?.trim().parse::<u32>().ok());
        parent == Some(mpirun.id()) && read("environ").split('\0').any(|entry| entry == wanted)
    };
    let processes = std::fs::read_dir("/proc")
        .unwrap()
        .map(|e| e.unwrap().path());
    let mut ranks = processes.filter(|process| is_wanted(process));
    let process = ranks.next();
    let process = process.unwrap_or_else(|| panic!("rank {rank} does not run"));
    let id = process.file_name().unwrap();
    let killed = Command::new("kill").arg("-KILL").arg(id).status();
    assert!(killed.unwrap().success());
}

impl Done {
    /// Asserts that of several ranks one has said an error with these parts; what `mpirun` says itself stands behind.
    #[track_caller]
    pub fn refused_once(&self, parts: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self:?}");
        let told = self.err.lines().filter(|line| line.contains("error: "));
        let told: Vec<&str> = told.collect();
        assert_eq!(told.len(), 1, "{self:?}");
        for part in parts {
            assert!(told[0].contains(part), "{part:?} is not in {self:?}");
        }
    }
}

impl Place {
    /// Runs the program with these flags on so many ranks, in this folder.
    #[track_caller]
    pub fn run_on_ranks(&self, ranks: usize, line: &[&str]) -> Done {
        Done::by(&mut self.on_ranks(ranks, line))
    }

    /// The program with these flags on so many ranks, in this folder.
    pub fn on_ranks(&self, ranks: usize, line: &[&str]) -> Command {
        mpirun(ranks, &self.command(line))
    }
}
