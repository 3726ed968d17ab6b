//! The layers, a file each.

mod dropout;
mod linear;
mod mlp;
mod sequential;

pub use dropout::Dropout;
pub use linear::Linear;
pub use mlp::Mlp;
pub use sequential::Sequential;
