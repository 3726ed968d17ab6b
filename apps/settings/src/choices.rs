//! Values of flags that are one of a few words. The words are those of the lists in `autograd` and `nn`; nothing is
//! named a second time here.

use std::ffi::OsStr;
use std::fmt;
use std::str::FromStr;

use autograd::Activation;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, ValueEnum};
use nn::Init;
use serde::{Deserialize, Serialize, Serializer};

/// The kind of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// Linear layers.
    Mlp,
    /// Convolutions with batch normalisation and pooling, then linear layers; for pictures.
    Cnn,
    /// Linear layers to a code and back, which only `autoencode` has.
    #[value(skip)]
    Autoencoder,
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mlp => "mlp",
            Self::Cnn => "cnn",
            Self::Autoencoder => "autoencoder",
        })
    }
}

/// What turns a classifier's outputs into probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    /// One output a class.
    Softmax,
    /// One output, for two classes.
    Sigmoid,
}

impl Head {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Softmax => "softmax",
            Self::Sigmoid => "sigmoid",
        }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What training an autoencoder minimises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum PixelLoss {
    /// The squared difference of pixels.
    Mse,
    /// Each output is the logit of a pixel, compared by binary cross-entropy.
    CrossEntropy,
}

impl PixelLoss {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mse => "mse",
            Self::CrossEntropy => "cross-entropy",
        }
    }
}

impl fmt::Display for PixelLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The function of a name in [`Activation::NAMES`].
pub(crate) fn activation() -> impl TypedValueParser<Value = Activation> {
    PossibleValuesParser::new(Activation::NAMES)
        .try_map(|name| Activation::parse(&name).ok_or("it is not known"))
}

/// An activation in the file: its name.
pub(crate) fn write_activation<S: Serializer>(
    activation: &Activation,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.serialize_str(activation.name())
}

/// The name of an optimiser in [`nn::optim::names`].
pub(crate) fn optimizer() -> PossibleValuesParser {
    PossibleValuesParser::new(nn::optim::names())
}

/// A form of a penalty, by one of these names.
pub(crate) fn form<F>(names: &'static [&'static str]) -> impl TypedValueParser<Value = F>
where
    F: FromStr + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse().map_err(|_| "it is not known"))
}

/// An initialiser by one of [`Init::names`], with a number after a colon or not.
#[derive(Clone)]
pub(crate) struct Initialisers;

impl TypedValueParser for Initialisers {
    type Value = Init;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Init, clap::Error> {
        let parse = |text: &str| text.parse::<Init>();
        if value.to_string_lossy().contains(':') {
            return parse.parse_ref(command, arg, value);
        }
        // A bare name is checked against the list, so that a misspelt one is met with the nearest.
        PossibleValuesParser::new(Init::names())
            .try_map(move |name| parse(&name))
            .parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Init::names().map(PossibleValue::new)))
    }
}
