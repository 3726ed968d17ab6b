//! Matrix products of tensors, any strides; of many matrices along a leading axis, one after the other.

use crate::kernel::{self, Mat, MatMut};
use crate::real::Real;
use crate::tensor::Tensor;

/// `out = a·b`, or `out += a·b` if `accumulate`, for two tensors of two axes and a row-major slice; of three axes a product
/// for each entry along the first.
pub(crate) fn product<T: Real>(a: &Tensor<T>, b: &Tensor<T>, out: &mut [T], accumulate: bool) {
    each_product(a, b, out, |_, a, b, out| {
        kernel::matmul(a, b, out, accumulate, None);
    });
}

/// `f(i, a, b, out)` for the matrices of each entry along the first of three axes, and their part of a row-major slice; for
/// tensors of two axes once.
#[inline(always)]
pub(crate) fn each_product<T: Real>(
    a: &Tensor<T>,
    b: &Tensor<T>,
    out: &mut [T],
    mut f: impl FnMut(usize, Mat<'_, T>, Mat<'_, T>, MatMut<'_, T>),
) {
    let (rows, columns) = (a.shape()[a.rank() - 2], b.shape()[b.rank() - 1]);
    if a.rank() == 2 {
        return f(
            0,
            view(a, 0),
            view(b, 0),
            MatMut::row_major(out, rows, columns),
        );
    }
    // Without a column or a row there is nothing to compute.
    for (i, out) in out.chunks_exact_mut((rows * columns).max(1)).enumerate() {
        f(
            i,
            view(a, i),
            view(b, i),
            MatMut::row_major(out, rows, columns),
        );
    }
}

/// The matrix of the last two axes, at a place along the one before where there is one.
fn view<T: Real>(t: &Tensor<T>, at: usize) -> Mat<'_, T> {
    let (shape, strides) = (t.shape(), t.strides());
    let rows = shape.len() - 2;
    let outer = strides[..rows].iter().sum::<isize>() * at as isize;
    Mat::new(
        t.storage(),
        t.layout().offset.wrapping_add_signed(outer),
        shape[rows],
        shape[rows + 1],
        strides[rows],
        strides[rows + 1],
    )
}
