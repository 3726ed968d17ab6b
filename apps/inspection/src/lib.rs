//! Questions to finished runs: what they are worth, what they say of other rows, which columns they rest on, how they compare.
//!
//! | question | function |
//! |---|---|
//! | How good is the model on the test samples of its data? | [`eval::test_figures`] |
//! | What does it say of the rows of a file? | [`predict::Predictor`], from an [`input_rows::Input`] |
//! | What would another program have to compute to say the same? | [`export::export`], an ONNX graph |
//! | How much worse does it get without a column? | [`importance::importances`] |
//! | How do its answers change with the values of a column? | [`partial_dependence::partial_dependences`] |
//! | In which settings do runs differ, and what did that come to? | [`compare::Comparison`], without their data |
//!
//! A run is a folder that `experiment` has filled. The first five read its `model.safetensors`, whose
//! [`ModelConfig`](experiment::model_config::ModelConfig) says which task and precision it is of; what needs the data, too,
//! takes an [`experiment::run::FinishedRun`], and a file that has changed since training is refused. Questions are generic
//! over the [`Task`](experiment::run::Task), and nothing here writes to the folder or prints.
//!
//! Intervals are those of [`distribution`]s that are computed here, of Student's t for means over seeds, and of the
//! bootstrap for importance.

pub mod compare;
pub mod distribution;
pub mod eval;
pub mod export;
pub mod importance;
pub mod input_rows;
pub mod partial_dependence;
pub mod predict;
