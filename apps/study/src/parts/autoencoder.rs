//! Autoencoders as report E has them: trained, and ready to be asked.

use autograd::Tensor;
use claims::outcome::{Grid, Outcome};
use codes::{AutoencoderModel, Points};
use datasets::InputKind;
use datasets::{Rows, Targets};
use experiment::data::Data;
use experiment::{AppError, interrupt};
use nn::{BatchTargets, DataView, LossFunction, Model, evaluate_each};
use settings::{PixelLoss, PixelNoise};

use study_core::context::Context;
use study_core::setup::Setup;
use study_core::study::Case;

/// An autoencoder and its training.
#[derive(Clone, Debug)]
pub(crate) struct Recipe(Setup);

impl Recipe {
    /// A code of so many numbers, so many layers away, trained by Adam for 10 epochs to the least squared difference of
    /// pixels.
    pub(crate) fn new(latent: usize, depth: usize) -> Self {
        let setup = Setup::autoencoder("mnist", latent, depth);
        Self(setup.optimizer("adam").lr(0.001).batch(128).epochs(10))
    }

    /// With another loss.
    pub(crate) fn loss(self, loss: PixelLoss) -> Self {
        Self(self.0.reconstruction(loss, PixelNoise::default()))
    }

    /// With noise on training images.
    pub(crate) fn denoise(self, noise: PixelNoise) -> Self {
        Self(self.0.reconstruction(PixelLoss::Mse, noise))
    }

    /// For so many epochs.
    pub(crate) fn epochs(self, epochs: u64) -> Self {
        Self(self.0.epochs(epochs))
    }

    /// Until the validation loss has not fallen for 3 epochs, at most 30, with the weights of the best; a twelfth of the
    /// images is held out for it.
    pub(crate) fn converged(self) -> Self {
        let setup = self.0.validation(1.0 / 12.0).epochs(30);
        Self(setup.early_stopping(3))
    }

    /// A case whose work trains this.
    pub(crate) fn case(
        &self,
        name: impl Into<String>,
        work: fn(&Context<'_>) -> Result<Outcome, AppError>,
    ) -> Case {
        Case::own(name, work).trains(&self.0)
    }

    /// Trains it on all training images of MNIST.
    ///
    /// # Errors
    /// If the data cannot be had, or after Ctrl-C.
    pub(crate) fn train(&self, context: &Context<'_>) -> Result<Asked, AppError> {
        let data = context.data(&self.0)?;
        match codes::train(&data, &context.experiment(&self.0))? {
            Some(network) => Ok(Asked { data, network }),
            None => Err(interrupt::interrupted()),
        }
    }
}

/// The digits; all that are not test samples are training samples.
pub(crate) fn images(context: &Context<'_>) -> Result<Data, AppError> {
    context.data(&Setup::on("mnist").validation(0.0))
}

/// A trained autoencoder and its images.
pub(crate) struct Asked {
    /// The images, and which are for what.
    pub(crate) data: Data,
    network: codes::Trained<f32>,
}

impl Asked {
    /// The autoencoder with its halves apart.
    pub(crate) fn autoencoder(&self) -> AutoencoderModel<'_, f32> {
        let found = AutoencoderModel::of_run(&self.network.model, &self.network.config);
        found.expect("an autoencoder was trained")
    }

    /// All images.
    pub(crate) fn images(&self) -> &Rows {
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
        let codes = self.autoencoder().encode(self.images(), rows);
        match codes.are_finite() {
            true => Ok(codes),
            false => Err(AppError::Failure(
                "the autoencoder diverged: it has codes that are no finite numbers".to_owned(),
            )),
        }
    }

    /// How well test images are reconstructed: `test_loss`, as it was trained, `excess_loss`, what of it is above the least
    /// possible (cross-entropy is no less than the entropy of the gray pixels, 0.1 or so), and `test_mse`, of pixels; with
    /// `epochs` and the curves of training.
    pub(crate) fn evaluated(&self) -> Outcome {
        let (loss, test) = (self.network.config.loss(), &self.data.test);
        let targets = Targets::Values(self.images().clone().flattened());
        let examples = DataView {
            inputs: self.images(),
            targets: &targets,
        };
        let (mut squares, mut entropy) = (0.0, 0.0);
        let gray = matches!(loss, LossFunction::BceWithLogits);
        let mean = evaluate_each(self.model(), examples, test, loss, |predicted, truth| {
            squares += nn::metrics::metric_sum(&loss, predicted, truth);
            if let (true, BatchTargets::Values(pixels)) = (gray, truth) {
                entropy += entropies(pixels);
            }
        });
        let least = entropy / (test.len() * self.images().row_len()) as f64;
        let history = &self.network.history.epochs;
        let outcome = Outcome::new()
            .number("test_loss", mean)
            .number("excess_loss", mean - least)
            .number("test_mse", squares / test.len() as f64)
            .number("parameters", self.model().params.trained() as f64)
            .number("epochs", history.len() as f64)
            .series("train_loss", history.iter().map(|r| r.train.loss));
        let validation = history.iter().filter_map(|r| r.validation);
        let validation: Vec<f64> = validation.map(|scores| scores.loss).collect();
        match validation.is_empty() {
            true => outcome,
            false => outcome.series("validation_loss", validation),
        }
    }

    /// The first `each` test images of every digit: one of each, then the second of each, and so on.
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

    /// Batches of images as a grid. With several, ten images of the first are followed by those of the second, so that
    /// with ten in a row they stand under each other. What is darker than black or lighter than white is drawn as that.
    pub(crate) fn sheet(&self, batches: &[&Tensor<f32>]) -> Grid {
        let width = self.images().row_len();
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

/// The sum of the binary entropies of some pixels, each a probability.
fn entropies(pixels: &Tensor<f32>) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * p.ln() } else { 0.0 };
    let each = pixels.to_vec().into_iter().map(f64::from);
    each.map(|p| part(p) + part(1.0 - p)).sum()
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
