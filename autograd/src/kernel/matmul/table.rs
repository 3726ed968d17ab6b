//! The compiled kernels of each element type and instruction set.

use super::pack::{self, Square};
use super::simd::{Array, Simd};
use super::tile::{self, Panel, Tile};
use crate::kernel::Isa;

/// Copies a block: `f(depth, width, from, stride, to, pitch)`.
type Copy<T> = unsafe fn(usize, usize, *const T, isize, *mut T, usize);
/// Adds Σ x·y to 32 sums: `f(n, x, y, sums)`.
type Dot<T> = unsafe fn(usize, *const T, *const T, &mut [T; 32]);

/// The kernels of one element type on one instruction set.
pub struct Kernels<T: 'static> {
    /// Elements in a vector.
    pub(super) lanes: usize,
    /// Masked loads cost more than others.
    pub(super) slow_masks: bool,
    /// `tiles[v − 1][r − 1]` is the tile of r rows and v vectors.
    pub(super) tiles: &'static [&'static [Tile<T>]],
    /// [`pack::copy`].
    pub(super) copy: Copy<T>,
    /// [`pack::transpose`].
    pub(super) transpose: Copy<T>,
    /// [`tile::dot`].
    pub(super) dot: Dot<T>,
}

/// An element with kernels for products.
pub trait Matmul: Sized + 'static {
    /// Its kernels on an instruction set that this processor has.
    #[doc(hidden)]
    fn kernels(isa: Isa) -> &'static Kernels<Self>;
}

/// Compiles the generic kernels with the features of an instruction set.
macro_rules! compiled {
    ($module:ident $(, $features:literal)?) => {
        mod $module {
            use super::*;

            // SAFETY (of all): the contract is that of the generic kernel; the features make it one of the
            // instruction set.
            $(#[target_feature(enable = $features)])?
            pub(super) unsafe fn tile<V: Simd, const R: usize, const C: usize>(
                panel: &Panel, a: *const V::Elem, b: *const V::Elem, c: *mut V::Elem,
            ) {
                // SAFETY: as above.
                unsafe { tile::tile::<V, R, C>(panel, a, b, c) }
            }
            $(#[target_feature(enable = $features)])?
            pub(super) unsafe fn copy<V: Simd>(
                depth: usize, width: usize, from: *const V::Elem, rs: isize, to: *mut V::Elem, pitch: usize,
            ) {
                // SAFETY: as above.
                unsafe { pack::copy::<V>(depth, width, from, rs, to, pitch) }
            }
            $(#[target_feature(enable = $features)])?
            pub(super) unsafe fn transpose<S: Square>(
                depth: usize, width: usize, from: *const S::Elem, cs: isize, to: *mut S::Elem, pitch: usize,
            ) {
                // SAFETY: as above.
                unsafe { pack::transpose::<S>(depth, width, from, cs, to, pitch) }
            }
            $(#[target_feature(enable = $features)])?
            pub(super) unsafe fn dot<V: Simd, const VECS: usize>(
                n: usize, x: *const V::Elem, y: *const V::Elem, sums: &mut [V::Elem; 32],
            ) {
                // SAFETY: as above.
                unsafe { tile::dot::<V, VECS>(n, x, y, sums) }
            }
        }
    };
}
compiled!(portable);
#[cfg(target_arch = "x86_64")]
compiled!(avx2, "avx2,fma");
#[cfg(target_arch = "x86_64")]
compiled!(avx512, "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma");

/// The table of one instruction set: per number of vectors, which rows there are.
macro_rules! kernels {
    ($module:ident, $v:ty, $square:ty, dot $dots:literal, $($vecs:literal: $($rows:literal)*;)*) => {
        Kernels {
            lanes: <$v>::LANES,
            slow_masks: !<$v>::FREE_MASKS,
            tiles: &[$(&[$($module::tile::<$v, $rows, $vecs>),*]),*],
            copy: $module::copy::<$v>,
            transpose: $module::transpose::<$square>,
            dot: $module::dot::<$v, $dots>,
        }
    };
}

macro_rules! matmul {
    ($t:ident, $array:ty, $array_dots:literal, $ymm:ident $ymm_dots:literal $ymm_square:ident,
     $zmm:ident $zmm_dots:literal) => {
        impl Matmul for $t {
            fn kernels(isa: Isa) -> &'static Kernels<Self> {
                #[cfg(target_arch = "x86_64")]
                use std::arch::x86_64::*;
                #[cfg(not(target_arch = "aarch64"))]
                static PORTABLE: Kernels<$t> = kernels!(portable, $array, pack::Scalars<$t>, dot $array_dots,
                    1: 1 2 3 4 5 6 7 8; 2: 1 2 3 4 5 6;);
                // 32 registers.
                #[cfg(target_arch = "aarch64")]
                static PORTABLE: Kernels<$t> = kernels!(portable, $array, pack::Scalars<$t>, dot $array_dots,
                    1: 1 2 3 4 5 6 7 8 9 10 11 12; 2: 1 2 3 4 5 6 7 8 9 10 11 12; 3: 1 2 3 4 5 6 7 8;
                    4: 1 2 3 4 5 6;);
                #[cfg(target_arch = "x86_64")]
                static AVX2: Kernels<$t> = kernels!(avx2, $ymm, pack::$ymm_square, dot $ymm_dots,
                    1: 1 2 3 4 5 6 7 8 9 10 11 12; 2: 1 2 3 4 5 6;);
                #[cfg(target_arch = "x86_64")]
                static AVX512: Kernels<$t> = kernels!(avx512, $zmm, pack::$ymm_square, dot $zmm_dots,
                    1: 1 2 3 4 5 6 7 8 9 10 11 12; 2: 1 2 3 4 5 6 7 8 9 10 11 12; 3: 1 2 3 4 5 6 7 8;
                    4: 1 2 3 4 5 6;);
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx512 => &AVX512,
                    #[cfg(target_arch = "x86_64")]
                    Isa::Avx2 => &AVX2,
                    _ => &PORTABLE,
                }
            }
        }
    };
}
matmul!(f32, Array<f32, 4>, 8, __m256 4 Eight, __m512 2);
matmul!(f64, Array<f64, 2>, 16, __m256d 8 Four, __m512d 4);
