//! Box plots and tables of metrics over trials.

use nn::metrics::Quartiles;
use plot::{BoxPlot, BoxRow, Figure};
use report::{Align, Chapter, Column, significant};

use super::{Chosen, words};
use crate::claim::{estimate, median};
use crate::results::Results;

pub(super) fn boxes(
    title: &str,
    number: &str,
    cases: &[Chosen<'_>],
    results: &Results,
) -> Vec<Figure> {
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
    vec![plot.draw()]
}

pub(super) fn table(
    chapter: &mut Chapter,
    title: &str,
    numbers: &[String],
    cases: &[Chosen<'_>],
    results: &Results,
) {
    let column = |name: String, align| Column {
        name: name.into(),
        align,
    };
    let mut columns = vec![
        column("case".to_owned(), Align::Left),
        column("trials".to_owned(), Align::Right),
    ];
    for number in numbers {
        columns.push(column(words(number), Align::Right));
        columns.push(column("quartiles".to_owned(), Align::Left));
        columns.push(column("95 % CI".to_owned(), Align::Left));
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
    if !rows.is_empty() {
        chapter.heading(title);
        chapter.table(&columns, &rows);
    }
}
