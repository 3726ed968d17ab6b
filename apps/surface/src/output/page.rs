//! `report.html`: one self-contained page.

use std::path::{Path, PathBuf};

use experiment::AppError;
use plot::PlaneStyle;
use report::{Align, Column, KeyFigure, Report, significant};

use super::figures;
use super::view::{Quantity, View};
use super::{Files, scene};
use crate::barrier::DEFINITION;
use crate::results::{self, Hessian, Landscape};

/// Head of the page.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// Title: `digits: the loss surface`.
    pub title: &'a str,
    /// Network, data and run, in a sentence or two.
    pub lead: &'a str,
}

/// Writes the [`html`] of a page as `report.html`.
///
/// # Errors
/// If a record is inconsistent, or the file cannot be written.
pub fn report(
    folder: &Path,
    heading: Heading<'_>,
    slice: Option<&Landscape>,
    path: Option<&results::Path>,
    hessian: Option<&Hessian>,
) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Files::new(folder);
    let page = html(heading, slice, path, hessian)?;
    files.write("report.html", page.as_bytes())?;
    Ok(files.written)
}

/// The text of a page with the sections that have content.
///
/// # Errors
/// If a record is inconsistent.
pub fn html(
    heading: Heading<'_>,
    slice: Option<&Landscape>,
    path: Option<&results::Path>,
    hessian: Option<&Hessian>,
) -> Result<String, AppError> {
    let view = slice.map(View::new).transpose()?;
    let mut page = Report::new(heading.title, heading.lead);
    page.key_figures(&key_figures(view, hessian, path));
    if let Some(view) = view {
        of_slice(&mut page, view);
    }
    if let Some(hessian) = hessian {
        of_hessian(&mut page, hessian)?;
    }
    if let Some(path) = path {
        of_path(&mut page, path)?;
    }
    Ok(page.to_html())
}

fn figure(name: &str, value: String, note: String) -> KeyFigure {
    KeyFigure {
        name: name.to_owned(),
        value,
        note,
    }
}

fn key_figures(
    view: Option<View<'_>>,
    hessian: Option<&Hessian>,
    path: Option<&results::Path>,
) -> Vec<KeyFigure> {
    let mut figures = Vec::new();
    if let Some((path, barrier)) = path.and_then(|path| Some((path, path.barrier?))) {
        for (t, (name, loss)) in figures::names(path).iter().zip(barrier.ends).enumerate() {
            let note = format!("t = {t}, {}", path.samples.in_words());
            figures.push(figure(
                &format!("Loss of {name}"),
                significant(loss.0),
                note,
            ));
        }
        for (name, above, rise) in [
            ("Barrier", "the straight line", barrier.above_line),
            (
                "Above the larger end",
                "the larger of both losses",
                barrier.above_larger_end,
            ),
        ] {
            let note = match rise.value.0 {
                0.0 => format!("no rise above {above}"),
                value if value.is_nan() => {
                    format!(
                        "not defined: the loss is not finite at t = {}",
                        rounded(rise.t)
                    )
                }
                _ => format!("rise above {above}, at t = {}", rounded(rise.t)),
            };
            figures.push(figure(name, significant(rise.value.0), note));
        }
    }
    if let Some(view) = view {
        let of = view.of;
        let center = significant(of.center.loss.0);
        figures.push(figure(
            &format!("Loss of {}", view.run()),
            center,
            view.samples(),
        ));
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
        let kind = match view.other_run() {
            Some(other) => format!("towards {other}"),
            None => directions.kind.clone(),
        };
        figures.push(figure("Directions", kind, note));
    }
    if let Some(hessian) = hessian {
        if let Some(top) = hessian.top.first() {
            let note = format!("on {}", hessian.samples.in_words());
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
        figures.push(figure(
            "Hessian-vector products",
            hessian.matvecs.to_string(),
            "each over all of these samples".to_owned(),
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
        let run = view.run();
        let mut text = format!("At each step from {run} along the direction d₁.");
        if let Some(other) = about_other(view) {
            text.push_str(&format!(" {other}"));
        }
        page.figures("1-D slice", &text, vec![("line", figures::line(view))]);
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
        "The model, a cross, lies at (0, 0); a step of 1 is the length of the direction. Height and color show the same quantity. \
         The loss is the data term alone, without penalties."
            .to_owned(),
    ];
    notes.extend(about_other(view));
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

/// Where the run lies that the first direction leads to.
fn about_other(view: View<'_>) -> Option<String> {
    let other = view.of.directions.other.as_ref()?;
    let (run, name) = (view.run(), view.other_run()?);
    Some(match other.at {
        Some(at) => format!(
            "The direction d₁ leads to {name}, at the step {at}: there the trained parameters are those of {name}, while \
             running statistics of batch normalization, if there are any, stay those of {run}."
        ),
        None => format!(
            "The direction d₁ leads towards {name}, which is not marked: the direction is normalized or from an earlier \
             slice, so that {name} does not lie on it, or not at a known step."
        ),
    })
}

fn of_path(page: &mut Report, path: &results::Path) -> Result<(), AppError> {
    let [a, b] = figures::names(path);
    let text = format!(
        "Loss and accuracy at θ(t) = (1 − t)·A + t·B, including extrapolation beyond both models; A is {a} and B is {b}. \
         Batch normalization statistics are recomputed at every t."
    );
    page.figures(
        &format!("Linear interpolation from {a} to {b}"),
        &text,
        vec![("path", figures::path(path)?)],
    );
    match &path.barrier {
        Some(barrier) => {
            page.note("Barrier", &barrier.in_words([&a, &b]));
            page.aside(DEFINITION);
        }
        None => page.note(
            "Barrier",
            "Not computed: the values of t do not contain both 0 and 1.",
        ),
    }
    Ok(())
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
        ("parameters", Align::Left),
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
    let row = |name: String, layer: &str, top, bottom, trace: &results::Trace| {
        let (mean, error) = (
            significant(trace.mean.0),
            significant(trace.standard_error.0),
        );
        vec![
            name,
            layer.to_owned(),
            first(top),
            first(bottom),
            mean,
            error,
        ]
    };
    let whole = (&hessian.top, &hessian.bottom, &hessian.trace);
    let mut rows = vec![row("all".to_owned(), "", whole.0, whole.1, whole.2)];
    for block in &hessian.per_layer {
        let name = block.name();
        rows.push(row(
            name,
            &block.layer,
            &block.top,
            &block.bottom,
            &block.trace,
        ));
    }
    page.table("Curvature by layer", &columns, &rows);
    page.aside("Parameters have the names of the model file. A row is the diagonal block of the Hessian for its parameters.");
    Ok(())
}
