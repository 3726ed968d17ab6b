//! Training images changed a little at every step, so that a network sees no image twice.
//!
//! ```
//! use autograd::Tensor;
//! use datasets::augment::Plan;
//!
//! let plan: Plan = "shift,rotate,noise:0.05".parse()?;
//! let mut batch = Tensor::<f32>::zeros(&[16, 1, 28, 28]);
//! plan.apply(&mut batch, 0, 3, 41);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod draw;
mod plan;
mod warp;

use autograd::random::stream;
use autograd::{Real, Tensor};
use rand_distr::{Distribution, StandardNormal};

use crate::kind::InputKind;
use draw::Draw;
pub use plan::{AugmentError, Plan};
use warp::Canvas;

impl Plan {
    /// Refuses to augment what are no images; `name` is that of the data set.
    ///
    /// # Errors
    /// If the input is a table.
    pub fn check(&self, input: &InputKind, name: &str) -> Result<(), AugmentError> {
        match input {
            InputKind::Image { .. } => Ok(()),
            InputKind::Table { .. } => Err(AugmentError::NoImages(name.into())),
        }
    }

    /// Changes a batch of images of shape `[rows, channels, height, width]`.
    ///
    /// What is drawn for a row depends on the seed, the epoch, the step and its place in the batch alone: not on other
    /// rows, and, noise and elastic aside, not on what else the plan has.
    ///
    /// # Panics
    /// If the batch has another number of axes.
    #[track_caller]
    pub fn apply<T: Real>(&self, batch: &mut Tensor<T>, seed: u64, epoch: u64, step: u64) {
        let &[_, channels, height, width] = batch.shape() else {
            panic!(
                "Plan::apply: a batch of shape {:?} instead of [rows, channels, height, width]",
                batch.shape()
            );
        };
        let size = channels * height * width;
        if size == 0 {
            return;
        }
        let mut canvas = Canvas::new(height, width);
        for (row, image) in (0u64..).zip(batch.as_mut_slice().chunks_exact_mut(size)) {
            // A batch has at most 2³² rows.
            let mut rng = stream(seed, "augment", epoch, (step << 32) | row);
            let draw = Draw::new(self, height, width, &mut rng);
            canvas.warp(image, &draw);
            if self.noise > 0.0 {
                for cell in image {
                    let z: f64 = StandardNormal.sample(&mut rng);
                    *cell += T::from_f64(self.noise * z);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
