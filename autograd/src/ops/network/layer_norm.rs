//! Layer normalization.

#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::layout::MAX_RANK;
use crate::ops::elementwise::Elementwise;
use crate::ops::reduce::{Reductions, centred};
#[cfg(feature = "testing")]
use crate::real::Real;
use crate::rule::Value;

/// Normalization of rows.
pub trait LayerNormalization: Value {
    /// Each row brought to mean 0 and variance 1 (with the number of elements in the denominator, plus `eps`), then
    /// scaled and shifted element by element (Ba, Kiros and Hinton, 2016). A row is what `scale` and `shift` have the
    /// shape of: the last axes.
    ///
    /// # Panics
    /// If `scale` and `shift` do not have the shape of some of the last axes.
    #[track_caller]
    fn layer_norm(&self, scale: &Self, shift: &Self, eps: f64) -> Self {
        let (dims, row) = (self.dims(), scale.dims());
        let fits = !row.is_empty() && dims.ends_with(&row) && shift.dims() == row;
        assert!(
            fits,
            "layer_norm of shape {dims:?}: scale {row:?} and shift {:?} do not have the shape of its last axes",
            shift.dims()
        );
        let mut all = [0; MAX_RANK];
        let axes = &mut all[..row.len()];
        for (axis, i) in axes.iter_mut().zip(dims.len() - row.len()..) {
            *axis = i;
        }
        let distance = centred(self, axes);
        let deviation = distance.square().mean_keep(axes).add_scalar(eps).sqrt();
        distance / &deviation * scale + shift
    }
}
impl<V: Value> LayerNormalization for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const ROW: InputSampler = InputSampler::REAL_LINE.shape(&[4]);
    Vec::from(cases! {
        "layer_norm", order 2, [InputSampler::REAL_LINE.shape(&[3, 4]), ROW, ROW] => |x| x[0].layer_norm(&x[1], &x[2], 1e-2);
        "layer_norm of two axes", order 2, [InputSampler::REAL_LINE.shape(&[2, 3, 4]), InputSampler::REAL_LINE.shape(&[3, 4]), InputSampler::REAL_LINE.shape(&[3, 4])] => |x| x[0].layer_norm(&x[1], &x[2], 1e-2);
    })
}
