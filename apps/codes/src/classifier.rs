//! A small classifier, to say what noise and its removal do to images.

use autograd::{Real, Tensor};
use experiment::data::Data;
use experiment::run::{Classes, trial};
use experiment::{AppError, interrupt};
use nn::{Model, Predictions};
use settings::{Architecture, Experiment, Head, Kind, Widths};

/// Units of its hidden layer.
const HIDDEN: usize = 64;
/// Rows that it sees in all, about: so it takes seconds on any data.
const SEEN: usize = 300_000;

/// A perceptron with a hidden layer of 64 units (ReLU, Adam, 10⁻³, batches of 128), trained for so many epochs that it sees
/// some 300 000 rows, at most 100.
pub struct Classifier<T: Real>(Model<T>);

impl<T: Real> Classifier<T> {
    /// Trains one on the training samples of some data, without noise.
    ///
    /// # Errors
    /// If the targets are no classes, there is no memory, or Ctrl-C was pressed.
    pub fn train(data: &Data, seed: u64) -> Result<Self, AppError> {
        let mut experiment = Experiment::new(Kind::Classification);
        experiment.data.standardize = Some(false);
        experiment.model.architecture = Architecture::Mlp {
            hidden: Widths(vec![HIDDEN]),
            batch_norm: false,
            dropout: 0.0,
        };
        let training = &mut experiment.training;
        training.epochs = SEEN.div_ceil(data.train.len().max(1)).min(100) as u64;
        training.config.batch_size = 128;
        training.config.seed = seed;
        let task = Classes::of(data, Head::Softmax)?;
        // Its accuracy on validation samples is of no use here.
        let data = Data {
            validation: Vec::new(),
            ..data.clone()
        };
        match trial::<Classes, T>(&experiment, &task, data)? {
            Some(trial) => Ok(Self(trial.model)),
            None => Err(interrupt::interrupted()),
        }
    }

    /// How many images of a batch `[rows, …]` it tells rightly.
    ///
    /// # Panics
    /// If the images are of another size, or have not a label each.
    pub fn right(&self, images: &Tensor<T>, labels: &[u32]) -> usize {
        let said = Predictions {
            outputs: self.0.forward(images),
        };
        let said = said.classes();
        assert_eq!(said.len(), labels.len(), "right: images without labels");
        said.iter().zip(labels).filter(|(a, b)| a == b).count()
    }
}
