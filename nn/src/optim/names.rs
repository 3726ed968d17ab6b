//! Optimisers by name.

use std::sync::Arc;

use autograd::Real;
use thiserror::Error;

use super::{Adagrad, Adam, NAdam, RmsProp, Rule, Sgd};

/// A name, the momentum that goes with it unless another is given (none where it takes none), and the rule.
type Row<T> = (&'static str, Option<f64>, fn(f64) -> Arc<dyn Rule<T>>);

/// Every optimiser.
#[rustfmt::skip]
fn table<T: Real>() -> [Row<T>; 10] {
    [
        ("sgd", Some(0.0), |momentum| Arc::new(Sgd { momentum, ..Sgd::default() })),
        ("nesterov", Some(0.9), |momentum| Arc::new(Sgd { momentum, nesterov: true, ..Sgd::default() })),
        ("adagrad", None, |_| Arc::new(Adagrad::default())),
        ("rmsprop", Some(0.0), |momentum| Arc::new(RmsProp { momentum, ..RmsProp::default() })),
        ("rmsprop-centered", Some(0.0), |momentum| Arc::new(RmsProp { momentum, centered: true, ..RmsProp::default() })),
        ("rmsprop-eps-inside", Some(0.0), |momentum| Arc::new(RmsProp { momentum, eps_inside: true, ..RmsProp::default() })),
        ("adam", None, |_| Arc::new(Adam::default())),
        ("adam-uncorrected", None, |_| Arc::new(Adam { uncorrected: true, ..Adam::default() })),
        ("adamw", None, |_| Arc::new(Adam { decoupled: true, ..Adam::default() })),
        ("nadam", None, |_| Arc::new(NAdam::default())),
    ]
}

/// An optimiser that cannot be.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OptimizerError {
    /// An unknown name.
    #[error("there is no optimiser {0:?}; choose one of {list}", list = names().collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// Momentum for an optimiser that has none of its own choosing.
    #[error(
        "the optimiser {0} takes no momentum; leave it out, or choose sgd, nesterov or rmsprop"
    )]
    TakesNoMomentum(&'static str),
    /// Momentum outside [0, 1).
    #[error("the momentum {0} is not in the range from 0 up to, not including, 1")]
    Momentum(f64),
}

/// The names that [`by_name`] knows.
pub fn names() -> impl Iterator<Item = &'static str> {
    table::<f64>().into_iter().map(|(name, ..)| name)
}

/// The optimiser of this name with its defaults, and this momentum if one is given.
pub fn by_name<T: Real>(
    name: &str,
    momentum: Option<f64>,
) -> Result<Arc<dyn Rule<T>>, OptimizerError> {
    let mut rows = table::<T>().into_iter();
    let (name, default, make) = rows
        .find(|(known, ..)| *known == name)
        .ok_or_else(|| OptimizerError::Unknown(name.to_owned()))?;
    match (momentum, default) {
        (Some(_), None) => Err(OptimizerError::TakesNoMomentum(name)),
        (Some(m), _) if !(0.0..1.0).contains(&m) => Err(OptimizerError::Momentum(m)),
        (given, default) => Ok(make(given.or(default).unwrap_or(0.0))),
    }
}
