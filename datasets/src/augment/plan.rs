//! Which changes are asked for, and how they are written.

use std::fmt;
use std::str::FromStr;

/// Changes of training images (`--augment`).
///
/// | written | does |
/// |---|---|
/// | `shift` | moves by up to 1/14 of the side, 2 pixels of 28, each way |
/// | `rotate` | turns by up to 10 degrees about the middle |
/// | `flip` | mirrors left and right, one image in two |
/// | `crop` | pads by 1/8 of the side, 4 pixels of 32, and cuts the size out again at a random place |
/// | `noise:S` | adds normal noise of standard deviation `S` to every cell, as the network sees it |
/// | `elastic` | displaces a coarse grid of points at random, and what lies between them smoothly |
///
/// What comes in from outside of an image is 0. Several are done in one go: places are found in the order elastic,
/// rotate, shift and crop, flip; noise comes last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Move by a few pixels.
    pub shift: bool,
    /// Turn by a few degrees.
    pub rotate: bool,
    /// Mirror one in two.
    pub flip: bool,
    /// Pad, and cut out at random.
    pub crop: bool,
    /// The standard deviation of the noise that is added; 0 for none.
    pub noise: f64,
    /// Displace smoothly.
    pub elastic: bool,
}

/// Reason why training rows cannot be augmented.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AugmentError {
    /// Nothing of that name can be done.
    #[error(
        "\"{0}\" is no augmentation of images; there are shift, rotate, flip, crop, noise:S and elastic"
    )]
    Unknown(String),
    /// Something is named twice.
    #[error("{0} is named twice")]
    Twice(String),
    /// No standard deviation.
    #[error("\"noise:{0}\": noise has a standard deviation above 0, such as noise:0.1")]
    Noise(String),
    /// The data set has no images.
    #[error("only images can be augmented, and {0} is a table")]
    NoImages(String),
}

impl FromStr for Plan {
    type Err = AugmentError;
    fn from_str(text: &str) -> Result<Self, AugmentError> {
        let mut plan = Self::default();
        for word in text.split(',').map(str::trim) {
            let (name, value) = word.split_once(':').unwrap_or((word, ""));
            let flag = match name {
                "shift" => &mut plan.shift,
                "rotate" => &mut plan.rotate,
                "flip" => &mut plan.flip,
                "crop" => &mut plan.crop,
                "elastic" => &mut plan.elastic,
                "noise" => {
                    if plan.noise > 0.0 {
                        return Err(AugmentError::Twice(name.into()));
                    }
                    plan.noise = value
                        .parse()
                        .ok()
                        .filter(|s: &f64| *s > 0.0 && s.is_finite())
                        .ok_or_else(|| AugmentError::Noise(value.into()))?;
                    continue;
                }
                _ => return Err(AugmentError::Unknown(word.into())),
            };
            if name != word {
                return Err(AugmentError::Unknown(word.into()));
            }
            if std::mem::replace(flag, true) {
                return Err(AugmentError::Twice(name.into()));
            }
        }
        Ok(plan)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [
            (self.shift, "shift"),
            (self.rotate, "rotate"),
            (self.flip, "flip"),
            (self.crop, "crop"),
            (self.elastic, "elastic"),
        ];
        let mut words: Vec<String> = named
            .iter()
            .filter(|(wanted, _)| *wanted)
            .map(|(_, name)| name.to_string())
            .collect();
        if self.noise > 0.0 {
            words.push(format!("noise:{}", self.noise));
        }
        f.write_str(&words.join(","))
    }
}
