//! The report of a sweep.

use plot::{Figure, HeatMap};
use report::{Align, Column, KeyFigure, Report, settings};
use settings::Point;

use super::summary::Summary;
use crate::run::Plan;

/// What decides, in words.
pub(super) fn decided_by(summary: &Summary) -> String {
    let median = match summary.trials {
        1 => "",
        _ => "the median of ",
    };
    match summary.chosen_by {
        "folds" => format!(
            "{median}the mean {} over folds of the training rows",
            summary.score
        ),
        _ => format!("{median}the {} on the validation rows", summary.score),
    }
}

/// Writes the report of a sweep over these points.
pub(super) fn of(summary: &Summary, plan: &Plan<'_>, points: &[Point]) -> Report {
    let networks = points.len() * summary.trials;
    let mut report = Report::new(
        format!("{}: a sweep", plan.experiment.data.name),
        format!(
            "{networks} networks, of {} choices of settings, in the order of {}. Scores on the test rows stand beside that; \
             they had no part in the order, and the best of them would promise too much.",
            points.len(),
            decided_by(summary)
        ),
    );
    let best = &summary.rows[0];
    let figure = |name: String, value: String, note: &str| KeyFigure {
        name,
        value,
        note: note.to_owned(),
    };
    let mut figures: Vec<KeyFigure> = points[best.point]
        .values
        .iter()
        .map(|(key, value)| figure(format!("Best {key}"), value.clone(), "of those tried"))
        .collect();
    let spread = match summary.trials {
        1 => "of one network",
        _ => "median and quartiles",
    };
    for (rows, scores) in [(summary.chosen_by, &best.validation), ("test", &best.test)] {
        let name = format!("{} there, {rows}", summary.score);
        figures.push(figure(name, scores.in_words(summary.trials), spread));
    }
    report.key_figures(&figures);
    if let Some(map) = heat_map(summary, points) {
        let text = format!("Colours and numbers are {}.", decided_by(summary));
        report.figures("Map", &text, vec![("grid", map)]);
    }
    let numbers = points[0].values.len();
    let column = |(i, name): (usize, String)| Column {
        name: name.into(),
        align: if i < numbers {
            Align::Left
        } else {
            Align::Right
        },
    };
    let columns: Vec<Column> = summary
        .headings(points)
        .into_iter()
        .enumerate()
        .map(column)
        .collect();
    report.table("All settings", &columns, &summary.cells(points));
    settings(&mut report, &plan.config());
    report
}

/// The map of two flags: the first goes down, the second to the right.
fn heat_map(summary: &Summary, points: &[Point]) -> Option<Figure> {
    let [(down, _), (right, _)] = points[0].values.as_slice() else {
        return None;
    };
    let values_of = |axis: usize| {
        let mut values: Vec<String> = Vec::new();
        for point in points {
            let value = &point.values[axis].1;
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    };
    let (rows, columns) = (values_of(0), values_of(1));
    let mut values = vec![vec![None; columns.len()]; rows.len()];
    for row in &summary.rows {
        // Points are in the order of the sweep, the last flag moving fastest.
        values[row.point / columns.len()][row.point % columns.len()] =
            row.validation.median.map(|x| x.0);
    }
    let map = HeatMap {
        title: summary.score,
        down,
        right,
        rows: &rows,
        columns: &columns,
        values: &values,
    };
    Some(map.draw())
}
