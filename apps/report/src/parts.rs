//! Sections that reports of all tasks share.

use plot::{Figure, Frame, Series, Style, XyPlot};
use records::{EpochFigures, EpochRecord, Number, Weights};

use crate::blocks::{Align, Column, KeyFigure};
use crate::format::share;
use crate::page::Report;
use crate::run_facts::LayerRow;

pub(crate) fn key_figure(name: &str, value: String, note: String) -> KeyFigure {
    KeyFigure {
        name: name.to_owned(),
        value,
        note,
    }
}

pub(crate) fn column(name: &'static str, align: Align) -> Column {
    Column {
        name: name.into(),
        align,
    }
}

/// Names the weights that the figures belong to.
pub(crate) fn whose(weights: Weights) -> &'static str {
    match weights {
        Weights::Best => "best weights on validation",
        Weights::Last => "weights after the last epoch",
    }
}

/// The section with loss and score over the epochs; `score` names the figure file.
pub(crate) fn learning_curves(
    report: &mut Report,
    history: &[EpochRecord],
    (score, title): (&'static str, &str),
    note: &str,
) {
    let text = "Training curves are means over an epoch's batches while the weights change; validation curves are \
                evaluated after each epoch.";
    report.figures(
        "Learning curves",
        &[text, note].join(" "),
        vec![
            ("loss", curve("Loss", history, true, |f| f.loss.0)),
            (
                score,
                curve(title, history, score == "mse", |f| f.score.value()),
            ),
        ],
    );
}

fn curve(
    title: &str,
    history: &[EpochRecord],
    may_be_log: bool,
    value: impl Fn(&EpochFigures) -> f64,
) -> Figure {
    let series = |name: &str, part: &dyn Fn(&EpochRecord) -> Option<EpochFigures>| Series {
        name: name.to_owned(),
        points: history
            .iter()
            .filter_map(|record| Some((record.epoch as f64, value(&part(record)?))))
            .collect(),
        style: Style::Line,
    };
    let mut lines = vec![series("train", &|record| Some(record.train))];
    if history.iter().any(|record| record.validation.is_some()) {
        lines.push(series("validation", &|record| record.validation));
    }
    let plot = XyPlot {
        title,
        x: "epoch",
        y: "",
        frame: Frame::Counting,
        series: lines,
        may_be_log,
    };
    plot.draw()
}

/// The section with what is to be known of the figures; none where there is nothing.
pub(crate) fn notes(report: &mut Report, notes: &[String]) {
    if notes.is_empty() {
        return;
    }
    let capital = |note: &String| {
        let mut letters = note.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string());
        let sentence = format!("{}{}", first.unwrap_or_default(), letters.as_str());
        match sentence.ends_with('.') {
            true => sentence,
            false => sentence + ".",
        }
    };
    let sentences: Vec<String> = notes.iter().map(capital).collect();
    report.note("Weights and decisions", &sentences.join(" "));
}

/// The section with the figures of each fold.
pub(crate) fn folds(report: &mut Report, columns: &[Column], rows: &[Vec<String>]) {
    report.table("Cross-validation folds", columns, rows);
    report.aside(
        "Each fold was evaluated by a network trained on the other folds of the training set. Cross-validation figures \
         are means over folds. All others belong to the network trained on the whole training set, evaluated on the \
         test set.",
    );
}

/// The section with the layers of the network.
pub(crate) fn layers(report: &mut Report, of: &[LayerRow]) {
    let columns = [
        column("layer", Align::Left),
        column("output shape", Align::Left),
        column("parameters", Align::Right),
    ];
    let rows: Vec<Vec<String>> = of
        .iter()
        .map(|line| {
            let sizes: Vec<String> = line.output.iter().map(usize::to_string).collect();
            vec![
                line.layer.clone(),
                sizes.join(" × "),
                line.parameters.to_string(),
            ]
        })
        .collect();
    report.table("Layers", &columns, &rows);
}

/// The section with the run's `config.toml`.
pub fn settings(report: &mut Report, config: &str) {
    let columns = [column("setting", Align::Left), column("value", Align::Left)];
    let rows: Vec<Vec<String>> = config
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, value)| vec![key.to_owned(), value.trim_matches('"').to_owned()])
        .collect();
    report.table("Settings", &columns, &rows);
}

/// A number with four decimals; a dash where it is undefined.
pub(crate) fn decimal(figure: Option<Number>) -> String {
    figure.map_or_else(|| "–".to_owned(), |x| share(x.0))
}
