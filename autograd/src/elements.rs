//! The elements of a tensor one by one, and tensors of random elements.

use rand_chacha::rand_core::Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::random;
use crate::real::Real;
use crate::tensor::Tensor;
use crate::walk::Cursor;

/// Elements read at a time from a tensor that is not contiguous.
const CHUNK: usize = 64;

/// The elements of a tensor in row-major order: [`Tensor::iter`].
pub struct Iter<'a, T: Real> {
    tensor: &'a Tensor<T>,
    cursor: Cursor,
    stage: [T; CHUNK],
    next: usize,
}

impl<T: Real> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let left = self.tensor.len() - self.next;
        if left == 0 {
            return None;
        }
        let place = self.next % CHUNK;
        if place == 0 {
            let n = left.min(CHUNK);
            self.cursor
                .fill(self.tensor.storage(), &mut self.stage[..n]);
        }
        self.next += 1;
        Some(self.stage[place])
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.tensor.len() - self.next;
        (left, Some(left))
    }
}

impl<T: Real> ExactSizeIterator for Iter<'_, T> {}

impl<'a, T: Real> IntoIterator for &'a Tensor<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: Real> Tensor<T> {
    /// The elements in row-major order.
    ///
    /// ```
    /// use autograd::{Tensor, prelude::*};
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0f32]]).transpose();
    /// assert!(x.iter().eq([1.0, 3.0, 2.0, 4.0]));
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter {
            tensor: self,
            cursor: Cursor::new(self.layout()),
            stage: [T::ZERO; CHUNK],
            next: 0,
        }
    }

    /// Elements uniform on [0, 1), from a stream of random numbers.
    ///
    /// Both element types take one draw of 64 bits an element; an `f32` is the `f64` rounded down.
    ///
    /// ```
    /// use autograd::{Tensor, random};
    /// let x = Tensor::<f32>::rand(&[2, 3], &mut random::stream(0, "example", 0, 0));
    /// assert!(x.iter().all(|x| (0.0..1.0).contains(&x)));
    /// ```
    #[doc(alias = "uniform")]
    #[track_caller]
    pub fn rand(shape: &[usize], rng: &mut impl Rng) -> Self {
        // Half the distance of the format from 1 to the next number: as fine as it is just below 1.
        let unit = T::EPSILON.to_f64() / 2.0;
        Self::from_fn(shape, |_| {
            T::from_f64((random::unit(rng) / unit).floor() * unit)
        })
    }

    /// Elements from the standard normal distribution, from a stream of random numbers.
    ///
    /// The draws are those of `f64`, rounded.
    ///
    /// ```
    /// use autograd::{Tensor, random};
    /// let x = Tensor::<f64>::randn(&[2, 3], &mut random::stream(0, "example", 0, 0));
    /// let again = Tensor::randn(&[2, 3], &mut random::stream(0, "example", 0, 0));
    /// assert_eq!(x, again);
    /// ```
    #[doc(alias = "normal")]
    #[track_caller]
    pub fn randn(shape: &[usize], rng: &mut impl Rng) -> Self {
        Self::from_fn(shape, |_| T::from_f64(StandardNormal.sample(rng)))
    }
}
