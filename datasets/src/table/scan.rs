//! The cells of a text: separators, line ends and quotes.

use std::borrow::Cow;

use super::cell::{is_missing, plain_number};
use super::format::Shape;
use super::{MOST_COLUMNS, TableError};

/// The separators that are known; the first among equals.
const SEPARATORS: [u8; 4] = *b",;\t|";

/// The records that a separator is judged by, until one does not fit.
pub(super) const JUDGED: usize = 1000;

/// Marks between cells and between lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) separator: u8,
    /// The last byte of a line: a line feed, or the carriage return of the classic Mac.
    end: u8,
    /// Bytes before the first record: a line `sep=;`, as spreadsheets write it.
    skipped: usize,
    /// Whether each record counts as a line, whatever line ends are in its cells.
    by_record: bool,
}

/// A cell of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    /// Without the quotes around it and white space.
    pub(super) text: &'a str,
    start: usize,
    /// Whether it has doubled quotes.
    pub(super) doubled: bool,
    /// Whether it has line ends.
    pub(super) broken: bool,
}

impl<'a> Field<'a> {
    /// The text that the cell stands for.
    #[inline]
    pub(super) fn value(&self) -> Cow<'a, str> {
        if self.doubled {
            Cow::Owned(self.text.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(self.text)
        }
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Goes through the records of a text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    layout: Layout,
    at: usize,
    line: u64,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, layout: Layout) -> Self {
        Self {
            text,
            layout,
            at: layout.skipped,
            line: 1 + u64::from(layout.skipped > 0),
        }
    }

    /// One that begins in the middle of a text, with the first record of line 1.
    pub(super) fn from(text: &'a str, layout: Layout, at: usize) -> Self {
        Self {
            text,
            layout,
            at,
            line: 1,
        }
    }

    /// The same, if its next record begins in this line.
    pub(super) fn at_line(mut self, line: u64) -> Self {
        self.line = line;
        self
    }

    /// The line in which the next record begins.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Where the next record begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The cells of the next record, and the line it begins in; `None` at the end. An empty line is a record of an empty
    /// cell.
    ///
    /// # Errors
    /// If a quote is not closed, or is closed in a later line and followed by more text, or there are more cells than a table
    /// may have columns.
    #[inline]
    pub(super) fn record(
        &mut self,
        fields: &mut Vec<Field<'a>>,
    ) -> Result<Option<u64>, TableError> {
        fields.clear();
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return Ok(None);
        }
        let begins = self.line;
        let Layout { separator, end, .. } = self.layout;
        loop {
            let start = self.at;
            let mut after = start;
            while bytes.get(after) == Some(&b' ') {
                after += 1;
            }
            let quoted = match bytes.get(after) {
                Some(b'"') => self.quoted(after + 1)?,
                _ => None,
            };
            let (field, stop) = match quoted {
                Some(found) => found,
                None => {
                    let rest = &bytes[start..];
                    let length = rest.iter().position(|&b| b == separator || b == end);
                    let stop = start + length.unwrap_or(rest.len());
                    let field = Field {
                        text: trimmed(&self.text[start..stop]),
                        start,
                        doubled: false,
                        broken: false,
                    };
                    (field, stop)
                }
            };
            fields.push(field);
            if fields.len() > MOST_COLUMNS {
                // Counted, and not kept: a file of nothing but separators has more cells than memory has room for.
                let rest = bytes[stop..].iter().take_while(|&&b| b != end);
                return Err(TableError::Cells {
                    line: begins,
                    count: fields.len() + rest.filter(|&&b| b == separator).count(),
                });
            }
            self.at = stop + 1;
            match bytes.get(stop) {
                Some(&b) if b == separator => {}
                _ => {
                    self.line += 1;
                    return Ok(Some(begins));
                }
            }
        }
    }

    /// The cell whose quote opens just before `start`, and the place of the mark after it; `None` if more text follows the
    /// closing quote in the same line, so that the quote is a letter like others.
    fn quoted(&mut self, start: usize) -> Result<Option<(Field<'a>, usize)>, TableError> {
        let bytes = self.text.as_bytes();
        let Layout { separator, end, .. } = self.layout;
        let (mut at, mut doubled, mut lines) = (start, false, 0);
        let close = loop {
            match bytes.get(at) {
                None => return Err(TableError::OpenQuote { line: self.line }),
                Some(b'"') if bytes.get(at + 1) == Some(&b'"') => {
                    doubled = true;
                    at += 1;
                }
                Some(b'"') => break at,
                Some(&b) if b == end => lines += 1,
                Some(_) => {}
            }
            at += 1;
        };
        let mut stop = close + 1;
        let white = |b: &u8| matches!(b, b' ' | b'\r' | b'\t') && *b != separator && *b != end;
        while bytes.get(stop).is_some_and(white) {
            stop += 1;
        }
        match bytes.get(stop) {
            Some(&b) if b != separator && b != end && lines > 0 => {
                return Err(TableError::AfterQuote {
                    line: self.line + lines,
                    begun: self.line,
                });
            }
            Some(&b) if b != separator && b != end => return Ok(None),
            _ => {}
        }
        let lines = if self.layout.by_record { 0 } else { lines };
        self.line += lines;
        let field = Field {
            text: trimmed(&self.text[start..close]),
            start,
            doubled,
            broken: lines > 0,
        };
        Ok(Some((field, stop)))
    }
}

/// Without white space around it. Most cells have none, and are not looked at twice.
#[inline]
fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => text,
        _ => text.trim(),
    }
}

impl Layout {
    /// That of a text that was written here, from a file in which rows are no lines.
    pub(super) const WRITTEN: Self = Self {
        separator: b',',
        end: b'\n',
        skipped: 0,
        by_record: true,
    };

    /// The layout that the first `most` records suit best.
    ///
    /// The separator is the one with which most records have the same number of cells; among equals, the one that leaves
    /// fewest cells with another separator in them that is no decimal comma.
    pub(super) fn of(text: &str, most: usize) -> Self {
        let end = if !text.contains('\n') && text.contains('\r') {
            b'\r'
        } else {
            b'\n'
        };
        if let Some((separator, skipped)) = declared(text, end) {
            return Self {
                separator,
                end,
                skipped,
                by_record: false,
            };
        }
        let layout = |separator| Self {
            separator,
            end,
            skipped: 0,
            by_record: false,
        };
        let mut best = (layout(b','), Merit::default());
        let mut whole = None;
        for separator in SEPARATORS {
            let (merit, splits) = layout(separator).merit(text, most);
            if merit.better_than(&best.1) {
                best = (layout(separator), merit);
            }
            if !splits && whole.is_none() {
                whole = Some(layout(separator));
            }
        }
        // A column alone, in which commas may be decimal ones.
        match (best.1.columns, whole) {
            (..2, Some(whole)) => whole,
            _ => best.0,
        }
    }

    /// How well the layout suits, and whether it splits any record.
    fn merit(self, text: &str, most: usize) -> (Merit, bool) {
        let mut scanner = Scanner::new(text, self);
        let mut fields = Vec::new();
        let mut counts: Vec<(usize, usize)> = Vec::new();
        let (mut records, mut cells, mut clean) = (0, 0, 0);
        while records < most {
            let Ok(Some(_)) = scanner.record(&mut fields) else {
                break;
            };
            if (fields.len() == 1 && fields[0].is_empty()) || fields[0].text.starts_with('#') {
                continue;
            }
            match counts.iter_mut().find(|(count, _)| *count == fields.len()) {
                Some((_, records)) => *records += 1,
                None => counts.push((fields.len(), 1)),
            }
            // The first record is the names, in which anything may stand.
            if records > 0 && records <= JUDGED {
                cells += fields.len();
                clean += fields.iter().filter(|field| self.is_clean(field)).count();
            }
            records += 1;
        }
        // The first among equals is the number of names.
        let (columns, agree) = counts
            .iter()
            .rev()
            .max_by_key(|(_, records)| *records)
            .map_or((0, 0), |&found| found);
        let share = |part: usize, all: usize| {
            if all == 0 {
                1.0
            } else {
                part as f64 / all as f64
            }
        };
        let splits = counts.iter().any(|(count, _)| *count > 1);
        let merit = match columns {
            0 | 1 => Merit::default(),
            _ => Merit {
                agree: share(agree, records),
                clean: share(clean, cells),
                columns,
            },
        };
        (merit, splits)
    }

    /// Whether no other separator is in a cell, but for the comma in a number.
    fn is_clean(self, field: &Field<'_>) -> bool {
        let other = |b: u8| b != self.separator && SEPARATORS.contains(&b);
        let text = field.text;
        !text.bytes().any(other)
            || is_missing(text)
            || plain_number(text).is_some()
            || Shape::of(text).is_some()
            // Sentences have commas and semicolons with a space behind.
            || text.bytes().zip(text.bytes().skip(1)).all(|(b, next)| !other(b) || next == b' ')
    }
}

/// How well a separator suits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Merit {
    /// The share of the records that have the usual number of cells.
    agree: f64,
    /// The share of the cells without another separator.
    clean: f64,
    columns: usize,
}

impl Merit {
    fn better_than(&self, other: &Self) -> bool {
        let key = |m: &Self| (m.columns > 1, m.agree, m.clean, m.columns);
        key(self) > key(other)
    }
}

/// The separator that a first line `sep=;` declares, and the length of that line.
fn declared(text: &str, end: u8) -> Option<(u8, usize)> {
    let length = text.bytes().position(|b| b == end)? + 1;
    let value = text[..length].trim_end_matches(['\r', '\n']);
    let value = value.trim_matches('"');
    let value = value
        .strip_prefix("sep=")
        .or_else(|| value.strip_prefix("SEP="))?;
    match value.as_bytes() {
        [separator] => Some((*separator, length)),
        _ => None,
    }
}
