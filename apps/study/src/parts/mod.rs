//! What several studies share.

automod::dir!(pub(crate) "src/parts");
