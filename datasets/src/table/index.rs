//! Columns that count the rows.

use super::Cells;

/// The fewest rows of which it can be said that numbers count them.
const COUNTED: usize = 10;

/// The number that the first row has, if there are many rows and the cells count them from 0 or 1.
pub(super) fn index(cells: &Cells) -> Option<u8> {
    counts_rows(cells)
        .filter(|_| matches!(cells, Cells::Numbers { values, .. } if values.len() >= COUNTED))
}

/// The number that the first row has, if the cells count the rows from 0 or 1.
pub(super) fn counts_rows(cells: &Cells) -> Option<u8> {
    let Cells::Numbers { values, .. } = cells else {
        return None;
    };
    let first = *values.first()?;
    let counts = (first == 0.0 || first == 1.0)
        && values.len() > 2
        && values
            .iter()
            .enumerate()
            .all(|(row, x)| *x == first + row as f64);
    counts.then_some(first as u8)
}
