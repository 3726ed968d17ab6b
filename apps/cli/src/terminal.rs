//! The two streams that a person reads. All text passes here on its way, and none of it acts on the terminal: names come
//! from files, and a terminal obeys what it is sent.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write};

/// Writes a line to standard output, control characters made visible ([`shown`]).
///
/// # Errors
/// If it cannot be written.
pub(crate) fn out(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", shown(&text.to_string()))?;
    out.flush()
}

/// Writes a line to standard error, control characters made visible ([`shown`]).
pub(crate) fn err(text: impl Display) {
    // A standard error that cannot be written to leaves nobody to tell.
    let _ = writeln!(io::stderr(), "{}", shown(&text.to_string()));
}

/// Makes control characters visible as `\u001b`, all but line feeds and tabs. JSON and TOML mean the same afterwards.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    records::visible(text, &['\n', '\t'])
}
