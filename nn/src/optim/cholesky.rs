//! Cholesky's factorization, in blocks, so that most of it is products of matrices.

use autograd::{Tensor, prelude::*};

use super::full_batch::dot;

/// Columns that are factored at a time.
const BLOCK: usize = 64;
/// Columns of what is left that are updated at a time.
const TILE: usize = 256;

/// Writes L over the lower triangle of A = LLᵀ, `[n, n]` row-major; what is above the diagonal is not read, and means nothing
/// afterwards. False where A is not positive definite, and then the triangle means nothing.
pub(super) fn factor(a: &mut [f64], n: usize) -> bool {
    for start in (0..n).step_by(BLOCK) {
        let end = n.min(start + BLOCK);
        // The columns of this block, row by row: each element is a product of finished rows.
        for i in start..n {
            for j in start..end.min(i + 1) {
                let (above, row) = a.split_at_mut(i * n);
                let done = match i == j {
                    true => dot(&row[start..j], &row[start..j]),
                    false => dot(&row[start..j], &above[j * n + start..j * n + j]),
                };
                let rest = row[j] - done;
                row[j] = match i == j {
                    true if rest > 0.0 && rest.is_finite() => rest.sqrt(),
                    true => return false,
                    false => rest / above[j * n + j],
                };
            }
        }
        subtract_gram(a, n, start, end);
    }
    true
}

/// Takes the products of the rows of a finished block of columns off the lower triangle of what lies right of it.
fn subtract_gram(a: &mut [f64], n: usize, start: usize, end: usize) {
    let left = n - end;
    let rows = (end..n).flat_map(|i| &a[i * n + start..i * n + end]);
    let panel: Vec<f64> = rows.copied().collect();
    let panel = Tensor::new(&[left, end - start], &panel);
    for from in (0..left).step_by(TILE) {
        let width = TILE.min(left - from);
        let right = panel.narrow(0, from, width).transpose();
        let product = panel
            .narrow(0, from, left - from)
            .matmul(&right)
            .contiguous();
        let rows = product.elements().chunks_exact(width);
        for (row, to) in rows.zip(a[(end + from) * n..].chunks_exact_mut(n)) {
            let to = &mut to[end + from..end + from + width];
            to.iter_mut().zip(row).for_each(|(to, x)| *to -= x);
        }
    }
}

/// Solves LLᵀx = b, writing x over b; L as [`factor`] leaves it.
pub(super) fn solve(l: &[f64], n: usize, b: &mut [f64]) {
    for i in 0..n {
        let row = &l[i * n..];
        b[i] = (b[i] - dot(&row[..i], &b[..i])) / row[i];
    }
    for i in (0..n).rev() {
        let row = &l[i * n..];
        b[i] /= row[i];
        let x = b[i];
        for (b, l) in b[..i].iter_mut().zip(row) {
            *b -= x * l;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autograd::random;

    /// Sizes about the edges of blocks and tiles.
    #[test]
    fn the_factor_multiplies_to_the_matrix() {
        let mut rng = random::stream(6, "cholesky", 0, 0);
        for n in [0, 1, 2, 63, 64, 65, 128, 330] {
            let root = Tensor::<f64>::from_fn(&[n, n], |_| random::unit(&mut rng) - 0.5);
            let mut a = root.matmul(&root.transpose()).to_vec();
            (0..n).for_each(|i| a[i * n + i] += 1.0);
            let mut l = a.clone();
            // Nothing above the diagonal may be read.
            for i in 0..n {
                l[i * n + i + 1..(i + 1) * n].fill(f64::NAN);
            }
            assert!(factor(&mut l, n), "{n}");
            for i in 0..n {
                for j in 0..=i {
                    let got = dot(&l[i * n..][..=j], &l[j * n..][..=j]);
                    assert!((got - a[i * n + j]).abs() < 1e-10, "{n}: {i}, {j}");
                }
            }
            let x: Vec<f64> = (0..n).map(|i| i as f64 - 3.0).collect();
            let mut b: Vec<f64> = a.chunks_exact(n.max(1)).map(|row| dot(row, &x)).collect();
            solve(&l, n, &mut b);
            assert!(b.iter().zip(&x).all(|(b, x)| (b - x).abs() < 1e-7), "{n}");
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        assert!(!factor(&mut [1.0, 2.0, 2.0, 1.0], 2));
        assert!(!factor(&mut [0.0], 1));
        assert!(!factor(&mut [f64::NAN], 1));
        assert!(!factor(&mut [f64::INFINITY], 1));
    }
}
