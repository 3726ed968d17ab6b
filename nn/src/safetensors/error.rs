//! What can be wrong with a model file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A model file that cannot be written or read.
#[derive(Debug, Error)]
pub enum ModelFileError {
    /// The file cannot be opened, read or written.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// `read` or `write`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The parameters do not fit the format.
    #[error("cannot write {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The content is something else.
    #[error("{} is not a safetensors file: {reason}", path.display())]
    NotSafetensors {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file ends early.
    #[error("{} is cut short within {place}; copy it again or train anew", path.display())]
    CutShort {
        /// The file.
        path: PathBuf,
        /// Its header, or a tensor by name.
        place: String,
    },
    /// The file has its parts, and some of them have changed since it was written.
    #[error("{} is damaged: its checksum is not that of its content; copy it again or train anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A tensor of the model is not in the file.
    #[error("{} has no tensor {tensor}, which the model needs; the file belongs to another model", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
    },
    /// A tensor of the file is not in the model.
    #[error("{} holds a tensor {tensor} that the model does not have; the file belongs to another model", path.display())]
    Extra {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
    },
    /// A tensor has another shape. Shapes are those of the file, `[out, in]`.
    #[error("{} holds tensor {tensor} with shape {found:?} and the model needs {expected:?}; the file belongs to another model", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// The shape of the model.
        expected: Vec<usize>,
    },
    /// A tensor has elements of another type.
    #[error("{} holds tensor {tensor} as {found} and the model needs {expected}; load it in the precision it was saved in", path.display())]
    Dtype {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// The type in the file.
        found: String,
        /// The type of the model.
        expected: String,
    },
    /// There is no metadata of ours, or it cannot be read.
    #[error("{} does not say which model it holds ({reason}); only files written by this program can be loaded alone", path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}
