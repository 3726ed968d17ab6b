//! Points on a plane, colored by class, with the class's name among them.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, drawable};
use super::figure::Figure;
use super::quantile::quantile;
use super::style::{GRID, INK, MUTED, Problem, Sheet, TEXT_SIZE, headline, shortened, text};

const SIZE: (u32, u32) = (720, 600);
const HEAD: i32 = 34;
/// Width of the legend.
const LEGEND: i32 = 120;
/// Classes that have a line in the legend.
const MOST_NAMED: usize = 24;
/// Maximum number of points; more would hide each other and are thinned out evenly.
const MOST_POINTS: usize = 5000;
/// Size of the names amid the points.
const NAME_SIZE: f64 = 17.0;

/// Colors of classes, in the order they are used: those that are told apart also by color-blind readers (P. Tol,
/// Color schemes, 2021, "muted"), the darkest made lighter for dark paper, and gray.
const CLASSES: [RGBColor; 10] = [
    RGBColor(0xcc, 0x66, 0x77),
    RGBColor(0x5b, 0x4f, 0xcf),
    RGBColor(0xc9, 0xae, 0x3b),
    RGBColor(0x11, 0x77, 0x33),
    RGBColor(0x55, 0xb5, 0xe5),
    RGBColor(0x99, 0x22, 0x66),
    RGBColor(0x44, 0xaa, 0x99),
    RGBColor(0x8a, 0x8a, 0x1f),
    RGBColor(0xc0, 0x5c, 0xd0),
    RGBColor(0x80, 0x80, 0x80),
];

/// Points of several classes.
#[derive(Clone, Copy, Debug)]
pub struct Clusters<'a> {
    /// Title.
    pub title: &'a str,
    /// Names of the classes.
    pub names: &'a [String],
    /// x, y and class.
    pub points: &'a [(f64, f64, u32)],
}

impl Clusters<'_> {
    /// Draws the figure. The axes have no ticks: only neighborhoods carry meaning.
    pub fn draw(&self) -> Figure {
        let step = self.points.len().div_ceil(MOST_POINTS).max(1);
        let whole = |p: &&(f64, f64, u32)| drawable(p.0) && drawable(p.1);
        let points: Vec<_> = self.points.iter().step_by(step).filter(whole).collect();
        Figure::draw(self.title, SIZE, |sheet| {
            let (head, rest) = sheet.split_vertically(HEAD);
            let (body, side) = rest.split_horizontally(SIZE.0 as i32 - LEGEND);
            headline(&head, self.title, HEAD / 2)?;
            let x = Axis::measuring(points.iter().map(|p| p.0), 6, false);
            let y = Axis::measuring(points.iter().map(|p| p.1), 6, false);
            let (Some(x), Some(y)) = (x, y) else {
                let place = (SIZE.0 as i32 / 2, SIZE.1 as i32 / 2);
                let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                return body.draw(&Text::new(
                    "nothing to draw: no finite values",
                    place,
                    style,
                ));
            };
            self.draw_legend(&side)?;
            let mut chart = ChartBuilder::on(&body)
                .margin(12)
                .build_cartesian_2d(x, y)?;
            chart
                .configure_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(GRID)
                .axis_style(GRID)
                .draw()?;
            let dot = |p: &&(f64, f64, u32)| {
                Circle::new((p.0, p.1), 2, color(p.2 as usize).mix(0.7).filled())
            };
            chart.draw_series(points.iter().map(dot))?;
            for (class, name) in self.names.iter().enumerate() {
                let Some(middle) = middle(&points, class) else {
                    continue;
                };
                let style = text(NAME_SIZE, INK, HPos::Center, VPos::Center);
                let name = Text::new(shortened(name, 12), middle, style);
                chart.draw_series(std::iter::once(name))?;
            }
            Ok(())
        })
    }

    fn draw_legend(&self, side: &Sheet<'_>) -> Result<(), Problem> {
        for (class, name) in self.names.iter().enumerate().take(MOST_NAMED) {
            let line = 24 + 22 * class as i32;
            side.draw(&Circle::new((10, line), 5, color(class).filled()))?;
            let style = text(TEXT_SIZE, INK, HPos::Left, VPos::Center);
            side.draw(&Text::new(shortened(name, 13), (22, line), style))?;
        }
        Ok(())
    }
}

fn color(class: usize) -> RGBColor {
    CLASSES[class % CLASSES.len()]
}

/// The coordinate-wise median of a class's points; none for a class without points.
fn middle(points: &[&(f64, f64, u32)], class: usize) -> Option<(f64, f64)> {
    let of = |coordinate: fn(&(f64, f64, u32)) -> f64| {
        let own = points.iter().filter(|p| p.2 as usize == class);
        quantile(&own.map(|p| coordinate(p)).collect::<Vec<_>>(), 0.5)
    };
    Some((of(|p| p.0)?, of(|p| p.1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(points: &[(f64, f64, u32)]) -> String {
        let names: Vec<String> = (0..12).map(|i| format!("<{i}>")).collect();
        let clusters = Clusters {
            title: "codes",
            names: &names,
            points,
        };
        clusters.draw().to_svg()
    }

    #[test]
    fn every_point_has_its_color_and_every_class_its_name() {
        let svg = draw(&[
            (0.0, 1.0, 0),
            (2.0, 3.0, 0),
            (5.0, f64::NAN, 1),
            (4.0, 4.0, 3),
        ]);
        // Three points, and twelve in the legend.
        assert_eq!(svg.matches("<circle").count(), 15, "{svg}");
        // Amid the points only the classes that have some.
        assert_eq!(svg.matches("&lt;0&gt;").count(), 2);
        assert_eq!(svg.matches("&lt;1&gt;").count(), 1);
        assert_eq!(svg.matches("#117733").count(), 2);
    }

    #[test]
    fn extremes_are_drawn() {
        for points in [&[][..], &[(0.0, 0.0, 7)], &[(f64::INFINITY, 0.0, 99)]] {
            let svg = draw(points);
            assert!(svg.trim_end().ends_with("</svg>") && !svg.contains("NaN\""));
        }
        let many: Vec<_> = (0..50_000).map(|i| (f64::from(i), 0.0, 1)).collect();
        assert!(draw(&many).matches("<circle").count() <= MOST_POINTS + 12);
    }
}
