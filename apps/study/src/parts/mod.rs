//! What several studies share.

pub(crate) mod curves;
