//! The report of a regressor.

use plot::{Corner, ErrorMap, Figure, Frame, Series, Style, XyPlot};
use records::{PerTarget, Regression};

use crate::blocks::{Align, KeyFigure};
use crate::format::{share, significant};
use crate::page::Report;
use crate::parts::{self, column, key_figure, layers, learning_curves, probes, settings, whose};
use crate::run_facts::RunFacts;

/// Targets with figures; further ones stand in the table alone.
const MOST_DRAWN: usize = 4;
/// Names of figure files, a pair for each target that is drawn.
const FIGURES: [(&str, &str); MOST_DRAWN] = [
    ("predicted", "residuals"),
    ("predicted-2", "residuals-2"),
    ("predicted-3", "residuals-3"),
    ("predicted-4", "residuals-4"),
];
const MAPS: [&str; MOST_DRAWN] = ["map", "map-2", "map-3", "map-4"];

/// One target on the test set.
#[derive(Clone, Debug)]
pub struct TargetRows {
    /// Name.
    pub name: String,
    /// True values.
    pub truth: Vec<f64>,
    /// Predictions.
    pub said: Vec<f64>,
}

/// Fit of a function of one variable.
#[derive(Clone, Debug)]
pub struct FittedCurve {
    /// Name of the variable.
    pub x: String,
    /// Training samples.
    pub data: Vec<(f64, f64)>,
    /// The noiseless function, by ascending x, if it is known.
    pub truth: Vec<(f64, f64)>,
    /// The network's predictions, by ascending x.
    pub network: Vec<(f64, f64)>,
    /// Ordinary least squares, by ascending x.
    pub ols: Vec<(f64, f64)>,
}

/// Coordinates of the test samples.
#[derive(Clone, Debug)]
pub struct Places {
    /// Name of the horizontal coordinate.
    pub x: String,
    /// Name of the vertical coordinate.
    pub y: String,
    /// Coordinates of each test sample.
    pub points: Vec<(f64, f64)>,
}

/// Content of a regressor's report.
#[derive(Clone, Debug)]
pub struct Regressor<'a> {
    /// The run.
    pub run: RunFacts<'a, Regression>,
    /// Degree of the polynomial baselines.
    pub degree: usize,
    /// Each target on the test set.
    pub targets: &'a [TargetRows],
    /// The fit, for one feature and one target.
    pub curve: Option<&'a FittedCurve>,
    /// Coordinates of the test samples, for data that has them.
    pub places: Option<&'a Places>,
}

/// Writes the report of a regressor.
pub fn regression(of: &Regressor<'_>) -> Report {
    let metrics = of.run.metrics;
    let title = format!("{}: a regressor", metrics.data);
    let mut report = Report::new(
        title,
        format!("{}. {}", of.run.architecture, of.run.provenance),
    );
    report.key_figures(&key_figures(of));
    parts::notes(&mut report, &of.run.notes);
    if let Some(curve) = of.curve {
        let text = "Training samples, predictions and the OLS baseline.";
        report.figures(
            "Fitted function",
            text,
            vec![("curve", function(of, curve))],
        );
    }
    folds(&mut report, of);
    baselines(&mut report, of);
    let note = match of.targets {
        [target] => format!(
            "The loss is the squared error of the standardized target; MSE is in the squared unit of {}.",
            target.name
        ),
        _ => "Both are the mean squared error of the standardized targets.".to_owned(),
    };
    learning_curves(&mut report, of.run.history, ("mse", "MSE"), &note);
    let figures = of.targets.iter().zip(FIGURES).flat_map(|(target, names)| {
        [
            (names.0, predicted(target, of.targets.len())),
            (names.1, residuals(target, of.targets.len())),
        ]
    });
    report.figures(
        "Predictions on the test set",
        "The dashed line marks perfect predictions. The residual is predicted minus true. At most 1200 samples are \
         drawn, evenly chosen.",
        figures.collect(),
    );
    if let Some(places) = of.places {
        let maps = of.targets.iter().zip(MAPS).map(|(target, name)| {
            let errors = target.said.iter().zip(&target.truth);
            let points: Vec<_> = places
                .points
                .iter()
                .zip(errors)
                .map(|((x, y), (said, truth))| (*x, *y, said - truth))
                .collect();
            let map = ErrorMap {
                title: &titled("Residuals", target, of.targets.len()),
                x: &places.x,
                y: &places.y,
                points: &points,
            };
            (name, map.draw())
        });
        report.figures(
            "Residual map",
            "Test samples at their coordinates, at most 3000. Colors saturate at the largest 5 % of residuals.",
            maps.collect(),
        );
    }
    probes(&mut report, of.run.history);
    layers(&mut report, &of.run.layers);
    settings(&mut report, of.run.config);
    report
}

fn key_figures(of: &Regressor<'_>) -> Vec<KeyFigure> {
    let metrics = of.run.metrics;
    let (rows, test) = (&metrics.rows, &metrics.test);
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
    let mut figures = vec![
        key_figure(&format!("{part} R²"), shown(&test.r2, share), held_out),
        key_figure(
            &format!("{part} RMSE"),
            shown(&test.rmse, significant),
            whose.to_owned(),
        ),
        key_figure(
            &format!("{part} MAE"),
            shown(&test.mae, significant),
            "mean absolute error".to_owned(),
        ),
    ];
    if let Some(mse_true) = &test.mse_true {
        figures.push(key_figure(
            "MSE to the true function",
            shown(mse_true, significant),
            match metrics.folds {
                Some(_) => "noiseless, mean over folds".to_owned(),
                None => "noiseless, on the test set".to_owned(),
            },
        ));
    }
    if let Some(validation) = &metrics.validation {
        figures.push(key_figure(
            "Validation R²",
            shown(&validation.r2, share),
            format!("{} samples", rows.validation),
        ));
    }
    figures.push(key_figure(
        "Train R²",
        shown(&metrics.train.r2, share),
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

fn function(of: &Regressor<'_>, curve: &FittedCurve) -> Figure {
    let series = |name: &str, points: &[(f64, f64)], style| Series {
        name: name.to_owned(),
        points: points.to_vec(),
        style,
    };
    let ols = format!("OLS, degree {}", of.degree);
    let mut lines = vec![
        series("training data", &curve.data, Style::Dots),
        series(&ols, &curve.ols, Style::Line),
        series("network", &curve.network, Style::Line),
    ];
    if !curve.truth.is_empty() {
        lines.push(series("true function", &curve.truth, Style::Dashed));
    }
    let plot = XyPlot {
        title: of.targets.first().map_or("", |target| &target.name),
        x: &curve.x,
        y: "",
        frame: Frame::Measuring,
        series: lines,
        may_be_log: false,
    };
    plot.draw()
}

/// A title, with the target's name where there are several.
fn titled(title: &str, target: &TargetRows, targets: usize) -> String {
    match targets {
        1 => title.to_owned(),
        _ => format!("{title}: {}", target.name),
    }
}

fn predicted(target: &TargetRows, targets: usize) -> Figure {
    let finite = target.truth.iter().chain(&target.said).copied();
    let (low, high) = finite
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
    scatter(
        &titled("Predicted vs. true", target, targets),
        (&format!("true {}", target.name), "predicted"),
        target
            .truth
            .iter()
            .copied()
            .zip(target.said.iter().copied())
            .collect(),
        vec![(low, low), (high, high)],
        Frame::Square(Corner::LowerRight),
    )
}

fn residuals(target: &TargetRows, targets: usize) -> Figure {
    let errors = target
        .said
        .iter()
        .zip(&target.truth)
        .map(|(said, truth)| (*said, said - truth));
    let points: Vec<_> = errors.collect();
    let ends = points.iter().map(|p| p.0).filter(|x| x.is_finite());
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    scatter(
        &titled("Residuals", target, targets),
        (&format!("predicted {}", target.name), "residual"),
        points,
        vec![(low, 0.0), (high, 0.0)],
        Frame::Measuring,
    )
}

fn scatter(
    title: &str,
    (x, y): (&str, &str),
    points: Vec<(f64, f64)>,
    right: Vec<(f64, f64)>,
    frame: Frame,
) -> Figure {
    let series = |points, style| Series {
        name: String::new(),
        points,
        style,
    };
    let plot = XyPlot {
        title,
        x,
        y,
        frame,
        series: vec![series(points, Style::Dots), series(right, Style::Dashed)],
        may_be_log: false,
    };
    plot.draw()
}

fn baselines(report: &mut Report, of: &Regressor<'_>) {
    let metrics = of.run.metrics;
    let several = of.targets.len() > 1;
    let synthetic = metrics.test.mse_true.is_some();
    let mut columns = vec![column("model", Align::Left)];
    if several {
        columns.push(column("target", Align::Left));
    }
    columns.extend(["test R²", "RMSE", "MAE", "MSE"].map(|name| column(name, Align::Right)));
    if synthetic {
        columns.push(column("MSE to the true function", Align::Right));
    }
    let order = ["mean", "ols", "ridge", "lasso"];
    let simple = order
        .iter()
        .filter_map(|name| metrics.baselines.get_key_value(*name))
        .map(|(name, figures)| (name.as_str(), figures));
    let network = match metrics.folds {
        Some(_) => "this network, mean over folds",
        None => "this network",
    };
    let mut rows = Vec::new();
    for (name, figures) in std::iter::once((network, &metrics.test)).chain(simple) {
        for (i, target) in of.targets.iter().enumerate() {
            let mut row = vec![match name {
                "ols" => "OLS".to_owned(),
                "ridge" => "Ridge".to_owned(),
                "lasso" => "LASSO".to_owned(),
                name => name.to_owned(),
            }];
            if several {
                row.push(target.name.clone());
            }
            row.push(of_target(&figures.r2, i).map_or_else(dash, share));
            let mut errors = vec![&figures.rmse, &figures.mae, &figures.mse];
            errors.extend(&figures.mse_true);
            let shown = |figure| of_target(figure, i).map_or_else(dash, significant);
            row.extend(errors.into_iter().map(shown));
            rows.push(row);
        }
    }
    let terms = match of.degree {
        1 => "the features".to_owned(),
        degree => format!("polynomial features up to degree {degree}"),
    };
    report.table("Baselines", &columns, &rows);
    report.aside(&format!(
        "OLS, Ridge and LASSO are linear in {terms} and fitted to the same training samples as the network. The \
         penalties of Ridge and LASSO are chosen by 5-fold cross-validation on them."
    ));
}

fn folds(report: &mut Report, of: &Regressor<'_>) {
    let Some(folds) = &of.run.metrics.folds else {
        return;
    };
    let columns = ["fold", "R²", "RMSE", "MAE", "MSE"].map(|name| column(name, Align::Right));
    let row = |(i, f): (usize, &Regression)| {
        let errors = [&f.rmse, &f.mae, &f.mse].map(|figure| shown(figure, significant));
        let first = [(i + 1).to_string(), shown(&f.r2, share)];
        first.into_iter().chain(errors).collect()
    };
    let rows: Vec<Vec<String>> = folds.iter().enumerate().map(row).collect();
    parts::folds(report, &columns, &rows, of.run.forward_chained);
}

fn of_target(figure: &PerTarget, target: usize) -> Option<f64> {
    let x = match figure {
        PerTarget::One(x) => *x,
        PerTarget::Many(list) => list.get(target).copied().flatten(),
    };
    x.map(|x| x.0)
}

/// A figure of one target, or those of several, separated by spaces.
fn shown(figure: &PerTarget, how: impl Fn(f64) -> String) -> String {
    let targets = match figure {
        PerTarget::One(_) => 1,
        PerTarget::Many(list) => list.len(),
    };
    let one = |target| of_target(figure, target).map_or_else(dash, &how);
    (0..targets).map(one).collect::<Vec<_>>().join(" ")
}

fn dash() -> String {
    "–".to_owned()
}
