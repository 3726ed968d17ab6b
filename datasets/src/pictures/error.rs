//! What can be wrong with a folder of images.

use std::path::PathBuf;

use crate::picture::Undecodable;

/// What is wrong with a folder of pictures; each reads on after the name of the file or folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// There are not two classes.
    #[error(
        "has {0} folders; it should have one for each class, and at least two, or train, val and test with these"
    )]
    Classes(usize),
    /// A class has no picture.
    #[error("is the folder of a class and holds no picture")]
    NoPictures,
    /// A class has folders where pictures should be.
    #[error(
        "is the folder of a class and holds folders, no picture; a folder for each class is expected, or train, val and \
         test with these"
    )]
    Nested,
    /// A class has no picture that can be read.
    #[error("is the folder of a class and holds no picture that can be read: {0}")]
    NoneReadable(String),
    /// A class is not in the training part.
    #[error("is the folder of a class that {0} does not have")]
    OtherClass(PathBuf),
    /// It cannot be decoded.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// There is no room for all of them.
    #[error("is one picture more than there is memory for")]
    Memory,
    /// There are more than can be counted.
    #[error("is one picture more than can be counted")]
    Count,
    /// No picture is to train on.
    #[error("has no training picture to take a size from")]
    NoTraining,
}
