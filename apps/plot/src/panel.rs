//! A frame with ticks and axis names, at known pixels.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::Axis;
use super::layer::Layer;
use super::style::{GRID, INK, MUTED, Problem, Sheet, TEXT_SIZE, text};

/// Length of a tick in pixels.
const TICK: i32 = 5;

/// A frame and its axes.
pub(super) struct Panel<'a> {
    /// Left, top, right and bottom edge.
    pub(super) edges: [i32; 4],
    /// Along the lower side.
    pub(super) x: Axis,
    /// Along the left side.
    pub(super) y: Axis,
    /// Name of the x axis; `None`, and no tick labels, where a panel below shares the axis.
    pub(super) x_name: Option<&'a str>,
    /// Name of the y axis.
    pub(super) y_name: &'a str,
}

impl Panel<'_> {
    /// Pixel position of a point.
    pub(super) fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let [left, top, right, bottom] = self.edges.map(f64::from);
        (
            left + self.x.share(x) * (right - left),
            bottom - self.y.share(y) * (bottom - top),
        )
    }

    /// Left, top, width and height.
    pub(super) fn rectangle(&self) -> [f64; 4] {
        let [left, top, right, bottom] = self.edges.map(f64::from);
        [left, top, right - left, bottom - top]
    }

    /// Draws lines across the frame where the ticks are.
    pub(super) fn rule(&self, layer: &mut Layer) {
        let [left, top, right, bottom] = self.edges.map(f64::from);
        for (value, _) in self.x.labeled() {
            let x = self.place(value, 0.0).0.round();
            layer.line(&[(x, top), (x, bottom)], GRID, 1.0, "");
        }
        for (value, _) in self.y.labeled() {
            let y = self.place(0.0, value).1.round();
            layer.line(&[(left, y), (right, y)], GRID, 1.0, "");
        }
    }

    /// Draws the frame, its ticks and names.
    pub(super) fn draw(&self, sheet: &Sheet<'_>) -> Result<(), Problem> {
        let [left, top, right, bottom] = self.edges;
        let tick = |from: (i32, i32), to: (i32, i32)| {
            sheet.draw(&PathElement::new([from, to], MUTED.stroke_width(1)))
        };
        for (value, label) in self.x.labeled() {
            let x = self.place(value, 0.0).0.round() as i32;
            tick((x, bottom), (x, bottom + TICK))?;
            if self.x_name.is_some() {
                let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Top);
                sheet.draw(&Text::new(label, (x, bottom + TICK + 4), style))?;
            }
        }
        for (value, label) in self.y.labeled() {
            let y = self.place(0.0, value).1.round() as i32;
            tick((left - TICK, y), (left, y))?;
            let style = text(TEXT_SIZE, MUTED, HPos::Right, VPos::Center);
            sheet.draw(&Text::new(label, (left - TICK - 4, y), style))?;
        }
        let frame = Rectangle::new([(left, top), (right, bottom)], MUTED.stroke_width(1));
        sheet.draw(&frame)?;
        if let Some(name) = self.x_name {
            let style = text(TEXT_SIZE, INK, HPos::Center, VPos::Bottom);
            let place = ((left + right) / 2, bottom + 44);
            sheet.draw(&Text::new(name, place, style))?;
        }
        let style =
            text(TEXT_SIZE, INK, HPos::Center, VPos::Top).transform(FontTransform::Rotate270);
        sheet.draw(&Text::new(
            self.y_name,
            (left - 62, (top + bottom) / 2),
            style,
        ))
    }
}
