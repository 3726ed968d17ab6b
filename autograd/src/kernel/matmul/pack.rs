//! Copies of blocks of B, so that a tile finds its rows contiguous.

use super::simd::Simd;

/// Copies `depth` rows of `width` contiguous elements, `rs` apart, to rows of whole vectors, `pitch` apart.
///
/// Shape: rows of a wide B lie far apart, often by a power of two, so that a panel of them fights for a few sets of the
/// cache. Copied, it is one run that stays there while all rows of A pass. Lanes beyond the edge become 0.
///
/// # Safety
/// The processor has the vector's instruction set, and with these strides `from` reaches the elements and `to` the
/// vectors.
#[inline(always)]
pub(super) unsafe fn copy<V: Simd>(
    depth: usize,
    width: usize,
    from: *const V::Elem,
    rs: isize,
    to: *mut V::Elem,
    pitch: usize,
) {
    // SAFETY: the caller vouches for the reach; a row is read up to `width` and written up to a whole vector.
    unsafe {
        let whole = width / V::LANES * V::LANES;
        let mask = V::first(width - whole);
        for p in 0..depth {
            let (from, to) = (from.offset(p as isize * rs), to.add(p * pitch));
            let mut j = 0;
            while j < whole {
                V::load(from.add(j)).store(to.add(j));
                j += V::LANES;
            }
            if j < width {
                V::load_first(mask, from.add(j)).store(to.add(j));
            }
        }
    }
}

/// Copies element (p, j) of a block with any strides to `to[p·pitch + j]`, one by one.
///
/// # Safety
/// With these strides `from` and `to` reach `depth` rows of `width` elements.
pub(super) unsafe fn gather<T: Copy>(
    depth: usize,
    width: usize,
    from: *const T,
    (rs, cs): (isize, isize),
    to: *mut T,
    pitch: usize,
) {
    for p in 0..depth {
        for j in 0..width {
            // SAFETY: p < depth and j < width.
            unsafe {
                *to.add(p * pitch + j) = *from.offset(p as isize * rs + j as isize * cs);
            }
        }
    }
}

/// Copies a block whose columns are contiguous, `cs` apart, to rows `pitch` apart, in squares of [`Square::SIDE`].
///
/// Shape: W lies row by row, and backward needs Wᵀ. A square is loaded as vectors along the columns and transposed in
/// registers; one by one it would cost as much as the product of a small batch.
///
/// # Safety
/// As for [`gather`], and the processor has the square's instruction set.
#[inline(always)]
pub(super) unsafe fn transpose<S: Square>(
    depth: usize,
    width: usize,
    from: *const S::Elem,
    cs: isize,
    to: *mut S::Elem,
    pitch: usize,
) {
    let (deep, wide) = (depth / S::SIDE * S::SIDE, width / S::SIDE * S::SIDE);
    // SAFETY: squares and edges stay inside of `depth` and `width`.
    unsafe {
        for j in (0..wide).step_by(S::SIDE) {
            let from = from.offset(j as isize * cs);
            for p in (0..deep).step_by(S::SIDE) {
                S::transpose(from.add(p), cs, to.add(p * pitch + j), pitch);
            }
        }
        // An edge may be empty, and begin outside of the block.
        let below = from.wrapping_add(deep);
        gather(
            depth - deep,
            wide,
            below,
            (1, cs),
            to.add(deep * pitch),
            pitch,
        );
        let beside = from.wrapping_offset(wide as isize * cs);
        gather(depth, width - wide, beside, (1, cs), to.add(wide), pitch);
    }
}

/// A square of elements that is transposed in registers.
pub(super) trait Square {
    type Elem: Copy;
    const SIDE: usize;

    /// Writes the transpose of the square whose columns start `cs` apart at `from` to rows `pitch` apart at `to`.
    ///
    /// # Safety
    /// The processor has the square's instruction set, and the pointers reach the square.
    unsafe fn transpose(from: *const Self::Elem, cs: isize, to: *mut Self::Elem, pitch: usize);
}

/// A square without intrinsics.
pub(super) struct Scalars<T>(std::marker::PhantomData<T>);

impl<T: Copy> Square for Scalars<T> {
    type Elem = T;
    const SIDE: usize = 4;

    #[inline(always)]
    unsafe fn transpose(from: *const T, cs: isize, to: *mut T, pitch: usize) {
        // SAFETY: as the caller says.
        unsafe { gather(4, 4, from, (1, cs), to, pitch) }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Eight, Four};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Square;
    use std::arch::x86_64::*;

    /// 8×8 of `f32`, for AVX2 and above. Halves of columns are joined on the way in, which leaves two rounds of
    /// shuffles inside of 128 bits.
    pub(in super::super) struct Eight;

    impl Square for Eight {
        type Elem = f32;
        const SIDE: usize = 8;

        #[inline(always)]
        unsafe fn transpose(from: *const f32, cs: isize, to: *mut f32, pitch: usize) {
            // SAFETY: the caller's processor has AVX; the pointers reach eight columns and rows of eight.
            unsafe {
                for half in 0..2 {
                    // Elements 4·half.. of columns i and i + 4.
                    let at = |i: isize| {
                        let low = _mm_loadu_ps(from.offset(i * cs).add(4 * half));
                        let high = _mm_loadu_ps(from.offset((i + 4) * cs).add(4 * half));
                        _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(low), high)
                    };
                    let (c0, c1, c2, c3) = (at(0), at(1), at(2), at(3));
                    let (a, b) = (_mm256_unpacklo_ps(c0, c1), _mm256_unpackhi_ps(c0, c1));
                    let (c, d) = (_mm256_unpacklo_ps(c2, c3), _mm256_unpackhi_ps(c2, c3));
                    let to = to.add(4 * half * pitch);
                    _mm256_storeu_ps(to, _mm256_shuffle_ps::<0b01_00_01_00>(a, c));
                    _mm256_storeu_ps(to.add(pitch), _mm256_shuffle_ps::<0b11_10_11_10>(a, c));
                    _mm256_storeu_ps(to.add(2 * pitch), _mm256_shuffle_ps::<0b01_00_01_00>(b, d));
                    _mm256_storeu_ps(to.add(3 * pitch), _mm256_shuffle_ps::<0b11_10_11_10>(b, d));
                }
            }
        }
    }

    /// 4×4 of `f64`, for AVX2 and above, in the same way.
    pub(in super::super) struct Four;

    impl Square for Four {
        type Elem = f64;
        const SIDE: usize = 4;

        #[inline(always)]
        unsafe fn transpose(from: *const f64, cs: isize, to: *mut f64, pitch: usize) {
            // SAFETY: the caller's processor has AVX; the pointers reach four columns and rows of four.
            unsafe {
                for half in 0..2 {
                    // Elements 2·half.. of columns i and i + 2.
                    let at = |i: isize| {
                        let low = _mm_loadu_pd(from.offset(i * cs).add(2 * half));
                        let high = _mm_loadu_pd(from.offset((i + 2) * cs).add(2 * half));
                        _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(low), high)
                    };
                    let (c0, c1) = (at(0), at(1));
                    let to = to.add(2 * half * pitch);
                    _mm256_storeu_pd(to, _mm256_unpacklo_pd(c0, c1));
                    _mm256_storeu_pd(to.add(pitch), _mm256_unpackhi_pd(c0, c1));
                }
            }
        }
    }
}
