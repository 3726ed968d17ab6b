//! The report of a classifier.

use plot::{Cells, ConfusionMatrix, Corner, Figure, Frame, Series, Style, XyPlot};
use records::{Classification, Metrics, Number};

use crate::blocks::{Align, KeyFigure, Mistake};
use crate::page::Report;
use crate::parts::{
    self, column, decimal, key_figure, layers, learning_curves, probes, settings, whose,
};
use crate::run_facts::RunFacts;

/// Content of a classifier's report.
#[derive(Clone, Debug)]
pub struct Classifier<'a> {
    /// The run.
    pub run: RunFacts<'a, Classification>,
    /// Each class against all others on the test set; of two classes the second.
    pub lines: &'a [ClassLines],
    /// Mean confidence and accuracy of each bin of test samples.
    pub calibration: &'a [(f64, f64)],
    /// Misclassified test samples to show, most confident first.
    pub mistakes: &'a [Mistake],
    /// Number of misclassified test samples.
    pub mistakes_in_all: usize,
}

/// Curves of one class against all others.
#[derive(Clone, Debug)]
pub struct ClassLines {
    /// Class name.
    pub name: String,
    /// False and true positive rate, from (0, 0) to (1, 1).
    pub roc: Vec<(f64, f64)>,
    /// Area under the ROC curve.
    pub area: f64,
    /// Recall and precision, by falling threshold.
    pub precision_recall: Vec<(f64, f64)>,
    /// Average precision.
    pub average_precision: f64,
}

/// More curves than this cannot be distinguished by color.
const MOST_LINES: usize = 6;

/// Writes the report of a classifier.
pub fn classification(of: &Classifier<'_>) -> Report {
    let metrics = of.run.metrics;
    let title = format!("{}: a classifier", metrics.data);
    let mut report = Report::new(
        title,
        format!("{}. {}", of.run.architecture, of.run.provenance),
    );
    report.key_figures(&key_figures(metrics));
    parts::notes(&mut report, &of.run.notes);
    learning_curves(&mut report, of.run.history, ("accuracy", "Accuracy"), "");
    report.figures(
        match metrics.folds {
            Some(_) => "Confusion matrix over all folds",
            None => "Confusion matrix on the test set",
        },
        "Rows are true classes, columns predicted classes. Color is the square root of the share of its row, so that \
         rare errors show.",
        vec![
            ("confusion", confusion("Counts", &metrics.test, Cells::Counts)),
            (
                "confusion-normalised",
                confusion("Percent of true class", &metrics.test, Cells::Shares),
            ),
        ],
    );
    per_class(&mut report, &metrics.test);
    folds(&mut report, metrics, of.run.forward_chained);
    rankings(&mut report, of.lines, &metrics.test);
    calibration(&mut report, of.calibration, &metrics.test);
    mistakes(&mut report, of);
    baselines(&mut report, metrics);
    probes(&mut report, of.run.history);
    layers(&mut report, &of.run.layers);
    settings(&mut report, of.run.config);
    report
}

/// ROC and precision-recall curves; of many classes, those with the smallest area.
fn rankings(report: &mut Report, lines: &[ClassLines], figures: &Classification) {
    let mut hardest: Vec<&ClassLines> = lines.iter().collect();
    hardest.sort_by(|a, b| a.area.total_cmp(&b.area));
    hardest.truncate(MOST_LINES);
    if hardest.is_empty() {
        return;
    }
    let whose = match (lines.len(), hardest.len()) {
        (1, _) => "of the second class".to_owned(),
        (all, shown) if shown < all => format!(
            "of each class against all others: the {shown} of {all} classes with the lowest area under the ROC curve"
        ),
        _ => "of each class against all others".to_owned(),
    };
    let text = format!(
        "On the test set, {whose}. Numbers are the area under the ROC curve, {} over all, and the average precision, {}. \
         The dashed line is chance.",
        decimal(figures.roc_auc),
        decimal(figures.average_precision)
    );
    let line = |name: &str, score: f64, points: &[(f64, f64)]| Series {
        name: format!("{name} {score:.3}"),
        points: points.to_vec(),
        style: Style::Line,
    };
    let mut roc: Vec<Series> = hardest
        .iter()
        .map(|of| line(&of.name, of.area, &of.roc))
        .collect();
    roc.push(diagonal());
    let recalled = hardest
        .iter()
        .map(|of| line(&of.name, of.average_precision, &of.precision_recall));
    let plot = |title, x, y, corner, series| XyPlot {
        title,
        x,
        y,
        frame: Frame::Square(corner),
        series,
        may_be_log: false,
    };
    let roc = plot(
        "ROC",
        "false positive rate",
        "true positive rate",
        Corner::LowerRight,
        roc,
    );
    let recalled = plot(
        "Precision and recall",
        "recall",
        "precision",
        Corner::LowerLeft,
        recalled.collect(),
    );
    report.figures(
        "ROC and precision-recall curves",
        &text,
        vec![("roc", roc.draw()), ("precision-recall", recalled.draw())],
    );
}

/// The dashed line from (0, 0) to (1, 1).
fn diagonal() -> Series {
    Series {
        name: String::new(),
        points: vec![(0.0, 0.0), (1.0, 1.0)],
        style: Style::Dashed,
    }
}

/// Whether the confidence of predictions is the share of them that is right.
fn calibration(report: &mut Report, bins: &[(f64, f64)], figures: &Classification) {
    if bins.is_empty() {
        return;
    }
    let plot = XyPlot {
        title: "Calibration",
        x: "confidence",
        y: "accuracy",
        frame: Frame::Square(Corner::LowerRight),
        series: vec![
            Series {
                name: "test samples".to_owned(),
                points: bins.to_vec(),
                style: Style::Dots,
            },
            diagonal(),
        ],
        may_be_log: false,
    };
    let text = format!(
        "Test samples in bins of equal width by the probability of their likeliest class, against the share of them that is \
         of it. On the dashed line probabilities mean what they say. The expected calibration error, the mean distance from \
         it, is {}{}.",
        decimal(figures.calibration_error),
        match &figures.uncalibrated {
            Some(before) => format!(
                "; without the temperature it is {}",
                decimal(before.calibration_error)
            ),
            None => String::new(),
        }
    );
    report.figures("Calibration", &text, vec![("calibration", plot.draw())]);
}

fn key_figures(metrics: &Metrics<Classification>) -> Vec<KeyFigure> {
    let rows = &metrics.rows;
    let (part, held_out, whose) = match &metrics.folds {
        Some(folds) => (
            "Cross-validation",
            format!("mean over {} folds", folds.len()),
            "mean over folds",
        ),
        None => (
            "Test",
            format!("{} samples", rows.test),
            whose(metrics.weights),
        ),
    };
    let of_classes = format!(
        "mean over classes, {}",
        match metrics.folds {
            Some(_) => "and over folds",
            None => "on the test set",
        }
    );
    let mut figures = vec![
        key_figure(
            &format!("{part} accuracy"),
            decimal(metrics.test.accuracy),
            held_out,
        ),
        key_figure(
            &format!("{part} loss"),
            decimal(metrics.test.loss),
            whose.to_owned(),
        ),
        key_figure("Macro F1", decimal(metrics.test.macro_f1), of_classes),
    ];
    if let Some(validation) = &metrics.validation {
        figures.push(key_figure(
            "Validation accuracy",
            decimal(validation.accuracy),
            format!("{} samples", rows.validation),
        ));
    }
    figures.push(key_figure(
        "Train accuracy",
        decimal(metrics.train.accuracy),
        format!("{} samples", rows.train),
    ));
    figures.push(key_figure(
        "Training time",
        format!("{:.2} s", metrics.train_seconds.0),
        format!(
            "{} epochs, {} parameters",
            metrics.epochs, metrics.parameters
        ),
    ));
    figures
}

fn confusion(title: &str, figures: &Classification, cells: Cells) -> Figure {
    let labels: Vec<String> = figures.per_class.iter().map(|c| c.label.clone()).collect();
    let weights = figures.weighted_confusion.as_ref();
    let weights: Option<Vec<Vec<f64>>> = weights.map(|rows| {
        let numbers = |row: &Vec<Number>| row.iter().map(|x| x.0).collect();
        rows.iter().map(numbers).collect()
    });
    let matrix = ConfusionMatrix {
        title,
        labels: &labels,
        counts: &figures.confusion,
        weights: weights.as_deref(),
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
        column("support", Align::Right),
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
        "macro average".to_owned(),
        decimal(figures.macro_precision),
        decimal(figures.macro_recall),
        decimal(figures.macro_f1),
        support.to_string(),
    ]);
    report.table("Per-class metrics", &columns, &rows);
}

fn folds(report: &mut Report, metrics: &Metrics<Classification>, forward_chained: bool) {
    let Some(folds) = &metrics.folds else { return };
    let columns = [
        column("fold", Align::Right),
        column("samples", Align::Right),
        column("accuracy", Align::Right),
        column("loss", Align::Right),
        column("macro F1", Align::Right),
        column("ROC AUC", Align::Right),
    ];
    let row = |(i, figures): (usize, &Classification)| {
        let rows: u64 = figures.per_class.iter().map(|class| class.support).sum();
        vec![
            (i + 1).to_string(),
            rows.to_string(),
            decimal(figures.accuracy),
            decimal(figures.loss),
            decimal(figures.macro_f1),
            decimal(figures.roc_auc),
        ]
    };
    let rows: Vec<Vec<String>> = folds.iter().enumerate().map(row).collect();
    parts::folds(report, &columns, &rows, forward_chained);
}

fn mistakes(report: &mut Report, of: &Classifier<'_>) {
    let heading = "Misclassified test samples";
    match (of.mistakes_in_all, of.mistakes.len()) {
        (0, _) => report.note(heading, "None: every test sample was classified correctly."),
        (all, shown) if shown < all => {
            let text = format!("{shown} of {all}, most confident first.");
            report.gallery(heading, &text, of.mistakes);
        }
        (all, _) => {
            let text = format!("All {all}, most confident first.");
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
        column("ROC AUC", Align::Right),
    ];
    let name = match metrics.folds {
        Some(_) => "this network, mean over folds",
        None => "this network",
    };
    let network = (name, &metrics.test);
    let others = metrics.baselines.iter().map(|(name, f)| (name.as_str(), f));
    let rows: Vec<Vec<String>> = std::iter::once(network)
        .chain(others)
        .map(|(name, figures)| {
            vec![
                name.to_owned(),
                decimal(figures.accuracy),
                decimal(figures.loss),
                decimal(figures.macro_f1),
                decimal(figures.roc_auc),
            ]
        })
        .collect();
    report.table("Baselines", &columns, &rows);
}
