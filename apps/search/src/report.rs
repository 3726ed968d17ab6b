//! The report of a sweep.

use experiment::run::Plan;
use plot::{Figure, HeatMap};
use report::{Align, Column, KeyFigure, Report, settings};
use settings::{Point, Search};

use crate::summary::{RungCost, Summary};

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

/// The cost of a sweep, in a sentence.
pub(super) fn cost(summary: &Summary) -> String {
    let choices = summary.rows.len();
    let all = match summary.epochs {
        Some(epochs) => format!("{epochs} epochs of training in all"),
        None => "earlier versions noted no epochs".to_owned(),
    };
    match summary.rungs.as_slice() {
        [] => format!("tried {choices} choices of settings: {all}"),
        rungs => {
            let parts: Vec<String> = rungs.iter().map(|rung| rung.choices.to_string()).collect();
            format!(
                "tried {choices} choices of settings, {} of them in each rung: {all}",
                parts.join(", ")
            )
        }
    }
}

/// The winner among several choices, and what its scores are worth, in a sentence.
pub(super) fn winner(summary: &Summary, points: &[Point]) -> Option<String> {
    let best = summary.rows.first().filter(|_| points.len() > 1)?;
    let settings = in_words(&points[best.point]);
    let (score, trials) = (summary.score, summary.trials);
    if best.validation.median.is_none() {
        return Some(format!(
            "there is no winner: no choice of settings has a {score}"
        ));
    }
    Some(format!(
        "best: {settings}; its {} {score} {} is that of the best of {}, so it is optimistically biased; test {score} {}",
        summary.chosen_by,
        best.validation.in_words(trials),
        points.len(),
        best.test.in_words(trials),
    ))
}

/// The values of a point: `lr 0.01, hidden 16x8`.
fn in_words(point: &Point) -> String {
    let values = point.values.iter();
    let values: Vec<String> = values
        .map(|(key, value)| format!("{key} {value}"))
        .collect();
    values.join(", ")
}

/// Writes the report of a sweep over these points.
pub(super) fn of(summary: &Summary, plan: &Plan<'_>, points: &[Point]) -> Report {
    let networks = match summary.trials {
        1 => String::new(),
        trials => format!(", {trials} networks of each"),
    };
    let how = match plan.options.search {
        None => "all points of a grid",
        Some(Search::Random(_)) => "drawn at random",
        Some(Search::Halving(None)) => "all points of a grid, by successive halving",
        Some(Search::Halving(Some(_))) => "drawn at random, by successive halving",
    };
    let mut report = Report::new(
        format!("{}: a sweep", plan.experiment.data.name),
        format!(
            "{} choices of settings, {how}{networks}, in the order of {}. Scores on the test rows stand beside that; they had \
             no part in the order, and selecting on them would be optimistically biased. So is the {} {} of the first, \
             the best of {}.",
            points.len(),
            decided_by(summary),
            summary.chosen_by,
            summary.score,
            points.len(),
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
    if let Some(epochs) = summary.epochs {
        figures.push(figure(
            "Epochs trained".to_owned(),
            epochs.to_string(),
            "over all networks",
        ));
    }
    report.key_figures(&figures);
    if !summary.rungs.is_empty() {
        rungs(&mut report, summary);
    }
    if let Some(map) = heat_map(summary, points).filter(|_| plan.options.search.is_none()) {
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

/// The section with the rungs of a search by halving.
fn rungs(report: &mut Report, summary: &Summary) {
    let names = ["rung", "choices of settings", "epochs trained"];
    let columns = names.map(|name| Column {
        name: name.into(),
        align: Align::Right,
    });
    let row = |(number, rung): (usize, &RungCost)| {
        let epochs = rung
            .epochs
            .map_or_else(|| "–".to_owned(), |n| n.to_string());
        vec![(number + 1).to_string(), rung.choices.to_string(), epochs]
    };
    let rows: Vec<Vec<String>> = summary.rungs.iter().enumerate().map(row).collect();
    report.table("Rungs", &columns, &rows);
    report.aside(
        "The best third of a rung goes on to the next. Scores of choices that ended in different rungs are of networks that \
         were trained for different numbers of epochs, so they do not compare.",
    );
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
