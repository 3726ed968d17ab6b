//! Optimizers that look at the objective at several points a step, over all training samples.

use std::fmt::Debug;

use autograd::Real;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::StateError;
use super::least_squares::LeastSquares;

/// An objective: a function of the flat parameter vector that is minimized.
///
/// The trainer's is the mean loss over all training samples plus the penalties. A closure that returns the value and writes
/// the gradient is an objective, too:
///
/// ```
/// use nn::optim::{Lbfgs, minimize};
///
/// // Rosenbrock's valley, whose floor is at (1, 1).
/// let mut valley = |x: &[f64], g: &mut [f64]| {
///     let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
///     (g[0], g[1]) = (-2.0 * a - 400.0 * x[0] * b, 200.0 * b);
///     a * a + 100.0 * b * b
/// };
/// let mut x = [-1.2, 1.0];
/// minimize(&Lbfgs::new(), &mut valley, &mut x, 100);
/// assert!(x.iter().all(|x| (x - 1.0).abs() < 1e-6));
/// ```
pub trait Objective<T: Real> {
    /// The value at `x`; the gradient is written over `gradient`.
    fn value_and_grad(&mut self, x: &[T], gradient: &mut [T]) -> f64;

    /// The value at `x`.
    fn value(&mut self, x: &[T]) -> f64 {
        self.value_and_grad(x, &mut vec![T::ZERO; x.len()])
    }

    /// The objective as a sum of squares, Σr², linearized at `x`.
    ///
    /// # Panics
    /// If the objective does not say how it is one.
    #[track_caller]
    fn linearize(&mut self, x: &[T]) -> LeastSquares {
        panic!(
            "linearize: this objective of {} parameters is no sum of squares",
            x.len()
        )
    }
}

impl<T: Real, F: FnMut(&[T], &mut [T]) -> f64> Objective<T> for F {
    fn value_and_grad(&mut self, x: &[T], gradient: &mut [T]) -> f64 {
        self(x, gradient)
    }
}

/// A full-batch optimizer at work. What it keeps are flat vectors and numbers, so that a run goes on to the bit.
pub trait FullBatch<T: Real>: Debug + Send {
    /// Moves the parameters once, to a point where the objective is lower, or says why it cannot.
    fn step(&mut self, objective: &mut dyn Objective<T>, params: &mut [T]) -> FullBatchStep;

    /// The numbers it keeps between steps.
    fn numbers(&self) -> Vec<f64>;

    /// The vectors it keeps between steps, by name; those of histories are one behind the other, oldest first.
    fn vectors(&self) -> Vec<(&'static str, &[T])>;

    /// Takes up the [`numbers`](Self::numbers) and [`vectors`](Self::vectors) of another run with `len` parameters. After an
    /// error nothing has changed.
    ///
    /// # Errors
    /// If they belong to another optimizer or another model.
    fn restore<'a>(
        &mut self,
        len: usize,
        numbers: &[f64],
        vector: &dyn Fn(&str) -> Option<&'a [T]>,
    ) -> Result<(), StateError>;
}

/// A step of a full-batch optimizer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FullBatchStep {
    /// The length of the step, as a multiple of the direction that was searched; 0 where no step was taken.
    pub length: f64,
    /// Reason why there is nothing more to do, if so.
    pub termination: Option<Termination>,
}

/// The reason for which a full-batch optimizer ends a run; as text, a clause of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(rename_all = "kebab-case")]
pub enum Termination {
    /// No element of the gradient is larger than its tolerance.
    #[error("the gradient is within its tolerance")]
    Gradient,
    /// The last step changed parameters or objective by no more than the tolerance.
    #[error("the last change is within its tolerance")]
    Change,
    /// The line search found no step that satisfies the Wolfe conditions, along the steepest descent neither.
    #[error(
        "the line search found no acceptable step, not even along the steepest descent, which is usual where rounding \
         errors exceed what is left to gain"
    )]
    LineSearch,
    /// No damping gave a step that lowers the objective.
    #[error(
        "no damping gives a step that lowers the objective, which is usual where rounding errors exceed what is left to \
         gain"
    )]
    Damping,
    /// The objective or its gradient is infinite or NaN.
    #[error("the objective or its gradient is not finite")]
    NotFinite,
}

/// Minimizes an objective by a full-batch optimizer from `x` on, in at most `steps` steps. Returns why it ended; `None`
/// when all steps were taken.
///
/// # Panics
/// If the optimizer is one of single gradients, such as [`Adam`](super::Adam).
#[track_caller]
pub fn minimize<T: Real>(
    optimizer: &dyn super::Optimizer<T>,
    objective: &mut dyn Objective<T>,
    x: &mut [T],
    steps: usize,
) -> Option<Termination> {
    let Some(mut state) = optimizer.full_batch() else {
        panic!("minimize: {optimizer:?} does not look at a whole objective");
    };
    (0..steps).find_map(|_| state.step(objective, x).termination)
}

/// The scalar product, added up in `f64` by eight running sums, so that it vectorizes and is the same everywhere.
pub(super) fn dot<A: Real, B: Real>(a: &[A], b: &[B]) -> f64 {
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in a8.iter().zip(b8) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a.to_f64() * b.to_f64();
        }
    }
    let rest = a_rest.iter().zip(b_rest);
    let rest: f64 = rest.map(|(a, b)| a.to_f64() * b.to_f64()).sum();
    sums.iter().sum::<f64>() + rest
}

/// The largest size of an element; NaN if one is NaN.
pub(super) fn largest<T: Real>(x: &[T]) -> f64 {
    x.iter().fold(0.0, |most: f64, x| {
        let size = x.to_f64().abs();
        if size > most || size.is_nan() {
            size
        } else {
            most
        }
    })
}
