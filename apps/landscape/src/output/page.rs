//! `report.html`: one page with all there is, which needs nothing but itself.

use std::path::{Path, PathBuf};

use experiment::AppError;
use plot::PlaneStyle;
use report::{Align, Column, KeyFigure, Report, significant};

use super::pictures;
use super::view::{Quantity, View};
use super::{Files, scene};
use crate::results::{self, Hessian, Landscape};

/// What stands at the top of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heading<'a> {
    /// The page's title: `digits: the loss surface`.
    pub(crate) title: &'a str,
    /// What it is about, in a sentence or two: the network, the data, the run.
    pub(crate) lead: &'a str,
}

/// Writes `report.html` about what there is.
///
/// # Errors
/// If a record's parts do not fit together, or the file cannot be written.
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
        let text = "Loss and accuracy at θ = (1 − t)·A + t·B, beyond both models too; statistics of batch normalization \
                    are computed anew at every t.";
        page.figures(
            "Between two models",
            text,
            vec![("path", pictures::path(path)?)],
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
            figures.push(figure("Least loss of the points", significant(loss), place));
        }
        let seconds = format!("{:.2} s for all", of.seconds.0);
        figures.push(figure("Points", of.points.to_string(), seconds));
        let holes = view.holes();
        if holes > 0 {
            figures.push(figure(
                "Not finite",
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
            let note = format!("{} products with a vector", hessian.matvecs);
            figures.push(figure("Largest eigenvalue", significant(top.0), note));
        }
        let error = format!(
            "± {} standard error",
            significant(hessian.trace.standard_error.0)
        );
        figures.push(figure("Trace", significant(hessian.trace.mean.0), error));
        if let Some(sharpness) = hessian.sharpness {
            let ball = format!("in a ball of radius {}", rounded(sharpness.radius));
            figures.push(figure("Sharpness", significant(sharpness.growth.0), ball));
        }
    }
    figures
}

/// A coordinate without digits that say nothing.
fn rounded(x: f64) -> String {
    let text = format!("{x:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

fn of_slice(page: &mut Report, view: View<'_>) {
    if view.of.y.is_none() {
        let text = "At each step along the direction d₁ from the model.";
        page.figures("Along a line", text, vec![("line", pictures::line(view))]);
        return;
    }
    let still = pictures::of_quantity(view, Quantity::Loss, &view.of.loss, |picture| {
        picture.surface()
    });
    if let Some(scene) = still.and_then(|still| scene::scene(view, &still)) {
        page.own("The surface", &notes(view), &scene, scene::ASSETS);
    }
    let drawn = view.grids().filter_map(|(quantity, grid)| {
        let [contour, heat, _] = quantity.figures();
        pictures::of_quantity(view, quantity, grid, |picture| {
            [
                (contour, picture.plane(PlaneStyle::Contours)),
                (heat, picture.plane(PlaneStyle::Cells)),
            ]
        })
    });
    let text = "On the left numbers are interpolated between the points; on the right every point has its cell. \
                Contour lines stand where the scale is labeled.";
    page.figures("From above", text, drawn.flatten().collect());
}

/// What to know before one looks.
fn notes(view: View<'_>) -> String {
    let mut notes = vec![
        "The model lies at (0, 0); a step of 1 is as long as the direction. Height and color show the same number, the \
         data term of the loss alone."
            .to_owned(),
    ];
    if let Some(path) = &view.of.trajectory {
        let share = 100.0 * (path.explained[0] + path.explained[1]);
        notes.push(format!(
            "The line is the path of training, projected on the plane, which holds {share:.1} % of its variance; it lies \
             on the surface here, while its own losses are those of points beside the plane."
        ));
    }
    if view.track_leaves() {
        notes.push("A part of the path is outside of the points, and not shown.".to_owned());
    }
    if view.holes() > 0 {
        notes.push("Points whose number is not finite lie on the floor, in gray.".to_owned());
    }
    notes.join(" ")
}

fn of_hessian(page: &mut Report, hessian: &Hessian) -> Result<(), AppError> {
    let text = "The density of all eigenvalues, smoothed and on a logarithmic axis, down to 10⁻⁸ of its maximum; stems \
                are eigenvalues known one by one.";
    page.figures(
        "The spectrum",
        text,
        vec![("spectrum", pictures::spectrum(hessian)?)],
    );
    page.aside(
        "Eigenvalues change when a layer's weights are scaled up and the next one's down, though the network computes \
         the same: compare them only between networks of equal scale, or by measures that are free of it.",
    );
    let columns = [
        ("layer", Align::Left),
        ("largest", Align::Right),
        ("smallest", Align::Right),
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
    page.table("Layer by layer", &columns, &rows);
    Ok(())
}
