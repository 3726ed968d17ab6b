//! The folder of `importance --out`: a page, and its numbers.

use std::path::Path;

use experiment::AppError;
use inspection::importance::Importances;
use inspection::partial_dependence::{MOST_COLUMNS, Output, PartialDependence, PartialDependences};
use plot::{Along, Curve, CurvePlot, Figure};
use records::{Leavings, RunFolder, csv_table};
use report::{Align, Column, Report};
use serde::Serialize;

/// What an earlier call may have left, and this one replaces.
const LEAVINGS: Leavings = Leavings {
    files: &["report.html", "importance.json", "partial_dependence.csv"],
    folders: &["figures"],
};

/// Makes the folder, or takes one that is empty, or with `force`. What is in it stays until there is something to put in
/// its place.
///
/// # Errors
/// As [`RunFolder::claim`], or if it is the folder of a run, whose report and figures have the names of these files.
pub(super) fn claim(folder: &Path, force: bool) -> Result<RunFolder, AppError> {
    if ["config.toml", "metrics.json"]
        .iter()
        .any(|file| folder.join(file).exists())
    {
        return Err(AppError::Failure(format!(
            "{} holds a run, whose report this would replace; use another --out",
            folder.display()
        )));
    }
    Ok(RunFolder::claim(folder, force)?)
}

/// The names of the figures, in the order of the columns.
const FIGURES: [&str; MOST_COLUMNS] = [
    "partial-1",
    "partial-2",
    "partial-3",
    "partial-4",
    "partial-5",
    "partial-6",
];

/// The content of `importance.json`.
#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    importances: &'a Importances,
    partial_dependence: &'a PartialDependences,
}

/// Writes the files; the page comes last.
///
/// # Errors
/// If the folder cannot be written to.
pub(super) fn write(
    folder: &RunFolder,
    run: &Path,
    importances: &Importances,
    partial: &PartialDependences,
) -> Result<(), AppError> {
    let found = Found {
        importances,
        partial_dependence: partial,
    };
    let json = serde_json::to_string_pretty(&found)
        .map_err(|e| AppError::while_doing("cannot write importance.json", e))?;
    folder.remove(LEAVINGS)?;
    folder.write("importance.json", format!("{json}\n"))?;
    folder.write("partial_dependence.csv", table(partial))?;
    Ok(page(run, importances, partial).write(folder)?)
}

/// A line for each value of each column and output.
fn table(partial: &PartialDependences) -> Vec<u8> {
    let headings = ["column", "value", "output", "mean", "low", "high"].map(str::to_owned);
    let mut rows = Vec::new();
    for column in &partial.columns {
        for output in &column.outputs {
            for (i, value) in column.values.iter().enumerate() {
                let numbers = [&output.mean[i], &output.low[i], &output.high[i]];
                let mut row = vec![
                    column.column.clone(),
                    value.0.to_string(),
                    output.name.clone(),
                ];
                row.extend(numbers.map(|x| x.0.to_string()));
                rows.push(row);
            }
        }
    }
    csv_table(&headings, rows.into_iter())
}

fn page(run: &Path, importances: &Importances, partial: &PartialDependences) -> Report {
    let name = run.file_name().unwrap_or(run.as_os_str()).to_string_lossy();
    let mut page = Report::new(
        format!("{name}: importance of columns"),
        format!(
            "{} {:.4} on {} test samples.",
            importances.score, importances.baseline.0, importances.samples
        ),
    );
    let text = |name: &'static str, align| Column {
        name: name.into(),
        align,
    };
    let columns = [
        text("column", Align::Left),
        text("importance", Align::Right),
        text("95% interval", Align::Right),
    ];
    let rows: Vec<Vec<String>> = importances
        .columns
        .iter()
        .map(|column| {
            let [low, high] = column.interval;
            vec![
                column.column.clone(),
                format!("{:.4}", column.mean.0),
                format!("{:.4} to {:.4}", low.0, high.0),
            ]
        })
        .collect();
    page.table("Permutation importance", &columns, &rows);
    page.aside(&format!(
        "The importance of a column is the drop of the {} when its cells are permuted among the test samples: the mean of {} \
         permutations. Columns that are correlated with others seem unimportant.",
        importances.score, importances.repeats
    ));
    if partial.columns.is_empty() {
        page.note("Partial dependence", "No column holds numbers.");
        return page;
    }
    let drawn = match (partial.samples, importances.samples) {
        (count, all) if count < all => {
            format!("{count} of the {all} test samples, drawn at random")
        }
        (count, _) => format!("all {count} test samples"),
    };
    let about = format!(
        "The prediction when one column is set to a value in {drawn}: the mean, and a band that holds 80 % of the samples. The \
         values are quantiles of the column from 5 % to 95 %, or all of its values where they are few. The other columns stay \
         as they are, so some of these samples may be unlike any in the data."
    );
    let figures = FIGURES.into_iter().zip(&partial.columns);
    let figures = figures.map(|(name, column)| (name, figure(column)));
    page.figures("Partial dependence", &about, figures.collect());
    page
}

fn figure(of: &PartialDependence) -> Figure {
    let curve = |(color, output): (usize, &Output)| {
        let at = |of: &[records::Number]| of.iter().map(|x| x.0).collect::<Vec<f64>>();
        let values = at(&of.values);
        Curve {
            name: output.name.clone(),
            points: values.into_iter().zip(at(&output.mean)).collect(),
            band: at(&output.low).into_iter().zip(at(&output.high)).collect(),
            color,
            dashed: false,
        }
    };
    let title = format!("Prediction over {}", of.column);
    let plot = CurvePlot {
        title: &title,
        x: &of.column,
        along: Along::Measuring,
        curves: of.outputs.iter().enumerate().map(curve).collect(),
        may_be_log: false,
    };
    plot.draw()
}
