//! Elementwise loops.
//!
//! The text of the expression is inlined into a loop compiled once for each instruction set, where the compiler
//! vectorizes it. Only contiguous loops are made: strided operands are staged by the caller, because an instance for
//! every combination of strides would triple the time to compile.

use super::isa::dispatched;
use super::lane::Lane;
use crate::algebra::Pointwise;
use crate::real::Real;

/// Elements of a vector loop's turn: one register of `f32` on AVX-512.
const VECTOR: usize = 16;

/// Where slices begin. Arrays are mapped here and in plain loops alone: `map` would be compiled for every expression.
#[inline]
fn pointers<T, const N: usize>(x: [&[T]; N]) -> [*const T; N] {
    let mut starts = [std::ptr::null(); N];
    let mut k = 0;
    while k < N {
        starts[k] = x[k].as_ptr();
        k += 1;
    }
    starts
}

/// `out[i] = p(x[0][i], …, x[N-1][i])`.
///
/// # Panics
/// If an operand is shorter than `out`.
#[inline]
#[track_caller]
pub fn map<T: Real, P: Pointwise<N>, const N: usize>(p: &P, x: [&[T]; N], out: &mut [T]) {
    for operand in &x {
        long_enough("map", operand.len(), out.len());
    }
    let sources = pointers(x);
    // SAFETY: every operand has at least `out.len()` elements.
    unsafe { dispatch::<T, P, N, false>(p, sources, out.as_mut_ptr(), out.len()) }
}

/// `x0[i] = p(x0[i], x[1][i], …, x[N-1][i])`; `x[0]` is not looked at.
///
/// # Panics
/// If another operand is shorter than `x0`.
#[inline]
#[track_caller]
pub fn map_in_place<T: Real, P: Pointwise<N>, const N: usize>(p: &P, x0: &mut [T], x: [&[T]; N]) {
    for operand in x.iter().skip(1) {
        long_enough("map_in_place", operand.len(), x0.len());
    }
    let sources = pointers(x);
    // SAFETY: every operand but the first, which is not read, has at least `x0.len()` elements.
    unsafe { dispatch::<T, P, N, true>(p, sources, x0.as_mut_ptr(), x0.len()) }
}

/// [`map`] over the rows of a matrix as long as the last operand, which is the same for each of them.
///
/// # Panics
/// If `out` does not consist of whole rows, or another operand is shorter than `out`.
#[track_caller]
pub fn map_rows<T: Real, P: Pointwise<N>, const N: usize>(p: &P, x: [&[T]; N], out: &mut [T]) {
    lines::<T, P, N, false>("map_rows", p, x, out, Lines::Rows);
}

/// [`map_rows`] with the results in the place of the first operand; `x[0]` is not looked at.
///
/// # Panics
/// As [`map_rows`].
#[track_caller]
pub fn map_rows_in_place<T: Real, P: Pointwise<N>, const N: usize>(
    p: &P,
    x0: &mut [T],
    x: [&[T]; N],
) {
    lines::<T, P, N, true>("map_rows_in_place", p, x, x0, Lines::Rows);
}

/// [`map`] over the columns of a matrix as long as the last operand, which is the same for each of them.
///
/// # Panics
/// If `out` does not consist of whole columns, or another operand is shorter than `out`.
#[track_caller]
pub fn map_columns<T: Real, P: Pointwise<N>, const N: usize>(p: &P, x: [&[T]; N], out: &mut [T]) {
    lines::<T, P, N, false>("map_columns", p, x, out, Lines::Columns);
}

/// [`map_columns`] with the results in the place of the first operand; `x[0]` is not looked at.
///
/// # Panics
/// As [`map_columns`].
#[track_caller]
pub fn map_columns_in_place<T: Real, P: Pointwise<N>, const N: usize>(
    p: &P,
    x0: &mut [T],
    x: [&[T]; N],
) {
    lines::<T, P, N, true>("map_columns_in_place", p, x, x0, Lines::Columns);
}

/// Refuses an operand that is shorter than the result.
#[inline]
#[track_caller]
fn long_enough(name: &str, operand: usize, results: usize) {
    assert!(
        operand >= results,
        "{name}: an operand of {operand} elements for {results} results"
    );
}

/// [`map`] over a matrix along whose lines the last operand lies.
#[track_caller]
fn lines<T: Real, P: Pointwise<N>, const N: usize, const IN_PLACE: bool>(
    name: &str,
    p: &P,
    x: [&[T]; N],
    out: &mut [T],
    lines: Lines,
) {
    // In place the first operand is the result, so it is not the last one.
    const { assert!(N > IN_PLACE as usize) };
    if out.is_empty() {
        return;
    }
    let length = x[N - 1].len();
    assert!(
        length > 0 && out.len().is_multiple_of(length),
        "{name}: {} results are no whole lines of {length}",
        out.len()
    );
    for operand in &x[usize::from(IN_PLACE)..N - 1] {
        long_enough(name, operand.len(), out.len());
    }
    let others = out.len() / length;
    // SAFETY: `by_rows` and `by_columns` call it with what `dispatch` asks for.
    let run = &|x, out, n| unsafe { dispatch::<T, P, N, IN_PLACE>(p, x, out, n) };
    let sources = pointers(x);
    // SAFETY: every operand that is read has as many elements as `out`, but the last, which has those of a line.
    unsafe {
        match lines {
            Lines::Rows => by_rows(sources, x[N - 1], out, others, run),
            Lines::Columns => by_columns(sources, x[N - 1], out, others, run),
        }
    }
}

/// Along which lines of a matrix an operand lies.
enum Lines {
    Rows,
    Columns,
}

/// [`dispatch`] for some expression, to be called with what that asks for. It hides the expression, so that going over lines
/// is compiled once for all of them.
type Run<'r, T, const N: usize> = dyn Fn([*const T; N], *mut T, usize) + 'r;

/// Elements of repeated short rows: enough that the tail after the last whole vector is rare.
const REPEATED: usize = 512;

/// All operands but the last from an element on.
fn from<T, const N: usize>(mut x: [*const T; N], start: usize) -> [*const T; N] {
    let mut k = 0;
    while k + 1 < N {
        x[k] = x[k].wrapping_add(start);
        k += 1;
    }
    x
}

/// Short rows are taken several at a time, over a copy of the last operand repeated as often: one by one, most of them
/// would be tails.
///
/// # Safety
/// As [`dispatch`] for the elements of `out`, which are `rows` rows as long as `row`, but the last operand is not looked at.
#[inline(never)]
unsafe fn by_rows<T: Real, const N: usize>(
    mut x: [*const T; N],
    row: &[T],
    out: &mut [T],
    rows: usize,
    run: &Run<'_, T, N>,
) {
    let width = row.len();
    let mut repeated = [T::ZERO; REPEATED];
    let mut at_a_time = width;
    x[N - 1] = row.as_ptr();
    if width < REPEATED / 2 && !width.is_multiple_of(VECTOR) && rows > 1 {
        at_a_time = REPEATED / width * width;
        for place in repeated[..at_a_time.min(rows * width)].chunks_exact_mut(width) {
            place.copy_from_slice(row);
        }
        x[N - 1] = repeated.as_ptr();
    }
    for (i, piece) in out.chunks_mut(at_a_time).enumerate() {
        run(from(x, i * at_a_time), piece.as_mut_ptr(), piece.len());
    }
}

dispatched! {
    /// [`fill`](slice::fill) with the widest stores there are.
    fill, fill_body, (out: &mut [T], x: T)
}

#[inline(always)]
#[allow(clippy::extra_unused_type_parameters, reason = "dispatching names it")]
fn fill_body<T: Real, L: Lane<Elem = T>>(out: &mut [T], x: T) {
    out.fill(x);
}

/// Row by row, over a row of copies of the row's number of the last operand.
///
/// # Safety
/// As [`dispatch`] for the elements of `out`, which has `width` for each of the numbers, but the last operand is not looked
/// at.
#[inline(never)]
unsafe fn by_columns<T: Real, const N: usize>(
    mut x: [*const T; N],
    numbers: &[T],
    out: &mut [T],
    width: usize,
    run: &Run<'_, T, N>,
) {
    if width == 0 {
        return;
    }
    let mut copies = [T::ZERO; REPEATED];
    for (row, (out, number)) in out.chunks_mut(width).zip(numbers).enumerate() {
        fill(&mut copies[..REPEATED.min(width)], *number);
        x[N - 1] = copies.as_ptr();
        for (i, piece) in out.chunks_mut(REPEATED).enumerate() {
            let start = row * width + i * REPEATED;
            run(from(x, start), piece.as_mut_ptr(), piece.len());
        }
    }
}

dispatched! {
    /// The same bits for an element however many there are: a loop of its own for a few, without fused operations, would have
    /// others.
    ///
    /// # Safety
    /// `out` and `x[..]` point to at least `n` elements each, and `out` overlaps none of them; `x[0]` is free if `IN_PLACE`.
    #[inline]
    unsafe fn dispatch [T: Real, P: Pointwise<N>, const N: usize, const IN_PLACE: bool] [T, P, N, IN_PLACE]
    (p: &P, x: [*const T; N], out: *mut T, n: usize), run
}

/// Whole vectors where they lie, and the rest through a vector of its own on the stack: rows are often a few numbers
/// longer than a vector, and those few would cost more one by one than all the others.
///
/// # Safety
/// As [`dispatch`].
#[inline(always)]
unsafe fn run<T: Real, P: Pointwise<N>, const N: usize, const IN_PLACE: bool, L: Lane<Elem = T>>(
    p: &P,
    x: [*const T; N],
    out: *mut T,
    n: usize,
) {
    let whole = n - n % VECTOR;
    // SAFETY: as the caller's.
    unsafe { each::<T, P, N, IN_PLACE, L>(p, x, out, whole) };
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
            // Of a single number no length has to be told, which would be a call: chains of scalars are made of them.
            if rest == 1 {
                stage[k] = [*source.add(whole); VECTOR];
            } else {
                std::ptr::copy_nonoverlapping(source.add(whole), stage[k].as_mut_ptr(), rest);
            }
            k += 1;
        }
        let mut stages = x;
        let mut k = 0;
        while k < N {
            stages[k] = stage[k].as_ptr();
            k += 1;
        }
        each::<T, P, N, false, L>(p, stages, result.as_mut_ptr(), VECTOR);
        if rest == 1 {
            *out.add(whole) = result[0];
        } else {
            std::ptr::copy_nonoverlapping(result.as_ptr(), out.add(whole), rest);
        }
    }
}

/// In place, the first operand is read through the pointer that is written: through another, the compiler would have to
/// suppose that a store changes later loads, and would not vectorize.
///
/// # Safety
/// As [`dispatch`].
#[inline(always)]
unsafe fn each<
    T: Real,
    P: Pointwise<N>,
    const N: usize,
    const IN_PLACE: bool,
    L: Lane<Elem = T>,
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
