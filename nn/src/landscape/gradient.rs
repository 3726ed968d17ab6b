//! How steep the loss is at points of a plane.

use std::sync::OnceLock;

use autograd::{Real, Tape, kernels};

use super::Plane;
use crate::evaluate::ROWS;
use crate::layer::{Layer, Mode, Pass};
use crate::model::value_and_grad;

impl<T: Real> Plane<'_, T> {
    /// The Euclidean norm of the gradient of the mean loss at each point (α, β), with respect to all that is trained, not
    /// along the plane alone. Norms do not depend on the number of threads.
    ///
    /// # Panics
    /// As [`scores`](Self::scores).
    #[track_caller]
    pub fn gradient_norms(&self, points: &[(f64, f64)]) -> Vec<f64> {
        self.check();
        let found: Vec<OnceLock<f64>> = vec![OnceLock::new(); points.len()];
        kernels::split(points.len(), &|i| {
            let _ = found[i].set(self.gradient_norm(points[i]));
        });
        found.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    /// The norm at one point: the gradients of batches are added in the order of the rows, in double precision.
    fn gradient_norm(&self, at: (f64, f64)) -> f64 {
        let mut params = self.model.params.clone();
        let values = self.at(at, 0).contiguous();
        params
            .values_mut()
            .copy_from_slice(values.as_slice().unwrap_or_default());
        let mut tape = Tape::new();
        let mut part = vec![T::ZERO; params.len()];
        let mut sum = vec![0.0; params.len()];
        for rows in self.rows.chunks(ROWS) {
            let x = self.data.inputs.gather::<T>(rows);
            let targets = self.loss.targets(self.data.targets, rows);
            value_and_grad(&mut tape, &params, &mut part, |weights| {
                let pass = Pass {
                    weights,
                    mode: Mode::Evaluate,
                };
                let y = self
                    .model
                    .layers
                    .forward(&pass, &weights.tape().constant(x));
                self.loss.of(&y, &targets)
            });
            for (sum, part) in sum.iter_mut().zip(&part) {
                *sum += part.to_f64() * rows.len() as f64;
            }
        }
        let squares: f64 = sum.iter().map(|g| g * g).sum();
        squares.sqrt() / self.rows.len() as f64
    }
}
