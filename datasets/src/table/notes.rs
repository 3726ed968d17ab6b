//! What a user should know about a table.

use super::{Kind, Table, listed};

/// Numbers that are written where nothing was measured.
const STAND_INS: [f64; 5] = [-99.0, -200.0, -999.0, -9999.0, -99999.0];

/// A sentence for each kind of oddity.
pub(super) fn notes(table: &Table) -> Vec<String> {
    let numbers: Vec<usize> = (0..table.columns.len())
        .filter(|&place| matches!(table.columns[place].kind, Kind::Numbers { .. }))
        .collect();
    let mut notes = table.notes.clone();

    let constant: Vec<&str> = (0..table.columns.len())
        .filter(|&place| {
            let mut cells = table.column(place);
            let first = cells.next();
            table.len() > 1 && cells.all(|cell| Some(cell) == first)
        })
        .map(|place| table.columns[place].name.as_str())
        .collect();
    if !constant.is_empty() {
        let names = listed(constant.into_iter());
        notes.push(format!("the same in every row: {names}"));
    }

    for stand_in in STAND_INS {
        let marked = numbers
            .iter()
            .filter(|&&place| stands_for_nothing(table, place, stand_in))
            .map(|&place| table.columns[place].name.as_str());
        let names = listed(marked);
        if !names.is_empty() {
            notes.push(format!(
                "{stand_in} looks like a mark for a missing value and is read as a number: {names}"
            ));
        }
    }
    notes
}

/// Whether a value of a column is far from all others: none of them is negative, or none as far from another as from it.
fn stands_for_nothing(table: &Table, place: usize, value: f64) -> bool {
    let (mut there, mut least, mut most) = (false, f64::INFINITY, f64::NEG_INFINITY);
    for cell in table.column(place) {
        if cell == value {
            there = true;
        } else {
            (least, most) = (least.min(cell), most.max(cell));
        }
    }
    there
        && least > value
        && least < f64::INFINITY
        && (least >= 0.0 || least - value > most - least)
}
