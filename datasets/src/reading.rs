//! Choices in reading data of your own.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Options of reading. The default suits most files; what is for another kind of data than is read is refused by
/// [`Request::check`](crate::Request::check), but for the scale of pixels, which has no effect where there are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadOptions {
    /// True if the first line of a table has the names of its columns; `None` judges by what stands there.
    pub header: Option<bool>,
    /// Columns that are left out.
    pub drop: Vec<String>,
    /// Columns whose numbers or dates are names of categories.
    pub categorical: Vec<String>,
    /// Columns that hold numbers: text in them is an error.
    pub numeric: Vec<String>,
    /// Cells without a value.
    pub missing: Missing,
    /// Categories that no training row has.
    pub unseen: Unseen,
    /// The column of a table that says how much each row counts: see [`Targets::weighted`](crate::Targets::weighted).
    pub sample_weight: Option<String>,
    /// Scale of the pixels in arrays.
    pub pixels: Pixels,
    /// Height and width that images of a folder are resized to; `None` takes the median of both where they differ.
    pub image_size: Option<[usize; 2]>,
    /// A file or folder of the same kind with the samples to test on: its columns are found by name and read as those of
    /// the training file, and all samples of the training file are to train or validate on.
    pub test: Option<PathBuf>,
    /// A column of a table that is no input: rows with equal cells in it are never parted.
    pub group: Option<String>,
}

/// Treatment of cells without a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// Numbers and dates are the median of the training rows, beside a column that is 1 where one was missing; text is a
    /// category of its own.
    #[default]
    Impute,
    /// An error that names line and column.
    Refuse,
    /// Rows with such a cell are left out.
    Drop,
}

/// Treatment of categories that no training row has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// Zero in every column of the one-hot encoding, and a warning.
    #[default]
    Zero,
    /// An error that names line and column.
    Refuse,
}

/// Scale of the pixels in arrays of images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pixels {
    /// Judged by their values: whole numbers are divided by 1, 16, 255 or 65535, the least of them that none exceeds;
    /// others by 255 if they lie between 0 and 255 and exceed 64, and by nothing else.
    #[default]
    Auto,
    /// Taken as they are.
    Raw,
    /// Divided by this number.
    DividedBy(f64),
}

/// Text that names none of the choices.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is none of {choices}")]
pub struct NoChoice {
    text: String,
    choices: &'static str,
}

impl FromStr for Missing {
    type Err = NoChoice;
    fn from_str(text: &str) -> Result<Self, NoChoice> {
        match text {
            "impute" => Ok(Self::Impute),
            "refuse" => Ok(Self::Refuse),
            "drop" => Ok(Self::Drop),
            _ => Err(NoChoice {
                text: text.into(),
                choices: "impute, refuse, drop",
            }),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Impute => "impute",
            Self::Refuse => "refuse",
            Self::Drop => "drop",
        })
    }
}

impl FromStr for Unseen {
    type Err = NoChoice;
    fn from_str(text: &str) -> Result<Self, NoChoice> {
        match text {
            "zero" => Ok(Self::Zero),
            "refuse" => Ok(Self::Refuse),
            _ => Err(NoChoice {
                text: text.into(),
                choices: "zero, refuse",
            }),
        }
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zero => "zero",
            Self::Refuse => "refuse",
        })
    }
}

impl FromStr for Pixels {
    type Err = NoChoice;
    fn from_str(text: &str) -> Result<Self, NoChoice> {
        match (text, text.parse::<f64>()) {
            ("auto", _) => Ok(Self::Auto),
            ("raw", _) => Ok(Self::Raw),
            (_, Ok(by)) if by > 0.0 && by.is_finite() => Ok(Self::DividedBy(by)),
            _ => Err(NoChoice {
                text: text.into(),
                choices: "auto, raw, a number that pixels are divided by",
            }),
        }
    }
}

impl fmt::Display for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Raw => f.write_str("raw"),
            Self::DividedBy(by) => by.fmt(f),
        }
    }
}

/// Names from a list with commas, a name that holds commas in quotes, and quotes in it doubled: `age,"price, EUR"`.
///
/// ```
/// assert_eq!(datasets::split_names("age, \"price, EUR\""), ["age", "price, EUR"]);
/// assert_eq!(datasets::split_names("\"6\"\" pipes\",7"), ["6\" pipes", "7"]);
/// ```
pub fn split_names(list: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut quoted = false;
    let mut chars = list.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, names.last_mut()) {
            ('"', Some(name)) if quoted && chars.next_if_eq(&'"').is_some() => name.push('"'),
            ('"', Some(name)) if quoted || name.trim().is_empty() => quoted = !quoted,
            (',', _) if !quoted => names.push(String::new()),
            (c, Some(name)) => name.push(c),
            (_, None) => {}
        }
    }
    let trimmed = names.iter().map(|name| name.trim().to_owned());
    trimmed.filter(|name| !name.is_empty()).collect()
}

/// The places of `wanted` among `names`. Names that were cut at the commas in them are put together again: the whole
/// list may be one name, or have quotes around names.
///
/// # Errors
/// The first that is not there.
pub(crate) fn places(names: &[&str], wanted: &[String]) -> Result<Vec<usize>, String> {
    let place = |wanted: &str| names.iter().position(|name| *name == wanted);
    let each: Option<Vec<usize>> = wanted.iter().map(|wanted| place(wanted)).collect();
    if let Some(places) = each {
        return Ok(places);
    }
    let list = wanted.join(",");
    if let Some(whole) = place(&list) {
        return Ok(vec![whole]);
    }
    let split = split_names(&list);
    let each: Option<Vec<usize>> = split.iter().map(|wanted| place(wanted)).collect();
    each.ok_or_else(|| {
        let absent = split.iter().find(|wanted| place(wanted).is_none());
        absent.unwrap_or(&list).clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_are_found() {
        let names = ["price, EUR", "area", "a\"b"];
        let places = |wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|w| w.to_string()).collect();
            places(&names, &wanted)
        };
        assert_eq!(places(&["price, EUR"]), Ok(vec![0]));
        // As a command line cuts them.
        assert_eq!(places(&["price", " EUR"]), Ok(vec![0]));
        assert_eq!(places(&["area", "\"price", " EUR\""]), Ok(vec![1, 0]));
        assert_eq!(places(&[" area", "a\"b"]), Ok(vec![1, 2]));
        assert_eq!(places(&["price"]), Err("price".into()));
        assert_eq!(places(&["area", "height"]), Err("height".into()));
    }

    #[test]
    fn choices_are_read_as_they_are_written() {
        for choice in ["impute", "refuse", "drop"] {
            assert_eq!(choice.parse::<Missing>().unwrap().to_string(), choice);
        }
        for choice in ["zero", "refuse"] {
            assert_eq!(choice.parse::<Unseen>().unwrap().to_string(), choice);
        }
        for choice in ["auto", "raw", "16"] {
            assert_eq!(choice.parse::<Pixels>().unwrap().to_string(), choice);
        }
        assert_eq!(
            "-1".parse::<Pixels>().unwrap_err().to_string(),
            "\"-1\" is none of auto, raw, a number that pixels are divided by"
        );
        assert!("median".parse::<Missing>().is_err() && "".parse::<Unseen>().is_err());
    }
}
