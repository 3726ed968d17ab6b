//! A finished drawing.

use plotters::prelude::*;

use crate::layer::Layer;
use crate::style::{PAPER, Problem, Sheet, escaped, printable, style};

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub(crate) title: String,
    pub(crate) size: (u32, u32),
    pub(crate) svg: String,
}

impl Figure {
    /// Title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// SVG for a page that has the [style sheet](crate::style()) of this library.
    pub fn inline(&self) -> &str {
        &self.svg
    }

    /// SVG as a file of its own.
    pub fn to_svg(&self) -> String {
        let (light, dark) = PAPER;
        let sheet = format!(
            "<style>.plot{{background:{light}}}\
             @media screen and (prefers-color-scheme:dark){{.plot{{background:{dark}}}}}{}</style>\n",
            style()
        );
        let (head, body) = self.svg.split_once('\n').unwrap_or(("", &self.svg));
        format!("{head}\n{sheet}{body}")
    }

    /// Joins figures side by side in one.
    pub fn beside(title: &str, figures: &[Figure]) -> Self {
        let height = figures.iter().map(|f| f.size.1).max().unwrap_or(0);
        let width: u32 = figures.iter().map(|f| f.size.0).sum();
        let name = escaped(title);
        let mut svg = opening(&name, (width, height));
        let mut left = 0;
        for figure in figures {
            // Inside another figure it is moved, and has no role of its own.
            let inner = figure
                .svg
                .replacen("<svg ", &format!("<svg x=\"{left}\" "), 1);
            svg.push_str(&inner.replacen(" role=\"img\"", "", 1));
            svg.push('\n');
            left += figure.size.0;
        }
        svg.push_str("</svg>\n");
        Self::of(title, (width, height), &svg)
    }

    /// Finishes a figure. All text of a figure passes here, whoever drew it, so control characters end here.
    fn of(title: &str, size: (u32, u32), svg: &str) -> Self {
        Self {
            title: printable(title),
            size,
            svg: printable(svg),
        }
    }

    /// Draws on `width` × `height` pixels.
    pub(crate) fn draw(
        title: &str,
        size: (u32, u32),
        draw: impl FnOnce(&Sheet<'_>) -> Result<(), Problem>,
    ) -> Self {
        Self::draw_over(title, size, &Layer::default(), draw)
    }

    /// Draws on `width` × `height` pixels, over a layer.
    pub(crate) fn draw_over(
        title: &str,
        (width, height): (u32, u32),
        layer: &Layer,
        draw: impl FnOnce(&Sheet<'_>) -> Result<(), Problem>,
    ) -> Self {
        let mut svg = String::new();
        let sheet = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        let drawn = draw(&sheet).and_then(|()| sheet.present());
        drop(sheet);
        // Writing into a string has no way to fail, and coordinates are made finite before they get here.
        debug_assert!(drawn.is_ok(), "{drawn:?}");
        let body = svg.split_once('>').map_or("", |(_, body)| body);
        let name = escaped(title);
        let svg = format!("{}{}{body}", opening(&name, (width, height)), layer.svg());
        Self::of(title, (width, height), &svg)
    }
}

/// Opening tag and title of a figure. The name must be escaped.
fn opening(name: &str, (width, height): (u32, u32)) -> String {
    format!(
        "<svg class=\"plot\" role=\"img\" aria-label=\"{name}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\">\n<title>{name}</title>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cells, ConfusionMatrix};

    /// Characters that XML 1.0 allows (section 2.2).
    fn is_xml(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    }

    #[test]
    fn control_characters_of_names_do_not_reach_the_figure() {
        let labels = ["b\u{8}", "\u{1b}[31mred", "\u{fffe}\u{85}é", "a\0b"].map(str::to_owned);
        let matrix = ConfusionMatrix {
            title: "title\u{7}",
            labels: &labels,
            counts: &vec![vec![1; 4]; 4],
            weights: None,
            cells: Cells::Counts,
        };
        let figure = matrix.draw();
        let both = Figure::beside("two\u{c}", &[figure.clone(), figure.clone()]);
        for svg in [figure.to_svg(), both.to_svg()] {
            let bad: Vec<char> = svg.chars().filter(|c| !is_xml(*c)).collect();
            assert!(bad.is_empty(), "{bad:?}");
            assert!(!svg.contains('\u{7f}') && !svg.contains('\u{85}'));
            assert!(svg.contains(" [31mred") && svg.contains("é") && svg.contains("a b"));
        }
        assert_eq!(figure.title(), "title ");
    }
}
