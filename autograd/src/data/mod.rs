//! Rows to learn from, held once and gathered batch by batch.
//!
//! A data set stays in memory as it came: images as bytes, tables as `f32` or `f64`. A batch is a list of row indices;
//! its cells are turned into elements, and scaled, while they are copied. So a part of a data set is an index list,
//! never a second copy, and a data set of bytes takes a quarter of the memory that floats would.

mod affine;
mod rows;
mod targets;

pub use affine::Affine;
pub use rows::Rows;
pub use targets::Targets;
