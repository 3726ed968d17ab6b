//! Two slices side by side, with one color scale and the same contour levels, so that they compare.

use std::path::{Path, PathBuf};

use experiment::AppError;
use maud::html;
use plot::{ColorScale, Field, Figure, Frame, PlaneStyle, Series, Style, XyPlot};
use report::{Align, Column, Report};

use super::Files;
use super::figures::{QuantityPlot, title_of};
use super::view::{Quantity, View, rows};
use crate::meaning::Row;
use crate::results::{Difference, Landscape};

/// Style of the explanations.
const STYLE: &str =
    ".terms dt{font-weight:600}.terms dd{margin:0 0 .6rem;max-width:75ch;color:var(--muted)}";

/// Two compared runs.
#[derive(Clone, Copy, Debug)]
pub struct Contrast<'a> {
    /// Names of both.
    pub names: [&'a str; 2],
    /// Slices of both.
    pub slices: [&'a Landscape; 2],
    /// Settings that differ.
    pub differences: &'a [Difference],
    /// Numbers of both.
    pub rows: &'a [Row],
    /// What comparing at equal training loss means.
    pub equal_loss: &'a str,
}

/// Writes `compare.html` and figures of two slices side by side.
///
/// # Errors
/// If a slice is inconsistent, one is 1-D and the other 2-D, or a file cannot be written.
pub fn compare(folder: &Path, of: &Contrast<'_>) -> Result<Vec<PathBuf>, AppError> {
    let views = [View::new(of.slices[0])?, View::new(of.slices[1])?];
    let names = of.names;
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
        format!(
            "{} and {}: loss surface and curvature on {}",
            names[0],
            names[1],
            samples(&views)
        ),
        lead(names, &views),
    );
    let columns = columns(names);
    match of.differences {
        [] => page.note(
            "Settings that differ",
            "None: both runs have the same settings.",
        ),
        all => {
            let row = |d: &Difference| [&[d.setting.clone()][..], &d.values].concat();
            let rows: Vec<_> = all.iter().map(row).collect();
            page.table("Settings that differ", &columns, &rows);
        }
    }
    let row = |row: &Row| [&[row.name.to_owned()][..], &row.values].concat();
    let rows: Vec<_> = of.rows.iter().map(row).collect();
    page.table("Loss and curvature", &columns, &rows);
    page.aside(of.equal_loss);
    page.aside(
        "Eigenvalues and traces are not invariant under rescaling one layer's weights up and the next one's down, which \
         leaves the function unchanged; filter-normalized slices are.",
    );
    let meanings = html! {
        dl class="terms" {
            @for row in of.rows { dt { (row.name) } dd { (row.meaning) } }
        }
    };
    page.own("What the numbers mean", "", &meanings, (STYLE, ""));
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

fn columns(names: [&str; 2]) -> [Column; 3] {
    let columns = [
        ("", Align::Left),
        (names[0], Align::Right),
        (names[1], Align::Right),
    ];
    columns.map(|(name, align)| Column {
        name: name.to_owned().into(),
        align,
    })
}

/// Samples of both, in a word where they are the same.
fn samples(views: &[View<'_>; 2]) -> String {
    let [a, b] = views.map(View::samples);
    if a == b { a } else { format!("{a} and {b}") }
}

/// Samples of both in full.
fn lead(names: [&str; 2], views: &[View<'_>; 2]) -> String {
    let [a, b] = views.map(|view| view.of.samples.in_full());
    let which = match a == b {
        true => a,
        false => format!("{a} ({}) and {b} ({})", names[0], names[1]),
    };
    format!(
        "Slices of two loss surfaces on one scale. Slices and curvature are on {which}; training and test loss are on all \
         samples of their split. The runs are {} and {}.",
        views[0].of.run, views[1].of.run
    )
}

/// Contour and surface plots of the quantities that both have.
fn planes(names: [&str; 2], views: &[View<'_>; 2]) -> Vec<(&'static str, Figure)> {
    let mut figures = Vec::new();
    let tracks = views.map(View::track);
    for quantity in Quantity::ALL {
        let fields = views.map(|view| field(view, quantity));
        let [Some(a), Some(b)] = fields else { continue };
        let scale = ColorScale::over(a.values().chain(b.values()));
        let titles = [0, 1].map(|side| title_of(names[side], views[side], quantity));
        let plot = |side: usize| QuantityPlot {
            view: views[side],
            quantity,
            field: [&a, &b][side],
            scale: scale.as_ref(),
            track: tracks[side].as_ref(),
            title: &titles[side],
        };
        let both = [plot(0), plot(1)];
        let title = format!(
            "{} and {}: {} on {}",
            names[0],
            names[1],
            quantity.name(),
            samples(views)
        );
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
        title: &format!("Loss on {}", samples(views)),
        x: &views[0].axis(false),
        y: "loss",
        frame: Frame::Measuring,
        series: series.to_vec(),
        may_be_log: true,
    };
    plot.draw()
}
