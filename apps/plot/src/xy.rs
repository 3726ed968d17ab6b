//! Lines and points in a frame: loss over epochs, predicted vs. true values.

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, drawable};
use super::chart::chart;
use super::figure::Figure;
use super::style::{
    INK, MUTED, Problem, SERIES, Sheet, TEXT_SIZE, headline, headline_fits, headline_within,
    shortened, text, width_of,
};

/// Height of the line with title and legend.
const HEAD: i32 = 34;
/// Height of a legend below the title.
const LEGEND: i32 = 22;
/// Size of a figure that is no square and has its legend beside the title.
const WIDTH: i32 = 560;
const HEIGHT: i32 = 340;
/// Space right of a legend.
const RIGHT: i32 = 18;
/// Maximum number of points of a line with markers; more would run into each other.
const MOST_DOTS: usize = 30;
/// Maximum number of points of a line; more cannot be seen at this width and are thinned out.
const MOST_POINTS: usize = 1200;
/// Characters of a name in a legend beside the title.
const LONGEST_NAME: usize = 16;
/// Characters of a name in a legend that has a line for each.
const LONGEST_LINE: usize = 28;

/// Line or marker style of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Solid line.
    Line,
    /// Dashed line, for a reference; in the text color if it has no name.
    Dashed,
    /// Markers.
    Dots,
}

/// A data series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Name in the legend; none if empty.
    pub name: String,
    /// x and y; a line breaks at non-finite values.
    pub points: Vec<(f64, f64)>,
    /// Line or marker style.
    pub style: Style,
}

/// Kind of axes, which also sets the figure's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// x counts whole things, such as epochs.
    Counting,
    /// x and y are measured.
    Measuring,
    /// x and y are measured in the same unit, and have the same range. The legend stands inside, in a corner.
    Square(Corner),
}

/// A corner that lines leave free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// Where lines fall.
    LowerLeft,
    /// Where lines rise.
    LowerRight,
}

/// Lines and points in a frame.
#[derive(Clone, Debug)]
pub struct XyPlot<'a> {
    /// Title.
    pub title: &'a str,
    /// Label of the x axis.
    pub x: &'a str,
    /// Label of the y axis; may be empty.
    pub y: &'a str,
    /// Kind of axes.
    pub frame: Frame,
    /// Drawn one over the other, the last on top.
    pub series: Vec<Series>,
    /// Allows a logarithmic y axis if the values call for it.
    pub may_be_log: bool,
}

impl XyPlot<'_> {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        Figure::draw(self.title, self.size(), |sheet| {
            let (head, body) = sheet.split_vertically(self.head());
            self.draw_head(&head)?;
            match self.axes() {
                Some((x, y)) => self.draw_series(&body, x, y),
                None => {
                    let (width, height) = self.size();
                    let place = (width as i32 / 2, (height as i32 - self.head()) / 2);
                    let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                    body.draw(&Text::new(
                        "nothing to draw: no finite values",
                        place,
                        style,
                    ))
                }
            }
        })
    }

    fn is_square(&self) -> bool {
        matches!(self.frame, Frame::Square(_))
    }

    fn size(&self) -> (u32, u32) {
        match self.frame {
            Frame::Square(_) => (460, 440),
            _ => (WIDTH as u32, (HEIGHT - HEAD + self.head()) as u32),
        }
    }

    /// Height above the frame: the legend has a line of its own where the title leaves it none.
    fn head(&self) -> i32 {
        let room = WIDTH - RIGHT - self.legend_width();
        match self.is_square() || headline_fits(self.title, room) {
            true => HEAD,
            false => HEAD + LEGEND,
        }
    }

    /// Width of the legend above the frame.
    fn legend_width(&self) -> i32 {
        let entry = |(_, series): (usize, &Series)| {
            let name = width_of(&shortened(&series.name, LONGEST_NAME), TEXT_SIZE);
            name + sample_width(series.style)
        };
        self.named().map(entry).sum()
    }

    /// Axes that show every point; none if there is no point to show.
    fn axes(&self) -> Option<(Axis, Axis)> {
        let points = self
            .series
            .iter()
            .flat_map(|s| &s.points)
            .filter(|p| is_drawable(p));
        let (xs, ys) = (points.clone().map(|p| p.0), points.map(|p| p.1));
        Some(match self.frame {
            Frame::Counting => (
                Axis::counting(xs, 8)?,
                Axis::measuring(ys, 6, self.may_be_log)?,
            ),
            Frame::Measuring => (
                Axis::measuring(xs, 8, false)?,
                Axis::measuring(ys, 6, self.may_be_log)?,
            ),
            Frame::Square(_) => {
                let axis = Axis::measuring(xs.chain(ys), 6, false)?;
                (axis.clone(), axis)
            }
        })
    }

    /// Title on the left, legend on the right or below it, unless it stands inside the frame.
    fn draw_head(&self, head: &Sheet<'_>) -> Result<(), Problem> {
        let middle = HEAD / 2;
        let line = middle + self.head() - HEAD;
        let mut right = self.size().0 as i32 - RIGHT;
        if self.is_square() {
            return headline(head, self.title, middle);
        }
        for (i, series) in self.named().rev() {
            let name = shortened(&series.name, LONGEST_NAME);
            right -= width_of(&name, TEXT_SIZE);
            let style = text(TEXT_SIZE, INK, HPos::Left, VPos::Center);
            head.draw(&Text::new(name, (right, line), style))?;
            draw_sample(head, series.style, i, (right - 6, line))?;
            right -= sample_width(series.style);
        }
        let end = match line == middle {
            true => right.max(0),
            false => self.size().0 as i32,
        };
        headline_within(head, self.title, middle, end)
    }

    /// The legend in a corner of a square frame.
    fn draw_inside(&self, body: &Sheet<'_>, corner: Corner) -> Result<(), Problem> {
        let (width, height) = body.dim_in_pixel();
        let mut line = height as i32 - 48 - 18;
        for (i, series) in self.named().rev() {
            let name = shortened(&series.name, LONGEST_LINE);
            let right = width as i32 - 34;
            let (left, anchor, at) = match corner {
                Corner::LowerLeft => {
                    let left = 90 + sample_width(series.style);
                    (left, HPos::Left, left)
                }
                Corner::LowerRight => {
                    let left = right - width_of(&name, TEXT_SIZE);
                    (left, HPos::Right, right)
                }
            };
            let style = text(TEXT_SIZE, INK, anchor, VPos::Center);
            body.draw(&Text::new(name, (at, line), style))?;
            draw_sample(body, series.style, i, (left - 6, line))?;
            line -= 20;
        }
        Ok(())
    }

    /// The series that have names, with their numbers.
    fn named(&self) -> impl DoubleEndedIterator<Item = (usize, &Series)> {
        self.series
            .iter()
            .enumerate()
            .filter(|(_, s)| !s.name.is_empty())
    }

    fn draw_series(&self, body: &Sheet<'_>, x: Axis, y: Axis) -> Result<(), Problem> {
        let mut chart = chart(body, x, y, [self.x, self.y])?;
        for (i, series) in self.series.iter().enumerate() {
            let color = match (series.style, series.name.as_str()) {
                (Style::Dashed, "") => INK,
                _ => SERIES[i % SERIES.len()],
            };
            let points = thinned(&series.points);
            if series.style == Style::Dots {
                let dots = points.into_iter().filter(is_drawable);
                let faint = color.mix(if series.points.len() > 100 { 0.45 } else { 0.8 });
                chart.draw_series(dots.map(|p| Circle::new(p, 2, faint.filled())))?;
                continue;
            }
            for piece in points.split(|p| !is_drawable(p)).filter(|p| !p.is_empty()) {
                let line = || piece.iter().copied();
                let stroke = color.stroke_width(2);
                if series.style == Style::Dashed {
                    let dashes = DashedPathElement::new(line(), 7, 5, stroke);
                    chart.draw_series(std::iter::once(dashes))?;
                    continue;
                }
                let path = PathElement::new(line().collect::<Vec<_>>(), stroke);
                chart.draw_series(std::iter::once(path))?;
                if series.points.len() <= MOST_DOTS {
                    chart.draw_series(line().map(|p| Circle::new(p, 3, color.filled())))?;
                }
            }
        }
        if let Frame::Square(corner) = self.frame {
            self.draw_inside(body, corner)?;
        }
        Ok(())
    }
}

/// A piece of a series as the legend shows it, ending at a place.
fn draw_sample(
    sheet: &Sheet<'_>,
    style: Style,
    series: usize,
    (right, middle): (i32, i32),
) -> Result<(), Problem> {
    let color = SERIES[series % SERIES.len()];
    let dash = |from: i32, to: i32| {
        let ends = vec![(right - from, middle), (right - to, middle)];
        sheet.draw(&PathElement::new(ends, color.stroke_width(3)))
    };
    match style {
        Style::Dots => sheet.draw(&Circle::new((right - 6, middle), 3, color.filled())),
        Style::Line => dash(20, 0),
        Style::Dashed => dash(20, 12).and_then(|()| dash(8, 0)),
    }
}

/// Pixels of a piece of a series in a legend, with the space before it.
fn sample_width(style: Style) -> i32 {
    match style {
        Style::Dots => 30,
        Style::Line | Style::Dashed => 44,
    }
}

fn is_drawable(point: &(f64, f64)) -> bool {
    drawable(point.0) && drawable(point.1)
}

/// Thins points out to about [`MOST_POINTS`], and keeps the last.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let kept = points.iter().copied().step_by(step);
    let missed_last = points.len() % step != 1 && step > 1;
    kept.chain(points.last().copied().filter(|_| missed_last))
        .collect()
}

#[cfg(test)]
mod tests;
