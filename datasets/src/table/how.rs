//! How a column becomes numbers, as fitted on training rows.

use serde::{Deserialize, Serialize};

use super::date::DateFormat;
use super::format::NumberFormat;
use super::{Cells, Column, MOST_TEXTS, TableError};
use crate::reading::{Missing, ReadOptions};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Encoding {
    pub(super) name: String,
    pub(super) how: How,
}

/// How a column becomes numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    Number {
        format: NumberFormat,
        /// The median of the training rows.
        fill: f64,
        /// Whether a column says where one is missing.
        indicator: bool,
    },
    Category {
        categories: Vec<String>,
        /// Whether what is missing is a category.
        missing: bool,
    },
    Date {
        format: DateFormat,
        has_time: bool,
        fill: f64,
        indicator: bool,
    },
}

impl How {
    /// `None` if there is nothing to learn from.
    pub(super) fn fit(
        column: &Column,
        train: &[u32],
        options: &ReadOptions,
    ) -> Result<Option<Self>, TableError> {
        let rows = || train.iter().map(|&row| row as usize);
        let lacks = || rows().any(|row| column.is_missing(row));
        let indicator = column.missing > 0 && options.missing == Missing::Impute && lacks();
        Ok(match &column.cells {
            Cells::Numbers { values, format, .. } => {
                median(rows().map(|row| values[row])).map(|fill| Self::Number {
                    format: format.clone(),
                    fill,
                    indicator,
                })
            }
            Cells::Dates {
                days,
                format,
                has_time,
            } => median(rows().map(|row| days[row])).map(|fill| Self::Date {
                format: *format,
                has_time: *has_time,
                fill,
                indicator,
            }),
            Cells::Texts(texts) => {
                let categories = texts.sorted(rows());
                if categories.len() > MOST_TEXTS {
                    return Err(TableError::Texts {
                        column: column.name.clone(),
                        count: categories.len(),
                    });
                }
                (!categories.is_empty()).then_some(Self::Category {
                    categories,
                    missing: indicator,
                })
            }
        })
    }

    pub(super) fn width(&self) -> usize {
        match self {
            Self::Number { indicator, .. } => 1 + usize::from(*indicator),
            Self::Category {
                categories,
                missing,
            } => categories.len() + usize::from(*missing),
            Self::Date {
                format,
                has_time,
                indicator,
                ..
            } => date_parts(*format, *has_time).len() + usize::from(*indicator),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Number { .. } => "numbers",
            Self::Category { .. } => "text",
            Self::Date { .. } => "dates",
        }
    }
}

/// The names of the numbers that a date becomes, after the column's.
pub(super) fn date_parts(format: DateFormat, has_time: bool) -> &'static [&'static str] {
    match (format.has_date(), has_time) {
        (false, _) => &[".hour"],
        (true, false) => &[".days", ".month", ".weekday"],
        (true, true) => &[".days", ".month", ".weekday", ".hour"],
    }
}

impl Encoding {
    pub(super) fn names(&self) -> Vec<String> {
        let Self { name, how } = self;
        let missing = |wanted: bool, text: &str| wanted.then(|| format!("{name}{text}"));
        match how {
            How::Number { indicator, .. } => {
                let own = std::iter::once(name.clone());
                own.chain(missing(*indicator, " (missing)")).collect()
            }
            How::Category {
                categories,
                missing: other,
            } => {
                let own = categories.iter().map(|text| format!("{name}={text}"));
                own.chain(missing(*other, "=(missing)")).collect()
            }
            How::Date {
                format,
                has_time,
                indicator,
                ..
            } => {
                let parts = date_parts(*format, *has_time).iter();
                let own = parts.map(|part| format!("{name}{part}"));
                own.chain(missing(*indicator, " (missing)")).collect()
            }
        }
    }
}

impl Cells {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Numbers { .. } => "numbers",
            Self::Texts(_) => "text",
            Self::Dates { .. } => "dates",
        }
    }
}

/// The middle of the numbers that are there, or the mean of the two in the middle; `None` if there are none.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.filter(|x| !x.is_nan()).collect();
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let odd = values.len() % 2 == 1;
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    // The sum of two large ones may be infinite, and their halves are not.
    Some(if (lower + upper).is_finite() {
        (lower + upper) / 2.0
    } else {
        lower / 2.0 + upper / 2.0
    })
}
