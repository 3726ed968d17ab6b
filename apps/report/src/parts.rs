//! Sections that reports of all tasks share.

use plot::{Figure, Frame, Series, Style, XyPlot};
use records::{ActivationRecord, EpochFigures, EpochRecord, Number, Weights};

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

/// The most curves of a figure: more cannot be told apart.
const MOST_CURVES: usize = 6;

/// The section with what was seen in the layers after each epoch, where that was recorded.
pub(crate) fn probes(report: &mut Report, history: &[EpochRecord]) {
    let seen = || {
        let records = history.iter();
        records.filter_map(|record| Some((record.epoch as f64, record.probe.as_ref()?)))
    };
    let Some((_, first)) = seen().next() else {
        return;
    };
    let (weights, layers) = (first.gradients.len(), first.activations.len());
    let gradients = drawn(weights).map(|i| Series {
        name: first.gradients[i].weight.clone(),
        points: seen()
            .filter_map(|(epoch, probe)| Some((epoch, probe.gradients.get(i)?.norm.0)))
            .collect(),
        style: Style::Line,
    });
    let of_layers = |value: fn(&ActivationRecord) -> Number| -> Vec<Series> {
        let curve = |i: usize| Series {
            name: format!("layer {}", i + 1),
            points: seen()
                .filter_map(|(epoch, probe)| Some((epoch, value(probe.activations.get(i)?).0)))
                .collect(),
            style: Style::Line,
        };
        drawn(layers).map(curve).collect()
    };
    let figure = |title, series, may_be_log| {
        let plot = XyPlot {
            title,
            x: "epoch",
            y: "",
            frame: Frame::Counting,
            series,
            may_be_log,
        };
        plot.draw()
    };
    let mut figures = vec![(
        "gradient-norms",
        figure("Gradient norm of each weight", gradients.collect(), true),
    )];
    if layers > 0 {
        let spreads = of_layers(|a| a.std);
        let zeros = of_layers(|a| a.zeros);
        figures.extend([
            (
                "activation-deviations",
                figure("Standard deviation of activations", spreads, true),
            ),
            (
                "activation-zeros",
                figure("Share of activations that are 0", zeros, false),
            ),
        ]);
    }
    let left_out = match weights.max(layers) > MOST_CURVES {
        true => " Of many layers the first and the last three are drawn.",
        false => "",
    };
    let text = format!(
        "After each epoch, on the same {} training samples. Gradients are those of the loss without penalties; the layers \
         are those with an activation, from the input on.{left_out}",
        first.samples
    );
    report.figures("Layers while they learn", &text, figures);
}

/// The places of the curves that are drawn, of so many.
fn drawn(count: usize) -> impl Iterator<Item = usize> {
    let half = MOST_CURVES / 2;
    (0..count).filter(move |i| count <= MOST_CURVES || *i < half || i + half >= count)
}

/// The section with the figures of each fold.
pub(crate) fn folds(
    report: &mut Report,
    columns: &[Column],
    rows: &[Vec<String>],
    forward_chained: bool,
) {
    report.table("Cross-validation folds", columns, rows);
    let trained_on = match forward_chained {
        true => "the samples of the training set before it, as their order asks for",
        false => "the other folds of the training set",
    };
    report.aside(&format!(
        "Each fold was evaluated by a network trained on {trained_on}. Cross-validation figures are means over folds. \
         All others belong to the network trained on the whole training set, evaluated on the test set."
    ));
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
