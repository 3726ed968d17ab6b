//! Loops over slices, dispatched at run time to the processor's instruction set: the home of `unsafe` besides the buffer.

mod gather;
mod isa;
mod lane;
mod math;
mod matmul;

pub(crate) use gather::{Cell, Map, gather};
pub use isa::{Isa, isa};
pub use lane::{Fused, Lane, Plain};
pub use matmul::Matmul;
