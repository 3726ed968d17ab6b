//! How steep the loss is at points of a plane.

use std::sync::OnceLock;

use autograd::{Real, Tape, kernels, sum_of_squares};

use super::Plane;
use crate::gradient::mean_gradient;

impl<T: Real> Plane<'_, T> {
    /// The Euclidean norm of the gradient of the mean loss at each point (α, β), with respect to all that is trained, not
    /// along the plane alone. Norms do not depend on the number of threads.
    ///
    /// # Panics
    /// As [`scores`](Self::scores).
    #[track_caller]
    #[inline(never)]
    pub fn gradient_norms(&self, points: &[(f64, f64)]) -> Vec<f64> {
        self.check();
        let found: Vec<OnceLock<f64>> = vec![OnceLock::new(); points.len()];
        kernels::split(points.len(), &|i| {
            let _ = found[i].set(self.gradient_norm(points[i]));
        });
        found.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    /// The norm at one point.
    fn gradient_norm(&self, at: (f64, f64)) -> f64 {
        let mut params = self.model.params.clone();
        let values = self.at(at, 0).contiguous();
        params.values_mut().copy_from_slice(values.elements());
        let mut gradient = vec![T::ZERO; params.len()];
        let (layers, tape) = (&self.model.layers, &mut Tape::new());
        mean_gradient(
            tape,
            layers,
            &params,
            self.data,
            self.rows,
            self.loss,
            &mut gradient,
        );
        sum_of_squares(&gradient).sqrt()
    }
}
