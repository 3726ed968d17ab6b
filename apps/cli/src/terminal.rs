//! The two streams that a person reads. All text passes here on its way, and none of it acts on the terminal: names come
//! from files, and a terminal obeys what it is sent.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process says nothing.
static MUTE: AtomicBool = AtomicBool::new(false);

/// Lets this process say nothing from here on, as one that works for another.
pub(crate) fn mute() {
    MUTE.store(true, Ordering::Relaxed);
}

/// Whether this process says nothing.
pub(crate) fn is_mute() -> bool {
    MUTE.load(Ordering::Relaxed)
}

/// Writes a line to standard output, control characters made visible ([`shown`]).
///
/// # Errors
/// If it cannot be written.
pub(crate) fn out(text: impl Display) -> io::Result<()> {
    if is_mute() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{}", shown(&text.to_string()))?;
    out.flush()
}

/// Writes a line to standard error, control characters made visible ([`shown`]).
pub(crate) fn err(text: impl Display) {
    if !is_mute() {
        cry(text);
    }
}

/// As [`err`], also in a process that says nothing: for what ends all.
pub(crate) fn cry(text: impl Display) {
    // A standard error that cannot be written to leaves nobody to tell.
    let _ = writeln!(io::stderr(), "{}", shown(&text.to_string()));
}

/// Makes control characters visible as `\u001b`, all but line feeds and tabs. JSON and TOML mean the same afterwards.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    records::visible(text, &['\n', '\t'])
}
