//! A small, exact reverse-mode autodiff tensor engine.

mod algebra;
mod kernel;
pub mod random;
mod real;

pub use algebra::{Algebra, Binary, Cmp, Keeps, Pointwise, Unary};
pub use kernel::{Fused, Isa, Lane, Plain, Update, isa, sum_of_squares, update};
pub use real::Real;
