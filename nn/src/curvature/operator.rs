//! A symmetric map that is known by its products with vectors.

use std::ops::Range;

use autograd::Real;

/// What writes the product of the map with a vector.
type Product<'a> = Box<dyn FnMut(&[f64], &mut [f64]) + 'a>;

/// A symmetric linear map of vectors, and how often it was applied.
pub struct Operator<'a> {
    len: usize,
    apply: Product<'a>,
    products: usize,
}

impl<'a> Operator<'a> {
    /// The map of vectors of `len` numbers whose product with a vector `apply` writes.
    pub fn new(len: usize, apply: impl FnMut(&[f64], &mut [f64]) + 'a) -> Self {
        Self {
            len,
            apply: Box::new(apply),
            products: 0,
        }
    }

    /// A map that is computed in `T`, such as the one that [`Hessian`](crate::Hessian) hands out.
    pub fn computed_in<T: Real>(
        len: usize,
        product: &'a mut dyn FnMut(&[T], &mut [T]),
    ) -> Operator<'a> {
        let mut given = vec![T::ZERO; len];
        let mut found = vec![T::ZERO; len];
        Operator::new(len, move |v, out| {
            for (g, v) in given.iter_mut().zip(v) {
                *g = T::from_f64(*v);
            }
            product(&given, &mut found);
            for (o, f) in out.iter_mut().zip(&found) {
                *o = f.to_f64();
            }
        })
    }

    /// The length of the vectors.
    pub fn len(&self) -> usize {
        self.len
    }

    /// No numbers at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of times that it was applied, also by way of its blocks.
    pub fn products(&self) -> usize {
        self.products
    }

    /// Writes the product with `v` into `out`.
    ///
    /// # Panics
    /// If either has not the map's length.
    #[track_caller]
    pub fn apply(&mut self, v: &[f64], out: &mut [f64]) {
        assert!(
            v.len() == self.len && out.len() == self.len,
            "vectors of {} and {} numbers for a map of {}",
            v.len(),
            out.len(),
            self.len
        );
        self.products += 1;
        (self.apply)(v, out);
    }

    /// The diagonal block of some of the numbers, in the order of the ranges: those that are trained, or one layer's.
    ///
    /// # Panics
    /// If a range reaches beyond the vectors.
    #[track_caller]
    pub fn block(&mut self, ranges: &[Range<usize>]) -> Operator<'_> {
        assert!(
            ranges.iter().all(|r| r.end <= self.len),
            "a block of {ranges:?} in a map of {}",
            self.len
        );
        let len = ranges.iter().map(Range::len).sum();
        let ranges = ranges.to_vec();
        let mut given = vec![0.0; self.len];
        let mut found = vec![0.0; self.len];
        Operator::new(len, move |v, out| {
            let mut at = 0;
            for r in &ranges {
                given[r.clone()].copy_from_slice(&v[at..at + r.len()]);
                at += r.len();
            }
            self.apply(&given, &mut found);
            let mut at = 0;
            for r in &ranges {
                out[at..at + r.len()].copy_from_slice(&found[r.clone()]);
                at += r.len();
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_cut_out_of_the_map() {
        // The matrix with 10·i + j in row i and column j, made symmetric.
        let entry = |i: usize, j: usize| (10 * i.min(j) + i.max(j)) as f64;
        let mut whole = Operator::new(5, |v, out| {
            for (i, o) in out.iter_mut().enumerate() {
                *o = (0..5).map(|j| entry(i, j) * v[j]).sum();
            }
        });
        let mut out = [0.0; 3];
        let mut block = whole.block(&[1..2, 3..5]);
        assert_eq!(block.len(), 3);
        block.apply(&[0.0, 1.0, 0.0], &mut out);
        drop(block);
        assert_eq!(out, [entry(1, 3), entry(3, 3), entry(4, 3)]);
        assert_eq!(whole.products(), 1);
    }
}
