//! A small, exact reverse-mode autodiff tensor engine.

mod algebra;
pub mod data;
mod kernel;
mod real;

pub use algebra::{Algebra, Binary, Cmp, Keeps, Pointwise, Unary};
pub use kernel::{Fused, Isa, Lane, Plain, isa};
pub use real::Real;
