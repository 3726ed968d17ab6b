//! Whether the first line has the names of the columns.

use super::cell::{Cell, is_missing};
use super::scan::{Field, Layout, Scanner};

/// The records that a first line is compared with.
const COMPARED: usize = 1000;

/// The first line of a table.
pub(super) enum Header {
    /// It has the names.
    Names,
    /// It has the names, though these are numbers.
    Numbers(Vec<String>),
    /// It has none: it is a row like others. Some of what stands there, for a note.
    Absent(Vec<String>),
}

impl Header {
    /// Judges a first line by the rows after it.
    ///
    /// It is a row if its cells occur again below, each in its column; or if it has numbers that are no names: fractions,
    /// negative ones, numbers twice. Whole numbers that count up, such as years, are names.
    pub(super) fn of<'a>(first: &[Field<'a>], text: &'a str, layout: Layout, after: usize) -> Self {
        let values: Vec<_> = first.iter().map(Field::value).collect();
        let numbers: Vec<f64> = values
            .iter()
            .filter_map(|value| match Cell::of(value) {
                Cell::Number(x) => Some(x),
                _ => None,
            })
            .collect();
        let words: Vec<&str> = values
            .iter()
            .map(|value| value.as_ref())
            .filter(|value| matches!(Cell::of(value), Cell::Text(_)))
            .collect();
        let shown = || {
            let cells = values.iter().map(|value| super::shortened(value));
            cells.take(3).collect::<Vec<_>>()
        };
        let again = recurring(&values, text, layout, after);
        if numbers.is_empty() {
            // A single name may well occur among the values of its column.
            let all = words.len() == values.len() && words.len() > 1;
            return if all && again == words.len() {
                Self::Absent(shown())
            } else {
                Self::Names
            };
        }
        let counting = numbers.iter().all(|x| x.fract() == 0.0 && *x >= 0.0)
            && numbers.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
        let names = if words.is_empty() {
            counting && numbers.len() > 1
        } else {
            // Names beside years, or years beside nothing that is a name.
            again == 0 && (counting || numbers.iter().all(|x| is_year(*x)))
        };
        if names {
            Self::Numbers(shown())
        } else {
            Self::Absent(shown())
        }
    }
}

fn is_year(x: f64) -> bool {
    x.fract() == 0.0 && (1800.0..2200.0).contains(&x)
}

/// How many texts of the first line occur again below it, in their columns.
fn recurring(
    first: &[std::borrow::Cow<'_, str>],
    text: &str,
    layout: Layout,
    after: usize,
) -> usize {
    let mut again = vec![false; first.len()];
    let mut scanner = Scanner::from(text, layout, after);
    let mut fields = Vec::new();
    for _ in 0..COMPARED {
        let Ok(Some(_)) = scanner.record(&mut fields) else {
            break;
        };
        for ((again, first), field) in again.iter_mut().zip(first).zip(&fields) {
            *again |= matches!(Cell::of(first), Cell::Text(_)) && field.value() == *first;
        }
    }
    again.into_iter().filter(|&again| again).count()
}

/// Whether a record has no value at all.
pub(super) fn is_blank(fields: &[Field<'_>]) -> bool {
    fields.iter().all(Field::is_empty)
}

/// Whether a record is a comment: it begins with `#`, and has not as many cells as a row.
pub(super) fn is_comment(fields: &[Field<'_>], columns: usize) -> bool {
    fields.len() != columns && fields[0].value().starts_with('#')
}

/// Whether a name says nothing but that it stands before numbers of rows.
pub(super) fn is_unnamed(name: &str) -> bool {
    name.is_empty() || is_missing(name) || name == "Unnamed: 0"
}
