//! SVG that the plotting library does not draw: lines at fractions of a pixel, text with a halo, images, hatching.
//!
//! A layer lies below everything that the library draws in the same figure.

use std::fmt::Write;

use plotters::style::RGBColor;

use super::axis::drawable;
use super::style::{INK, TEXT_SIZE, escaped};

/// Stripes for non-finite values: two grays, which no color map has.
pub(super) const HOLE: [RGBColor; 2] = [RGBColor(0xc4, 0xc4, 0xc4), RGBColor(0x8a, 0x8a, 0x8a)];
/// Width of a stripe in pixels.
pub(super) const STRIPE: f64 = 4.0;

/// The legend's word for the numbers that cannot be drawn, if there are any.
pub(super) fn hole_name(mut values: impl Iterator<Item = f64> + Clone) -> Option<&'static str> {
    let too_large = values.clone().any(|v| v.is_finite() && !drawable(v));
    let holes = values.any(|v| !drawable(v));
    match (holes, too_large) {
        (false, _) => None,
        (true, false) => Some("not finite"),
        (true, true) => Some("not finite or beyond 1e100"),
    }
}

/// Pieces of SVG.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    svg: String,
}

/// Text anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Layer {
    /// The SVG.
    pub(super) fn svg(&self) -> &str {
        &self.svg
    }

    fn add(&mut self, piece: std::fmt::Arguments<'_>) {
        // Writing into a string has no way to fail.
        let _ = self.svg.write_fmt(piece);
        self.svg.push('\n');
    }

    /// A line through points, with SVG's attributes of a stroke.
    pub(super) fn line(&mut self, points: &[(f64, f64)], color: RGBColor, width: f64, more: &str) {
        self.add(format_args!(
            "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\" stroke-linejoin=\"round\" {more}/>",
            path(points),
            hex(color),
        ));
    }

    /// A filled polygon, with further attributes.
    pub(super) fn area(&mut self, points: &[(f64, f64)], fill: RGBColor, more: &str) {
        self.add(format_args!(
            "<path d=\"{}z\" fill=\"{}\" {more}/>",
            path(points),
            hex(fill)
        ));
    }

    /// A disc with an outline.
    pub(super) fn disc(&mut self, (x, y): (f64, f64), radius: f64, fill: RGBColor, line: RGBColor) {
        self.add(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.5\"/>",
            short(x),
            short(y),
            hex(fill),
            hex(line),
        ));
    }

    /// Text in the color of ink.
    pub(super) fn text(&mut self, text: &str, (x, y): (f64, f64), anchor: Anchor) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.add(format_args!(
            "<text x=\"{}\" y=\"{}\" dy=\"0.35em\" text-anchor=\"{anchor}\" font-family=\"sans-serif\" \
             font-size=\"{TEXT_SIZE}\" fill=\"{}\">{}</text>",
            short(x),
            short(y),
            hex(INK),
            escaped(text),
        ));
    }

    /// Small text along a line, in front of a halo.
    pub(super) fn label(
        &mut self,
        text: &str,
        (x, y): (f64, f64),
        degrees: f64,
        [ink, halo]: [RGBColor; 2],
    ) {
        self.add(format_args!(
            "<text transform=\"translate({} {}) rotate({degrees:.0})\" dy=\"0.35em\" text-anchor=\"middle\" \
             font-family=\"sans-serif\" font-size=\"11\" fill=\"{}\" stroke=\"{}\" stroke-width=\"4\" \
             stroke-linejoin=\"round\" paint-order=\"stroke\">{}</text>",
            short(x),
            short(y),
            hex(ink),
            hex(halo),
            escaped(text),
        ));
    }

    /// An image stretched over a rectangle: left, top, width, height.
    pub(super) fn image(&mut self, [x, y, width, height]: [f64; 4], uri: &str) {
        self.add(format_args!(
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" \
             href=\"{uri}\"/>"
        ));
    }

    /// A striped rectangle: left, top, width, height.
    pub(super) fn hole(&mut self, rectangle: [f64; 4]) {
        let [x, y, width, height] = rectangle;
        self.area(
            &[
                (x, y),
                (x + width, y),
                (x + width, y + height),
                (x, y + height),
            ],
            HOLE[0],
            "",
        );
        self.cut(rectangle, |layer, inner| {
            let mut from = -inner.1;
            while from < inner.0 {
                let ends = [(from, inner.1), (from + inner.1, 0.0)];
                layer.line(&ends, HOLE[1], STRIPE, "");
                from += STRIPE * 2.0 * std::f64::consts::SQRT_2;
            }
        });
    }

    /// Draws what is cut off at the edges of a rectangle; inside, its upper left corner is the origin.
    pub(super) fn cut(
        &mut self,
        [x, y, width, height]: [f64; 4],
        draw: impl FnOnce(&mut Self, (f64, f64)),
    ) {
        self.add(format_args!(
            "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\">",
            short(x),
            short(y),
            short(width),
            short(height)
        ));
        draw(self, (width, height));
        self.add(format_args!("</svg>"));
    }
}

/// The points as the text of a path.
fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::with_capacity(12 * points.len());
    for (i, (x, y)) in points.iter().enumerate() {
        path.push(if i == 0 { 'M' } else { 'L' });
        path.push_str(&short(*x));
        path.push(' ');
        path.push_str(&short(*y));
    }
    path
}

/// A coordinate to a tenth of a pixel. What is far away from every figure stays at its edge of the world.
fn short(x: f64) -> String {
    let text = format!("{:.1}", x.clamp(-1e5, 1e5));
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0" } else { text }.to_owned()
}

fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_finite() {
        let texts = [0.04, -0.04, 1.25, 300.0, f64::INFINITY].map(short);
        assert_eq!(texts, ["0", "0", "1.2", "300", "100000"]);
    }

    #[test]
    fn text_is_escaped() {
        let mut layer = Layer::default();
        layer.text("a < b", (1.0, 2.0), Anchor::Start);
        layer.label("<", (1.0, 2.0), 30.0, [INK, INK]);
        assert!(layer.svg().contains("a &lt; b") && !layer.svg().contains("><<"));
    }
}
