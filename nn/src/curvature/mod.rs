//! Curvature: eigenvalues, trace and spectral density of a symmetric map that is known by its products with vectors, as a
//! Hessian is by [`Hessian`](crate::Hessian).
//!
//! ```
//! use nn::curvature::{Operator, Wanted};
//! // The Hessian of ½(x² + 10y² − 3z²).
//! let diagonal = [1.0, 10.0, -3.0];
//! let mut hessian = Operator::new(3, |v, out| {
//!     for ((o, v), d) in out.iter_mut().zip(v).zip(diagonal) {
//!         *o = v * d;
//!     }
//! });
//! let found = nn::curvature::extremes(&mut hessian, &Wanted { top: 1, bottom: 1, ..Wanted::default() })?;
//! assert!((found.top[0].value - 10.0).abs() < 1e-12);
//! assert!((found.bottom[0].value + 3.0).abs() < 1e-12);
//! # Ok::<(), nn::curvature::NotFinite>(())
//! ```
//!
//! Vectors are `f64` whatever the model computes in: what is lost in an `f32` model is lost in its products alone.
//!
//! Curvature is not a property of the function that a network computes. Where activations are positively homogeneous, as
//! ReLU is, one layer's weights can be multiplied and the next one's divided by a number without any change of the
//! output, and the eigenvalues become whatever one likes (Dinh et al. 2017, Sharp minima can generalize for deep nets).
//! Compare models of one architecture and one way of training only.

mod density;
mod extremes;
mod lanczos;
mod operator;
mod sharpness;
mod trace;

pub use density::{Density, Spectrum, spectrum};
pub use extremes::{Eigenpair, Extremes, Wanted, extremes};
pub use lanczos::{Lanczos, Ritz};
pub use operator::Operator;
pub use sharpness::{Sharpest, sharpest};
pub use trace::{Estimate, trace};

use autograd::random::Stream;
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

/// A product with a vector that is NaN or infinite: nothing can be said of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the product of the Hessian with a vector is not finite")]
pub struct NotFinite;

/// A vector of independent standard normal numbers.
fn normal(n: usize, rng: &mut Stream) -> Vec<f64> {
    (0..n).map(|_| StandardNormal.sample(rng)).collect()
}

/// A vector of independent signs, ±1 with equal chance.
fn signs(n: usize, rng: &mut Stream) -> Vec<f64> {
    let sign = |_| match autograd::random::below(rng, 2) {
        0 => -1.0,
        _ => 1.0,
    };
    (0..n).map(sign).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// y ← y + c·x.
fn add_scaled(y: &mut [f64], c: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += c * x;
    }
}
