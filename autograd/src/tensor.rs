//! The tensor: a strided view of shared, pooled storage.

use std::fmt;

use crate::buffer::Buffer;
use crate::layout::{Dims, Layout};
use crate::real::Real;
use crate::walk::Cursor;

/// An array of `f32` or `f64` with up to [`MAX_RANK`](crate::MAX_RANK) axes.
///
/// Cloning, transposing, slicing and broadcasting make views of the same storage and copy nothing. Writing
/// ([`as_mut_slice`](Tensor::as_mut_slice)) copies first when another view could see it: a view never sees a later
/// write. Operations are in the traits of [`prelude`](crate::prelude), the same for tensors and variables.
///
/// ```
/// use autograd::{Tensor, prelude::*};
/// let x = Tensor::new(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0f32]);
/// assert_eq!(x.transpose().sum_axes(&[0]).to_vec(), [6.0, 15.0]);
/// ```
#[derive(Clone)]
pub struct Tensor<T: Real = f32> {
    buffer: Buffer<T>,
    layout: Layout,
}

impl<T: Real> Tensor<T> {
    /// From a shape and the elements in row-major order.
    ///
    /// # Panics
    /// If the shape does not have as many elements.
    #[track_caller]
    pub fn new(shape: &[usize], elements: &[T]) -> Self {
        let dims = Dims::new(shape);
        assert!(
            dims.count() == elements.len(),
            "Tensor::new: shape {shape:?} does not hold {} elements",
            elements.len()
        );
        Self::of(Buffer::copied(elements), dims)
    }

    /// One number, of shape `[]`.
    pub fn scalar(x: T) -> Self {
        Self::of(Buffer::filled(1, x), Dims::default())
    }

    /// All elements `x`.
    #[track_caller]
    pub fn full(shape: &[usize], x: T) -> Self {
        let dims = Dims::new(shape);
        Self::of(Buffer::filled(dims.count(), x), dims)
    }

    /// All elements 0.
    #[track_caller]
    pub fn zeros(shape: &[usize]) -> Self {
        Self::full(shape, T::ZERO)
    }

    /// All elements 1.
    #[track_caller]
    pub fn ones(shape: &[usize]) -> Self {
        Self::full(shape, T::ONE)
    }

    /// The identity matrix of shape `[n, n]`.
    #[track_caller]
    pub fn eye(n: usize) -> Self {
        Self::from_fn(&[n, n], |i| if i % (n + 1) == 0 { T::ONE } else { T::ZERO })
    }

    /// 0, 1, …, n − 1.
    pub fn arange(n: usize) -> Self {
        Self::from_fn(&[n], |i| T::from_f64(i as f64))
    }

    /// `n` numbers from `from` to `to`, both included, evenly spaced.
    pub fn linspace(from: f64, to: f64, n: usize) -> Self {
        let last = n.saturating_sub(1).max(1) as f64;
        Self::from_fn(&[n], |i| {
            let t = i as f64 / last;
            T::from_f64(from * (1.0 - t) + to * t)
        })
    }

    /// Element `i` in row-major order is `f(i)`.
    #[track_caller]
    pub fn from_fn(shape: &[usize], mut f: impl FnMut(usize) -> T) -> Self {
        let mut i = 0;
        Self::written(Dims::new(shape), |out| {
            for x in out {
                *x = f(i);
                i += 1;
            }
        })
    }

    /// All elements 0, unless the system has no memory for them.
    pub fn try_zeros(shape: &[usize]) -> Option<Self> {
        let dims = Dims::new(shape);
        let mut buffer = Buffer::try_recycled(dims.count())?;
        buffer.unique_mut().fill(T::ZERO);
        Some(Self::of(buffer, dims))
    }

    /// A view of `shape` on the elements from `start` on of a contiguous tensor.
    ///
    /// # Panics
    /// If they are not all there, or the tensor is not contiguous.
    #[track_caller]
    pub fn segment(&self, start: usize, shape: &[usize]) -> Self {
        let dims = Dims::new(shape);
        let inside = start
            .checked_add(dims.count())
            .is_some_and(|end| end <= self.len());
        assert!(
            inside && self.layout.is_contiguous(),
            "segment: {dims:?} from {start} on is not in a contiguous tensor of shape {:?}",
            self.shape()
        );
        let mut layout = Layout::contiguous(dims);
        layout.offset = self.layout.offset + start;
        self.view(layout)
    }

    /// A contiguous tensor whose elements `write` sets; it finds them with arbitrary values.
    #[inline]
    pub fn written(shape: Dims, write: impl FnOnce(&mut [T])) -> Self {
        let mut new = Self::recycled(shape);
        write(new.buffer.unique_mut());
        new
    }

    /// A contiguous tensor with arbitrary values.
    fn recycled(shape: Dims) -> Self {
        Self::of(Buffer::recycled(shape.count()), shape)
    }

    fn of(buffer: Buffer<T>, shape: Dims) -> Self {
        Self {
            buffer,
            layout: Layout::contiguous(shape),
        }
    }

    /// The sizes of the axes, outermost first.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        &self.layout.shape
    }

    /// The sizes of the axes as a value.
    #[inline]
    pub fn dims(&self) -> Dims {
        self.layout.shape
    }

    /// Are the shapes equal?
    #[inline]
    pub(crate) fn is_shaped_as(&self, other: &Self) -> bool {
        self.layout.shape == other.layout.shape
    }

    /// The distance between neighbours along each axis, in elements.
    pub fn strides(&self) -> &[isize] {
        self.layout.strides()
    }

    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.layout.shape.len()
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.layout.shape.count()
    }

    /// Has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in row-major order, if they lie so in the storage.
    #[inline]
    pub fn as_slice(&self) -> Option<&[T]> {
        self.layout.is_contiguous().then(|| {
            let start = self.layout.offset;
            let len = self.len();
            if len == 0 {
                &[]
            } else {
                &self.buffer.as_slice()[start..start + len]
            }
        })
    }

    /// The elements in row-major order, of a tensor that was made [contiguous](Tensor::contiguous).
    ///
    /// # Panics
    /// If it is not contiguous.
    #[inline]
    #[track_caller]
    pub fn elements(&self) -> &[T] {
        match self.as_slice() {
            Some(elements) => elements,
            None => panic!(
                "elements of shape {:?}: the tensor is not contiguous",
                self.shape()
            ),
        }
    }

    /// The elements in column-major order, of a matrix that lies so in the storage, and not in row-major order too.
    pub fn column_major(&self) -> Option<&[T]> {
        let ([rows, columns], strides) = (self.shape(), self.strides()) else {
            return None;
        };
        let lies_so = *rows > 1 && *columns > 1 && strides == [1, *rows as isize];
        let start = self.layout.offset;
        lies_so.then(|| &self.storage()[start..start + rows * columns])
    }

    /// The whole storage, for kernels that take strides.
    pub(crate) fn storage(&self) -> &[T] {
        self.buffer.as_slice()
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Another view of the same storage.
    pub(crate) fn view(&self, layout: Layout) -> Self {
        Self {
            buffer: self.buffer.clone(),
            layout,
        }
    }

    /// Does this handle alone refer to the storage, so that writing copies nothing?
    pub fn is_unique(&self) -> bool {
        self.buffer.is_unique()
    }

    /// Do two tensors share storage?
    pub fn shares_storage(&self, other: &Self) -> bool {
        self.buffer.same(&other.buffer)
    }

    /// The same elements, in row-major order in the storage; copies only if they do not lie so already.
    pub fn contiguous(&self) -> Self {
        if self.layout.is_contiguous() {
            return self.clone();
        }
        Self::written(self.layout.shape, |out| {
            self.copy_to(out);
        })
    }

    /// The elements for writing, in row-major order. Copies them first if they do not lie so or if another tensor
    /// refers to the storage.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        if !(self.layout.is_contiguous() && self.buffer.is_unique()) {
            *self = Self::written(self.layout.shape, |out| self.copy_to(out));
        }
        let start = self.layout.offset;
        let len = self.len();
        if len == 0 {
            return &mut [];
        }
        &mut self.buffer.unique_mut()[start..start + len]
    }

    /// Copies the elements in row-major order into a slice of as many.
    pub(crate) fn copy_to(&self, out: &mut [T]) {
        Cursor::new(&self.layout).fill(self.buffer.as_slice(), out);
    }

    /// The elements in row-major order.
    #[doc(alias = "tolist")]
    pub fn to_vec(&self) -> Vec<T> {
        let mut out = vec![T::ZERO; self.len()];
        self.copy_to(&mut out);
        out
    }

    /// The elements in row-major order, for the tensor. Copies: the storage of tensors is aligned and pooled.
    pub fn into_vec(self) -> Vec<T> {
        self.to_vec()
    }

    /// The element at an index.
    ///
    /// # Panics
    /// If the index is outside the shape.
    #[track_caller]
    pub fn at(&self, index: &[usize]) -> T {
        let inside =
            index.len() == self.rank() && index.iter().zip(self.shape()).all(|(i, size)| i < size);
        assert!(
            inside,
            "index {index:?} is outside a tensor of shape {:?}",
            self.shape()
        );
        self.buffer.as_slice()[self.layout.position(index)]
    }

    /// The only element.
    ///
    /// # Panics
    /// If there is not exactly one.
    #[track_caller]
    pub fn item(&self) -> T {
        assert!(
            self.len() == 1,
            "item: a tensor of shape {:?} does not have exactly one element",
            self.shape()
        );
        self.buffer.as_slice()[self.layout.offset]
    }

    /// With every element turned into another type; `f64` to `f32` rounds to nearest.
    pub fn cast<U: Real>(&self) -> Tensor<U> {
        let source = self.contiguous();
        let source = source.elements();
        Tensor::written(self.layout.shape, |out| {
            for (o, x) in out.iter_mut().zip(source) {
                *o = U::from_f64(x.to_f64());
            }
        })
    }
}

impl<T: Real> PartialEq for Tensor<T> {
    /// Equal shapes and equal elements (NaN is unlike itself).
    fn eq(&self, other: &Self) -> bool {
        if self.shape() != other.shape() {
            return false;
        }
        let (a, b) = (self.contiguous(), other.contiguous());
        a.as_slice() == b.as_slice()
    }
}

impl<T: Real> From<T> for Tensor<T> {
    fn from(x: T) -> Self {
        Self::scalar(x)
    }
}

impl<T: Real, const N: usize> From<[T; N]> for Tensor<T> {
    fn from(x: [T; N]) -> Self {
        Self::new(&[N], &x)
    }
}

impl<T: Real> From<Vec<T>> for Tensor<T> {
    /// One axis. Copies: the storage of tensors is aligned and pooled.
    fn from(x: Vec<T>) -> Self {
        Self::from(&x[..])
    }
}

impl<T: Real> From<&[T]> for Tensor<T> {
    fn from(x: &[T]) -> Self {
        Self::new(&[x.len()], x)
    }
}

impl<T: Real, const N: usize, const M: usize> From<[[T; M]; N]> for Tensor<T> {
    fn from(x: [[T; M]; N]) -> Self {
        Self::new(&[N, M], x.as_flattened())
    }
}

impl<T: Real> fmt::Debug for Tensor<T> {
    /// Shape and up to eight elements.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements = self.to_vec();
        let shown = &elements[..elements.len().min(8)];
        write!(f, "Tensor<{}>{:?} {:?}", T::NAME, self.layout.shape, shown)?;
        if shown.len() < elements.len() {
            write!(f, " and {} more", elements.len() - shown.len())?;
        }
        Ok(())
    }
}
