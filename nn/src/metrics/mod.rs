//! How good a model is: classification, ranking by score, regression, and summaries over trials.
//!
//! Conventions are scikit-learn's. What is undefined (no rows, a class without members) is `None`.

mod batch;
mod classification;
mod ranking;
mod regression;
mod summary;

pub use batch::metric_sum;
pub(crate) use batch::{predicted, squared_error};
pub use classification::{Average, ClassScore, Confusion, accuracy};
pub use ranking::{
    RocCurve, average_precision, log_loss, roc_auc, roc_auc_one_vs_rest, roc_curve, top_k_accuracy,
};
pub use regression::Regression;
pub use summary::{Quartiles, bootstrap_interval, interquartile_mean, quantile};
