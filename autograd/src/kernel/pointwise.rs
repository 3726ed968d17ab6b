//! Elementwise loops.
//!
//! The text of the expression is inlined into a loop compiled once for each instruction set, where the compiler
//! vectorises it. Only contiguous loops are made: strided operands are staged by the caller, because an instance for
//! every combination of strides would triple the time to compile.

use super::isa::{Isa, isa};
use super::lane::Lane;
use crate::algebra::Pointwise;
use crate::real::Real;

/// Elements of a vector loop's turn: one register of `f32` on AVX-512.
const VECTOR: usize = 16;

/// `out[i] = p(x[0][i], …, x[N-1][i])`.
///
/// # Panics
/// If an operand is shorter than `out`.
#[inline]
pub fn map<T: Real, P: Pointwise<N>, const N: usize>(p: &P, x: [&[T]; N], out: &mut [T]) {
    for operand in &x {
        assert!(operand.len() >= out.len());
    }
    let sources = x.map(<[T]>::as_ptr);
    // SAFETY: every operand has at least `out.len()` elements.
    unsafe { dispatch::<T, P, N, false>(p, sources, out.as_mut_ptr(), out.len()) }
}

/// `x0[i] = p(x0[i], x[1][i], …, x[N-1][i])`; `x[0]` is not looked at.
///
/// # Panics
/// If another operand is shorter than `x0`.
#[inline]
pub fn map_in_place<T: Real, P: Pointwise<N>, const N: usize>(p: &P, x0: &mut [T], x: [&[T]; N]) {
    for operand in x.iter().skip(1) {
        assert!(operand.len() >= x0.len());
    }
    let sources = x.map(<[T]>::as_ptr);
    // SAFETY: every operand but the first, which is not read, has at least `x0.len()` elements.
    unsafe { dispatch::<T, P, N, true>(p, sources, x0.as_mut_ptr(), x0.len()) }
}

/// # Safety
/// `out` and `x[..]` point to at least `n` elements each, and `out` overlaps none of them; `x[0]` is free if `IN_PLACE`.
#[inline]
unsafe fn dispatch<T: Real, P: Pointwise<N>, const N: usize, const IN_PLACE: bool>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    // A vector loop does not pay for a few elements, and a chain of scalars must not wait for a dispatch.
    if n < 4 {
        // SAFETY: as the caller's.
        return unsafe { each::<T, P, T::Plain, N, IN_PLACE>(p, x, out, n) };
    }
    match isa() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as the caller's, and the processor has the instructions.
        Isa::Avx512 => unsafe { run_avx512::<T, P, N, IN_PLACE>(p, x, out, n) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx2 => unsafe { run_avx2::<T, P, N, IN_PLACE>(p, x, out, n) },
        // SAFETY: as the caller's.
        _ => unsafe { run::<T, P, T::Plain, N, IN_PLACE>(p, x, out, n) },
    }
}

/// Whole vectors where they lie, and the rest through a vector of its own on the stack: rows are often a few numbers
/// longer than a vector, and those few would cost more one by one than all the others.
///
/// # Safety
/// As [`dispatch`].
#[inline(always)]
unsafe fn run<T: Real, P: Pointwise<N>, L: Lane<Elem = T>, const N: usize, const IN_PLACE: bool>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    let whole = n - n % VECTOR;
    // SAFETY: as the caller's.
    unsafe { each::<T, P, L, N, IN_PLACE>(p, x, out, whole) };
    let rest = n - whole;
    if rest == 0 {
        return;
    }
    let mut stage = [[T::ONE; VECTOR]; N];
    let mut result = [T::ZERO; VECTOR];
    // SAFETY: `whole..n` lies in every operand, and the stages hold VECTOR elements, more than the rest.
    unsafe {
        let mut k = 0;
        while k < N {
            let source = if IN_PLACE && k == 0 { out } else { x[k] };
            std::ptr::copy_nonoverlapping(source.add(whole), stage[k].as_mut_ptr(), rest);
            k += 1;
        }
        let stages = stage.each_ref().map(|s| s.as_ptr());
        each::<T, P, L, N, false>(p, stages, result.as_mut_ptr(), VECTOR);
        std::ptr::copy_nonoverlapping(result.as_ptr(), out.add(whole), rest);
    }
}

/// In place, the first operand is read through the pointer that is written: through another, the compiler would have to
/// suppose that a store changes later loads, and would not vectorise.
///
/// # Safety
/// As [`dispatch`].
#[inline(always)]
unsafe fn each<
    T: Real,
    P: Pointwise<N>,
    L: Lane<Elem = T>,
    const N: usize,
    const IN_PLACE: bool,
>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    for i in 0..n {
        // SAFETY: i < n, and the pointers are good for n elements.
        unsafe {
            let mut lanes = [L::new(T::ZERO); N];
            let mut k = 0;
            while k < N {
                let source = if IN_PLACE && k == 0 { out } else { x[k] };
                lanes[k] = L::new(*source.add(i));
                k += 1;
            }
            *out.add(i) = p.eval(lanes).get();
        }
    }
}

/// # Safety
/// As [`dispatch`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
unsafe fn run_avx512<T: Real, P: Pointwise<N>, const N: usize, const IN_PLACE: bool>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    // SAFETY: as the caller's.
    unsafe { run::<T, P, T::Fused, N, IN_PLACE>(p, x, out, n) }
}

/// # Safety
/// As [`dispatch`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2<T: Real, P: Pointwise<N>, const N: usize, const IN_PLACE: bool>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    // SAFETY: as the caller's.
    unsafe { run::<T, P, T::Fused, N, IN_PLACE>(p, x, out, n) }
}
