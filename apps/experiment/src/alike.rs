//! Whether the parameters of two models mean the same, so that a line from one to the other means something.

use crate::error::AppError;
use crate::model_config::ModelConfig;

/// Refuses models of another precision, with other layers, or with another activation or loss. Both have names for the
/// sentence.
///
/// # Errors
/// If they are so.
pub fn same_network(a: &ModelConfig, b: &ModelConfig, names: [&str; 2]) -> Result<(), AppError> {
    let words = [a, b].map(|config| if config.is_f64() { "f64" } else { "f32" });
    if words[0] != words[1] {
        return Err(refused(names, "precision", words));
    }
    let (mine, theirs) = (a.network.words(), b.network.words());
    if mine != theirs {
        return Err(refused(names, "the network", [&mine, &theirs]));
    }
    if a.experiment.model.activation == b.experiment.model.activation && a.loss() == b.loss() {
        return Ok(());
    }
    let words = [a, b].map(|config| {
        let activation = &config.experiment.model.activation;
        format!("{activation} and {}", config.loss())
    });
    let words = [words[0].as_str(), words[1].as_str()];
    Err(refused(names, "activation and loss", words))
}

/// Refuses models with other columns, classes or targets, or which scale them otherwise.
///
/// # Errors
/// If they are so.
pub fn same_scaling(
    a: &ModelConfig,
    b: &ModelConfig,
    [mine, theirs]: [&str; 2],
) -> Result<(), AppError> {
    let (one, two) = (&a.rows, &b.rows);
    if (&one.shape, &one.columns) != (&two.shape, &two.columns) {
        return Err(AppError::Failure(format!(
            "{theirs} and {mine} have different columns; both must have the same"
        )));
    }
    if (&one.classes, &one.targets) != (&two.classes, &two.targets) {
        return Err(AppError::Failure(format!(
            "{theirs} and {mine} have different classes or targets; both must have the same"
        )));
    }
    match one == two && a.outputs == b.outputs {
        true => Ok(()),
        false => Err(AppError::Failure(format!(
            "{theirs} and {mine} standardize their features differently, so their weights are not comparable; train both on \
             the same samples"
        ))),
    }
}

/// The refusal of a model that differs in something from another.
pub fn refused([mine, theirs]: [&str; 2], what: &str, [a, b]: [&str; 2]) -> AppError {
    AppError::Failure(format!(
        "{theirs} has {what} {b}, but {mine} has {a}; both must be the same"
    ))
}
