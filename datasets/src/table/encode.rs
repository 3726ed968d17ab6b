//! From a table to the numbers that a network takes, as fitted on training rows.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::describe::short;
use super::features::{MANY_TEXTS, Role};
use super::how::{Encoding, How};
use super::plan::{Plan, Source};
use super::{MOST_COLUMNS, NO_TEXT, Table, TableError, listed, shortened};
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
    /// Columns of the training table that are no inputs, sorted: the order of columns in a file is no part of a model.
    others: Vec<String>,
    /// The column that weighed the training rows. Others are not weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weight: Option<String>,
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
    /// Reason; it reads on after the name of the file.
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
            weight: options.sample_weight.clone(),
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
        encoder.others.sort_unstable();
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

    /// The columns that a table has to have, each with the number of columns that are made of it, in their order.
    pub fn groups(&self) -> impl Iterator<Item = (&str, usize)> {
        let columns = self.columns.iter();
        columns.map(|column| (column.name.as_str(), column.how.width()))
    }

    /// Checks whether a column that a table has to have holds numbers, the first of the columns that are made of it.
    pub fn is_number(&self, name: &str) -> bool {
        let mut columns = self.columns.iter().filter(|column| column.name == name);
        columns.any(|column| matches!(column.how, How::Number { .. }))
    }

    /// A sentence on what stands for missing values; `None` if no training row misses one.
    pub fn imputation(&self) -> Option<String> {
        let (mut medians, mut categories) = (Vec::new(), Vec::new());
        for Encoding { name, how } in &self.columns {
            match how {
                How::Number {
                    fill,
                    indicator: true,
                    ..
                } => medians.push(format!("{name} ({})", short(*fill))),
                How::Date {
                    indicator: true, ..
                } => medians.push(name.clone()),
                How::Category { missing: true, .. } => categories.push(name.clone()),
                How::Number { .. } | How::Date { .. } | How::Category { .. } => {}
            }
        }
        let names = |names: &[String]| listed(names.iter().map(String::as_str));
        let medians = (!medians.is_empty()).then(|| {
            format!(
                "the median of the training rows stands in {}, and a further column marks it",
                names(&medians)
            )
        });
        let categories = (!categories.is_empty())
            .then(|| format!("{} has a category for them", names(&categories)));
        let parts: Vec<String> = medians.into_iter().chain(categories).collect();
        (!parts.is_empty()).then(|| format!("missing values: {}", parts.join("; ")))
    }

    pub(super) fn columns(&self) -> &[Encoding] {
        &self.columns
    }

    pub(super) fn missing(&self) -> Missing {
        self.missing
    }

    pub(super) fn of(columns: Vec<Encoding>, missing: Missing, unseen: Unseen) -> Self {
        Self {
            columns,
            missing,
            unseen,
            others: Vec::new(),
            weight: None,
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

    /// A sentence on the column that weighed the training rows, where it is among these names.
    pub(super) fn weight_among<'a>(
        &self,
        mut names: impl Iterator<Item = &'a str>,
    ) -> Option<String> {
        let weight = self.weight.as_deref()?;
        names.any(|name| name == weight).then(|| {
            format!("the column {weight}, which weighed the samples in training, is left out")
        })
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
        if !table.refused.is_empty() {
            refused.extend(table.refused.iter().cloned());
            refused.sort_by_key(|row| row.line);
        }
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
