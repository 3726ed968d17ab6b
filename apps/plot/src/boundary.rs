//! Decision regions of a classifier on a plane, with test samples.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::Axis;
use super::figure::Figure;
use super::style::{GRID, MUTED, SERIES, TEXT_SIZE, headline, text};

const SIZE: (u32, u32) = (420, 430);
const HEAD: i32 = 34;
/// Shades from one class to the other; equal neighbors in a row are drawn as one cell.
const SHADES: f64 = 10.0;
/// Maximum number of points; more are thinned out evenly.
const MOST_POINTS: usize = 600;

/// Decision regions.
#[derive(Clone, Debug)]
pub struct DecisionMap<'a> {
    /// Title.
    pub title: &'a str,
    /// x of the first and the last column.
    pub x: [f64; 2],
    /// y of the first and the last row.
    pub y: [f64; 2],
    /// Rows from the lowest y: for two classes the probability of the second, for more the class index.
    pub cells: &'a [Vec<f64>],
    /// Number of classes.
    pub classes: usize,
    /// x, y and class of samples. Those beyond the axes are left out.
    pub points: &'a [(f64, f64, u32)],
}

impl DecisionMap<'_> {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        Figure::draw(self.title, SIZE, |sheet| {
            let (head, body) = sheet.split_vertically(HEAD);
            headline(&head, self.title, HEAD / 2)?;
            let columns = self.cells.first().map_or(0, Vec::len);
            let axis = |ends: [f64; 2]| Axis::measuring(ends.into_iter(), 6, false);
            let (Some(x), Some(y), true) = (axis(self.x), axis(self.y), columns > 1) else {
                let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                let place = (SIZE.0 as i32 / 2, SIZE.1 as i32 / 2);
                return body.draw(&Text::new("nothing to draw: no map", place, style));
            };
            let inside = |at: f64, (low, high): (f64, f64)| (low..=high).contains(&at);
            let ends = (x.ends(), y.ends());
            let mut chart = ChartBuilder::on(&body)
                .margin_right(18)
                .margin_top(6)
                .x_label_area_size(36)
                .y_label_area_size(50)
                .build_cartesian_2d(x, y)?;
            chart
                .configure_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(GRID)
                .axis_style(MUTED)
                .label_style(text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center))
                .draw()?;
            let wide = (self.x[1] - self.x[0]) / (columns - 1) as f64;
            let high = (self.y[1] - self.y[0]) / (self.cells.len().max(2) - 1) as f64;
            for (i, row) in self.cells.iter().enumerate() {
                let middle = self.y[0] + high * i as f64;
                let (low, up) = (middle - 0.5 * high, middle + 0.5 * high);
                for (from, to) in self.runs(row) {
                    let left = self.x[0] + wide * (from as f64 - 0.5);
                    let right = self.x[0] + wide * (to as f64 - 0.5);
                    let color = self.color(row[from]);
                    let cell = Rectangle::new([(left, low), (right, up)], color.filled());
                    chart.draw_series(std::iter::once(cell))?;
                }
            }
            let step = self.points.len().div_ceil(MOST_POINTS).max(1);
            let whole = |p: &&(f64, f64, u32)| inside(p.0, ends.0) && inside(p.1, ends.1);
            let dots = self.points.iter().step_by(step).filter(whole);
            chart.draw_series(dots.map(|(x, y, class)| {
                let color = SERIES[*class as usize % SERIES.len()];
                Circle::new((*x, *y), 2, color.filled())
            }))?;
            Ok(())
        })
    }

    /// Runs of equal color in a row.
    fn runs(&self, row: &[f64]) -> Vec<(usize, usize)> {
        let mut runs = Vec::new();
        let mut from = 0;
        for to in 1..=row.len() {
            if to == row.len() || self.shade(row[to]) != self.shade(row[from]) {
                runs.push((from, to));
                from = to;
            }
        }
        runs
    }

    fn shade(&self, cell: f64) -> i64 {
        match self.classes {
            0..=2 => (cell * SHADES).floor().min(SHADES - 1.0) as i64,
            _ => cell as i64,
        }
    }

    fn color(&self, cell: f64) -> RGBAColor {
        if self.classes > 2 {
            return SERIES[cell.max(0.0) as usize % SERIES.len()].mix(0.3);
        }
        let middle = (self.shade(cell) as f64 + 0.5) / SHADES;
        let class = usize::from(middle > 0.5);
        SERIES[class].mix((0.9 * (middle - 0.5).abs()).min(0.45))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_shade_are_one() {
        let map = |cells: &[Vec<f64>], classes| {
            let map = DecisionMap {
                title: "XOR",
                x: [-1.0, 1.0],
                y: [-1.0, 1.0],
                cells,
                classes,
                points: &[(0.5, 0.5, 1), (f64::NAN, 0.0, 0)],
            };
            map.draw().to_svg()
        };
        let row = vec![0.01, 0.02, 0.03, 0.97, 0.98, 0.99];
        let svg = map(&[row.clone(), row], 2);
        assert_eq!(svg.matches("<rect").count(), 4, "{svg}");
        assert_eq!(svg.matches("<circle").count(), 1);
        let svg = map(&[vec![0.0, 1.0, 1.0], vec![2.0, 2.0, f64::NAN]], 3);
        assert!(!svg.contains("NaN\""), "{svg}");
        assert!(map(&[], 2).contains("nothing to draw"));
    }

    #[test]
    fn points_beyond_the_axes_are_left_out() {
        for far in [1.5, -1e9, 1e12, -1e99, f64::MAX] {
            let map = DecisionMap {
                title: "XOR",
                x: [-1.0, 1.0],
                y: [-1.0, 1.0],
                cells: &[vec![0.0, 1.0], vec![1.0, 0.0]],
                classes: 2,
                points: &[(far, 0.5, 1), (0.5, far, 0), (0.5, 1.0, 1)],
            };
            let svg = map.draw().to_svg();
            assert_eq!(svg.matches("<circle").count(), 1, "{far}: {svg}");
        }
    }
}
