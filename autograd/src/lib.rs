//! A small, exact reverse-mode autodiff tensor engine.

mod algebra;
mod kernel;
mod real;

pub use algebra::{Algebra, Binary, Cmp, Keeps, Pointwise, Unary};
pub use kernel::{Fused, Isa, Lane, Plain, Team, isa, threads};

/// The loops under the tensors, over plain slices.
pub mod kernels {
    pub use crate::kernel::{Finish, Mat, MatMut, Matmul, matmul, split};
}
pub use real::Real;
