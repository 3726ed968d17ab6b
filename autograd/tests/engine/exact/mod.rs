//! Derivatives where something is special: a cotangent that is exactly zero, ties, saturation, a branch not taken, numbers
//! far from zero.

mod catalogue;
pub(crate) mod derivatives;
mod masks;
mod offsets;
mod points;
mod zeros;
