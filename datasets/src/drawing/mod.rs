//! Images from outside as the rows a network was trained on.
//!
//! An image may have any size and either polarity. It is converted by one rule, or refused with a reason:
//! 1. Colours become grey by luminance; what is transparent shows white paper.
//! 2. The background is the median of the border. What differs from it is ink: the darker or the lighter part,
//!    whichever is more. The background is subtracted, so that ink is bright on black, and the contrast is stretched.
//! 3. The box around the ink is scaled, keeping its proportions, to fit the set's own box, and placed as the set
//!    places it; then the contrast is stretched again.
//!
//! The orientation a camera notes beside the pixels is not looked at.

mod convert;
mod grey;

use std::path::{Path, PathBuf};

use crate::image::{Undecodable, decode};

use grey::Grey;

/// Form of the images of a data set: grey, one byte a cell, ink bright on 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Cells on a side.
    pub side: usize,
    /// Cells on a side of the box that ink is scaled to.
    pub ink: usize,
    /// Place of the ink.
    pub centre: Centre,
    /// The value of full ink.
    pub full: u8,
    /// The image is made this many times as large and then averaged.
    pub fineness: usize,
}

/// Content of the middle of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centre {
    /// The ink's centre of mass.
    Mass,
    /// The middle of the box around the ink.
    Box,
}

impl Form {
    /// MNIST: 20×20 in 28×28, centred by mass (<http://yann.lecun.com/exdb/mnist/>).
    pub const MNIST: Self = Self {
        side: 28,
        ink: 20,
        centre: Centre::Mass,
        full: 255,
        fineness: 1,
    };

    /// Fashion-MNIST: the longer edge fills 28, the other is centred (Xiao, Rasul, Vollgraf 2017, section 2).
    pub const FASHION_MNIST: Self = Self {
        side: 28,
        ink: 28,
        centre: Centre::Box,
        full: 255,
        fineness: 1,
    };

    /// The embedded digits: 32×32 in blocks of 4×4, each counted from 0 to 16 (Alpaydin, Kaynak 1998, UCI "Optical
    /// Recognition of Handwritten Digits").
    pub const DIGITS: Self = Self {
        side: 8,
        ink: 8,
        centre: Centre::Box,
        full: 16,
        fineness: 4,
    };

    /// The form of a data set, by its name; `None` for sets that images cannot be made to fit.
    pub fn of(data: &str) -> Option<Self> {
        match data {
            "digits" => Some(Self::DIGITS),
            "mnist" => Some(Self::MNIST),
            "fashion-mnist" => Some(Self::FASHION_MNIST),
            _ => None,
        }
    }
}

/// An image that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the image {}: {reason}", path.display())]
pub struct DrawingError {
    /// The file.
    pub path: PathBuf,
    /// Reason.
    #[source]
    pub reason: Refusal,
}

/// Reason why an image is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] std::io::Error),
    /// It cannot be decoded.
    #[error("it {0}")]
    Undecodable(#[from] Undecodable),
    /// No ink.
    #[error("it is blank, or almost: nothing stands out from the background")]
    Blank,
    /// As much lighter as darker than the border.
    #[error(
        "ink and background cannot be told apart: some of it is darker and as much is lighter than the border"
    )]
    NoPolarity,
    /// Ink everywhere.
    #[error("ink covers most of it or of its border; leave a margin around what was drawn")]
    Full,
}

/// Reads a PNG or JPEG file as a row in a data set's form: `side · side` cells from 0 to `full`, rows of the image
/// one after the other.
///
/// # Errors
/// The file and the reason, in one sentence.
pub fn read(path: &Path, form: &Form) -> Result<Vec<u8>, DrawingError> {
    std::fs::read(path)
        .map_err(Refusal::from)
        .and_then(|file| from_bytes(&file, form))
        .map_err(|reason| DrawingError {
            path: path.to_owned(),
            reason,
        })
}

/// As [`read`], from a file's content.
pub fn from_bytes(file: &[u8], form: &Form) -> Result<Vec<u8>, Refusal> {
    convert::to_form(&Grey::of(&decode(file)?), form)
}
