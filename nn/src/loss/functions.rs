//! The built-in losses.

use autograd::prelude::*;
use autograd::{Algebra, Cmp, Lane, Real, SavedForBackward, Tensor, Unary};
use datasets::{BatchTargets, Targets};
use serde::{Deserialize, Serialize};

use super::weighted::weighted;
use super::{Loss, LossFunction};

/// Softmax and cross-entropy of logits `[rows, classes]`, with a class a row as target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrossEntropy {
    /// The share of the target that is spread over all classes (Szegedy and others 2016); from 0 to 1, usually 0.
    pub smoothing: f64,
}

/// Sigmoid and binary cross-entropy of logits. Targets are classes 0 and 1, for a single logit a row, or values from 0 to
/// 1 for each output, such as pixels. Where a target is neither 0 nor 1 the least loss is not 0 but the target's entropy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BceWithLogits;

/// The mean squared error over rows and outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mse;

/// The mean absolute error over rows and outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mae;

/// The mean over rows and outputs of d²/2 where the error |d| is at most δ, and of δ·(|d| − δ/2) elsewhere (Huber 1964).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Huber {
    /// δ, where the square ends.
    pub delta: f64,
}

impl CrossEntropy {
    /// Without label smoothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// With this label smoothing, from 0 to 1.
    pub fn smoothing(self, smoothing: f64) -> Self {
        Self { smoothing }
    }
}

impl Loss for CrossEntropy {
    #[track_caller]
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        let labels = match targets {
            BatchTargets::Classes(labels) => labels,
            BatchTargets::Weighted { of, weights } => {
                let smoothing = self.smoothing;
                return weighted(
                    LossFunction::CrossEntropy { smoothing },
                    outputs,
                    of,
                    weights,
                );
            }
            BatchTargets::Values(_) => {
                panic!("cross-entropy takes classes as targets, not values")
            }
        };
        outputs.cross_entropy(labels, self.smoothing)
    }

    /// Both at once: of up to 32 classes each logit has one exponential, of more it has two. Weighted rows go the tape's way.
    #[track_caller]
    fn value_and_gradient<T: Real>(
        &self,
        outputs: &Tensor<T>,
        targets: &BatchTargets<T>,
    ) -> Option<(T, Tensor<T>)> {
        match targets {
            BatchTargets::Classes(labels) => {
                Some(outputs.cross_entropy_with_gradient(labels, self.smoothing))
            }
            _ => None,
        }
    }

    fn takes_weights(&self) -> bool {
        true
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        match targets.unweighted() {
            Targets::Classes { classes, .. } if outputs != [*classes] => Err(format!(
                "cross-entropy of {classes} classes takes as many outputs, and a row of them is of shape {outputs:?}"
            )),
            Targets::Classes { .. } => Ok(()),
            _ => Err("cross-entropy takes classes, and these are values".to_owned()),
        }
    }

    fn describe(&self) -> String {
        match self.smoothing {
            0.0 => "cross-entropy".to_owned(),
            smoothing => format!("cross-entropy with smoothing {smoothing}"),
        }
    }
}

impl Loss for BceWithLogits {
    #[track_caller]
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        if let BatchTargets::Weighted { of, weights } = targets {
            return weighted(LossFunction::BceWithLogits, outputs, of, weights);
        }
        outputs
            .bce_with_logits(&probabilities(outputs, targets))
            .mean()
    }

    fn takes_weights(&self) -> bool {
        true
    }

    fn predictions<V: Value>(&self, outputs: &V) -> V {
        outputs.sigmoid()
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        match targets.unweighted() {
            Targets::Classes { classes: 0..=2, .. } if outputs == [1] => Ok(()),
            Targets::Classes { classes, .. } => Err(format!(
                "binary cross-entropy tells 2 classes apart by one output, and these are {classes} classes and outputs of shape {outputs:?}"
            )),
            targets => values("binary cross-entropy", targets, outputs),
        }
    }

    fn describe(&self) -> String {
        "binary cross-entropy".to_owned()
    }
}

/// What logits are compared with: classes as the numbers 0 and 1, and values as they are.
#[track_caller]
pub(super) fn probabilities<V: Value>(outputs: &V, targets: &BatchTargets<V::T>) -> V {
    match targets {
        BatchTargets::Classes(labels) => {
            let labels = labels.as_slice();
            let number = |i: usize| V::T::from_f64(f64::from(labels[i]));
            let values = BatchTargets::Values(Tensor::from_fn(&[labels.len(), 1], number));
            values.beside(outputs)
        }
        targets => targets.beside(outputs),
    }
}

/// A loss of errors: its formula in outputs and targets, its name, whether it is the mean squared error, and its variant.
macro_rules! errors {
    ($loss:ident, $self:ident, |$outputs:ident, $targets:ident| $formula:expr, $name:literal, $described:expr, $squared:literal, $variant:expr) => {
        impl Loss for $loss {
            #[track_caller]
            fn value<V: Value>(&$self, $outputs: &V, targets: &BatchTargets<V::T>) -> V {
                match targets {
                    BatchTargets::Classes(_) => {
                        panic!(concat!($name, " takes values as targets, not classes"))
                    }
                    BatchTargets::Weighted { of, weights } => {
                        return weighted($variant, $outputs, of, weights);
                    }
                    BatchTargets::Values(_) => {}
                }
                let $targets = &targets.beside($outputs);
                $formula
            }

            /// Of the mean squared error both at once, without a tape.
            #[track_caller]
            fn value_and_gradient<T: Real>(
                &self,
                outputs: &Tensor<T>,
                targets: &BatchTargets<T>,
            ) -> Option<(T, Tensor<T>)> {
                match targets {
                    BatchTargets::Values(_) if $squared => {
                        Some(outputs.mse_with_gradient(&targets.beside(outputs)))
                    }
                    _ => None,
                }
            }

            fn takes_weights(&self) -> bool {
                true
            }

            fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
                values($name, targets, outputs)
            }

            fn is_squared_error(&self) -> bool {
                $squared
            }

            fn describe(&$self) -> String {
                $described
            }
        }
    };
}

errors!(
    Mse,
    self,
    |y, t| mse(y, t),
    "the mean squared error",
    "mean squared error".to_owned(),
    true,
    LossFunction::Mse
);
errors!(
    Mae,
    self,
    |y, t| mae(y, t),
    "the mean absolute error",
    "mean absolute error".to_owned(),
    false,
    LossFunction::Mae
);
errors!(
    Huber,
    self,
    |y, t| huber(y, t, self.delta),
    "the Huber loss",
    format!("Huber with delta {}", self.delta),
    false,
    LossFunction::Huber { delta: self.delta }
);

/// Refuses targets that are no values of the outputs' shape.
fn values(name: &str, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
    match targets.unweighted() {
        Targets::Values(values) if values.row_shape() != outputs => Err(format!(
            "{name} takes a value for each output, and a row of targets is of shape {:?}, of outputs of shape {outputs:?}",
            values.row_shape()
        )),
        Targets::Values(_) => Ok(()),
        _ => Err(format!("{name} takes values, and these are classes")),
    }
}

/// The mean squared difference.
#[track_caller]
pub fn mse<V: Value>(outputs: &V, targets: &V) -> V {
    outputs.mse(targets)
}

/// The mean absolute difference.
#[track_caller]
pub fn mae<V: Value>(outputs: &V, targets: &V) -> V {
    (outputs.clone() - targets).abs().mean()
}

/// The mean of d²/2 where |d| is at most δ, and of δ·(|d| − δ/2) elsewhere (Huber, 1964).
#[track_caller]
pub fn huber<V: Value>(outputs: &V, targets: &V, delta: f64) -> V {
    let difference = outputs.clone() - targets;
    difference.map(HuberOf { delta }).mean()
}

/// The Huber function of a difference.
#[derive(Clone, Copy)]
pub(super) struct HuberOf {
    pub(super) delta: f64,
}

impl Unary for HuberOf {
    const NAME: &'static str = "huber";
    const SAVED_FOR_BACKWARD: SavedForBackward = SavedForBackward::Input;
    #[inline(always)]
    fn value<L: Lane>(self, d: L) -> L {
        let (delta, half, size) = (d.lift(self.delta), d.lift(0.5), Lane::abs(d));
        let linear = delta * (size - half * delta);
        size.select(Cmp::Le, delta, half * d * d, linear)
    }
    #[inline(always)]
    fn derivative<E: Algebra>(self, d: E, _y: E) -> E {
        let (delta, low) = (d.lift(self.delta), d.lift(-self.delta));
        let above = d.select(Cmp::Gt, delta, delta, d);
        d.select(Cmp::Lt, low, low, above)
    }
}
