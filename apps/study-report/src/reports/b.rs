//! Report B.

use super::{Place, ReportInfo, not, shown, text};

pub(super) const REPORT: ReportInfo = ReportInfo {
    letter: "B",
    title: "Implementation of a Feed Forward Neural Network, studied on Sparse Regression and MNIST Classification",
    about: "University of Oslo, 2025: 18 points of Runge's function, hyper-parameters searched on 4 of them, and MNIST",
    page: "b-sparse-regression-and-mnist",
    outline: OUTLINE,
};

const OUTLINE: &[Place] = &[
    not(
        "Fig. 1",
        "a feedforward network",
        "a drawing, which shows no result",
    ),
    text("Methods", "implementation, data and verification"),
    shown(
        "Fig. 2",
        "error over layers and nodes, by plain gradient descent",
    ),
    shown(
        "Fig. 3",
        "errors over 20 000 epochs of plain gradient descent",
    ),
    shown("Fig. 4", "error over optimizers"),
    shown("Fig. 5", "error over activations and learning rates"),
    shown("Table I", "best hyper-parameters without regularization"),
    shown("Fig. 6", "the fit without regularization"),
    shown("Table II", "best hyper-parameters with L1"),
    shown("Fig. 7", "the fit with L1"),
    shown("Table III", "best hyper-parameters with L2"),
    shown("Fig. 8", "the three networks on new data"),
    text("Regression", "comparisons and discussion"),
    shown("Table IV", "hyper-parameters for MNIST"),
    shown("Fig. 9", "accuracy and loss on MNIST"),
    shown("Fig. 10", "confusion matrix of MNIST"),
    shown("Fig. 11", "fives classified as threes"),
    text("Classification", "discussion of classification"),
    text("Conclusion", "and further work"),
];
