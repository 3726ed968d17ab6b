//! The sum of the eigenvalues, estimated.

use autograd::random;

use super::{NotFinite, Operator, dot, signs};

/// A mean over random vectors and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error; infinite after a single vector.
    pub standard_error: f64,
}

impl Estimate {
    /// Of numbers that were drawn independently.
    ///
    /// # Panics
    /// If there are none.
    #[track_caller]
    pub fn of(samples: &[f64]) -> Self {
        assert!(!samples.is_empty(), "a mean of no samples");
        let n = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / n;
        let squares: f64 = samples.iter().map(|x| (x - mean).powi(2)).sum();
        Self {
            mean,
            standard_error: if samples.len() == 1 {
                f64::INFINITY
            } else {
                (squares / (n - 1.0) / n).sqrt()
            },
        }
    }
}

/// The trace by the products vᵀHv with `most` vectors of random signs at most (Hutchinson 1990).
///
/// It ends early, after ten vectors or more, when the standard error is at most `relative` of the trace's magnitude; a
/// trace may be negative.
///
/// # Errors
/// If a product is not finite.
///
/// # Panics
/// If there are no vectors.
#[track_caller]
pub fn trace(
    map: &mut Operator<'_>,
    most: usize,
    relative: f64,
    seed: u64,
) -> Result<Estimate, NotFinite> {
    let mut samples = Vec::new();
    let mut product = vec![0.0; map.len()];
    for i in 0..most as u64 {
        let v = signs(map.len(), &mut random::stream(seed, "trace", 0, i));
        map.apply(&v, &mut product);
        let sample = dot(&v, &product);
        if !sample.is_finite() {
            return Err(NotFinite);
        }
        samples.push(sample);
        let so_far = Estimate::of(&samples);
        if samples.len() >= 10 && so_far.standard_error <= relative * so_far.mean.abs() {
            break;
        }
    }
    Ok(Estimate::of(&samples))
}
