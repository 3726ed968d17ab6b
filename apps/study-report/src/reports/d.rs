//! Report D: an assignment, whose tasks are its places.

use super::{Place, ReportInfo, shown, text};

pub(super) const REPORT: ReportInfo = ReportInfo {
    letter: "D",
    title: "Theoretical Foundations and Practical Implementation of Neural Networks for Regression and Classification",
    about: "project 1 of FYS5429/9429, University of Oslo, spring 2026: an assignment, whose expected findings are tested",
    page: "d-theory-and-practice",
    outline: OUTLINE,
};

const OUTLINE: &[Place] = &[
    shown(
        "Initialization",
        "activations and gradients under different initial weights, symmetry",
    ),
    shown(
        "Gradient descent and backpropagation",
        "derivatives by hand, batch sizes, learning rates, schedules",
    ),
    shown(
        "Loss landscapes",
        "saddles, flat and sharp minima, vanishing gradients, optimizers",
    ),
    shown(
        "Activation functions",
        "sigmoid, tanh, ReLU and others, with their derivatives",
    ),
    shown(
        "Regularization",
        "L1, L2, dropout, early stopping, augmentation",
    ),
    shown(
        "Classification data",
        "MNIST, CIFAR-10 and tables of classes",
    ),
    shown(
        "Regression data",
        "California housing and other tables of numbers",
    ),
    shown(
        "Evaluation",
        "metrics, training and validation curves, cross-validation",
    ),
    shown("Numerical precision", "stability and loss of precision"),
    text(
        "Delivery",
        "a folder of selected results, which these pages are",
    ),
];
