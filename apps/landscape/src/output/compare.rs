//! Two slices side by side, with one color scale and the same contour levels, so that they compare.

use std::path::{Path, PathBuf};

use experiment::AppError;
use plot::{ColorScale, Field, Figure, Frame, PlaneStyle, Series, Style, XyPlot};
use report::{Align, Column, Report};

use super::Files;
use super::figures::QuantityPlot;
use super::view::{Quantity, View, rows};
use crate::results::Landscape;

/// One of two slices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    /// Name: `batch size 32`.
    pub(crate) name: &'a str,
    /// The slice.
    pub(crate) slice: &'a Landscape,
}

/// Writes `compare.html` and figures of two slices side by side. `table` has rows of a name and both values.
///
/// # Errors
/// If a slice is inconsistent, one is 1-D and the other 2-D, or a file cannot be written.
pub(crate) fn compare(
    folder: &Path,
    sides: [Side<'_>; 2],
    table: &[(String, String, String)],
) -> Result<Vec<PathBuf>, AppError> {
    let views = [View::new(sides[0].slice)?, View::new(sides[1].slice)?];
    let names = sides.map(|side| side.name);
    if views[0].of.y.is_some() != views[1].of.y.is_some() {
        return Err(AppError::Failure(format!(
            "cannot compare {} and {}: one is a 1-D slice, the other 2-D",
            names[0], names[1]
        )));
    }
    let figures = match views[0].of.y {
        Some(_) => planes(names, &views),
        None => vec![("compare-line", line(names, &views))],
    };
    let mut page = Report::new(
        format!("{} and {}", names[0], names[1]),
        "Slices of two loss surfaces on one scale.",
    );
    let columns = [
        ("", Align::Left),
        (names[0], Align::Right),
        (names[1], Align::Right),
    ];
    let columns = columns.map(|(name, align)| Column {
        name: name.to_owned().into(),
        align,
    });
    let rows: Vec<Vec<String>> = table
        .iter()
        .map(|(name, a, b)| vec![name.clone(), a.clone(), b.clone()])
        .collect();
    page.table("Loss and curvature", &columns, &rows);
    page.aside(
        "Eigenvalues and traces are not invariant under rescaling one layer's weights up and the next one's down, which \
         leaves the function unchanged; filter-normalized slices are.",
    );
    let mut text = match views[0].of.y {
        Some(_) => {
            "Both share one color scale and the same contour levels: equal colors are equal values."
                .to_owned()
        }
        None => "Both on one axis.".to_owned(),
    };
    for (name, view) in names.iter().zip(&views) {
        let holes = view.holes();
        if holes > 0 {
            text.push_str(&format!(" Non-finite values of {name}: {holes}."));
        }
    }
    page.figures("Side by side", &text, figures.clone());
    let mut files = Files::new(folder);
    files.draw(&figures)?;
    files.write("compare.html", page.to_html().as_bytes())?;
    Ok(files.written)
}

/// Contour and surface plots of the quantities that both have.
fn planes(names: [&str; 2], views: &[View<'_>; 2]) -> Vec<(&'static str, Figure)> {
    let mut figures = Vec::new();
    let tracks = views.map(View::track);
    for quantity in Quantity::ALL {
        let fields = views.map(|view| field(view, quantity));
        let [Some(a), Some(b)] = fields else { continue };
        let scale = ColorScale::over(a.values().chain(b.values()));
        let titles = names.map(|name| format!("{name}: {}", quantity.name()));
        let plot = |side: usize| QuantityPlot {
            view: views[side],
            quantity,
            field: [&a, &b][side],
            scale: scale.as_ref(),
            track: tracks[side].as_ref(),
            title: &titles[side],
        };
        let both = [plot(0), plot(1)];
        let title = format!("{} and {}: {}", names[0], names[1], quantity.name());
        let (contours, surfaces) = match quantity {
            Quantity::Loss => ("compare-loss-contour", "compare-loss-surface"),
            Quantity::Accuracy => ("compare-accuracy-contour", "compare-accuracy-surface"),
            Quantity::GradientNorm => (
                "compare-gradient-norm-contour",
                "compare-gradient-norm-surface",
            ),
        };
        figures.push((
            contours,
            Figure::beside(&title, &both.map(|p| p.plane(PlaneStyle::Contours))),
        ));
        figures.push((surfaces, Figure::beside(&title, &both.map(|p| p.surface()))));
    }
    figures
}

fn field(view: View<'_>, quantity: Quantity) -> Option<Field> {
    let (_, grid) = view.grids().find(|(other, _)| *other == quantity)?;
    view.field(grid)
}

/// Both losses on one axis.
fn line(names: [&str; 2], views: &[View<'_>; 2]) -> Figure {
    let series = [0, 1].map(|k| {
        let of = views[k].of;
        let losses = rows(&of.loss).concat();
        let mut points: Vec<(f64, f64)> = of.x.iter().copied().zip(losses).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Series {
            name: names[k].to_owned(),
            points,
            style: Style::Line,
        }
    });
    let plot = XyPlot {
        title: "Loss",
        x: "step along d₁",
        y: "loss",
        frame: Frame::Measuring,
        series: series.to_vec(),
        may_be_log: true,
    };
    plot.draw()
}
