//! Lines with bands: repeated trials over epochs or over the values of a setting. The legend has lines of its
//! own, so that there is room for many names.

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, drawable};
use super::chart::chart;
use super::figure::Figure;
use super::style::{
    GRID, INK, MUTED, Problem, SERIES, Sheet, TEXT_SIZE, headline, shortened, text, width_of,
};

const WIDTH: i32 = 560;
/// Height of the title, of a line of the legend, and of the frame with its labels.
const HEAD: i32 = 34;
const LINE: i32 = 20;
const FRAME: i32 = 306;
/// Maximum number of characters of a name.
const LONGEST_NAME: usize = 40;
/// Maximum number of points of a line; more cannot be seen at this width and are thinned out.
const MOST_POINTS: usize = 250;
/// Maximum number of points of a line with markers.
const MOST_DOTS: usize = 30;

/// A line, with a band around it or without.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Name in the legend; none if empty.
    pub name: String,
    /// x and y; a line breaks at non-finite values.
    pub points: Vec<(f64, f64)>,
    /// The lower and upper end of the band at each point; none without a band.
    pub band: Vec<(f64, f64)>,
    /// Color index; lines that belong together share one. [`Curve::FAINT`] is the color of what stands back.
    pub color: usize,
    /// Draws a dashed line.
    pub dashed: bool,
}

/// Name of the horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Counts, such as epochs.
    Counting,
    /// Measured quantity.
    Measuring,
    /// A setting, such as a learning rate: logarithmic if its values call for it.
    Setting,
}

/// Lines with bands in a frame.
#[derive(Clone, Debug)]
pub struct CurvePlot<'a> {
    /// Title.
    pub title: &'a str,
    /// Label of the x axis.
    pub x: &'a str,
    /// Name.
    pub along: Along,
    /// The lines.
    pub curves: Vec<Curve>,
    /// Allows a logarithmic y axis if the values call for it.
    pub may_be_log: bool,
}

impl CurvePlot<'_> {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let legend = self.legend();
        let above = HEAD + LINE * legend.last().map_or(0, |(_, (_, line))| line + 1);
        let size = (WIDTH as u32, (above + FRAME) as u32);
        Figure::draw(self.title, size, |sheet| {
            headline(sheet, self.title, HEAD / 2)?;
            for (curve, (left, line)) in &legend {
                let middle = HEAD + LINE * line + LINE / 2 - 4;
                draw_sample(sheet, curve, (*left, middle))?;
                let style = text(TEXT_SIZE, INK, HPos::Left, VPos::Center);
                let name = shortened(&curve.name, LONGEST_NAME);
                sheet.draw(&Text::new(name, (left + 28, middle), style))?;
            }
            let (_, body) = sheet.split_vertically(above);
            match self.axes() {
                Some((x, y)) => self.draw_curves(&body, x, y),
                None => {
                    let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                    let place = (WIDTH / 2, FRAME / 2);
                    body.draw(&Text::new(
                        "nothing to draw: no finite values",
                        place,
                        style,
                    ))
                }
            }
        })
    }

    /// The lines with names, and where they stand in the legend: pixels from the left, and which line.
    fn legend(&self) -> Vec<(&Curve, (i32, i32))> {
        let (mut left, mut line) = (16, 0);
        let named = self.curves.iter().filter(|c| !c.name.is_empty());
        named
            .map(|curve| {
                let width = 28 + width_of(&shortened(&curve.name, LONGEST_NAME), TEXT_SIZE) + 14;
                if left > 16 && left + width > WIDTH {
                    (left, line) = (16, line + 1);
                }
                let place = (left, line);
                left += width;
                (curve, place)
            })
            .collect()
    }

    /// Axes that cover every line and band; none if there is nothing to show.
    fn axes(&self) -> Option<(Axis, Axis)> {
        let points = self.curves.iter().flat_map(|c| &c.points);
        let xs = points.clone().filter(|p| is_drawable(p)).map(|p| p.0);
        let bands = self.curves.iter().flat_map(|c| &c.band);
        let ys = points
            .filter(|p| is_drawable(p))
            .map(|p| p.1)
            .chain(bands.flat_map(|(low, high)| [*low, *high]));
        let x = match self.along {
            Along::Counting => Axis::counting(xs, 8)?,
            along => Axis::measuring(xs, 8, along == Along::Setting)?,
        };
        Some((x, Axis::measuring(ys, 6, self.may_be_log)?))
    }

    fn draw_curves(&self, body: &Sheet<'_>, x: Axis, y: Axis) -> Result<(), Problem> {
        let mut chart = chart(body, x, y, [self.x, ""])?;
        for curve in &self.curves {
            let faint = color_of(curve).mix(0.18);
            for piece in curve.pieces(true) {
                let there = piece.iter().map(|p| (p.x, p.low));
                let back = piece.iter().rev().map(|p| (p.x, p.high));
                let area = Polygon::new(there.chain(back).collect::<Vec<_>>(), faint);
                chart.draw_series(std::iter::once(area))?;
            }
        }
        for curve in &self.curves {
            let stroke = color_of(curve).stroke_width(2);
            for piece in curve.pieces(false) {
                let line = || piece.iter().map(|p| (p.x, p.y));
                if curve.dashed {
                    let dashes = DashedPathElement::new(line(), 6, 4, stroke);
                    chart.draw_series(std::iter::once(dashes))?;
                } else {
                    let path = PathElement::new(line().collect::<Vec<_>>(), stroke);
                    chart.draw_series(std::iter::once(path))?;
                }
                if curve.points.len() <= MOST_DOTS {
                    let filled = color_of(curve).filled();
                    chart.draw_series(line().map(|p| Circle::new(p, 3, filled)))?;
                }
            }
        }
        Ok(())
    }
}

/// A point of a line with its band.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    low: f64,
    high: f64,
}

impl Curve {
    /// The color of lines that are there for comparison.
    pub const FAINT: usize = usize::MAX;

    /// The line in pieces without gaps; with bands, of points that have one.
    fn pieces(&self, with_band: bool) -> Vec<Vec<Place>> {
        let step = self.points.len().div_ceil(MOST_POINTS).max(1);
        let last = self.points.len().saturating_sub(1);
        let kept = (0..self.points.len()).filter(|i| i % step == 0 || *i == last);
        let mut pieces = vec![Vec::new()];
        for i in kept {
            let (x, y) = self.points[i];
            let (low, high) = self.band.get(i).copied().unwrap_or((f64::NAN, f64::NAN));
            let whole = is_drawable(&(x, y)) && (!with_band || is_drawable(&(low, high)));
            match pieces.last_mut() {
                Some(piece) if whole => piece.push(Place { x, y, low, high }),
                Some(piece) if !piece.is_empty() => pieces.push(Vec::new()),
                _ => {}
            }
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }
}

fn color_of(curve: &Curve) -> RGBColor {
    match curve.color {
        Curve::FAINT => GRID,
        color => SERIES[color % SERIES.len()],
    }
}

/// A piece of a line as the legend shows it.
fn draw_sample(
    sheet: &Sheet<'_>,
    curve: &Curve,
    (left, middle): (i32, i32),
) -> Result<(), Problem> {
    let stroke = color_of(curve).stroke_width(3);
    let dash = |from: i32, to: i32| {
        let ends = vec![(left + from, middle), (left + to, middle)];
        sheet.draw(&PathElement::new(ends, stroke))
    };
    match curve.dashed {
        true => dash(0, 8).and_then(|()| dash(13, 21)),
        false => dash(0, 21),
    }
}

fn is_drawable(point: &(f64, f64)) -> bool {
    drawable(point.0) && drawable(point.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(name: &str, ys: &[f64]) -> Curve {
        Curve {
            name: name.to_owned(),
            points: (1..).map(f64::from).zip(ys.iter().copied()).collect(),
            band: ys.iter().map(|y| (0.9 * y, 1.1 * y)).collect(),
            color: 0,
            dashed: false,
        }
    }

    fn draw(curves: Vec<Curve>) -> String {
        let plot = CurvePlot {
            title: "Loss",
            x: "epoch",
            along: Along::Counting,
            curves,
            may_be_log: true,
        };
        plot.draw().to_svg()
    }

    #[test]
    fn bands_lie_under_lines_and_break_where_they_do() {
        let svg = draw(vec![curve("a", &[1.0, 2.0, f64::NAN, 4.0, 5.0])]);
        assert_eq!(svg.matches("<polygon").count(), 2, "{svg}");
        let [area, line] = ["<polygon", "stroke-width=\"2\""].map(|part| svg.rfind(part));
        assert!(area < line, "{svg}");
        assert!(!svg.contains("NaN\""), "{svg}");
    }

    #[test]
    fn every_name_has_room() {
        let names: Vec<String> = (0..12).map(|i| format!("a rather long name {i}")).collect();
        let svg = draw(names.iter().map(|n| curve(n, &[1.0, 2.0])).collect());
        assert!(names.iter().all(|name| svg.contains(name)), "{svg}");
    }

    #[test]
    fn extremes_are_drawn() {
        for ys in [
            &[][..],
            &[f64::NAN],
            &[0.0, 0.0],
            &[f64::MAX, 1.0],
            &[1e300],
        ] {
            let svg = draw(vec![curve("a", ys)]);
            assert!(
                svg.trim_end().ends_with("</svg>") && !svg.contains("NaN\""),
                "{ys:?}"
            );
        }
    }
}
