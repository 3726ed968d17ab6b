//! Which data set is asked for, and which of its rows are for what.

use datasets::{Request, Spec, Task, TestSplit};

use crate::error::WrongUsage;
use crate::groups::DataFlags;

/// Which rows are for what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partition {
    /// Where the test rows come from.
    pub split: TestSplit,
    /// The seed of the split.
    pub split_seed: u64,
    /// The share of the training rows that is held out for validation.
    pub val_fraction: f64,
}

impl DataFlags {
    /// What is asked for; `seed` moves what is random in a synthetic set.
    ///
    /// # Errors
    /// Wrong usage if there is no such data set, or it cannot be asked for so.
    pub fn request(&self, task: Task, seed: u64) -> Result<Request, WrongUsage> {
        let request = Request {
            targets: self.target.as_ref().map_or_else(Vec::new, |t| t.0.clone()),
            n: self.n,
            noise: self.noise,
            seed,
            ..Request::new(spec(&self.data)?, task)
        };
        request.check().map_err(WrongUsage::new)?;
        Ok(request)
    }

    /// Which rows are for what: as the flags say, else as is usual for the data set.
    pub fn partition(&self, spec: &Spec) -> Partition {
        Partition {
            split: self.split.unwrap_or_else(|| spec.default_split()),
            split_seed: self.split_seed,
            val_fraction: self.val_fraction,
        }
    }
}

/// The data set of a name.
///
/// # Errors
/// Wrong usage if there is none of that name.
pub fn spec(name: &str) -> Result<Spec, WrongUsage> {
    name.parse()
        .map_err(|e| WrongUsage(format!("--data {name}: {e}")))
}
