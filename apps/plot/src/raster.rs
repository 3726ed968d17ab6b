//! A raster image inside a figure: far smaller than as many rectangles, and without seams.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plotters::style::RGBColor;

/// Rows of pixels, each the number of a color.
pub(super) struct Raster {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Palette of at most 256 colors.
    pub(super) palette: Vec<RGBColor>,
    /// `height · width` numbers of colors, the top row first.
    pub(super) pixels: Vec<u8>,
}

impl Raster {
    /// The image as a data URI (PNG).
    pub(super) fn data_uri(&self) -> String {
        let file = self.png();
        let file = file.expect("a raster has a color of its palette for each of its pixels");
        format!("data:image/png;base64,{}", STANDARD.encode(file))
    }

    /// Writing into memory fails only if sizes and pixels do not fit, which is the caller's mistake.
    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        let palette: Vec<u8> = self.palette.iter().flat_map(|c| [c.0, c.1, c.2]).collect();
        encoder.set_palette(palette);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_survive() {
        let raster = Raster {
            width: 2,
            height: 1,
            palette: vec![RGBColor(1, 2, 3), RGBColor(250, 251, 252)],
            pixels: vec![1, 0],
        };
        let file = STANDARD
            .decode(raster.data_uri().split_once(',').unwrap().1)
            .unwrap();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut values = vec![0; 6];
        reader.next_frame(&mut values).unwrap();
        assert_eq!(values, [250, 251, 252, 1, 2, 3]);
    }
}
