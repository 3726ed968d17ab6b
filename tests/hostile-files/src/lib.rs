//! What every reader of files has to hold, whatever it is given: it ends in data or in an error, without a panic, in
//! memory and time that go with the size of the file.
//!
//! A [`Target`] is a reader, or a reader behind a wrapping that random changes would only break (the checksum of an
//! archive, say), and some files that it reads. The targets of `fuzz/` and the tests of this crate run the same
//! [`check`](Target::check); tests take inputs from [`mutated`] seeds. A program that checks has to count its memory:
//!
//! ```
//! #[global_allocator]
//! static MEMORY: hostile_files::Counting = hostile_files::Counting;
//!
//! let target = hostile_files::find("csv").unwrap();
//! assert_eq!(target.check(b"a,b\n1,\"2\n"), Ok(()));
//! ```

mod memory;
mod mutate;
mod readers;
mod seeds;
mod wrap;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub use memory::Counting;
pub use mutate::mutated;

/// Bytes of memory that reading may take beside some times the size of the file.
pub const SLACK: usize = 64 << 20;
/// How often the size of the file reading may take in memory: eight times, and images more, which are packed more
/// tightly.
fn times(name: &str) -> usize {
    match name {
        "image" | "drawing" => 64,
        _ => 8,
    }
}
/// Time to compute for each megabyte of a file, the first one begun being whole.
pub const PER_MEGABYTE: Duration = Duration::from_secs(2);

/// The time that this thread has computed; where the system does not tell it, the time that went by.
struct Clock {
    began: Instant,
    computed: Option<Duration>,
}

impl Clock {
    fn start() -> Self {
        Self {
            began: Instant::now(),
            computed: Self::computed(),
        }
    }

    /// Linux tells the nanoseconds that a thread was on a processor: other work on the machine does not count.
    fn computed() -> Option<Duration> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds = text.split(' ').next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    }

    fn elapsed(&self) -> Duration {
        let wall = self.began.elapsed();
        let computed = self.computed.zip(Self::computed());
        computed.map_or(wall, |(before, now)| now.saturating_sub(before))
    }
}

/// A reader, and files for it.
#[derive(Debug)]
pub struct Target {
    /// The name that tests and `fuzz/` know it by.
    pub name: &'static str,
    /// Reads a file of these bytes, and drops what comes of it.
    read: fn(&[u8]),
    /// Files that it reads, or nearly so, to begin with.
    seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub fn targets() -> &'static [Target] {
    macro_rules! targets {
        ($($name:ident)*) => {
            &[$(Target { name: stringify!($name), read: readers::$name, seeds: seeds::$name }),*]
        };
    }
    targets! {
        csv parquet rows_to_predict npz npy idx image drawing xls xlsx sheet tgz tar model checkpoint settings history
    }
}

/// The target of this name.
pub fn find(name: &str) -> Option<&'static Target> {
    targets().iter().find(|target| target.name == name)
}

impl Target {
    /// Files that it reads, or nearly so.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        (self.seeds)()
    }

    /// Reads a file of these bytes. One file is read at a time in a process; whoever allocates meanwhile in another thread is
    /// counted, too, so tests that make large inputs take turns.
    ///
    /// # Errors
    /// If the reader panics, or takes more memory or time than goes with the size of the file.
    pub fn check(&self, bytes: &[u8]) -> Result<(), String> {
        self.check_as(bytes, bytes.len())
    }

    /// As [`check`](Self::check), for a file that counts as one of so many bytes: what a packed one may unpack to.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_as(&self, bytes: &[u8], size: usize) -> Result<(), String> {
        static ALONE: Mutex<()> = Mutex::new(());
        let _alone = ALONE.lock().unwrap_or_else(|broken| broken.into_inner());
        memory::start();
        let clock = Clock::start();
        let read = catch_unwind(AssertUnwindSafe(|| (self.read)(bytes)));
        let (time, peak) = (clock.elapsed(), memory::peak());
        if let Err(payload) = read {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            return Err(format!("panics: {}", text.unwrap_or("without a message")));
        }
        let most = size.saturating_mul(times(self.name)).saturating_add(SLACK);
        if peak > most {
            return Err(format!(
                "takes {peak} bytes of memory for a file of {size}, more than {most}"
            ));
        }
        let most = PER_MEGABYTE * size.div_ceil(1 << 20).max(1) as u32;
        if time > most {
            return Err(format!(
                "takes {time:?} for a file of {size} bytes, more than {most:?}"
            ));
        }
        Ok(())
    }

    /// As [`check`](Self::check), for a fuzzer, which keeps an input that panics.
    ///
    /// # Panics
    /// If the check fails.
    pub fn assert(&self, bytes: &[u8]) {
        if let Err(why) = self.check(bytes) {
            panic!("{} {why}", self.name);
        }
    }
}
