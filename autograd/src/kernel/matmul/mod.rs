//! Matrix products.
//!
//! Every element of a product is one chain of (fused) multiply-adds in the order of k, however the product is tiled,
//! blocked, transposed or cut over threads: so all of these give the same bits. The one exception is a product of a single
//! element, which has a fixed order of its own ([`thin::dot`]).

mod blocks;
mod cut;
mod pack;
mod probe;
mod scratch;
mod simd;
mod table;
mod thin;
mod tile;
mod view;

use crate::kernel::{Isa, isa};
use crate::real::Real;
use blocks::Gemm;

pub use blocks::Epilogue;
pub use probe::multiply_adds;
pub(super) use scratch::{Use, release, with as with_scratch};
pub use table::Matmul;
pub use view::{Mat, MatMut};

/// C = A·B, or C += A·B where `accumulate`.
///
/// `epilogue(piece, column)` is called exactly once for every element of C, on pieces whose first element stands in that
/// column, once they are complete and still in cache: the place for a bias and an activation. A piece is a part of a row,
/// or several whole rows that lie one after the other. It is called also where A has no columns, for then C is complete
/// as zeros, or as it was.
///
/// Large products are split over the installed [`ThreadPool`](crate::ThreadPool); the bits do not depend on it.
///
/// # Panics
/// If the shapes do not fit.
#[track_caller]
pub fn matmul<T: Real>(
    a: Mat<'_, T>,
    b: Mat<'_, T>,
    c: MatMut<'_, T>,
    accumulate: bool,
    epilogue: Epilogue<'_, T>,
) {
    matmul_on(isa(), a, b, c, accumulate, epilogue);
}

/// [`matmul`] on a given instruction set, which this processor has.
#[track_caller]
fn matmul_on<T: Real>(
    isa: Isa,
    a: Mat<'_, T>,
    b: Mat<'_, T>,
    mut c: MatMut<'_, T>,
    accumulate: bool,
    epilogue: Epilogue<'_, T>,
) {
    let (rows, depth, cols) = (a.rows(), a.cols(), b.cols());
    assert!(
        b.rows() == depth && c.rows() == rows && c.cols() == cols,
        "a product of {rows}x{depth} and {}x{cols} into {}x{}",
        b.rows(),
        c.rows(),
        c.cols()
    );
    if rows == 0 || cols == 0 {
        return;
    }
    let product = gemm(isa, a, b, &mut c, accumulate, epilogue);
    // SAFETY: the views have checked their reach, and the shapes fit; C is borrowed mutably for the whole of it.
    unsafe { product.run() }
}

/// The product of views whose shapes fit, not computed yet.
fn gemm<'f, T: Real>(
    isa: Isa,
    a: Mat<'_, T>,
    b: Mat<'_, T>,
    c: &mut MatMut<'_, T>,
    accumulate: bool,
    epilogue: Epilogue<'f, T>,
) -> Gemm<'f, T> {
    Gemm {
        kernels: T::kernels(isa),
        rows: a.rows(),
        cols: b.cols(),
        depth: a.cols(),
        a: a.strided_ptr(),
        b: b.strided_ptr(),
        c_rs: c.row_stride(),
        c: c.as_mut_ptr(),
        add: accumulate,
        epilogue,
    }
}

#[cfg(test)]
mod tests;
