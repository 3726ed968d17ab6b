//! What several studies share.

pub mod confusions;
pub mod own;
pub mod sparse;
