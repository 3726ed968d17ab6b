//! Figures as PNG, for papers and slides: the SVG on a white background.
//!
//! Text is set in DejaVu Sans Condensed, which the program embeds: the image is the same on every machine, with fonts or without.

use std::sync::Arc;

use experiment::AppError;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

/// Image pixels per figure pixel.
const FINE: f32 = 2.0;
/// The family that the condensed faces belong to.
const FONT: &str = "DejaVu Sans";

/// The content of a PNG file; `name` is the figure's.
pub(super) fn render(name: &str, svg: &str) -> Result<Vec<u8>, AppError> {
    let cannot = |why: &dyn std::fmt::Display| {
        AppError::Failure(format!("cannot draw figures/{name}.png: {why}"))
    };
    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans_condensed::regular().to_vec());
    fonts.set_sans_serif_family(FONT);
    let options = Options {
        font_family: FONT.to_owned(),
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|e| cannot(&e))?;
    let size = tree.size().to_int_size();
    let [width, height] = [size.width(), size.height()].map(|side| side * FINE as u32);
    let mut paper = Pixmap::new(width, height)
        .ok_or_else(|| cannot(&format_args!("{width} × {height} pixels are too many")))?;
    paper.fill(Color::WHITE);
    resvg::render(
        &tree,
        Transform::from_scale(FINE, FINE),
        &mut paper.as_mut(),
    );
    paper.encode_png().map_err(|e| cannot(&e))
}
