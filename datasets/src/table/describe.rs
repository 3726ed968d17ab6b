//! What a file was taken for.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::date::civil;
use super::features::Role;
use super::index::index;
use super::{Cells, Column, Predicted, Table, Texts, on_one_line};

/// The columns of a table, as they were understood. [`Display`](fmt::Display) makes a short table of them, at most 80
/// columns wide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The number of rows.
    pub rows: usize,
    /// The columns in the order of the file, those that are left out at the end.
    pub columns: Vec<ColumnDescription>,
}

/// A column, as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDescription {
    /// Its name.
    pub name: String,
    /// Kind of its content.
    pub kind: ColumnKind,
    /// Number of cells without a value.
    pub missing: usize,
    /// True if it is to be predicted.
    pub target: bool,
    /// True if it weighs the rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weight: bool,
    /// True if it says which rows belong together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub group: bool,
}

/// Kinds of columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Numbers.
    Number {
        /// The least.
        least: f64,
        /// The greatest.
        most: f64,
        /// The unit, percent sign or currency that stands beside each.
        unit: Option<String>,
    },
    /// Numbers that count the rows. They are read as numbers.
    Index {
        /// The first number, 0 or 1.
        first: u8,
    },
    /// Categories.
    Category {
        /// How many.
        count: usize,
        /// The first few.
        examples: Vec<String>,
    },
    /// Dates or times.
    Date {
        /// The first.
        first: String,
        /// The last.
        last: String,
    },
    /// Nothing: it is left out.
    Dropped {
        /// Why.
        reason: String,
    },
}

/// The examples of categories that are kept.
const EXAMPLES: usize = 3;

/// The rows of the printed table, before the others are counted.
const SHOWN: usize = 40;

/// The width of the printed table, and of the names in it at most.
const WIDTH: usize = 80;
const NAME_WIDTH: usize = 24;

impl Table {
    /// What the columns were taken for, if these are predicted, as classes or numbers.
    pub(crate) fn describe(&self, predicted: &Predicted, classes: bool) -> Description {
        let describe = |(place, column): (usize, &Column)| {
            let target = predicted.roles.targets.contains(&place);
            let weight = predicted.roles.weight == Some(place);
            let group = predicted.roles.group == Some(place);
            ColumnDescription {
                name: column.name.clone(),
                kind: match (target, weight || group) {
                    (true, _) => column.target_kind(classes),
                    (_, true) => column.own_kind(),
                    _ => column.kind(),
                },
                missing: column.missing,
                target,
                weight,
                group,
            }
        };
        let mut columns: Vec<ColumnDescription> =
            self.columns.iter().enumerate().map(describe).collect();
        columns.extend(self.dropped.iter().map(|dropped| ColumnDescription {
            name: dropped.name.clone(),
            kind: ColumnKind::Dropped {
                reason: dropped.reason.clone(),
            },
            missing: 0,
            target: false,
            weight: false,
            group: false,
        }));
        Description {
            rows: self.len(),
            columns,
        }
    }
}

impl Column {
    fn kind(&self) -> ColumnKind {
        match self.role(0..self.cells.len()) {
            Role::Dropped(reason) => ColumnKind::Dropped { reason },
            _ => self.own_kind(),
        }
    }

    fn target_kind(&self, classes: bool) -> ColumnKind {
        match &self.cells {
            Cells::Numbers {
                written: Some(written),
                ..
            } if classes => categories(written),
            Cells::Numbers { values, .. } if classes => {
                let different: HashSet<u64> = values
                    .iter()
                    .filter(|x| !x.is_nan())
                    .map(|x| x.to_bits())
                    .collect();
                let mut numbers: Vec<f64> = different.iter().map(|&x| f64::from_bits(x)).collect();
                numbers.sort_unstable_by(f64::total_cmp);
                ColumnKind::Category {
                    count: numbers.len(),
                    examples: numbers.iter().take(EXAMPLES).map(f64::to_string).collect(),
                }
            }
            _ => self.own_kind(),
        }
    }

    fn own_kind(&self) -> ColumnKind {
        match &self.cells {
            cells if let Some(first) = index(cells) => ColumnKind::Index { first },
            Cells::Numbers { values, format, .. } => {
                let (least, most) = range(values);
                ColumnKind::Number {
                    least,
                    most,
                    unit: format.unit.clone(),
                }
            }
            Cells::Texts(texts) => categories(texts),
            Cells::Dates {
                days,
                format,
                has_time,
            } => {
                let (first, last) = range(days);
                let written = |day: f64| {
                    let (year, month, of_month) = civil(day);
                    let minutes = ((day - day.floor()) * 1440.0).round() as u32;
                    let time = format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
                    match (format.has_date(), has_time) {
                        (false, _) => time,
                        (true, true) => format!("{year:04}-{month:02}-{of_month:02} {time}"),
                        (true, false) => format!("{year:04}-{month:02}-{of_month:02}"),
                    }
                };
                ColumnKind::Date {
                    first: written(first),
                    last: written(last),
                }
            }
        }
    }
}

fn categories(texts: &Texts) -> ColumnKind {
    let all = texts.sorted(0..texts.codes.len());
    ColumnKind::Category {
        count: all.len(),
        examples: all.into_iter().take(EXAMPLES).collect(),
    }
}

/// The least and the greatest number.
fn range(values: &[f64]) -> (f64, f64) {
    let there = values.iter().filter(|x| !x.is_nan());
    there.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), &x| {
        (least.min(x), most.max(x))
    })
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = |column: &ColumnDescription| match column.missing {
            0 => "-".to_owned(),
            count => count.to_string(),
        };
        let shown = &self.columns[..self.columns.len().min(SHOWN)];
        let lengths = shown
            .iter()
            .map(|column| clipped(&column.name, NAME_WIDTH).chars().count());
        let name_width = lengths.max().unwrap_or(0).max("column".len());
        let missing_width = shown
            .iter()
            .map(|c| missing(c).len())
            .max()
            .unwrap_or(0)
            .max(7);
        let mut line = |name: &str, kind: &str, missing: &str, values: &str, end: &str| {
            let start = format!(
                "{name:name_width$}  {kind:8}  {missing:>missing_width$}  ",
                name = clipped(name, NAME_WIDTH)
            );
            let room = WIDTH.saturating_sub(start.chars().count() + end.len());
            let line = format!("{start}{}{end}", clipped(values, room));
            writeln!(f, "{}", line.trim_end())
        };
        line("column", "kind", "missing", "values", "")?;
        for column in shown {
            let (kind, values) = column.kind.said();
            let end = match (column.target, column.weight, column.group) {
                (true, ..) => " (target)",
                (_, true, _) => " (weight)",
                (.., true) => " (group)",
                _ => "",
            };
            line(&column.name, kind, &missing(column), &values, end)?;
        }
        if self.columns.len() > SHOWN {
            writeln!(f, "and {} more columns", self.columns.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl ColumnKind {
    /// A word for the kind, and the values.
    fn said(&self) -> (&'static str, String) {
        match self {
            Self::Number { least, most, unit } => {
                let unit = unit
                    .as_deref()
                    .map_or(String::new(), |unit| format!(" {unit}"));
                (
                    "number",
                    format!("{} to {}{unit}", short(*least), short(*most)),
                )
            }
            Self::Index { first } => ("index", format!("counts the rows from {first}")),
            Self::Category { count, examples } => {
                let more = if *count > examples.len() { ", …" } else { "" };
                (
                    "category",
                    format!("{count}: {}{more}", examples.join(", ")),
                )
            }
            Self::Date { first, last } => ("date", format!("{first} to {last}")),
            Self::Dropped { reason } => ("dropped", reason.clone()),
        }
    }
}

/// A number in at most twelve characters or so.
pub(super) fn short(x: f64) -> String {
    let whole = x.to_string();
    if whole.len() <= 12 {
        return whole;
    }
    if x != 0.0 && !(1e-4..1e12).contains(&x.abs()) {
        return format!("{x:.4e}");
    }
    format!("{x:.4}")
}

/// At most so many characters of a text.
fn clipped(text: &str, width: usize) -> String {
    let text = on_one_line(text);
    if text.chars().count() <= width {
        return text;
    }
    let start: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{start}…")
}
