//! A finished drawing.

use plotters::prelude::*;

use crate::layer::Layer;
use crate::style::{PAPER, Problem, Sheet, escaped, style};

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub(crate) title: String,
    pub(crate) size: (u32, u32),
    pub(crate) svg: String,
}

impl Figure {
    /// What the figure shows.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// For a page that has the [style sheet](crate::style()) of this library.
    pub fn inline(&self) -> &str {
        &self.svg
    }

    /// A file of its own.
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

    /// Figures side by side in one.
    pub fn beside(title: &str, figures: &[Figure]) -> Self {
        let height = figures.iter().map(|f| f.size.1).max().unwrap_or(0);
        let width: u32 = figures.iter().map(|f| f.size.0).sum();
        let name = escaped(title);
        let mut svg = opening(&name, (width, height));
        let mut left = 0;
        for figure in figures {
            // Inside of another picture it is moved, and its name is that of the whole.
            let inner = figure
                .svg
                .replacen("<svg ", &format!("<svg x=\"{left}\" "), 1);
            svg.push_str(&inner.replacen(" role=\"img\"", "", 1));
            svg.push('\n');
            left += figure.size.0;
        }
        svg.push_str("</svg>\n");
        Self {
            title: title.to_owned(),
            size: (width, height),
            svg,
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
        let title = title.to_owned();
        let name = escaped(&title);
        let svg = format!("{}{}{body}", opening(&name, (width, height)), layer.svg());
        Self {
            title,
            size: (width, height),
            svg,
        }
    }
}

/// How a figure starts. The name is escaped.
fn opening(name: &str, (width, height): (u32, u32)) -> String {
    format!(
        "<svg class=\"plot\" role=\"img\" aria-label=\"{name}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\">\n<title>{name}</title>"
    )
}
