//! Correlations of images with kernels: a convolution layer, and both of its gradients.
//!
//! Each image is copied into a padded one. From there the windows of a few rows of output are laid side by side as the
//! columns of a matrix that stays in the second-level cache (known as im2col), in just the form in which the product
//! with the kernels reads it. Nothing is ever laid out for a whole batch.
//!
//! Work is cut over images at places that depend on their number alone. So the bits do not depend on threads. A product of one
//! row and one column is summed in its own way: where one channel of output ends with a block of a single place, that place may
//! have other last bits than the same window elsewhere.

use super::isa::dispatched;
use super::lane::Lane;
use super::matmul::{Mat, MatMut, Use, matmul, with_scratch};
use super::pieces::Pieces;
use super::thread_pool::split;
use crate::real::Real;

/// Elements that a run is copied in, whole: what is copied too much lies where the next run goes.
const RUN: usize = 16;
/// Columns of windows that are multiplied at a time, about: eight vectors of `f32` on AVX-512.
const COLUMNS: usize = 128;
/// Images that one thread takes at a time.
const IMAGES: usize = 4;
/// Partial gradients of the kernels, at most: each is the sum over some of the images.
const PARTIAL: usize = 16;

/// The sizes of `out[o, y] = Σ weight[o, c, k]·in[c, y·stride + k·dilation − before]` in two dimensions, along
/// `[height, width]`.
///
/// Between neighbours of the input lie `spread` − 1 zeros: so the gradient of a convolution with a stride is one of these
/// too. Beyond its edges are zeros; a negative `before` cuts some of it off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Correlation {
    pub(crate) images: usize,
    /// Channels of the input.
    pub(crate) channels: usize,
    /// Channels of the output.
    pub(crate) outputs: usize,
    pub(crate) input: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) output: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) dilation: [usize; 2],
    pub(crate) before: [isize; 2],
    pub(crate) spread: [usize; 2],
}

impl Correlation {
    /// Numbers of an input image.
    fn image(&self) -> usize {
        self.channels * self.input[0] * self.input[1]
    }

    /// Places of an output image.
    fn places(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Numbers in a window.
    fn window(&self) -> usize {
        self.channels * self.kernel[0] * self.kernel[1]
    }

    /// What the windows reach: height and width of a padded channel. There is at least one window.
    fn padded(&self) -> [usize; 2] {
        let reach = |a: usize| {
            (self.output[a] - 1) * self.stride[a] + (self.kernel[a] - 1) * self.dilation[a] + 1
        };
        [reach(0), reach(1)]
    }

    /// Rows of output whose windows are laid out at a time.
    fn rows(&self) -> usize {
        (COLUMNS / self.output[1]).clamp(1, self.output[0])
    }

    /// The distance between rows of the matrix of windows: whole runs, so that vectors are aligned.
    fn pitch(&self) -> usize {
        (self.rows() * self.output[1]).next_multiple_of(RUN)
    }

    /// Elements of a padded image, and of a matrix of windows. Both end with room for what runs copy too much.
    fn room(&self) -> [usize; 2] {
        let [height, width] = self.padded();
        [
            (self.channels * height * width + RUN).next_multiple_of(RUN),
            self.window() * self.pitch() + RUN,
        ]
    }

    /// Calls `f(image, first row, rows, windows)` for the blocks of rows of some images, one after the other.
    /// `windows` has a row for each number of a window, [`pitch`](Self::pitch) apart, and a column for each place.
    fn each_block<T: Real>(
        &self,
        input: &[T],
        images: std::ops::Range<usize>,
        mut f: impl FnMut(usize, usize, usize, &[T]),
    ) {
        let [padded, windows] = self.room();
        with_scratch(Use::Windows, padded + windows, |scratch| {
            let (padded, windows) = scratch.split_at_mut(padded);
            padded.fill(T::ZERO);
            // Nobody stores what comes of the columns between blocks, but old denormal numbers would slow them down.
            windows.fill(T::ZERO);
            for i in images {
                self.pad(&input[i * self.image()..][..self.image()], padded);
                for first in (0..self.output[0]).step_by(self.rows()) {
                    let rows = self.rows().min(self.output[0] - first);
                    lay_out(self, padded, first, rows, windows);
                    f(i, first, rows, windows);
                }
            }
        });
    }

    /// Copies an image into the padded one, whose other elements stay 0.
    fn pad<T: Real>(&self, image: &[T], padded: &mut [T]) {
        let [height, width] = self.padded();
        // The first and the last element of an axis that lie inside, and where the first goes.
        let inside = |a: usize, size: usize| {
            let (before, spread) = (self.before[a], self.spread[a] as isize);
            let first = (-before).max(0).unsigned_abs().div_ceil(self.spread[a]);
            let room = size as isize - before;
            let end = usize::try_from(room).unwrap_or(0).div_ceil(self.spread[a]);
            let at = before + first as isize * spread;
            (first..end.min(self.input[a]), at.max(0).unsigned_abs())
        };
        let ((rows, top), (columns, left)) = (inside(0, height), inside(1, width));
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        for (c, channel) in padded
            .chunks_exact_mut(height * width)
            .take(self.channels)
            .enumerate()
        {
            for (i, y) in rows.clone().enumerate() {
                let from = (c * self.input[0] + y) * self.input[1];
                let source = &image[from + columns.start..from + columns.end];
                let to = &mut channel[(top + i * self.spread[0]) * width + left..];
                if self.spread[1] == 1 {
                    to[..source.len()].copy_from_slice(source);
                } else {
                    for (t, s) in to.iter_mut().step_by(self.spread[1]).zip(source) {
                        *t = *s;
                    }
                }
            }
        }
    }
}

dispatched! {
    /// Lays the windows of `rows` rows of output from `first` on side by side: a column for each place.
    lay_out, lay_out_body,
    (shape: &Correlation, padded: &[T], first: usize, rows: usize, windows: &mut [T])
}

#[inline(always)]
#[allow(clippy::extra_unused_type_parameters, reason = "dispatching names it")]
fn lay_out_body<T: Real, L: Lane<Elem = T>>(
    shape: &Correlation,
    padded: &[T],
    first: usize,
    rows: usize,
    windows: &mut [T],
) {
    let [height, width] = shape.padded();
    let (pitch, across) = (shape.pitch(), shape.output[1]);
    let [stride_y, stride_x] = shape.stride;
    let [room, needed] = shape.room();
    assert!(padded.len() >= room && windows.len() >= needed && rows * across <= pitch);
    assert!(first + rows <= shape.output[0]);
    let mut row = 0;
    for c in 0..shape.channels {
        for ky in 0..shape.kernel[0] {
            for kx in 0..shape.kernel[1] {
                let top = first * stride_y + ky * shape.dilation[0];
                let corner = (c * height + top) * width + kx * shape.dilation[1];
                for y in 0..rows {
                    let (source, place) = (corner + y * stride_y * width, row * pitch + y * across);
                    // SAFETY: a run begins at an element of a window in the padded image and at its column among the
                    // windows; both slices go on for a run beyond the last of these.
                    unsafe {
                        let (from, to) =
                            (padded.as_ptr().add(source), windows.as_mut_ptr().add(place));
                        match (stride_x, across.div_ceil(RUN)) {
                            (1, 1) => copy_runs::<T, 1>(from, to),
                            (1, 2) => copy_runs::<T, 2>(from, to),
                            (1, runs) => to.copy_from_nonoverlapping(from, runs * RUN),
                            _ => (0..across).for_each(|x| *to.add(x) = *from.add(x * stride_x)),
                        }
                    }
                }
                row += 1;
            }
        }
    }
}

/// Copies so many runs: a number that is known spares the call.
///
/// # Safety
/// `from` and `to` are good for the runs, and do not overlap.
#[inline(always)]
unsafe fn copy_runs<T: Real, const RUNS: usize>(from: *const T, to: *mut T) {
    for r in 0..RUNS {
        // SAFETY: as the caller says.
        unsafe {
            let run = from.add(r * RUN).cast::<[T; RUN]>().read_unaligned();
            to.add(r * RUN).cast::<[T; RUN]>().write_unaligned(run);
        }
    }
}

/// The correlation of `input` with `weight`, `[outputs, channels, height, width]`, plus a number for each output channel.
///
/// # Panics
/// If a slice does not have its size.
pub(crate) fn correlate<T: Real>(
    shape: &Correlation,
    input: &[T],
    weight: &[T],
    bias: Option<&[T]>,
    out: &mut [T],
) {
    let (places, window) = (shape.places(), shape.window());
    let image = shape.outputs * places;
    assert_eq!(input.len(), shape.images * shape.image());
    assert_eq!(out.len(), shape.images * image);
    if out.is_empty() {
        return;
    }
    let weight = Mat::row_major(weight, shape.outputs, window);
    if window == 0 {
        return match bias {
            Some(b) => {
                for (place, b) in out.chunks_exact_mut(places).zip(b.iter().cycle()) {
                    place.fill(*b);
                }
            }
            None => out.fill(T::ZERO),
        };
    }
    let out = Pieces::new([out]);
    split(shape.images.div_ceil(IMAGES), &|part| {
        let images = part * IMAGES..shape.images.min((part + 1) * IMAGES);
        shape.each_block(input, images, |i, first, rows, windows| {
            // SAFETY: each part takes the place of its own images, one at a time, and the slice is borrowed until the
            // split returns.
            let [out] = unsafe { out.piece(i * image, (i + 1) * image) };
            let (from, across) = (first * shape.output[1], rows * shape.output[1]);
            if let Some(bias) = bias {
                for (channel, b) in out.chunks_exact_mut(places).zip(bias) {
                    channel[from..from + across].fill(*b);
                }
            }
            let windows = Mat::new(windows, 0, window, across, shape.pitch() as isize, 1);
            let out = MatMut::new(&mut out[from..], shape.outputs, across, places);
            matmul(weight, windows, out, bias.is_some(), None);
        });
    });
}

/// The gradient with respect to the weight of [`correlate`], for a cotangent `g` of its output.
///
/// `partial` is room for [`partials`] times as many numbers as `out`.
///
/// # Panics
/// If a slice does not have its size.
pub(crate) fn correlate_weight<T: Real>(
    shape: &Correlation,
    input: &[T],
    g: &[T],
    out: &mut [T],
    partial: &mut [T],
) {
    let (places, window, outputs) = (shape.places(), shape.window(), shape.outputs);
    assert_eq!(input.len(), shape.images * shape.image());
    assert_eq!(g.len(), shape.images * outputs * places);
    assert_eq!(out.len(), outputs * window);
    let parts = partials(shape.images);
    assert_eq!(partial.len(), parts * out.len());
    if out.is_empty() || parts == 0 || places == 0 {
        return out.fill(T::ZERO);
    }
    let each = shape.images.div_ceil(parts);
    let size = out.len();
    let pieces = Pieces::new([&mut *partial]);
    split(parts, &|part| {
        // SAFETY: each part takes a sum of its own, and the slice is borrowed until the split returns.
        let [sum] = unsafe { pieces.piece(part * size, (part + 1) * size) };
        let images = shape.images.min(part * each)..shape.images.min((part + 1) * each);
        let mut begun = false;
        if images.is_empty() {
            sum.fill(T::ZERO);
        }
        shape.each_block(input, images, |i, first, rows, windows| {
            let across = rows * shape.output[1];
            let windows = Mat::new(windows, 0, window, across, shape.pitch() as isize, 1);
            let from = i * outputs * places + first * shape.output[1];
            // Of cotangents there are fewer than of windows: it is these that are transposed.
            let g = Mat::new(g, from, outputs, across, places as isize, 1).transposed();
            matmul(
                windows,
                g,
                MatMut::row_major(sum, window, outputs),
                begun,
                None,
            );
            begun = true;
        });
    });
    let (sum, others) = partial.split_at_mut(size);
    for other in others.chunks_exact(size) {
        for (s, x) in sum.iter_mut().zip(other) {
            *s += *x;
        }
    }
    for (o, out) in out.chunks_exact_mut(window).enumerate() {
        for (out, s) in out.iter_mut().zip(sum[o..].iter().step_by(outputs)) {
            *out = *s;
        }
    }
}

/// How many sums [`correlate_weight`] makes first, for so many images.
pub(crate) fn partials(images: usize) -> usize {
    images.min(PARTIAL)
}
