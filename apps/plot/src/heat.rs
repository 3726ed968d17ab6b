//! Heat map of a score over two settings.

use super::cells::{Layout, Sides, TOP};
use super::figure::Figure;
use super::style::headline;

/// Side of the largest cell: its number has four decimals.
const LARGEST: i32 = 72;

/// Heat map; higher is better.
#[derive(Clone, Copy, Debug)]
pub struct HeatMap<'a> {
    /// Title.
    pub title: &'a str,
    /// Name of the vertical axis.
    pub down: &'a str,
    /// Name of the horizontal axis.
    pub right: &'a str,
    /// The labels of the rows.
    pub rows: &'a [String],
    /// The labels of the columns.
    pub columns: &'a [String],
    /// Rows of values; `None` where there is none.
    pub values: &'a [Vec<Option<f64>>],
}

impl HeatMap<'_> {
    /// Draws the figure: the lowest value faint, the highest in full color.
    pub fn draw(&self) -> Figure {
        let sides = Sides {
            rows: self.rows,
            columns: self.columns,
            down: self.down,
            right: self.right,
        };
        let layout = Layout::new(sides, LARGEST);
        let finite = || {
            self.values
                .iter()
                .flatten()
                .flatten()
                .filter(|x| x.is_finite())
        };
        let least = finite().copied().fold(f64::INFINITY, f64::min);
        let greatest = finite().copied().fold(f64::NEG_INFINITY, f64::max);
        let size = least.abs().max(greatest.abs());
        Figure::draw(self.title, layout.size(self.title), |sheet| {
            headline(sheet, self.title, TOP / 2)?;
            layout.draw_sides(sheet)?;
            for (i, row) in self.values.iter().enumerate() {
                for (j, value) in row.iter().enumerate() {
                    let (strength, number) = match value {
                        Some(x) if x.is_finite() && greatest > least => {
                            // Not nothing, which is how a missing number looks.
                            let share = (x - least) / (greatest - least);
                            (0.05 + 0.95 * share, number_of(*x, size))
                        }
                        Some(x) if x.is_finite() => (0.5, number_of(*x, size)),
                        _ => (0.0, "–".to_owned()),
                    };
                    layout.draw_cell(sheet, (i, j), strength, &number)?;
                }
            }
            Ok(())
        })
    }
}

/// Formats a number next to others of this size: four decimals, unless all would be zeros.
fn number_of(x: f64, size: f64) -> String {
    if (0.005..1e4).contains(&size) || size == 0.0 {
        format!("{x:.4}")
    } else {
        format!("{x:.1e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_cell() {
        let labels = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let draw = |values: &[Vec<Option<f64>>]| {
            let map = HeatMap {
                title: "accuracy",
                down: "lr",
                right: "hidden",
                rows: &labels(&["0.1", "0.01"]),
                columns: &labels(&["8", "16", "32x16"]),
                values,
            };
            map.draw().to_svg()
        };
        let svg = draw(&[
            vec![Some(0.5), None, Some(0.75)],
            vec![Some(f64::NAN), Some(0.9), Some(0.25)],
        ]);
        assert_eq!(svg.matches("<rect").count(), 6);
        for part in ["0.5000", "0.9000", "32x16", "hidden", "–"] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        let width = |title| {
            let sides = Sides {
                rows: &[],
                columns: &[],
                down: "",
                right: "",
            };
            Layout::new(sides, LARGEST).size(title).0
        };
        assert!(width("a title as long as this one, which is cut nowhere") > width("short"));
        let equal = draw(&vec![vec![Some(1.0); 3]; 2]);
        assert!(!equal.contains("NaN") && equal.matches("1.0000").count() == 6);
        let small = draw(&vec![vec![Some(2e-5), Some(1.5e-4), None]; 2]);
        assert!(small.contains("2.0e-5") && small.contains("1.5e-4"));
    }
}
