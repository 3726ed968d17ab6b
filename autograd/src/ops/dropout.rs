//! Dropout.

use rand::Rng;

use crate::layout::Dims;
use crate::real::Real;
use crate::rule::Value;
use crate::tensor::Tensor;

/// Numbers drawn from the stream at a time.
const CHUNK: usize = 256;

/// 0 with probability `p`, else 1/(1 − p), drawn in row-major order: 32 bits of the stream an element.
fn mask<T: Real>(dims: Dims, p: f64, rng: &mut impl Rng) -> Tensor<T> {
    let kept = T::from_f64(1.0 / (1.0 - p));
    // Rounded up, so that p = 0 drops nothing and 1 everything.
    let below = (p * 2f64.powi(32)).ceil() as u64;
    let mut bytes = [0u8; 4 * CHUNK];
    Tensor::written(dims, |out| {
        for part in out.chunks_mut(CHUNK) {
            let bytes = &mut bytes[..4 * part.len()];
            rng.fill_bytes(bytes);
            for (x, b) in part.iter_mut().zip(bytes.as_chunks::<4>().0) {
                let drop = u64::from(u32::from_le_bytes(*b)) < below;
                *x = if drop { T::ZERO } else { kept };
            }
        }
    })
}

/// Noise that a network is trained with.
pub trait Noise: Value {
    /// Each element 0 with probability `p`, else divided by 1 − p, so that the mean stays (Srivastava and others, 2014).
    ///
    /// # Panics
    /// If `p` is not in [0, 1).
    #[track_caller]
    fn dropout(&self, p: f64, rng: &mut impl Rng) -> Self {
        assert!(
            (0.0..1.0).contains(&p),
            "dropout with probability {p}, which is not in [0, 1)"
        );
        if p == 0.0 {
            return self.clone();
        }
        self.clone() * &self.constant(mask(self.dims(), p, rng))
    }
}
impl<V: Value> Noise for V {}
