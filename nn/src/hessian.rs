//! Products of a loss's Hessian with vectors, over many rows.

use autograd::{Linearised, Real, Tape};

use crate::layer::{Layer, Mode, Pass};
use crate::loss::{Examples, Loss};
use crate::model::{Model, Recorded};

/// The most rows on one tape.
const ROWS: usize = 1024;
/// Rows that tell how much a tape needs for each.
const PROBE: usize = 8;
/// About the most bytes of one tape, where it can be cut as small.
const TAPE: usize = 1 << 28;

/// Calls `f` with a function that writes the product of the Hessian of the mean loss over some rows, in evaluation mode,
/// with a vector as long as the parameters.
///
/// Forward and first backward passes are made batch by batch, on tapes of their own. As many as fit in `keep` bytes are
/// made once and kept, so that each product is one more backward pass over them; the others are made again for every
/// product. What comes out does not depend on `keep`.
///
/// # Panics
/// If the data do not fit the model and the loss, or there are no rows; the function, if a vector is not as long as the
/// parameters.
#[track_caller]
pub fn with_hessian<T: Real, R>(
    model: &Model<T>,
    data: Examples<'_>,
    rows: &[u32],
    loss: Loss,
    keep: usize,
    f: impl FnOnce(&mut dyn FnMut(&[T], &mut [T])) -> R,
) -> R {
    assert!(!rows.is_empty(), "the Hessian of a mean over no rows");
    let (n, total) = (model.params.len(), rows.len() as f64);
    let of = Mean { model, data, loss };
    let probe = &rows[..rows.len().min(PROBE)];
    let row = of.over(&mut Tape::new(), probe).bytes() / probe.len();
    let batch = (TAPE / row.max(1)).clamp(PROBE, ROWS);
    let kept = (keep / (row * batch).max(1)).min(rows.len().div_ceil(batch));
    let (kept, others) = rows.split_at(rows.len().min(kept * batch));
    let mut tapes: Vec<Tape<T>> = kept.chunks(batch).map(|_| Tape::new()).collect();
    let mut kept: Vec<_> = tapes
        .iter_mut()
        .zip(kept.chunks(batch))
        .map(|(tape, rows)| (rows.len(), of.over(tape, rows)))
        .collect();
    let mut spare = Tape::new();
    let mut part = vec![T::ZERO; n];
    f(&mut |v, out| {
        assert!(
            v.len() == n && out.len() == n,
            "vectors of {} and {} numbers for {n} parameters",
            v.len(),
            out.len()
        );
        out.fill(T::ZERO);
        let mut add = |rows: usize, batch: &mut Linearised<'_, T>| {
            batch.hessian_vector(v, &mut part);
            let share = T::from_f64(rows as f64 / total);
            for (o, p) in out.iter_mut().zip(&part) {
                *o += share * *p;
            }
        };
        for (rows, batch) in &mut kept {
            add(*rows, batch);
        }
        for rows in others.chunks(batch) {
            add(rows.len(), &mut of.over(&mut spare, rows));
        }
    })
}

/// A mean loss.
struct Mean<'m, T: Real> {
    model: &'m Model<T>,
    data: Examples<'m>,
    loss: Loss,
}

impl<T: Real> Mean<'_, T> {
    /// Over some rows, with its gradient, on a tape.
    fn over<'a>(&self, tape: &'a mut Tape<T>, rows: &[u32]) -> Linearised<'a, T> {
        let x = self.data.inputs.gather::<T>(rows);
        let targets = self.loss.targets(self.data.targets, rows);
        tape.linearise(|tape| {
            let weights = &Recorded::new(tape, &self.model.params);
            let pass = Pass {
                weights,
                mode: Mode::Evaluate,
            };
            let y = self.model.layers.forward(&pass, &tape.constant(x));
            self.loss.of(&y, &targets)
        })
    }
}
