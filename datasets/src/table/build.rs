//! Columns while they are read: numbers, texts and missing cells as they come, before the whole column says what it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::cell::{Cell, has_identity, is_missing};
use super::{MOST_COLUMNS, NO_TEXT, TableError, Texts, on_one_line, wrong};
use crate::error::DataError;

/// The upper half of the bits of a cell that holds the number of a text: a NaN that no arithmetic gives.
const TEXT: u64 = 0x7ff8_0001;

/// A table that is being read, row by row.
#[derive(Debug)]
pub(crate) struct Builder {
    pub(super) path: PathBuf,
    pub(super) columns: Vec<Raw>,
    pub(super) lines: Vec<u64>,
    pub(super) notes: Vec<String>,
}

/// A column that is being read.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) name: String,
    /// Numbers; NaN for missing cells; boxed numbers of texts.
    pub(super) cells: Vec<f64>,
    texts: HashMap<Box<str>, u32>,
    /// The mark of the first missing cell.
    pub(super) mark: Option<Box<str>>,
    /// Whether a number has leading zeros or more digits than it can hold.
    pub(super) identity: bool,
    /// The row of the first infinite number.
    pub(super) infinite: Option<usize>,
}

/// The number of the text that a cell stands for.
pub(super) fn text_of(cell: f64) -> Option<u32> {
    let bits = cell.to_bits();
    (bits >> 32 == TEXT).then_some(bits as u32)
}

impl Builder {
    /// One without rows.
    ///
    /// # Errors
    /// If there are too many columns, or two of one name.
    pub(crate) fn new(path: &Path, names: Vec<String>) -> Result<Self, DataError> {
        if names.len() > MOST_COLUMNS {
            return Err(wrong(path, TableError::Columns(names.len())));
        }
        let names: Vec<String> = names.iter().map(|name| on_one_line(name)).collect();
        distinct(path, &names)?;
        Ok(Self {
            path: path.into(),
            columns: names.into_iter().map(Raw::new).collect(),
            lines: Vec::new(),
            notes: Vec::new(),
        })
    }

    /// Appends a row; `line` is where it stands in the file, counted from 1.
    ///
    /// # Errors
    /// If it has more or fewer cells than there are columns, or there is no room for it.
    #[inline]
    pub(crate) fn push<'a>(
        &mut self,
        line: u64,
        cells: impl ExactSizeIterator<Item = Cell<'a>>,
    ) -> Result<(), DataError> {
        if cells.len() != self.columns.len() {
            return Err(wrong(&self.path, self.ragged(line, cells.len())));
        }
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            // Room is asked for here, where it can be refused.
            if column.cells.len() == column.cells.capacity()
                && column.cells.try_reserve(64).is_err()
            {
                return Err(wrong(&self.path, TableError::Memory(line)));
            }
            column.take(cell);
        }
        self.lines.push(line);
        Ok(())
    }

    pub(super) fn ragged(&self, line: u64, found: usize) -> TableError {
        TableError::Ragged {
            line,
            found,
            expected: self.columns.len(),
        }
    }
}

/// Refuses two columns of one name; those without a name are told apart by their places.
pub(super) fn distinct(path: &Path, names: &[String]) -> Result<(), DataError> {
    let mut places = HashMap::new();
    let named = names.iter().enumerate();
    for (place, name) in named.filter(|(_, name)| !name.is_empty()) {
        if let Some(first) = places.insert(name, place) {
            let same = TableError::SameName {
                name: name.clone(),
                first: first + 1,
                second: place + 1,
            };
            return Err(wrong(path, same));
        }
    }
    Ok(())
}

impl Raw {
    fn new(name: String) -> Self {
        Self {
            name,
            cells: Vec::new(),
            texts: HashMap::new(),
            mark: None,
            identity: false,
            infinite: None,
        }
    }

    #[inline]
    fn take(&mut self, cell: Cell<'_>) {
        let value = match cell {
            Cell::Number(x) => {
                if x.is_infinite() && self.infinite.is_none() {
                    self.infinite = Some(self.cells.len());
                }
                x + 0.0
            }
            Cell::Missing(mark) => {
                if self.mark.is_none() {
                    self.mark = Some(mark.into());
                }
                f64::NAN
            }
            Cell::Text(text) => f64::from_bits(TEXT << 32 | u64::from(self.number_of(text))),
        };
        self.cells.push(value);
    }

    /// Looks whether a number that was read from this text would lose digits.
    #[inline]
    pub(super) fn look(&mut self, text: &str) {
        let long = text.len() >= 16 || text.starts_with(['0', '+']) || text.starts_with("-0");
        if long && text.len() > 1 && !self.identity {
            self.identity = has_identity(text);
        }
    }

    fn number_of(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.texts.get(text) {
            return number;
        }
        // Fewer texts than cells, and `finished` refuses more rows than fit.
        let number = self.texts.len() as u32;
        self.texts.insert(text.into(), number);
        number
    }

    /// The different texts, in the order in which they came first.
    pub(super) fn texts(&self) -> Vec<&str> {
        let mut texts = vec![""; self.texts.len()];
        for (text, &number) in &self.texts {
            texts[number as usize] = text;
        }
        texts
    }

    /// Whether any cell is a number.
    pub(super) fn has_numbers(&self) -> bool {
        self.cells.iter().any(|cell| !cell.is_nan())
    }

    /// The column as texts, in which every cell of a number is missing.
    pub(super) fn as_texts(&self) -> Texts {
        let code = |&cell: &f64| text_of(cell).unwrap_or(NO_TEXT);
        Texts {
            codes: self.cells.iter().map(code).collect(),
            texts: self.texts().into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Collects the texts of a column.
#[derive(Debug, Default)]
pub(super) struct TextBuilder {
    codes: Vec<u32>,
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<String>,
}

impl TextBuilder {
    pub(super) fn push(&mut self, text: &str) {
        let code = if is_missing(text) {
            NO_TEXT
        } else if let Some(&number) = self.numbers.get(text) {
            number
        } else {
            let number = self.texts.len() as u32;
            self.numbers.insert(text.into(), number);
            self.texts.push(text.into());
            number
        };
        self.codes.push(code);
    }

    /// Leaves the first rows alone.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.codes.truncate(rows);
    }

    pub(super) fn finish(self) -> Texts {
        Texts {
            codes: self.codes,
            texts: self.texts,
        }
    }
}
