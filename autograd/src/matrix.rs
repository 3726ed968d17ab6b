//! Matrix products of tensors, any strides.

use crate::kernel::{self, Epilogue, Mat, MatMut};
use crate::real::Real;
use crate::tensor::Tensor;

/// `out = a·b`, or `out += a·b` if `accumulate`, for two tensors of two axes and a row-major slice. `epilogue` is called on
/// pieces of it as they are done, with the column they begin at: parts of a row, or several whole rows.
pub(crate) fn product<T: Real>(
    a: &Tensor<T>,
    b: &Tensor<T>,
    out: &mut [T],
    accumulate: bool,
    epilogue: Epilogue<'_, T>,
) {
    let columns = b.shape()[1];
    kernel::matmul(
        view(a),
        view(b),
        MatMut::new(out, a.shape()[0], columns, columns),
        accumulate,
        epilogue,
    );
}

fn view<T: Real>(t: &Tensor<T>) -> Mat<'_, T> {
    let strides = t.strides();
    Mat::new(
        t.storage(),
        t.layout().offset,
        t.shape()[0],
        t.shape()[1],
        strides[0],
        strides[1],
    )
}
