//! Gradient clipping.

use autograd::{Real, sum_of_squares};

/// Scales the gradient so that its norm is at most `max_norm`, and returns its norm before.
///
/// As `torch.nn.utils.clip_grad_norm_`: the factor is max_norm / (norm + 10⁻⁶), and never above 1. A norm that is not
/// finite spoils the gradient, as there; the caller sees it in the result.
///
/// # Panics
/// If `max_norm` is negative or NaN.
#[track_caller]
pub fn clip_norm<T: Real>(grads: &mut [T], max_norm: f64) -> f64 {
    assert!(max_norm >= 0.0, "clip_norm: a norm of at most {max_norm}");
    let norm = sum_of_squares(grads).sqrt();
    let factor = max_norm / (norm + 1e-6);
    if factor < 1.0 || factor.is_nan() {
        let factor = T::from_f64(factor);
        grads.iter_mut().for_each(|g| *g *= factor);
    }
    norm
}

/// Moves every gradient into [−`max`, `max`]. NaN stays.
pub fn clip_value<T: Real>(grads: &mut [T], max: f64) {
    let max = T::from_f64(max);
    for g in grads {
        if *g > max {
            *g = max;
        } else if *g < -max {
            *g = -max;
        }
    }
}
