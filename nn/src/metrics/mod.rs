//! How good a model is: classification, ranking by score, regression, and summaries over trials.
//!
//! Conventions are scikit-learn's; [`RowWeights`] is its `sample_weight`. What is undefined (no rows, a class without members) is `None`.

mod batch;
mod calibration;
mod classification;
mod ranking;
mod regression;
mod summary;
mod temperature;
mod threshold;
mod weights;

pub use batch::metric_sum;
pub(crate) use batch::{predicted, squared_error};
pub use calibration::{CalibrationBin, calibration_curve, calibration_error};
pub use classification::{Average, ClassScore, Confusion, accuracy};
pub use ranking::{
    PrecisionRecallCurve, RocCurve, average_precision, average_precision_one_vs_rest, log_loss,
    precision_recall_curve, roc_auc, roc_auc_one_vs_rest, roc_curve, top_k_accuracy,
};
pub use regression::Regression;
pub use summary::{Quartiles, bootstrap_interval, interquartile_mean, quantile};
pub use temperature::temperature;
pub use threshold::{Criterion, best_threshold};
pub use weights::RowWeights;
