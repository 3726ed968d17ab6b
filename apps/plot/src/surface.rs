//! A 2-D slice of a loss surface as a 3-D surface plot: parallel projection, drawn back to front.

use plotters::prelude::*;

use super::axis::{Axis, short};
use super::field::Field;
use super::figure::Figure;
use super::layer::{Anchor, HOLE, Layer, hole_name};
use super::scale::{ColorScale, viridis};
use super::style::{GRID, MUTED, TEXT_SIZE, headline_within, width_of};
use super::track::{Piece, Spot, Track, end_mark, ground, pieces, spot_mark, start_mark};

const SIZE: (u32, u32) = (600, 524);
/// Place of the floor's center.
const MIDDLE: (f64, f64) = (305.0, 318.0);
/// Pixels of half a side of the floor.
const HALF: f64 = 172.0;
/// Height of the surface in halves of a side.
const HEIGHT: f64 = 0.95;
/// Azimuth and elevation of the view, in degrees.
const TURN: f64 = 32.0;
const DOWN: f64 = 42.0;
/// Maximum number of points per side of the mesh; larger grids are thinned out.
const MOST_LINES: usize = 81;
/// A track hovers by this share of the height, or half of it would sink into the ground.
const HOVER: f64 = 0.012;

/// A 3-D surface plot of a slice. Height and color show the same values.
#[derive(Clone, Copy, Debug)]
pub struct SurfacePlot<'a> {
    /// Title.
    pub title: &'a str,
    /// Name of the first axis.
    pub x: &'a str,
    /// Name of the second axis.
    pub y: &'a str,
    /// Name of the vertical axis.
    pub z: &'a str,
    /// Values.
    pub field: &'a Field,
    /// Colors and heights; `None` if there are no values to draw.
    pub scale: Option<&'a ColorScale>,
    /// Training trajectory.
    pub track: Option<&'a Track>,
    /// Another model.
    pub other: Option<&'a Spot>,
}

/// From the slice to the figure. On the floor, u and v go from -1 to 1; w is the height from 0 to 1.
#[derive(Clone, Copy)]
struct Camera {
    turn: (f64, f64),
    down: (f64, f64),
}

impl Camera {
    fn new() -> Self {
        Self {
            turn: TURN.to_radians().sin_cos(),
            down: DOWN.to_radians().sin_cos(),
        }
    }

    fn place(&self, u: f64, v: f64, w: f64) -> (f64, f64) {
        let ((sin, cos), (down, up)) = (self.turn, self.down);
        let (right, back) = (u * cos + v * sin, v * cos - u * sin);
        (
            MIDDLE.0 + HALF * right,
            MIDDLE.1 - HALF * (back * down + w * HEIGHT * up),
        )
    }
}

impl SurfacePlot<'_> {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let (field, camera) = (self.field, Camera::new());
        let mut layer = Layer::default();
        let axis = |points: &[f64]| {
            let room = if points.len() == 1 { 0.5 } else { 0.0 };
            Axis::exactly(points[0] - room, points[points.len() - 1] + room, 5)
        };
        if let (Some(x), Some(y)) = (axis(field.x()), axis(field.y())) {
            self.draw_box(&camera, &x, &y, &mut layer);
            self.draw_ground(&camera, &x, &y, &mut layer);
        }
        self.legend(&mut layer);
        Figure::draw_over(self.title, SIZE, &layer, |sheet| {
            headline_within(sheet, self.title, 19, SIZE.0 as i32)
        })
    }

    /// The floor, the back walls, and the labels at their edges.
    fn draw_box(&self, camera: &Camera, x: &Axis, y: &Axis, layer: &mut Layer) {
        let at = |(u, v, w): (f64, f64, f64)| camera.place(u, v, w);
        let line = |layer: &mut Layer, corners: &[(f64, f64, f64)], color| {
            let points: Vec<_> = corners.iter().copied().map(at).collect();
            layer.line(&points, color, 1.0, "");
        };
        let centerd = |share: f64| 2.0 * share - 1.0;
        for (value, label) in x.labeled() {
            let u = centerd(x.share(value));
            line(layer, &[(u, -1.0, 0.0), (u, 1.0, 0.0), (u, 1.0, 1.0)], GRID);
            line(layer, &[(u, -1.0, 0.0), (u, -1.05, 0.0)], MUTED);
            layer.text(&label, at((u, -1.13, 0.0)), Anchor::Middle);
        }
        for (value, label) in y.labeled() {
            let v = centerd(y.share(value));
            line(
                layer,
                &[(1.0, v, 0.0), (-1.0, v, 0.0), (-1.0, v, 1.0)],
                GRID,
            );
            line(layer, &[(1.0, v, 0.0), (1.05, v, 0.0)], MUTED);
            layer.text(&label, at((1.09, v, 0.0)), Anchor::Start);
        }
        let Some(scale) = self.scale else {
            return;
        };
        let mut lowest_free = f64::INFINITY;
        for level in self.heights(scale) {
            let w = scale.share(scale.scale().place(level));
            line(
                layer,
                &[(-1.0, -1.0, w), (-1.0, 1.0, w), (1.0, 1.0, w)],
                GRID,
            );
            line(layer, &[(-1.0, -1.0, w), (-1.04, -1.04, w)], MUTED);
            let (left, y) = at((-1.05, -1.05, w));
            if y <= lowest_free {
                lowest_free = y - 15.0;
                layer.text(&short(level), (left - 4.0, y), Anchor::End);
            }
        }
        let edge = [
            (-1.0, -1.0, 1.0),
            (-1.0, -1.0, 0.0),
            (1.0, -1.0, 0.0),
            (1.0, 1.0, 0.0),
        ];
        line(layer, &edge, MUTED);
        let (left, top) = at((-1.0, -1.0, 1.0));
        layer.text(self.z, (left - 4.0, top - 14.0), Anchor::Middle);
        let (x_end, y_end) = (at((0.05, -1.38, 0.0)), at((1.32, 0.1, 0.0)));
        layer.text(self.x, (x_end.0 - 20.0, x_end.1 + 12.0), Anchor::Middle);
        layer.text(self.y, (y_end.0 + 20.0, y_end.1 + 18.0), Anchor::Middle);
    }

    /// Values with a grid line on the walls.
    fn heights(&self, scale: &ColorScale) -> Vec<f64> {
        if scale.levels().is_empty() {
            return vec![scale.ends().0];
        }
        scale.levels().to_vec()
    }

    /// The surface. Missing values show on the floor.
    fn draw_ground(&self, camera: &Camera, x: &Axis, y: &Axis, layer: &mut Layer) {
        let Some(scale) = self.scale else {
            return layer.text(
                "nothing to draw: no finite values",
                (f64::from(SIZE.0) / 2.0, f64::from(SIZE.1) / 2.0),
                Anchor::Middle,
            );
        };
        let field = self.field;
        let places = field.places(scale.scale());
        let (columns, rows) = (mesh(field.x().len()), mesh(field.y().len()));
        let u = |j: usize| 2.0 * x.share(field.x()[j]) - 1.0;
        let v = |i: usize| 2.0 * y.share(field.y()[i]) - 1.0;
        let cells = || {
            let down = rows.windows(2).rev();
            down.flat_map(|i| {
                columns
                    .windows(2)
                    .map(move |j| ((i[0], i[1]), (j[0], j[1])))
            })
        };
        let is_hole = |((i, above), (j, right)): ((usize, usize), (usize, usize))| {
            (i..=above).any(|i| (j..=right).any(|j| places[i][j].is_nan()))
        };
        let corners = |((i, above), (j, right))| [(i, j), (i, right), (above, right), (above, j)];
        for cell in cells().filter(|cell| is_hole(*cell)) {
            let floor = corners(cell).map(|(i, j)| camera.place(u(j), v(i), 0.0));
            layer.area(&floor, HOLE[0], "stroke=\"#8A8A8A\" stroke-width=\"0.5\"");
        }
        if columns.len() == 1 || rows.len() == 1 {
            self.draw_posts(camera, (x, y), &places, layer);
        }
        let pieces = self.track.map_or(Vec::new(), |track| {
            pieces(track, field, &places, (&rows, &columns))
        });
        let ends = |piece: &Piece| {
            piece.ends.map(|(at_x, at_y, place)| {
                let (u, v) = (2.0 * x.share(at_x) - 1.0, 2.0 * y.share(at_y) - 1.0);
                camera.place(u, v, scale.share(place) + HOVER)
            })
        };
        for cell in cells() {
            if !is_hole(cell) {
                let heights = corners(cell).map(|(i, j)| scale.share(places[i][j]));
                let mut points = corners(cell).map(|(i, j)| camera.place(u(j), v(i), 0.0));
                for (point, w) in points.iter_mut().zip(heights) {
                    point.1 -= camera.place(0.0, 0.0, 0.0).1 - camera.place(0.0, 0.0, w).1;
                }
                let color = viridis(heights.iter().sum::<f64>() / 4.0);
                let mesh = "stroke=\"#000000\" stroke-opacity=\"0.28\" stroke-width=\"0.5\" \
                            stroke-linejoin=\"round\"";
                layer.area(&points, color, mesh);
            }
            let here = (cell.0.0, cell.1.0);
            for piece in pieces.iter().filter(|piece| piece.cell == here) {
                layer.line(&ends(piece), WHITE, 4.0, "");
                layer.line(&ends(piece), BLACK, 2.0, "stroke-linecap=\"round\"");
            }
        }
        // What lies behind a slope shines through.
        for piece in &pieces {
            layer.line(&ends(piece), BLACK, 1.2, "stroke-opacity=\"0.45\"");
        }
        self.mark_ends(camera, (x, y), &places, layer);
    }

    /// Points that have no mesh between them: each by itself, over its place on the floor.
    fn draw_posts(
        &self,
        camera: &Camera,
        (x, y): (&Axis, &Axis),
        places: &[Vec<f64>],
        layer: &mut Layer,
    ) {
        let Some(scale) = self.scale else { return };
        for (at_y, row) in self.field.y().iter().zip(places) {
            for (at_x, place) in self.field.x().iter().zip(row) {
                let (u, v) = (2.0 * x.share(*at_x) - 1.0, 2.0 * y.share(*at_y) - 1.0);
                let floor = camera.place(u, v, 0.0);
                if place.is_nan() {
                    layer.disc(floor, 3.5, HOLE[0], HOLE[1]);
                    continue;
                }
                let share = scale.share(*place);
                let head = camera.place(u, v, share);
                layer.line(&[floor, head], MUTED, 1.0, "");
                layer.disc(head, 3.5, viridis(share), BLACK);
            }
        }
    }

    fn mark_ends(
        &self,
        camera: &Camera,
        (x, y): (&Axis, &Axis),
        places: &[Vec<f64>],
        layer: &mut Layer,
    ) {
        let Some(scale) = self.scale else { return };
        let at = |point: Option<&(f64, f64)>| {
            let (at_x, at_y) = point?;
            let w = scale.share(ground(self.field, places, (*at_x, *at_y))?) + HOVER;
            let (u, v) = (2.0 * x.share(*at_x) - 1.0, 2.0 * y.share(*at_y) - 1.0);
            Some(camera.place(u, v, w))
        };
        if let Some(spot) = at(self.other.map(|spot| &spot.at)) {
            spot_mark(layer, spot);
        }
        let Some(track) = self.track else { return };
        if let Some(start) = at(track.points.first()) {
            start_mark(layer, start);
        }
        if let Some(end) = at(track.points.last()) {
            end_mark(layer, end);
        }
    }

    fn legend(&self, layer: &mut Layer) {
        let y = f64::from(SIZE.1) - 16.0;
        let mut x = 14.0;
        let mut entry = |layer: &mut Layer, name: &str, mark: &dyn Fn(&mut Layer, (f64, f64))| {
            mark(layer, (x + 7.0, y));
            layer.text(name, (x + 18.0, y), Anchor::Start);
            x += f64::from(width_of(name, TEXT_SIZE)) + 36.0;
        };
        if let Some(spot) = self.other {
            entry(layer, &spot.label(), &spot_mark);
        }
        if let Some(track) = self.track {
            entry(layer, &track.start, &start_mark);
            entry(layer, &track.end, &end_mark);
        }
        if let Some(name) = hole_name(self.field.values()) {
            entry(layer, name, &|layer, (x, y)| {
                let corners = [
                    (x - 8.0, y + 5.0),
                    (x + 4.0, y + 5.0),
                    (x + 8.0, y - 5.0),
                    (x - 4.0, y - 5.0),
                ];
                layer.area(&corners, HOLE[0], "stroke=\"#8A8A8A\"");
            });
        }
    }
}

/// The points that the mesh runs through: all, or evenly some, both ends among them.
fn mesh(points: usize) -> Vec<usize> {
    let step = (points - 1).div_ceil(MOST_LINES - 1).max(1);
    let mut lines: Vec<usize> = (0..points).step_by(step).collect();
    if lines.last() != Some(&(points - 1)) {
        lines.push(points - 1);
    }
    lines
}

#[cfg(test)]
mod tests;
