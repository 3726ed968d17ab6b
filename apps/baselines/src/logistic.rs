//! Logistic regression, run to convergence.
//!
//! Minimized is the mean cross-entropy plus ‖W‖² / (2Cn), intercepts not penalized: scikit-learn's objective over Cn. With
//! weights wᵢ of samples, of the mean 1, it is Σ wᵢlᵢ / n in place of the mean, as scikit-learn has it with `sample_weight`.
//! Two classes have one weight a column (the binomial form), more have one a column and class (the multinomial form),
//! as there. Newton's method, its systems solved by conjugate gradients with products of the Hessian only (R. Dembo and
//! T. Steihaug, Truncated-Newton algorithms, 1983), and backtracking until the objective falls enough (Armijo).

use autograd::{Tensor, prelude::*};
use datasets::Rows;

/// The inverse strength of the penalty, scikit-learn's default.
const C: f64 = 1.0;
/// Gradient tolerance of convergence: the largest component.
const TOLERANCE: f64 = 1e-8;
const NEWTON_STEPS: usize = 200;
/// Maximum number of Hessian-vector products per step.
const PRODUCTS: usize = 500;
/// Armijo constant: the share of the predicted decrease that a step must bring.
const ENOUGH: f64 = 1e-4;

/// A fitted logistic regression.
#[derive(Clone, Debug)]
pub struct Logistic {
    /// `[columns + 1, outputs]`; the last row holds the intercepts. One output for two classes.
    weights: Tensor<f64>,
    classes: usize,
    steps: usize,
}

/// Warning that the steps were used up before convergence.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "logistic regression has not converged: after {steps} Newton steps its gradient is still {gradient:.1e}; its \
     figures are those of the last step"
)]
pub struct NotConverged {
    /// Newton steps taken.
    pub steps: usize,
    /// The largest component of the gradient.
    pub gradient: f64,
}

impl Logistic {
    /// Fits classes to some rows, in order; `labels` has a class a row, and `weights` how much each counts, their mean 1. Where the gradient does not become small enough,
    /// the model comes with a warning. On many rows this takes minutes: as soon as `stop` says so, the fit ends where it
    /// is, with a model to be thrown away.
    ///
    /// # Panics
    /// If there is no row, a row is missing, or a label is not below `classes`.
    #[track_caller]
    pub fn fit(
        inputs: &Rows,
        rows: &[u32],
        labels: &[u32],
        weights: Option<&[f64]>,
        classes: usize,
        stop: impl Fn() -> bool,
    ) -> (Self, Option<NotConverged>) {
        assert!(
            !rows.is_empty() && rows.len() == labels.len(),
            "logistic regression: {} labels for {} rows",
            labels.len(),
            rows.len()
        );
        let problem = Problem::new(inputs, rows, labels, weights, classes);
        let mut w = Tensor::zeros(&[problem.x.shape()[1], problem.y.shape()[1]]);
        let mut here = problem.at(&w);
        let mut steps = 0;
        while here.steepest() > TOLERANCE && steps < NEWTON_STEPS && !stop() {
            let direction = problem.newton(&here, &stop);
            let slope = inner(&here.gradient, &direction);
            let mut length = 1.0;
            let next = loop {
                let there = &w + &direction.mul_scalar(length);
                let found = problem.at(&there);
                if found.value <= here.value + ENOUGH * length * slope {
                    break Some((there, found));
                }
                length *= 0.5;
                if length < 1e-12 {
                    break None;
                }
            };
            // Where rounding hides every further decrease, this is the minimum as far as numbers can tell.
            let Some((there, found)) = next else { break };
            (w, here) = (there, found);
            steps += 1;
        }
        let gradient = here.steepest();
        let warning =
            (gradient.is_nan() || gradient > TOLERANCE).then_some(NotConverged { steps, gradient });
        let model = Self {
            weights: w,
            classes,
            steps,
        };
        (model, warning)
    }

    /// Predicts class probabilities of samples: `[rows, classes]`, row-major.
    pub fn probabilities(&self, inputs: &Rows, rows: &[u32]) -> Vec<f64> {
        let z = with_ones(inputs, rows).matmul(&self.weights);
        if self.classes == 2 {
            let (one, zero) = (z.sigmoid(), (-&z).sigmoid());
            return Tensor::concat(&[&zero, &one], 1).to_vec();
        }
        z.softmax(1).to_vec()
    }

    /// The weights, `[columns + 1, outputs]` row-major; the last row holds the intercepts. Two classes have one output.
    pub fn weights(&self) -> Vec<f64> {
        self.weights.to_vec()
    }

    /// Number of Newton steps.
    pub fn steps(&self) -> usize {
        self.steps
    }
}

/// Objective.
struct Problem {
    /// `[rows, columns + 1]`, the last column all ones.
    x: Tensor<f64>,
    /// `[rows, outputs]`: 1 where the row is of the class.
    y: Tensor<f64>,
    /// The weight of each row, `[rows, 1]`.
    weights: Option<Tensor<f64>>,
    /// Penalty of each weight, `[columns + 1, 1]`: 1/(Cn), and 0 for the intercepts.
    ridge: Tensor<f64>,
}

/// A point, and what is known of the objective there.
struct Point {
    value: f64,
    gradient: Tensor<f64>,
    /// `[rows, outputs]`.
    probabilities: Tensor<f64>,
}

impl Point {
    /// The largest component of the gradient.
    fn steepest(&self) -> f64 {
        let sizes = self.gradient.to_vec().into_iter().map(f64::abs);
        // A gradient with a NaN in it is not small.
        sizes.fold(0.0, |a, b| if b.is_nan() || b > a { b } else { a })
    }
}

impl Problem {
    fn new(
        inputs: &Rows,
        rows: &[u32],
        labels: &[u32],
        weights: Option<&[f64]>,
        classes: usize,
    ) -> Self {
        let x = with_ones(inputs, rows);
        let outputs = if classes == 2 { 1 } else { classes };
        let is_of = |i: usize| {
            let (row, output) = (i / outputs, i % outputs);
            let class = if outputs == 1 { 1 } else { output };
            f64::from(u8::from(labels[row] as usize == class))
        };
        let columns = inputs.row_len();
        let each = 1.0 / (C * rows.len() as f64);
        Self {
            y: Tensor::from_fn(&[rows.len(), outputs], is_of),
            weights: weights.map(|weights| Tensor::new(&[rows.len(), 1], weights)),
            ridge: Tensor::from_fn(&[columns + 1, 1], |j| if j < columns { each } else { 0.0 }),
            x,
        }
    }

    /// Numbers of rows, `[rows, …]`, times the rows' weights.
    fn weighted(&self, of: Tensor<f64>) -> Tensor<f64> {
        match &self.weights {
            Some(weights) => of * weights,
            None => of,
        }
    }

    fn at(&self, w: &Tensor<f64>) -> Point {
        let n = self.x.shape()[0] as f64;
        let z = self.x.matmul(w);
        let (probabilities, log_partition) = if self.y.shape()[1] == 1 {
            (z.sigmoid(), z.softplus())
        } else {
            (z.softmax(1), z.logsumexp_axes(&[1]))
        };
        let penalty = 0.5 * (w.square() * &self.ridge).sum().item();
        let log_partition = self.weighted(log_partition.reshape(&[self.x.shape()[0], 1]));
        let own = self.weighted(&z * &self.y);
        let value = (log_partition.sum().item() - own.sum().item()) / n + penalty;
        let off = self.weighted(&probabilities - &self.y);
        let gradient = self.x.transpose().matmul(&off) * (1.0 / n) + w * &self.ridge;
        Point {
            value,
            gradient,
            probabilities,
        }
    }

    /// The Hessian at a point times `v`.
    fn product(&self, at: &Point, v: &Tensor<f64>) -> Tensor<f64> {
        let n = self.x.shape()[0] as f64;
        let p = &at.probabilities;
        let u = p * &self.x.matmul(v);
        let change = if self.y.shape()[1] == 1 {
            &u - &(p * &u)
        } else {
            &u - &(p * &u.sum_keep(&[1]))
        };
        self.x.transpose().matmul(&self.weighted(change)) * (1.0 / n) + v * &self.ridge
    }

    /// A direction d with H·d ≈ −g, the closer the smaller the gradient.
    fn newton(&self, at: &Point, stop: &impl Fn() -> bool) -> Tensor<f64> {
        let mut d = Tensor::zeros(at.gradient.shape());
        let mut residual = -&at.gradient;
        let mut along = residual.clone();
        let mut size = inner(&residual, &residual);
        let start = size.sqrt();
        let enough = start * start.sqrt().min(0.1);
        for _ in 0..PRODUCTS {
            if size.sqrt() <= enough || stop() {
                break;
            }
            let product = self.product(at, &along);
            let curvature = inner(&along, &product);
            // Intercepts may all move together at no cost; that far the direction is good as it is.
            if curvature <= 1e-14 * inner(&along, &along) {
                break;
            }
            let step = size / curvature;
            d = &d + &along.mul_scalar(step);
            residual = &residual - &product.mul_scalar(step);
            let next = inner(&residual, &residual);
            along = &residual + &along.mul_scalar(next / size);
            size = next;
        }
        d
    }
}

fn inner(a: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    (a * b).sum().item()
}

/// Some rows, with a column of ones for the intercept.
fn with_ones(inputs: &Rows, rows: &[u32]) -> Tensor<f64> {
    let x = inputs.gather::<f64>(rows);
    let x = x.reshape(&[rows.len(), inputs.row_len()]);
    Tensor::concat(&[&x, &Tensor::full(&[rows.len(), 1], 1.0)], 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> (Rows, Vec<u32>, Vec<u32>) {
        let x = |i: usize| (i as f64 * 0.7).sin() + 0.05 * i as f64;
        let cells: Vec<f64> = (0..60).flat_map(|i| [x(i), x(i + 9) * 2.0]).collect();
        let labels = (0..60).map(|i| ((x(i) * 1.5) as u32 + u32::from(i % 7 == 0)).min(2));
        (
            Rows::reals64(&[2], cells),
            (0..60).collect(),
            labels.collect(),
        )
    }

    #[test]
    fn the_gradient_vanishes_for_two_and_three_classes() {
        let (inputs, rows, labels) = rows();
        for classes in [2, 3] {
            let labels: Vec<u32> = labels.iter().map(|l| (*l).min(classes - 1)).collect();
            let (model, warning) =
                Logistic::fit(&inputs, &rows, &labels, None, classes as usize, || false);
            assert_eq!(warning, None);
            assert!(model.steps() < 20, "{}", model.steps());
            // The mean probability of a class is its share: the condition for the intercepts.
            let p = model.probabilities(&inputs, &rows);
            for class in 0..classes as usize {
                let mean = p.iter().skip(class).step_by(classes as usize).sum::<f64>() / 60.0;
                let share = labels.iter().filter(|l| **l as usize == class).count() as f64 / 60.0;
                assert!((mean - share).abs() < 1e-7, "{mean} {share}");
            }
        }
    }

    #[test]
    fn gradient_and_hessian_agree_with_differences() {
        let (inputs, rows, labels) = rows();
        let weights: Vec<f64> = (0..60).map(|i| f64::from(i % 5) / 2.0).collect();
        for classes in [2, 3] {
            let labels: Vec<u32> = labels.iter().map(|l| (*l).min(classes - 1)).collect();
            let problem = Problem::new(&inputs, &rows, &labels, Some(&weights), classes as usize);
            let shape = [3, problem.y.shape()[1]];
            let w = Tensor::from_fn(&shape, |i| (i as f64 * 1.3).cos());
            let v = Tensor::from_fn(&shape, |i| (i as f64 * 0.9).sin());
            let step = |t: f64| problem.at(&(&w + &v.mul_scalar(t)));
            let (ahead, behind, here) = (step(1e-5), step(-1e-5), step(0.0));
            let slope = (ahead.value - behind.value) / 2e-5;
            assert!((slope - inner(&here.gradient, &v)).abs() < 1e-8);
            let change = (&ahead.gradient - &behind.gradient) * 5e4;
            let off = &change - &problem.product(&here, &v);
            assert!(inner(&off, &off).sqrt() < 1e-8);
        }
    }

    #[test]
    fn a_class_without_rows_is_improbable() {
        let (inputs, rows, labels) = rows();
        let labels: Vec<u32> = labels.iter().map(|l| (*l).min(1)).collect();
        let (model, _) = Logistic::fit(&inputs, &rows, &labels, None, 3, || false);
        let p = model.probabilities(&inputs, &rows);
        assert!(p.iter().skip(2).step_by(3).all(|p| *p < 0.01), "{p:?}");
    }
}
