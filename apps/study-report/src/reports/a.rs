//! Report A.

use super::{Place, ReportInfo, not, shown, text};

pub(super) const REPORT: ReportInfo = ReportInfo {
    letter: "A",
    title: "An Introduction to Neural Networks for Regression and Classification",
    about: "University of Oslo, 2025: Runge's function against polynomials, and digits over depth, width, optimizers and activations",
    page: "a-introduction-to-neural-networks",
    outline: OUTLINE,
};

const OUTLINE: &[Place] = &[
    text("Abstract", "summary"),
    text("Section 1", "introduction"),
    not(
        "Fig. 1",
        "a network with three hidden layers",
        "a drawing, which shows no result",
    ),
    not(
        "Fig. 2",
        "feedforward from the input to the first hidden layer",
        "a drawing, which shows no result",
    ),
    text("Section 2.4", "the universal approximation theorem"),
    text("Section 2.5", "regularization, of regression"),
    text(
        "Section 2.6",
        "logistic regression and its binary cross-entropy",
    ),
    text("Section 2.7", "ReLU and Leaky ReLU"),
    text(
        "Section 3.1",
        "the implementation, its training loop among it",
    ),
    text("Section 3.2", "practical considerations"),
    text("Section 3.3", "agreement with PyTorch and scikit-learn"),
    shown("Fig. 3", "network and ordinary least squares over the data"),
    text("Section 4.1", "regression"),
    shown("Fig. 4", "4 hidden layers of 64 nodes on 100 points"),
    shown("Fig. 5", "1 hidden layer of 16 nodes on 100 points"),
    shown("Fig. 6", "L2 regularization of the network of Fig. 4"),
    text("Section 4.2", "classification"),
    shown("Fig. 7", "confusion matrix of digits"),
    shown("Fig. 8", "confusion matrix, each row divided by its sum"),
    shown("Fig. 9", "accuracy over hidden layers and nodes"),
    shown("Fig. 10", "training time over hidden layers and nodes"),
    text("Section 4.3", "optimizers and activation functions"),
    shown(
        "Table I",
        "best accuracy of each activation with its optimizer",
    ),
    text("Section 5", "conclusion"),
    not(
        "Fig. 11",
        "a photograph",
        "a photograph, which shows no result",
    ),
];
