//! What a user should know about a table.

use super::index::index;
use super::{Cells, Column, Table, listed};
use crate::scale::is_constant;

/// Numbers that are written where nothing was measured.
const STAND_INS: [f64; 5] = [-99.0, -200.0, -999.0, -9999.0, -99999.0];

/// Sentences on how the cells of columns were understood.
pub(super) fn on_reading(columns: &[Column]) -> Vec<String> {
    let formatted = |wanted: &dyn Fn(&Column) -> Option<String>| {
        let names: Vec<String> = columns.iter().filter_map(wanted).collect();
        listed(names.iter().map(String::as_str))
    };
    let number = |column: &Column, ask: &dyn Fn(&super::NumberFormat) -> bool| match &column.cells {
        Cells::Numbers { format, .. } if ask(format) => Some(column.name.clone()),
        _ => None,
    };
    let commas = formatted(&|c| number(c, &|format| format.decimal_comma));
    let groups = formatted(&|c| number(c, &|format| format.groups));
    let units = formatted(&|c| match &c.cells {
        Cells::Numbers { format, .. } => format
            .unit
            .as_ref()
            .map(|unit| format!("{} ({unit})", c.name)),
        _ => None,
    });
    let zeros = formatted(&|c| match &c.cells {
        Cells::Numbers {
            format,
            written: Some(_),
            ..
        } if format.is_plain() => Some(c.name.clone()),
        _ => None,
    });
    let none = formatted(&|c| match &c.cells {
        Cells::Texts(texts) => {
            let marks = texts.texts.iter().any(|text| super::cell::is_weak(text));
            marks.then(|| c.name.clone())
        }
        _ => None,
    });
    let sentence =
        |names: String, words: &str| (!names.is_empty()).then(|| format!("{words}: {names}"));
    [
        sentence(commas, "the comma in numbers is read as the decimal point"),
        sentence(groups, "marks between thousands are left out of numbers"),
        sentence(units, "the unit beside numbers is left out"),
        sentence(
            zeros,
            "whole numbers with leading zeros or more than 15 digits are kept as written if they are classes, \
             and are rounded numbers otherwise",
        ),
        sentence(none, "words such as none or - are a category like others"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Table {
    /// Sentences on its columns as inputs, and on the targets.
    pub(crate) fn remarks(&self, targets: &[usize]) -> Vec<String> {
        let mut notes = self.notes.clone();
        let inputs = || {
            let all = self.columns.iter().enumerate();
            all.filter(|(place, _)| !targets.contains(place))
                .map(|(_, column)| column)
        };
        let names = |wanted: &dyn Fn(&&Column) -> bool| {
            listed(inputs().filter(wanted).map(|column| column.name.as_str()))
        };
        let constant = names(&|column| column.is_same());
        if self.len() > 1 && !constant.is_empty() {
            notes.push(format!("the same in every row: {constant}"));
        }
        let nearly = names(&|column| !column.is_same() && column.is_nearly_same());
        if !nearly.is_empty() {
            notes.push(format!("the same in every row but for rounding: {nearly}"));
        }
        let counting = names(&|column| index(&column.cells).is_some());
        if !counting.is_empty() {
            notes.push(format!(
                "counts the rows, and is read as a number; drop it if it is no measurement: {counting}"
            ));
        }
        for stand_in in STAND_INS {
            let marked = self
                .columns
                .iter()
                .filter(|column| column.stands_for_nothing(stand_in));
            let names = listed(marked.map(|column| column.name.as_str()));
            if !names.is_empty() {
                notes.push(format!(
                    "{stand_in} looks like a mark for a missing value and is read as a number: {names}"
                ));
            }
        }
        notes
    }
}

impl Column {
    /// Whether all cells are equal.
    fn is_same(&self) -> bool {
        fn same<T: PartialEq>(cells: &[T]) -> bool {
            cells
                .first()
                .is_some_and(|first| cells.iter().all(|cell| cell == first))
        }
        match &self.cells {
            Cells::Numbers { values, .. } => same(values),
            Cells::Dates { days, .. } => same(days),
            Cells::Texts(texts) => self.missing < texts.codes.len() && same(&texts.codes),
        }
    }

    /// Whether all numbers are equal but for rounding.
    fn is_nearly_same(&self) -> bool {
        let Cells::Numbers { values, .. } = &self.cells else {
            return false;
        };
        let first = values.iter().copied().find(|x| !x.is_nan()).unwrap_or(0.0);
        // Most columns are told here, by their first rows.
        let near = |x: &&f64| !x.is_nan();
        if values
            .iter()
            .filter(near)
            .any(|x| (x - first).abs() > 1e-6 * first.abs())
        {
            return false;
        }
        let n = (values.len() - self.missing) as f64;
        let mean = values.iter().filter(near).map(|x| x / n).sum::<f64>();
        let variance = values
            .iter()
            .filter(near)
            .map(|x| (x - mean).powi(2))
            .sum::<f64>()
            / n;
        n > 1.0 && is_constant(variance, mean, n)
    }

    /// Whether a value is far from all others: none of them is negative, or none as far from another as from it.
    fn stands_for_nothing(&self, value: f64) -> bool {
        let Cells::Numbers { values, .. } = &self.cells else {
            return false;
        };
        if !values.contains(&value) {
            return false;
        }
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for &cell in values
            .iter()
            .filter(|cell| **cell != value && !cell.is_nan())
        {
            (least, most) = (least.min(cell), most.max(cell));
        }
        least > value && least < f64::INFINITY && (least >= 0.0 || least - value > most - least)
    }
}
