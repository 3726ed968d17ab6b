//! Report C.

use super::{Place, ReportInfo, shown, text};

pub(super) const REPORT: ReportInfo = ReportInfo {
    letter: "C",
    title: "Neural Networks: a framework from linear regression to MNIST",
    about: "linear regression, linear and non-linear classification and MNIST over repeated trials",
    page: "c-linear-regression-to-mnist",
    outline: OUTLINE,
};

const OUTLINE: &[Place] = &[
    text("Linear regression", "gradient descent and its results"),
    shown("Fig. 1", "linear regression: loss, median and worst model"),
    text("Classification", "linear and non-linear classification"),
    shown(
        "Fig. 2",
        "linear classification: loss, median and worst model",
    ),
    shown(
        "Fig. 3",
        "non-linear classification: loss, median and worst model",
    ),
    text("MNIST classification", "a network of 64 and 32 units"),
    shown("Fig. 4", "loss and accuracy on MNIST"),
    text("Activation functions", "three activations on MNIST"),
    shown("Fig. 5", "accuracy over activations"),
    text("Batches", "batch sizes on MNIST"),
    shown("Fig. 6", "accuracy over batch sizes"),
    text("Hidden layer sizes", "widths on MNIST"),
    shown("Fig. 7", "accuracy over hidden sizes"),
    text("Optimizers", "three optimizers on MNIST"),
    shown("Fig. 8", "accuracy over optimizers"),
];
