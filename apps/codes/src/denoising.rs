//! Noisy images and their reconstructions.

use autograd::{Real, Tensor};
use datasets::Rows;
use experiment::run::add_noise;
use records::Denoised;
use records::Number;
use settings::PixelNoise;

use super::{AutoencoderModel, Classifier};

/// Batch size of inference.
const ROWS: usize = 128;

/// Images with Gaussian noise. A row always has the same noise; that of another standard deviation differs by a factor.
///
/// # Panics
/// If a row does not exist.
pub fn with_noise<T: Real>(images: &Rows, rows: &[u32], noise: PixelNoise, seed: u64) -> Tensor<T> {
    let mut batch = images.gather(rows);
    if noise.deviation > 0.0 {
        add_noise(&mut batch, rows, noise, seed);
    }
    batch
}

/// Denoising metrics: MSE to the clean image and classifier accuracy, of noisy images and of their reconstructions.
///
/// # Panics
/// If labels and rows differ in number, or the images do not have the network's input size.
#[track_caller]
pub fn denoising_metrics<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    classifier: &Classifier<T>,
    images: &Rows,
    (rows, labels): (&[u32], &[u32]),
    noise: PixelNoise,
    seed: u64,
) -> Denoised {
    assert_eq!(
        rows.len(),
        labels.len(),
        "denoising_metrics: rows without labels"
    );
    let (mut before, mut after) = (0.0, 0.0);
    let (mut right_noisy, mut right_denoised) = (0, 0);
    for (rows, labels) in rows.chunks(ROWS).zip(labels.chunks(ROWS)) {
        let clean = images.gather::<T>(rows);
        let noisy = with_noise(images, rows, noise, seed);
        let reconstruction = autoencoder.reconstruct(&noisy);
        before += squares(&noisy, &clean);
        after += squares(&reconstruction, &clean);
        right_noisy += classifier.right(&noisy, labels);
        right_denoised += classifier.right(&reconstruction, labels);
    }
    let pixels = (rows.len() * images.row_len()) as f64;
    let share = |count: usize| Number(count as f64 / rows.len() as f64);
    Denoised {
        sigma: Number(noise.deviation),
        mse_noisy: Number(before / pixels),
        mse_denoised: Number(after / pixels),
        accuracy_noisy: share(right_noisy),
        accuracy_denoised: share(right_denoised),
    }
}

/// The sum of squared differences.
fn squares<T: Real>(a: &Tensor<T>, b: &Tensor<T>) -> f64 {
    let (a, b) = (a.to_vec(), b.to_vec());
    let off = a.iter().zip(&b).map(|(a, b)| a.to_f64() - b.to_f64());
    off.map(|off| off * off).sum()
}
