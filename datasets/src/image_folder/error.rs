//! What can be wrong with a folder of images.

use std::path::PathBuf;

use crate::image::Undecodable;

/// Faults of a folder of images; each reads on after the name of the file or folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageFolderError {
    /// There are not two classes.
    #[error(
        "has {0} folders; it should have one for each class, and at least two, or train, val and test with these"
    )]
    Classes(usize),
    /// A name cannot be written down, nor therefore a class or a file be called by it.
    #[error("has an entry whose name is no Unicode, {0:?}; rename it")]
    NotUnicode(String),
    /// A class has no image.
    #[error("is the folder of a class and holds no image")]
    NoImages,
    /// A class has folders where images should be.
    #[error(
        "is the folder of a class and holds folders, no image; a folder for each class is expected, or train, val and \
         test with these"
    )]
    Nested,
    /// A class has no image that can be read.
    #[error("is the folder of a class and holds no image that can be read: {0}")]
    NoneReadable(String),
    /// A class is not in the training part.
    #[error("is the folder of a class that {0} does not have")]
    OtherClass(PathBuf),
    /// It cannot be decoded.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// There is no room for all of them.
    #[error("is one image more than there is memory for")]
    Memory,
    /// There are more than can be counted.
    #[error("is one image more than can be counted")]
    Count,
    /// No image is to train on.
    #[error("has no training image to take a size from")]
    NoTraining,
}
