//! What `metrics.json` says of an autoencoder.

use serde::{Deserialize, Serialize};

use crate::finite_number::Number;

/// How well pictures are rebuilt. `None` stands for a figure that is undefined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reconstruction {
    /// The mean of what training minimizes, the data term alone, on pictures without noise.
    pub loss: Option<Number>,
    /// Mean squared difference of a pixel.
    pub mse: Option<Number>,
    /// Share of the variance of the pixels that is rebuilt: 1 for all, 0 for what the mean of these pictures has.
    pub r2: Option<Number>,
    /// What penalties on the parameters add; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Number>,
}

/// What is found in the codes of an autoencoder, the key `codes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Codes {
    /// Numbers of a code.
    pub latent: u64,
    /// Layers from the pixels to the code.
    pub depth: u64,
    /// The classes of test pictures by those of the training pictures with the nearest codes; `null` where there are fewer
    /// training pictures than neighbors.
    pub knn: Option<Neighbors>,
    /// Codes of test pictures on a plane; `null` where there are too few.
    pub tsne: Option<Map>,
    /// Test pictures under noise, by the noise; the first is without.
    pub denoising: Vec<Denoised>,
}

/// Classes by the nearest neighbors: fitted on the training rows, judged on the test rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbors {
    /// Neighbors asked.
    pub k: u64,
    /// Share of rows classified rightly.
    pub accuracy: Number,
    /// The mean over the classes of the share of rows rightly told to be of the class, or not to be. Far greater than
    /// [`accuracy`](Self::accuracy), since most rows are not of a class.
    pub mean_one_vs_rest_accuracy: Number,
    /// One entry a class.
    pub per_class: Vec<OneAgainstRest>,
    /// Counts: rows are true classes, columns predicted ones.
    pub confusion: Vec<Vec<u64>>,
}

/// One class against all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneAgainstRest {
    /// The class's name.
    pub label: String,
    /// Rows of the class taken for it.
    pub tp: u64,
    /// Rows of others taken for it.
    pub fp: u64,
    /// Rows of the class taken for others.
    #[serde(rename = "fn")]
    pub missed: u64,
    /// Rows of others taken for others.
    pub tn: u64,
}

impl OneAgainstRest {
    /// Share of rows rightly told to be of the class, or not to be.
    pub fn accuracy(&self) -> f64 {
        let all = self.tp + self.fp + self.missed + self.tn;
        (self.tp + self.tn) as f64 / all as f64
    }
}

/// Codes on a plane by t-SNE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// Test rows on it, the first of their part.
    pub rows: u64,
    /// How many neighbors of a point count, so to speak.
    pub perplexity: Number,
    /// Steps.
    pub epochs: u64,
}

/// Test pictures under noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Denoised {
    /// The deviation of the noise.
    pub sigma: Number,
    /// Mean squared difference of a pixel from the picture without noise, under noise.
    pub mse_noisy: Number,
    /// The same of what the autoencoder makes of the picture under noise.
    pub mse_denoised: Number,
    /// Share of pictures under noise that a classifier tells rightly. It was trained on the training pictures, without
    /// noise.
    pub accuracy_noisy: Number,
    /// The same for what the autoencoder makes of them.
    pub accuracy_denoised: Number,
}
