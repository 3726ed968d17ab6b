//! The layers, a file each.

mod dropout;
mod flatten;
mod linear;
mod mlp;
mod sequential;

pub use dropout::Dropout;
pub use flatten::Flatten;
pub use linear::{Linear, LinearPart};
pub use mlp::Mlp;
pub use sequential::Sequential;
