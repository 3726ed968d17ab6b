//! Figures of slices, paths and spectra.

use experiment::AppError;
use plot::{
    ColorScale, Field, Figure, Mark, PlanePlot, PlaneStyle, SectionPlot, SpectrumPlot, Strip,
    SurfacePlot, Track,
};
use records::Number;

use super::view::{Quantity, View, rows};
use crate::names::{run_name, run_names};
use crate::results::{Grid, Hessian, Path};

/// A figure with the name of its file.
pub(super) type Named = (&'static str, Figure);

/// A quantity of a 2-D slice, ready to draw.
#[derive(Clone, Copy)]
pub(super) struct QuantityPlot<'a> {
    pub(super) view: View<'a>,
    pub(super) quantity: Quantity,
    pub(super) field: &'a Field,
    /// Color scale, its own or shared.
    pub(super) scale: Option<&'a ColorScale>,
    pub(super) track: Option<&'a Track>,
    pub(super) title: &'a str,
}

impl QuantityPlot<'_> {
    /// Draws a contour plot or heat map.
    pub(super) fn plane(&self, style: PlaneStyle) -> Figure {
        let other = self.view.other();
        let plot = PlanePlot {
            title: self.title,
            x: &self.view.axis(false),
            y: &self.view.axis(true),
            field: self.field,
            scale: self.scale,
            style,
            track: self.track,
            other: other.as_ref(),
        };
        plot.draw()
    }

    /// Draws a surface plot.
    pub(super) fn surface(&self) -> Figure {
        let other = self.view.other();
        let plot = SurfacePlot {
            title: self.title,
            x: AXES[0],
            y: AXES[1],
            z: self.quantity.name(),
            field: self.field,
            scale: self.scale,
            track: self.track,
            other: other.as_ref(),
        };
        plot.draw()
    }
}

/// Short axis names, where the kind of directions has no room.
pub(super) const AXES: [&str; 2] = ["step along d₁", "step along d₂"];

/// All figures of a slice: contours, heat map and surface of each quantity, or all quantities of a 1-D slice.
pub(super) fn slice(view: View<'_>) -> Vec<Named> {
    if view.of.y.is_none() {
        return vec![("line", line(view))];
    }
    let figures = view.grids().filter_map(|(quantity, grid)| {
        let [contour, heat, surface] = quantity.figures();
        of_quantity(view, quantity, grid, |plot| {
            [
                (contour, plot.plane(PlaneStyle::Contours)),
                (heat, plot.plane(PlaneStyle::Cells)),
                (surface, plot.surface()),
            ]
        })
    });
    figures.flatten().collect()
}

/// Draws a quantity on its own scale; `None` for a 1-D slice.
pub(super) fn of_quantity<R>(
    view: View<'_>,
    quantity: Quantity,
    grid: &Grid,
    draw: impl FnOnce(&QuantityPlot<'_>) -> R,
) -> Option<R> {
    let field = view.field(grid)?;
    let scale = ColorScale::over(field.values());
    Some(draw(&QuantityPlot {
        view,
        quantity,
        field: &field,
        scale: scale.as_ref(),
        track: view.track().as_ref(),
        title: &title(view, quantity),
    }))
}

/// Title of a quantity's figure: `Loss of classify-mnist-1 on 10000 test samples of mnist`.
pub(super) fn title(view: View<'_>, quantity: Quantity) -> String {
    title_of(&view.subject(), view, quantity)
}

/// The same, with a name for the run.
pub(super) fn title_of(run: &str, view: View<'_>, quantity: Quantity) -> String {
    let name = quantity.name();
    let capital = name[..1].to_uppercase();
    format!("{capital}{} of {run} on {}", &name[1..], view.samples())
}

/// All quantities of a 1-D slice.
pub(super) fn line(view: View<'_>) -> Figure {
    // The places ascend, and their numbers with them.
    let x = &view.of.x;
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let strips: Vec<Strip<'_>> = view
        .grids()
        .map(|(quantity, grid)| {
            let values = rows(grid).concat();
            Strip {
                name: quantity.name(),
                values: order.iter().map(|&j| values[j]).collect(),
                may_be_log: quantity.may_be_log(),
            }
        })
        .collect();
    let (run, other) = (view.run(), view.other());
    let mut marks = vec![Mark {
        at: 0.0,
        name: &run,
    }];
    marks.extend(other.as_ref().map(|spot| Mark {
        at: spot.at.0,
        name: &spot.name,
    }));
    let plot = SectionPlot {
        title: &format!("1-D slice of {} on {}", view.subject(), view.samples()),
        x: &view.axis(false),
        at: &order.iter().map(|&j| x[j]).collect::<Vec<_>>(),
        marks: &marks,
        strips: &strips,
    };
    plot.draw()
}

/// Loss and accuracy on the linear path between two models.
///
/// # Errors
/// If the lists differ in length, or a place is not finite.
pub(super) fn path(of: &Path) -> Result<Figure, AppError> {
    let lists = [Some(&of.loss), of.accuracy.as_ref()];
    let fits = lists.iter().flatten().all(|list| list.len() == of.t.len());
    if !fits || of.t.iter().any(|t| !t.is_finite()) {
        return Err(AppError::Failure(format!(
            "cannot draw the path from {} to {}: it does not have one value for each finite t",
            of.runs[0], of.runs[1]
        )));
    }
    let named = [(Quantity::Loss, lists[0]), (Quantity::Accuracy, lists[1])];
    let strips: Vec<Strip<'_>> = named
        .into_iter()
        .filter_map(|(quantity, list)| {
            Some(Strip {
                name: quantity.name(),
                values: list?.iter().map(|v| v.0).collect(),
                may_be_log: quantity.may_be_log(),
            })
        })
        .collect();
    let [first, second] = names(of);
    let mut marks = vec![
        Mark {
            at: 0.0,
            name: &first,
        },
        Mark {
            at: 1.0,
            name: &second,
        },
    ];
    let rise = of.barrier.map(|barrier| barrier.above_line);
    marks.extend(rise.filter(|rise| rise.value.0 > 0.0).map(|rise| Mark {
        at: rise.t,
        name: "barrier",
    }));
    // Names are placed from left to right.
    marks.sort_by(|a, b| a.at.total_cmp(&b.at));
    let samples = of.samples.in_words();
    let plot = SectionPlot {
        title: &format!("Linear path from {first} to {second} on {samples}"),
        x: "t",
        at: &of.t,
        marks: &marks,
        strips: &strips,
    };
    Ok(plot.draw())
}

/// Names of both runs of a path.
pub(super) fn names(of: &Path) -> [String; 2] {
    run_names(of.runs.each_ref().map(std::path::Path::new))
}

/// The spectrum of a Hessian.
///
/// # Errors
/// If the density's lists differ in length.
pub(super) fn spectrum(of: &Hessian) -> Result<Figure, AppError> {
    let density = &of.density;
    if density.grid.len() != density.values.len() {
        return Err(AppError::Failure(
            "cannot draw the spectrum: its density does not have one value for each eigenvalue"
                .to_owned(),
        ));
    }
    let plain = |list: &[Number]| list.iter().map(|v| v.0).collect::<Vec<_>>();
    let values = plain(&density.values);
    let points: Vec<(f64, f64)> = density.grid.iter().copied().zip(values).collect();
    let plot = SpectrumPlot {
        title: &format!(
            "Hessian eigenvalues of {} on {}",
            run_name(std::path::Path::new(&of.run)),
            of.samples.in_words()
        ),
        density: &points,
        top: &plain(&of.top),
        bottom: &plain(&of.bottom),
    };
    Ok(plot.draw())
}
