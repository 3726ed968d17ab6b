//! The report of a classifier.

use super::blocks::{Align, Column, KeyFigure};
use super::{Pixels, Report};
use crate::json::Number;
use crate::plot::{Cells, ConfusionMatrix, Figure, LinePlot, Series};
use crate::records::{Classification, EpochFigures, EpochRecord, Metrics, Weights};

/// A test row that was misjudged.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// Which row of the test part, from 0.
    pub row: usize,
    /// Its picture, for data that is pictures.
    pub picture: Option<Pixels>,
    /// Its class.
    pub truth: String,
    /// The class it was taken for.
    pub predicted: String,
    /// The probability that was given to that class.
    pub probability: f64,
}

/// What the report tells.
#[derive(Clone, Copy, Debug)]
pub struct Classifier<'a> {
    /// Where the data is from, in one line.
    pub provenance: &'a str,
    /// The layers in words: `64 → 64 relu → 32 relu → 10`.
    pub architecture: &'a str,
    /// The run's `config.toml`.
    pub config: &'a str,
    /// The run's history.
    pub history: &'a [EpochRecord],
    /// The run's figures.
    pub metrics: &'a Metrics<Classification>,
    /// Misjudged test rows, worst first, as many as shall be shown.
    pub mistakes: &'a [Mistake],
    /// How many test rows were misjudged in all.
    pub mistakes_in_all: usize,
}

/// Writes the report of a classifier.
pub fn classification(of: &Classifier<'_>) -> Report {
    let metrics = of.metrics;
    let title = format!("{}: a classifier", metrics.data);
    let mut report = Report::new(title, format!("{}. {}", of.architecture, of.provenance));
    report.key_figures(&key_figures(metrics));
    report.figures(
        "Learning curves",
        "Training figures are means over an epoch's batches while the weights move; validation figures are taken \
         after the epoch.",
        vec![
            ("loss", curve("Loss", of.history, |f| f.loss.0)),
            ("accuracy", curve("Accuracy", of.history, |f| f.score.value())),
        ],
    );
    report.figures(
        "Confusion matrix of the test rows",
        "Rows are true classes, columns what they were taken for. The colour follows the square root of the share in \
         its row, so that rare mistakes show.",
        vec![
            ("confusion", confusion("Rows", &metrics.test, Cells::Counts)),
            (
                "confusion-normalised",
                confusion("Per cent of the true class", &metrics.test, Cells::Shares),
            ),
        ],
    );
    per_class(&mut report, &metrics.test);
    mistakes(&mut report, of);
    baselines(&mut report, metrics);
    settings(&mut report, of.config);
    report
}

fn key_figures(metrics: &Metrics<Classification>) -> Vec<KeyFigure> {
    let figure = |name: &str, value: String, note: String| KeyFigure {
        name: name.to_owned(),
        value,
        note,
    };
    let rows = &metrics.rows;
    let weights = match metrics.weights {
        Weights::Best => "best weights on validation",
        Weights::Last => "weights of the last epoch",
    };
    let mut figures = vec![
        figure(
            "Test accuracy",
            decimal(metrics.test.accuracy),
            format!("{} rows", rows.test),
        ),
        figure("Test loss", decimal(metrics.test.loss), weights.to_owned()),
        figure(
            "Macro F1",
            decimal(metrics.test.macro_f1),
            "mean over the classes, on the test rows".to_owned(),
        ),
    ];
    if let Some(validation) = &metrics.validation {
        figures.push(figure(
            "Validation accuracy",
            decimal(validation.accuracy),
            format!("{} rows", rows.validation),
        ));
    }
    figures.push(figure(
        "Train accuracy",
        decimal(metrics.train.accuracy),
        format!("{} rows", rows.train),
    ));
    figures.push(figure(
        "Training time",
        format!("{:.2} s", metrics.train_seconds.0),
        format!(
            "{} epochs, {} parameters",
            metrics.epochs, metrics.parameters
        ),
    ));
    figures
}

fn curve(title: &str, history: &[EpochRecord], value: impl Fn(&EpochFigures) -> f64) -> Figure {
    let points = |part: &dyn Fn(&EpochRecord) -> Option<EpochFigures>| {
        history
            .iter()
            .filter_map(|record| Some((record.epoch as f64, value(&part(record)?))))
            .collect::<Vec<_>>()
    };
    let mut series = vec![Series {
        name: "train".to_owned(),
        points: points(&|record| Some(record.train)),
    }];
    if history.iter().any(|record| record.validation.is_some()) {
        series.push(Series {
            name: "validation".to_owned(),
            points: points(&|record| record.validation),
        });
    }
    let plot = LinePlot {
        title,
        x: "epoch",
        series,
        may_be_log: title == "Loss",
    };
    plot.draw()
}

fn confusion(title: &str, figures: &Classification, cells: Cells) -> Figure {
    let labels: Vec<String> = figures.per_class.iter().map(|c| c.label.clone()).collect();
    let matrix = ConfusionMatrix {
        title,
        labels: &labels,
        counts: &figures.confusion,
        cells,
    };
    matrix.draw()
}

fn per_class(report: &mut Report, figures: &Classification) {
    let columns = [
        column("class", Align::Left),
        column("precision", Align::Right),
        column("recall", Align::Right),
        column("F1", Align::Right),
        column("rows", Align::Right),
    ];
    let mut rows: Vec<Vec<String>> = figures
        .per_class
        .iter()
        .map(|class| {
            vec![
                class.label.clone(),
                decimal(class.precision),
                decimal(class.recall),
                decimal(class.f1),
                class.support.to_string(),
            ]
        })
        .collect();
    let support: u64 = figures.per_class.iter().map(|class| class.support).sum();
    rows.push(vec![
        "mean".to_owned(),
        decimal(figures.macro_precision),
        decimal(figures.macro_recall),
        decimal(figures.macro_f1),
        support.to_string(),
    ]);
    report.table("Classes", &columns, &rows);
}

fn mistakes(report: &mut Report, of: &Classifier<'_>) {
    let heading = "Mistakes";
    match (of.mistakes_in_all, of.mistakes.len()) {
        (0, _) => report.note(heading, "Every test row was classified rightly."),
        (all, shown) if shown < all => {
            let text = format!("The {shown} surest of {all} mistakes among the test rows.");
            report.gallery(heading, &text, of.mistakes);
        }
        (all, _) => {
            let text = format!("All {all} mistakes among the test rows, the surest first.");
            report.gallery(heading, &text, of.mistakes);
        }
    }
}

fn baselines(report: &mut Report, metrics: &Metrics<Classification>) {
    if metrics.baselines.is_empty() {
        return;
    }
    let columns = [
        column("model", Align::Left),
        column("test accuracy", Align::Right),
        column("test loss", Align::Right),
        column("macro F1", Align::Right),
    ];
    let network = ("this network", &metrics.test);
    let others = metrics.baselines.iter().map(|(name, f)| (name.as_str(), f));
    let rows: Vec<Vec<String>> = std::iter::once(network)
        .chain(others)
        .map(|(name, figures)| {
            vec![
                name.to_owned(),
                decimal(figures.accuracy),
                decimal(figures.loss),
                decimal(figures.macro_f1),
            ]
        })
        .collect();
    report.table("Beside simple models", &columns, &rows);
}

fn settings(report: &mut Report, config: &str) {
    let columns = [column("setting", Align::Left), column("value", Align::Left)];
    let rows: Vec<Vec<String>> = config
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, value)| vec![key.to_owned(), value.trim_matches('"').to_owned()])
        .collect();
    report.table("Settings", &columns, &rows);
}

fn column(name: &'static str, align: Align) -> Column {
    Column { name, align }
}

/// A figure with four decimals; a dash where it is undefined.
fn decimal(figure: Option<Number>) -> String {
    figure.map_or_else(|| "–".to_owned(), |x| format!("{:.4}", x.0))
}
