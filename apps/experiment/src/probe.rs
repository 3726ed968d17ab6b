//! Looks into the layers of a network while it learns.
//!
//! Hidden layers are those with an activation, weights the matrices and kernels; both are numbered from 1 in order. A look
//! is a pass of its own over a fixed sample of training rows, so that training is the same to the bit with it and without.

use autograd::{Activation, Real, Tape, sum_of_squares};
use nn::probe::{self, Activations, Histogram, Spread};
use nn::{BatchTargets, ForwardContext, Kind, Layer, Mode, Trainer, value_and_grad};
use records::{ActivationRecord, GradientRecord, Number, ProbeRecord};
use settings::Experiment;

use crate::run::Prepared;

/// The most rows that are looked at.
pub const ROWS: usize = 512;
/// Bins of a histogram.
const BINS: usize = 40;

/// How a network is looked into.
#[derive(Clone, Debug)]
pub struct Probe {
    rows: Vec<u32>,
    /// Batch normalization trains on the statistics of the batch; dropout is left out of a look.
    training: bool,
}

/// What was seen after an epoch.
#[derive(Clone, Debug)]
pub struct Look {
    /// The epoch; 0 before training.
    pub epoch: u64,
    /// The number of rows that were looked at.
    pub rows: usize,
    /// The outputs of each hidden layer.
    pub hidden: Vec<Activations>,
    /// Each weight with its gradient, that of the loss without penalties.
    pub weights: Vec<WeightLook>,
}

/// A weight and its gradient.
#[derive(Clone, Debug)]
pub struct WeightLook {
    /// The name of the parameter.
    pub name: String,
    /// The Euclidean norm of the gradient.
    pub gradient_norm: f64,
    /// The root of the mean square of its elements.
    pub gradient_rms: f64,
    /// The elements of the gradient, counted.
    pub gradient: Histogram,
    /// The standard deviation of the values.
    pub std: f64,
    /// The values, counted.
    pub values: Histogram,
}

impl Probe {
    /// Looks at these training rows.
    pub fn new(experiment: &Experiment, rows: Vec<u32>) -> Self {
        let network = &experiment.model.architecture;
        Self {
            rows,
            training: network.batch_norm() && network.dropout() == 0.0,
        }
    }

    /// Looks at up to [`ROWS`] training rows, evenly apart, so that a file that is sorted is seen as a whole.
    pub fn over(experiment: &Experiment, train: &[u32]) -> Self {
        let count = train.len().min(ROWS);
        let rows = (0..count).map(|i| train[i * train.len() / count]).collect();
        Self::new(experiment, rows)
    }

    /// What the layers make of the rows now, and the gradient of the loss that is trained on them, weights of samples and
    /// classes included: of its mean, whether steps go down that or the sum.
    pub fn look<T: Real>(&self, trainer: &Trainer<T>, data: &Prepared) -> Look {
        let epoch = trainer.epochs();
        let mode = match self.training {
            true => Mode::Train {
                seed: trainer.config().seed,
                epoch,
                step: 0,
            },
            false => Mode::Evaluate,
        };
        Look {
            epoch,
            rows: self.rows.len(),
            hidden: self.hidden(trainer, data, mode),
            weights: self.weights(trainer, data, mode),
        }
    }

    fn hidden<T: Real>(
        &self,
        trainer: &Trainer<T>,
        data: &Prepared,
        mode: Mode,
    ) -> Vec<Activations> {
        let model = trainer.model();
        let batch = data.examples().inputs.gather::<T>(&self.rows);
        let of_layer: Vec<_> = model.layers.iter().map(|l| l.activation()).collect();
        let applies = |layer: usize| of_layer[layer].is_some_and(|a| a != Activation::Identity);
        let found = probe::activations(model, &batch, mode, BINS);
        found.into_iter().filter(|f| applies(f.layer)).collect()
    }

    fn weights<T: Real>(
        &self,
        trainer: &Trainer<T>,
        data: &Prepared,
        mode: Mode,
    ) -> Vec<WeightLook> {
        let (model, examples) = (trainer.model(), data.examples());
        let params = &model.params;
        let mut gradient = vec![T::ZERO; params.len()];
        let x = examples.inputs.gather::<T>(&self.rows);
        let targets = BatchTargets::of(examples.targets, &self.rows);
        value_and_grad(&mut Tape::new(), params, &mut gradient, |weights| {
            let pass = ForwardContext::new(weights, mode);
            let y = model.layers.forward(&pass, &weights.tape().constant(x));
            trainer.loss().on_var(&y, &targets)
        });
        let weights = params.iter().filter(|(_, s, _)| s.kind == Kind::Weight);
        weights
            .map(|(_, segment, values)| {
                let gradient = &gradient[segment.range.clone()];
                let squares = sum_of_squares(gradient);
                WeightLook {
                    name: segment.name.clone(),
                    gradient_norm: squares.sqrt(),
                    gradient_rms: (squares / gradient.len() as f64).sqrt(),
                    gradient: Histogram::new(gradient, BINS),
                    std: Spread::new(values).std,
                    values: Histogram::new(values, BINS),
                }
            })
            .collect()
    }
}

impl Look {
    /// What stands of it in a line of `history.jsonl`.
    pub fn record(&self) -> ProbeRecord {
        let layers = self.hidden.iter().map(|found| ActivationRecord {
            layer: found.description.clone(),
            mean: Number(found.spread.mean),
            std: Number(found.spread.std),
            zeros: Number(found.spread.zeros),
        });
        let gradients = self.weights.iter().map(|found| GradientRecord {
            weight: found.name.clone(),
            norm: Number(found.gradient_norm),
            rms: Number(found.gradient_rms),
        });
        ProbeRecord {
            samples: self.rows as u64,
            activations: layers.collect(),
            gradients: gradients.collect(),
        }
    }
}
