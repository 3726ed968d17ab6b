//! Baselines of autoencoders: the mean image, and principal components as the best linear autoencoder.

use std::collections::BTreeMap;

use autograd::Tensor;
use autograd::prelude::*;
use datasets::Rows;
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use records::Number;
use records::Reconstruction;

/// Maximum number of pixels; beyond it the eigenvectors of the covariance take too long.
const MOST_PIXELS: usize = 1024;
/// Batch size of products.
const ROWS: usize = 2048;

/// Baselines on test images: `mean`, the mean training image, and `pca`, as many principal components of the training
/// images as the latent dimension. No linear autoencoder reconstructs the training images better than the second
/// (P. Baldi and K. Hornik, Neural networks and principal component analysis, Neural Networks 2, 1989). Its record has no
/// loss, which is that of a network. Nothing for images of more than 1024 pixels, or without training or test rows.
///
/// # Panics
/// If a row does not exist.
pub fn linear(
    images: &Rows,
    train: &[u32],
    test: &[u32],
    latent: usize,
) -> BTreeMap<String, Reconstruction> {
    let width = images.row_len();
    if width > MOST_PIXELS || train.is_empty() || test.is_empty() {
        return BTreeMap::new();
    }
    let mean = mean_of(images, train);
    let eigen = SymmetricEigen::new(covariance(images, train, &mean));
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    order.truncate(latent);
    let axes = eigen.eigenvectors.select_columns(&order);

    let center = mean_of(images, test);
    let (mut spread, mut of_mean, mut of_pca) = (0.0, 0.0, 0.0);
    for row in test {
        let x = DVector::from_vec(images.row(*row as usize));
        let off = &x - &mean;
        let kept = axes.tr_mul(&off);
        spread += (&x - &center).norm_squared();
        of_mean += off.norm_squared();
        // What the axes, which are orthonormal, do not reach.
        of_pca += (&off - &axes * kept).norm_squared();
    }
    let pixels = (test.len() * width) as f64;
    let figures = |wrong: f64| Reconstruction {
        loss: None,
        mse: Some(Number(wrong / pixels)),
        r2: (spread > 0.0).then(|| Number(1.0 - wrong / spread)),
        penalty: None,
    };
    [("mean", of_mean), ("pca", of_pca)]
        .map(|(name, wrong)| (name.to_owned(), figures(wrong)))
        .into()
}

/// The mean of some rows.
fn mean_of(images: &Rows, rows: &[u32]) -> DVector<f64> {
    let mut sum = DVector::zeros(images.row_len());
    for row in rows {
        sum += DVector::from_vec(images.row(*row as usize));
    }
    sum / rows.len() as f64
}

/// The covariance of the pixels of some rows around their mean.
fn covariance(images: &Rows, rows: &[u32], mean: &DVector<f64>) -> DMatrix<f64> {
    let width = images.row_len();
    let mean = Tensor::new(&[width], mean.as_slice());
    let mut sum = Tensor::zeros(&[width, width]);
    for rows in rows.chunks(ROWS) {
        let off = images.gather::<f64>(rows).reshape(&[rows.len(), width]) - &mean;
        sum += &off.transpose().matmul(&off);
    }
    DMatrix::from_vec(width, width, sum.to_vec()) / rows.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_on_a_line_need_one_component() {
        // x, 2x + 1, 3 for x = 0, …, 9.
        let cells: Vec<f64> = (0..10)
            .flat_map(|x| [f64::from(x), 2.0 * f64::from(x) + 1.0, 3.0])
            .collect();
        let images = Rows::reals64(&[3], cells);
        let (train, test): (Vec<u32>, Vec<u32>) = ((0..8).collect(), vec![8, 9]);
        let found = linear(&images, &train, &test, 1);
        let pca = &found["pca"];
        assert!(pca.mse.unwrap().0 < 1e-20, "{pca:?}");
        assert!((pca.r2.unwrap().0 - 1.0).abs() < 1e-12);
        // The mean of x over the training rows is 3.5, and 8 and 9 are 4.5 and 5.5 off, twice that in the second column.
        let wrong = 5.0 * (4.5f64.powi(2) + 5.5f64.powi(2)) / 6.0;
        assert!((found["mean"].mse.unwrap().0 - wrong).abs() < 1e-12);
        assert!(linear(&images, &train, &[], 1).is_empty());
    }
}
