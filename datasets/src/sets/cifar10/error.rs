//! What can be wrong with a file of CIFAR-10, and the size of its records.

pub(super) const SIDE: usize = 32;

pub(super) const PIXELS: usize = 3 * SIDE * SIDE;

/// A label, then red, green and blue planes.
pub(super) const RECORD: usize = 1 + PIXELS;

/// Faults of a file of CIFAR-10; each reads on after the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CifarError {
    /// Its size is not that of whole records.
    #[error("has {0} bytes, which are no whole number of records of {RECORD} bytes")]
    Size(usize),
    /// A label is no class.
    #[error("has the label {label} in record {record}, counted from 0; labels are below 10")]
    Label {
        /// Where.
        record: usize,
        /// The label.
        label: u8,
    },
}
