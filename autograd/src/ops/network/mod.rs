//! Operations on images, `[images, channels, height, width]`, and normalizations.

mod batch_norm;
mod convolution;
mod layer_norm;
mod pooling;
mod window;

#[cfg(feature = "testing")]
use crate::catalogue::Case;
#[cfg(feature = "testing")]
use crate::real::Real;

pub use batch_norm::BatchNormalization;
pub use convolution::Convolutions;
pub use layer_norm::LayerNormalization;
pub use pooling::Pooling;
pub use window::{Conv2dParams, Pool2dParams};

/// The examples of this folder.
#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    [
        convolution::catalogue(),
        pooling::catalogue(),
        batch_norm::catalogue(),
        layer_norm::catalogue(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
