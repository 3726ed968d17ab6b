//! A picture file, decoded: PNG or JPEG.

use std::io::Cursor;

use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

const MOST_PIXELS: usize = 50_000_000;

/// Why a file is not decoded; it reads on after the name of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undecodable {
    /// It is neither format.
    #[error("is neither a PNG nor a JPEG file")]
    Format,
    /// It is damaged.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// More pixels than is sensible.
    #[error("has {width} by {height} pixels, more than 50 million; make it smaller")]
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
}

/// A picture: grey, or red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// One plane after the other, each row by row.
    pub pixels: Vec<u8>,
}

/// Decodes a PNG or JPEG file, told apart by how it starts. What is transparent lies on white.
///
/// # Errors
/// If it is neither, is damaged, or is too large.
pub fn decode(file: &[u8]) -> Result<Picture, Undecodable> {
    match file {
        [0x89, b'P', b'N', b'G', ..] => decode_png(file),
        [0xff, 0xd8, ..] => decode_jpeg(file),
        _ => Err(Undecodable::Format),
    }
}

fn decode_png(file: &[u8]) -> Result<Picture, Undecodable> {
    let damaged = |e: png::DecodingError| Undecodable::Damaged(e.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_size(width, height)?;
    let length = reader
        .output_buffer_size()
        .ok_or(Undecodable::TooLarge { width, height })?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(frame.buffer_size());
    let (colours, transparent) = match frame.color_type {
        ColorType::Grayscale => (1, false),
        ColorType::GrayscaleAlpha => (1, true),
        ColorType::Rgb => (3, false),
        ColorType::Rgba => (3, true),
        ColorType::Indexed => return Err(Undecodable::Damaged("its palette is missing".into())),
    };
    if transparent {
        pixels = on_white(&pixels, colours);
    }
    // An animation's first frame may be smaller than the whole.
    planes(
        frame.width as usize,
        frame.height as usize,
        colours,
        &pixels,
    )
}

fn decode_jpeg(file: &[u8]) -> Result<Picture, Undecodable> {
    let damaged = |e: zune_jpeg::errors::DecodeErrors| {
        let words = e.to_string();
        Undecodable::Damaged(words.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let options = DecoderOptions::default().set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(file), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder
        .info()
        .map(|info| (usize::from(info.width), usize::from(info.height)))
        .unwrap_or_default();
    check_size(width, height)?;
    let (space, colours) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(damaged)?;
    planes(width, height, colours, &pixels)
}

fn check_size(width: usize, height: usize) -> Result<(), Undecodable> {
    match width.checked_mul(height) {
        Some(0) => Err(Undecodable::Damaged("it has no pixels".into())),
        Some(pixels) if pixels <= MOST_PIXELS => Ok(()),
        _ => Err(Undecodable::TooLarge { width, height }),
    }
}

/// Pixels whose last channel says how opaque they are, over white paper and without it.
fn on_white(pixels: &[u8], colours: usize) -> Vec<u8> {
    let over = |pixel: &[u8]| {
        let opaque = u32::from(pixel[colours]);
        let mixed = |&c: &u8| ((255 * 255 - opaque * (255 - u32::from(c)) + 127) / 255) as u8;
        pixel[..colours].iter().map(mixed).collect::<Vec<u8>>()
    };
    pixels.chunks_exact(colours + 1).flat_map(over).collect()
}

/// Planes from pixels whose colours lie side by side.
fn planes(
    width: usize,
    height: usize,
    colours: usize,
    pixels: &[u8],
) -> Result<Picture, Undecodable> {
    if pixels.is_empty() || pixels.len() != width * height * colours {
        return Err(Undecodable::Damaged("pixels are missing".into()));
    }
    let plane = |c: usize| pixels.iter().skip(c).step_by(colours).copied();
    Ok(Picture {
        shape: [colours, height, width],
        pixels: (0..colours).flat_map(plane).collect(),
    })
}
