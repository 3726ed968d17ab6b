//! `report.html`: one self-contained page.

use std::path::{Path, PathBuf};

use experiment::AppError;
use plot::PlaneStyle;
use report::{Align, Column, KeyFigure, Report, significant};

use super::figures;
use super::view::{Quantity, View};
use super::{Files, scene};
use crate::results::{self, Hessian, Landscape};

/// Head of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heading<'a> {
    /// Title: `digits: the loss surface`.
    pub(crate) title: &'a str,
    /// Network, data and run, in a sentence or two.
    pub(crate) lead: &'a str,
}

/// Writes `report.html` with the sections that have content.
///
/// # Errors
/// If a record is inconsistent, or the file cannot be written.
pub(crate) fn report(
    folder: &Path,
    heading: Heading<'_>,
    slice: Option<&Landscape>,
    path: Option<&results::Path>,
    hessian: Option<&Hessian>,
) -> Result<Vec<PathBuf>, AppError> {
    let view = slice.map(View::new).transpose()?;
    let mut page = Report::new(heading.title, heading.lead);
    page.key_figures(&key_figures(view, hessian));
    if let Some(view) = view {
        of_slice(&mut page, view);
    }
    if let Some(hessian) = hessian {
        of_hessian(&mut page, hessian)?;
    }
    if let Some(path) = path {
        let text = "Loss and accuracy at θ = (1 − t)·A + t·B, including extrapolation beyond both models. Batch \
                    normalization statistics are recomputed at every t.";
        page.figures(
            "Linear interpolation between two models",
            text,
            vec![("path", figures::path(path)?)],
        );
    }
    let mut files = Files::new(folder);
    files.write("report.html", page.to_html().as_bytes())?;
    Ok(files.written)
}

fn figure(name: &str, value: String, note: String) -> KeyFigure {
    KeyFigure {
        name: name.to_owned(),
        value,
        note,
    }
}

fn key_figures(view: Option<View<'_>>, hessian: Option<&Hessian>) -> Vec<KeyFigure> {
    let mut figures = Vec::new();
    if let Some(view) = view {
        let of = view.of;
        let center = significant(of.center.loss.0);
        figures.push(figure("Loss of the model", center, view.rows()));
        if let Some((loss, x, y)) = scene::lowest(view) {
            let place = match of.y {
                Some(_) => format!("at ({}, {})", rounded(x), rounded(y)),
                None => format!("at {}", rounded(x)),
            };
            figures.push(figure("Lowest loss on the grid", significant(loss), place));
        }
        let seconds = format!("{:.2} s in all", of.seconds.0);
        figures.push(figure("Grid points", of.points.to_string(), seconds));
        let holes = view.holes();
        if holes > 0 {
            figures.push(figure(
                "Non-finite points",
                holes.to_string(),
                "drawn in stripes".to_owned(),
            ));
        }
        let directions = &of.directions;
        let note = match directions.kind.as_str() {
            "random" => format!(
                "normalized: {}, seed {}",
                directions.normalize, directions.seed
            ),
            _ => format!("normalized: {}", directions.normalize),
        };
        figures.push(figure("Directions", directions.kind.clone(), note));
    }
    if let Some(hessian) = hessian {
        if let Some(top) = hessian.top.first() {
            let note = format!("{} Hessian-vector products", hessian.matvecs);
            figures.push(figure("Largest eigenvalue", significant(top.0), note));
        }
        let error = format!(
            "± {} standard error",
            significant(hessian.trace.standard_error.0)
        );
        figures.push(figure(
            "Hessian trace",
            significant(hessian.trace.mean.0),
            error,
        ));
        if let Some(sharpness) = hessian.sharpness {
            let ball = format!("loss increase within radius {}", rounded(sharpness.radius));
            figures.push(figure("Sharpness", significant(sharpness.growth.0), ball));
        }
    }
    figures
}

/// Formats a coordinate without trailing zeros.
fn rounded(x: f64) -> String {
    let text = format!("{x:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

fn of_slice(page: &mut Report, view: View<'_>) {
    if view.of.y.is_none() {
        let text = "At each step from the model along the direction d₁.";
        page.figures("1-D slice", text, vec![("line", figures::line(view))]);
        return;
    }
    let still = figures::of_quantity(view, Quantity::Loss, &view.of.loss, |plot| plot.surface());
    if let Some(scene) = still.and_then(|still| scene::scene(view, &still)) {
        page.own("Loss surface", &notes(view), &scene, scene::ASSETS);
    }
    let drawn = view.grids().filter_map(|(quantity, grid)| {
        let [contour, heat, _] = quantity.figures();
        figures::of_quantity(view, quantity, grid, |plot| {
            [
                (contour, plot.plane(PlaneStyle::Contours)),
                (heat, plot.plane(PlaneStyle::Cells)),
            ]
        })
    });
    let text = "Left: contours, interpolated between grid points. Right: heat map with one cell per grid point. Contour \
                levels are those labeled on the color bar.";
    page.figures("Contour and heat map", text, drawn.flatten().collect());
}

/// Explanations above the surface.
fn notes(view: View<'_>) -> String {
    let mut notes = vec![
        "The model lies at (0, 0); a step of 1 is the length of the direction. Height and color show the same quantity. \
         The loss is the data term alone, without penalties."
            .to_owned(),
    ];
    if let Some(path) = &view.of.trajectory {
        let share = 100.0 * (path.explained[0] + path.explained[1]);
        notes.push(format!(
            "The line is the training trajectory, projected on the plane, which explains {share:.1} % of its variance. \
             It is drawn on the surface; its true losses belong to points off the plane."
        ));
    }
    if view.track_leaves() {
        notes.push("The part of the trajectory outside the grid is not shown.".to_owned());
    }
    if view.holes() > 0 {
        notes.push("Non-finite points lie on the floor, in gray.".to_owned());
    }
    notes.join(" ")
}

fn of_hessian(page: &mut Report, hessian: &Hessian) -> Result<(), AppError> {
    let text = "Smoothed density of all eigenvalues, on a logarithmic axis down to 10⁻⁸ of its maximum. Stems mark the \
                computed extreme eigenvalues.";
    page.figures(
        "Hessian spectrum",
        text,
        vec![("spectrum", figures::spectrum(hessian)?)],
    );
    page.aside(
        "Eigenvalues are not invariant under rescaling one layer's weights up and the next one's down, which leaves the \
         function unchanged. Compare them only between networks of equal scale, or use scale-invariant measures.",
    );
    let columns = [
        ("layer", Align::Left),
        ("largest eigenvalue", Align::Right),
        ("smallest eigenvalue", Align::Right),
        ("trace", Align::Right),
        ("standard error", Align::Right),
    ];
    let columns = columns.map(|(name, align)| Column {
        name: name.into(),
        align,
    });
    let first =
        |list: &[records::Number]| list.first().map_or("–".to_owned(), |v| significant(v.0));
    let row = |name: &str, top, bottom, trace: &results::Trace| {
        let (mean, error) = (
            significant(trace.mean.0),
            significant(trace.standard_error.0),
        );
        vec![name.to_owned(), first(top), first(bottom), mean, error]
    };
    let mut rows = vec![row("all", &hessian.top, &hessian.bottom, &hessian.trace)];
    for (name, block) in &hessian.per_layer {
        rows.push(row(name, &block.top, &block.bottom, &block.trace));
    }
    page.table("Curvature by layer", &columns, &rows);
    Ok(())
}
