//! An image file, decoded: PNG or JPEG.

mod exif;
mod resize;

use std::io::Cursor;

use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

const MOST_PIXELS: usize = 50_000_000;

/// Memory that decoding may take whatever the file's size, and beside that for each of its bytes: a photograph packs its
/// pixels ten times, and they stand in memory three or four times at most while it is decoded. What packs more is a large
/// plain area, or a file that was made to do harm.
const FREE: usize = 64 << 20;
const TIMES: usize = 64;

/// Reason why a file is not decoded; it reads on after the name of the file.
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
    /// More pixels than such a file would have.
    #[error(
        "has {width} by {height} pixels in {bytes} bytes, which is more than a file of that size may unpack to; save \
         it with fewer pixels"
    )]
    Unlikely {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// The size of the file.
        bytes: usize,
    },
}

/// An image: grey, or red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// One plane after the other, each row by row.
    pub pixels: Vec<u8>,
}

/// Decodes a PNG or JPEG file, told apart by how it starts. What is transparent lies on white. An image that was taken
/// with a turned camera is turned upright, as its Exif orientation says.
///
/// # Errors
/// If it is neither, is damaged, or is too large.
pub fn decode(file: &[u8]) -> Result<Image, Undecodable> {
    match file {
        [0x89, b'P', b'N', b'G', ..] => decode_png(file),
        [0xff, 0xd8, ..] => decode_jpeg(file),
        _ => Err(Undecodable::Format),
    }
}

fn decode_png(file: &[u8]) -> Result<Image, Undecodable> {
    let damaged = |e: png::DecodingError| Undecodable::Damaged(e.to_string());
    check_palette(file)?;
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_size(width, height)?;
    let length = reader
        .output_buffer_size()
        .ok_or(Undecodable::TooLarge { width, height })?;
    // As the decoder gives them, on white, in planes.
    check_memory(file, (width, height), length.saturating_mul(3))?;
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
    let orientation = reader
        .info()
        .exif_metadata
        .as_deref()
        .map_or(1, exif::orientation);
    // An animation's first frame may be smaller than the whole.
    let (width, height) = (frame.width as usize, frame.height as usize);
    Ok(planes(width, height, colours, &pixels)?.upright(orientation))
}

/// Refuses a palette that is not made of colours: the decoder takes it for granted that it is.
fn check_palette(file: &[u8]) -> Result<(), Undecodable> {
    let mut rest = file.get(8..).unwrap_or_default();
    // A chunk is its length, its type, its content and a checksum.
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        let [length, kind] = [0, 4].map(|at| [head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let length = u32::from_be_bytes(length) as usize;
        let colours = (3..=768).contains(&length) && length.is_multiple_of(3);
        match &kind {
            b"PLTE" if !colours => {
                let why = format!("its palette has {length} bytes, no whole number of colours");
                return Err(Undecodable::Damaged(why));
            }
            b"IDAT" => break,
            _ => rest = tail.get(length.saturating_add(4)..).unwrap_or_default(),
        }
    }
    Ok(())
}

fn decode_jpeg(file: &[u8]) -> Result<Image, Undecodable> {
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
    // Two bytes of a coefficient, the pixels, and their planes.
    check_memory(file, (width, height), width * height * colours * 4)?;
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(damaged)?;
    let orientation = decoder.exif().map_or(1, |exif| exif::orientation(exif));
    Ok(planes(width, height, colours, &pixels)?.upright(orientation))
}

impl Image {
    /// The image with this shape, `[channels, height, width]`: resized by averages over triangles, grey as the luma of
    /// its colours (ITU-R BT.601), coloured in three equal planes.
    ///
    /// # Panics
    /// If there are neither 1 nor 3 channels, or no pixels.
    #[track_caller]
    pub fn fitted(self, shape: [usize; 3]) -> Self {
        let [channels, height, width] = shape;
        assert!(
            matches!(channels, 1 | 3) && height > 0 && width > 0,
            "Image::fitted: no image has the shape {shape:?}"
        );
        let image = self.with_channels(channels);
        let from = [image.shape[1], image.shape[2]];
        if from == [height, width] {
            return image;
        }
        let planes = image.pixels.chunks_exact(from[0] * from[1]);
        let pixels = planes.flat_map(|plane| resize::resized(plane, from, [height, width]));
        Self {
            shape,
            pixels: pixels.collect(),
        }
    }

    fn with_channels(self, channels: usize) -> Self {
        let [own, height, width] = self.shape;
        let size = height * width;
        let pixels = match (own, channels) {
            (1, 3) => self.pixels.repeat(3),
            (3, 1) => {
                let luma = |i: usize| {
                    let plane = |c: usize| u32::from(self.pixels[c * size + i]);
                    let sum = 19_595 * plane(0) + 38_470 * plane(1) + 7_471 * plane(2);
                    ((sum + (1 << 15)) >> 16) as u8
                };
                (0..size).map(luma).collect()
            }
            _ => return self,
        };
        Self {
            shape: [channels, height, width],
            pixels,
        }
    }

    /// The image as it was seen, from the orientation in which it was saved.
    fn upright(self, orientation: u8) -> Self {
        let [channels, height, width] = self.shape;
        // Above 4, rows and columns change places.
        let turned = orientation > 4;
        let (out_height, out_width) = if turned {
            (width, height)
        } else {
            (height, width)
        };
        let place = |y: usize, x: usize| {
            let (last_row, last) = (height - 1, width - 1);
            match orientation {
                2 => (y, last - x),
                3 => (last_row - y, last - x),
                4 => (last_row - y, x),
                5 => (x, y),
                6 => (last_row - x, y),
                7 => (last_row - x, last - y),
                8 => (x, last - y),
                _ => (y, x),
            }
        };
        if orientation == 1 {
            return self;
        }
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for plane in self.pixels.chunks_exact(height * width) {
            for y in 0..out_height {
                for x in 0..out_width {
                    let (from_y, from_x) = place(y, x);
                    pixels.push(plane[from_y * width + from_x]);
                }
            }
        }
        Self {
            shape: [channels, out_height, out_width],
            pixels,
        }
    }
}

fn check_size(width: usize, height: usize) -> Result<(), Undecodable> {
    match width.checked_mul(height) {
        Some(0) => Err(Undecodable::Damaged("it has no pixels".into())),
        Some(pixels) if pixels <= MOST_PIXELS => Ok(()),
        _ => Err(Undecodable::TooLarge { width, height }),
    }
}

/// Refuses what would take more memory than goes with the file's size.
fn check_memory(
    file: &[u8],
    (width, height): (usize, usize),
    needed: usize,
) -> Result<(), Undecodable> {
    let bytes = file.len();
    match needed <= bytes.saturating_mul(TIMES).saturating_add(FREE) {
        true => Ok(()),
        false => Err(Undecodable::Unlikely {
            width,
            height,
            bytes,
        }),
    }
}

/// Pixels whose last channel says how opaque they are, over white paper and without it.
fn on_white(pixels: &[u8], colours: usize) -> Vec<u8> {
    let mut over = Vec::with_capacity(pixels.len() / (colours + 1) * colours);
    for pixel in pixels.chunks_exact(colours + 1) {
        let opaque = u32::from(pixel[colours]);
        let mixed = |&c: &u8| ((255 * 255 - opaque * (255 - u32::from(c)) + 127) / 255) as u8;
        over.extend(pixel[..colours].iter().map(mixed));
    }
    over
}

/// Planes from pixels whose colours lie side by side.
fn planes(
    width: usize,
    height: usize,
    colours: usize,
    pixels: &[u8],
) -> Result<Image, Undecodable> {
    if pixels.is_empty() || pixels.len() != width * height * colours {
        return Err(Undecodable::Damaged("pixels are missing".into()));
    }
    let mut sorted = Vec::with_capacity(pixels.len());
    for colour in 0..colours {
        sorted.extend(pixels.iter().skip(colour).step_by(colours));
    }
    Ok(Image {
        shape: [colours, height, width],
        pixels: sorted,
    })
}

#[cfg(test)]
mod tests;
