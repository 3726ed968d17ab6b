//! Putting tensors together and taking them apart.

use super::shape::Shaping;
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink, Value};
use crate::signed::{Signed, axis_of, new_axis_of};
use crate::tensor::Tensor;

struct Concat {
    axis: usize,
}
impl<T: Real> Rule<T> for Concat {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "concat"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let first = x[0].dims();
        if self.axis >= first.len() {
            return Err(format!("there is no axis {}", self.axis));
        }
        for other in x {
            let other = other.dims();
            if other.len() != first.len() || other.with(self.axis, first[self.axis]) != first {
                return Err(format!("they differ in an axis other than {}", self.axis));
            }
        }
        Ok(())
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let total = x.iter().map(|t| t.shape()[self.axis]).sum();
        let dims = x[0].dims().with(self.axis, total);
        let inner: usize = dims[self.axis + 1..].iter().product();
        let row = total * inner;
        Tensor::written(dims, |out| {
            let mut from = 0;
            for t in x {
                let t = t.contiguous();
                let part = t.shape()[self.axis] * inner;
                if part == 0 {
                    continue;
                }
                let source = t.elements().chunks_exact(part);
                for (o, s) in out.chunks_exact_mut(row).zip(source) {
                    o[from..from + part].copy_from_slice(s);
                }
                from += part;
            }
        })
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let mut from = 0;
        for (i, part) in x.iter().enumerate() {
            let size = part.dims()[self.axis];
            out.add(i, || g.narrow(self.axis, from, size));
            from += size;
        }
    }
}

/// Joining and splitting. Axes are named by [`Signed`] integers: −1 is the last.
pub trait Joining: Value {
    /// Tensors one after the other along an axis; the other axes are equal.
    ///
    /// # Panics
    /// For an empty list, or shapes that do not fit.
    #[doc(alias = "cat")]
    #[track_caller]
    fn concat(parts: &[&Self], axis: impl Signed) -> Self {
        assert!(!parts.is_empty(), "concat of no tensors");
        let axis = axis_of("concat", &parts[0].dims(), axis);
        Self::apply(Concat { axis }, parts)
    }
    /// Tensors of one shape along a new axis.
    #[track_caller]
    fn stack(parts: &[&Self], axis: impl Signed) -> Self {
        assert!(!parts.is_empty(), "stack of no tensors");
        let axis = new_axis_of("stack", &parts[0].dims(), axis);
        let mut lifted = Vec::with_capacity(parts.len());
        for part in parts {
            lifted.push(part.unsqueeze(axis));
        }
        Self::concat(&lifted.iter().collect::<Vec<_>>(), axis)
    }
    /// Parts of the given sizes along an axis.
    ///
    /// # Panics
    /// If the sizes do not add up to the axis.
    #[track_caller]
    fn split(&self, sizes: &[usize], axis: impl Signed) -> Vec<Self> {
        let dims = self.dims();
        let axis = axis_of("split", &dims, axis);
        assert!(
            Some(&sizes.iter().sum::<usize>()) == dims.get(axis),
            "split of shape {dims:?}: sizes {sizes:?} do not add up to axis {axis}"
        );
        let mut from = 0;
        let mut parts = Vec::with_capacity(sizes.len());
        for size in sizes {
            parts.push(self.narrow(axis, from, *size));
            from += size;
        }
        parts
    }
    /// `before` and `after` elements of value `x` around an axis.
    #[track_caller]
    fn pad(&self, axis: impl Signed, before: usize, after: usize, x: f64) -> Self {
        let dims = self.dims();
        let axis = axis_of("pad", &dims, axis);
        assert!(
            axis < dims.len(),
            "pad of shape {dims:?}: it has no axis {axis}"
        );
        let block = |n| {
            let x = Self::T::from_f64(x);
            self.constant(Tensor::full(&dims.with(axis, n), x))
        };
        Self::concat(&[&block(before), self, &block(after)], axis)
    }
    /// The tensor repeated: `times[i]` times along axis `i`.
    ///
    /// # Panics
    /// If there is not a number for each axis.
    #[doc(alias = "tile")]
    #[track_caller]
    fn repeat(&self, times: &[usize]) -> Self {
        let dims = self.dims();
        assert!(
            times.len() == dims.len(),
            "repeat of shape {dims:?}: {times:?} has not a number for each axis"
        );
        let mut x = self.clone();
        for (axis, n) in times.iter().enumerate() {
            let dims = x.dims();
            // The axis and all inside it as one: [outer, inner] → [outer, 1, inner] → [outer, n, inner].
            let outer: usize = dims[..axis].iter().product();
            let inner: usize = dims[axis..].iter().product();
            let spread = x.reshape(&[outer, 1, inner]);
            let repeated = spread.broadcast_to(&[outer, *n, inner]);
            x = repeated.reshape(&dims.with(axis, n * dims[axis]));
        }
        x
    }
}
impl<V: Value> Joining for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const FLAT: InputSampler = InputSampler::REAL_LINE.shape(&[2, 3]);
    Vec::from(cases! {
        "concat of axis 1", order 2, [FLAT, InputSampler::REAL_LINE.shape(&[2, 2])] => |x| V::concat(&[&x[0], &x[1], &x[0]], 1).square();
        "concat of axis 0", order 2, [FLAT, InputSampler::REAL_LINE.shape(&[1, 3])] => |x| V::concat(&[&x[0], &x[1]], 0).square();
        "stack", order 2, [FLAT, FLAT] => |x| V::stack(&[&x[0], &x[1]], 1).square();
        "split", order 2, [InputSampler::REAL_LINE.shape(&[2, 5])] => |x| {
            let parts = x[0].split(&[2, 0, 3], 1);
            parts[0].square().sum() * &parts[2].sum() + &parts[1].sum()
        };
        "pad", order 2, [FLAT] => |x| x[0].pad(1, 2, 0, 1.5).square();
        "repeat", order 2, [FLAT] => |x| x[0].repeat(&[3, 2]).square();
    })
}
