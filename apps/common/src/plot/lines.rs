//! Lines over a common x, say loss over epochs.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, drawable};
use super::{
    Figure, GRID, INK, MUTED, Problem, SERIES, Sheet, TEXT_SIZE, TITLE_SIZE, text, width_of,
};

const SIZE: (u32, u32) = (560, 340);
/// Height of the line with title and legend.
const HEAD: i32 = 34;
/// Beyond this a line has no dots, which would run into each other.
const MOST_DOTS: usize = 30;
/// Beyond this points are thinned out: nobody sees more on this width.
const MOST_POINTS: usize = 1200;

/// A line with a name.
#[derive(Clone, Debug)]
pub struct Series {
    /// Shown in the legend.
    pub name: String,
    /// x and y; the line is broken where a number is not finite.
    pub points: Vec<(f64, f64)>,
}

/// Lines in a frame.
#[derive(Clone, Debug)]
pub struct LinePlot<'a> {
    /// Above the frame.
    pub title: &'a str,
    /// Below it. x counts whole things, such as epochs.
    pub x: &'a str,
    /// The lines.
    pub series: Vec<Series>,
    /// Whether y may be logarithmic where its values call for it.
    pub may_be_log: bool,
}

impl LinePlot<'_> {
    /// Draws it.
    pub fn draw(&self) -> Figure {
        Figure::draw(self.title, SIZE, |sheet| {
            let (head, body) = sheet.split_vertically(HEAD);
            self.draw_head(&head)?;
            let points = self
                .series
                .iter()
                .flat_map(|s| &s.points)
                .filter(|p| is_drawable(p));
            let x = Axis::counting(points.clone().map(|p| p.0), 8);
            let y = Axis::measuring(points.map(|p| p.1), 6, self.may_be_log);
            match (x, y) {
                (Some(x), Some(y)) => self.draw_lines(&body, x, y),
                _ => {
                    let place = (SIZE.0 as i32 / 2, (SIZE.1 as i32 - HEAD) / 2);
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

    /// Title on the left, legend on the right.
    fn draw_head(&self, head: &Sheet<'_>) -> Result<(), Problem> {
        let middle = HEAD / 2;
        let title = text(TITLE_SIZE, INK, HPos::Left, VPos::Center);
        head.draw(&Text::new(self.title, (12, middle), title))?;
        let mut right = SIZE.0 as i32 - 18;
        for (i, series) in self.series.iter().enumerate().rev() {
            let colour = SERIES[i % SERIES.len()];
            right -= width_of(&series.name, TEXT_SIZE);
            let name = text(TEXT_SIZE, INK, HPos::Left, VPos::Center);
            head.draw(&Text::new(series.name.as_str(), (right, middle), name))?;
            let dash = vec![(right - 26, middle), (right - 6, middle)];
            head.draw(&PathElement::new(dash, colour.stroke_width(3)))?;
            right -= 44;
        }
        Ok(())
    }

    fn draw_lines(&self, body: &Sheet<'_>, x: Axis, y: Axis) -> Result<(), Problem> {
        let mut chart = ChartBuilder::on(body)
            .margin_right(18)
            .margin_top(6)
            .x_label_area_size(48)
            .y_label_area_size(62)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(MUTED)
            .label_style(text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center))
            .axis_desc_style(text(TEXT_SIZE, INK, HPos::Center, VPos::Center))
            .x_desc(self.x)
            .draw()?;
        for (i, series) in self.series.iter().enumerate() {
            let colour = SERIES[i % SERIES.len()];
            let points = thinned(&series.points);
            for piece in points.split(|p| !is_drawable(p)).filter(|p| !p.is_empty()) {
                let line = || piece.iter().copied();
                let path = PathElement::new(line().collect::<Vec<_>>(), colour.stroke_width(2));
                chart.draw_series(std::iter::once(path))?;
                if series.points.len() <= MOST_DOTS {
                    chart.draw_series(line().map(|p| Circle::new(p, 3, colour.filled())))?;
                }
            }
        }
        Ok(())
    }
}

fn is_drawable(point: &(f64, f64)) -> bool {
    drawable(point.0) && drawable(point.1)
}

/// At most about [`MOST_POINTS`] of the points, the last among them.
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
        let plot = LinePlot {
            title: "loss <&>",
            x: "epoch",
            series: vec![Series {
                name: "a & b".to_owned(),
                points: points.collect(),
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
