//! What can be wrong with a file of arrays.

use crate::classes::ClassesError;

/// Faults of a file of arrays; each reads on after the file's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NpyError {
    /// It is no NPZ file.
    #[error("is no NPZ file ({0}); numpy.savez(FILE, x=…, y=…) writes one")]
    NoArchive(String),
    /// It is a single array.
    #[error(
        "is a single array; put inputs and targets into one file with numpy.savez(FILE, x=…, y=…)"
    )]
    Single,
    /// The arrays to learn from are not there.
    #[error(
        "holds {found}, where x and y are needed (or X, data; Y, target; x_train, y_train, x_test, y_test)"
    )]
    NoArrays {
        /// The arrays that are there.
        found: String,
    },
    /// An array is no NPY file.
    #[error("has an array {0} that is no NPY file: {1}")]
    Header(String, String),
    /// An array holds something else than numbers.
    #[error(
        "has elements of type {1} in array {0}; numbers of 1, 2, 4 or 8 bytes are read, but no half precision"
    )]
    Element(String, String),
    /// An array promises more or less than there is.
    #[error("has {found} bytes of array {array}, whose shape {shape:?} promises {expected}")]
    Size {
        /// The array.
        array: String,
        /// Its shape.
        shape: Vec<usize>,
        /// How many bytes that makes.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The machine has no room for an array.
    #[error("needs {bytes} bytes of memory for array {array}, which are not to be had")]
    Memory {
        /// The array.
        array: String,
        /// Bytes of its elements.
        bytes: u64,
    },
    /// An array unpacks to far more than it is.
    #[error(
        "has an array {array} that unpacks from {packed} bytes to {unpacked}, more than 16 times as many and 16 MB; \
         numpy.savez writes it without packing"
    )]
    Packed {
        /// The array.
        array: String,
        /// Its packed size.
        packed: u64,
        /// What it says that it unpacks to.
        unpacked: u64,
    },
    /// An array cannot be unpacked.
    #[error("has an array {0} that cannot be unpacked: {1}")]
    Unpack(String, String),
    /// An array has a shape that is no input or no target.
    #[error("has an array {array} of shape {shape:?}, which is {why}")]
    Shape {
        /// The array.
        array: String,
        /// Its shape.
        shape: Vec<usize>,
        /// Why it does not do.
        why: &'static str,
    },
    /// There are more or fewer targets than inputs.
    #[error("has {inputs} rows of {input} and {targets} of {target}")]
    Counts {
        /// The array of inputs.
        input: String,
        /// Its rows.
        inputs: usize,
        /// The array of targets.
        target: String,
        /// Its rows.
        targets: usize,
    },
    /// Training and test part differ.
    #[error("has rows of shape {train:?} to train on and {test:?} to test on")]
    Parts {
        /// The shape of a row of the training part.
        train: Vec<usize>,
        /// That of the test part.
        test: Vec<usize>,
    },
    /// There is a number that is none.
    #[error("has {value} in row {row} of array {array}, counted from 0")]
    NotFinite {
        /// The array.
        array: String,
        /// Where.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// The targets are no classes.
    #[error("cannot be classified by array {0}: {1}")]
    Classes(String, ClassesError),
    /// There is no such target.
    #[error("has no target {target}; it has {names}")]
    Target {
        /// The target asked for.
        target: String,
        /// The names of those that are there.
        names: String,
    },
    /// It holds more rows than can be counted.
    #[error("has {0} rows, more than can be counted")]
    Rows(usize),
}
