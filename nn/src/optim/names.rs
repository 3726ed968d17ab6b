//! Optimizers by name.

use std::sync::Arc;

use autograd::Real;
use thiserror::Error;

use super::{Adagrad, Adam, NAdam, Optimizer, RmsProp, Sgd};

/// The hyper-parameters of an optimizer that is named when the program runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyperparameters {
    /// The learning rate.
    pub lr: f64,
    /// The weight decay.
    pub weight_decay: f64,
    /// The momentum; `None` for the default of the name.
    pub momentum: Option<f64>,
}

impl Hyperparameters {
    /// This learning rate, no weight decay, and the default momentum.
    pub fn new(lr: f64) -> Self {
        Self {
            lr,
            weight_decay: 0.0,
            momentum: None,
        }
    }
}

/// A name, the momentum that goes with it unless another is given (none where it takes none), and the optimizer of a
/// learning rate, a weight decay and a momentum.
type Row<T> = (
    &'static str,
    Option<f64>,
    fn(f64, f64, f64) -> Arc<dyn Optimizer<T>>,
);

/// Every optimizer.
#[rustfmt::skip]
fn table<T: Real>() -> [Row<T>; 10] {
    [
        ("sgd", Some(0.0), |lr, weight_decay, momentum| Arc::new(Sgd { momentum, weight_decay, ..Sgd::new(lr) })),
        ("nesterov", Some(0.9), |lr, weight_decay, momentum| Arc::new(Sgd { weight_decay, ..Sgd::new(lr).nesterov(momentum) })),
        ("adagrad", None, |lr, weight_decay, _| Arc::new(Adagrad { weight_decay, ..Adagrad::new(lr) })),
        ("rmsprop", Some(0.0), |lr, weight_decay, momentum| Arc::new(RmsProp { momentum, weight_decay, ..RmsProp::new(lr) })),
        ("rmsprop-centered", Some(0.0), |lr, weight_decay, momentum| Arc::new(RmsProp { momentum, weight_decay, centered: true, ..RmsProp::new(lr) })),
        ("rmsprop-eps-inside", Some(0.0), |lr, weight_decay, momentum| Arc::new(RmsProp { momentum, weight_decay, eps_inside: true, ..RmsProp::new(lr) })),
        ("adam", None, |lr, weight_decay, _| Arc::new(Adam { weight_decay, ..Adam::new(lr) })),
        ("adam-uncorrected", None, |lr, weight_decay, _| Arc::new(Adam { weight_decay, uncorrected: true, ..Adam::new(lr) })),
        ("adamw", None, |lr, weight_decay, _| Arc::new(Adam { weight_decay, ..Adam::adamw(lr) })),
        ("nadam", None, |lr, weight_decay, _| Arc::new(NAdam { weight_decay, ..NAdam::new(lr) })),
    ]
}

/// An optimizer that cannot be.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OptimizerError {
    /// An unknown name.
    #[error("there is no optimizer {0:?}; choose one of {list}", list = names().collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// Momentum for an optimizer that has none of its own choosing.
    #[error(
        "the optimizer {0} takes no momentum; leave it out, or choose sgd, nesterov or rmsprop"
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

/// The optimizer of this name with these hyper-parameters, and its defaults for the others.
///
/// # Errors
/// If there is none of the name, or it does not take the momentum.
pub fn by_name<T: Real>(
    name: &str,
    of: Hyperparameters,
) -> Result<Arc<dyn Optimizer<T>>, OptimizerError> {
    let mut rows = table::<T>().into_iter();
    let (name, default, make) = rows
        .find(|(known, ..)| *known == name)
        .ok_or_else(|| OptimizerError::Unknown(name.to_owned()))?;
    match (of.momentum, default) {
        (Some(_), None) => Err(OptimizerError::TakesNoMomentum(name)),
        (Some(m), _) if !(0.0..1.0).contains(&m) => Err(OptimizerError::Momentum(m)),
        (given, default) => Ok(make(
            of.lr,
            of.weight_decay,
            given.or(default).unwrap_or(0.0),
        )),
    }
}
