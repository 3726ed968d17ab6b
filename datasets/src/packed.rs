//! How large a packed file may become.
//!
//! Deflate turns one byte into up to 1032, so a small file can be made to fill any memory. Data packs two to twelve times;
//! what packs more than [`most_unpacked`] allows has to be unpacked by its user, who then knows its size.

/// Bytes that so many packed ones may unpack to: sixteen times as many, and 16 MB.
pub(crate) fn most_unpacked(packed: u64) -> u64 {
    packed.saturating_mul(16).saturating_add(16 << 20)
}
