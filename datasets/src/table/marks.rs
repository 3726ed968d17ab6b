//! The comma and the point in the numbers of a column: decided by all its cells, and by other columns where these leave
//! it open.

use super::cell::is_weak;
use super::format::{Marks, NumberFormat, Shape, is_known_unit};
use super::{TableError, Texts, shortened};

/// What the columns of a file say about its decimal mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence {
    point: bool,
    comma: bool,
    separator: u8,
}

impl Evidence {
    /// From the texts of columns; those that are no numbers say nothing. Columns that were read as plain numbers are
    /// asked only if it matters.
    pub(super) fn of<'a>(
        columns: impl Iterator<Item = &'a Texts>,
        plain_point: impl Fn() -> bool,
        separator: u8,
    ) -> Self {
        let (mut point, mut comma, mut open) = (false, false, false);
        for texts in columns {
            let shapes: Option<Vec<Shape<'_>>> =
                real(texts).map(|(_, text)| Shape::of(text)).collect();
            for shape in shapes.iter().flatten() {
                match shape.marks {
                    Marks::Point => point = true,
                    Marks::Comma => comma = true,
                    Marks::MaybeComma | Marks::MaybePoint => open = true,
                    Marks::Whole => {}
                }
            }
        }
        if open && !point {
            point = plain_point();
        }
        Self {
            point,
            comma,
            separator,
        }
    }
}

/// The texts that are not marks of a missing value, with their numbers.
fn real(texts: &Texts) -> impl Iterator<Item = (usize, &str)> {
    let all = texts.texts.iter().map(String::as_str).enumerate();
    all.filter(|(_, text)| !is_weak(text))
}

/// The texts of a column as numbers, if all of them are numbers in one notation and unit.
///
/// # Errors
/// If they are numbers, and it cannot be said which.
pub(super) fn numbers(
    texts: &Texts,
    column: &str,
    evidence: &Evidence,
    line: &dyn Fn(usize) -> u64,
) -> Result<Option<(Vec<f64>, NumberFormat)>, TableError> {
    let shapes: Option<Vec<(usize, Shape<'_>)>> = real(texts)
        .map(|(code, text)| Some((code, Shape::of(text)?)))
        .collect();
    let Some(shapes) = shapes.filter(|shapes| !shapes.is_empty()) else {
        return Ok(None);
    };
    let line_of = |code: usize| {
        let row = texts.codes.iter().position(|&c| c as usize == code);
        line(row.unwrap_or(0))
    };
    let Some(unit) = unit(&shapes, column, &line_of)? else {
        return Ok(None);
    };
    let first = |marks: Marks| shapes.iter().find(|(_, shape)| shape.marks == marks);
    let written = |code: usize| shortened(&texts.texts[code]);
    let open = |code: usize| TableError::OpenMarks {
        line: line_of(code),
        column: column.into(),
        text: written(code),
    };
    let decimal_comma = match (first(Marks::Point), first(Marks::Comma)) {
        (Some(&(point, _)), Some(&(comma, _))) => {
            return Err(TableError::BothMarks {
                column: column.into(),
                point: written(point),
                point_line: line_of(point),
                comma: written(comma),
                comma_line: line_of(comma),
            });
        }
        (Some(_), None) => false,
        (None, Some(_)) => true,
        (None, None) => match (first(Marks::MaybePoint), first(Marks::MaybeComma)) {
            (None, None) => false,
            (Some(_), Some(&(code, _))) => return Err(open(code)),
            _ if evidence.point != evidence.comma => evidence.comma,
            // As programs write it, if nothing in the file speaks against it.
            (Some(_), None) if !evidence.comma => false,
            // A comma between commas stands in quotes, so it was put between thousands by purpose.
            (None, Some(_)) if !evidence.comma && evidence.separator == b',' => false,
            (Some(&(code, _)), None) | (None, Some(&(code, _))) => return Err(open(code)),
        },
    };
    let format = NumberFormat {
        decimal_comma,
        groups: shapes
            .iter()
            .any(|(_, shape)| shape.has_groups(decimal_comma)),
        unit: (!unit.is_empty()).then(|| unit.to_owned()),
    };
    let mut values = vec![f64::NAN; texts.texts.len()];
    for (code, shape) in &shapes {
        match shape.value(decimal_comma) {
            Some(value) => values[*code] = value,
            None => {
                return Err(TableError::Infinite {
                    line: line_of(*code),
                    column: column.into(),
                });
            }
        }
    }
    let cell = |&code: &u32| values.get(code as usize).copied().unwrap_or(f64::NAN);
    Ok(Some((texts.codes.iter().map(cell).collect(), format)))
}

/// The unit of all numbers, empty if they have none; `None` if they have several that are no units, as names have them.
fn unit<'a>(
    shapes: &[(usize, Shape<'a>)],
    column: &str,
    line_of: &dyn Fn(usize) -> u64,
) -> Result<Option<&'a str>, TableError> {
    // Nothing is nothing in any unit.
    let telling = || {
        shapes
            .iter()
            .filter(|(_, shape)| !(shape.is_zero() && shape.unit.is_empty()))
    };
    let Some((first, shape)) = telling().next() else {
        return Ok(Some(""));
    };
    let Some((other, another)) = telling().find(|(_, other)| other.unit != shape.unit) else {
        return Ok(Some(shape.unit));
    };
    let known = |unit: &str| unit.is_empty() || is_known_unit(unit);
    if !telling().all(|(_, shape)| known(shape.unit)) {
        return Ok(None);
    }
    let said = |unit: &str| match unit {
        "" => "no unit".to_owned(),
        unit => format!("the unit {unit}"),
    };
    Err(TableError::MixedUnits {
        column: column.into(),
        unit: said(shape.unit),
        line: line_of(*first),
        other: said(another.unit),
        other_line: line_of(*other),
    })
}
