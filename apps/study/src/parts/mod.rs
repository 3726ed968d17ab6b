//! What several studies share, a file an idea.

automod::dir!(pub(crate) "src/parts");
