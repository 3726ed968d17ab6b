//! A small classifier, to say what noise and its removal do to pictures.

use autograd::{Activation, Real, Tensor};
use datasets::Targets;
use experiment::data::Data;
use experiment::{AppError, interrupt};
use nn::layers::Mlp;
use nn::{Adam, CrossEntropy, DataView, Init, Model, ParamsBuilder, Predictions, Trainer, on_step};

/// Units of its hidden layer.
const HIDDEN: usize = 64;
/// Rows that it sees in all, about: so it takes seconds on any data.
const SEEN: usize = 300_000;

/// A perceptron with a hidden layer of 64 units (ReLU, Adam, 10⁻³, batches of 128), trained for so many epochs that it sees
/// some 300 000 rows, at most 100.
pub struct Classifier<T: Real>(Model<T>);

impl<T: Real> Classifier<T> {
    /// Trains one on the training rows of some data, without noise.
    ///
    /// # Errors
    /// If the targets are no classes, there is no memory, or Ctrl-C was pressed.
    pub fn train(data: &Data, seed: u64) -> Result<Self, AppError> {
        let part = &data.set.part;
        let Targets::Classes { classes, .. } = part.targets else {
            return Err(AppError::Failure(format!(
                "{} has values, not classes",
                data.set.name
            )));
        };
        let mlp = Mlp {
            inputs: part.inputs.row_len(),
            hidden: vec![HIDDEN],
            outputs: classes,
            activation: Activation::Relu,
            batch_norm: false,
            dropout: 0.0,
            init: Init::HE_NORMAL,
        };
        let mut builder = ParamsBuilder::new();
        let layers = mlp.declare(&mut builder);
        let params = builder
            .build(seed, experiment::memory::limit())
            .map_err(AppError::failure)?;
        let model = Model { layers, params };
        let mut trainer = Trainer::new(model, Adam::new(1e-3), CrossEntropy::new()).seed(seed);
        let epochs = SEEN.div_ceil(data.train.len().max(1)).min(100) as u64;
        let examples = DataView {
            inputs: &part.inputs,
            targets: &part.targets,
        };
        let mut go_on = on_step(|_, _| interrupt::flow());
        let train = examples.samples(&data.train);
        trainer
            .fit_observed(&train, epochs, &mut go_on)
            .map_err(AppError::failure)?;
        interrupt::check()?;
        Ok(Self(trainer.into_model()))
    }

    /// How many pictures of a batch `[rows, …]` it tells rightly.
    ///
    /// # Panics
    /// If the pictures are of another size, or have not a label each.
    pub fn right(&self, pictures: &Tensor<T>, labels: &[u32]) -> usize {
        let said = Predictions {
            outputs: self.0.forward(pictures),
        };
        let said = said.classes();
        assert_eq!(said.len(), labels.len(), "right: pictures without labels");
        said.iter().zip(labels).filter(|(a, b)| a == b).count()
    }
}
