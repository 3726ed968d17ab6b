//! Autoencoders as report E has them: trained, and ready to be asked.

use autograd::Tensor;
use codes::{AutoencoderModel, Points};
use datasets::InputKind;
use datasets::{Rows, Targets};
use experiment::data::Data;
use experiment::{AppError, interrupt};
use nn::{DataView, Model, evaluate_each};
use settings::{AutoencoderFlags, PixelLoss, TrainingFlags};

use crate::context::Context;
use crate::outcome::{Grid, Outcome};
use crate::quick;
use crate::setup::Setup;
use crate::study::Case;

/// How all of them are trained.
const OPTIMIZER: &str = "adam";
const RATE: f64 = 0.001;
const BATCH: usize = 128;

/// An autoencoder and its training, in the words of the program `autoencode`.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    latent: usize,
    depth: usize,
    loss: PixelLoss,
    denoise: f64,
    epochs: u64,
}

impl Recipe {
    /// A code of so many numbers, so many layers away, trained for 10 epochs to the least squared difference of pixels.
    pub(crate) fn new(latent: usize, depth: usize) -> Self {
        Self {
            latent,
            depth,
            loss: PixelLoss::Mse,
            denoise: 0.0,
            epochs: 10,
        }
    }

    /// With another loss.
    pub(crate) fn loss(mut self, loss: PixelLoss) -> Self {
        self.loss = loss;
        self
    }

    /// With noise of this deviation on the pictures that are trained on.
    pub(crate) fn denoise(mut self, deviation: f64) -> Self {
        self.denoise = deviation;
        self
    }

    /// For so many epochs.
    pub(crate) fn epochs(mut self, epochs: u64) -> Self {
        self.epochs = epochs;
        self
    }

    /// A case whose work trains this.
    pub(crate) fn case(
        &self,
        name: impl Into<String>,
        work: fn(&Context<'_>) -> Result<Outcome, AppError>,
    ) -> Case {
        let (autoencoder, training) = self.words(self.epochs);
        Case::own(name, work).trains_by(
            format!("autoencode --data mnist --val-fraction 0 {autoencoder} {training}"),
            self.epochs,
        )
    }

    /// The same as flags, of the network and of its training: by them a study tells whether its results are of this.
    fn words(&self, epochs: u64) -> (String, String) {
        let Self {
            latent,
            depth,
            loss,
            denoise,
            ..
        } = self;
        (
            format!("--latent {latent} --depth {depth} --loss {loss} --denoise {denoise}"),
            format!("--optimizer {OPTIMIZER} --lr {RATE} --batch-size {BATCH} --epochs {epochs}"),
        )
    }

    /// Trains it on all training pictures of MNIST.
    ///
    /// # Errors
    /// If the data cannot be had, or after Ctrl-C.
    pub(crate) fn train(&self, context: &Context<'_>) -> Result<Asked, AppError> {
        let data = pictures(context)?;
        let epochs = context.quickly(self.epochs, self.epochs.min(quick::EPOCHS));
        let network = AutoencoderFlags {
            latent: self.latent,
            depth: self.depth,
            loss: self.loss,
            denoise: self.denoise,
            ..settings::defaults()
        };
        let training = TrainingFlags {
            optimizer: OPTIMIZER.to_owned(),
            lr: RATE,
            batch_size: BATCH,
            epochs: epochs as usize,
            seed: context.seed,
            ..settings::defaults()
        };
        match codes::train(&data, &network, &training)? {
            Some(network) => Ok(Asked { data, network }),
            None => Err(interrupt::interrupted()),
        }
    }
}

/// The digits, all training rows to train on.
pub(crate) fn pictures(context: &Context<'_>) -> Result<Data, AppError> {
    context.data(&Setup::on("mnist").validation(0.0))
}

/// A trained autoencoder and its pictures.
pub(crate) struct Asked {
    /// The pictures, and which are for what.
    pub(crate) data: Data,
    network: codes::Trained<f32>,
}

impl Asked {
    /// The autoencoder with its halves apart.
    pub(crate) fn autoencoder(&self) -> AutoencoderModel<'_, f32> {
        self.network.autoencoder()
    }

    /// All pictures.
    pub(crate) fn pictures(&self) -> &Rows {
        &self.data.set.part.inputs
    }

    /// The model itself.
    fn model(&self) -> &Model<f32> {
        &self.network.model
    }

    /// The digits on some rows.
    pub(crate) fn labels(&self, rows: &[u32]) -> Vec<u32> {
        labels(&self.data, rows)
    }

    /// The codes of some rows.
    ///
    /// # Errors
    /// If the network diverged.
    pub(crate) fn codes(&self, rows: &[u32]) -> Result<Points, AppError> {
        let codes = self.autoencoder().encode(self.pictures(), rows);
        match codes.are_finite() {
            true => Ok(codes),
            false => Err(AppError::Failure(
                "the autoencoder diverged: it has codes that are no finite numbers".to_owned(),
            )),
        }
    }

    /// How well test pictures are rebuilt: `test_loss`, as it was trained, and `test_mse`, of pixels.
    pub(crate) fn judged(&self) -> Outcome {
        let (loss, test) = (self.network.loss, &self.data.test);
        let targets = Targets::Values(self.pictures().clone().flattened());
        let examples = DataView {
            inputs: self.pictures(),
            targets: &targets,
        };
        let mut squares = 0.0;
        let mean = evaluate_each(self.model(), examples, test, loss, |said, truth| {
            squares += nn::metrics::metric_sum(&loss, said, truth);
        });
        Outcome::new()
            .number("test_loss", mean)
            .number("test_mse", squares / test.len() as f64)
            .number("parameters", self.model().params.trained() as f64)
    }

    /// The first `each` test pictures of every digit: one of each, then the second of each, and so on.
    pub(crate) fn shown(&self, each: usize) -> Vec<u32> {
        let test = &self.data.test;
        let labels = self.labels(test);
        let of = |digit: usize| {
            let rows = test.iter().zip(&labels);
            rows.filter(move |(_, label)| **label as usize == digit)
                .map(|(row, _)| *row)
        };
        let digits = 0..self.data.set.class_names.len();
        (0..each)
            .flat_map(|turn| digits.clone().filter_map(move |digit| of(digit).nth(turn)))
            .collect()
    }

    /// Batches of pictures as a grid. With several, ten pictures of the first are followed by those of the second, so that
    /// with ten in a row they stand under each other. What is darker than black or lighter than white is drawn as that.
    pub(crate) fn sheet(&self, batches: &[&Tensor<f32>]) -> Grid {
        let width = self.pictures().row_len();
        let cells: Vec<Vec<f64>> = batches.iter().map(|batch| drawn(batch)).collect();
        let longest = cells.iter().map(Vec::len).max().unwrap_or(0);
        let rows = (0..longest).step_by(10 * width).flat_map(|start| {
            cells.iter().flat_map(move |batch| {
                let end = batch.len().min(start + 10 * width);
                batch[start.min(end)..end].chunks_exact(width)
            })
        });
        let grid = Grid::new(rows);
        match self.data.set.input {
            InputKind::Image {
                height,
                width,
                channels,
            } => grid.pictures([channels, height, width]),
            _ => grid,
        }
    }
}

/// The classes of some rows.
pub(crate) fn labels(data: &Data, rows: &[u32]) -> Vec<u32> {
    let mut labels = vec![0; rows.len()];
    data.set.part.targets.labels_into(rows, &mut labels);
    labels
}

fn drawn(batch: &Tensor<f32>) -> Vec<f64> {
    let cells = batch.to_vec();
    cells.iter().map(|x| f64::from(x.clamp(0.0, 1.0))).collect()
}
