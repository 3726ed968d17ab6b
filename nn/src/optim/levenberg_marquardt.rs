//! Levenberg and Marquardt's method.

use autograd::{Real, flush_tiny_parameter};

use super::full_batch::{FullBatch, FullBatchStep, Objective, Termination, dot, largest};
use super::{Optimizer, ParamGroup, StateError, Step};

/// Levenberg-Marquardt for sums of squares (Levenberg 1944; Marquardt 1963): each step solves the linearized problem, damped
/// so that it stays where the linearization holds, (JᵀJ + μI)δ = −Jᵀr. An L2 penalty is a sum of squares, too.
///
/// The damping is Nielsen's (Madsen, Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems, 2nd edition 2004,
/// algorithm 3.16): μ starts at 10⁻³ times the largest diagonal element of JᵀJ, falls by up to a factor of 3 where the
/// objective falls as the linearization says, and rises ever faster where it does not fall. A step ends at the first damping
/// under which it falls.
///
/// A step takes a backward pass for each output, over many samples at once where all layers with parameters are linear and
/// over single ones else, and Cholesky's factorization of a matrix of the size of the parameters or of the residuals,
/// whichever are fewer. With fewer residuals, linear layers never have their Jacobian multiplied: the products of its rows are
/// those of layer inputs times those of deltas, made once a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevenbergMarquardt {
    /// The run ends where no element of the gradient is larger; 0 for none.
    pub tolerance_grad: f64,
    /// The run ends when a step moves no parameter by more, or changes the objective by no more; 0 for none.
    pub tolerance_change: f64,
}

impl LevenbergMarquardt {
    /// The most parameters: JᵀJ of as many takes 0.8 GB.
    pub const MOST_PARAMETERS: usize = 10_000;

    /// Tolerances 10⁻⁷ on the gradient and 10⁻⁹ on changes, as [`Lbfgs`](super::Lbfgs) has them.
    pub fn new() -> Self {
        Self {
            tolerance_grad: 1e-7,
            tolerance_change: 1e-9,
        }
    }
}

impl Default for LevenbergMarquardt {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Optimizer<T> for LevenbergMarquardt {
    /// 1: steps are taken whole.
    fn lr(&self) -> f64 {
        1.0
    }

    fn state(&self) -> &'static [&'static str] {
        &[]
    }

    fn apply(&self, _: Step, _: ParamGroup<'_, T>) {
        panic!(
            "Levenberg-Marquardt needs the objective, not one gradient: the trainer and optim::minimize give it"
        );
    }

    /// Two square matrices in `f64`, each of which counts twice for numbers of four bytes.
    fn memory(&self, parameters: u128) -> u128 {
        parameters.saturating_mul(parameters).saturating_mul(4)
    }

    fn check(&self, parameters: u128, squared_error: bool) -> Result<(), String> {
        if !squared_error {
            return Err(
                "levenberg-marquardt minimizes the mean squared error and no other loss; lbfgs takes any"
                    .to_owned(),
            );
        }
        match parameters <= Self::MOST_PARAMETERS as u128 {
            true => Ok(()),
            false => Err(format!(
                "levenberg-marquardt takes at most {} parameters, and there are {parameters}; lbfgs takes any number",
                Self::MOST_PARAMETERS
            )),
        }
    }

    fn full_batch(&self) -> Option<Box<dyn FullBatch<T>>> {
        Some(Box::new(LevenbergMarquardtState {
            rule: *self,
            damping: f64::NAN,
            growth: GROWTH,
        }))
    }
}

/// The first damping, as a share of the largest diagonal element of JᵀJ (τ).
const FIRST: f64 = 1e-3;
/// The factor by which the damping rises at first (ν); it doubles each time.
const GROWTH: f64 = 2.0;
/// The most dampings that are tried in a step; the last is 2⁷⁸⁰ times the first, which leaves no step at all.
const MOST: usize = 40;

/// Levenberg-Marquardt at work.
#[derive(Debug)]
struct LevenbergMarquardtState {
    rule: LevenbergMarquardt,
    /// μ; NaN before the first step.
    damping: f64,
    /// ν.
    growth: f64,
}

impl<T: Real> FullBatch<T> for LevenbergMarquardtState {
    fn step(&mut self, objective: &mut dyn Objective<T>, params: &mut [T]) -> FullBatchStep {
        let stay = |termination| FullBatchStep {
            length: 0.0,
            termination: Some(termination),
        };
        let system = objective.linearize(params);
        // Not the system's own value: both sides of a comparison are to be rounded alike.
        let value = objective.value(params);
        let half_gradient = system.half_gradient();
        let size = 2.0 * largest(&half_gradient);
        if !value.is_finite() || !size.is_finite() {
            return stay(Termination::NotFinite);
        }
        if size == 0.0 || size <= self.rule.tolerance_grad {
            return stay(Termination::Gradient);
        }
        if self.damping.is_nan() {
            self.damping = FIRST * system.largest_diagonal();
        }
        let mut to = params.to_vec();
        for _ in 0..MOST {
            let Some(step) = system.damped_step(self.damping) else {
                self.raise();
                continue;
            };
            for ((to, from), d) in to.iter_mut().zip(&*params).zip(&step) {
                *to = flush_tiny_parameter(T::from_f64(from.to_f64() + d));
            }
            if to == params {
                break;
            }
            // A value that is not finite falls nowhere.
            let gain = value - objective.value(&to);
            if gain > 0.0 {
                let squares = self.damping * dot(&step, &step);
                let predicted = squares - dot(&step, &half_gradient);
                self.lower(gain / predicted);
                params.copy_from_slice(&to);
                let tolerance = self.rule.tolerance_change;
                let small = largest(&step) <= tolerance || gain <= tolerance;
                return FullBatchStep {
                    length: 1.0,
                    termination: small.then_some(Termination::Change),
                };
            }
            self.raise();
        }
        stay(Termination::Damping)
    }

    fn numbers(&self) -> Vec<f64> {
        vec![self.damping, self.growth]
    }

    fn vectors(&self) -> Vec<(&'static str, &[T])> {
        Vec::new()
    }

    fn restore<'a>(
        &mut self,
        _: usize,
        numbers: &[f64],
        _: &dyn Fn(&str) -> Option<&'a [T]>,
    ) -> Result<(), StateError> {
        let &[damping, growth] = numbers else {
            return Err(StateError::Numbers {
                found: numbers.len(),
                expected: 2,
            });
        };
        (self.damping, self.growth) = (damping, growth);
        Ok(())
    }
}

impl LevenbergMarquardtState {
    /// After a step that lowered the objective by this multiple of what the linearization said.
    fn lower(&mut self, ratio: f64) {
        let factor = 1.0 - (2.0 * ratio - 1.0).powi(3);
        self.damping *= factor.max(1.0 / 3.0);
        self.growth = GROWTH;
    }

    /// After a step that did not.
    fn raise(&mut self) {
        self.damping *= self.growth;
        self.growth *= 2.0;
    }
}
