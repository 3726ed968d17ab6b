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
    /// x and y are measured in the same unit, and have the same range.
    Square,
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

    fn size(&self) -> (u32, u32) {
        match self.frame {
            Frame::Square => (460, 440),
            _ => (WIDTH as u32, (HEIGHT - HEAD + self.head()) as u32),
        }
    }

    /// Height above the frame: the legend has a line of its own where the title leaves it none.
    fn head(&self) -> i32 {
        let room = WIDTH - RIGHT - self.legend_width();
        match self.frame == Frame::Square || headline_fits(self.title, room) {
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
            Frame::Square => {
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
        if self.frame == Frame::Square {
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

    /// The legend in the lower right corner of a square frame, where rates and predictions leave room.
    fn draw_inside(&self, body: &Sheet<'_>) -> Result<(), Problem> {
        let (width, height) = body.dim_in_pixel();
        let right = width as i32 - 34;
        let mut line = height as i32 - 48 - 18;
        for (i, series) in self.named().rev() {
            let name = shortened(&series.name, LONGEST_LINE);
            let style = text(TEXT_SIZE, INK, HPos::Right, VPos::Center);
            let left = right - width_of(&name, TEXT_SIZE);
            body.draw(&Text::new(name, (right, line), style))?;
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
        if self.frame == Frame::Square {
            self.draw_inside(body)?;
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
mod tests {
    use super::*;

    fn plot(values: &[f64]) -> String {
        let points = values.iter().enumerate().map(|(i, y)| (i as f64, *y));
        let plot = XyPlot {
            title: "loss <&>",
            x: "epoch",
            y: "",
            frame: Frame::Counting,
            series: vec![Series {
                name: "a & b".to_owned(),
                points: points.collect(),
                style: Style::Line,
            }],
            may_be_log: true,
        };
        plot.draw().to_svg()
    }

    #[test]
    fn text_is_escaped() {
        let svg = plot(&[1.0, 2.0]);
        assert!(svg.contains("<title>loss &lt;&amp;&gt;</title>"), "{svg}");
        assert!(svg.contains("a &amp; b"), "{svg}");
    }

    #[test]
    fn a_long_title_stands_over_its_legend() {
        let height = |title: &str| {
            let names = ["training data", "fit", "true function"];
            let series = |name: &str| Series {
                name: name.to_owned(),
                points: vec![(0.0, 1.0), (1.0, 2.0)],
                style: Style::Line,
            };
            let plot = XyPlot {
                title,
                x: "x",
                y: "",
                frame: Frame::Measuring,
                series: names.map(series).into(),
                may_be_log: false,
            };
            let svg = plot.draw().to_svg();
            assert!(svg.contains(&format!(">\n{title}\n<")), "{svg}");
            plot.size().1
        };
        assert_eq!(height("short"), 340);
        assert_eq!(height("tanh, median trial: test MSE 0.1234"), 362);
    }

    #[test]
    fn a_line_is_broken_where_it_is_not_finite() {
        let lines = |values: &[f64]| plot(values).matches("stroke-width=\"2\"").count();
        assert_eq!(lines(&[1.0, 2.0, 3.0, 4.0, 5.0]), 1);
        assert_eq!(lines(&[1.0, 2.0, f64::NAN, 4.0, 5.0]), 2);
    }

    #[test]
    fn extremes_are_drawn() {
        for values in [
            &[][..],
            &[f64::NAN],
            &[1.0],
            &[0.0, 0.0],
            &[f64::INFINITY, 1.0, f64::NEG_INFINITY],
            &[1e300, 1e-300],
            &[-1e300, 1e300],
            &[f64::MAX, -f64::MAX],
            &[5e-324, 1.0],
            &[0.1, 0.1 + 1e-16],
        ] {
            let svg = plot(values);
            assert!(svg.trim_end().ends_with("</svg>"), "{values:?}");
            assert!(
                !svg.contains("NaN\"") && !svg.contains("inf\""),
                "{values:?}"
            );
        }
        assert!(plot(&[f64::NAN]).contains("no finite values"));
    }

    #[test]
    fn dots_and_dashes_leave_out_what_is_not_finite() {
        let series = |name: &str, style| Series {
            name: name.to_owned(),
            points: vec![
                (0.0, 1.0),
                (f64::NAN, 2.0),
                (2.0, f64::INFINITY),
                (3.0, 4.0),
            ],
            style,
        };
        let plot = |frame| XyPlot {
            title: "both",
            x: "true",
            y: "predicted",
            frame,
            series: vec![
                series("a rather long name", Style::Dots),
                series("", Style::Dashed),
            ],
            may_be_log: false,
        };
        for frame in [Frame::Measuring, Frame::Square] {
            let svg = plot(frame).draw().to_svg();
            // Two points, and one in the legend.
            assert_eq!(svg.matches("<circle").count(), 3, "{svg}");
            assert!(svg.contains("a rather long n") && svg.contains("predicted"));
        }
    }

    #[test]
    fn thinning_keeps_both_ends() {
        for n in [1, 2, 1199, 1200, 1201, 2400, 2401, 100_000] {
            let points: Vec<_> = (0..n).map(|i| (f64::from(i), 0.0)).collect();
            let kept = thinned(&points);
            assert!(kept.len() <= MOST_POINTS + 1);
            assert_eq!(
                (kept[0], kept[kept.len() - 1]),
                (points[0], points[points.len() - 1])
            );
            assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0), "{n}");
        }
    }
}
