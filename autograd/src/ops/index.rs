//! Indexing by numbers that are known only when the program runs.

use super::shape::Shaping;
use crate::buffer::Buffer;
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::layout::Dims;
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink, Value};
use crate::signed::{Signed, axis_of};
use crate::tensor::Tensor;

/// Positions along an axis, or class labels: an array of `u32` in pooled storage. Cloning copies a handle.
#[derive(Clone)]
pub struct Indices {
    buffer: Buffer<u32>,
    dims: Dims,
}

impl Indices {
    /// From a shape and the numbers in row-major order.
    ///
    /// # Panics
    /// If the shape does not have as many elements.
    #[track_caller]
    pub fn new(shape: &[usize], numbers: &[u32]) -> Self {
        let dims = Dims::new(shape);
        assert!(
            dims.count() == numbers.len(),
            "Indices::new: shape {shape:?} does not hold {} numbers",
            numbers.len()
        );
        Self {
            buffer: Buffer::copied(numbers),
            dims,
        }
    }

    /// `len` numbers along one axis, which `write` sets; it finds them with arbitrary values.
    pub fn written(len: usize, write: impl FnOnce(&mut [u32])) -> Self {
        let mut buffer = Buffer::recycled(len);
        write(buffer.unique_mut());
        Self {
            buffer,
            dims: Dims::new(&[len]),
        }
    }

    /// The sizes of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.dims
    }

    /// The numbers in row-major order.
    pub fn as_slice(&self) -> &[u32] {
        self.buffer.as_slice()
    }

    /// The number of numbers.
    pub fn len(&self) -> usize {
        self.dims.count()
    }

    /// Has no numbers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of `classes` zeros with a one at each number.
    ///
    /// # Panics
    /// If a number is not below `classes`.
    #[track_caller]
    pub fn one_hot<T: Real>(&self, classes: usize) -> Tensor<T> {
        if let Err(why) = self.below(classes) {
            panic!("one_hot: {why}");
        }
        let mut dims = self.dims;
        dims.push(classes);
        Tensor::written(dims, |out| {
            out.fill(T::ZERO);
            for (row, i) in self.as_slice().iter().enumerate() {
                out[row * classes + *i as usize] = T::ONE;
            }
        })
    }

    /// Are all numbers below `limit`? The error names the first that is not.
    pub(crate) fn below(&self, limit: usize) -> Result<(), String> {
        match self.as_slice().iter().find(|i| **i as usize >= limit) {
            Some(i) => Err(format!("index {i} is outside an axis of size {limit}")),
            None => Ok(()),
        }
    }
}

impl From<&[u32]> for Indices {
    fn from(numbers: &[u32]) -> Self {
        Self::new(&[numbers.len()], numbers)
    }
}

impl<const N: usize> From<[u32; N]> for Indices {
    fn from(numbers: [u32; N]) -> Self {
        Self::new(&[N], &numbers)
    }
}

impl std::fmt::Debug for Indices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Indices{:?} {:?}", self.dims, self.as_slice())
    }
}

/// The sizes before, at and after an axis.
fn around(dims: &Dims, axis: usize) -> (usize, usize, usize) {
    (
        dims[..axis].iter().product(),
        dims[axis],
        dims[axis + 1..].iter().product(),
    )
}

struct IndexSelect {
    axis: usize,
    index: Indices,
}
impl<T: Real> Rule<T> for IndexSelect {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "index_select"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        match x[0].shape().get(self.axis) {
            Some(size) => self.index.below(*size),
            None => Err(format!("it has no axis {}", self.axis)),
        }
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].contiguous();
        let (outer, n, inner) = around(&x.dims(), self.axis);
        let source = x.elements();
        let k = self.index.len();
        Tensor::written(x.dims().with(self.axis, k), |out| {
            for o in 0..outer {
                for (row, i) in self.index.as_slice().iter().enumerate() {
                    let from = (o * n + *i as usize) * inner;
                    out[(o * k + row) * inner..][..inner]
                        .copy_from_slice(&source[from..from + inner]);
                }
            }
        })
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let add = IndexAdd {
                axis: self.axis,
                size: x[0].dims()[self.axis],
                index: self.index.clone(),
            };
            V::apply(add, &[g])
        });
    }
}

/// Adds rows at positions of a larger axis of zeros: the adjoint of [`IndexSelect`].
struct IndexAdd {
    axis: usize,
    size: usize,
    index: Indices,
}
impl<T: Real> Rule<T> for IndexAdd {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "index_add"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].contiguous();
        let (outer, k, inner) = around(&x.dims(), self.axis);
        let source = x.elements();
        Tensor::written(x.dims().with(self.axis, self.size), |out| {
            out.fill(T::ZERO);
            for o in 0..outer {
                for (row, i) in self.index.as_slice().iter().enumerate() {
                    let to = (o * self.size + *i as usize) * inner;
                    let from = (o * k + row) * inner;
                    for (t, s) in out[to..to + inner].iter_mut().zip(&source[from..]) {
                        *t += *s;
                    }
                }
            }
        })
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || g.index_select(self.axis, &self.index));
    }
}

/// `out[…, j, …] = x[…, index[…, j, …], …]` along an axis.
struct Gather {
    axis: usize,
    index: Indices,
}
impl<T: Real> Rule<T> for Gather {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "gather"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let (dims, index) = (x[0].dims(), self.index.dims);
        if self.axis >= dims.len() {
            return Err(format!("it has no axis {}", self.axis));
        }
        if index.len() != dims.len() || index.with(self.axis, dims[self.axis]) != dims {
            return Err(format!(
                "indices of shape {index:?} differ in an axis other than {}",
                self.axis
            ));
        }
        self.index.below(dims[self.axis])
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].contiguous();
        let source = x.elements();
        let n = x.shape()[self.axis];
        Tensor::written(self.index.dims, |out| {
            each_entry(&self.index, self.axis, n, |entry, place| {
                out[entry] = source[place]
            });
        })
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let scatter = Scatter {
                axis: self.axis,
                size: x[0].dims()[self.axis],
                index: self.index.clone(),
            };
            V::apply(scatter, &[g])
        });
    }
}

/// Adds each element at its index of a larger axis of zeros: the adjoint of [`Gather`].
struct Scatter {
    axis: usize,
    size: usize,
    index: Indices,
}
impl<T: Real> Rule<T> for Scatter {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "scatter_add"
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        if x[0].dims() != self.index.dims {
            return Err(format!("there are indices of shape {:?}", self.index.dims));
        }
        self.index.below(self.size)
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].contiguous();
        let source = x.elements();
        Tensor::written(x.dims().with(self.axis, self.size), |out| {
            out.fill(T::ZERO);
            each_entry(&self.index, self.axis, self.size, |entry, place| {
                out[place] += source[entry];
            });
        })
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || g.gather(self.axis, &self.index));
    }
}

/// Calls `f` with the position of each index and the position it points to in a contiguous array whose axis has size
/// `n`.
fn each_entry(index: &Indices, axis: usize, n: usize, mut f: impl FnMut(usize, usize)) {
    let (_, k, inner) = around(&index.dims, axis);
    for (entry, i) in index.as_slice().iter().enumerate() {
        let outer = entry / (k * inner);
        f(entry, (outer * n + *i as usize) * inner + entry % inner);
    }
}

/// Indexing by [`Indices`]. Repeated indices add up in the gradient. Axes are named by [`Signed`] integers: −1 is the
/// last.
pub trait Indexing: Value {
    /// The rows (along `axis`) that `index`, of one axis, names.
    #[doc(alias = "take")]
    #[track_caller]
    fn index_select(&self, axis: impl Signed, index: &Indices) -> Self {
        let axis = axis_of("index_select", &self.dims(), axis);
        assert!(
            index.dims.len() == 1,
            "index_select takes indices of one axis, not of shape {:?}",
            index.dims
        );
        let index = index.clone();
        Self::apply(IndexSelect { axis, index }, &[self])
    }
    /// `out[…, j, …] = self[…, index[…, j, …], …]` along an axis; `index` has the other axes of `self`.
    #[doc(alias = "take_along_axis")]
    #[track_caller]
    fn gather(&self, axis: impl Signed, index: &Indices) -> Self {
        let axis = axis_of("gather", &self.dims(), axis);
        let index = index.clone();
        Self::apply(Gather { axis, index }, &[self])
    }
    /// `self` with each element of `source`, which has the shape of `index`, added at its index along an axis.
    #[track_caller]
    fn scatter_add(&self, axis: impl Signed, index: &Indices, source: &Self) -> Self {
        let dims = self.dims();
        let axis = axis_of("scatter_add", &dims, axis);
        let fits = axis < dims.len()
            && index.dims.len() == dims.len()
            && index.dims.with(axis, dims[axis]) == dims;
        assert!(
            fits,
            "scatter_add of shape {dims:?}: indices of shape {:?} differ in an axis other than {axis}",
            index.dims
        );
        let scatter = Scatter {
            axis,
            size: dims[axis],
            index: index.clone(),
        };
        self.clone() + &Self::apply(scatter, &[source])
    }
    /// Element `index[i]` of row `i` of a matrix.
    #[track_caller]
    fn pick(&self, index: &Indices) -> Self {
        let column = Indices {
            buffer: index.buffer.clone(),
            dims: Dims::new(&[index.len(), 1]),
        };
        self.gather(1, &column).squeeze(1)
    }
}
impl<V: Value> Indexing for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const FLAT: InputSampler = InputSampler::REAL_LINE.shape(&[3, 4]);
    Vec::from(cases! {
        "index_select of rows", order 2, [FLAT] => |x| x[0].index_select(0, &Indices::from([2, 0, 2, 1])).square();
        "index_select of columns", order 2, [FLAT] => |x| x[0].index_select(1, &Indices::from([3, 3, 0])).square();
        "gather", order 2, [FLAT] => |x| x[0].gather(1, &Indices::new(&[3, 2], &[1, 1, 0, 3, 2, 2])).square();
        "scatter_add", order 2, [FLAT, InputSampler::REAL_LINE.shape(&[2, 4])] => |x| {
            x[0].scatter_add(0, &Indices::new(&[2, 4], &[1, 1, 0, 2, 1, 2, 0, 2]), &x[1]).square()
        };
        "pick", order 2, [FLAT] => |x| x[0].pick(&Indices::from([1, 0, 3])).square();
    })
}
