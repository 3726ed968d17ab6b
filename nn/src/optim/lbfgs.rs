//! L-BFGS.

use autograd::{Real, flush_tiny_parameter};

use super::full_batch::{FullBatch, FullBatchStep, Objective, Termination, dot, largest};
use super::line_search::{Point, strong_wolfe};
use super::{Optimizer, ParamGroup, StateError, Step};

/// L-BFGS, a quasi-Newton method of limited memory (Liu and Nocedal 1989; Nocedal and Wright, Numerical Optimization, 2nd
/// edition 2006, algorithms 7.4 and 7.5), with a line search for the strong Wolfe conditions (algorithms 3.5 and 3.6, with
/// c₁ = 10⁻⁴ and c₂ = 0.9).
///
/// Each step looks at the objective at one or more points, each over all training samples. Step and gradient difference of
/// the last steps make up its model of the curvature. The inverse Hessian it starts from is sᵀy/yᵀy times the identity;
/// along the first direction, the steepest descent, a step of length 1 is tried first. If a line search fails the history
/// is dropped and the steepest descent is searched; if that fails, too, the run ends.
///
/// Names and tolerances are those of PyTorch's `LBFGS`, and a tolerance of 0 is none. The history is SciPy's: ten steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lbfgs {
    /// Steps that are remembered, at least 1.
    pub history_size: usize,
    /// The run ends where no element of the gradient is larger.
    pub tolerance_grad: f64,
    /// The run ends when a step moves no parameter by more, or changes the objective by no more.
    pub tolerance_change: f64,
}

impl Lbfgs {
    /// A history of 10 steps; tolerances 10⁻⁷ on the gradient and 10⁻⁹ on changes.
    pub fn new() -> Self {
        Self {
            history_size: 10,
            tolerance_grad: 1e-7,
            tolerance_change: 1e-9,
        }
    }
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Optimizer<T> for Lbfgs {
    /// 1: the line search decides.
    fn lr(&self) -> f64 {
        1.0
    }

    fn state(&self) -> &'static [&'static str] {
        &[]
    }

    fn apply(&self, _: Step, _: ParamGroup<'_, T>) {
        panic!(
            "L-BFGS needs the objective, not one gradient: the trainer and optim::minimize give it"
        );
    }

    /// The history, point and gradient; direction and trial point of a step, the former in `f64`.
    fn memory(&self, parameters: u128) -> u128 {
        parameters.saturating_mul(2 * self.history_size as u128 + 7)
    }

    #[track_caller]
    fn full_batch(&self) -> Option<Box<dyn FullBatch<T>>> {
        assert!(self.history_size > 0, "L-BFGS remembers at least one step");
        Some(Box::new(LbfgsState {
            rule: *self,
            point: Vec::new(),
            gradient: Vec::new(),
            value: f64::NAN,
            s: Vec::new(),
            y: Vec::new(),
        }))
    }
}

/// L-BFGS at work.
#[derive(Debug)]
struct LbfgsState<T> {
    rule: Lbfgs,
    /// Where the last step ended; empty before the first.
    point: Vec<T>,
    /// The gradient there.
    gradient: Vec<T>,
    /// The objective there.
    value: f64,
    /// Steps, one behind the other, oldest first.
    s: Vec<T>,
    /// What they changed about the gradient.
    y: Vec<T>,
}

impl<T: Real> LbfgsState<T> {
    fn forget(&mut self) {
        self.s.clear();
        self.y.clear();
    }

    /// The product of the inverse Hessian, as the history tells it, with the gradient, negated (algorithm 7.4).
    fn direction(&self) -> Vec<f64> {
        let n = self.gradient.len();
        let pairs = || self.s.chunks_exact(n).zip(self.y.chunks_exact(n));
        let mut q: Vec<f64> = self.gradient.iter().map(|g| -g.to_f64()).collect();
        let mut shares = Vec::new();
        for (s, y) in pairs().rev() {
            let share = dot(s, &q) / dot(s, y);
            add_scaled(&mut q, -share, y);
            shares.push(share);
        }
        if let Some((s, y)) = pairs().next_back() {
            let scale = dot(s, y) / dot(y, y);
            q.iter_mut().for_each(|q| *q *= scale);
        }
        for ((s, y), share) in pairs().zip(shares.iter().rev()) {
            let correction = dot(y, &q) / dot(s, y);
            add_scaled(&mut q, share - correction, s);
        }
        q
    }

    /// Searches along a direction; the step that is found is taken, and returned with its length.
    fn search(&mut self, objective: &mut dyn Objective<T>) -> Option<Taken<T>> {
        let direction = self.direction();
        let start = Point {
            at: 0.0,
            value: self.value,
            slope: dot(&self.gradient, &direction),
        };
        if start.slope >= 0.0 || !start.slope.is_finite() {
            return None;
        }
        let first = match self.s.is_empty() {
            true => 1.0 / dot(&direction, &direction).sqrt(),
            false => 1.0,
        };
        let mut point = self.point.clone();
        let mut gradient = self.gradient.clone();
        let found = strong_wolfe(start, first, |at| {
            for ((to, from), d) in point.iter_mut().zip(&self.point).zip(&direction) {
                *to = flush_tiny_parameter(T::from_f64(from.to_f64() + at * d));
            }
            let value = objective.value_and_grad(&point, &mut gradient);
            Point {
                at,
                value,
                slope: dot(&gradient, &direction),
            }
        })?;
        let s = difference(&point, &self.point);
        let y = difference(&gradient, &self.gradient);
        let change = (found.value - self.value).abs();
        (self.point, self.gradient, self.value) = (point, gradient, found.value);
        Some(Taken {
            length: found.at,
            s,
            y,
            change,
        })
    }

    /// Remembers a step, and forgets the oldest if there are too many. The Wolfe conditions make sᵀy positive; where
    /// rounding has left nothing of it the step tells nothing of the curvature.
    fn remember(&mut self, s: &[T], y: &[T]) {
        if dot(s, y) <= f64::EPSILON * dot(y, y) {
            return;
        }
        let full = self.rule.history_size.saturating_mul(s.len());
        for (kept, new) in [(&mut self.s, s), (&mut self.y, y)] {
            if kept.len() >= full {
                kept.drain(..new.len());
            }
            kept.extend_from_slice(new);
        }
    }
}

/// A step that was taken.
struct Taken<T> {
    length: f64,
    s: Vec<T>,
    y: Vec<T>,
    /// By how much the objective changed.
    change: f64,
}

impl<T: Real> FullBatch<T> for LbfgsState<T> {
    fn step(&mut self, objective: &mut dyn Objective<T>, params: &mut [T]) -> FullBatchStep {
        let stay = |termination| FullBatchStep {
            length: 0.0,
            termination: Some(termination),
        };
        // The first step, or parameters that somebody else has moved.
        if self.point != params {
            self.forget();
            self.point = params.to_vec();
            self.gradient = vec![T::ZERO; params.len()];
            self.value = objective.value_and_grad(params, &mut self.gradient);
        }
        let size = largest(&self.gradient);
        if !self.value.is_finite() || !size.is_finite() {
            return stay(Termination::NotFinite);
        }
        if size <= self.rule.tolerance_grad {
            return stay(Termination::Gradient);
        }
        let mut taken = self.search(objective);
        if taken.is_none() && !self.s.is_empty() {
            self.forget();
            taken = self.search(objective);
        }
        let Some(taken) = taken else {
            return stay(Termination::LineSearch);
        };
        params.copy_from_slice(&self.point);
        self.remember(&taken.s, &taken.y);
        let tolerance = self.rule.tolerance_change;
        FullBatchStep {
            length: taken.length,
            termination: if largest(&self.gradient) <= self.rule.tolerance_grad {
                Some(Termination::Gradient)
            } else if largest(&taken.s) <= tolerance || taken.change <= tolerance {
                Some(Termination::Change)
            } else {
                None
            },
        }
    }

    fn numbers(&self) -> Vec<f64> {
        vec![self.value]
    }

    fn vectors(&self) -> Vec<(&'static str, &[T])> {
        vec![
            ("point", &self.point),
            ("gradient", &self.gradient),
            ("s", &self.s),
            ("y", &self.y),
        ]
    }

    fn restore<'a>(
        &mut self,
        len: usize,
        numbers: &[f64],
        vector: &dyn Fn(&str) -> Option<&'a [T]>,
    ) -> Result<(), StateError> {
        let &[value] = numbers else {
            return Err(StateError::Numbers {
                found: numbers.len(),
                expected: 1,
            });
        };
        let named = |name| vector(name).ok_or(StateError::Missing(name));
        let (point, s) = (named("point")?, named("s")?);
        let wrong = |name, found, expected| StateError::Length {
            name,
            found,
            expected,
        };
        if point.len() != len && !point.is_empty() {
            return Err(wrong("point", point.len(), len));
        }
        let most = self.rule.history_size.saturating_mul(len);
        if s.len() % len.max(1) != 0 || s.len() > most {
            return Err(wrong("s", s.len(), most));
        }
        let (gradient, y) = (named("gradient")?, named("y")?);
        for (name, found, expected) in [("gradient", gradient, point), ("y", y, s)] {
            if found.len() != expected.len() {
                return Err(wrong(name, found.len(), expected.len()));
            }
        }
        self.value = value;
        (self.point, self.gradient) = (point.to_vec(), gradient.to_vec());
        (self.s, self.y) = (s.to_vec(), y.to_vec());
        Ok(())
    }
}

/// Adds c·x.
fn add_scaled<T: Real>(to: &mut [f64], c: f64, x: &[T]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += c * x.to_f64();
    }
}

fn difference<T: Real>(a: &[T], b: &[T]) -> Vec<T> {
    a.iter().zip(b).map(|(a, b)| *a - *b).collect()
}
