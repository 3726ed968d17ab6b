//! Report E.

use super::{Place, ReportInfo, not, shown, text};

pub(super) const REPORT: ReportInfo = ReportInfo {
    letter: "E",
    title: "Neural Networks: a modular framework and autoencoders",
    about: "the experiments of the framework's basics and of MNIST once more, and autoencoders",
    page: "e-modular-framework-and-autoencoders",
    outline: OUTLINE,
};

const OUTLINE: &[Place] = &[
    not(
        "Fig. 1",
        "the backpropagation algorithm",
        "pseudo-code, which shows no result",
    ),
    text("Basic supervised learning", "regression and classification"),
    shown("Fig. 2", "linear regression: loss, median and worst model"),
    shown(
        "Fig. 3",
        "linear classification: loss, accuracy, decision boundaries",
    ),
    shown(
        "Fig. 4",
        "non-linear classification: loss, accuracy, decision boundaries",
    ),
    text("MNIST classification", "MNIST and its hyper-parameters"),
    shown("Fig. 5", "loss, accuracy and misclassified images on MNIST"),
    shown("Fig. 6", "accuracy over activations"),
    shown("Fig. 7", "accuracy over batch sizes"),
    shown("Fig. 8", "accuracy over hidden sizes"),
    shown("Fig. 9", "accuracy over optimizers"),
    text(
        "Autoencoders",
        "implementation and analysis of autoencoders",
    ),
    shown("Fig. 10", "reconstruction loss over latent size and depth"),
    shown("Fig. 11", "originals and reconstructions"),
    shown("Fig. 12", "t-SNE of latent codes"),
    text(
        "Nearest neighbors",
        "classification of latent codes by their neighbors",
    ),
    shown("Fig. 13", "interpolation between centroids of digits"),
    shown("Fig. 14", "denoising at the noise of training"),
    shown("Fig. 15", "denoising at a higher noise"),
    text("Conclusion", "what the report concludes"),
];
