//! A training step, through the trainer as the apps run it.

use std::sync::Arc;

use autograd::random::{self, unit};
use autograd::{Activation, Real};
use datasets::{Rows, Targets};
use nn::layers::{Linear, Sequential};
use nn::optim::{self, Adam, RmsProp};
use nn::{DataView, Init, LossFunction, Model, ParamsBuilder, TrainConfig};

/// The seed of data and parameters. Only time is measured, so any will do.
pub(super) const SEED: u64 = 1;
/// More than any model here needs.
pub(super) const PARAMETER_BYTES: usize = 1 << 30;

/// A multi-layer perceptron, its data and its optimizer.
#[derive(Clone, Copy)]
pub(super) struct Network {
    /// Inputs, widths of the hidden layers, outputs.
    pub(crate) sizes: &'static [usize],
    /// The activation of hidden layers.
    pub(crate) hidden: Activation,
    /// The activation of the last layer.
    pub(crate) output: Activation,
    pub(crate) optimizer: Optimizer,
    /// Rows a step.
    pub(crate) batch: usize,
    /// Rows that batches are drawn from.
    pub(crate) rows: usize,
    pub(crate) cells: Cells,
    pub(crate) target: Target,
}

/// PyTorch's defaults.
#[derive(Clone, Copy)]
pub(super) enum Optimizer {
    Adam,
    RmsProp,
}

/// Storage of inputs.
#[derive(Clone, Copy)]
pub(super) enum Cells {
    /// Pixels, scaled by 1/255 as a batch is gathered.
    Bytes,
    /// `f32` from -1 to 1.
    Reals,
}

/// Task, which determines the loss.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// Random labels, cross-entropy.
    Classes(usize),
    /// 1/(1 + 25·x²), mean squared error.
    Runge,
    /// The inputs themselves, mean squared error.
    Inputs,
}

/// Rows with their targets.
pub(super) struct Data {
    pub(crate) inputs: Rows,
    pub(crate) targets: Targets,
    /// All rows, in random order.
    pub(crate) order: Vec<u32>,
}

impl Data {
    pub(crate) fn examples(&self) -> DataView<'_> {
        DataView {
            inputs: &self.inputs,
            targets: &self.targets,
        }
    }
}

impl Network {
    /// The layers, each with the activation after it.
    pub(crate) fn layers(&self) -> impl Iterator<Item = (usize, usize, Activation)> {
        let last = self.sizes.len() - 2;
        let pairs = self.sizes.windows(2).enumerate();
        pairs.map(move |(i, pair)| {
            let activation = if i == last { self.output } else { self.hidden };
            (pair[0], pair[1], activation)
        })
    }

    pub(crate) fn model(&self) -> Model<f32> {
        let mut declared = ParamsBuilder::new();
        let mut layers = Sequential::new();
        for (i, (inputs, outputs, activation)) in self.layers().enumerate() {
            let name = (2 * i).to_string();
            let init = Init::XAVIER_UNIFORM;
            let layer = Linear::new(&mut declared, &name, inputs, outputs, activation, init);
            layers.push(layer);
        }
        let params = declared.build(SEED, PARAMETER_BYTES);
        Model {
            layers,
            params: params.unwrap_or_else(|e| panic!("a workload's network: {e}")),
        }
    }

    pub(crate) fn loss(&self) -> LossFunction {
        match self.target {
            Target::Classes(_) => LossFunction::CrossEntropy { smoothing: 0.0 },
            Target::Runge | Target::Inputs => LossFunction::Mse,
        }
    }

    pub(crate) fn rule<T: Real>(&self) -> Arc<dyn optim::Optimizer<T>> {
        match self.optimizer {
            Optimizer::Adam => Arc::new(Adam::new(1e-3)),
            Optimizer::RmsProp => Arc::new(RmsProp::new(1e-3)),
        }
    }

    pub(crate) fn config(&self) -> TrainConfig {
        TrainConfig {
            batch_size: self.batch,
            seed: SEED,
            ..TrainConfig::default()
        }
    }

    pub(crate) fn data(&self) -> Data {
        let mut rng = random::stream(SEED, "bench", 0, 0);
        let width = self.sizes[0];
        let inputs = match self.cells {
            Cells::Bytes => Rows::bytes(&[width], random_bytes(self.rows * width)),
            Cells::Reals => {
                let real = |_| (2.0 * unit(&mut rng) - 1.0) as f32;
                let reals: Vec<f32> = (0..self.rows * width).map(real).collect();
                Rows::reals32(&[width], reals)
            }
        };
        let targets = match self.target {
            Target::Classes(classes) => {
                let label = |_| random::below(&mut rng, classes) as u32;
                let labels: Vec<u32> = (0..self.rows).map(label).collect();
                Targets::classes(labels, classes)
            }
            Target::Runge => {
                let value = |i| {
                    let x = inputs.row(i)[0];
                    (1.0 / (1.0 + 25.0 * x * x)) as f32
                };
                let values: Vec<f32> = (0..self.rows).map(value).collect();
                Targets::Values(Rows::reals32(&[1], values))
            }
            Target::Inputs => Targets::Values(inputs.clone()),
        };
        let mut order: Vec<u32> = (0..self.rows as u32).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, random::below(&mut rng, i + 1));
        }
        Data {
            inputs,
            targets,
            order,
        }
    }

    /// Two products a layer, and a third for the gradient of its input where that is wanted.
    pub(crate) fn flops(&self) -> f64 {
        let products = self.layers().enumerate().map(|(i, (inputs, outputs, _))| {
            let products = if i == 0 { 2 } else { 3 };
            products * 2 * self.batch * inputs * outputs
        });
        products.sum::<usize>() as f64
    }

    /// One batch after the other, round and round, with its number.
    pub(crate) fn batches(&self) -> impl FnMut() -> (u64, std::ops::Range<usize>) + 'static {
        let (batch, last) = (self.batch, self.rows - self.batch);
        let mut step = 0;
        move || {
            let start = step * batch % last;
            step += 1;
            (step as u64, start..start + batch)
        }
    }
}

/// Bytes from a xorshift generator (Marsaglia 2003), eight at a time: a hundred million of them are made in a moment.
pub(super) fn random_bytes(n: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut bytes = Vec::with_capacity(n + 8);
    while bytes.len() < n {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(n);
    bytes
}
