//! Values along a line through parameter space: panels over one axis, with points of interest marked.

use plotters::prelude::*;

use super::axis::{Axis, drawable};
use super::figure::Figure;
use super::layer::{Anchor, Layer, hole_name};
use super::panel::Panel;
use super::style::{MUTED, SERIES, TEXT_SIZE, headline_within, shortened, width_of};

const WIDTH: i32 = 600;
const LEFT: i32 = 78;
const RIGHT: i32 = WIDTH - 18;
/// Heights above the first panel (title and legend) and below the last (tick labels and axis name).
const TOP: i32 = 64;
const FOOT: i32 = 58;
/// The height of a strip, of one that stands alone, and the space between.
const STRIP: i32 = 170;
const ALONE: i32 = 260;
const GAP: i32 = 18;
/// Maximum number of points of a line with markers.
const MOST_DOTS: usize = 30;
/// Characters of a mark's name.
const LONGEST_NAME: usize = 24;

/// One quantity along the line, in a panel.
#[derive(Clone, Debug)]
pub struct Strip<'a> {
    /// Name.
    pub name: &'a str,
    /// Value at each point.
    pub values: Vec<f64>,
    /// Allows a logarithmic axis if the values call for it.
    pub may_be_log: bool,
}

/// A named point on the line.
#[derive(Clone, Debug)]
pub struct Mark<'a> {
    /// Position.
    pub at: f64,
    /// Name.
    pub name: &'a str,
}

/// Values along a line.
#[derive(Clone, Debug)]
pub struct SectionPlot<'a> {
    /// Title.
    pub title: &'a str,
    /// Name of the horizontal axis.
    pub x: &'a str,
    /// Positions, ascending.
    pub at: &'a [f64],
    /// Marked points.
    pub marks: &'a [Mark<'a>],
    /// Quantities, each in a panel of its own.
    pub strips: &'a [Strip<'a>],
}

impl SectionPlot<'_> {
    /// Draws the figure. Points with a non-finite value are striped.
    ///
    /// # Panics
    /// If a strip has not a number for each place.
    #[track_caller]
    pub fn draw(&self) -> Figure {
        for strip in self.strips {
            assert_eq!(strip.values.len(), self.at.len(), "a number for each place");
        }
        let height = if self.strips.len() == 1 { ALONE } else { STRIP };
        let all = self.strips.len() as i32 * (height + GAP) - GAP;
        let size = (WIDTH as u32, (TOP + all + FOOT) as u32);
        let mut layer = Layer::default();
        let mut panels = Vec::new();
        for (i, strip) in self.strips.iter().enumerate() {
            let top = TOP + i as i32 * (height + GAP);
            let edges = [LEFT, top, RIGHT, top + height];
            let last = i + 1 == self.strips.len();
            if let Some(panel) = self.panel(strip, edges, last) {
                panels.push((panel, strip, i));
            }
        }
        for (panel, strip, i) in &panels {
            panel.rule(&mut layer);
            self.draw_holes(panel, strip, &mut layer);
            self.draw_marks(panel, &mut layer);
            self.draw_line(panel, strip, SERIES[i % SERIES.len()], &mut layer);
        }
        self.legend(&mut layer);
        Figure::draw_over(self.title, size, &layer, |sheet| {
            headline_within(sheet, self.title, 17, self.title_end())?;
            panels.iter().try_for_each(|(panel, ..)| panel.draw(sheet))
        })
    }

    /// Legend of what cannot be drawn, if anything cannot.
    fn hole_name(&self) -> Option<&'static str> {
        hole_name(self.strips.iter().flat_map(|s| &s.values).copied())
    }

    /// Right end of the title, left of the legend of stripes.
    fn title_end(&self) -> i32 {
        let legend = self.hole_name().map(|name| width_of(name, TEXT_SIZE) + 40);
        WIDTH - legend.unwrap_or(0)
    }

    fn panel<'a>(&'a self, strip: &'a Strip<'_>, edges: [i32; 4], last: bool) -> Option<Panel<'a>> {
        let (first, end) = (self.at.first()?, self.at.last()?);
        let values = strip.values.iter().copied();
        // Without a number there is an axis all the same, for the stripes to stand on.
        let y = Axis::measuring(values, 5, strip.may_be_log).or_else(|| Axis::exactly(0.0, 1.0, 2));
        Some(Panel {
            edges,
            x: Axis::exactly(*first, *end, 8)?,
            y: y?,
            x_name: last.then_some(self.x),
            y_name: strip.name,
        })
    }

    /// Stripes around the places whose number is not finite.
    fn draw_holes(&self, panel: &Panel<'_>, strip: &Strip<'_>, layer: &mut Layer) {
        let [left, top, width, height] = panel.rectangle();
        let at = |i: usize| panel.place(self.at[i], 0.0).0;
        for (i, _) in strip
            .values
            .iter()
            .enumerate()
            .filter(|(_, v)| !drawable(**v))
        {
            let from = if i == 0 {
                left
            } else {
                (at(i - 1) + at(i)) / 2.0
            };
            let to = if i + 1 == self.at.len() {
                left + width
            } else {
                (at(i) + at(i + 1)) / 2.0
            };
            layer.hole([from, top, to - from, height]);
        }
    }

    fn draw_marks(&self, panel: &Panel<'_>, layer: &mut Layer) {
        let [left, top, width, height] = panel.rectangle();
        for mark in self.marks {
            let x = panel.place(mark.at, 0.0).0;
            if x >= left && x <= left + width {
                let ends = [(x, top), (x, top + height)];
                layer.line(&ends, MUTED, 1.2, "stroke-dasharray=\"6 4\"");
            }
        }
    }

    fn draw_line(&self, panel: &Panel<'_>, strip: &Strip<'_>, color: RGBColor, layer: &mut Layer) {
        let points: Vec<_> = self.at.iter().zip(&strip.values).collect();
        for piece in points.split(|p| !drawable(*p.1)).filter(|p| !p.is_empty()) {
            let piece: Vec<_> = piece.iter().map(|(x, y)| panel.place(**x, **y)).collect();
            // A single number between two that are not finite has no line, but a dot.
            if points.len() <= MOST_DOTS || piece.len() == 1 {
                for place in &piece {
                    layer.disc(*place, 2.5, color, color);
                }
            }
            layer.line(&piece, color, 2.0, "");
        }
    }

    /// Names of the marks above them; the legend of stripes right of the title.
    fn legend(&self, layer: &mut Layer) {
        let width = f64::from(RIGHT - LEFT);
        if let (Some(first), Some(last)) = (self.at.first(), self.at.last()) {
            let axis = Axis::exactly(*first, *last, 8);
            let mut free = 4.0;
            for mark in self.marks {
                let Some(share) = axis.as_ref().map(|axis| axis.share(mark.at)) else {
                    continue;
                };
                if !(0.0..=1.0).contains(&share) {
                    continue;
                }
                let name = shortened(mark.name, LONGEST_NAME);
                let half = f64::from(width_of(&name, TEXT_SIZE)) / 2.0;
                let right_most = f64::from(WIDTH) - 4.0 - half;
                let x = (f64::from(LEFT) + share * width)
                    .min(right_most)
                    .max(free + half);
                free = x + half + 10.0;
                layer.text(&name, (x, f64::from(TOP) - 13.0), Anchor::Middle);
            }
        }
        if let Some(name) = self.hole_name() {
            let x = f64::from(RIGHT - width_of(name, TEXT_SIZE));
            layer.hole([x - 22.0, 11.0, 16.0, 12.0]);
            layer.text(name, (x, 17.0), Anchor::Start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(at: &[f64], values: &[f64]) -> String {
        let plot = SectionPlot {
            title: "loss",
            x: "t",
            at,
            marks: &[
                Mark {
                    at: 0.0,
                    name: "run A",
                },
                Mark {
                    at: 1.0,
                    name: "run B",
                },
            ],
            strips: &[
                Strip {
                    name: "loss",
                    values: values.to_vec(),
                    may_be_log: true,
                },
                Strip {
                    name: "accuracy",
                    values: vec![0.5; at.len()],
                    may_be_log: false,
                },
            ],
        };
        plot.draw().to_svg()
    }

    #[test]
    fn both_ends_are_named_and_every_number_has_a_dot() {
        let svg = draw(&[-0.5, 0.0, 0.5, 1.0, 1.5], &[3.0, 1.0, 2.0, 1.0, 4.0]);
        assert_eq!(svg.matches("<circle").count(), 10);
        for part in ["run A", "run B", "accuracy"] {
            assert!(svg.contains(part), "{part}");
        }
        assert!(!svg.contains("not finite"));
    }

    #[test]
    fn what_is_not_finite_is_striped() {
        let svg = draw(&[0.0, 0.5, 1.0], &[f64::NAN, 1.0, f64::INFINITY]);
        // Two places, and one in the legend.
        assert_eq!(svg.matches("fill=\"#C4C4C4\"").count(), 3);
        assert!(svg.contains("not finite"));
    }

    #[test]
    fn extremes_are_drawn() {
        for (at, values) in [
            (&[][..], &[][..]),
            (&[0.0][..], &[1.0][..]),
            (&[0.0, 1.0][..], &[f64::NAN, f64::NAN][..]),
            (&[0.0, 1.0][..], &[1e-300, 1e99][..]),
        ] {
            let svg = draw(at, values);
            assert!(
                svg.trim_end().ends_with("</svg>") && !svg.contains("NaN\""),
                "{svg}"
            );
        }
    }
}
