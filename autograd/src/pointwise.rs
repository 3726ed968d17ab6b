//! Pointwise expressions over tensors of any strides, broadcast as NumPy does.

use crate::algebra::Pointwise;
use crate::kernel;
use crate::layout::Dims;
use crate::real::Real;
use crate::tensor::Tensor;
use crate::walk::Cursor;

/// Elements staged at a time where an operand is not a contiguous run: small enough for the first-level cache.
const CHUNK: usize = 512;

/// Evaluates the expression into a new contiguous tensor.
///
/// # Panics
/// If the shapes do not broadcast together.
#[track_caller]
pub(crate) fn compute<T: Real, P: Pointwise<N>, const N: usize>(
    p: &P,
    x: [&Tensor<T>; N],
) -> Tensor<T> {
    if let Some(slices) = alike(&x) {
        return Tensor::written(x[0].dims(), |out| kernel::map(p, slices, out));
    }
    let shape = common_shape(&x);
    Tensor::written(shape, |out| {
        staged(x, &shape, out, &mut |slices, out| {
            kernel::map(p, slices, out)
        })
    })
}

/// Adds `x` to a slice of its elements in row-major order.
pub(crate) fn accumulate<T: Real>(into: &mut [T], x: &Tensor<T>) {
    if let Some(slice) = x.as_slice() {
        kernel::map_in_place(&Sum, into, [slice, slice]);
        return;
    }
    let mut operand = Operand::new(x, &x.dims());
    let mut stage = [T::ZERO; CHUNK];
    for chunk in into.chunks_mut(CHUNK) {
        let n = chunk.len();
        operand.next(&mut stage[..n]);
        kernel::map_in_place(&Sum, chunk, [&stage[..n], &stage[..n]]);
    }
}

/// x₀ + x₁.
#[derive(Clone, Copy)]
struct Sum;
impl Pointwise<2> for Sum {
    #[inline(always)]
    fn eval<E: crate::Algebra>(&self, [a, b]: [E; 2]) -> E {
        a + b
    }
}

#[track_caller]
fn common_shape<T: Real, const N: usize>(x: &[&Tensor<T>; N]) -> Dims {
    let mut shape = x[0].dims();
    for other in &x[1..] {
        match shape.broadcast(&other.dims()) {
            Some(common) => shape = common,
            None => panic!(
                "an expression of shapes {:?}: they do not broadcast together",
                x.map(|t| t.dims())
            ),
        }
    }
    shape
}

/// The operands as slices if they have one shape and lie in the storage in row-major order.
#[inline]
fn alike<'a, T: Real, const N: usize>(x: &[&'a Tensor<T>; N]) -> Option<[&'a [T]; N]> {
    let mut slices = [&[][..]; N];
    for (slice, t) in slices.iter_mut().zip(x) {
        if !t.is_shaped_as(x[0]) {
            return None;
        }
        *slice = t.as_slice()?;
    }
    Some(slices)
}

/// A loop over one chunk of `N` operands, as contiguous slices, and of the result.
type MapChunk<'m, T, const N: usize> = dyn FnMut([&[T]; N], &mut [T]) + 'm;

/// Gives `map` chunks of the operands as contiguous slices. It knows no expression, so that it is compiled once.
#[inline(never)]
fn staged<T: Real, const N: usize>(
    x: [&Tensor<T>; N],
    shape: &Dims,
    out: &mut [T],
    map: &mut MapChunk<'_, T, N>,
) {
    let mut operands = x.map(|t| Operand::new(t, shape));
    let mut stages = [[T::ZERO; CHUNK]; N];
    for (operand, stage) in operands.iter_mut().zip(&mut stages) {
        operand.prepare(stage);
    }
    for chunk in out.chunks_mut(CHUNK) {
        let n = chunk.len();
        let mut slices = [&[][..]; N];
        for ((slice, operand), stage) in slices.iter_mut().zip(&mut operands).zip(&mut stages) {
            *slice = operand.stretch(stage, n);
        }
        map(slices, chunk);
    }
}

/// One operand of a staged loop.
enum Operand<'a, T: Real> {
    /// A contiguous run, what is left of it.
    Run(&'a [T]),
    /// One number, repeated.
    Repeated(T),
    /// Anything else.
    Strided(Cursor, &'a [T]),
}

impl<'a, T: Real> Operand<'a, T> {
    fn new(t: &'a Tensor<T>, shape: &Dims) -> Self {
        if t.dims() == *shape
            && let Some(slice) = t.as_slice()
        {
            return Self::Run(slice);
        }
        let layout = t
            .layout()
            .broadcast_to(shape)
            .expect("the common shape was made from this one");
        let cursor = Cursor::new(&layout);
        if shape.count() > 0 && cursor.single_stride() == Some(0) {
            return Self::Repeated(t.storage()[layout.offset]);
        }
        Self::Strided(cursor, t.storage())
    }

    /// Fills the stage of an operand that never changes.
    fn prepare(&self, stage: &mut [T]) {
        if let Self::Repeated(x) = self {
            stage.fill(*x);
        }
    }

    /// The next `n` elements, in the stage or in place.
    fn stretch<'s>(&mut self, stage: &'s mut [T; CHUNK], n: usize) -> &'s [T]
    where
        'a: 's,
    {
        match self {
            Self::Run(left) => {
                let (now, later) = left.split_at(n);
                *left = later;
                now
            }
            Self::Repeated(_) => &stage[..n],
            Self::Strided(cursor, storage) => {
                cursor.fill(storage, &mut stage[..n]);
                &stage[..n]
            }
        }
    }

    /// The next elements, copied.
    fn next(&mut self, out: &mut [T]) {
        match self {
            Self::Run(left) => {
                let (now, later) = left.split_at(out.len());
                out.copy_from_slice(now);
                *left = later;
            }
            Self::Repeated(x) => out.fill(*x),
            Self::Strided(cursor, storage) => cursor.fill(storage, out),
        }
    }
}
