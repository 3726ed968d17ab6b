//! Sums over the channels of `[n, channels, inner]`, and maps with numbers of each channel: batch normalization.
//!
//! Channels are cut over the pool for sums, stretches for maps; a channel's sums are made in an order that its sizes fix.
//! Where `inner` is 1 channels lie side by side, and sixteen of them are summed at a time.

use super::isa::dispatched;
use super::lane::Lane;
use super::pieces::Pieces;
use super::pointwise::map;
use super::thread_pool::split;
use crate::algebra::{Cmp, Pointwise};
use crate::real::Real;

/// Running sums of a channel, or channels summed side by side.
const LANES: usize = 16;
/// Numbers that are worth a thread's while.
const PIECE: usize = 32 * 1024;

/// Two sums over a channel.
pub(crate) trait Term: Copy {
    /// What is added to each, for an element `x`, its companion `g`, and the centre, slope and shift of the channel.
    fn of<L: Lane>(x: L, g: L, channel: [L; 3]) -> [L; 2];
}

/// Σ(x − centre) and Σ(x − centre)².
#[derive(Clone, Copy)]
pub(crate) struct Distances;
impl Term for Distances {
    #[inline(always)]
    fn of<L: Lane>(x: L, _g: L, [centre, ..]: [L; 3]) -> [L; 2] {
        let d = x - centre;
        [d, d * d]
    }
}

/// Σg and Σg·(x − centre).
#[derive(Clone, Copy)]
pub(crate) struct Companions;
impl Term for Companions {
    #[inline(always)]
    fn of<L: Lane>(x: L, g: L, [centre, ..]: [L; 3]) -> [L; 2] {
        [g, g * (x - centre)]
    }
}

/// The same over the elements with (x − centre)·slope + shift > 0.
#[derive(Clone, Copy)]
pub(crate) struct PositiveCompanions;
impl Term for PositiveCompanions {
    #[inline(always)]
    fn of<L: Lane>(x: L, g: L, [centre, slope, shift]: [L; 3]) -> [L; 2] {
        let d = x - centre;
        let zero = x.lift(0.0);
        let g = (d * slope + shift).select(Cmp::Gt, zero, g, zero);
        [g, g * d]
    }
}

/// The sizes of `[n, channels, inner]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Channels {
    pub(crate) n: usize,
    pub(crate) channels: usize,
    pub(crate) inner: usize,
}

impl Channels {
    /// Numbers in a channel.
    pub(crate) fn count(&self) -> usize {
        self.n * self.inner
    }

    /// All numbers.
    fn total(&self) -> usize {
        self.channels * self.count()
    }
}

dispatched! {
    /// The sums over two slices of one length.
    along<F: Term>, along_body, (x: &[T], g: &[T], channel: [T; 3]) -> [T; 2]
}
dispatched! {
    /// The sums of up to sixteen columns from `first` on, of rows of `width`, that have these centres.
    across<F: Term>, across_body, (x: &[T], g: &[T], width: usize, first: usize, channels: [&[T]; 3]) -> [[T; LANES]; 2]
}

#[inline(always)]
fn along_body<T: Real, F: Term, L: Lane<Elem = T>>(x: &[T], g: &[T], channel: [T; 3]) -> [T; 2] {
    assert_eq!(x.len(), g.len());
    let centre = [L::new(channel[0]), L::new(channel[1]), L::new(channel[2])];
    let mut first = [L::new(T::ZERO); LANES];
    let mut second = first;
    let ((xs, x), (gs, g)) = (x.as_chunks::<LANES>(), g.as_chunks::<LANES>());
    for (x, g) in xs.iter().zip(gs) {
        for k in 0..LANES {
            let [a, b] = F::of(L::new(x[k]), L::new(g[k]), centre);
            first[k] = first[k] + a;
            second[k] = second[k] + b;
        }
    }
    for (k, (x, g)) in x.iter().zip(g).enumerate() {
        let [a, b] = F::of(L::new(*x), L::new(*g), centre);
        first[k] = first[k] + a;
        second[k] = second[k] + b;
    }
    let mut width = LANES / 2;
    while width > 0 {
        for k in 0..width {
            first[k] = first[k] + first[k + width];
            second[k] = second[k] + second[k + width];
        }
        width /= 2;
    }
    [first[0].get(), second[0].get()]
}

#[inline(always)]
fn across_body<T: Real, F: Term, L: Lane<Elem = T>>(
    x: &[T],
    g: &[T],
    width: usize,
    first: usize,
    channels: [&[T]; 3],
) -> [[T; LANES]; 2] {
    let n = channels[0].len();
    let mut centres = [[L::new(T::ZERO); 3]; LANES];
    for k in 0..n {
        for i in 0..3 {
            centres[k][i] = L::new(channels[i][k]);
        }
    }
    let mut sums = [[L::new(T::ZERO); LANES]; 2];
    for (x, g) in x.chunks_exact(width).zip(g.chunks_exact(width)) {
        let (x, g) = (&x[first..first + n], &g[first..first + n]);
        if let (Some(x), Some(g)) = (x.first_chunk::<LANES>(), g.first_chunk::<LANES>()) {
            for k in 0..LANES {
                let [a, b] = F::of(L::new(x[k]), L::new(g[k]), centres[k]);
                sums[0][k] = sums[0][k] + a;
                sums[1][k] = sums[1][k] + b;
            }
        } else {
            for k in 0..n {
                let [a, b] = F::of(L::new(x[k]), L::new(g[k]), centres[k]);
                sums[0][k] = sums[0][k] + a;
                sums[1][k] = sums[1][k] + b;
            }
        }
    }
    let mut out = [[T::ZERO; LANES]; 2];
    for k in 0..LANES {
        out[0][k] = sums[0][k].get();
        out[1][k] = sums[1][k].get();
    }
    out
}

/// The two sums of every channel, the first ones of all channels before the second ones; `of` are centre, slope and shift of
/// each.
///
/// # Panics
/// If a slice does not have its size.
pub(crate) fn channel_sums<T: Real, F: Term>(
    shape: Channels,
    x: &[T],
    g: &[T],
    of: [&[T]; 3],
    out: &mut [T],
) {
    let Channels { n, channels, inner } = shape;
    assert!(x.len() == shape.total() && g.len() == x.len());
    assert!(of.iter().all(|of| of.len() == channels) && out.len() == 2 * channels);
    let (first, second) = out.split_at_mut(channels);
    let out = Pieces::new([first, second]);
    let unit = if inner == 1 { LANES } else { 1 };
    let at_a_time = PIECE.div_ceil(shape.count().max(1)).next_multiple_of(unit);
    split(channels.div_ceil(at_a_time), &|part| {
        let (from, to) = (part * at_a_time, channels.min((part + 1) * at_a_time));
        // SAFETY: each part takes the places of its own channels, and the slices are borrowed until the split returns.
        let [first, second] = unsafe { out.piece(from, to) };
        if inner == 1 {
            for at in (from..to).step_by(LANES) {
                let end = to.min(at + LANES);
                let [a, b] = across::<T, F>(x, g, channels, at, of.map(|of| &of[at..end]));
                first[at - from..end - from].copy_from_slice(&a[..end - at]);
                second[at - from..end - from].copy_from_slice(&b[..end - at]);
            }
            return;
        }
        for (i, channel) in (from..to).enumerate() {
            (first[i], second[i]) = (T::ZERO, T::ZERO);
            for row in 0..n {
                let at = (row * channels + channel) * inner;
                let [a, b] = along::<T, F>(
                    &x[at..at + inner],
                    &g[at..at + inner],
                    of.map(|of| of[channel]),
                );
                first[i] += a;
                second[i] += b;
            }
        }
    });
}

/// Mean and variance of each channel, and what rounding left of the mean, one after the other. For channels that are
/// stretches: each is read from memory once, and its sums around its own mean are added to the channel's (Chan, Golub and
/// LeVeque, 1983).
///
/// # Panics
/// If a slice does not have its size.
pub(crate) fn channel_moments<T: Real>(shape: Channels, x: &[T], out: &mut [T]) {
    let Channels { n, channels, inner } = shape;
    assert!(x.len() == shape.total() && out.len() == 3 * channels);
    let (means, others) = out.split_at_mut(channels);
    let (variances, rests) = others.split_at_mut(channels);
    let out = Pieces::new([means, variances, rests]);
    let at_a_time = PIECE.div_ceil(shape.count().max(1));
    split(channels.div_ceil(at_a_time), &|part| {
        let (from, to) = (part * at_a_time, channels.min((part + 1) * at_a_time));
        // SAFETY: each part takes the places of its own channels, and the slices are borrowed until the split returns.
        let [means, variances, rests] = unsafe { out.piece(from, to) };
        for (i, channel) in (from..to).enumerate() {
            let mut sums = Moments::default();
            for row in 0..n {
                let x = &x[(row * channels + channel) * inner..][..inner];
                let [sum, _] = along::<T, Distances>(x, x, [T::ZERO; 3]);
                let mean = sum / T::from_f64(inner as f64);
                let [off, squares] = along::<T, Distances>(x, x, [mean; 3]);
                sums.add(inner as f64, [mean, off, squares].map(T::to_f64));
            }
            let mean = T::from_f64(sums.origin + sums.mean);
            means[i] = mean;
            variances[i] = T::from_f64(sums.squares / sums.count);
            rests[i] = T::from_f64(sums.mean - (mean.to_f64() - sums.origin));
        }
    });
}

/// Sums over the stretches of a channel. Means are told from that of the first, so that they are as exact as the spread.
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    origin: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Adds a stretch: a number near its mean, and the sums of distances from that number and of their squares.
    fn add(&mut self, count: f64, [centre, off, squares]: [f64; 3]) {
        if self.count == 0.0 {
            self.origin = centre;
        }
        let mean = (centre - self.origin) + off / count;
        let own = (squares - off * off / count).max(0.0);
        let all = self.count + count;
        let apart = mean - self.mean;
        self.squares += own + apart * apart * (self.count * count / all);
        self.mean += apart * (count / all);
        self.count = all;
    }
}

/// `out[i] = p(c)(x[0][i], …, x[N-1][i])`, c the channel of element i. For channels that are stretches: it goes through
/// them one by one.
///
/// # Panics
/// If a slice does not have its size.
pub(crate) fn map_channels<T: Real, P: Pointwise<N>, const N: usize>(
    shape: Channels,
    x: [&[T]; N],
    p: impl Fn(usize) -> P + Sync,
    out: &mut [T],
) {
    let Channels {
        channels, inner, ..
    } = shape;
    assert!(out.len() == shape.total() && x.iter().all(|x| x.len() == out.len()));
    if out.is_empty() {
        return;
    }
    let stretches = out.len() / inner;
    let at_a_time = PIECE.div_ceil(inner);
    let out = Pieces::new([out]);
    split(stretches.div_ceil(at_a_time), &|part| {
        let (from, to) = (part * at_a_time, stretches.min((part + 1) * at_a_time));
        // SAFETY: each part takes the places of its own stretches, and the slice is borrowed until the split returns.
        let [out] = unsafe { out.piece(from * inner, to * inner) };
        for (i, out) in (from..to).zip(out.chunks_exact_mut(inner)) {
            let sources = x.map(|x| &x[i * inner..(i + 1) * inner]);
            map(&p(i % channels), sources, out);
        }
    });
}
