//! A 2-D slice of a loss surface as a heat map or as filled contours.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, short};
use super::contour;
use super::field::{Along, Field, between, nearest};
use super::figure::Figure;
use super::labels::{Taken, label_place};
use super::layer::{Anchor, HOLE, Layer, STRIPE, hole_name};
use super::panel::Panel;
use super::raster::Raster;
use super::scale::{ColorScale, is_light, viridis};
use super::style::{MUTED, Problem, Sheet, TEXT_SIZE, headline_within, text, width_of};
use super::track::{Spot, Track, end_mark, model_mark, spot_mark, start_mark, steps};

/// The figure, and the frame in it.
const SIZE: (u32, u32) = (560, 524);
const EDGES: [i32; 4] = [72, 40, 472, 440];
/// Image pixels per figure pixel.
const FINE: i32 = 2;
/// Colors of a scale of cells.
const SHADES: usize = 240;
/// The color bar's left and right edge.
const BAR: (i32, i32) = (488, 504);

/// Style of a plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaneStyle {
    /// Heat map: a cell around each point.
    Cells,
    /// Filled contours; values between points are interpolated.
    Contours,
}

/// A 2-D slice as a heat map or contour plot.
#[derive(Clone, Copy, Debug)]
pub struct PlanePlot<'a> {
    /// Title.
    pub title: &'a str,
    /// Name of the horizontal axis.
    pub x: &'a str,
    /// Name of the vertical axis.
    pub y: &'a str,
    /// Values.
    pub field: &'a Field,
    /// Colors and levels; `None` if there are no values to draw.
    pub scale: Option<&'a ColorScale>,
    /// Style.
    pub style: PlaneStyle,
    /// Training trajectory.
    pub track: Option<&'a Track>,
    /// Another model.
    pub other: Option<&'a Spot>,
}

impl PlanePlot<'_> {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let mut layer = Layer::default();
        let Some(panel) = self.panel() else {
            return Figure::draw(self.title, SIZE, |sheet| {
                let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                let place = (SIZE.0 as i32 / 2, SIZE.1 as i32 / 2);
                sheet.draw(&Text::new(
                    "nothing to draw: the points lie too far out",
                    place,
                    style,
                ))
            });
        };
        self.paint(&panel, &mut layer);
        if let (PlaneStyle::Contours, Some(scale)) = (self.style, self.scale) {
            self.outline(&panel, scale, &mut layer);
        }
        self.mark(&panel, &mut layer);
        self.legend(&mut layer);
        Figure::draw_over(self.title, SIZE, &layer, |sheet| {
            headline_within(sheet, self.title, 19, SIZE.0 as i32)?;
            panel.draw(sheet)?;
            self.draw_bar(sheet)
        })
    }

    /// The frame: from the first point to the last, or around their cells.
    fn panel(&self) -> Option<Panel<'_>> {
        let axis = |points: &[f64]| {
            let (first, last) = (points[0], points[points.len() - 1]);
            let room = match (self.style, points) {
                (_, [_]) => (0.5, 0.5),
                (PlaneStyle::Contours, _) => (0.0, 0.0),
                (PlaneStyle::Cells, [a, b, ..]) => {
                    let before_last = points[points.len() - 2];
                    ((b - a) / 2.0, (last - before_last) / 2.0)
                }
                (PlaneStyle::Cells, []) => return None,
            };
            Axis::exactly(first - room.0, last + room.1, 6)
        };
        Some(Panel {
            edges: EDGES,
            x: axis(self.field.x())?,
            y: axis(self.field.y())?,
            x_name: Some(self.x),
            y_name: self.y,
        })
    }

    /// The image of all values.
    fn paint(&self, panel: &Panel<'_>, layer: &mut Layer) {
        let [left, top, right, bottom] = EDGES;
        let (width, height) = (FINE * (right - left), FINE * (bottom - top));
        let along = |axis: &Axis, points: &[f64], pixels: i32| -> Vec<Along> {
            let (low, high) = axis.ends();
            let at = |pixel: i32| {
                let share = (f64::from(pixel) + 0.5) / f64::from(pixels);
                Along::of(low + share * (high - low), points)
            };
            (0..pixels).map(at).collect()
        };
        let columns = along(&panel.x, self.field.x(), width);
        let rows = along(&panel.y, self.field.y(), height);
        let (mut palette, color) = self.colors();
        let hole = palette.len();
        palette.extend(HOLE);
        let places = self.scale.map(|scale| self.field.places(scale.scale()));
        let stripe = |row: usize, column: usize| {
            let period = 2.0 * STRIPE * f64::from(FINE);
            (row + column) as f64 % period >= period / 2.0
        };
        let mut pixels = Vec::with_capacity(rows.len() * columns.len());
        for (i, y) in rows.iter().rev().enumerate() {
            for (j, x) in columns.iter().enumerate() {
                let place = places.as_ref().map_or(f64::NAN, |places| match self.style {
                    PlaneStyle::Cells => nearest(places, *y, *x),
                    PlaneStyle::Contours => between(places, *y, *x),
                });
                let number = if place.is_nan() {
                    hole + usize::from(stripe(i, j))
                } else {
                    color(place)
                };
                pixels.push(number as u8);
            }
        }
        let raster = Raster {
            width: width as u32,
            height: height as u32,
            palette,
            pixels,
        };
        layer.image(panel.rectangle(), &raster.data_uri());
    }

    /// The palette, and the color index of a place on the scale.
    fn colors(&self) -> (Vec<RGBColor>, Box<dyn Fn(f64) -> usize + '_>) {
        let Some(scale) = self.scale else {
            return (Vec::new(), Box::new(|_| 0));
        };
        match self.style {
            PlaneStyle::Cells => {
                let last = (SHADES - 1) as f64;
                let palette = (0..SHADES).map(|i| viridis(i as f64 / last)).collect();
                let nearest = move |place| (scale.share(place) * last).round() as usize;
                (palette, Box::new(nearest))
            }
            PlaneStyle::Contours => {
                let levels: Vec<f64> = scale
                    .levels()
                    .iter()
                    .map(|v| scale.scale().place(*v))
                    .collect();
                let band = move |place| levels.partition_point(|level| *level <= place);
                (scale.bands(), Box::new(band))
            }
        }
    }

    /// The contour lines with their labels.
    fn outline(&self, panel: &Panel<'_>, scale: &ColorScale, layer: &mut Layer) {
        let places = self.field.places(scale.scale());
        let mut labels = Vec::new();
        let mut taken = Taken {
            labels: Vec::new(),
            track: self.track.map_or(Vec::new(), |track| steps(track, panel)),
        };
        for level in scale.levels() {
            let place = scale.scale().place(*level);
            let color = viridis(scale.share(place));
            let contrast = if is_light(color) { BLACK } else { WHITE };
            for line in contour::lines(self.field.x(), self.field.y(), &places, place) {
                let line: Vec<_> = line.iter().map(|(x, y)| panel.place(*x, *y)).collect();
                layer.line(&line, contrast, 1.0, "stroke-opacity=\"0.7\"");
                if let Some((at, degrees)) = label_place(&line, panel.rectangle(), &taken) {
                    taken.labels.push(at);
                    labels.push((short(*level), at, degrees, [contrast, color]));
                }
            }
        }
        for (label, at, degrees, colors) in labels {
            layer.label(&label, at, degrees, colors);
        }
    }

    /// The training trajectory, the model itself and the other.
    fn mark(&self, panel: &Panel<'_>, layer: &mut Layer) {
        let [left, top, ..] = panel.rectangle();
        let inside = |(x, y): (f64, f64)| {
            let (x, y) = panel.place(x, y);
            (x - left, y - top)
        };
        layer.cut(panel.rectangle(), |layer, _| {
            // Longer than the mark of the track's end, which is often at the same place.
            model_mark(layer, inside((0.0, 0.0)), 13.0);
            if let Some(spot) = self.other {
                spot_mark(layer, inside(spot.at));
            }
            if let Some(track) = self.track {
                let points: Vec<_> = track.points.iter().copied().map(inside).collect();
                layer.line(&points, WHITE, 4.0, "stroke-opacity=\"0.85\"");
                layer.line(&points, BLACK, 1.8, "");
                if let ([first, .., last], true) = (&points[..], points.len() <= 200) {
                    for point in &points[1..points.len() - 1] {
                        layer.disc(*point, 1.6, WHITE, BLACK);
                    }
                    start_mark(layer, *first);
                    end_mark(layer, *last);
                }
            }
        });
    }

    /// The legend below the frame.
    fn legend(&self, layer: &mut Layer) {
        let y = f64::from(SIZE.1) - 18.0;
        let mut x = f64::from(EDGES[0]);
        let mut entry = |layer: &mut Layer, name: &str, mark: &dyn Fn(&mut Layer, (f64, f64))| {
            mark(layer, (x + 7.0, y));
            layer.text(name, (x + 18.0, y), Anchor::Start);
            x += f64::from(width_of(name, TEXT_SIZE)) + 36.0;
        };
        entry(layer, "the model", &|layer, at| model_mark(layer, at, 6.0));
        if let Some(spot) = self.other {
            entry(layer, &spot.label(), &spot_mark);
        }
        if let Some(track) = self.track {
            entry(layer, &track.start, &start_mark);
            entry(layer, &track.end, &end_mark);
        }
        if let Some(name) = hole_name(self.field.values()) {
            entry(layer, name, &|layer, (x, y)| {
                layer.hole([x - 8.0, y - 6.0, 16.0, 12.0]);
            });
        }
    }

    /// The color bar on the right.
    fn draw_bar(&self, sheet: &Sheet<'_>) -> Result<(), Problem> {
        let Some(scale) = self.scale else {
            return Ok(());
        };
        let [_, top, _, bottom] = EDGES;
        let height = f64::from(bottom - top);
        let place = |share: f64| bottom - (share * height).round() as i32;
        let block = |from: i32, to: i32, color: RGBColor| {
            sheet.draw(&Rectangle::new(
                [(BAR.0, to), (BAR.1, from)],
                color.filled(),
            ))
        };
        let share = |level: f64| scale.share(scale.scale().place(level));
        match self.style {
            PlaneStyle::Cells => {
                for y in 0..bottom - top {
                    let middle = (f64::from(y) + 0.5) / height;
                    block(bottom - y, bottom - y - 1, viridis(middle))?;
                }
            }
            PlaneStyle::Contours => {
                let levels = scale.levels().iter().map(|level| place(share(*level)));
                let edges: Vec<i32> = std::iter::once(bottom).chain(levels).chain([top]).collect();
                for (pair, color) in edges.windows(2).zip(scale.bands()) {
                    block(pair[0], pair[1], color)?;
                }
            }
        }
        let style = text(TEXT_SIZE, MUTED, HPos::Left, VPos::Center);
        let mut labeled: Vec<f64> = scale.levels().to_vec();
        if labeled.is_empty() {
            labeled.push(scale.ends().0);
        }
        let mut lowest_free = i32::MAX;
        for level in labeled {
            let y = place(share(level));
            if y > lowest_free {
                continue;
            }
            lowest_free = y - 15;
            sheet.draw(&Text::new(short(level), (BAR.1 + 6, y), style.clone()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
