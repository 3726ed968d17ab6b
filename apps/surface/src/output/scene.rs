//! An interactive surface plot: the element that `surface.js` draws in.

use maud::{Markup, PreEscaped, html};
use plot::{ColorScale, Figure, drawable};
use serde::Serialize;

use super::figures::{AXES, title};
use super::view::{Quantity, View, rows};

/// Style and script of the element.
pub(super) const ASSETS: (&str, &str) = (include_str!("surface.css"), include_str!("surface.js"));

/// Data for the script.
#[derive(Serialize)]
struct Data {
    x: Vec<f64>,
    y: Vec<f64>,
    axes: [&'static str; 2],
    quantities: Vec<Values>,
    track: Option<Places>,
    other: Option<Other>,
    /// Meaning of `null`.
    hole: &'static str,
}

#[derive(Serialize)]
struct Values {
    name: &'static str,
    /// Starts with logarithmic heights.
    log: bool,
    /// Rows of values; `null` where one cannot be drawn.
    values: Vec<Vec<Option<f64>>>,
}

#[derive(Serialize)]
struct Places {
    x: Vec<f64>,
    y: Vec<f64>,
}

/// Another model on the slice.
#[derive(Serialize)]
struct Other {
    x: f64,
    y: f64,
    name: String,
}

/// The element for a slice; `None` for a 1-D slice. `still` replaces it where scripts do not run, and on paper.
pub(super) fn scene(view: View<'_>, still: &Figure) -> Option<Markup> {
    let data = data(view)?;
    // The name of a folder could end the element: JSON has another way to write the character.
    let json = serde_json::to_string(&data).ok()?.replace('<', "\\u003c");
    let name = title(view, Quantity::Loss);
    let hint = "Drag to rotate, pinch to zoom; after a click also with the wheel, the arrow keys, + and −. \
                L toggles the log scale, Home resets the view.";
    Some(html! {
        div class="scene" {
            div class="controls" {
                @if data.quantities.len() > 1 {
                    select aria-label="Quantity" {
                        @for quantity in &data.quantities { option { (quantity.name) } }
                    }
                }
                button type="button" class="log" aria-pressed="false" { "Log scale" }
                button type="button" class="reset" { "Reset view" }
                output aria-live="off" {}
            }
            canvas tabindex="0" role="img" aria-label=(format!("{name}: interactive surface plot. {hint}")) {}
            p class="hint" { (hint) }
            figure class="still" { (PreEscaped(still.inline())) }
            script type="application/json" { (PreEscaped(json)) }
        }
    })
}

fn data(view: View<'_>) -> Option<Data> {
    let first = view.field(&view.of.loss)?;
    let quantities = view.grids().filter_map(|(quantity, grid)| {
        let field = view.field(grid)?;
        let scale = ColorScale::over(field.values());
        let number = |v: &f64| drawable(*v).then_some(*v);
        Some(Values {
            name: quantity.name(),
            log: scale.is_some_and(|scale| scale.is_logarithmic()),
            values: field
                .rows()
                .iter()
                .map(|row| row.iter().map(number).collect())
                .collect(),
        })
    });
    Some(Data {
        x: first.x().to_vec(),
        y: first.y().to_vec(),
        axes: AXES,
        hole: "not finite, or beyond 1e100",
        quantities: quantities.collect(),
        track: view.of.trajectory.as_ref().map(|path| Places {
            x: path.x.clone(),
            y: path.y.clone(),
        }),
        other: view.other().map(|spot| Other {
            x: spot.at.0,
            y: spot.at.1,
            name: spot.name,
        }),
    })
}

/// Lowest loss on the grid and its coordinates.
pub(super) fn lowest(view: View<'_>) -> Option<(f64, f64, f64)> {
    let line = [0.0];
    let ys: &[f64] = view.of.y.as_deref().unwrap_or(&line);
    let points = rows(&view.of.loss)
        .into_iter()
        .zip(ys)
        .flat_map(|(row, y)| {
            let here = row.into_iter().zip(&view.of.x);
            here.map(move |(loss, x)| (loss, *x, *y))
        });
    let finite = points.filter(|point| point.0.is_finite());
    finite.min_by(|a, b| a.0.total_cmp(&b.0))
}
