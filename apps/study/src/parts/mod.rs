//! What several studies share.

pub(crate) mod confusions;
pub(crate) mod curves;
pub(crate) mod own;
pub(crate) mod sparse;
