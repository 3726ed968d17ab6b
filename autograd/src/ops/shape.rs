//! Other views of the same elements. None of them copies, but a reshape of a view that no strides describe.

#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::layout::{Dims, Layout, MAX_RANK};
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink, Value};
use crate::signed::{Axes, Signed, SliceRange, axis_of, new_axis_of, sizes_of, stretch_of};
use crate::tensor::Tensor;

struct Reshape {
    dims: Dims,
}
impl<T: Real> Rule<T> for Reshape {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "reshape"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        if self.dims.count() != x[0].len() {
            return Err(format!("the elements do not fill shape {:?}", self.dims));
        }
        Ok(())
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        match x[0].layout().reshape(&self.dims) {
            Some(layout) => x[0].view(layout),
            None => {
                let copy = x[0].contiguous();
                copy.view(Layout::contiguous(self.dims))
            }
        }
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || g.reshape(&x[0].dims()));
    }
}

/// Axis `i` of the result is axis `order[i]` of the input.
struct Permute {
    order: Dims,
}
impl<T: Real> Rule<T> for Permute {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "permute"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let mut seen = [false; MAX_RANK];
        for axis in self.order.iter() {
            match seen.get_mut(*axis) {
                Some(s) if *axis < x[0].rank() && !*s => *s = true,
                _ => return Err(format!("{:?} is no order of its axes", self.order)),
            }
        }
        if self.order.len() != x[0].rank() {
            return Err(format!("{:?} is no order of its axes", self.order));
        }
        Ok(())
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].view(x[0].layout().permute(&self.order))
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let mut inverse = self.order;
            for (i, axis) in self.order.iter().enumerate() {
                inverse[*axis] = i;
            }
            g.permute(&inverse)
        });
    }
}

struct Broadcast {
    dims: Dims,
}
impl<T: Real> Rule<T> for Broadcast {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "broadcast_to"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        match x[0].layout().broadcast_to(&self.dims) {
            Some(_) => Ok(()),
            None => Err(format!("it does not broadcast to shape {:?}", self.dims)),
        }
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let layout = x[0].layout().broadcast_to(&self.dims);
        x[0].view(layout.expect("the shapes were checked"))
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.pass(0, g);
    }
}

/// Every `step`-th element of an axis, `len` of them from `start` on; a negative step goes backwards.
#[derive(Clone, Copy)]
struct Stretch {
    axis: usize,
    start: usize,
    len: usize,
    step: isize,
}

impl Stretch {
    fn of(self, layout: &Layout) -> Layout {
        layout.slice(self.axis, self.start, self.len, self.step)
    }
}

struct Slice(Stretch);
impl<T: Real> Rule<T> for Slice {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "slice"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let Stretch {
            axis,
            start,
            len,
            step,
        } = self.0;
        let Some(size) = x[0].shape().get(axis) else {
            return Err(format!("it has no axis {axis}"));
        };
        let last = start as isize + (len as isize - 1) * step;
        let inside =
            len == 0 && start <= *size || start < *size && (0..*size as isize).contains(&last);
        if !inside {
            return Err(format!(
                "{len} elements from {start} on, {step} apart, are not all in axis {axis}"
            ));
        }
        Ok(())
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].view(self.0.of(x[0].layout()))
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let embed = Embed {
                stretch: self.0,
                dims: x[0].dims(),
            };
            V::apply(embed, &[g])
        });
    }
}

/// Zeros of a larger shape with the input in the place of a slice: the adjoint of slicing.
struct Embed {
    stretch: Stretch,
    dims: Dims,
}
impl<T: Real> Rule<T> for Embed {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "embed"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let place = self.stretch.of(&Layout::contiguous(self.dims));
        let source = x[0].contiguous();
        let source = source.elements();
        Tensor::written(self.dims, |out| {
            out.fill(T::ZERO);
            let mut index = [0; MAX_RANK];
            let index = &mut index[..place.shape.len()];
            for v in source {
                out[place.position(index)] = *v;
                for axis in (0..index.len()).rev() {
                    index[axis] += 1;
                    if index[axis] < place.shape[axis] {
                        break;
                    }
                    index[axis] = 0;
                }
            }
        })
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || V::apply(Slice(self.stretch), &[g]));
    }
}

/// An axis of size 1 put in before `axis`, or taken out.
struct UnitAxis {
    axis: usize,
    insert: bool,
}
impl<T: Real> Rule<T> for UnitAxis {
    fn name(&self) -> &'static str {
        if self.insert { "unsqueeze" } else { "squeeze" }
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let shape = x[0].shape();
        if self.insert && self.axis > shape.len() {
            return Err(format!("there is no place before axis {}", self.axis));
        }
        if self.insert && shape.len() == MAX_RANK {
            return Err(format!("it has the most axes there can be, {MAX_RANK}"));
        }
        if !self.insert && shape.get(self.axis) != Some(&1) {
            return Err(format!("axis {} does not have size 1", self.axis));
        }
        Ok(())
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let layout = x[0].layout();
        x[0].view(if self.insert {
            layout.unsqueeze(self.axis)
        } else {
            layout.squeeze(self.axis)
        })
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let inverse = Self {
            axis: self.axis,
            insert: !self.insert,
        };
        out.add(0, || V::apply(inverse, &[g]));
    }
}

/// Views. Axes are named by [`Signed`] integers: −1 is the last.
pub trait Shaping: Value {
    /// The elements in row-major order under another shape. One size may be −1: what the others leave.
    #[doc(alias = "view")]
    #[track_caller]
    fn reshape(&self, shape: &[impl Signed]) -> Self {
        let dims = sizes_of(&self.dims(), shape);
        if dims == self.dims() {
            return self.clone();
        }
        Self::apply(Reshape { dims }, &[self])
    }
    /// All elements along one axis.
    #[doc(alias = "ravel")]
    #[track_caller]
    fn flatten(&self) -> Self {
        self.reshape(&[self.dims().count()])
    }
    /// The axes in another order: axis `i` of the result is axis `order[i]`.
    #[track_caller]
    fn permute(&self, order: &[impl Signed]) -> Self {
        let order = Axes::new("permute", &self.dims(), order);
        if order.iter().enumerate().all(|(i, a)| i == *a) && order.len() == self.dims().len() {
            return self.clone();
        }
        let order = Dims::new(&order);
        Self::apply(Permute { order }, &[self])
    }
    /// Two axes exchanged.
    #[doc(alias = "swapaxes")]
    #[track_caller]
    fn swap_axes(&self, a: impl Signed, b: impl Signed) -> Self {
        let dims = self.dims();
        let rank = dims.len();
        let [a, b] = [
            axis_of("swap_axes", &dims, a),
            axis_of("swap_axes", &dims, b),
        ];
        assert!(
            a < rank && b < rank,
            "swap_axes of shape {dims:?}: it has no axes {a} and {b}"
        );
        let mut order = [0, 1, 2, 3, 4, 5];
        order.swap(a, b);
        self.permute(&order[..rank])
    }
    /// The last two axes exchanged.
    #[doc(alias = "mT")]
    #[track_caller]
    fn transpose(&self) -> Self {
        let dims = self.dims();
        let rank = dims.len();
        assert!(rank >= 2, "transpose of shape {dims:?}: it takes two axes");
        self.swap_axes(rank - 2, rank - 1)
    }
    /// The elements repeated along axes of size 1 and along new outer axes, as NumPy broadcasts.
    #[doc(alias = "expand")]
    #[track_caller]
    fn broadcast_to(&self, shape: &[usize]) -> Self {
        let dims = Dims::new(shape);
        if dims == self.dims() {
            return self.clone();
        }
        Self::apply(Broadcast { dims }, &[self])
    }
    /// `len` elements of an axis from `start` on.
    #[track_caller]
    fn narrow(&self, axis: impl Signed, start: usize, len: usize) -> Self {
        self.slice_step(axis, start, len, 1)
    }
    /// The elements of a range along an axis; negative bounds count from the end.
    ///
    /// ```
    /// use autograd::{Tensor, prelude::*};
    /// let x = Tensor::<f32>::arange(5);
    /// assert_eq!(x.slice(0, 1..3).to_vec(), [1.0, 2.0]);
    /// assert_eq!(x.slice(-1, -2..).to_vec(), [3.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If the range is not inside the axis.
    #[track_caller]
    fn slice(&self, axis: impl Signed, range: impl SliceRange) -> Self {
        let dims = self.dims();
        let axis = axis_of("slice", &dims, axis);
        let (start, len) = stretch_of(&dims, axis, range);
        self.narrow(axis, start, len)
    }
    /// `len` elements of an axis from `start` on, `step` apart; a negative step goes backwards.
    #[track_caller]
    fn slice_step(&self, axis: impl Signed, start: usize, len: usize, step: isize) -> Self {
        let axis = axis_of("slice", &self.dims(), axis);
        let stretch = Stretch {
            axis,
            start,
            len,
            step,
        };
        Self::apply(Slice(stretch), &[self])
    }
    /// Element `index` of an axis, which is dropped; a negative index counts from the end.
    #[track_caller]
    fn select_index(&self, axis: impl Signed, index: impl Signed) -> Self {
        let dims = self.dims();
        let axis = axis_of("select_index", &dims, axis);
        let index = match usize::try_from(index.signed()) {
            Ok(index) => index,
            Err(_) => stretch_of(&dims, axis, index.signed()..).0,
        };
        self.narrow(axis, index, 1).squeeze(axis)
    }
    /// The axes in reverse order of their elements.
    #[track_caller]
    fn flip(&self, axes: &[impl Signed]) -> Self {
        let dims = self.dims();
        let mut x = self.clone();
        for axis in axes {
            let axis = axis_of("flip", &dims, *axis);
            let Some(n) = dims.get(axis) else {
                panic!("flip of shape {dims:?}: it has no axis {axis}")
            };
            x = x.slice_step(axis, n.saturating_sub(1), *n, -1);
        }
        x
    }
    /// Without an axis of size 1.
    #[track_caller]
    fn squeeze(&self, axis: impl Signed) -> Self {
        let axis = axis_of("squeeze", &self.dims(), axis);
        Self::apply(
            UnitAxis {
                axis,
                insert: false,
            },
            &[self],
        )
    }
    /// With an axis of size 1 put in before `axis`; −1 puts it after the last.
    #[doc(alias = "expand_dims")]
    #[track_caller]
    fn unsqueeze(&self, axis: impl Signed) -> Self {
        let axis = new_axis_of("unsqueeze", &self.dims(), axis);
        Self::apply(UnitAxis { axis, insert: true }, &[self])
    }
}
impl<V: Value> Shaping for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const CUBE: InputSampler = InputSampler::REAL_LINE.shape(&[2, 3, 4]);
    Vec::from(cases! {
        "reshape", order 2, [CUBE] => |x| x[0].reshape(&[4, 6]).square();
        "reshape to a size left open", order 2, [CUBE] => |x| x[0].reshape(&[4, -1]).square();
        "reshape of a permuted tensor", order 2, [CUBE] => |x| x[0].permute(&[2, 0, 1]).reshape(&[8, 3]).square();
        "permute", order 2, [CUBE] => |x| x[0].permute(&[2, 0, 1]).square();
        "transpose", order 2, [CUBE] => |x| x[0].transpose().square();
        "broadcast_to", order 2, [InputSampler::REAL_LINE.shape(&[3, 1])] => |x| x[0].broadcast_to(&[2, 3, 4]).square();
        "slice with a step", order 2, [CUBE] => |x| x[0].slice_step(2, 1, 2, 2).square();
        "slice of a range", order 2, [CUBE] => |x| x[0].slice(-1, ..-1).square();
        "slice of nothing", order 2, [CUBE] => |x| x[0].narrow(1, 3, 0).square();
        "select_index", order 2, [CUBE] => |x| x[0].select_index(1, 2).square();
        "flip", order 2, [CUBE] => |x| x[0].flip(&[0, 2]).square();
        "squeeze and unsqueeze", order 2, [InputSampler::REAL_LINE.shape(&[2, 1, 3])] => |x| x[0].squeeze(1).unsqueeze(2).square();
    })
}
