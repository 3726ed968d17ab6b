//! Images in rows and columns: inputs over reconstructions.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::figure::Figure;
use super::image::Pixels;
use super::style::{INK, MUTED, TEXT_SIZE, headline, shortened, text, width_of};

const TOP: i32 = 38;
/// Margin around the images.
const MARGIN: i32 = 12;
/// Between two of them.
const GAP: i32 = 4;
/// Height of the line with names of columns.
const NAMES: i32 = 22;
/// Characters of a name that are shown.
const LONGEST: usize = 24;

/// A grid of images with names of rows and columns.
#[derive(Clone, Copy, Debug)]
pub struct ImageGrid<'a> {
    /// Title.
    pub title: &'a str,
    /// The names of the rows; empty texts for none.
    pub rows: &'a [String],
    /// The names of the columns.
    pub columns: &'a [String],
    /// Rows of images; `None` leaves a place empty.
    pub images: &'a [Vec<Option<Pixels>>],
    /// Width of an image in pixels.
    pub side: u32,
}

impl ImageGrid<'_> {
    /// Draws the figure. Pixels stay square, however much they are enlarged.
    pub fn draw(&self) -> Figure {
        let names = self.rows.iter().map(|name| shortened(name, LONGEST));
        let names: Vec<String> = names.collect();
        let widest = names.iter().map(|name| width_of(name, TEXT_SIZE)).max();
        let left = MARGIN + widest.filter(|w| *w > 0).map_or(0, |w| w + 10);
        let (wide, high) = self.cell();
        let columns = self.columns.len() as i32;
        let width = (left + columns * (wide + GAP) + MARGIN).max(260);
        let height = TOP + self.rows.len() as i32 * (high + GAP) + NAMES + MARGIN;
        let mut figure = Figure::draw(self.title, (width as u32, height as u32), |sheet| {
            headline(sheet, self.title, TOP / 2)?;
            for (i, name) in names.into_iter().enumerate() {
                let middle = TOP + i as i32 * (high + GAP) + high / 2;
                let style = text(TEXT_SIZE, INK, HPos::Right, VPos::Center);
                sheet.draw(&Text::new(name, (left - 10, middle), style))?;
            }
            for (j, name) in self.columns.iter().enumerate() {
                let most = (f64::from(wide) / (0.56 * TEXT_SIZE)) as usize;
                let middle = left + j as i32 * (wide + GAP) + wide / 2;
                let style = text(TEXT_SIZE, MUTED, HPos::Center, VPos::Center);
                let place = (middle, height - MARGIN - NAMES / 2);
                sheet.draw(&Text::new(shortened(name, most.max(1)), place, style))?;
            }
            Ok(())
        });
        let mut images = String::new();
        for (i, row) in self.images.iter().enumerate() {
            for (j, image) in row.iter().enumerate() {
                let Some(image) = image.as_ref().and_then(Pixels::data_uri) else {
                    continue;
                };
                let x = left + j as i32 * (wide + GAP);
                let y = TOP + i as i32 * (high + GAP);
                images.push_str(&format!(
                    "<image x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" preserveAspectRatio=\"none\" \
                     style=\"image-rendering:pixelated\" href=\"{image}\"/>\n"
                ));
            }
        }
        // The library has no images inside a drawing.
        if let Some(end) = figure.svg.rfind("</svg>") {
            figure.svg.insert_str(end, &images);
        }
        figure
    }

    /// Width and height of an image in the grid, in the proportions of the first.
    fn cell(&self) -> (i32, i32) {
        let first = self.images.iter().flatten().flatten().next();
        let high = first.map_or(1.0, |p| f64::from(p.height) / f64::from(p.width.max(1)));
        let wide = f64::from(self.side);
        (wide as i32, (wide * high).round() as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_has_its_place() {
        let image = |value: u8| {
            Some(Pixels {
                height: 2,
                width: 1,
                channels: 1,
                values: vec![value; 2],
            })
        };
        let sheet = ImageGrid {
            title: "before & after",
            rows: &["input".to_owned(), "reconstruction".to_owned()],
            columns: &["a".to_owned(), "<b>".to_owned()],
            images: &[vec![image(0), image(9)], vec![image(99), None]],
            side: 40,
        };
        let svg = sheet.draw().to_svg();
        assert_eq!(svg.matches("<image").count(), 3, "{svg}");
        assert!(svg.contains("width=\"40\" height=\"80\""), "{svg}");
        assert!(svg.contains("&lt;b&gt;") && svg.contains("before &amp; after"));
        assert!(svg.trim_end().ends_with("</svg>"));
        let none = ImageGrid {
            images: &[],
            rows: &[],
            columns: &[],
            ..sheet
        };
        assert!(none.draw().to_svg().trim_end().ends_with("</svg>"));
    }
}
