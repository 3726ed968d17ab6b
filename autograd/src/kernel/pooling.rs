//! Windows of images folded to their largest element or their mean, plane by plane.

use std::ops::Range;

use super::isa::dispatched;
use super::lane::Lane;
use super::pieces::Pieces;
use super::thread_pool::split;
use crate::real::Real;

/// Numbers that are worth a thread's while.
const PIECE: usize = 16 * 1024;

/// The sizes of pooling, along `[height, width]`. Every window has an element inside of the plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pool {
    pub(crate) input: [usize; 2],
    pub(crate) output: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) padding: [usize; 2],
    pub(crate) dilation: [usize; 2],
}

impl Pool {
    fn places(&self) -> usize {
        self.output[0] * self.output[1]
    }

    fn plane(&self) -> usize {
        self.input[0] * self.input[1]
    }

    /// The elements of window `i` that lie inside of the plane along an axis: the first one, and how many.
    #[inline(always)]
    fn inside(&self, axis: usize, i: usize) -> (usize, usize) {
        let (start, padding) = (i * self.stride[axis], self.padding[axis]);
        let step = self.dilation[axis];
        let skipped = padding.saturating_sub(start).div_ceil(step);
        let end = (self.input[axis] + padding)
            .saturating_sub(start)
            .div_ceil(step);
        let first = start + skipped * step;
        (
            first.saturating_sub(padding),
            end.min(self.kernel[axis]).saturating_sub(skipped),
        )
    }

    /// Is there a window without an element inside of the plane?
    pub(crate) fn has_empty_window(&self) -> bool {
        let empty = |axis: usize| (0..self.output[axis]).any(|i| self.inside(axis, i).1 == 0);
        empty(0) || empty(1)
    }

    /// Windows of two by two side by side: the common case.
    pub(crate) fn is_halving(&self) -> bool {
        (self.kernel, self.stride, self.padding, self.dilation) == ([2; 2], [2; 2], [0; 2], [1; 2])
    }

    /// Calls `f(planes)` for ranges that make up all planes, on the pool.
    fn cut(&self, planes: usize, f: impl Fn(Range<usize>) + Sync) {
        let at_a_time = PIECE.div_ceil(self.plane().max(self.places()).max(1));
        split(planes.div_ceil(at_a_time), &|part| {
            f(part * at_a_time..planes.min((part + 1) * at_a_time));
        });
    }
}

/// Is `x` to take the place of the largest so far? A NaN always is.
#[inline(always)]
fn takes_over<T: Real>(x: T, largest: T) -> bool {
    // One comparison more, no branch: it has to vectorize.
    (x > largest) | x.is_nan()
}

/// The largest of window `i` of two by two between two rows, and its place: 0 and 1 in the upper row, 2 and 3 in the lower;
/// the first of equal ones.
#[inline(always)]
fn largest_of_four<T: Real>(top: &[T], low: &[T], i: usize) -> (T, u32) {
    let (mut max, mut place) = (top[2 * i], 0);
    for (v, at) in [(top[2 * i + 1], 1), (low[2 * i], 2), (low[2 * i + 1], 3)] {
        let take = takes_over(v, max);
        max = if take { v } else { max };
        place = if take { at } else { place };
    }
    (max, place)
}

dispatched! {
    /// The largest element of each window of a plane.
    plane_max, plane_max_body, (pool: &Pool, x: &[T], out: &mut [T])
}
dispatched! {
    /// The place in the plane of the largest element of each window: the first of equal ones.
    plane_places, plane_places_body, (pool: &Pool, x: &[T], out: &mut [u32])
}

dispatched! {
    /// Each number of `g` at the place of the largest element of its window of two by two, zeros elsewhere.
    halving_gradient, halving_gradient_body, (pool: &Pool, x: &[T], g: &[T], out: &mut [T])
}

#[inline(always)]
#[allow(clippy::extra_unused_type_parameters, reason = "dispatching names it")]
fn halving_gradient_body<T: Real, L: Lane<Elem = T>>(pool: &Pool, x: &[T], g: &[T], out: &mut [T]) {
    let (width, n) = (pool.input[1], pool.output[1]);
    let both = 2 * width;
    for (y, g) in g.chunks_exact(n).enumerate() {
        let (top, low) = x[y * both..][..both].split_at(width);
        let (to_top, to_low) = out[y * both..][..both].split_at_mut(width);
        let (top, low) = (&top[..2 * n], &low[..2 * n]);
        let (ends_top, ends_low) = (&mut to_top[2 * n..], &mut to_low[2 * n..]);
        ends_top.fill(T::ZERO);
        ends_low.fill(T::ZERO);
        let (to_top, to_low) = (&mut to_top[..2 * n], &mut to_low[..2 * n]);
        for i in 0..n {
            let (_, place) = largest_of_four(top, low, i);
            // As a sum that begins with 0: −0 does not come through.
            let g = T::ZERO + g[i];
            to_top[2 * i] = if place == 0 { g } else { T::ZERO };
            to_top[2 * i + 1] = if place == 1 { g } else { T::ZERO };
            to_low[2 * i] = if place == 2 { g } else { T::ZERO };
            to_low[2 * i + 1] = if place == 3 { g } else { T::ZERO };
        }
    }
    out[pool.output[0] * both..].fill(T::ZERO);
}

#[inline(always)]
#[allow(clippy::extra_unused_type_parameters, reason = "dispatching names it")]
fn plane_max_body<T: Real, L: Lane<Elem = T>>(pool: &Pool, x: &[T], out: &mut [T]) {
    let width = pool.input[1];
    if pool.is_halving() {
        for (y, out) in out.chunks_exact_mut(pool.output[1]).enumerate() {
            let n = out.len();
            let (top, low) = (
                &x[2 * y * width..][..2 * n],
                &x[(2 * y + 1) * width..][..2 * n],
            );
            for (i, out) in out.iter_mut().enumerate() {
                (*out, _) = largest_of_four(top, low, i);
            }
        }
        return;
    }
    for (at, out) in out.iter_mut().enumerate() {
        *out = x[largest(pool, x, at)];
    }
}

#[inline(always)]
#[allow(clippy::extra_unused_type_parameters, reason = "dispatching names it")]
fn plane_places_body<T: Real, L: Lane<Elem = T>>(pool: &Pool, x: &[T], out: &mut [u32]) {
    let width = pool.input[1];
    if pool.is_halving() {
        for (y, out) in out.chunks_exact_mut(pool.output[1]).enumerate() {
            let n = out.len();
            let (top, low) = (
                &x[2 * y * width..][..2 * n],
                &x[(2 * y + 1) * width..][..2 * n],
            );
            let (first, width) = ((2 * y * width) as u32, width as u32);
            for (i, out) in out.iter_mut().enumerate() {
                let (_, place) = largest_of_four(top, low, i);
                *out = first + 2 * i as u32 + place % 2 + place / 2 * width;
            }
        }
        return;
    }
    for (at, out) in out.iter_mut().enumerate() {
        *out = largest(pool, x, at) as u32;
    }
}

/// The place of the largest element of window number `at`.
#[inline(always)]
fn largest<T: Real>(pool: &Pool, x: &[T], at: usize) -> usize {
    let (top, high) = pool.inside(0, at / pool.output[1]);
    let (left, wide) = pool.inside(1, at % pool.output[1]);
    let mut place = top * pool.input[1] + left;
    for y in 0..high {
        for i in 0..wide {
            let row = (top + y * pool.dilation[0]) * pool.input[1];
            let candidate = row + left + i * pool.dilation[1];
            if takes_over(x[candidate], x[place]) {
                place = candidate;
            }
        }
    }
    place
}

/// The largest element of each window; NaN if there is one.
///
/// # Panics
/// If a slice does not consist of whole planes, as many as the other.
pub(crate) fn max_pool<T: Real>(pool: &Pool, x: &[T], out: &mut [T]) {
    by_planes(pool, x, pool.plane(), out, pool.places(), |x, out| {
        plane_max(pool, x, out)
    });
}

/// The place in its plane of the largest element of each window: the first of equal ones.
///
/// # Panics
/// As [`max_pool`].
pub(crate) fn max_places<T: Real>(pool: &Pool, x: &[T], out: &mut [u32]) {
    by_planes(pool, x, pool.plane(), out, pool.places(), |x, out| {
        plane_places(pool, x, out)
    });
}

/// The elements of each plane at these places.
///
/// # Panics
/// If a place lies outside of its plane, or as [`max_pool`].
pub(crate) fn take<T: Real>(pool: &Pool, x: &[T], places: &[u32], out: &mut [T]) {
    assert_eq!(places.len(), out.len());
    let size = pool.places();
    by_planes_numbered(pool, x, pool.plane(), out, size, |i, x, out| {
        for (out, place) in out.iter_mut().zip(&places[i * size..]) {
            *out = x[*place as usize];
        }
    });
}

/// Adds each number of `g` at its place in a plane of zeros: the adjoint of [`take`].
///
/// # Panics
/// As [`take`].
pub(crate) fn scatter<T: Real>(pool: &Pool, g: &[T], places: &[u32], out: &mut [T]) {
    assert_eq!(places.len(), g.len());
    let size = pool.places();
    by_planes_numbered(pool, g, size, out, pool.plane(), |i, g, out| {
        out.fill(T::ZERO);
        for (g, place) in g.iter().zip(&places[i * size..]) {
            out[*place as usize] += *g;
        }
    });
}

/// [`scatter`] at the [`max_places`] of `x`, in one pass. Of windows of two by two side by side alone.
///
/// # Panics
/// If the windows are others, or as [`max_pool`].
pub(crate) fn halving_max_gradient<T: Real>(pool: &Pool, x: &[T], g: &[T], out: &mut [T]) {
    assert!(pool.is_halving() && x.len() == out.len());
    let (plane, places) = (pool.plane(), pool.places());
    by_planes_numbered(pool, g, places, out, plane, |i, g, out| {
        halving_gradient(pool, &x[i * plane..(i + 1) * plane], g, out);
    });
}

/// The mean of each window. Elements beyond the edge count as zeros if `padding_counts`, else not at all.
///
/// # Panics
/// As [`max_pool`].
pub(crate) fn average<T: Real>(pool: &Pool, padding_counts: bool, x: &[T], out: &mut [T]) {
    by_planes(pool, x, pool.plane(), out, pool.places(), |x, out| {
        each_window(pool, padding_counts, |at, factor, rows, columns| {
            let mut sum = T::ZERO;
            for y in rows {
                for x in &x[y * pool.input[1]..][columns.clone()] {
                    sum += *x;
                }
            }
            out[at] = sum * factor;
        });
    });
}

/// Each number's share added to the elements of its window: the adjoint of [`average`].
///
/// # Panics
/// As [`max_pool`].
pub(crate) fn spread_average<T: Real>(pool: &Pool, padding_counts: bool, g: &[T], out: &mut [T]) {
    by_planes(pool, g, pool.places(), out, pool.plane(), |g, out| {
        out.fill(T::ZERO);
        each_window(pool, padding_counts, |at, factor: T, rows, columns| {
            for y in rows {
                for x in &mut out[y * pool.input[1]..][columns.clone()] {
                    *x += g[at] * factor;
                }
            }
        });
    });
}

/// Calls `f(number, 1/elements, rows, columns)` for each window without dilation.
fn each_window<T: Real>(
    pool: &Pool,
    padding_counts: bool,
    mut f: impl FnMut(usize, T, Range<usize>, Range<usize>),
) {
    for at in 0..pool.places() {
        let (top, high) = pool.inside(0, at / pool.output[1]);
        let (left, wide) = pool.inside(1, at % pool.output[1]);
        let elements = if padding_counts {
            pool.kernel[0] * pool.kernel[1]
        } else {
            high * wide
        };
        let factor = T::from_f64(1.0 / elements as f64);
        f(at, factor, top..top + high, left..left + wide);
    }
}

/// Calls `f` with each plane of `x`, of `m` numbers, and its place of `n` numbers in `out`.
fn by_planes<T: Real, E: Send>(
    pool: &Pool,
    x: &[T],
    m: usize,
    out: &mut [E],
    n: usize,
    f: impl Fn(&[T], &mut [E]) + Sync,
) {
    by_planes_numbered(pool, x, m, out, n, |_, x, out| f(x, out));
}

/// [`by_planes`] with the number of the plane.
fn by_planes_numbered<T: Real, E: Send>(
    pool: &Pool,
    x: &[T],
    m: usize,
    out: &mut [E],
    n: usize,
    f: impl Fn(usize, &[T], &mut [E]) + Sync,
) {
    let planes = out.len() / n.max(1);
    assert!(out.len() == planes * n && (planes == 0 || x.len() == planes * m));
    let out = Pieces::new([out]);
    pool.cut(planes, |range| {
        for i in range {
            // SAFETY: each part takes the places of its own planes, and the slice is borrowed until all have ended.
            let [out] = unsafe { out.piece(i * n, (i + 1) * n) };
            f(i, &x[i * m..(i + 1) * m], out);
        }
    });
}
