//! Ranks: processes that MPI started together, on one machine or on many, which share work.
//!
//! All ranks run the same program to the point where work begins. There they [agree](World::agree) that nothing failed and
//! that all have the same settings and data. Then pieces of work are [dealt out](World::deal) as ranks come free, or what each
//! has of a sum is [added up](World::sum) in a fixed order. Rank 0, the root, takes part like the others; it alone writes and
//! prints, so that what is done lies in one place when another dies.
//!
//! This crate alone knows of MPI, and only with the feature `mpi`. Without it, and in a process that was started by itself, a
//! [`World`] is the one rank that there is, and callers need not ask which of the two it is.
//!
//! Only the thread that called [`World::start`] talks to other ranks; threads that compute hand it what they have.

mod agree;
mod cores;
mod deal;
mod launch;
#[cfg(feature = "mpi")]
mod mpi_wire;
mod sum;
#[cfg(test)]
mod test_wire;
mod wire;

use std::cell::Cell;
use std::fmt;

use wire::Wire;

pub use agree::{Disagreement, Settings};
pub use launch::StartError;
pub use sum::Element;

/// How work that is under way is asked to stop, in this process.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// Whether somebody asked.
    pub requested: fn() -> bool,
    /// Asks.
    pub request: fn(),
}

/// All ranks, seen from one of them.
pub struct World {
    /// The way to the others; none where there are none.
    wire: Option<Box<dyn Wire>>,
    stop: Stop,
    /// The exit code of the root, once it has told that work is over.
    ended: Cell<Option<u8>>,
}

impl World {
    /// The world of a process that was started by itself.
    pub fn alone(stop: Stop) -> Self {
        Self {
            wire: None,
            stop,
            ended: Cell::new(None),
        }
    }

    /// The world that this process was started in, as the environment tells.
    ///
    /// # Errors
    /// If several processes were started together and this program cannot talk to the others.
    pub fn start(stop: Stop) -> Result<Self, StartError> {
        let launch = launch::Launch::of_environment();
        if !launch.is_several() {
            return Ok(Self::alone(stop));
        }
        #[cfg(feature = "mpi")]
        {
            let wire = mpi_wire::MpiWire::start(&launch)?;
            Ok(Self {
                wire: Some(Box::new(wire)),
                ..Self::alone(stop)
            })
        }
        #[cfg(not(feature = "mpi"))]
        Err(launch.refused())
    }

    /// The number of this rank, from 0.
    pub fn rank(&self) -> usize {
        self.wire.as_ref().map_or(0, |wire| wire.rank())
    }

    /// The number of ranks.
    pub fn size(&self) -> usize {
        self.wire.as_ref().map_or(1, |wire| wire.size())
    }

    /// Whether this is rank 0, which writes and prints.
    pub fn is_root(&self) -> bool {
        self.rank() == 0
    }

    /// Whether there are no other ranks.
    pub fn is_alone(&self) -> bool {
        self.wire.is_none()
    }

    /// The number of ranks on this machine, this one among them.
    pub fn local_size(&self) -> usize {
        self.wire.as_ref().map_or(1, |wire| wire.local_size())
    }

    /// The cores that are this rank's share, where ranks on one machine may use the same; `None` where there are no others.
    pub fn cores(&self) -> Option<usize> {
        self.wire.as_ref().map(|wire| wire.cores())
    }

    /// Ends work in this process with an exit code, and with what went wrong, if something did. Returns the exit code of the
    /// process, which is the root's on every rank. Ranks wait here for the root, and the root for all others to come here, so
    /// that none is ended before the root has written and printed everything.
    pub fn end(self, code: u8, error: Option<&str>) -> u8 {
        let Some(wire) = &self.wire else {
            return code;
        };
        match wire.rank() {
            0 => {
                agree::dismiss(wire.as_ref(), code);
                code
            }
            _ => self.leave(wire.as_ref(), error),
        }
    }

    /// Ends all ranks at once, after a bug on this one. What was written is kept.
    pub fn abort(&self, code: u8) -> ! {
        match &self.wire {
            Some(wire) => wire.abort(code),
            None => std::process::exit(code.into()),
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rank {} of {}", self.rank(), self.size())
    }
}
