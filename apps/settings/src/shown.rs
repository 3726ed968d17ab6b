//! Values of settings as they stand in files.

use std::path::PathBuf;

use toml::Value;

use crate::values::Widths;

/// A value that stands in files as this.
pub trait Shown {
    /// The value in a file.
    fn shown(&self) -> Value;
}

/// Values that stand in files as they are displayed.
macro_rules! displayed {
    ($($of:ty),+ $(,)?) => {
        $(impl Shown for $of {
            fn shown(&self) -> Value {
                Value::String(self.to_string())
            }
        })+
    };
}

displayed!(
    crate::search::Search,
    crate::values::Activations,
    crate::values::Augmentation,
    crate::values::ClassWeights,
    crate::values::Head,
    crate::values::PixelLoss,
    crate::values::ThresholdMetric,
    datasets::Missing,
    datasets::Places,
    datasets::Pixels,
    datasets::Unseen,
    nn::Init,
    nn::L1Form,
    nn::L2Form,
    nn::Reduction,
    nn::Schedule,
    nn::optim::Method,
    records::Shard,
);

/// The word, or the probability as a number.
impl Shown for crate::values::Threshold {
    fn shown(&self) -> Value {
        match self {
            Self::Auto => Value::String("auto".to_owned()),
            Self::Fixed(x) => x.shown(),
        }
    }
}

impl Shown for bool {
    fn shown(&self) -> Value {
        Value::Boolean(*self)
    }
}

/// A height and a width.
impl Shown for [usize; 2] {
    fn shown(&self) -> Value {
        Value::String(format!("{}x{}", self[0], self[1]))
    }
}

impl Shown for f64 {
    fn shown(&self) -> Value {
        Value::Float(*self)
    }
}

impl Shown for u64 {
    /// Larger than what TOML has only for a full batch.
    fn shown(&self) -> Value {
        i64::try_from(*self).map_or_else(|_| Value::String("full".to_owned()), Value::Integer)
    }
}

impl Shown for usize {
    fn shown(&self) -> Value {
        (*self as u64).shown()
    }
}

impl Shown for String {
    fn shown(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Shown for PathBuf {
    fn shown(&self) -> Value {
        Value::String(self.display().to_string())
    }
}

impl Shown for Vec<String> {
    fn shown(&self) -> Value {
        Value::Array(self.iter().map(Shown::shown).collect())
    }
}

impl Shown for Widths {
    fn shown(&self) -> Value {
        match self.0.is_empty() {
            true => Value::String(self.to_string()),
            false => Value::Array(self.0.iter().map(Shown::shown).collect()),
        }
    }
}

impl Shown for datasets::TestSplit {
    /// The word, or the share as a number.
    fn shown(&self) -> Value {
        match self {
            Self::Fraction(share) => Value::Float(*share),
            Self::Official | Self::Ordered(_) => Value::String(self.to_string()),
        }
    }
}

/// A value of a file as a flag takes it; a list has commas between, and quotes around what holds one. `None` for a table or a date.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(n) => Some(n.to_string()),
        Value::Float(x) => Some(x.to_string()),
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Array(items) => {
            let quoted = |text: String| match text.contains(',') {
                true => format!("\"{text}\""),
                false => text,
            };
            let texts = items.iter().map(|item| as_text(item).map(quoted));
            let texts: Option<Vec<String>> = texts.collect();
            texts.map(|texts| texts.join(","))
        }
        Value::Datetime(_) | Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::columns;

    /// What is shown in a file names the same columns when it is read again.
    #[test]
    fn names_with_commas_stay_whole() {
        let names = ["price, EUR", "rent"];
        let items = names.map(|name| Value::String(name.to_owned()));
        let text = as_text(&Value::Array(items.to_vec())).expect("texts are texts");
        assert_eq!(text, "\"price, EUR\",rent");
        assert_eq!(columns(&text), Ok(names.map(str::to_owned).to_vec()));
    }
}
