//! Pictures under noise, and without it again.

use autograd::{Real, Tensor};
use datasets::Rows;
use experiment::run::add_noise;
use records::Denoised;
use records::Number;

use super::{AutoencoderModel, Classifier};

/// Rows that go through at a time.
const ROWS: usize = 128;

/// Some pictures under Gaussian noise. A row has the same noise whenever it is asked for, and noise of another deviation
/// differs by a factor. Pixels are not cut off at black and white.
///
/// # Panics
/// If a row does not exist.
pub fn noisy<T: Real>(pictures: &Rows, rows: &[u32], deviation: f64, seed: u64) -> Tensor<T> {
    let mut batch = pictures.gather(rows);
    if deviation > 0.0 {
        add_noise(&mut batch, rows, deviation, seed);
    }
    batch
}

/// What noise does to some pictures, and what the autoencoder makes of them then; undefined figures are NaN.
///
/// # Panics
/// If there are not as many labels as rows, or the pictures are of another size.
#[track_caller]
pub fn under_noise<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    classifier: &Classifier<T>,
    pictures: &Rows,
    (rows, labels): (&[u32], &[u32]),
    deviation: f64,
    seed: u64,
) -> Denoised {
    assert_eq!(rows.len(), labels.len(), "under_noise: rows without labels");
    let (mut before, mut after) = (0.0, 0.0);
    let (mut told_noisy, mut told_denoised) = (0, 0);
    for (rows, labels) in rows.chunks(ROWS).zip(labels.chunks(ROWS)) {
        let clean = pictures.gather::<T>(rows);
        let noisy = noisy(pictures, rows, deviation, seed);
        let rebuilt = autoencoder.rebuild(&noisy);
        before += squares(&noisy, &clean);
        after += squares(&rebuilt, &clean);
        told_noisy += classifier.right(&noisy, labels);
        told_denoised += classifier.right(&rebuilt, labels);
    }
    let pixels = (rows.len() * pictures.row_len()) as f64;
    let share = |count: usize| Number(count as f64 / rows.len() as f64);
    Denoised {
        sigma: Number(deviation),
        mse_noisy: Number(before / pixels),
        mse_denoised: Number(after / pixels),
        accuracy_noisy: share(told_noisy),
        accuracy_denoised: share(told_denoised),
    }
}

/// The sum of squared differences.
fn squares<T: Real>(a: &Tensor<T>, b: &Tensor<T>) -> f64 {
    let (a, b) = (a.to_vec(), b.to_vec());
    let off = a.iter().zip(&b).map(|(a, b)| a.to_f64() - b.to_f64());
    off.map(|off| off * off).sum()
}
