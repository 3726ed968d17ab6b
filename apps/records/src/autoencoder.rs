//! Metrics of autoencoders in `metrics.json`.

use serde::{Deserialize, Serialize};

use crate::finite_number::Number;

/// Reconstruction metrics. `None` stands for an undefined metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reconstruction {
    /// Mean training loss, the data term alone, on clean images.
    pub loss: Option<Number>,
    /// Mean squared error per pixel.
    pub mse: Option<Number>,
    /// Explained variance of the pixels (R²): 1 for all, 0 for the mean image.
    pub r2: Option<Number>,
    /// Penalty terms; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Number>,
}

/// Diagnostics of latent codes, the key `codes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Codes {
    /// Latent dimension.
    pub latent: u64,
    /// Number of encoder layers.
    pub depth: u64,
    /// k-NN classification of test images by their latent codes; `null` where there are fewer
    /// training images than neighbors.
    pub knn: Option<Neighbors>,
    /// t-SNE of test codes; `null` where there are too few.
    pub tsne: Option<Map>,
    /// Denoising of test images by noise level, the first without noise.
    pub denoising: Vec<Denoised>,
}

/// k-NN classification: fitted on the training set, evaluated on the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbors {
    /// Number of neighbors.
    pub k: u64,
    /// Accuracy.
    pub accuracy: Number,
    /// Mean one-vs-rest accuracy over classes. Far greater than
    /// [`accuracy`](Self::accuracy), since most samples are negatives of any one class.
    pub mean_one_vs_rest_accuracy: Number,
    /// One entry per class.
    pub per_class: Vec<OneAgainstRest>,
    /// Counts: rows are true classes, columns predicted ones.
    pub confusion: Vec<Vec<u64>>,
}

/// One-vs-rest counts of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneAgainstRest {
    /// Class name.
    pub label: String,
    /// True positives.
    pub tp: u64,
    /// False positives.
    pub fp: u64,
    /// False negatives.
    #[serde(rename = "fn")]
    pub missed: u64,
    /// True negatives.
    pub tn: u64,
}

impl OneAgainstRest {
    /// One-vs-rest accuracy.
    pub fn accuracy(&self) -> f64 {
        let all = self.tp + self.fp + self.missed + self.tn;
        (self.tp + self.tn) as f64 / all as f64
    }
}

/// Settings of a t-SNE embedding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// Number of embedded test samples, the first of their split.
    pub rows: u64,
    /// Perplexity.
    pub perplexity: Number,
    /// Iterations.
    pub epochs: u64,
}

/// Denoising metrics at a noise level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Denoised {
    /// Standard deviation of the noise.
    pub sigma: Number,
    /// Mean squared error per pixel of noisy images to clean images.
    pub mse_noisy: Number,
    /// Mean squared error per pixel of their reconstructions to clean images.
    pub mse_denoised: Number,
    /// Accuracy of a classifier on noisy images. It was trained on the training images, without
    /// noise.
    pub accuracy_noisy: Number,
    /// Accuracy of the classifier on their reconstructions.
    pub accuracy_denoised: Number,
}
