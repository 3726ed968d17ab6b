//! Training trajectory over a slice.

use plotters::style::{BLACK, WHITE};

use super::field::{Along, Field, inside};
use super::labels::distance;
use super::layer::Layer;
use super::panel::Panel;
use super::style::{SERIES, shortened};

/// Pieces of a track to a cell.
const PIECES: f64 = 3.0;

/// Training trajectory.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Positions, in order.
    pub points: Vec<(f64, f64)>,
    /// Label of the first position: `epoch 0`.
    pub start: String,
    /// Label of the last position: `epoch 30`.
    pub end: String,
}

/// A named point of a slice, such as another model.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Position along both axes.
    pub at: (f64, f64),
    /// Name in the legend.
    pub name: String,
}

/// Characters of a spot's name in a legend.
const LONGEST_NAME: usize = 24;

impl Spot {
    /// The name, cut to what a legend has room for.
    pub(super) fn label(&self) -> String {
        shortened(&self.name, LONGEST_NAME)
    }
}

/// The track in steps of a few pixels.
pub(super) fn steps(track: &Track, panel: &Panel<'_>) -> Vec<(f64, f64)> {
    let places: Vec<_> = track
        .points
        .iter()
        .map(|(x, y)| panel.place(*x, *y))
        .collect();
    let between = |pair: &[(f64, f64)]| {
        let (from, to) = (pair[0], pair[1]);
        let count = (distance(from, to) / 10.0).clamp(1.0, 200.0);
        (0..=count as usize).map(move |k| part(from, to, k as f64 / count))
    };
    places.windows(2).flat_map(between).collect()
}

/// A place on the way from one to another.
fn part(from: (f64, f64), to: (f64, f64), share: f64) -> (f64, f64) {
    (
        from.0 + (to.0 - from.0) * share,
        from.1 + (to.1 - from.1) * share,
    )
}

/// A small piece of a track.
pub(super) struct Piece {
    /// The row and column where its cell of the mesh starts.
    pub(super) cell: (usize, usize),
    /// x, y and place on the scale at both ends.
    pub(super) ends: [(f64, f64, f64); 2],
}

/// The track in small pieces over a mesh that runs through these rows and columns of the field, where there is ground.
pub(super) fn pieces(
    track: &Track,
    field: &Field,
    places: &[Vec<f64>],
    (rows, columns): (&[usize], &[usize]),
) -> Vec<Piece> {
    let cell = |points: &[f64]| {
        let spread = points[points.len() - 1] - points[0];
        spread / (points.len() - 1).max(1) as f64
    };
    let (width, height) = (cell(field.x()), cell(field.y()));
    let start_of = |lines: &[usize], at: Along| {
        let after = lines.partition_point(|line| *line <= at.cell);
        lines[after.saturating_sub(1)]
    };
    let mut pieces = Vec::new();
    for pair in track.points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let cells = ((to.0 - from.0).abs() / width).max((to.1 - from.1).abs() / height);
        // A grid of one point has no cells, and a far track no end of them.
        let count = (PIECES * cells).ceil().clamp(1.0, 2000.0);
        let point = |k: f64| {
            let (x, y) = part(from, to, k / count);
            Some((x, y, ground(field, places, (x, y))?))
        };
        for k in 0..count as usize {
            let k = k as f64;
            let (Some(start), Some(end)) = (point(k), point(k + 1.0)) else {
                continue;
            };
            let (x, y) = part(from, to, (k + 0.5) / count);
            let row = start_of(rows, Along::of(y, field.y()));
            let column = start_of(columns, Along::of(x, field.x()));
            pieces.push(Piece {
                cell: (row, column),
                ends: [start, end],
            });
        }
    }
    pieces
}

/// The ground's place on the scale under a point, if there is ground.
pub(super) fn ground(field: &Field, places: &[Vec<f64>], (x, y): (f64, f64)) -> Option<f64> {
    let (xs, ys) = (field.x(), field.y());
    let within = |at: f64, points: &[f64]| at >= points[0] && at <= points[points.len() - 1];
    if !within(x, xs) || !within(y, ys) {
        return None;
    }
    let place = inside(places, Along::of(y, ys), Along::of(x, xs));
    (!place.is_nan()).then_some(place)
}

/// A cross: the model that the slice is cut around.
pub(super) fn model_mark(layer: &mut Layer, (x, y): (f64, f64), reach: f64) {
    for (color, width, beyond) in [(WHITE, 4.5, 1.2), (BLACK, 2.0, 0.0)] {
        let reach = reach + beyond;
        layer.line(&[(x - reach, y), (x + reach, y)], color, width, "");
        layer.line(&[(x, y - reach), (x, y + reach)], color, width, "");
    }
}

/// A white disc: the start of training.
pub(super) fn start_mark(layer: &mut Layer, at: (f64, f64)) {
    layer.disc(at, 5.0, WHITE, BLACK);
}

/// An orange diamond: the end of training.
pub(super) fn end_mark(layer: &mut Layer, (x, y): (f64, f64)) {
    let corners = [(x, y - 7.0), (x + 7.0, y), (x, y + 7.0), (x - 7.0, y)];
    layer.area(
        &corners,
        SERIES[1],
        "stroke=\"#FFFFFF\" stroke-width=\"1.5\"",
    );
}

/// A blue square: another model.
pub(super) fn spot_mark(layer: &mut Layer, (x, y): (f64, f64)) {
    let corners = [(-6.0, -6.0), (6.0, -6.0), (6.0, 6.0), (-6.0, 6.0)];
    let corners = corners.map(|(dx, dy)| (x + dx, y + dy));
    layer.area(
        &corners,
        SERIES[0],
        "stroke=\"#FFFFFF\" stroke-width=\"1.5\"",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lie_in_their_cells_and_on_the_ground() {
        let along = [0.0, 1.0, 2.0];
        let mut values: Vec<Vec<f64>> =
            along.map(|y| along.map(|x| x + 10.0 * y).to_vec()).to_vec();
        let track = Track {
            points: vec![(0.0, 0.5), (2.0, 0.5), (5.0, 0.5)],
            start: String::new(),
            end: String::new(),
        };
        let field = Field::new(&along, &along, &values);
        let lines: &[usize] = &[0, 1, 2];
        let cut = pieces(&track, &field, &values, (lines, lines));
        // Beyond the last point there is no ground.
        assert_eq!(cut.len(), 6);
        assert!(
            cut.iter()
                .all(|p| p.cell.0 == 0 && p.cell.1 == usize::from(p.ends[1].0 > 1.01))
        );
        assert!(
            cut.iter()
                .flat_map(|p| p.ends)
                .all(|(x, y, z)| (z - x - 10.0 * y).abs() < 1e-12)
        );
        values[1][2] = f64::NAN;
        assert_eq!(pieces(&track, &field, &values, (lines, lines)).len(), 2);
    }
}
