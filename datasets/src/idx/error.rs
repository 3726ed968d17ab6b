//! What can be wrong with an IDX file.

use std::io;

/// Faults of an IDX file; each reads on after the file's name.
#[derive(Debug, thiserror::Error)]
pub enum IdxError {
    /// It has no bytes.
    #[error("is empty")]
    Empty,
    /// It ends before its header does.
    #[error("ends within its header")]
    Header,
    /// It begins with other bytes.
    #[error("is no IDX file of {axes} axes of bytes: it begins with {found:#010x} instead of {expected:#010x}", axes = expected & 0xff)]
    Magic {
        /// What it begins with.
        found: u32,
        /// What it should begin with.
        expected: u32,
    },
    /// Its header promises no data.
    #[error("holds nothing: its header promises {0:?} bytes")]
    NoRows(Vec<usize>),
    /// The header promises another number of bytes than the file has.
    #[error("has {found} bytes after its header, which promises {shape:?}")]
    Size {
        /// What the header promises.
        shape: Vec<usize>,
        /// How many bytes there are.
        found: u64,
    },
    /// The header promises more than the file may unpack to.
    #[error(
        "promises {shape:?} bytes, more than 16 times its {packed} packed ones and 16 MB; if that is so, unpack it"
    )]
    Claim {
        /// What the header promises.
        shape: Vec<usize>,
        /// How many packed bytes there are.
        packed: u64,
    },
    /// There is more than the header promises.
    #[error("goes on after the {shape:?} bytes that its header promises")]
    TooLong {
        /// What the header promises.
        shape: Vec<usize>,
    },
    /// It is packed, and cannot be unpacked.
    #[error("cannot be unpacked as gzip: {0}")]
    Gzip(io::Error),
    /// It holds more rows than can be counted.
    #[error("holds {0} rows together with the training part, more than can be counted")]
    TooMany(usize),
    /// The machine has no room for it.
    #[error("needs {0} bytes of memory, which are not to be had")]
    Memory(u64),
    /// Its rows have another shape.
    #[error("has rows of shape {found:?} instead of {expected:?}")]
    Shape {
        /// The shape of its rows.
        found: Vec<usize>,
        /// The shape they should have.
        expected: Vec<usize>,
    },
    /// A label is no class.
    #[error("has the label {label} in row {row}, counted from 0; labels are below {classes}")]
    Label {
        /// Where.
        row: usize,
        /// The label.
        label: u8,
        /// How many classes there are.
        classes: usize,
    },
    /// There are more or fewer labels than images.
    #[error("has {labels} labels for {images} images")]
    Counts {
        /// How many labels.
        labels: usize,
        /// How many images.
        images: usize,
    },
}
