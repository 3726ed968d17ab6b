//! Exact products of the Hessian of a network's loss with a vector.

use std::hint::black_box;
use std::time::Instant;

use autograd::{Activation, Linearized, Tape, Tensor};
use nn::{BatchTargets, ForwardContext, Layer, Loss, LossFunction, Mode, Model, Recorded};

use super::network::Network;
use super::{Prepared, SMALL, classifier};
use crate::timing::{self, Steps};

/// Rows of the batch.
const ROWS: usize = 1024;

/// The loss whose Hessian is meant.
struct Problem {
    model: Model<f32>,
    x: Tensor<f32>,
    targets: BatchTargets<f32>,
    loss: LossFunction,
}

impl Problem {
    fn new(network: &Network) -> Self {
        let data = network.data();
        let loss = network.loss();
        Self {
            model: network.model(),
            x: data.inputs.gather(&data.order),
            targets: BatchTargets::of(&data.targets, &data.order),
            loss,
        }
    }

    /// Forward and first backward pass.
    fn linearize<'a>(&self, tape: &'a mut Tape<f32>) -> Linearized<'a, f32> {
        tape.linearize(|tape| {
            let weights = Recorded::new(tape, &self.model.params);
            let pass = ForwardContext::new(&weights, Mode::Evaluate);
            let y = self
                .model
                .layers
                .forward(&pass, &tape.constant(self.x.clone()));
            self.loss.value(&y, &self.targets)
        })
    }
}

pub(super) fn prepare(shared: bool) -> Prepared {
    let network = Network {
        hidden: Activation::Tanh,
        ..classifier(SMALL, ROWS, ROWS)
    };
    let problem = Problem::new(&network);
    let v: Vec<f32> = problem.model.params.values().to_vec();
    let mut product = vec![0.0; v.len()];
    let mut tape = Tape::new();
    let engine: Steps = if shared {
        Box::new(move |n| {
            let mut linearized = problem.linearize(&mut tape);
            let start = Instant::now();
            for _ in 0..n {
                linearized.hessian_vector(&v, &mut product);
                black_box(&product);
            }
            start.elapsed()
        })
    } else {
        timing::steps(move || {
            problem
                .linearize(&mut tape)
                .hessian_vector(&v, &mut product);
            black_box(&product);
        })
    };
    Prepared {
        engine,
        floor: None,
        flops: flops(&network, shared),
    }
}

/// A layer's product has two in the first backward pass, of which that for the weight is never made, and each of the three
/// two more in the second. Where the input is data, those for its cotangent are not made either: 1 + 2 in place of 2 + 6.
fn flops(network: &Network, shared: bool) -> f64 {
    let products = network
        .layers()
        .enumerate()
        .map(|(i, (inputs, outputs, _))| {
            let (before, after) = if i == 0 { (1, 2) } else { (2, 6) };
            let products = if shared { after } else { before + after };
            products * 2 * ROWS * inputs * outputs
        });
    products.sum::<usize>() as f64
}
