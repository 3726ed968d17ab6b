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

/// The mean loss over some rows, as [`mean_gradient`] takes it: a sum over blocks of a fixed number of rows.
///
/// Who wants the blocks shared by several processes takes some of them in each, and adds up all in their order:
///
/// ```
/// use autograd::Tape;
/// use datasets::{Rows, Samples, Targets};
/// use nn::{MeanLoss, Mse, Sequential, mean_gradient};
///
/// let model = Sequential::input([1]).linear(1).init::<f64>(0)?;
/// let numbers: Vec<f64> = (0..3000).map(f64::from).collect();
/// let inputs = Rows::reals64(&[1], numbers);
/// let data = Samples::new(inputs, Targets::Values(Rows::reals64(&[1], vec![1.0; 3000])));
/// let (data, rows) = (data.view(), data.rows());
/// let of = MeanLoss { layers: &model.layers, params: &model.params, data, rows, loss: &Mse };
/// let mut sums = vec![0.0; 3];
/// for block in 0..of.blocks() {
///     let part = of.block(&mut Tape::new(), block);
///     sums.iter_mut().zip(&part).for_each(|(sum, part)| *sum += part);
/// }
/// let mut gradient = [0.0; 2];
/// let loss = mean_gradient(&mut Tape::new(), &model.layers, &model.params, data, rows, Mse, &mut gradient);
/// let means: Vec<f64> = sums.iter().map(|sum| sum / 3000.0).collect();
/// assert_eq!(means, [gradient[0], gradient[1], loss]);
/// # Ok::<(), nn::BuildError>(())
/// ```
pub struct MeanLoss<'a, T: Real> {
    /// The layers of the model.
    pub layers: &'a Sequential<T>,
    /// Its parameters.
    pub params: &'a Params<T>,
    /// The data.
    pub data: DataView<'a>,
    /// Rows of it.
    pub rows: &'a [u32],
    /// Loss.
    pub loss: &'a dyn DynLoss<T>,
}

impl<T: Real> MeanLoss<'_, T> {
    /// The number of blocks.
    pub fn blocks(&self) -> usize {
        self.rows.len().div_ceil(ROWS)
    }

    /// Part of a block in the sums over all: to the gradient's, and behind it to the loss's. Divided by
    /// [`total_weight`](datasets::Targets::total_weight) of the rows, the sums are the means. The tape is empty again when this
    /// returns.
    ///
    /// # Panics
    /// If there is no such block, or the data do not fit the model and the loss.
    #[track_caller]
    #[inline(never)]
    pub fn block(&self, tape: &mut Tape<T>, number: usize) -> Vec<f64> {
        let mut gradient = vec![T::ZERO; self.params.len()];
        let Some(batch) = self.rows.chunks(ROWS).nth(number) else {
            panic!("block {number} of {}", self.blocks());
        };
        let mean = self.on_batch(tape, batch, &mut gradient, &mut |_, _| {});
        let of = batch.len() as f64;
        let sums = gradient.iter().map(|g| g.to_f64() * of);
        sums.chain([mean * of]).collect()
    }

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
            let mean = self.on_batch(tape, batch, gradient, &mut see);
            let of = batch.len() as f64;
            total += mean * of;
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

    /// The mean loss over the rows of a batch, and its gradient, written over `gradient`.
    #[track_caller]
    fn on_batch(
        &self,
        tape: &mut Tape<T>,
        batch: &[u32],
        gradient: &mut [T],
        see: &mut dyn FnMut(&Tensor<T>, &BatchTargets<T>),
    ) -> f64 {
        let x = self.data.inputs.gather::<T>(batch);
        let targets = BatchTargets::of(self.data.targets, batch);
        let mean = seeded(tape, self.params, gradient, |weights| {
            let ctx = ForwardContext::new(weights, Mode::Evaluate);
            let y = self.layers.forward(&ctx, &weights.tape().constant(x));
            see(&y.tensor(), &targets);
            Seed::of_outputs(self.loss, y, &targets)
        });
        mean.to_f64()
    }
}
