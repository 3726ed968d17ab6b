//! From a table to the numbers that a network takes, as fitted on training rows.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::date::{DateFormat, civil, weekday};
use super::features::{MANY_TEXTS, Role};
use super::format::NumberFormat;
use super::{
    Cells, Column, MOST_COLUMNS, MOST_TEXTS, NO_TEXT, Table, TableError, Texts, listed, shortened,
};
use crate::Rows;
use crate::error::DataError;
use crate::reading::{Missing, ReadOptions, Unseen};

/// The rows that are encoded at a time.
const BLOCK: usize = 256;

/// The columns of a table, and how each becomes numbers; fitted on training rows alone.
///
/// A number stays what it is. Text is one-hot, a column `name=text` for each text of the training rows. A date is days
/// since 1970-01-01, month, weekday (Monday is 1), and the hour if it has times. With [`Missing::Impute`], missing numbers
/// and dates are the median of the training rows, beside a column `name (missing)` if a training row has none; missing
/// text is the category `name=(missing)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encoder {
    columns: Vec<Encoding>,
    missing: Missing,
    unseen: Unseen,
    /// Columns of the training table that are no inputs.
    others: Vec<String>,
}

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

/// The rows of a table as numbers.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The rows that could be encoded, `[columns]` each.
    pub rows: Rows,
    /// The place of each of them in the table.
    pub kept: Vec<u32>,
    /// The line of the file in which each of them begins.
    pub lines: Vec<u64>,
    /// Rows that could not, in the order of the file.
    pub refused: Vec<RowError>,
    /// Sentences on what was made of odd cells.
    pub warnings: Vec<String>,
}

/// A row that cannot be encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct RowError {
    /// The line in which it begins, counted from 1.
    pub line: u64,
    /// Why; it reads on after the name of the file.
    pub source: TableError,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl Encoder {
    /// Learns from the rows `train` of the columns `inputs`, given by their places. Returns warnings, too.
    ///
    /// # Errors
    /// If nothing is left to encode, or makes too many columns.
    pub(crate) fn fit(
        table: &Table,
        inputs: &[usize],
        train: &[u32],
        options: &ReadOptions,
    ) -> Result<(Self, Vec<String>), DataError> {
        let mut encoder = Self {
            columns: Vec::new(),
            missing: options.missing,
            unseen: options.unseen,
            others: table
                .dropped
                .iter()
                .map(|column| column.name.clone())
                .collect(),
        };
        let mut warnings = Vec::new();
        for (place, column) in table.columns.iter().enumerate() {
            let name = &column.name;
            if !inputs.contains(&place) {
                encoder.others.push(name.clone());
                continue;
            }
            let dropped = match column.role(train.iter().map(|&row| row as usize)) {
                Role::Dropped(reason) => Some(reason),
                _ => match How::fit(column, train, options).map_err(|e| table.wrong(e))? {
                    None => Some("no value in any training row".into()),
                    Some(how) => {
                        if let How::Category { categories, .. } = &how
                            && categories.len() >= MANY_TEXTS
                        {
                            let count = categories.len();
                            warnings.push(format!("one-hot encoded {name}: {count} categories"));
                        }
                        let name = name.clone();
                        encoder.columns.push(Encoding { name, how });
                        None
                    }
                },
            };
            if let Some(reason) = dropped {
                warnings.push(format!("{name} is left out: {reason}"));
                encoder.others.push(name.clone());
            }
        }
        if encoder.width() > MOST_COLUMNS {
            return Err(table.wrong(TableError::Wide(encoder.width())));
        }
        Ok((encoder, warnings))
    }

    /// The number of columns that are made.
    pub fn width(&self) -> usize {
        self.columns.iter().map(|column| column.how.width()).sum()
    }

    /// The names of the columns that are made.
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().flat_map(Encoding::names).collect()
    }

    /// The names of the columns that a table has to have.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    pub(super) fn columns(&self) -> &[Encoding] {
        &self.columns
    }

    pub(super) fn of(columns: Vec<Encoding>, missing: Missing, unseen: Unseen) -> Self {
        Self {
            columns,
            missing,
            unseen,
            others: Vec::new(),
        }
    }

    /// A sentence on columns of a table that the encoder was not fitted with; `None` if there are none.
    pub(super) fn surplus<'a>(&self, names: impl Iterator<Item = &'a str>) -> Option<String> {
        let known = |name: &&str| {
            self.inputs().any(|input| input == *name)
                || self.others.iter().any(|other| other == name)
        };
        let names = listed(names.filter(|name| !known(name)));
        (!names.is_empty())
            .then(|| format!("columns that the model does not know are left out: {names}"))
    }

    /// The rows of a table as numbers. Its columns are found by name and may stand in any order.
    ///
    /// # Errors
    /// If a column is not there, or holds something else than in training.
    pub fn transform(&self, table: &Table) -> Result<Encoded, DataError> {
        let mut warnings = Vec::new();
        let mut plans = Vec::new();
        let mut start = 0;
        for encoding in &self.columns {
            let column = table
                .columns
                .iter()
                .find(|column| column.name == encoding.name);
            let column = column.ok_or_else(|| {
                table.wrong(TableError::Input {
                    column: encoding.name.clone(),
                    names: listed(table.names()),
                })
            })?;
            let plan = Plan::new(encoding, column, start).ok_or_else(|| {
                table.wrong(TableError::OtherKind {
                    column: encoding.name.clone(),
                    found: column.cells.kind(),
                    expected: encoding.how.kind(),
                })
            })?;
            plans.push(plan);
            start += encoding.how.width();
        }
        let mut refused: HashMap<usize, TableError> = HashMap::new();
        for plan in &plans {
            self.refuse(plan, table, &mut refused);
            warnings.extend(self.warning(plan));
        }
        let width = self.width();
        let mut cells: Vec<f64> = Vec::new();
        let room = (table.len() - refused.len()).checked_mul(width);
        if room.is_none_or(|room| cells.try_reserve_exact(room).is_err()) {
            return Err(table.wrong(TableError::Memory(table.len() as u64)));
        }
        let kept: Vec<u32> = (0..table.len() as u32)
            .filter(|row| !refused.contains_key(&(*row as usize)))
            .collect();
        for block in kept.chunks(BLOCK) {
            let start = cells.len();
            cells.resize(start + block.len() * width, 0.0);
            for plan in &plans {
                plan.write(block, &mut cells[start..], width);
            }
        }
        let mut refused: Vec<(usize, TableError)> = refused.into_iter().collect();
        refused.sort_unstable_by_key(|(row, _)| *row);
        let row_error = |(row, source): (usize, TableError)| RowError {
            line: table.lines[row],
            source,
        };
        let mut refused: Vec<RowError> = refused.into_iter().map(row_error).collect();
        refused.extend(table.refused.iter().cloned());
        refused.sort_by_key(|row| row.line);
        Ok(Encoded {
            rows: Rows::reals64(&[width], cells),
            lines: kept.iter().map(|&row| table.lines[row as usize]).collect(),
            kept,
            refused,
            warnings,
        })
    }

    /// Collects the rows that a column forbids.
    fn refuse(&self, plan: &Plan<'_>, table: &Table, refused: &mut HashMap<usize, TableError>) {
        let column = plan.column;
        if self.missing != Missing::Impute && column.missing > 0 {
            for row in (0..table.len()).filter(|&row| column.is_missing(row)) {
                refused.entry(row).or_insert_with(|| TableError::Missing {
                    line: table.lines[row],
                    column: column.name.clone(),
                    word: column.mark.clone(),
                });
            }
        }
        if self.unseen == Unseen::Refuse
            && let Source::Category { texts, places } = &plan.source
            && places.contains(&None)
        {
            for (row, &code) in texts.codes.iter().enumerate() {
                if code != NO_TEXT && places[code as usize].is_none() {
                    refused.entry(row).or_insert_with(|| TableError::Unseen {
                        line: table.lines[row],
                        column: column.name.clone(),
                        text: shortened(&texts.texts[code as usize]),
                    });
                }
            }
        }
    }

    /// A sentence on cells that training did not prepare for.
    fn warning(&self, plan: &Plan<'_>) -> Option<String> {
        let name = &plan.column.name;
        let missing = match plan.column.missing {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        match (&plan.encoding.how, &plan.source) {
            (How::Category { missing: known, .. }, Source::Category { texts, places }) => {
                let unseen = |code: &usize| places[*code].is_none();
                let mut rows = vec![0; places.len()];
                for &code in texts.codes.iter().filter(|&&code| code != NO_TEXT) {
                    rows[code as usize] += 1;
                }
                let codes = (0..places.len())
                    .filter(|code| rows[*code] > 0)
                    .filter(unseen);
                let names = listed(codes.map(|code| texts.texts[code].as_str()));
                if !names.is_empty() && self.unseen == Unseen::Zero {
                    return Some(format!(
                        "{name} has categories that no training row has, and is zero there: {names}"
                    ));
                }
                let new = plan.column.missing > 0 && !known && self.missing == Missing::Impute;
                new.then(|| format!("{name} has no value in {missing}, and had one in every training row; it is zero there"))
            }
            (
                How::Number {
                    fill, indicator, ..
                },
                _,
            ) => {
                let new = plan.column.missing > 0 && !indicator && self.missing == Missing::Impute;
                new.then(|| format!("{name} has no value in {missing}, and had one in every training row; their median, {fill}, stands there"))
            }
            (How::Date { indicator, .. }, _) => {
                let new = plan.column.missing > 0 && !indicator && self.missing == Missing::Impute;
                new.then(|| format!("{name} has no value in {missing}, and had one in every training row; their median stands there"))
            }
            _ => None,
        }
    }
}

impl How {
    /// `None` if there is nothing to learn from.
    fn fit(
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

    fn width(&self) -> usize {
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

    fn kind(&self) -> &'static str {
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

/// How one column is encoded.
struct Plan<'a> {
    encoding: &'a Encoding,
    column: &'a Column,
    source: Source<'a>,
    /// The place of its first number in a row.
    start: usize,
}

enum Source<'a> {
    Numbers(&'a [f64]),
    Dates(&'a [f64]),
    Category {
        texts: &'a Texts,
        /// The place of each text among the categories.
        places: Vec<Option<usize>>,
    },
}

impl<'a> Plan<'a> {
    /// `None` if the column holds something else than it did in training.
    fn new(encoding: &'a Encoding, column: &'a Column, start: usize) -> Option<Self> {
        let source = match (&encoding.how, &column.cells) {
            (How::Number { .. }, Cells::Numbers { values, .. }) => Source::Numbers(values),
            (How::Date { .. }, Cells::Dates { days, .. }) => Source::Dates(days),
            (How::Category { categories, .. }, Cells::Texts(texts)) => {
                let known: HashMap<&str, usize> =
                    categories.iter().map(String::as_str).zip(0..).collect();
                let place = |text: &String| known.get(text.as_str()).copied();
                Source::Category {
                    texts,
                    places: texts.texts.iter().map(place).collect(),
                }
            }
            _ => return None,
        };
        Some(Self {
            encoding,
            column,
            source,
            start,
        })
    }

    /// Writes the numbers of some rows to their places; they are zero yet.
    fn write(&self, rows: &[u32], cells: &mut [f64], width: usize) {
        let places = cells
            .chunks_exact_mut(width)
            .map(|row| &mut row[self.start..]);
        let rows = rows.iter().map(|&row| row as usize).zip(places);
        match (&self.source, &self.encoding.how) {
            (
                Source::Numbers(values),
                How::Number {
                    fill, indicator, ..
                },
            ) => {
                for (row, out) in rows {
                    let value = values[row];
                    if value.is_nan() {
                        out[0] = *fill;
                        if *indicator {
                            out[1] = 1.0;
                        }
                    } else {
                        out[0] = value;
                    }
                }
            }
            (
                Source::Dates(days),
                How::Date {
                    format,
                    has_time,
                    fill,
                    indicator,
                },
            ) => {
                let parts = date_parts(*format, *has_time);
                for (row, out) in rows {
                    let there = !days[row].is_nan();
                    let day = if there { days[row] } else { *fill };
                    let numbers = [
                        day,
                        f64::from(civil(day).1),
                        f64::from(weekday(day)),
                        // To the thousandth of a second, more than days hold exactly.
                        ((day - day.floor()) * 86_400_000.0).round() / 3_600_000.0,
                    ];
                    if format.has_date() {
                        out[..parts.len()].copy_from_slice(&numbers[..parts.len()]);
                    } else {
                        out[0] = numbers[3];
                    }
                    if *indicator && !there {
                        out[parts.len()] = 1.0;
                    }
                }
            }
            (
                Source::Category { texts, places },
                How::Category {
                    categories,
                    missing,
                },
            ) => {
                for (row, out) in rows {
                    match places.get(texts.codes[row] as usize) {
                        Some(Some(place)) => out[*place] = 1.0,
                        Some(None) => {}
                        None if *missing => out[categories.len()] = 1.0,
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }
}
