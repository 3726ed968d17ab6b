//! Loops over slices, dispatched at run time to the processor's instruction set: the home of `unsafe` besides the buffer.

mod isa;
mod lane;
mod math;
mod matmul;
mod threads;

pub use isa::{Isa, isa};
pub use lane::{Fused, Lane, Plain};
pub use matmul::{Finish, Mat, MatMut, Matmul, matmul};
pub use threads::{Team, split, threads};
