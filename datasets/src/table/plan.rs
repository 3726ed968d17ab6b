//! The cells of a column, written as numbers.

use std::collections::HashMap;

use super::date::{civil, weekday};
use super::how::{Encoding, How, date_parts};
use super::{Cells, Column, Texts};

/// How one column is encoded.
pub(super) struct Plan<'a> {
    pub(super) encoding: &'a Encoding,
    pub(super) column: &'a Column,
    pub(super) source: Source<'a>,
    /// The place of its first number in a row.
    start: usize,
}

pub(super) enum Source<'a> {
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
    pub(super) fn new(encoding: &'a Encoding, column: &'a Column, start: usize) -> Option<Self> {
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
    pub(super) fn write(&self, rows: &[u32], cells: &mut [f64], width: usize) {
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
