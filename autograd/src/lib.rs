//! A small, exact reverse-mode autodiff tensor engine.

mod algebra;
mod kernel;
mod real;

pub use algebra::{Algebra, Binary, Cmp, Keeps, Pointwise, Unary};
pub use kernel::{Fused, Isa, Lane, Plain, isa};

/// The loops under the tensors, over plain slices.
pub mod kernels {
    pub use crate::kernel::{Mat, MatMut, matmul};
}
pub use real::Real;
