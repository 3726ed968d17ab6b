//! Eigenvalue spectrum: density on a logarithmic axis, and individually known eigenvalues.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, drawable};
use super::figure::Figure;
use super::layer::{Anchor, Layer};
use super::panel::Panel;
use super::style::{MUTED, SERIES, TEXT_SIZE, headline_within, text, width_of};

const SIZE: (u32, u32) = (600, 400);
const EDGES: [i32; 4] = [78, 66, 582, 342];
/// Densities are shown down to this share of the largest.
const LEAST: f64 = 1e-8;
/// Height of a known eigenvalue's line.
const STEM: f64 = 34.0;

/// A spectrum.
#[derive(Clone, Copy, Debug)]
pub struct SpectrumPlot<'a> {
    /// Title.
    pub title: &'a str,
    /// Eigenvalues, ascending, and the density at each.
    pub density: &'a [(f64, f64)],
    /// Largest eigenvalues.
    pub top: &'a [f64],
    /// Smallest eigenvalues.
    pub bottom: &'a [f64],
}

impl SpectrumPlot<'_> {
    /// Draws the figure. Densities below 10⁻⁸ of the largest lie below the frame.
    pub fn draw(&self) -> Figure {
        let mut layer = Layer::default();
        let panel = self.panel();
        if let Some(panel) = &panel {
            self.draw_density(panel, &mut layer);
            self.draw_stems(panel, &mut layer);
        }
        self.legend(&mut layer);
        Figure::draw_over(self.title, SIZE, &layer, |sheet| {
            headline_within(sheet, self.title, 17, SIZE.0 as i32)?;
            match &panel {
                Some(panel) => panel.draw(sheet),
                None => {
                    let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                    let place = (SIZE.0 as i32 / 2, SIZE.1 as i32 / 2);
                    sheet.draw(&Text::new(
                        "nothing to draw: no finite values",
                        place,
                        style,
                    ))
                }
            }
        })
    }

    /// The densities that can be drawn.
    fn drawn(&self) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
        let whole = |(at, density): &(f64, f64)| drawable(*at) && drawable(*density);
        self.density.iter().copied().filter(whole)
    }

    fn panel(&self) -> Option<Panel<'_>> {
        let known = self.top.iter().chain(self.bottom).copied();
        let highest = self.drawn().map(|d| d.1).fold(0.0, f64::max);
        // The grid reaches out until the density is nothing; the frame as far as it shows anything.
        let shown = self.drawn().filter(|d| d.1 >= LEAST * highest).map(|d| d.0);
        let lowest = self
            .drawn()
            .map(|d| d.1)
            .filter(|d| *d > 0.0 && *d >= LEAST * highest);
        let lowest = lowest.fold(f64::INFINITY, f64::min);
        let y = if highest > 0.0 {
            Axis::logarithmic((lowest / 1.5).max(1e-99), highest * 2.0, 6)
        } else {
            Axis::exactly(0.0, 1.0, 1)
        };
        Some(Panel {
            edges: EDGES,
            x: Axis::measuring_with_room(known.chain(shown), 8)?,
            y: y?,
            x_name: Some("eigenvalue"),
            y_name: "density",
        })
    }

    fn draw_density(&self, panel: &Panel<'_>, layer: &mut Layer) {
        let rectangle = panel.rectangle();
        let [left, top, _, height] = rectangle;
        let points: Vec<(f64, f64)> = self
            .drawn()
            .map(|(at, density)| {
                let (x, y) = panel.place(at, density);
                // The logarithm of nothing lies below the frame.
                let below = height + 10.0;
                (
                    x - left,
                    if y.is_finite() {
                        (y - top).min(below)
                    } else {
                        below
                    },
                )
            })
            .collect();
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let mut area = vec![(first.0, height + 10.0)];
        area.extend(&points);
        area.push((last.0, height + 10.0));
        layer.cut(rectangle, |layer, _| {
            layer.area(&area, SERIES[0], "fill-opacity=\"0.25\"");
            layer.line(&points, SERIES[0], 1.8, "");
        });
    }

    fn draw_stems(&self, panel: &Panel<'_>, layer: &mut Layer) {
        let bottom = f64::from(EDGES[3]);
        for (values, color) in [(self.top, SERIES[1]), (self.bottom, SERIES[2])] {
            for value in values.iter().filter(|v| drawable(**v)) {
                let x = panel.place(*value, 1.0).0;
                layer.line(&[(x, bottom), (x, bottom - STEM)], color, 1.8, "");
                layer.disc((x, bottom - STEM), 3.0, color, color);
            }
        }
    }

    fn legend(&self, layer: &mut Layer) {
        let y = 46.0;
        let mut x = f64::from(EDGES[0]);
        let mut entry = |name: &str, color: RGBColor, disc: bool| {
            layer.line(&[(x, y), (x + 16.0, y)], color, 2.0, "");
            if disc {
                layer.disc((x + 16.0, y), 3.0, color, color);
            }
            layer.text(name, (x + 24.0, y), Anchor::Start);
            x += f64::from(width_of(name, TEXT_SIZE)) + 44.0;
        };
        entry("density", SERIES[0], false);
        for (values, which, color) in [
            (self.top, "largest", SERIES[1]),
            (self.bottom, "smallest", SERIES[2]),
        ] {
            if values.is_empty() {
                continue;
            }
            let holes = values.iter().filter(|v| !drawable(**v)).count();
            let mut name = format!("{} {which}", values.len());
            if holes > 0 {
                name.push_str(&format!(", {holes} of them not finite"));
            }
            entry(&name, color, true);
        }
        if self.density.iter().any(|d| !drawable(d.1)) {
            entry("parts of it not finite", SERIES[0], false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_eigenvalue_has_its_stem() {
        let density: Vec<_> = (-20..=60)
            .map(|i| f64::from(i) / 4.0)
            .map(|x| (x, (-x * x).exp()))
            .collect();
        let plot = SpectrumPlot {
            title: "spectrum",
            density: &density,
            top: &[14.0, 9.0, f64::NAN],
            bottom: &[-3.0],
        };
        let svg = plot.draw().to_svg();
        // Three, and two in the legend.
        assert_eq!(svg.matches("<circle").count(), 5, "{svg}");
        assert!(svg.contains("3 largest, 1 of them not finite") && svg.contains("1 smallest"));
    }

    #[test]
    fn extremes_are_drawn() {
        for (density, top) in [
            (&[][..], &[][..]),
            (&[(0.0, f64::NAN)][..], &[f64::INFINITY][..]),
            (&[(0.0, 0.0), (1.0, 0.0)][..], &[0.5][..]),
            (&[(0.0, 1e90), (1e-9, 1e-90)][..], &[0.0][..]),
            (&[][..], &[5.0][..]),
        ] {
            let plot = SpectrumPlot {
                title: "spectrum",
                density,
                top,
                bottom: &[],
            };
            let svg = plot.draw().to_svg();
            assert!(
                svg.trim_end().ends_with("</svg>") && !svg.contains("NaN\""),
                "{svg}"
            );
        }
    }
}
