//! What differs between learning classes, learning values and learning anything else.

use std::fmt::Display;

use autograd::Real;
use nn::{Evaluation, LossFunction, Model, evaluate};
use records::{Number, Score};
use serde::Serialize;
use serde::de::DeserializeOwned;
use settings::Kind;

use super::prepared::Prepared;
use crate::data::Data;
use crate::decision::Decided;
use crate::error::AppError;
use crate::model_config::{ModelConfig, OutputConfig};

/// What is learned.
pub trait Task: Sized + Sync {
    /// What is said of a model on some rows.
    type Figures: Clone + Serialize + DeserializeOwned + Send;
    /// The word for it in files.
    const KIND: records::Task;

    /// The name of the figure that networks are compared by; more is better.
    const SCORE: &'static str;

    /// The task of a trained model.
    ///
    /// # Errors
    /// If the model is for another task.
    fn of_config(config: &ModelConfig) -> Result<Self, AppError>;

    /// The task with what it has of training rows, taken anew from those of `data`.
    fn fitted_to(&self, data: &Data) -> Self;

    /// What training minimizes.
    fn loss(&self) -> LossFunction;

    /// What outputs mean, where they are values.
    fn meaning(&self) -> Option<&OutputConfig>;

    /// Whether data has the classes or targets that this is about.
    fn fits(&self, data: &Data) -> bool;

    /// Takes from the validation samples what is to be made of a trained model's outputs, and returns sentences on what could
    /// not be found.
    ///
    /// # Errors
    /// If it cannot do without.
    fn decide<T: Real>(&mut self, _model: &Model<T>, _data: &Prepared) -> Vec<String> {
        Vec::new()
    }

    /// What was [decided](Self::decide), to be kept with the model.
    fn decided(&self) -> Decided {
        Decided::default()
    }

    /// Sentences on what was decided, by the figures on the validation and the test samples.
    fn decision_in_words(
        &self,
        _validation: Option<&Self::Figures>,
        _test: &Self::Figures,
    ) -> Vec<String> {
        Vec::new()
    }

    /// The figure beside the loss of an epoch, from what the trainer reports.
    fn score(&self, metric: f64) -> Score;

    /// How good outputs are for some rows; `penalty` is what the weights cost, where that was part of training.
    fn evaluate<T: Real>(
        &self,
        data: &Prepared,
        rows: &[u32],
        found: &Evaluation<T>,
        penalty: Option<Number>,
    ) -> Self::Figures;

    /// How good a model is on some rows: [`evaluate`](Task::evaluate) of its outputs, which need not be kept all at once.
    fn evaluate_model<T: Real>(
        &self,
        model: &Model<T>,
        data: &Prepared,
        rows: &[u32],
        penalty: Option<Number>,
    ) -> Self::Figures {
        let found = evaluate(model, data.examples(), rows, self.loss());
        self.evaluate(data, rows, &found, penalty)
    }

    /// What networks are compared by; `None` where it is undefined.
    fn main_score(figures: &Self::Figures) -> Option<f64>;

    /// What decides between equal scores, which are common on few rows; less is better. `None` where nothing does.
    fn tie_breaker(figures: &Self::Figures) -> Option<f64>;

    /// The means of figures of several networks, each on rows of its own; undefined where one is. Counts are sums.
    ///
    /// # Panics
    /// If there are none.
    fn mean(of: &[Self::Figures]) -> Self::Figures;

    /// The main figures with their names, for a person to read.
    fn main_figures(&self, figures: &Self::Figures) -> Vec<(String, String)>;
}

/// The refusal of a model that learned something else than `wanted`, with the program that takes it.
pub fn another_kind(config: &ModelConfig, wanted: &str) -> AppError {
    let kind = config.experiment.kind();
    let learned = match kind {
        Kind::Classification => "learned classes",
        Kind::Regression => "learned values",
        Kind::Reconstruction => "learned to reconstruct images",
    };
    AppError::Failure(format!(
        "the run {learned}, not {wanted}; {} evaluates it",
        kind.program()
    ))
}

/// A task whose models can be asked about single rows.
pub trait Answering: Task {
    /// What is said of one row.
    type Answer: Display + Serialize;

    /// What outputs say, row by row.
    fn answers<T: Real>(&self, found: &Evaluation<T>) -> Vec<Self::Answer>;

    /// The headings of [`cells`](Answering::cells) in a table of answers.
    fn headings(&self) -> Vec<String>;

    /// An answer as the cells of a table.
    fn cells(&self, answer: &Self::Answer) -> Vec<String>;

    /// The numbers of an answer: the probability of each class, or the value of each target.
    fn numbers(&self, answer: &Self::Answer) -> Vec<f64>;

    /// The headings of [`truth`](Answering::truth).
    fn truth_headings(&self) -> Vec<String>;

    /// What is true of some rows, as the cells of a table.
    fn truth(&self, data: &Prepared, rows: &[u32]) -> Vec<Vec<String>>;
}
