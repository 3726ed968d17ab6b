//! The innermost loop: one tile of the product in registers.
//!
//! Loops here count by hand: iterators and `array::from_fn` are functions of the standard library, which a build without
//! link-time optimization may leave as calls, and each would cost more than the arithmetic.

use std::hint::black_box;

use super::simd::Simd;

/// What the tiles of one panel of columns share. Distances are in elements.
pub(super) struct Panel {
    /// Products summed per element.
    pub depth: usize,
    pub a_rs: isize,
    pub a_cs: isize,
    pub b_rs: isize,
    /// The rows of B end where those of C do, in the midst of a vector.
    pub b_ragged: bool,
    pub c_rs: usize,
    /// Lanes in use of the last vector of a row, at least 1.
    pub last: usize,
    /// Start from what C holds, not from 0.
    pub add: bool,
}

/// A compiled [`tile`]: `f(panel, a, b, c)`.
pub(super) type Tile<T> = unsafe fn(&Panel, *const T, *const T, *mut T);

/// C (+)= A·B for `ROWS` rows and `VECS` vectors of columns.
///
/// Shape: every step of k loads one row of B and multiplies it by `ROWS` broadcast elements of A, so that
/// `ROWS·VECS` independent sums hide the latency of the multiply-add, and one load feeds many of them. Sums, the row of
/// B and a broadcast fill the register file: 6×4, 8×3 or 12×2 of 32 registers, 6×2 or 4×3 of 16. A is read one element
/// at a time, so its strides do not matter and a transposed A is free.
///
/// An element is one chain of multiply-adds in the order of k, whatever the tile, so all tilings give the same bits,
/// and a chain may be laid down in C and taken up again. The last vector is always masked: ragged widths need no
/// kernel of their own, and lanes beyond the edge are neither read nor written.
///
/// # Safety
/// The processor has the vector's instruction set. With the strides of `panel`, `a` reaches `ROWS` rows of `depth`
/// elements; `b` reaches `depth` rows, `c` `ROWS` rows, of `(VECS − 1)·LANES + last` contiguous elements.
#[inline(always)]
pub(super) unsafe fn tile<V: Simd, const ROWS: usize, const VECS: usize>(
    panel: &Panel,
    a: *const V::Elem,
    b: *const V::Elem,
    c: *mut V::Elem,
) {
    // SAFETY: the caller vouches for instruction set and reach; the loops stay inside of it.
    unsafe {
        let mask = V::first(panel.last);
        let mut sums = [[V::zero(); VECS]; ROWS];
        if panel.add {
            let mut i = 0;
            while i < ROWS {
                sums[i] = load_row::<V, VECS, true>(mask, c.add(i * panel.c_rs));
                i += 1;
            }
        }
        if V::FREE_MASKS || panel.b_ragged {
            add_products::<V, ROWS, VECS, true>(panel, mask, a, b, &mut sums);
        } else {
            add_products::<V, ROWS, VECS, false>(panel, mask, a, b, &mut sums);
        }
        let mut i = 0;
        while i < ROWS {
            let c = c.add(i * panel.c_rs);
            let mut j = 0;
            while j < VECS {
                let c = c.add(j * V::LANES);
                if j + 1 == VECS && panel.last < V::LANES {
                    sums[i][j].store_first(mask, c);
                } else {
                    sums[i][j].store(c);
                }
                j += 1;
            }
            i += 1;
        }
    }
}

/// The loop over k. Rows of A are addressed in threes, each three from a pointer of its own: left to itself the
/// compiler walks one pointer through all rows, and that chain of additions takes longer than the multiplications.
///
/// # Safety
/// As for [`tile`].
#[inline(always)]
unsafe fn add_products<V: Simd, const ROWS: usize, const VECS: usize, const MASKED: bool>(
    panel: &Panel,
    mask: V::Mask,
    a: *const V::Elem,
    mut b: *const V::Elem,
    sums: &mut [[V; VECS]; ROWS],
) {
    const { assert!(ROWS <= 12) };
    let mut threes = [a; 4];
    let mut t = 1;
    while t < 4 {
        if 3 * t < ROWS {
            threes[t] = black_box(a.wrapping_offset(3 * t as isize * panel.a_rs));
        }
        t += 1;
    }
    let mut k = 0;
    while k < panel.depth {
        // SAFETY: this step of k lies in B and in the rows of A, as the caller says.
        unsafe {
            let row = load_row::<V, VECS, MASKED>(mask, b);
            let mut i = 0;
            while i < ROWS {
                let x = V::splat(*threes[i / 3].offset((i % 3) as isize * panel.a_rs));
                let mut j = 0;
                while j < VECS {
                    sums[i][j] = sums[i][j].add_product(x, row[j]);
                    j += 1;
                }
                i += 1;
            }
        }
        // Past the last step these point anywhere, unread.
        let mut t = 0;
        while t < 4 {
            threes[t] = threes[t].wrapping_offset(panel.a_cs);
            t += 1;
        }
        b = b.wrapping_offset(panel.b_rs);
        k += 1;
    }
}

/// A row of `VECS` vectors, the last one masked if `MASKED`.
///
/// # Safety
/// All lanes are good; of the last vector, those of the mask, if `MASKED`.
#[inline(always)]
unsafe fn load_row<V: Simd, const VECS: usize, const MASKED: bool>(
    mask: V::Mask,
    row: *const V::Elem,
) -> [V; VECS] {
    // SAFETY: as the caller says.
    unsafe {
        let mut vectors = [V::zero(); VECS];
        let mut j = 0;
        while j < VECS {
            let at = row.add(j * V::LANES);
            vectors[j] = if MASKED && j + 1 == VECS {
                V::load_first(mask, at)
            } else {
                V::load(at)
            };
            j += 1;
        }
        vectors
    }
}

/// Σ x·y over two contiguous slices of `n` elements, in `LANES·VECS` interleaved sums that are folded in halves.
///
/// Shape: a single number has no second element to hide the latency of its sum behind, so this one case breaks the
/// chain. The instruction sets agree on 32 sums, hence on the result.
///
/// # Safety
/// The processor has the vector's instruction set, and `n` elements are good at `x` and `y`.
#[inline(always)]
pub(super) unsafe fn dot<V: Simd, const VECS: usize>(
    n: usize,
    x: *const V::Elem,
    y: *const V::Elem,
    sums: &mut [V::Elem; 32],
) {
    // SAFETY: the caller vouches for the instruction set; all indices are below `n`, and below 32 in `sums`.
    unsafe {
        assert!(V::LANES * VECS == 32);
        let mut acc = [V::zero(); VECS];
        let mut j = 0;
        while j < VECS {
            acc[j] = V::load(sums.as_ptr().add(j * V::LANES));
            j += 1;
        }
        let mut at = 0;
        while at + 32 <= n {
            let mut j = 0;
            while j < VECS {
                let i = at + j * V::LANES;
                acc[j] = acc[j].add_product(V::load(x.add(i)), V::load(y.add(i)));
                j += 1;
            }
            at += 32;
        }
        if at < n {
            let mut j = 0;
            while j < VECS {
                let i = at + j * V::LANES;
                let mask = V::first(n.saturating_sub(i).min(V::LANES));
                let (x, y) = (x.wrapping_add(i), y.wrapping_add(i));
                acc[j] = acc[j].add_product(V::load_first(mask, x), V::load_first(mask, y));
                j += 1;
            }
        }
        let mut j = 0;
        while j < VECS {
            acc[j].store(sums.as_mut_ptr().add(j * V::LANES));
            j += 1;
        }
    }
}
