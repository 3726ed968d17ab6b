//! Loops over slices, dispatched at run time to the processor's instruction set: the home of `unsafe` besides the buffer.

mod isa;
mod lane;
mod math;
mod matmul;
mod norm;
mod update;

pub use isa::{Isa, isa};
pub use lane::{Fused, Lane, Plain};
pub use matmul::Matmul;
pub use norm::sum_of_squares;
pub use update::{Update, update};
