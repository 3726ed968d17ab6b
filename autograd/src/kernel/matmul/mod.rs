//! Matrix products.

mod blocks;
mod pack;
mod scratch;
mod simd;
mod table;
mod tile;
mod view;

use crate::kernel::{Isa, isa};
use crate::real::Real;
use blocks::{Finish, Product, Source};
pub use table::Matmul;
pub use view::{Mat, MatMut};

/// doc
pub fn matmul<T: Real>(
    a: Mat<'_, T>,
    b: Mat<'_, T>,
    c: MatMut<'_, T>,
    accumulate: bool,
    finish: Finish<'_, T>,
) {
    matmul_on(isa(), a, b, c, accumulate, finish);
}

fn matmul_on<T: Real>(
    isa: Isa,
    a: Mat<'_, T>,
    b: Mat<'_, T>,
    mut c: MatMut<'_, T>,
    accumulate: bool,
    finish: Finish<'_, T>,
) {
    let product = Product {
        kernels: T::kernels(isa),
        rows: c.rows(),
        cols: c.cols(),
        depth: a.cols(),
        a: a.source(),
        b: b.source(),
        c: c.as_mut_ptr(),
        c_rs: c.row_stride(),
        add: accumulate,
        finish,
    };
    unsafe { product.blocked(0..c.rows(), 0..c.cols()) };
}
