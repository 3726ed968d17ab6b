//! Learning to reconstruct: what comes out of an autoencoder is compared with what went in.
//!
//! Pixels are from 0 to 1 as the data set holds them. With noise, training sees noisy images and compares with those
//! without; every figure here is about images without. `mse` in the history is that of pixels, whatever the loss is.

use autograd::prelude::*;
use autograd::{Real, Tensor};
use datasets::InputKind;
use experiment::data::Data;
use experiment::model_config::{self, ModelConfig, OutputConfig};
use experiment::run::{Prepared, Task, another_kind};
use experiment::{AppError, averages};
use nn::{BatchTargets, Evaluation, Loss, LossFunction, Model, evaluate_each};
use records::{Number, Reconstruction, Score};
use report::{share, significant};
use settings::{Objective, PixelLoss, PixelNoise};

/// Rows whose targets are gathered at a time.
const ROWS: usize = 128;

/// The images themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct ReconstructionTask {
    /// What training minimizes.
    pub loss: PixelLoss,
    /// Noise on the images that are trained on.
    pub noise: PixelNoise,
    /// Pixels of an image, all channels.
    pub pixels: usize,
    /// The names of the classes that the images are of.
    pub classes: Vec<String>,
}

impl ReconstructionTask {
    /// The images of a data set.
    ///
    /// # Errors
    /// If it is a table.
    pub fn of(data: &Data, loss: PixelLoss, noise: PixelNoise) -> Result<Self, AppError> {
        let set = &data.set;
        if let InputKind::Table { .. } = set.input {
            return Err(AppError::Failure(format!(
                "an autoencoder takes images here, and {} is a table",
                set.name
            )));
        }
        Ok(Self {
            loss,
            noise,
            pixels: set.part.inputs.row_len(),
            classes: set.class_names.clone(),
        })
    }
}

/// The sums that figures are made of, over the rows seen so far.
struct Sums {
    rows: f64,
    /// Squared differences.
    wrong: f64,
    /// Squared pixels.
    squares: f64,
    /// Each pixel.
    pixels: Vec<f64>,
}

impl Sums {
    fn new(pixels: usize) -> Self {
        Self {
            rows: 0.0,
            wrong: 0.0,
            squares: 0.0,
            pixels: vec![0.0; pixels],
        }
    }

    /// Takes in what is said of some rows.
    fn add<T: Real>(&mut self, said: &Tensor<T>, truth: &BatchTargets<T>) {
        let BatchTargets::Values(truth) = truth else {
            unreachable!("images are learned from images");
        };
        let (said, truth) = (said.contiguous(), truth.contiguous());
        let said = said.as_slice().expect("contiguous above");
        let truth = truth.as_slice().expect("contiguous above");
        let width = self.pixels.len();
        for (said, truth) in said.chunks_exact(width).zip(truth.chunks_exact(width)) {
            self.rows += 1.0;
            for ((y, t), sum) in said.iter().zip(truth).zip(&mut self.pixels) {
                let (y, t) = (y.to_f64(), t.to_f64());
                self.wrong += (y - t) * (y - t);
                self.squares += t * t;
                *sum += t;
            }
        }
    }

    fn figures(&self, loss: f64, penalty: Option<Number>) -> Reconstruction {
        let some = self.rows > 0.0;
        let means = self.pixels.iter().map(|sum| sum * sum / self.rows);
        let variance = self.squares - means.sum::<f64>();
        Reconstruction {
            loss: some.then_some(Number(loss)),
            mse: some.then(|| Number(self.wrong / (self.rows * self.pixels.len() as f64))),
            r2: (some && variance > 0.0).then(|| Number(1.0 - self.wrong / variance)),
            penalty,
        }
    }
}

impl Task for ReconstructionTask {
    type Figures = Reconstruction;
    const KIND: records::Task = records::Task::Reconstruction;
    const SCORE: &'static str = "R²";

    fn of_config(config: &ModelConfig) -> Result<Self, AppError> {
        let Objective::Reconstruction { loss, noise } = config.experiment.objective else {
            return Err(another_kind(config, "to reconstruct images"));
        };
        Ok(Self {
            loss,
            noise,
            pixels: config.network.inputs,
            classes: config.rows.classes.clone(),
        })
    }

    fn fitted_to(&self, _data: &Data) -> Self {
        self.clone()
    }

    fn loss(&self) -> LossFunction {
        model_config::loss(Objective::Reconstruction {
            loss: self.loss,
            noise: self.noise,
        })
    }

    fn meaning(&self) -> Option<&OutputConfig> {
        None
    }

    fn fits(&self, data: &Data) -> bool {
        let set = &data.set;
        matches!(set.input, InputKind::Image { .. })
            && set.part.inputs.row_len() == self.pixels
            && set.class_names == self.classes
    }

    fn score(&self, metric: f64) -> Score {
        Score::Mse(Number(metric))
    }

    fn evaluate<T: Real>(
        &self,
        data: &Prepared,
        rows: &[u32],
        found: &Evaluation<T>,
        penalty: Option<Number>,
    ) -> Reconstruction {
        let mut sums = Sums::new(self.pixels);
        for (i, batch) in rows.chunks(ROWS).enumerate() {
            let outputs = found.outputs.narrow(0, i * ROWS, batch.len());
            let truth = BatchTargets::of(data.examples().targets, batch);
            sums.add(&Loss::predictions(&self.loss(), &outputs), &truth);
        }
        sums.figures(found.loss, penalty)
    }

    /// Outputs are as many as the pixels of all rows, so each batch is looked at and forgotten.
    fn evaluate_model<T: Real>(
        &self,
        model: &Model<T>,
        data: &Prepared,
        rows: &[u32],
        penalty: Option<Number>,
    ) -> Reconstruction {
        let (mut sums, loss) = (Sums::new(self.pixels), self.loss());
        let mean = evaluate_each(model, data.examples(), rows, loss, |outputs, truth| {
            sums.add(&Loss::predictions(&loss, outputs), truth);
        });
        sums.figures(mean, penalty)
    }

    fn main_score(figures: &Reconstruction) -> Option<f64> {
        figures.r2.map(|x| x.0)
    }

    fn tie_breaker(figures: &Reconstruction) -> Option<f64> {
        figures.loss.map(|x| x.0)
    }

    fn mean(of: &[Reconstruction]) -> Reconstruction {
        averages::reconstruction(of)
    }

    fn main_figures(&self, of: &Reconstruction) -> Vec<(String, String)> {
        let shown = |x: Option<Number>, how: fn(f64) -> String| {
            x.map_or_else(|| "-".to_owned(), |x| how(x.0))
        };
        vec![
            ("MSE".to_owned(), shown(of.mse, significant)),
            ("R²".to_owned(), shown(of.r2, share)),
            ("loss".to_owned(), shown(of.loss, significant)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_about_pixels() {
        let mut sums = Sums::new(2);
        let truth = BatchTargets::Values(Tensor::new(&[2, 2], &[0.0, 1.0, 1.0, 0.0]));
        sums.add(&Tensor::new(&[2, 2], &[0.5, 1.0, 1.0, 0.5]), &truth);
        let found = sums.figures(0.25, None);
        assert_eq!(found.mse, Some(Number(0.125)));
        // Half of a squared pixel is wrong, and a whole one is off the mean.
        assert_eq!(found.r2, Some(Number(0.5)));
        let none = Sums::new(2).figures(f64::NAN, None);
        assert_eq!((none.loss, none.mse, none.r2), (None, None, None));
        // Images that are all alike have no variance to be reconstructed.
        let mut alike = Sums::new(1);
        let truth = BatchTargets::Values(Tensor::new(&[2, 1], &[0.5, 0.5]));
        alike.add(&Tensor::new(&[2, 1], &[0.25, 0.5]), &truth);
        assert_eq!(alike.figures(0.0, None).r2, None);
    }
}
