//! Elementwise loops.
//!
//! The text of the expression is inlined into a loop compiled once for each instruction set, where the compiler
//! vectorises it. Only contiguous loops are made: strided operands are staged by the caller, because an instance for
//! every combination of strides would triple the time to compile.

use super::isa::{Isa, isa};
use super::lane::Lane;
use crate::algebra::Pointwise;
use crate::real::Real;

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
    unsafe { dispatch(p, sources, out.as_mut_ptr(), out.len()) }
}

/// `x0[i] = p(x0[i], rest[1][i], …, rest[N-1][i])`: the result is written over operand 0, and `rest[0]`, which stands in
/// its place, is not looked at.
///
/// # Panics
/// If an operand is shorter than `x0`.
#[inline]
pub fn map_in_place<T: Real, P: Pointwise<N>, const N: usize>(
    p: &P,
    x0: &mut [T],
    rest: [&[T]; N],
) {
    for operand in rest.iter().skip(1) {
        assert!(operand.len() >= x0.len());
    }
    let out = x0.as_mut_ptr();
    let mut sources = rest.map(<[T]>::as_ptr);
    sources[0] = out;
    // SAFETY: every operand has at least `x0.len()` elements; an element is read before it is written, and no other
    // operand can overlap the mutable slice.
    unsafe { dispatch(p, sources, out, x0.len()) }
}

/// # Safety
/// `x[..]` point to at least `n` elements each and `out` to `n`; `out` may be one of `x`, not overlap otherwise.
#[inline]
unsafe fn dispatch<T: Real, P: Pointwise<N>, const N: usize>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    // A vector loop does not pay for a few elements, and a chain of scalars must not wait for a dispatch.
    if n < 4 {
        // SAFETY: as the caller's.
        return unsafe { run::<T, P, T::Plain, N>(p, x, out, n) };
    }
    match isa() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as the caller's, and the processor has the instructions.
        Isa::Avx512 => unsafe { run_avx512(p, x, out, n) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx2 => unsafe { run_avx2(p, x, out, n) },
        // SAFETY: as the caller's.
        _ => unsafe { run::<T, P, T::Plain, N>(p, x, out, n) },
    }
}

/// # Safety
/// As [`dispatch`].
#[inline(always)]
unsafe fn run<T: Real, P: Pointwise<N>, L: Lane<Elem = T>, const N: usize>(
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
                lanes[k] = L::new(*x[k].add(i));
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
unsafe fn run_avx512<T: Real, P: Pointwise<N>, const N: usize>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    // SAFETY: as the caller's.
    unsafe { run::<T, P, T::Fused, N>(p, x, out, n) }
}

/// # Safety
/// As [`dispatch`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2<T: Real, P: Pointwise<N>, const N: usize>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    // SAFETY: as the caller's.
    unsafe { run::<T, P, T::Fused, N>(p, x, out, n) }
}
