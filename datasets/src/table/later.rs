//! The rows of a test file, read as those of the training file were.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::build::{TextBuilder, distinct};
use super::how::How;
use super::read::{Opening, Passed};
use super::scan::Field;
use super::schema::{Reader, are_in_first_line};
use super::{
    Cells, Column, NO_TEXT, Table, TableError, TableText, Texts, listed, shortened, wrong,
};
use crate::error::DataError;
use crate::reading::{Missing, ReadOptions};

/// The group of a row that has none: one of a test file without the column.
const NO_GROUP: u32 = u32::MAX;

/// A test file whose rows are the last of a table.
#[derive(Clone, Debug)]
pub(crate) struct Later {
    /// The file.
    pub(crate) path: PathBuf,
    /// The first of its rows.
    pub(crate) from: usize,
}

/// Which columns a test file has to have.
pub(crate) struct Needed<'a> {
    /// The places of columns in which no value may be missing: targets and weights.
    pub(crate) complete: &'a [usize],
    /// The places of all columns that are used, targets among them.
    pub(crate) used: &'a [usize],
}

impl Table {
    /// Appends the rows of a test file. Its columns are found by name and may stand in any order; every cell is taken as
    /// the kind that its column has in this table. Columns that are not needed may be absent. Returns sentences on how it
    /// was read.
    ///
    /// # Errors
    /// If the file cannot be read as a table, lacks a needed column, or has a row that cannot be understood: a figure of
    /// some of its rows would be another one.
    pub(crate) fn append(
        &mut self,
        path: &Path,
        needed: &Needed<'_>,
        options: &ReadOptions,
    ) -> Result<Vec<String>, DataError> {
        let file = TableText::read(path)?;
        let TableText { text, .. } = &file;
        let layout = file.layout();
        let used = || needed.used.iter().map(|&place| &*self.columns[place].name);
        file.check(|name| used().any(|used| used == name))?;
        let named = file.has_names() || are_in_first_line(text, layout, used());
        let header = named.then_some(true).or(options.header);
        let opening = Opening::of(path, text, layout, header)?;
        let names = &opening.names;
        distinct(path, names)?;
        let places: Vec<Option<usize>> = self
            .names()
            .map(|name| names.iter().position(|found| found == name))
            .collect();
        if let Some(&absent) = needed.used.iter().find(|&&place| places[place].is_none()) {
            return Err(wrong(
                path,
                TableError::Input {
                    column: self.columns[absent].name.clone(),
                    names: listed(names.iter().map(String::as_str)),
                },
            ));
        }
        let hows: Vec<How> = self.columns.iter().map(|c| c.cells.as_read()).collect();
        let mut readers: Vec<CellReader<'_>> = (self.columns.iter().zip(&hows))
            .map(|(column, how)| CellReader::new(column, how))
            .collect();
        let mut lines = Vec::new();
        let mut notes = [file.notes(), &opening.notes].concat();
        let (mut rows, width) = (opening.rows, names.len());
        let mut fields = Vec::new();
        let mut passed = Passed::default();
        while let Some(line) = rows.record(&mut fields).map_err(|e| wrong(path, e))? {
            if passed.over(&fields, width) {
                continue;
            }
            if fields.len() != width {
                let (found, expected) = (fields.len(), width);
                let ragged = TableError::Ragged {
                    line,
                    found,
                    expected,
                };
                return Err(wrong(path, ragged));
            }
            for (reader, place) in readers.iter_mut().zip(&places) {
                let field = place.map(|place| &fields[place]);
                reader.push(field, line).map_err(|e| wrong(path, e))?;
            }
            lines.push(line);
        }
        passed.say(&mut notes);
        if lines.is_empty() {
            return Err(wrong(path, TableError::NoRows));
        }
        let columns: Vec<Column> = readers.into_iter().map(CellReader::finish).collect();
        let mut later = Self {
            path: path.into(),
            columns,
            dropped: Vec::new(),
            lines,
            notes: Vec::new(),
            refused: Vec::new(),
            later: None,
        };
        notes.extend(later.without_gaps(needed, options.missing)?);
        let unknown = |name: &&str| {
            !self.names().any(|known| known == *name)
                && !self.dropped.iter().any(|dropped| dropped.name == **name)
        };
        let surplus = listed(names.iter().map(String::as_str).filter(unknown));
        if !surplus.is_empty() {
            notes.push(format!(
                "columns that the training file does not have are left out: {surplus}"
            ));
        }
        self.extend(later);
        let file = path.display();
        Ok(notes.iter().map(|note| format!("{file}: {note}")).collect())
    }

    /// Leaves rows without a value out, or refuses them, as is said for training rows. A target is never made up.
    fn without_gaps(
        &mut self,
        needed: &Needed<'_>,
        missing: Missing,
    ) -> Result<Option<String>, DataError> {
        let mut note = None;
        if missing == Missing::Drop {
            let rows = self.len();
            let dropped = self.without_missing(needed.used);
            if self.is_empty() {
                return Err(self.wrong(TableError::AllMissing));
            }
            note = (dropped > 0)
                .then(|| format!("{dropped} of {rows} rows lack a value and are left out"));
        }
        let whole = match missing {
            Missing::Impute => needed.complete,
            Missing::Refuse | Missing::Drop => needed.used,
        };
        let mut whole = whole.iter().map(|&place| &self.columns[place]);
        match whole.find(|column| column.missing > 0) {
            None => Ok(note),
            Some(column) => Err(self.wrong(self.missing_error(column))),
        }
    }

    /// Puts the rows of a table with the same columns behind those of this one.
    fn extend(&mut self, later: Self) {
        let from = self.len();
        for (column, more) in self.columns.iter_mut().zip(later.columns) {
            column.missing += more.missing;
            if column.mark.is_empty() {
                column.mark = more.mark;
            }
            match (&mut column.cells, more.cells) {
                (
                    Cells::Numbers {
                        values, written, ..
                    },
                    Cells::Numbers {
                        values: more,
                        written: more_written,
                        ..
                    },
                ) => {
                    values.extend(more);
                    if let (Some(written), Some(more)) = (written, more_written) {
                        written.extend(more);
                    }
                }
                (Cells::Dates { days, .. }, Cells::Dates { days: more, .. }) => days.extend(more),
                (Cells::Texts(texts), Cells::Texts(more)) => texts.extend(more),
                _ => unreachable!("a column is read as the kind it has"),
            }
        }
        self.lines.extend(later.lines);
        self.later = Some(Later {
            path: later.path,
            from,
        });
    }

    /// The rows of the test file.
    pub(crate) fn later_rows(&self) -> Range<usize> {
        self.later.as_ref().map_or(self.len(), |later| later.from)..self.len()
    }

    /// An error about a row, with the file that it stands in.
    pub(crate) fn wrong_in(&self, row: usize, source: TableError) -> DataError {
        match &self.later {
            Some(later) if row >= later.from => wrong(&later.path, source),
            _ => self.wrong(source),
        }
    }

    /// The group of each row: rows with equal cells of a column have the same number.
    ///
    /// # Errors
    /// If a row of the training file has no value there.
    pub(crate) fn groups(&self, place: usize) -> Result<Arc<[u32]>, DataError> {
        let column = &self.columns[place];
        let own = 0..self.later_rows().start;
        if own.clone().any(|row| column.is_missing(row)) {
            return Err(self.wrong(self.missing_error(column)));
        }
        let numbered = |bits: &mut dyn Iterator<Item = u64>| {
            let mut numbers = std::collections::HashMap::new();
            let numbered = bits.enumerate().map(|(row, bits)| {
                let next = numbers.len() as u32;
                match column.is_missing(row) {
                    true => NO_GROUP,
                    false => *numbers.entry(bits).or_insert(next),
                }
            });
            numbered.collect()
        };
        Ok(match &column.cells {
            // Leading zeros tell numbers apart; how thousands or units are written does not.
            Cells::Numbers {
                written: Some(texts),
                format,
                ..
            } if format.is_plain() => numbered(&mut texts.codes.iter().map(|&c| u64::from(c))),
            Cells::Texts(texts) => numbered(&mut texts.codes.iter().map(|&c| u64::from(c))),
            // Zeros of both signs are one number.
            Cells::Numbers { values, .. } => {
                numbered(&mut values.iter().map(|x| (x + 0.0).to_bits()))
            }
            Cells::Dates { days, .. } => numbered(&mut days.iter().map(|x| (x + 0.0).to_bits())),
        })
    }

    /// A sentence on groups that have rows in the training file and in the test file; `None` if there are none.
    pub(crate) fn shared_groups(&self, column: &str, group_of: &[u32]) -> Option<String> {
        let later = self.later_rows();
        let set = |rows: Range<usize>| -> std::collections::HashSet<u32> {
            let of = group_of[rows].iter().copied();
            of.filter(|group| *group != NO_GROUP).collect()
        };
        let (own, tested) = (set(0..later.start), set(later));
        let both = own.intersection(&tested).count();
        (both > 0).then(|| {
            format!(
                "{both} of the {} groups of the test file by {column} have rows in the training file, too",
                tested.len()
            )
        })
    }
}

impl Texts {
    /// Puts other texts behind these.
    fn extend(&mut self, more: Self) {
        let mut numbers: std::collections::HashMap<String, u32> =
            self.texts.iter().cloned().zip(0..).collect();
        let renumbered: Vec<u32> = more
            .texts
            .into_iter()
            .map(|text| {
                let next = self.texts.len() as u32;
                *numbers.entry(text).or_insert_with_key(|text| {
                    self.texts.push(text.clone());
                    next
                })
            })
            .collect();
        let code = |code: u32| match code {
            NO_TEXT => NO_TEXT,
            code => renumbered[code as usize],
        };
        self.codes.extend(more.codes.into_iter().map(code));
    }
}

impl Cells {
    /// How a cell of such a column is read; nothing is fitted.
    fn as_read(&self) -> How {
        match self {
            Self::Numbers { format, .. } => How::Number {
                format: format.clone(),
                fill: 0.0,
                indicator: false,
            },
            Self::Dates {
                format, has_time, ..
            } => How::Date {
                format: *format,
                has_time: *has_time,
                fill: 0.0,
                indicator: false,
            },
            Self::Texts(_) => How::Category {
                categories: Vec::new(),
                missing: false,
            },
        }
    }
}

/// Collects the cells of a column.
struct CellReader<'a> {
    name: &'a str,
    reader: Reader<'a>,
    /// As they are written, where the table keeps that.
    written: Option<TextBuilder>,
}

impl<'a> CellReader<'a> {
    fn new(column: &'a Column, how: &'a How) -> Self {
        let kept = matches!(
            column.cells,
            Cells::Numbers {
                written: Some(_),
                ..
            }
        );
        Self {
            name: &column.name,
            reader: Reader::new(how),
            written: kept.then(TextBuilder::default),
        }
    }

    /// Takes the cell of a row; one of an absent column has no value.
    fn push(&mut self, field: Option<&Field<'_>>, line: u64) -> Result<(), TableError> {
        let text = field.map_or_else(Default::default, Field::value);
        if !self.reader.push(&text) {
            return Err(TableError::NotAsTrained {
                line,
                column: self.name.to_owned(),
                text: shortened(&text),
            });
        }
        if let Some(written) = &mut self.written {
            written.push(&text);
        }
        Ok(())
    }

    fn finish(self) -> Column {
        let mut column = self.reader.finish(self.name.to_owned());
        if let Cells::Numbers { written, .. } = &mut column.cells {
            *written = self.written.map(TextBuilder::finish);
        }
        column
    }
}
