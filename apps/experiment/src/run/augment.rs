//! Training images that change at every step.

use std::sync::Arc;

use autograd::random::{Stream, stream};
use autograd::{Real, Tensor};
use datasets::augment::Plan;
use nn::Augment;
use rand_distr::{Distribution, StandardNormal};
use settings::{Augmentation, PixelNoise};

use crate::data::Data;
use crate::error::AppError;

/// What is done to the images of a step.
struct Changes {
    plan: Option<Plan>,
    /// What is added then.
    noise: PixelNoise,
}

impl<T: Real> Augment<T> for Changes {
    fn apply(&self, batch: &mut Tensor<T>, seed: u64, epoch: u64, step: u64) {
        if let Some(plan) = &self.plan {
            plan.apply(batch, seed, epoch, step);
        }
        if self.noise.deviation > 0.0 {
            // A batch has at most 2³² rows.
            let of = |row: usize| stream(seed, "denoise", epoch, (step << 32) | row as u64);
            add(batch, self.noise, of);
        }
    }
}

/// What a trainer is to do to images: what the flag says, then noise, with draws of its own at every step. `None` if nothing.
pub fn changes<T: Real>(flag: &Augmentation, noise: PixelNoise) -> Option<Arc<dyn Augment<T>>> {
    let plan = (!flag.is_none()).then(|| flag.0.clone());
    let some = plan.is_some() || noise.deviation > 0.0;
    some.then(|| Arc::new(Changes { plan, noise }) as Arc<dyn Augment<T>>)
}

/// Adds noise to some rows `[rows, …]`, the same for a row of the data whenever it is asked for. Values that are not clipped
/// may leave the range of pixels. The draws for other deviations differ by a factor alone.
///
/// # Panics
/// If there are not as many rows as the batch has.
#[track_caller]
pub fn add_noise<T: Real>(batch: &mut Tensor<T>, rows: &[u32], noise: PixelNoise, seed: u64) {
    assert_eq!(
        batch.shape()[0],
        rows.len(),
        "add_noise: other rows than these"
    );
    add(batch, noise, |i| {
        stream(seed, "noise", 0, u64::from(rows[i]))
    });
}

/// Adds noise, for each row from a stream of its own.
fn add<T: Real>(batch: &mut Tensor<T>, noise: PixelNoise, of: impl Fn(usize) -> Stream) {
    let width = batch.len() / batch.shape()[0].max(1);
    let rows = batch.as_mut_slice().chunks_exact_mut(width.max(1));
    for (i, row) in rows.enumerate() {
        let mut rng = of(i);
        for cell in row {
            let z: f64 = StandardNormal.sample(&mut rng);
            *cell += T::from_f64(noise.deviation * z);
            if noise.clipped {
                *cell = T::from_f64(cell.to_f64().clamp(0.0, 1.0));
            }
        }
    }
}

/// Refuses to change rows that are no images.
///
/// # Errors
/// If the data is a table.
pub(super) fn check(flag: &Augmentation, data: &Data) -> Result<(), AppError> {
    if flag.is_none() {
        return Ok(());
    }
    flag.0
        .check(&data.set.input, &data.set.name)
        .map_err(|e| AppError::while_doing(format_args!("--augment {flag}"), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipped_noise_is_the_same_noise_within_the_range_of_pixels() {
        let noisy = |noise| {
            let mut batch = Tensor::<f32>::full(&[4, 50], 0.5);
            add_noise(&mut batch, &[3, 1, 4, 15], noise, 7);
            batch.to_vec()
        };
        let (free, clipped) = (noisy(PixelNoise::new(0.6)), noisy(PixelNoise::clipped(0.6)));
        let outside = free.iter().filter(|x| !(0.0..=1.0).contains(*x)).count();
        // Two in five are further than 0.5/0.6 deviations off.
        assert!((60..100).contains(&outside), "{outside}");
        let cut: Vec<f32> = free.iter().map(|x| x.clamp(0.0, 1.0)).collect();
        assert_eq!(clipped, cut);
    }
}
