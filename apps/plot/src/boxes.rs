//! Box plots of repeated trials, one row per setting, so that names of any length have room.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::quantile::Quartiles;

use super::axis::{Axis, drawable};
use super::figure::Figure;
use super::style::{GRID, INK, MUTED, SERIES, TEXT_SIZE, headline, shortened, text, width_of};

const WIDTH: i32 = 560;
const HEAD: i32 = 34;
/// Height of a box with its margin.
const ROW: i32 = 30;
/// Height of the labels below.
const FOOT: i32 = 48;
/// Maximum number of characters of a name.
const LONGEST_NAME: usize = 32;
/// Whiskers reach to the furthest trial within so many distances of the quartiles (Tukey 1977).
const REACH: f64 = 1.5;

/// Trials of one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxRow {
    /// Name.
    pub name: String,
    /// Value of each trial.
    pub values: Vec<f64>,
    /// Confidence interval of the median.
    pub interval: Option<(f64, f64)>,
}

/// Box plots one below the other.
#[derive(Clone, Debug)]
pub struct BoxPlot<'a> {
    /// Title.
    pub title: &'a str,
    /// Label of the x axis.
    pub x: &'a str,
    /// The boxes, from the top.
    pub rows: &'a [BoxRow],
    /// Allows a logarithmic x axis if the values call for it.
    pub may_be_log: bool,
}

impl BoxPlot<'_> {
    /// Draws the figure: box from quartile to quartile with the median, whiskers, a point per trial, and the interval of the
    /// median as a thick line.
    pub fn draw(&self) -> Figure {
        let names: Vec<String> = self
            .rows
            .iter()
            .map(|row| shortened(&row.name, LONGEST_NAME))
            .collect();
        let widest = names.iter().map(|name| width_of(name, TEXT_SIZE)).max();
        let left = widest.unwrap_or(0) + 22;
        let height = HEAD + ROW * self.rows.len().max(1) as i32 + FOOT + 6;
        let values = self.rows.iter().flat_map(|row| &row.values).copied();
        let axis = Axis::measuring(values, 6, self.may_be_log);
        Figure::draw(self.title, (WIDTH as u32, height as u32), |sheet| {
            headline(sheet, self.title, HEAD / 2)?;
            let (_, body) = sheet.split_vertically(HEAD);
            let Some(axis) = axis else {
                let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                let place = (WIDTH / 2, (height - HEAD) / 2);
                return body.draw(&Text::new(
                    "nothing to draw: no finite values",
                    place,
                    style,
                ));
            };
            for (i, name) in names.iter().enumerate() {
                let style = text(TEXT_SIZE, INK, HPos::Right, VPos::Center);
                let middle = 6 + ROW * i as i32 + ROW / 2;
                body.draw(&Text::new(name.as_str(), (left - 8, middle), style))?;
            }
            let rows = self.rows.len().max(1) as f64;
            let mut chart = ChartBuilder::on(&body)
                .margin_right(18)
                .margin_top(6)
                .margin_left(left)
                .x_label_area_size(FOOT)
                .build_cartesian_2d(axis, rows..0.0)?;
            chart
                .configure_mesh()
                .disable_y_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(GRID)
                .axis_style(MUTED)
                .label_style(text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center))
                .axis_desc_style(text(TEXT_SIZE, INK, HPos::Center, VPos::Center))
                .x_desc(self.x)
                .draw()?;
            for (i, row) in self.rows.iter().enumerate() {
                let y = i as f64 + 0.5;
                let values: Vec<f64> = row
                    .values
                    .iter()
                    .copied()
                    .filter(|x| drawable(*x))
                    .collect();
                let Some(q) = Quartiles::new(&values) else {
                    continue;
                };
                let reach = REACH * (q.q3 - q.q1);
                let within = |x: &&f64| (q.q1 - reach..=q.q3 + reach).contains(*x);
                let (low, high) = values
                    .iter()
                    .filter(within)
                    .fold((q.q1, q.q3), |(l, h), x| (l.min(*x), h.max(*x)));
                let thin = MUTED.stroke_width(1);
                let line = |ends: [(f64, f64); 2], style: ShapeStyle| {
                    std::iter::once(PathElement::new(ends.to_vec(), style))
                };
                chart.draw_series(line([(low, y), (q.q1, y)], thin))?;
                chart.draw_series(line([(q.q3, y), (high, y)], thin))?;
                let corners = [(q.q1, y - 0.3), (q.q3, y + 0.3)];
                let faint = SERIES[0].mix(0.22).filled();
                chart.draw_series(std::iter::once(Rectangle::new(corners, faint)))?;
                chart.draw_series(std::iter::once(Rectangle::new(corners, thin)))?;
                if let Some((from, to)) = row.interval.filter(|(a, b)| drawable(*a) && drawable(*b))
                {
                    let thick = SERIES[1].mix(0.75).stroke_width(5);
                    chart.draw_series(line([(from, y), (to, y)], thick))?;
                }
                let ends = [(q.median, y - 0.3), (q.median, y + 0.3)];
                chart.draw_series(line(ends, INK.stroke_width(2)))?;
                let dot = SERIES[0].mix(0.75).filled();
                let points = values.iter().enumerate();
                chart.draw_series(points.map(|(k, x)| Circle::new((*x, y + apart(k)), 2, dot)))?;
            }
            Ok(())
        })
    }
}

/// Vertical jitter of a point, so that equal points do not hide each other.
fn apart(k: usize) -> f64 {
    0.06 * ((k % 5) as f64 - 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(values: &[&[f64]]) -> String {
        let rows: Vec<BoxRow> = values
            .iter()
            .map(|values| BoxRow {
                name: "batch size of <64>".to_owned(),
                values: values.to_vec(),
                interval: Some((0.91, 0.93)),
            })
            .collect();
        let plot = BoxPlot {
            title: "Accuracy",
            x: "test accuracy",
            rows: &rows,
            may_be_log: false,
        };
        plot.draw().to_svg()
    }

    #[test]
    fn every_trial_has_a_point_and_every_row_a_box() {
        let svg = draw(&[&[0.9, 0.92, 0.94, f64::NAN], &[0.8, 0.8, 0.8]]);
        assert_eq!(svg.matches("<circle").count(), 6, "{svg}");
        assert_eq!(svg.matches("batch size of &lt;64&gt;").count(), 2);
    }

    #[test]
    fn extremes_are_drawn() {
        for values in [
            &[][..],
            &[&[][..]],
            &[&[f64::NAN]],
            &[&[1e300], &[0.0, 0.0]],
        ] {
            let svg = draw(values);
            assert!(
                svg.trim_end().ends_with("</svg>") && !svg.contains("NaN\""),
                "{values:?}"
            );
        }
    }
}
