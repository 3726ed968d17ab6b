//! A thousand operations on single numbers: what an operation costs when there is nothing to compute.

use std::hint::black_box;

use autograd::{Tape, Tensor, prelude::*};

use super::Prepared;
use crate::timing;

/// Rounds of four operations.
const ROUNDS: usize = 250;

pub(super) fn prepare() -> Prepared {
    let mut tape = Tape::<f32>::new();
    Prepared {
        engine: timing::steps(move || {
            tape.reset();
            let x = tape.leaf(Tensor::scalar(0.5));
            let mut z = x;
            for _ in 0..ROUNDS {
                z = (z * x + 1.0).tanh() * 0.5;
            }
            black_box(tape.backward(z).wrt(x));
        }),
        floor: None,
        // One an operation, there and back.
        flops: (2 * 4 * ROUNDS) as f64,
    }
}
