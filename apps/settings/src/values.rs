//! Values of settings that are more than a word or a number: how they are read from text and shown.

mod parse;

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use autograd::Activation;
use datasets::augment::{AugmentError, Plan};

pub use parse::{
    batch_size, columns, count, depth, epochs, finite, folder_name, folds, image_size,
    not_negative, positive, seed, share, test_file, threads, whole,
};

/// Widths of layers, first to last: `64,32`, or `none`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widths(pub Vec<usize>);

impl FromStr for Widths {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(Vec::new()));
        }
        text.split(',')
            .map(|width| count(width.trim()))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|_| {
                "it takes widths of 1 or more with commas between, such as 64,32".to_owned()
            })
    }
}

impl fmt::Display for Widths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (i, width) in self.0.iter().enumerate() {
            write!(f, "{}{width}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// The augmentation of training images: `shift,noise:0.1`, or `none`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Augmentation(pub Plan);

impl Augmentation {
    /// Whether images stay as they are.
    pub fn is_none(&self) -> bool {
        self.0 == Plan::default()
    }
}

impl FromStr for Augmentation {
    type Err = AugmentError;

    fn from_str(text: &str) -> Result<Self, AugmentError> {
        match text {
            "none" => Ok(Self::default()),
            text => text.parse().map(Self),
        }
    }
}

impl fmt::Display for Augmentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_none() {
            true => f.write_str("none"),
            false => self.0.fmt(f),
        }
    }
}

/// What turns a classifier's outputs into probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// `softmax`: an output for each class.
    Softmax,
    /// `sigmoid`: one output, for two classes; where a sample has any number of labels, one for each label.
    Sigmoid,
}

/// What training an autoencoder minimizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelLoss {
    /// `mse`: the squared difference of pixels.
    Mse,
    /// `cross-entropy`: the binary cross-entropy of pixels, each output a logit.
    CrossEntropy,
}

/// Gives each variant a name by which it is read and shown.
macro_rules! named {
    ($of:ident: $($name:literal => $variant:ident),+) => {
        impl $of {
            /// The names.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl FromStr for $of {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(format!("it takes {}", Self::NAMES.join(" or "))),
                }
            }
        }

        impl fmt::Display for $of {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

/// What the threshold of two classes is chosen for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThresholdMetric {
    /// `f1`: the harmonic mean of precision and recall of the second class.
    #[default]
    F1,
    /// `accuracy`: the share of samples that is right.
    Accuracy,
    /// `balanced-accuracy`: the mean of both recalls.
    BalancedAccuracy,
}

/// The probability of the second of two classes from which it is predicted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// `auto`: the best on the validation samples.
    Auto,
    /// This, between 0 and 1.
    Fixed(f64),
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse::<f64>()) {
            ("auto", _) => Ok(Self::Auto),
            (_, Ok(x)) if 0.0 < x && x < 1.0 => Ok(Self::Fixed(x)),
            _ => Err("it takes auto, or a probability above 0 and below 1, such as 0.3".to_owned()),
        }
    }
}

named!(ThresholdMetric: "f1" => F1, "accuracy" => Accuracy, "balanced-accuracy" => BalancedAccuracy);
named!(Head: "softmax" => Softmax, "sigmoid" => Sigmoid);
named!(PixelLoss: "mse" => Mse, "cross-entropy" => CrossEntropy);

/// How much the samples of each class count in training.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ClassWeights {
    /// `none`: all the same.
    #[default]
    Equal,
    /// `balanced`: every class as much as every other.
    Balanced,
    /// `a=2,b=1`, or as a file of them has it: as given; 1 for a class that is not named.
    Given(Vec<(String, f64)>),
}

impl FromStr for ClassWeights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "it takes balanced, none, weights above 0 as in a=2,b=1, or a .csv file of them"
                .to_owned()
        };
        let pair = |part: String| {
            let (name, weight) = part.rsplit_once('=').ok_or_else(wrong)?;
            let weight = positive(weight.trim()).map_err(|_| wrong())?;
            Ok((name.trim().to_owned(), weight))
        };
        match text {
            "none" => Ok(Self::Equal),
            "balanced" => Ok(Self::Balanced),
            text if is_file(text) => crate::class_weights::read(Path::new(text)).map(Self::Given),
            text => {
                let pairs: Vec<(String, f64)> = datasets::split_names(text)
                    .into_iter()
                    .map(pair)
                    .collect::<Result<_, String>>()?;
                match twice(&pairs) {
                    Some(name) => Err(format!("{name} is named twice")),
                    None if pairs.is_empty() => Err(wrong()),
                    None => Ok(Self::Given(pairs)),
                }
            }
        }
    }
}

/// Whether a text names a file of weights: weights that are written out have `=`.
fn is_file(text: &str) -> bool {
    !text.contains('=') && text.to_ascii_lowercase().ends_with(".csv")
}

/// Refuses a file of weights where values are kept as they were written, and read again later: it may have changed then.
pub(crate) fn no_file(text: &str) -> Result<(), String> {
    match is_file(text) {
        true => {
            Err("on an axis weights are written out, as in class-weight=none,a=2+b=1".to_owned())
        }
        false => Ok(()),
    }
}

/// A name that stands in several pairs.
pub(crate) fn twice(pairs: &[(String, f64)]) -> Option<&str> {
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let same = names.windows(2).find(|two| two[0] == two[1]);
    same.map(|two| two[0])
}

impl fmt::Display for ClassWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal => f.write_str("none"),
            Self::Balanced => f.write_str("balanced"),
            Self::Given(weights) => {
                let parts = weights.iter().map(|(name, weight)| {
                    let part = format!("{name}={weight}");
                    match part.contains([',', '"']) {
                        true => format!("\"{}\"", part.replace('"', "\"\"")),
                        false => part,
                    }
                });
                f.write_str(&parts.collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// The functions after the hidden layers: one for all, or one for each with commas between.
#[derive(Clone, Debug, PartialEq)]
pub struct Activations(pub Vec<Activation>);

impl Activations {
    /// The one function of all hidden layers; `None` where they differ.
    pub fn same(&self) -> Option<Activation> {
        match self.0.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

impl FromStr for Activations {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = |name: &str| {
            let known = Activation::parse(name.trim());
            known.ok_or_else(|| {
                format!(
                    "there is no activation {name:?}; choose one of {}",
                    Activation::NAMES.join(", ")
                )
            })
        };
        text.split(',')
            .map(named)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Activations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|a| a.name()).collect();
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_read_and_shown_alike() {
        let widths: Widths = "64, 32".parse().unwrap();
        assert_eq!(widths, Widths(vec![64, 32]));
        assert_eq!(widths.to_string(), "64,32");
        for wrong in ["0", "", "64,", "64,0", "-1", "a", "1e3"] {
            wrong.parse::<Widths>().unwrap_err();
        }
    }

    #[test]
    fn augmentation_is_read_and_shown_alike() {
        for text in ["none", "flip,crop", "shift,rotate,noise:0.1"] {
            assert_eq!(text.parse::<Augmentation>().unwrap().to_string(), text);
        }
        assert!("none".parse::<Augmentation>().unwrap().is_none());
        for wrong in ["", "none,flip", "flips", "noise", "noise:0", "flip,flip"] {
            wrong.parse::<Augmentation>().unwrap_err();
        }
    }

    #[test]
    fn class_weights_are_read_and_shown_alike() {
        for text in [
            "none",
            "balanced",
            "a=2,b=0.5",
            "\"x, y=3\",a=b=1",
            "\"6\"\" pipes=3\",\"a, \"\"b\"\"=0.001\"",
        ] {
            assert_eq!(text.parse::<ClassWeights>().unwrap().to_string(), text);
        }
        for wrong in ["", "a", "a=", "a=0", "a=-1", "a=nan", "a=1,a=2", "even"] {
            wrong.parse::<ClassWeights>().unwrap_err();
        }
    }

    #[test]
    fn a_threshold_is_a_probability_or_chosen() {
        assert_eq!("auto".parse(), Ok(Threshold::Auto));
        assert_eq!("0.3".parse(), Ok(Threshold::Fixed(0.3)));
        for wrong in ["0", "1", "-0.1", "nan", "inf", "", "best"] {
            wrong.parse::<Threshold>().unwrap_err();
        }
        for name in ThresholdMetric::NAMES {
            assert_eq!(name.parse::<ThresholdMetric>().unwrap().to_string(), *name);
        }
    }
}
