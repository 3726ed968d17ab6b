//! How this process was started: alone, or with others by MPI.

use std::ffi::OsString;
use std::fmt;

/// Variables that those who start MPI programs set: the number of processes, and which this is. Open MPI's, then that of
/// MPICH and of those made from it, then MVAPICH2's.
const VARIABLES: [(&str, &str); 3] = [
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
    ("PMI_SIZE", "PMI_RANK"),
    ("MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"),
];
/// `srun --mpi=pmix` tells which process this is by PMIx, and the number of them in a variable of its own, which it also sets
/// for steps without MPI.
const PMIX: (&str, &str) = ("SLURM_STEP_NUM_TASKS", "PMIX_RANK");

/// How this process was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Launch {
    /// The number of processes that were started together.
    pub(crate) size: usize,
    /// Which of them this is, if that is known.
    rank: Option<usize>,
}

impl Launch {
    pub(crate) fn of_environment() -> Self {
        Self::of(|name| std::env::var_os(name))
    }

    fn of(environment: impl Fn(&str) -> Option<OsString>) -> Self {
        let number = |name: &str| environment(name)?.to_str()?.parse::<usize>().ok();
        for (size, rank) in VARIABLES {
            if let Some(size) = number(size) {
                let rank = number(rank);
                return Self { size, rank };
            }
        }
        let (size, rank) = PMIX;
        match (number(size), number(rank)) {
            (Some(size), Some(rank)) => Self {
                size,
                rank: Some(rank),
            },
            _ => Self {
                size: 1,
                rank: None,
            },
        }
    }

    pub(crate) fn is_several(self) -> bool {
        self.size > 1
    }

    /// The error of a program that was built without MPI.
    #[cfg_attr(feature = "mpi", allow(dead_code))]
    pub(crate) fn refused(self) -> StartError {
        self.error(format!(
            "MPI started {} processes of this program, which was built without MPI, so that each would do all the work and \
             write to the same folder; build it with --features mpi, or start it once",
            self.size
        ))
    }

    /// The error of a program that finds fewer ranks than were started, as one does that was built with another MPI than it is
    /// started by.
    #[cfg_attr(not(feature = "mpi"), allow(dead_code))]
    pub(crate) fn another(self, found: usize, library: &str) -> StartError {
        self.error(format!(
            "{} processes were started together, but the MPI that this program was built with ({library}) finds {found}; \
             start it by the mpirun of that MPI",
            self.size
        ))
    }

    /// The error of a program whose MPI does not start.
    #[cfg_attr(not(feature = "mpi"), allow(dead_code))]
    pub(crate) fn failed(self) -> StartError {
        self.error("MPI cannot be initialized with threads beside the one that calls it".to_owned())
    }

    fn error(self, sentence: String) -> StartError {
        StartError {
            sentence,
            is_first: self.rank.unwrap_or(0) == 0,
        }
    }
}

/// Why this process cannot work together with those that were started with it. Display shows the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError {
    sentence: String,
    /// Whether this is the process that says so for all.
    pub is_first: bool,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for StartError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> (usize, Option<usize>) {
        let launch = Launch::of(|name| {
            let (_, value) = variables.iter().find(|(other, _)| *other == name)?;
            Some(value.into())
        });
        assert_eq!(launch.is_several(), launch.size > 1);
        (launch.size, launch.rank)
    }

    #[test]
    fn the_environment_tells_how_many_were_started() {
        assert_eq!(of(&[]), (1, None));
        assert_eq!(of(&[("OMPI_COMM_WORLD_SIZE", "1")]), (1, None));
        let open_mpi = [
            ("OMPI_COMM_WORLD_SIZE", "4"),
            ("OMPI_COMM_WORLD_RANK", "3"),
            ("PMIX_RANK", "3"),
        ];
        assert_eq!(of(&open_mpi), (4, Some(3)));
        assert_eq!(of(&[("PMI_SIZE", "2"), ("PMI_RANK", "0")]), (2, Some(0)));
        let mvapich = [("MV2_COMM_WORLD_SIZE", "8"), ("MV2_COMM_WORLD_RANK", "1")];
        assert_eq!(of(&mvapich), (8, Some(1)));
        let srun = [("SLURM_STEP_NUM_TASKS", "2"), ("PMIX_RANK", "1")];
        assert_eq!(of(&srun), (2, Some(1)));
        // Tasks of a step without MPI, such as those of a job array, have nothing to do with each other.
        assert_eq!(of(&[("SLURM_STEP_NUM_TASKS", "2")]), (1, None));
    }

    #[test]
    fn one_of_them_speaks() {
        let launch = |rank| Launch { size: 2, rank };
        assert!(launch(None).refused().is_first && launch(Some(0)).refused().is_first);
        assert!(!launch(Some(1)).refused().is_first);
        let text = launch(None).refused().to_string();
        assert!(text.contains("2 processes") && text.contains("--features mpi"));
    }
}
