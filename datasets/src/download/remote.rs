//! What can be downloaded, and how long a server is waited for.

use std::time::Duration;

/// A file that can be downloaded.
pub struct Remote {
    /// Place of it, below the data folder, separated by `/`.
    pub path: &'static str,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: &'static str,
    /// Addresses to get it from, tried in this order.
    pub urls: &'static [&'static str],
}

/// Times to wait for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// For the next bytes, the first ones included.
    pub stall: Duration,
}

impl Default for Timeouts {
    /// Fifteen seconds for the connection, thirty for the next bytes.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            stall: Duration::from_secs(30),
        }
    }
}
