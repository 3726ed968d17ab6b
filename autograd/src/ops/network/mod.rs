//! Operations on pictures, `[pictures, channels, height, width]`, and normalisations.

mod convolution;
mod steps;

use crate::catalogue::Case;
use crate::real::Real;

pub use convolution::Convolutions;
pub use steps::Steps;

/// The examples of this folder.
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    [convolution::catalogue()].into_iter().flatten().collect()
}
