//! Optimizers by name.

use std::fmt;
use std::str::FromStr;
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

/// The rule of an optimizer, with the constants of its own that a run may set; as text, one of [`names`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Method {
    row: usize,
    momentum: Option<f64>,
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

impl Method {
    /// The name.
    pub fn name(self) -> &'static str {
        table::<f64>()[self.row].0
    }

    /// The momentum; `None` where the method has none of its own choosing.
    pub fn momentum(self) -> Option<f64> {
        self.momentum.or(self.default_momentum())
    }

    /// The momentum where none is asked for.
    pub fn default_momentum(self) -> Option<f64> {
        table::<f64>()[self.row].1
    }

    /// The same method with this momentum.
    ///
    /// # Errors
    /// If it takes none, or this is none.
    pub fn with_momentum(self, momentum: f64) -> Result<Self, OptimizerError> {
        match self.default_momentum() {
            None => Err(OptimizerError::TakesNoMomentum(self.name())),
            Some(_) if !(0.0..1.0).contains(&momentum) => Err(OptimizerError::Momentum(momentum)),
            Some(_) => Ok(Self {
                momentum: Some(momentum),
                ..self
            }),
        }
    }

    /// The optimizer with this learning rate and weight decay, and PyTorch's other constants.
    pub fn optimizer<T: Real>(self, lr: f64, weight_decay: f64) -> Arc<dyn Optimizer<T>> {
        let (.., make) = table::<T>()[self.row];
        make(lr, weight_decay, self.momentum().unwrap_or(0.0))
    }
}

/// `adam`.
impl Default for Method {
    fn default() -> Self {
        let names = || names().position(|name| name == "adam");
        Self {
            row: names().expect("adam is in the table"),
            momentum: None,
        }
    }
}

impl FromStr for Method {
    type Err = OptimizerError;

    fn from_str(name: &str) -> Result<Self, OptimizerError> {
        let row = names().position(|known| known == name);
        Ok(Self {
            row: row.ok_or_else(|| OptimizerError::Unknown(name.to_owned()))?,
            momentum: None,
        })
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
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
    let method: Method = name.parse()?;
    let method = match of.momentum {
        Some(momentum) => method.with_momentum(momentum)?,
        None => method,
    };
    Ok(method.optimizer(of.lr, of.weight_decay))
}
