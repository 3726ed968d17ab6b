//! How rough images are.

use autograd::Tensor;

/// The sum over images of one channel of the mean squared step from a pixel to the next, to the right and down.
pub(crate) fn roughness(pictures: &Tensor<f32>, width: usize) -> f64 {
    let cells = pictures.to_vec();
    let each = cells.len() / pictures.shape()[0].max(1);
    let of = |picture: &[f32]| {
        let step = |a: &f32, b: &f32| (f64::from(*a) - f64::from(*b)).powi(2);
        let right = picture
            .chunks_exact(width)
            .flat_map(|row| row.windows(2).map(|pair| step(&pair[0], &pair[1])));
        let down = picture.iter().zip(&picture[width..]);
        let steps: Vec<f64> = right.chain(down.map(|(a, b)| step(a, b))).collect();
        steps.iter().sum::<f64>() / steps.len() as f64
    };
    cells.chunks_exact(each).map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_right_and_down() {
        let flat = Tensor::new(&[1, 4], &[0.5; 4]);
        assert_eq!(roughness(&flat, 2), 0.0);
        // Steps of 1 and 0 to the right, of 0 and 1 down, and the same once more.
        let corner = Tensor::new(&[2, 4], &[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(roughness(&corner, 2), 0.5 + 0.5);
    }
}
