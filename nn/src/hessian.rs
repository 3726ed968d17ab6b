//! Products of a loss's Hessian with vectors, over many rows.

use autograd::{Linearised, Real, Tape};

use crate::layer::{Layer, Mode, Pass};
use crate::loss::{Examples, Loss};
use crate::model::{Model, Recorded};

/// Rows on one tape.
const ROWS: usize = 1024;

/// Calls `f` with a function that writes the product of the Hessian of the mean loss over some rows, in evaluation mode,
/// with a vector as long as the parameters.
///
/// Forward and first backward passes are made once and kept, batch by batch, on tapes of their own: each product is one
/// more backward pass. What is kept grows with the rows, by about four times the activations of each.
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
    f: impl FnOnce(&mut dyn FnMut(&[T], &mut [T])) -> R,
) -> R {
    assert!(!rows.is_empty(), "the Hessian of a mean over no rows");
    let (n, total) = (model.params.len(), rows.len() as f64);
    let mut tapes: Vec<Tape<T>> = rows.chunks(ROWS).map(|_| Tape::new()).collect();
    let mut batches: Vec<(f64, Linearised<'_, T>)> = tapes
        .iter_mut()
        .zip(rows.chunks(ROWS))
        .map(|(tape, rows)| {
            let share = rows.len() as f64 / total;
            (share, linearised(tape, model, data, rows, loss))
        })
        .collect();
    let mut part = vec![T::ZERO; n];
    f(&mut |v, out| {
        assert!(
            v.len() == n && out.len() == n,
            "vectors of {} and {} numbers for {n} parameters",
            v.len(),
            out.len()
        );
        out.fill(T::ZERO);
        for (share, batch) in &mut batches {
            batch.hessian_vector(v, &mut part);
            let share = T::from_f64(*share);
            for (o, p) in out.iter_mut().zip(&part) {
                *o += share * *p;
            }
        }
    })
}

fn linearised<'a, T: Real>(
    tape: &'a mut Tape<T>,
    model: &Model<T>,
    data: Examples<'_>,
    rows: &[u32],
    loss: Loss,
) -> Linearised<'a, T> {
    let x = data.inputs.gather::<T>(rows);
    let targets = loss.targets(data.targets, rows);
    tape.linearise(|tape| {
        let weights = &Recorded::new(tape, &model.params);
        let pass = Pass {
            weights,
            mode: Mode::Evaluate,
        };
        let y = model.layers.forward(&pass, &tape.constant(x));
        loss.of(&y, &targets)
    })
}
