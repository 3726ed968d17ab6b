//! Matrix products.

/// An element with kernels for products.
pub trait Matmul: Sized {}
impl Matmul for f32 {}
impl Matmul for f64 {}
