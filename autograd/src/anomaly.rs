//! Numbers that are not finite.

use std::panic::Location;

use crate::real::Real;
use crate::tensor::Tensor;

/// The first operation that made a NaN or an infinity out of finite inputs. See [`Tape::watch`](crate::Tape::watch).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// The name of the operation.
    pub operation: &'static str,
    /// True if its gradient was at fault, not its value.
    pub backward: bool,
    /// The line of the program that called it.
    pub caller: &'static Location<'static>,
}

impl std::fmt::Display for Anomaly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.backward { "gradient" } else { "value" };
        write!(
            f,
            "the {what} of {} called at {} is not finite",
            self.operation, self.caller
        )
    }
}

/// Whether no element is NaN or infinite.
pub(crate) fn all_finite<T: Real>(x: &Tensor<T>) -> bool {
    match x.as_slice() {
        Some(slice) => slice.iter().all(|v| v.is_finite()),
        None => x.to_vec().iter().all(|v| v.is_finite()),
    }
}
