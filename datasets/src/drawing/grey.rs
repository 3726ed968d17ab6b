//! Colours to grey values.

use crate::image::Image;

/// An image in grey, 0 black to 255 white. Never empty.
#[derive(Clone, Debug)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    /// `height · width` values.
    pub(super) values: Vec<f32>,
}

impl Grey {
    /// The luminance of an image, with the weights of ITU-R BT.601, as in JPEG.
    pub(super) fn of(image: &Image) -> Self {
        let [channels, height, width] = image.shape;
        let plane = |c: usize| {
            let pixels = image.pixels.chunks_exact(height * width).nth(c);
            pixels
                .expect("a decoded image has all its channels")
                .iter()
                .map(|p| f32::from(*p))
        };
        let values = if channels == 1 {
            plane(0).collect()
        } else {
            let colours = plane(0).zip(plane(1)).zip(plane(2));
            let luminance = |((r, g), b): ((f32, f32), f32)| 0.299 * r + 0.587 * g + 0.114 * b;
            colours.map(luminance).collect()
        };
        Self {
            width,
            height,
            values,
        }
    }
}
