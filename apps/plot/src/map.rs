//! Residuals on a map, colored by sign and size.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, drawable};
use super::chart::chart;
use super::figure::Figure;
use super::quantile::quantile;
use super::style::{MUTED, Problem, SERIES, Sheet, TEXT_SIZE, headline, text};

const SIZE: (u32, u32) = (560, 560);
const HEAD: i32 = 34;
/// Height of the line with the scale of colors.
const FOOT: i32 = 34;
/// Maximum number of points; more would hide each other and are thinned out evenly.
const MOST_POINTS: usize = 3000;
/// Colors saturate at this quantile of sizes, so that a few large residuals do not pale all others.
const FULL_AT: f64 = 0.95;
/// Steps of the scale of colors.
const STEPS: i32 = 60;

/// Residuals at coordinates.
#[derive(Clone, Debug)]
pub struct ErrorMap<'a> {
    /// Title.
    pub title: &'a str,
    /// Name of the horizontal coordinate.
    pub x: &'a str,
    /// Name of the vertical coordinate.
    pub y: &'a str,
    /// x, y and the residual (predicted minus true).
    pub points: &'a [(f64, f64, f64)],
}

impl ErrorMap<'_> {
    /// Draws the figure.
    pub fn draw(&self) -> Figure {
        let points: Vec<_> = thinned(self.points).collect();
        Figure::draw(self.title, SIZE, |sheet| {
            let (head, rest) = sheet.split_vertically(HEAD);
            let (body, foot) = rest.split_vertically(SIZE.1 as i32 - HEAD - FOOT);
            headline(&head, self.title, HEAD / 2)?;
            let x = Axis::measuring(points.iter().map(|p| p.0), 8, false);
            let y = Axis::measuring(points.iter().map(|p| p.1), 8, false);
            let (Some(x), Some(y)) = (x, y) else {
                let place = (SIZE.0 as i32 / 2, SIZE.1 as i32 / 2);
                let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                return body.draw(&Text::new(
                    "nothing to draw: no finite values",
                    place,
                    style,
                ));
            };
            let full = size_at(FULL_AT, &points);
            draw_scale(&foot, full)?;
            let mut chart = chart(&body, x, y, [self.x, self.y])?;
            let dot = |p: &(f64, f64, f64)| Circle::new((p.0, p.1), 2, color(p.2 / full).filled());
            chart.draw_series(points.iter().map(dot))?;
            Ok(())
        })
    }
}

/// The color of a residual as a share of the largest that has one of its own: orange for too high, blue for too low,
/// faint for right. The color is laid over the paper, light or dark.
fn color(share: f64) -> RGBAColor {
    let hue = if share > 0.0 { SERIES[1] } else { SERIES[0] };
    hue.mix(0.08 + 0.92 * share.abs().min(1.0))
}

fn draw_scale(foot: &Sheet<'_>, full: f64) -> Result<(), Problem> {
    let middle = SIZE.0 as i32 / 2;
    for step in -STEPS..STEPS {
        let share = (f64::from(step) + 0.5) / f64::from(STEPS);
        let corners = [(middle + 2 * step, 6), (middle + 2 * step + 2, 18)];
        foot.draw(&Rectangle::new(corners, color(share).filled()))?;
    }
    let word = |word: String, place, side| {
        let style = text(TEXT_SIZE, MUTED, side, VPos::Center);
        foot.draw(&Text::new(word, place, style))
    };
    let edge = 2 * STEPS + 8;
    word(
        format!("≤ −{}", rounded(full)),
        (middle - edge, 12),
        HPos::Right,
    )?;
    word(
        format!("≥ {}", rounded(full)),
        (middle + edge, 12),
        HPos::Left,
    )
}

/// Formats a number with two significant digits.
fn rounded(x: f64) -> String {
    let places = (1.0 - x.abs().log10().floor()).clamp(0.0, 12.0);
    format!("{x:.*}", places as usize)
}

/// Quantile of the sizes of residuals; 1 where there is none.
fn size_at(share: f64, points: &[(f64, f64, f64)]) -> f64 {
    let sizes: Vec<f64> = points.iter().map(|p| p.2.abs()).collect();
    quantile(&sizes, share)
        .filter(|size| *size > 0.0)
        .unwrap_or(1.0)
}

/// The points that can be drawn, at most about [`MOST_POINTS`].
fn thinned(points: &[(f64, f64, f64)]) -> impl Iterator<Item = (f64, f64, f64)> {
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let whole = |p: &(f64, f64, f64)| drawable(p.0) && drawable(p.1) && drawable(p.2);
    points.iter().copied().step_by(step).filter(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(points: &[(f64, f64, f64)]) -> String {
        let map = ErrorMap {
            title: "Residuals",
            x: "Longitude",
            y: "Latitude",
            points,
        };
        map.draw().to_svg()
    }

    #[test]
    fn every_point_has_its_place_and_color() {
        let svg = draw(&[(0.0, 0.0, 1.0), (1.0, 1.0, -1.0), (2.0, f64::NAN, 0.0)]);
        assert_eq!(svg.matches("<circle").count(), 2);
        for part in ["#D55E00", "#0072B2", "Longitude", "≤ −1.0", "≥ 1.0"] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
    }

    #[test]
    fn extremes_are_drawn() {
        for points in [
            &[][..],
            &[(0.0, 0.0, 0.0)],
            &[(f64::NAN, 1.0, 1.0)],
            &[(1e300, 0.0, f64::INFINITY)],
            &[(0.0, 1.0, 1e99), (1.0, 0.0, 1e-300)],
        ] {
            let svg = draw(points);
            assert!(svg.trim_end().ends_with("</svg>") && !svg.contains("NaN\""));
        }
        let many: Vec<_> = (0..100_000).map(|i| (f64::from(i), 0.0, 1.0)).collect();
        assert!(draw(&many).matches("<circle").count() <= MOST_POINTS);
    }
}
