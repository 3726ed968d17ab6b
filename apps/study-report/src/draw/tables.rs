//! Box plots and tables of metrics over trials.

use claims::results::Results;
use claims::{estimate, median};
use nn::metrics::Quartiles;
use plot::{BoxPlot, BoxRow};
use report::{Align, Chapter, Column, significant};

use super::{Chosen, DataTable, Drawing, words};
use crate::data_table::number as cell;

pub(super) fn boxes(
    title: &str,
    number: &str,
    cases: &[Chosen<'_>],
    results: &Results,
) -> Vec<Drawing> {
    let rows: Vec<BoxRow> = cases
        .iter()
        .map(|(case, found)| BoxRow {
            name: case.name.clone(),
            values: found.known(number),
            interval: estimate(&median(&case.name, number), results)
                .ok()
                .map(|e| (e.low, e.high)),
        })
        .filter(|row| !row.values.is_empty())
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let plot = BoxPlot {
        title,
        x: &words(number),
        rows: &rows,
        may_be_log: true,
    };
    let mut data = DataTable::new(["case", "trial", number]);
    for (case, found) in cases {
        for (trial, value) in found.numbered(number) {
            data.row([case.name.clone(), trial.to_string(), cell(value)]);
        }
    }
    vec![Drawing {
        figure: plot.draw(),
        data,
    }]
}

/// A table over cases: its title, heads and rows.
#[derive(Clone, Debug)]
pub(crate) struct CaseTable {
    pub(crate) title: String,
    pub(crate) heads: Vec<(String, Align)>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl CaseTable {
    pub(super) fn add_to(&self, chapter: &mut Chapter) {
        let column = |(name, align): &(String, Align)| Column {
            name: name.clone().into(),
            align: *align,
        };
        let columns: Vec<Column> = self.heads.iter().map(column).collect();
        chapter.heading(&self.title);
        chapter.table(&columns, &self.rows);
    }
}

/// Medians, quartiles and intervals; `None` without cases.
pub(super) fn table(
    title: &str,
    numbers: &[String],
    cases: &[Chosen<'_>],
    results: &Results,
) -> Option<CaseTable> {
    let mut heads = vec![
        ("case".to_owned(), Align::Left),
        ("trials".to_owned(), Align::Right),
    ];
    for number in numbers {
        heads.push((words(number), Align::Right));
        heads.push(("quartiles".to_owned(), Align::Left));
        heads.push(("95 % CI".to_owned(), Align::Left));
    }
    let ends = |low: f64, high: f64| format!("{} to {}", significant(low), significant(high));
    let row = |(case, found): &Chosen<'_>| {
        let mut cells = vec![case.name.clone(), found.done().count().to_string()];
        for number in numbers {
            let values = found.known(number);
            let q = Quartiles::new(&values);
            let interval = estimate(&median(&case.name, number), results).ok();
            let dash = || "–".to_owned();
            cells.push(q.map_or_else(dash, |q| significant(q.median)));
            cells.push(
                q.filter(|_| values.len() > 1)
                    .map_or_else(dash, |q| ends(q.q1, q.q3)),
            );
            cells.push(
                interval
                    .filter(|_| values.len() > 1)
                    .map_or_else(dash, |e| ends(e.low, e.high)),
            );
        }
        cells
    };
    let rows: Vec<Vec<String>> = cases.iter().map(row).collect();
    (!rows.is_empty()).then(|| CaseTable {
        title: title.to_owned(),
        heads,
        rows,
    })
}
