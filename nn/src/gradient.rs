//! The gradient of a mean loss over many rows.

use autograd::{Real, Tape, Tensor};
use datasets::{BatchTargets, DataView};

use crate::evaluate::ROWS;
use crate::layer::{ForwardContext, Layer, Mode};
use crate::layers::Sequential;
use crate::loss::DynLoss;
use crate::model::{Seed, seeded};
use crate::params::Params;

/// The mean loss over some rows in evaluation mode, and its gradient, written over `gradient`: batch by batch in fixed
/// order, added up in `f64`, rounded once.
///
/// The tape is empty again when this returns.
///
/// # Panics
/// If the data do not fit the model and the loss, there are no rows, or `gradient` is not as long as the parameters.
#[track_caller]
#[inline(never)]
pub fn mean_gradient<T: Real>(
    tape: &mut Tape<T>,
    layers: &Sequential<T>,
    params: &Params<T>,
    data: DataView<'_>,
    rows: &[u32],
    loss: impl DynLoss<T>,
    gradient: &mut [T],
) -> f64 {
    let of = MeanLoss {
        layers,
        params,
        data,
        rows,
        loss: &loss,
    };
    of.gradient(tape, gradient, |_, _| {})
}

/// The mean loss over some rows, as [`mean_gradient`] takes it.
pub(crate) struct MeanLoss<'a, T: Real> {
    pub(crate) layers: &'a Sequential<T>,
    pub(crate) params: &'a Params<T>,
    pub(crate) data: DataView<'a>,
    pub(crate) rows: &'a [u32],
    pub(crate) loss: &'a dyn DynLoss<T>,
}

impl<T: Real> MeanLoss<'_, T> {
    /// [`mean_gradient`]; `see` is shown the outputs of each batch with their targets, in order.
    #[track_caller]
    pub(crate) fn gradient(
        &self,
        tape: &mut Tape<T>,
        gradient: &mut [T],
        mut see: impl FnMut(&Tensor<T>, &BatchTargets<T>),
    ) -> f64 {
        assert!(!self.rows.is_empty(), "the gradient of a mean over no rows");
        let mut sums = vec![0.0; gradient.len()];
        let mut total = 0.0;
        for batch in self.rows.chunks(ROWS) {
            let x = self.data.inputs.gather::<T>(batch);
            let targets = BatchTargets::of(self.data.targets, batch);
            let mean = seeded(tape, self.params, gradient, |weights| {
                let ctx = ForwardContext::new(weights, Mode::Evaluate);
                let y = self.layers.forward(&ctx, &weights.tape().constant(x));
                see(&y.tensor(), &targets);
                Seed::of_outputs(self.loss, y, &targets)
            });
            let of = batch.len() as f64;
            total += mean.to_f64() * of;
            for (sum, g) in sums.iter_mut().zip(&*gradient) {
                *sum += g.to_f64() * of;
            }
        }
        let n = self.data.targets.total_weight(self.rows);
        for (g, sum) in gradient.iter_mut().zip(sums) {
            *g = T::from_f64(sum / n);
        }
        total / n
    }
}
