//! The confusion matrix: which class was taken for which.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::{Figure, INK, MUTED, Problem, Sheet, TEXT_SIZE, TITLE_SIZE, text, width_of};

/// White reads well on it, on light paper and on dark.
const CELL: RGBColor = RGBColor(0x1f, 0x6f, 0xb5);
/// Around the cells: title above, space on the right.
const TOP: i32 = 38;
const RIGHT: i32 = 14;
/// Beyond this many classes cells are too small for numbers.
const MOST_NUMBERED: usize = 32;

/// What stands in the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// How many rows.
    Counts,
    /// Which share of the true class's rows, in per cent.
    Shares,
}

/// A confusion matrix to draw.
#[derive(Clone, Copy, Debug)]
pub struct ConfusionMatrix<'a> {
    /// Above the matrix.
    pub title: &'a str,
    /// Names of the classes.
    pub labels: &'a [String],
    /// Rows are true classes, columns predicted ones.
    pub counts: &'a [Vec<u64>],
    /// What to write into the cells. Their colour follows the share in both cases.
    pub cells: Cells,
}

impl ConfusionMatrix<'_> {
    /// Draws it.
    pub fn draw(&self) -> Figure {
        let layout = Layout::of(self.labels);
        Figure::draw(self.title, layout.size(), |sheet| {
            let title = text(TITLE_SIZE, INK, HPos::Left, VPos::Center);
            sheet.draw(&Text::new(self.title, (12, TOP / 2), title))?;
            layout.draw_axes(sheet, self.labels)?;
            for (i, row) in self.counts.iter().enumerate() {
                let total: u64 = row.iter().sum();
                for (j, &count) in row.iter().enumerate() {
                    // A class without rows has no shares; its cells stay empty.
                    let share = count as f64 / total.max(1) as f64;
                    let number = match self.cells {
                        Cells::Counts => count.to_string(),
                        Cells::Shares => per_cent(share),
                    };
                    layout.draw_cell(sheet, (i, j), share, &number)?;
                }
            }
            Ok(())
        })
    }
}

/// Where things stand, in pixels.
struct Layout {
    classes: usize,
    /// Side of a cell.
    side: i32,
    /// Left edge of the cells; row labels stand left of it.
    left: i32,
    /// Room for column labels below the cells.
    below: i32,
    /// Whether column labels are turned to fit.
    turned: bool,
}

impl Layout {
    fn of(labels: &[String]) -> Self {
        let classes = labels.len();
        let side = (400 / classes.max(1) as i32).clamp(12, 56);
        let longest = labels
            .iter()
            .map(|label| width_of(label, TEXT_SIZE))
            .max()
            .unwrap_or(0);
        let turned = longest > side - 6;
        Self {
            classes,
            side,
            left: 40 + longest,
            below: 34 + if turned { longest } else { 16 },
            turned,
        }
    }

    fn edge(&self) -> i32 {
        self.side * self.classes as i32
    }

    fn size(&self) -> (u32, u32) {
        let width = (self.left + self.edge() + RIGHT).max(260);
        (width as u32, (TOP + self.edge() + self.below) as u32)
    }

    fn draw_axes(&self, sheet: &Sheet<'_>, labels: &[String]) -> Result<(), Problem> {
        let name = |h, v| text(TEXT_SIZE, INK, h, v);
        let bottom = TOP + self.edge();
        for (i, label) in labels.iter().enumerate() {
            let along = self.side * i as i32 + self.side / 2;
            let row = name(HPos::Right, VPos::Center);
            sheet.draw(&Text::new(
                label.as_str(),
                (self.left - 8, TOP + along),
                row,
            ))?;
            let column = if self.turned {
                name(HPos::Right, VPos::Center).transform(FontTransform::Rotate270)
            } else {
                name(HPos::Center, VPos::Top)
            };
            sheet.draw(&Text::new(
                label.as_str(),
                (self.left + along, bottom + 8),
                column,
            ))?;
        }
        let half = self.edge() / 2;
        let across = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Bottom);
        let place = (self.left + half, bottom + self.below - 6);
        sheet.draw(&Text::new("predicted", place, across))?;
        let up =
            text(TEXT_SIZE, MUTED, HPos::Center, VPos::Top).transform(FontTransform::Rotate270);
        sheet.draw(&Text::new("true", (8, TOP + half), up))
    }

    /// A cell is coloured by the square root of its share, so that rare mistakes show beside a full diagonal. The
    /// colour is laid over the paper, light or dark.
    fn draw_cell(
        &self,
        sheet: &Sheet<'_>,
        (i, j): (usize, usize),
        share: f64,
        number: &str,
    ) -> Result<(), Problem> {
        let corner = (self.left + self.side * j as i32, TOP + self.side * i as i32);
        let opposite = (corner.0 + self.side - 1, corner.1 + self.side - 1);
        let strength = share.sqrt();
        let colour = CELL.mix(0.05 + 0.95 * strength);
        sheet.draw(&Rectangle::new([corner, opposite], colour.filled()))?;
        if self.classes > MOST_NUMBERED {
            return Ok(());
        }
        let colour = match strength {
            s if s > 0.6 => WHITE,
            s if s > 0.0 => INK,
            _ => MUTED,
        };
        let fitting = f64::from(self.side) * 1.2 / number.len().max(3) as f64;
        let style = text(fitting.min(TEXT_SIZE), colour, HPos::Center, VPos::Center);
        let middle = (corner.0 + self.side / 2, corner.1 + self.side / 2);
        sheet.draw(&Text::new(number, middle, style))
    }
}

/// A share in per cent, in at most four characters: `0`, `0.4`, `98.0`, `100`.
fn per_cent(share: f64) -> String {
    if share == 0.0 || share == 1.0 {
        format!("{:.0}", 100.0 * share)
    } else {
        format!("{:.1}", 100.0 * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("class <{i}>")).collect()
    }

    fn draw(counts: &[Vec<u64>], cells: Cells) -> String {
        ConfusionMatrix {
            title: "Confusion",
            labels: &labels(counts.len()),
            counts,
            cells,
        }
        .draw()
        .to_svg()
    }

    #[test]
    fn numbers_stand_in_the_cells() {
        let counts = [vec![97, 3], vec![0, 0]];
        let svg = draw(&counts, Cells::Counts);
        assert!(svg.contains(">\n97\n<") && svg.contains(">\n3\n<"), "{svg}");
        let svg = draw(&counts, Cells::Shares);
        assert!(svg.contains(">\n97.0\n<") && !svg.contains("NaN"), "{svg}");
        assert!(svg.contains("class &lt;1&gt;"), "{svg}");
    }

    #[test]
    fn many_classes_are_drawn_without_numbers() {
        let counts = vec![vec![1; 100]; 100];
        let svg = draw(&counts, Cells::Counts);
        assert_eq!(svg.matches("<rect").count(), 10_000);
        assert!(!svg.contains(">\n1\n<"));
    }

    #[test]
    fn per_cent_is_short() {
        let texts = [0.0, 0.004, 0.98, 1.0].map(per_cent);
        assert_eq!(texts, ["0", "0.4", "98.0", "100"]);
    }
}
