//! Optimizers by name.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use autograd::Real;
use thiserror::Error;

use super::{Adagrad, Adam, Lbfgs, LevenbergMarquardt, NAdam, Optimizer, RmsProp, Sgd};

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
    dampening: Option<f64>,
    // `None` is the default, so that a method that is given it equals one that is given nothing.
    history_size: Option<usize>,
    tolerance_grad: Option<f64>,
    tolerance_change: Option<f64>,
}

/// What an optimizer is made of.
#[derive(Clone, Copy)]
struct Constants {
    lr: f64,
    weight_decay: f64,
    momentum: f64,
    dampening: f64,
    full_batch: Lbfgs,
}

/// The constants that a run may set besides learning rate and weight decay.
#[derive(Clone, Copy, PartialEq)]
enum Own {
    Nothing,
    /// A momentum, and this one unless another is given.
    Momentum(f64),
    /// A momentum, 0 unless another is given, and its dampening.
    Dampened,
    /// The size of a history, and tolerances; learning rate and weight decay are none of it.
    History,
    /// Tolerances; learning rate and weight decay are none of it.
    Tolerances,
}

/// A name, what a run may set, and the optimizer.
type Row<T> = (&'static str, Own, fn(Constants) -> Arc<dyn Optimizer<T>>);

/// Every optimizer.
#[rustfmt::skip]
fn table<T: Real>() -> [Row<T>; 12] {
    use Own::{Dampened, History, Momentum, Nothing, Tolerances};
    [
        ("sgd", Dampened, |Constants { lr, weight_decay, momentum, dampening, .. }| Arc::new(Sgd { momentum, dampening, weight_decay, ..Sgd::new(lr) })),
        ("nesterov", Momentum(0.9), |Constants { lr, weight_decay, momentum, .. }| Arc::new(Sgd { weight_decay, ..Sgd::new(lr).nesterov(momentum) })),
        ("adagrad", Nothing, |Constants { lr, weight_decay, .. }| Arc::new(Adagrad { weight_decay, ..Adagrad::new(lr) })),
        ("rmsprop", Momentum(0.0), |Constants { lr, weight_decay, momentum, .. }| Arc::new(RmsProp { momentum, weight_decay, ..RmsProp::new(lr) })),
        ("rmsprop-centered", Momentum(0.0), |Constants { lr, weight_decay, momentum, .. }| Arc::new(RmsProp { momentum, weight_decay, centered: true, ..RmsProp::new(lr) })),
        ("rmsprop-eps-inside", Momentum(0.0), |Constants { lr, weight_decay, momentum, .. }| Arc::new(RmsProp { momentum, weight_decay, eps_inside: true, ..RmsProp::new(lr) })),
        ("adam", Nothing, |Constants { lr, weight_decay, .. }| Arc::new(Adam { weight_decay, ..Adam::new(lr) })),
        ("adam-uncorrected", Nothing, |Constants { lr, weight_decay, .. }| Arc::new(Adam { weight_decay, uncorrected: true, ..Adam::new(lr) })),
        ("adamw", Nothing, |Constants { lr, weight_decay, .. }| Arc::new(Adam { weight_decay, ..Adam::adamw(lr) })),
        ("nadam", Nothing, |Constants { lr, weight_decay, .. }| Arc::new(NAdam { weight_decay, ..NAdam::new(lr) })),
        ("lbfgs", History, |Constants { full_batch, .. }| Arc::new(full_batch)),
        ("levenberg-marquardt", Tolerances, |Constants { full_batch: Lbfgs { tolerance_grad, tolerance_change, .. }, .. }| Arc::new(LevenbergMarquardt { tolerance_grad, tolerance_change })),
    ]
}

/// Other names by which [`Method`] is read, and what they stand for.
const SHORT: [(&str, &str); 1] = [("lm", "levenberg-marquardt")];

impl Method {
    /// The name.
    pub fn name(self) -> &'static str {
        table::<f64>()[self.row].0
    }

    /// The same method with all of its own constants as they are by default.
    pub fn with_defaults(self) -> Self {
        Self::of_row(self.row)
    }

    /// The momentum; `None` where the method has none of its own choosing.
    pub fn momentum(self) -> Option<f64> {
        self.momentum.or(self.default_momentum())
    }

    /// The momentum where none is asked for.
    pub fn default_momentum(self) -> Option<f64> {
        match self.own() {
            Own::Momentum(momentum) => Some(momentum),
            Own::Dampened => Some(0.0),
            _ => None,
        }
    }

    /// The same method with this momentum.
    ///
    /// # Errors
    /// If it takes none, or this is none.
    pub fn with_momentum(self, momentum: f64) -> Result<Self, OptimizerError> {
        match self.default_momentum() {
            None => Err(OptimizerError::TakesNoMomentum(self.name())),
            Some(_) if !(0.0..1.0).contains(&momentum) => Err(OptimizerError::Momentum(momentum)),
            // Its usual momentum is not one of its own, so that equal methods are equal.
            usual => Ok(Self {
                momentum: (usual != Some(momentum)).then_some(momentum),
                ..self
            }),
        }
    }

    /// The dampening of the momentum: the share of a gradient that does not enter its buffer; `None` where the method has
    /// none, or no momentum to dampen.
    pub fn dampening(self) -> Option<f64> {
        let dampens = self.own() == Own::Dampened && self.momentum() != Some(0.0);
        dampens.then_some(self.dampening.unwrap_or(0.0))
    }

    /// The same method with this dampening. As large as the momentum it makes the buffer a moving average of the gradients,
    /// whose steps are shorter than those without dampening by the factor 1 − dampening.
    ///
    /// # Errors
    /// If it takes none, has no momentum, or this is none.
    pub fn with_dampening(self, dampening: f64) -> Result<Self, OptimizerError> {
        match self.own() {
            Own::Dampened if !(0.0..1.0).contains(&dampening) => {
                Err(OptimizerError::Dampening(dampening))
            }
            Own::Dampened if dampening > 0.0 && self.momentum() == Some(0.0) => {
                Err(OptimizerError::NothingToDampen)
            }
            Own::Dampened => Ok(Self {
                dampening: (dampening > 0.0).then_some(dampening),
                ..self
            }),
            _ => Err(OptimizerError::TakesNoDampening(self.name())),
        }
    }

    /// Checks whether it looks at the objective over all training samples, and finds the length of its steps by itself.
    pub fn is_full_batch(self) -> bool {
        matches!(self.own(), Own::History | Own::Tolerances)
    }

    /// The number of steps that it remembers; `None` where it has no history.
    pub fn history_size(self) -> Option<usize> {
        let constants = self.full_batch_constants();
        (self.own() == Own::History).then_some(constants.history_size)
    }

    /// The same method with a history of so many steps.
    ///
    /// # Errors
    /// If it has none, or this is none.
    pub fn with_history_size(self, size: usize) -> Result<Self, OptimizerError> {
        match self.own() {
            Own::History if size > 0 => Ok(Self {
                history_size: (size != Lbfgs::new().history_size).then_some(size),
                ..self
            }),
            Own::History => Err(OptimizerError::HistorySize),
            _ => Err(OptimizerError::HasNoHistory(self.name())),
        }
    }

    /// The element of the gradient below which it ends a run; `None` where it ends none.
    pub fn tolerance_grad(self) -> Option<f64> {
        let constants = self.full_batch_constants();
        self.is_full_batch().then_some(constants.tolerance_grad)
    }

    /// The same method with this tolerance.
    ///
    /// # Errors
    /// If it has none, or this is none.
    pub fn with_tolerance_grad(self, tolerance: f64) -> Result<Self, OptimizerError> {
        Ok(Self {
            tolerance_grad: self.tolerance(tolerance, Lbfgs::new().tolerance_grad)?,
            ..self
        })
    }

    /// The change of parameters or objective below which it ends a run; `None` where it ends none.
    pub fn tolerance_change(self) -> Option<f64> {
        let constants = self.full_batch_constants();
        self.is_full_batch().then_some(constants.tolerance_change)
    }

    /// The same method with this tolerance.
    ///
    /// # Errors
    /// If it has none, or this is none.
    pub fn with_tolerance_change(self, tolerance: f64) -> Result<Self, OptimizerError> {
        Ok(Self {
            tolerance_change: self.tolerance(tolerance, Lbfgs::new().tolerance_change)?,
            ..self
        })
    }

    /// The optimizer with this learning rate and weight decay, and PyTorch's other constants. A
    /// [full-batch](Self::is_full_batch) one has neither.
    #[inline(never)]
    pub fn optimizer<T: Real>(self, lr: f64, weight_decay: f64) -> Arc<dyn Optimizer<T>> {
        let (.., make) = table::<T>()[self.row];
        make(Constants {
            lr,
            weight_decay,
            momentum: self.momentum().unwrap_or(0.0),
            dampening: self.dampening().unwrap_or(0.0),
            full_batch: self.full_batch_constants(),
        })
    }

    fn of_row(row: usize) -> Self {
        Self {
            row,
            momentum: None,
            dampening: None,
            history_size: None,
            tolerance_grad: None,
            tolerance_change: None,
        }
    }

    fn own(self) -> Own {
        table::<f64>()[self.row].1
    }

    fn full_batch_constants(self) -> Lbfgs {
        let usual = Lbfgs::new();
        Lbfgs {
            history_size: self.history_size.unwrap_or(usual.history_size),
            tolerance_grad: self.tolerance_grad.unwrap_or(usual.tolerance_grad),
            tolerance_change: self.tolerance_change.unwrap_or(usual.tolerance_change),
        }
    }

    /// A tolerance that this method can have; `None` for the usual one.
    fn tolerance(self, tolerance: f64, usual: f64) -> Result<Option<f64>, OptimizerError> {
        if !self.is_full_batch() {
            return Err(OptimizerError::HasNoTolerance(self.name()));
        }
        match (0.0..f64::INFINITY).contains(&tolerance) {
            true => Ok((tolerance != usual).then_some(tolerance)),
            false => Err(OptimizerError::Tolerance(tolerance)),
        }
    }
}

/// `adam`.
impl Default for Method {
    fn default() -> Self {
        let row = names().position(|name| name == "adam");
        Self::of_row(row.expect("adam is in the table"))
    }
}

impl FromStr for Method {
    type Err = OptimizerError;

    fn from_str(name: &str) -> Result<Self, OptimizerError> {
        let short = SHORT.iter().find(|(short, _)| *short == name);
        let whole = short.map_or(name, |(_, whole)| whole);
        let row = names().position(|known| known == whole);
        row.map(Self::of_row)
            .ok_or_else(|| OptimizerError::Unknown(name.to_owned()))
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
    /// Dampening for an optimizer that has none.
    #[error("the optimizer {0} does not dampen its momentum; leave it out, or choose sgd")]
    TakesNoDampening(&'static str),
    /// Dampening without momentum.
    #[error("dampening is about the momentum, which is 0; give one, as in --momentum 0.9")]
    NothingToDampen,
    /// Dampening outside [0, 1).
    #[error("the dampening {0} is not in the range from 0 up to, not including, 1")]
    Dampening(f64),
    /// Weight decay for an optimizer that looks at the whole objective.
    #[error("the optimizer {0} takes no weight decay; an L2 penalty is part of the objective")]
    TakesNoWeightDecay(&'static str),
    /// A history for an optimizer that has none.
    #[error("the optimizer {0} remembers no steps; leave it out, or choose lbfgs")]
    HasNoHistory(&'static str),
    /// A history of nothing.
    #[error("a history has at least one step")]
    HistorySize,
    /// A tolerance for an optimizer that has none.
    #[error(
        "the optimizer {0} ends no run by a tolerance; leave it out, or choose lbfgs or levenberg-marquardt"
    )]
    HasNoTolerance(&'static str),
    /// A tolerance below 0, infinite or NaN.
    #[error("the tolerance {0} is not a finite number of 0 or more")]
    Tolerance(f64),
}

/// The names that [`by_name`] knows.
pub fn names() -> impl Iterator<Item = &'static str> {
    table::<f64>().into_iter().map(|(name, ..)| name)
}

/// The other names by which a [`Method`] is read.
pub fn short_names() -> impl Iterator<Item = &'static str> {
    SHORT.into_iter().map(|(short, _)| short)
}

/// The optimizer of this name with these hyper-parameters, and its defaults for the others. One that finds the length of its
/// steps by itself has no learning rate.
///
/// # Errors
/// If there is none of the name, or it does not take the momentum or the weight decay.
pub fn by_name<T: Real>(
    name: &str,
    of: Hyperparameters,
) -> Result<Arc<dyn Optimizer<T>>, OptimizerError> {
    let method: Method = name.parse()?;
    let method = match of.momentum {
        Some(momentum) => method.with_momentum(momentum)?,
        None => method,
    };
    if method.is_full_batch() && of.weight_decay != 0.0 {
        return Err(OptimizerError::TakesNoWeightDecay(method.name()));
    }
    Ok(method.optimizer(of.lr, of.weight_decay))
}
