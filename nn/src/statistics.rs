//! The running statistics of batch normalization, computed anew.
//!
//! Running statistics belong to the weights they were collected with. A model between two others has none of its own,
//! and means of theirs do not fit it, so they are averaged over a pass through the data, as after the averaging of
//! weights (Izmailov, Podoprikhin, Garipov, Vetrov and Wilson: Averaging Weights Leads to Wider Optima and Better
//! Generalization, 2018, algorithm 1).

use autograd::{Real, Tensor};
use datasets::DataView;

use crate::layer::{ForwardContext, Layer, Mode, ParamSource, Updates};
use crate::model::Model;
use crate::params::{Kind, ParamId, Params};

/// Rows in a batch: enough for its moments to be those of all rows, nearly.
const ROWS: usize = 256;

/// Checks whether the model has running statistics.
pub fn has_statistics<T: Real>(model: &Model<T>) -> bool {
    let mut segments = model.params.segments().iter();
    segments.any(|s| s.kind == Kind::Buffer)
}

/// Gives the model the running statistics that its weights have on some rows: the means over batches, each with its share
/// of the rows, of what a pass in training mode finds. Rows are taken in order, in batches of 256. Dropout is as in
/// training, with the same draws at every call; nothing else changes. A model without statistics is left as it is.
///
/// # Panics
/// If the data do not fit the model.
#[inline(never)]
pub fn recompute_statistics<T: Real>(model: &mut Model<T>, data: DataView<'_>, rows: &[u32]) {
    if !has_statistics(model) {
        return;
    }
    let buffers = model.params.segments().iter();
    let buffers = buffers.filter(|s| s.kind == Kind::Buffer);
    for range in buffers.map(|s| s.range.clone()).collect::<Vec<_>>() {
        model.params.values_mut()[range].fill(T::ZERO);
    }
    let mut updates = Updates::new();
    let mut seen = 0;
    for (rows, step) in rows.chunks(ROWS).zip(0..) {
        seen += rows.len();
        let weights = Averaging {
            params: &model.params,
            share: rows.len() as f64 / seen as f64,
        };
        let ctx = ForwardContext {
            params: &updates.of(&weights),
            mode: Mode::Train {
                seed: 0,
                epoch: 0,
                step,
            },
        };
        model.layers.forward(&ctx, &data.inputs.gather::<T>(rows));
        updates.apply(&mut model.params);
    }
}

/// Parameters whose running statistics become means over all batches so far.
struct Averaging<'a, T: Real> {
    params: &'a Params<T>,
    /// The batch's share of the rows seen.
    share: f64,
}

impl<T: Real> ParamSource<Tensor<T>> for Averaging<'_, T> {
    fn param(&self, id: ParamId) -> Tensor<T> {
        self.params.view(id)
    }

    fn momentum(&self) -> f64 {
        self.share
    }
}
