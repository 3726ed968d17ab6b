//! Files to grey values.

use std::io::Cursor;

use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::Refusal;

const MOST_PIXELS: usize = 50_000_000;

/// A picture in grey, 0 black to 255 white. Never empty.
#[derive(Clone, Debug)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    /// `height · width` values.
    pub(super) values: Vec<f32>,
}

/// Reads a file, of whatever name, by how it starts.
pub(super) fn decode(file: &[u8]) -> Result<Grey, Refusal> {
    match file {
        [0x89, b'P', b'N', b'G', ..] => decode_png(file),
        [0xff, 0xd8, ..] => decode_jpeg(file),
        _ => Err(Refusal::Format),
    }
}

fn decode_png(file: &[u8]) -> Result<Grey, Refusal> {
    let damaged = |e: png::DecodingError| Refusal::Damaged(e.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_size(width, height)?;
    let length = reader
        .output_buffer_size()
        .ok_or(Refusal::TooLarge { width, height })?;
    let mut pixels = vec![0; length];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    let pixels = &pixels[..frame.buffer_size()];
    let channels = match frame.color_type {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        ColorType::Indexed => return Err(Refusal::Damaged("its palette is missing".to_owned())),
    };
    // An animation's first frame may be smaller than the whole.
    let (width, height) = (frame.width as usize, frame.height as usize);
    grey(width, height, channels, pixels)
}

fn decode_jpeg(file: &[u8]) -> Result<Grey, Refusal> {
    let damaged = |e: zune_jpeg::errors::DecodeErrors| {
        Refusal::Damaged(
            e.to_string()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(file), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder
        .info()
        .map(|info| (usize::from(info.width), usize::from(info.height)))
        .unwrap_or_default();
    check_size(width, height)?;
    let pixels = decoder.decode().map_err(damaged)?;
    grey(width, height, 3, &pixels)
}

fn check_size(width: usize, height: usize) -> Result<(), Refusal> {
    match width.checked_mul(height) {
        Some(0) => Err(Refusal::Damaged("it has no pixels".to_owned())),
        Some(pixels) if pixels <= MOST_PIXELS => Ok(()),
        _ => Err(Refusal::TooLarge { width, height }),
    }
}

/// Luminance over white paper. Channels are grey or red, green and blue, then alpha if there is one.
fn grey(width: usize, height: usize, channels: usize, pixels: &[u8]) -> Result<Grey, Refusal> {
    if pixels.len() != width * height * channels || pixels.is_empty() {
        return Err(Refusal::Damaged("pixels are missing".to_owned()));
    }
    let values = pixels.chunks_exact(channels).map(|pixel| match *pixel {
        [y] => f32::from(y),
        [y, a] => on_white(f32::from(y), a),
        [r, g, b] => luminance(r, g, b),
        [r, g, b, a] => on_white(luminance(r, g, b), a),
        _ => unreachable!("a pixel has one to four channels"),
    });
    Ok(Grey {
        width,
        height,
        values: values.collect(),
    })
}

/// Weights of ITU-R BT.601, as in JPEG.
fn luminance(r: u8, g: u8, b: u8) -> f32 {
    0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)
}

fn on_white(value: f32, alpha: u8) -> f32 {
    let opaque = f32::from(alpha) / 255.0;
    255.0 + opaque * (value - 255.0)
}
