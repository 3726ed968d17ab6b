//! Figures as SVG, in one style.
//!
//! Figures hold real text in the reader's own fonts, so they need nothing from outside. Colours are told apart also by
//! colour-blind readers (Okabe and Ito's palette, <https://jfly.uni-koeln.de/color/>). A figure is drawn for light
//! paper; where the reader prefers dark, a style sheet exchanges the few colours that depend on it.

mod axis;
mod boundary;
mod boxes;
mod cells;
mod chart;
mod clusters;
mod confusion;
mod contour;
mod curves;
mod field;
mod heat;
mod labels;
mod layer;
mod map;
mod panel;
mod plane;
mod raster;
mod scale;
mod section;
mod sheet;
mod spectrum;
mod surface;
mod track;
mod xy;

pub use axis::drawable;
pub use boundary::DecisionMap;
pub use boxes::{BoxPlot, BoxRow};
pub use clusters::Clusters;
pub use confusion::{Cells, ConfusionMatrix};
pub use curves::{Along, Curve, CurvePlot};
pub use field::Field;
pub use heat::HeatMap;
pub use map::ErrorMap;
pub use plane::{PlanePlot, PlaneStyle};
pub use scale::ColourScale;
pub use section::{Mark, SectionPlot, Strip};
pub use sheet::PictureSheet;
pub use spectrum::SpectrumPlot;
pub use surface::SurfacePlot;
pub use track::Track;
pub use xy::{Frame, Series, Style, XyPlot};

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use layer::Layer;

/// Text, axes.
const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Text that stands back.
const MUTED: RGBColor = RGBColor(0x6a, 0x6a, 0x6a);
/// Lines of the grid.
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
/// Colours of series, in the order they are used.
const SERIES: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x56, 0xb4, 0xe9),
];

/// Size of titles and of all other text, in pixels.
const TITLE_SIZE: f64 = 15.0;
const TEXT_SIZE: f64 = 13.0;

/// What the style sheet needs to know: a colour as drawn, and the one that replaces it on dark paper.
const ON_DARK: [(RGBColor, &str); 4] = [
    (INK, "#e8e8ea"),
    (MUTED, "#a6a8ae"),
    (GRID, "#3a3d44"),
    (SERIES[0], "#4aa8e0"),
];

/// The paper, light and dark.
pub(crate) const PAPER: (&str, &str) = ("#ffffff", "#17191d");

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    title: String,
    size: (u32, u32),
    svg: String,
}

impl Figure {
    /// What the figure shows.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// For a page that has this module's style sheet, as every [report](crate::report) does.
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
    fn draw(
        title: &str,
        size: (u32, u32),
        draw: impl FnOnce(&Sheet<'_>) -> Result<(), Problem>,
    ) -> Self {
        Self::draw_over(title, size, &Layer::default(), draw)
    }

    /// Draws on `width` × `height` pixels, over a layer.
    fn draw_over(
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

type Sheet<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Problem = DrawingAreaErrorKind<std::io::Error>;

/// The style sheet that [`Figure::inline`] needs.
pub(crate) fn style() -> String {
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
fn text<'a>(size: f64, colour: RGBColor, h: HPos, v: VPos) -> TextStyle<'a> {
    // The backend scales sizes down by this factor, after a habit of raster fonts.
    const BACKEND: f64 = 1.24;
    ("sans-serif", size * BACKEND)
        .into_font()
        .color(&colour)
        .pos(Pos::new(h, v))
}

/// Draws the title of a figure, around this height in pixels.
fn headline(sheet: &Sheet<'_>, title: &str, height: i32) -> Result<(), Problem> {
    let style = text(TITLE_SIZE, INK, HPos::Left, VPos::Center);
    sheet.draw(&Text::new(title, (12, height), style))
}

/// Roughly how wide a text is in pixels. Fonts are the reader's, so it cannot be known.
fn width_of(text: &str, size: f64) -> i32 {
    (text.chars().count() as f64 * size * 0.56).ceil() as i32
}

/// The text, cut to `most` characters where it is longer.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = text.chars().take(most - 1);
    kept.chain(['…']).collect()
}

fn escaped(text: &str) -> String {
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
