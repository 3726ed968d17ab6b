//! Images inside a figure or a page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An image: rows of pixels, channels innermost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Height in pixels.
    pub height: u32,
    /// Width in pixels.
    pub width: u32,
    /// 1 for gray, 3 for red, green and blue.
    pub channels: u32,
    /// `height · width · channels` values from 0 to 255.
    pub values: Vec<u8>,
}

impl Pixels {
    /// The image as a data URI (PNG). `None` if sizes and values do not fit.
    pub fn data_uri(&self) -> Option<String> {
        let color = match self.channels {
            1 => png::ColorType::Grayscale,
            3 => png::ColorType::Rgb,
            _ => return None,
        };
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.values).ok()?;
        writer.finish().ok()?;
        Some(format!("data:image/png;base64,{}", STANDARD.encode(file)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray(values: Vec<u8>) -> Pixels {
        Pixels {
            height: 2,
            width: 3,
            channels: 1,
            values,
        }
    }

    #[test]
    fn pixels_survive_the_page() {
        let pixels = gray(vec![0, 50, 100, 150, 200, 255]);
        let uri = pixels.data_uri().unwrap();
        let file = STANDARD
            .decode(uri.strip_prefix("data:image/png;base64,").unwrap())
            .unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut values = vec![0; 6];
        reader.next_frame(&mut values).unwrap();
        assert_eq!(values, pixels.values);
    }

    #[test]
    fn what_does_not_fit_has_no_image() {
        assert_eq!(gray(vec![0; 5]).data_uri(), None);
        let two = Pixels {
            channels: 2,
            ..gray(vec![0; 12])
        };
        assert_eq!(two.data_uri(), None);
    }
}
