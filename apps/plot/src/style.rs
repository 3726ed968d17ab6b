//! The style of all figures: colors, sizes, texts, and the style sheet that exchanges colors on dark paper.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Text, axes.
pub(crate) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Text that stands back.
pub(crate) const MUTED: RGBColor = RGBColor(0x6a, 0x6a, 0x6a);
/// Lines of the grid.
pub(crate) const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
/// Colors of series, in the order they are used.
pub(crate) const SERIES: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x56, 0xb4, 0xe9),
];

/// Size of titles and of all other text, in pixels.
pub(crate) const TITLE_SIZE: f64 = 15.0;
pub(crate) const TEXT_SIZE: f64 = 13.0;

/// Colors as drawn and their replacements on dark paper.
pub(crate) const ON_DARK: [(RGBColor, &str); 4] = [
    (INK, "#e8e8ea"),
    (MUTED, "#a6a8ae"),
    (GRID, "#3a3d44"),
    (SERIES[0], "#4aa8e0"),
];

/// The paper, light and dark.
pub(crate) const PAPER: (&str, &str) = ("#ffffff", "#17191d");

pub(crate) type Sheet<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
pub(crate) type Problem = DrawingAreaErrorKind<std::io::Error>;

/// The style sheet that [`Figure::inline`](crate::Figure::inline) needs.
pub fn style() -> String {
    let mut sheet = ".plot text{font-family:system-ui,sans-serif}".to_owned();
    sheet.push_str("@media screen and (prefers-color-scheme:dark){");
    for (RGBColor(r, g, b), dark) in ON_DARK {
        for property in ["fill", "stroke"] {
            sheet.push_str(&format!(
                ".plot [{property}=\"#{r:02X}{g:02X}{b:02X}\"]{{{property}:{dark}}}"
            ));
        }
    }
    sheet.push('}');
    sheet
}

/// A style of text.
pub(crate) fn text<'a>(size: f64, color: RGBColor, h: HPos, v: VPos) -> TextStyle<'a> {
    // The backend scales sizes down by this factor, after a habit of raster fonts.
    const BACKEND: f64 = 1.24;
    ("sans-serif", size * BACKEND)
        .into_font()
        .color(&color)
        .pos(Pos::new(h, v))
}

/// Left edge of a title in pixels.
const TITLE_EDGE: i32 = 12;
/// Smallest size of a title in pixels.
const SMALL_TITLE_SIZE: f64 = 12.0;

/// Draws the title of a figure, around this height in pixels.
pub(crate) fn headline(sheet: &Sheet<'_>, title: &str, height: i32) -> Result<(), Problem> {
    draw_title(sheet, title, height, TITLE_SIZE)
}

/// Pixels that the title of a figure needs, with its edges.
pub(crate) fn headline_width(title: &str) -> i32 {
    width_of(title, TITLE_SIZE) + 2 * TITLE_EDGE
}

/// Checks whether a title, set as small as titles are, needs no more than so many pixels with its edges.
pub(crate) fn headline_fits(title: &str, room: i32) -> bool {
    width_of(title, SMALL_TITLE_SIZE) + 2 * TITLE_EDGE <= room
}

/// Draws the title of a figure that is left of `right` in pixels: set smaller where it is long, then cut. The title for
/// screen readers stays whole.
pub(crate) fn headline_within(
    sheet: &Sheet<'_>,
    title: &str,
    height: i32,
    right: i32,
) -> Result<(), Problem> {
    let (size, title) = fitted(title, right - 2 * TITLE_EDGE);
    draw_title(sheet, &title, height, size)
}

fn draw_title(sheet: &Sheet<'_>, title: &str, height: i32, size: f64) -> Result<(), Problem> {
    let style = text(size, INK, HPos::Left, VPos::Center);
    sheet.draw(&Text::new(title, (TITLE_EDGE, height), style))
}

/// Size and text of a title that has so many pixels.
fn fitted(title: &str, room: i32) -> (f64, String) {
    let fits = |size: f64| width_of(title, size) <= room;
    let sizes = [TITLE_SIZE, 14.0, 13.0, SMALL_TITLE_SIZE];
    match sizes.into_iter().find(|size| fits(*size)) {
        Some(size) => (size, title.to_owned()),
        None => {
            let most = room.max(0) / width_of("n", SMALL_TITLE_SIZE);
            (SMALL_TITLE_SIZE, shortened(title, most.max(2) as usize))
        }
    }
}

/// Approximate width of a text in pixels. Fonts are the reader's, so it cannot be known.
pub(crate) fn width_of(text: &str, size: f64) -> i32 {
    (text.chars().count() as f64 * size * 0.56).ceil() as i32
}

/// The text, cut to `most` characters where it is longer.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = text.chars().take(most - 1);
    kept.chain(['…']).collect()
}

pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// Replaces control characters, and those that XML forbids, by spaces. Line breaks and tabs stay.
///
/// Names come from files and may hold anything; SVG and HTML pass here as a whole before they leave.
pub fn printable(text: &str) -> String {
    let forbidden = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.replace(forbidden, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_is_set_smaller_and_then_cut() {
        assert_eq!(fitted("loss", 500), (TITLE_SIZE, "loss".to_owned()));
        let long = "n".repeat(70);
        let (size, text) = fitted(&long, 536);
        assert_eq!(text, long);
        assert!((SMALL_TITLE_SIZE..TITLE_SIZE).contains(&size), "{size}");
        let (size, text) = fitted(&"n".repeat(200), 536);
        assert_eq!(size, SMALL_TITLE_SIZE);
        assert!(
            text.ends_with('…') && width_of(&text, size) <= 536,
            "{text}"
        );
    }
}
