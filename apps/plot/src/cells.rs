//! Cells in rows and columns, colored by value, with labels at the left and below.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::style::{INK, MUTED, Problem, Sheet, TEXT_SIZE, headline_width, text, width_of};

/// White reads well on it, on light paper and on dark.
const CELL: RGBColor = RGBColor(0x1f, 0x6f, 0xb5);
/// Around the cells: title above, space on the right.
pub(super) const TOP: i32 = 38;
const RIGHT: i32 = 14;
/// Maximum number of cells per row or column with numbers in them.
const MOST_NUMBERED: usize = 32;

/// Labels at the sides.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    /// The labels of the rows.
    pub(super) rows: &'a [String],
    /// The labels of the columns.
    pub(super) columns: &'a [String],
    /// Name of the vertical axis.
    pub(super) down: &'a str,
    /// Name of the horizontal axis.
    pub(super) right: &'a str,
}

/// Layout, in pixels.
pub(super) struct Layout<'a> {
    sides: Sides<'a>,
    /// Side of a cell.
    side: i32,
    /// Left edge of the cells; row labels stand left of it.
    left: i32,
    /// Room for column labels below the cells.
    below: i32,
    /// Turns column labels so that they fit.
    turned: bool,
}

impl<'a> Layout<'a> {
    /// Creates a layout with cells of at most this size.
    pub(super) fn new(sides: Sides<'a>, largest: i32) -> Self {
        let most = sides.rows.len().max(sides.columns.len());
        let side = (400 / most.max(1) as i32).clamp(12, largest);
        let longest = |labels: &[String]| {
            let widths = labels.iter().map(|label| width_of(label, TEXT_SIZE));
            widths.max().unwrap_or(0)
        };
        let widest = longest(sides.columns);
        let turned = widest > side - 6;
        Self {
            sides,
            side,
            left: 40 + longest(sides.rows),
            below: 34 + if turned { widest } else { 16 },
            turned,
        }
    }

    fn height(&self) -> i32 {
        self.side * self.sides.rows.len() as i32
    }

    fn width(&self) -> i32 {
        self.side * self.sides.columns.len() as i32
    }

    /// The size of the figure, which its title fits into.
    pub(super) fn size(&self, title: &str) -> (u32, u32) {
        let width = (self.left + self.width() + RIGHT).max(260);
        let width = width.max(headline_width(title));
        (width as u32, (TOP + self.height() + self.below) as u32)
    }

    /// Draws the labels and the names of what goes down and to the right.
    pub(super) fn draw_sides(&self, sheet: &Sheet<'_>) -> Result<(), Problem> {
        let name = |h, v| text(TEXT_SIZE, INK, h, v);
        let bottom = TOP + self.height();
        let along = |i: usize| self.side * i as i32 + self.side / 2;
        for (i, label) in self.sides.rows.iter().enumerate() {
            let style = name(HPos::Right, VPos::Center);
            let place = (self.left - 8, TOP + along(i));
            sheet.draw(&Text::new(label.as_str(), place, style))?;
        }
        for (j, label) in self.sides.columns.iter().enumerate() {
            let style = if self.turned {
                name(HPos::Right, VPos::Center).transform(FontTransform::Rotate270)
            } else {
                name(HPos::Center, VPos::Top)
            };
            let place = (self.left + along(j), bottom + 8);
            sheet.draw(&Text::new(label.as_str(), place, style))?;
        }
        let across = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Bottom);
        let place = (self.left + self.width() / 2, bottom + self.below - 6);
        sheet.draw(&Text::new(self.sides.right, place, across))?;
        let up =
            text(TEXT_SIZE, MUTED, HPos::Center, VPos::Top).transform(FontTransform::Rotate270);
        let place = (8, TOP + self.height() / 2);
        sheet.draw(&Text::new(self.sides.down, place, up))
    }

    /// Draws a cell of a strength from 0 to 1 with a number in it. The color is laid over the paper, light or dark.
    pub(super) fn draw_cell(
        &self,
        sheet: &Sheet<'_>,
        (i, j): (usize, usize),
        strength: f64,
        number: &str,
    ) -> Result<(), Problem> {
        let corner = (self.left + self.side * j as i32, TOP + self.side * i as i32);
        let opposite = (corner.0 + self.side - 1, corner.1 + self.side - 1);
        let color = CELL.mix(0.05 + 0.95 * strength);
        sheet.draw(&Rectangle::new([corner, opposite], color.filled()))?;
        if self.sides.rows.len().max(self.sides.columns.len()) > MOST_NUMBERED {
            return Ok(());
        }
        let color = match strength {
            s if s > 0.6 => WHITE,
            s if s > 0.0 => INK,
            _ => MUTED,
        };
        let fitting = f64::from(self.side) * 1.2 / number.len().max(3) as f64;
        let style = text(fitting.min(TEXT_SIZE), color, HPos::Center, VPos::Center);
        let middle = (corner.0 + self.side / 2, corner.1 + self.side / 2);
        sheet.draw(&Text::new(number, middle, style))
    }
}
