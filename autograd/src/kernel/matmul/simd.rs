//! Vectors of the instruction sets, under one trait, so that every kernel stands once.

/// A vector register.
///
/// Every method is inlined into a function that enables the vector's instruction set, and compiles to one or two
/// instructions there.
///
/// # Safety
/// The methods may only run on a processor that has the vector's instruction set; pointers are good for the lanes
/// that are touched, aligned or not.
pub(super) trait Simd: Copy {
    /// One lane.
    type Elem: Copy;
    /// Chooses the first lanes of a vector.
    type Mask: Copy;
    /// Number of lanes.
    const LANES: usize;
    /// Masked loads are as fast as others.
    const FREE_MASKS: bool;

    unsafe fn zero() -> Self;
    unsafe fn splat(x: Self::Elem) -> Self;
    unsafe fn load(at: *const Self::Elem) -> Self;
    unsafe fn store(self, at: *mut Self::Elem);
    /// The mask of the first `lanes` lanes, at most [`Self::LANES`].
    unsafe fn first(lanes: usize) -> Self::Mask;
    /// Loads the lanes of the mask, without touching the memory of others, which become 0.
    unsafe fn load_first(mask: Self::Mask, at: *const Self::Elem) -> Self;
    /// Stores the lanes of the mask, fewer than all, without touching the memory of others.
    unsafe fn store_first(self, mask: Self::Mask, at: *mut Self::Elem);
    /// `a·b + self`: in one rounding where the instruction set can.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
}

/// A vector without intrinsics: an array that the compiler keeps in whatever registers there are.
#[derive(Clone, Copy)]
pub(super) struct Array<T, const N: usize>([T; N]);

macro_rules! array {
    ($t:ident, $n:literal) => {
        impl Simd for Array<$t, $n> {
            type Elem = $t;
            type Mask = usize;
            const LANES: usize = $n;
            const FREE_MASKS: bool = false;

            #[inline(always)]
            unsafe fn zero() -> Self {
                Self([0.0; $n])
            }
            #[inline(always)]
            unsafe fn splat(x: $t) -> Self {
                Self([x; $n])
            }
            #[inline(always)]
            unsafe fn load(at: *const $t) -> Self {
                // SAFETY: the caller vouches for the lanes; an array needs no more alignment than its element.
                Self(unsafe { *at.cast() })
            }
            #[inline(always)]
            unsafe fn store(self, at: *mut $t) {
                // SAFETY: as in `load`.
                unsafe { *at.cast() = self.0 }
            }
            #[inline(always)]
            unsafe fn first(lanes: usize) -> usize {
                lanes
            }
            #[inline(always)]
            unsafe fn load_first(mask: usize, at: *const $t) -> Self {
                let mut lanes = [0.0; $n];
                // A copy of unknown length: the vectorizer looks through single lanes, and then spills the tile.
                // SAFETY: the lanes of the mask are good.
                unsafe { at.copy_to_nonoverlapping(lanes.as_mut_ptr(), mask) };
                Self(lanes)
            }
            #[inline(always)]
            unsafe fn store_first(self, mask: usize, at: *mut $t) {
                // SAFETY: the lanes of the mask are good.
                unsafe { at.copy_from_nonoverlapping(self.0.as_ptr(), mask) };
            }
            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                let mut sums = self.0;
                let mut i = 0;
                while i < $n {
                    sums[i] = multiply_add(a.0[i], b.0[i], sums[i]);
                    i += 1;
                }
                Self(sums)
            }
        }
    };
}
array!(f32, 4);
array!(f64, 2);

/// Where every processor of the family fuses, so do we; elsewhere `mul_add` would be a call into the C library.
#[inline(always)]
fn multiply_add<T: crate::real::Real>(a: T, b: T, c: T) -> T {
    use crate::kernel::Lane;
    #[cfg(target_arch = "aarch64")]
    return T::Fused::new(a)
        .fma(T::Fused::new(b), T::Fused::new(c))
        .get();
    #[cfg(not(target_arch = "aarch64"))]
    T::Plain::new(a)
        .fma(T::Plain::new(b), T::Plain::new(c))
        .get()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Simd;
    use std::arch::x86_64::*;

    /// The masks and masked loads differ between the two sets; all else differs in names only.
    macro_rules! simd {
        ($v:ident of $n:literal $t:ident, $m:ident,
         |$lanes:ident| $first:expr, |$mask:ident, $at:ident| $load_first:expr,
         $store_first:ident $zero:ident $splat:ident $load:ident $store:ident $fma:ident) => {
            impl Simd for $v {
                type Elem = $t;
                type Mask = $m;
                const LANES: usize = $n;
                // The 256-bit ones take several cycles on some processors.
                const FREE_MASKS: bool = size_of::<$v>() == 64;

                #[inline(always)]
                unsafe fn zero() -> Self {
                    // SAFETY: the caller's processor has the instruction, here and below.
                    unsafe { $zero() }
                }
                #[inline(always)]
                unsafe fn splat(x: $t) -> Self {
                    // SAFETY: as above.
                    unsafe { $splat(x) }
                }
                #[inline(always)]
                unsafe fn load(at: *const $t) -> Self {
                    // SAFETY: as above, and all lanes are good.
                    unsafe { $load(at) }
                }
                #[inline(always)]
                unsafe fn store(self, at: *mut $t) {
                    // SAFETY: as above, and all lanes are good.
                    unsafe { $store(at, self) }
                }
                #[inline(always)]
                #[allow(unused_unsafe)]
                unsafe fn first($lanes: usize) -> $m {
                    debug_assert!($lanes <= $n);
                    // SAFETY: as above; a window stays inside of its table.
                    unsafe { $first }
                }
                #[inline(always)]
                unsafe fn load_first($mask: $m, $at: *const $t) -> Self {
                    // SAFETY: as above, and the lanes of the mask are good; others raise no fault.
                    unsafe { $load_first }
                }
                #[inline(always)]
                unsafe fn store_first(self, mask: $m, at: *mut $t) {
                    // SAFETY: as above, and the lanes of the mask are good; others are not touched.
                    unsafe { $store_first(at, mask, self) }
                }
                #[inline(always)]
                unsafe fn add_product(self, a: Self, b: Self) -> Self {
                    // SAFETY: as above.
                    unsafe { $fma(a, b, self) }
                }
            }
        };
    }

    /// The first lanes of 256 bits, as a number and as a vector whose signs are set there.
    #[derive(Clone, Copy)]
    pub(in super::super) struct First(usize, __m256i);

    /// The eight (four) numbers from `n` before the middle on have the first `n` set.
    static WINDOW32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    static WINDOW64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

    /// Some processors take dozens of cycles for a masked store of 256 bits, so pieces are stored: 4, 2, 1 lanes.
    ///
    /// # Safety
    /// The processor has AVX2, and the lanes are good.
    #[inline(always)]
    unsafe fn store_first_ps(mut at: *mut f32, First(lanes, _): First, x: __m256) {
        // SAFETY: the caller's processor has the instructions; the pieces make up the lanes.
        unsafe {
            let mut piece = _mm256_castps256_ps128(x);
            if lanes & 4 != 0 {
                _mm_storeu_ps(at, piece);
                at = at.add(4);
                piece = _mm256_extractf128_ps::<1>(x);
            }
            if lanes & 2 != 0 {
                _mm_storel_epi64(at.cast(), _mm_castps_si128(piece));
                at = at.add(2);
                piece = _mm_movehl_ps(piece, piece);
            }
            if lanes & 1 != 0 {
                *at = _mm_cvtss_f32(piece);
            }
        }
    }

    /// The same in pieces of 2 and 1 lanes.
    ///
    /// # Safety
    /// As above.
    #[inline(always)]
    unsafe fn store_first_pd(mut at: *mut f64, First(lanes, _): First, x: __m256d) {
        // SAFETY: as above.
        unsafe {
            let mut piece = _mm256_castpd256_pd128(x);
            if lanes & 2 != 0 {
                _mm_storeu_pd(at, piece);
                at = at.add(2);
                piece = _mm256_extractf128_pd::<1>(x);
            }
            if lanes & 1 != 0 {
                *at = _mm_cvtsd_f64(piece);
            }
        }
    }

    simd!(__m512 of 16 f32, __mmask16,
        |lanes| ((1u32 << lanes) - 1) as __mmask16, |mask, at| _mm512_maskz_loadu_ps(mask, at),
        _mm512_mask_storeu_ps _mm512_setzero_ps _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_fmadd_ps);
    simd!(__m512d of 8 f64, __mmask8,
        |lanes| ((1u32 << lanes) - 1) as __mmask8, |mask, at| _mm512_maskz_loadu_pd(mask, at),
        _mm512_mask_storeu_pd _mm512_setzero_pd _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_fmadd_pd);
    simd!(__m256 of 8 f32, First,
        |lanes| First(lanes, _mm256_loadu_si256(WINDOW32.as_ptr().add(8 - lanes).cast())),
        |mask, at| _mm256_maskload_ps(at, mask.1),
        store_first_ps _mm256_setzero_ps _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_fmadd_ps);
    simd!(__m256d of 4 f64, First,
        |lanes| First(lanes, _mm256_loadu_si256(WINDOW64.as_ptr().add(4 - lanes).cast())),
        |mask, at| _mm256_maskload_pd(at, mask.1),
        store_first_pd _mm256_setzero_pd _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_fmadd_pd);
}
