//! Parameters: one flat vector and a table of named segments.
//!
//! Optimizers, checkpoints, landscapes and curvature work on the flat vector; layers hold a [`ParamId`] and see their
//! segment. The order of segments is the order of declaration and never changes.

mod builder;

use std::ops::Range;
use std::sync::Arc;

use autograd::{Real, Tensor};

pub use builder::{ParamsBuilder, TooLarge};

/// Purpose of a segment. It decides what weight decay and penalties touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A weight of a linear layer or a convolution: the only kind that is decayed.
    Weight,
    /// A bias.
    Bias,
    /// A scale or shift of a normalization.
    Norm,
    /// Not trained, but part of the model, such as a running mean.
    Buffer,
}

/// One named piece of the flat vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The name in PyTorch's state dict, such as `0.weight`.
    pub name: String,
    /// Its purpose.
    pub kind: Kind,
    /// Its shape: `[in, out]` for linear weights, `[out, in, height, width]` for convolutions.
    pub shape: Vec<usize>,
    /// True if files hold its two axes the other way round, as PyTorch holds linear weights. The units of such a weight are
    /// its columns, those of another its entries along the first axis.
    pub transposed: bool,
    /// Its place in the flat vector, row-major.
    pub range: Range<usize>,
}

/// A handle to a segment: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(usize);

impl ParamId {
    /// The place in the table, from 0.
    pub fn position(self) -> usize {
        self.0
    }
}

/// The parameters of a model. A clone is a copy of the values; the table is shared.
#[derive(Debug)]
pub struct Params<T: Real> {
    values: Tensor<T>,
    segments: Arc<[Segment]>,
}

impl<T: Real> Clone for Params<T> {
    fn clone(&self) -> Self {
        Self {
            values: Tensor::new(&[self.len()], self.values()),
            segments: Arc::clone(&self.segments),
        }
    }
}

impl<T: Real> Params<T> {
    /// All values, segment after segment.
    pub fn values(&self) -> &[T] {
        self.values.elements()
    }

    /// All values, to write.
    ///
    /// # Panics
    /// While a view of them lives, on a tape or elsewhere: it would need a copy, and the optimizer would move that.
    #[track_caller]
    pub fn values_mut(&mut self) -> &mut [T] {
        assert!(
            self.values.is_unique() || self.values.is_empty(),
            "the parameters were to be written while a view of them lives"
        );
        self.values.as_mut_slice()
    }

    /// One parameter as a view of the flat vector, in its shape.
    ///
    /// # Panics
    /// As [`segment`](Self::segment).
    #[track_caller]
    pub fn view(&self, id: ParamId) -> Tensor<T> {
        let s = &self.segments[id.0];
        self.values.segment(s.range.start, &s.shape)
    }

    /// Zeros for so many networks with these segments: each segment has them along a leading axis.
    pub(crate) fn stacked(&self, networks: usize) -> Self {
        let stacked = |s: &Segment| Segment {
            shape: [&[networks], &s.shape[..]].concat(),
            range: s.range.start * networks..s.range.end * networks,
            ..s.clone()
        };
        Self {
            values: Tensor::zeros(&[self.len() * networks]),
            segments: self.segments.iter().map(stacked).collect(),
        }
    }

    /// The number of values, buffers included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// No values at all.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of values that are trained: all but the buffers.
    pub fn trained(&self) -> usize {
        let trained = self.segments.iter().filter(|s| s.kind != Kind::Buffer);
        trained.map(|s| s.range.len()).sum()
    }

    /// The table, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Every segment with its handle and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (ParamId, &Segment, &[T])> {
        let segments = self.segments.iter().enumerate();
        segments.map(|(i, s)| (ParamId(i), s, &self.values()[s.range.clone()]))
    }

    /// The handle of the segment of this name.
    pub fn find(&self, name: &str) -> Option<ParamId> {
        self.segments
            .iter()
            .position(|s| s.name == name)
            .map(ParamId)
    }

    /// The entry of the table.
    ///
    /// # Panics
    /// If `id` belongs to another model with more segments.
    #[track_caller]
    pub fn segment(&self, id: ParamId) -> &Segment {
        &self.segments[id.0]
    }

    /// The values of one segment, row-major.
    ///
    /// # Panics
    /// As [`segment`](Self::segment).
    #[track_caller]
    pub fn slice(&self, id: ParamId) -> &[T] {
        &self.values()[self.segments[id.0].range.clone()]
    }

    /// The values of one segment, to write.
    ///
    /// # Panics
    /// As [`segment`](Self::segment).
    #[track_caller]
    pub fn slice_mut(&mut self, id: ParamId) -> &mut [T] {
        let range = self.segments[id.0].range.clone();
        &mut self.values_mut()[range]
    }

    /// Stretches of the flat vector that an optimizer moves, and how strongly each is decayed: weights by
    /// `weight_decay`, biases and normalizations by 0; buffers are left out.
    pub fn runs(&self, weight_decay: f64) -> Vec<(Range<usize>, f64)> {
        let mut runs: Vec<(Range<usize>, f64)> = Vec::new();
        for s in self.segments.iter().filter(|s| !s.range.is_empty()) {
            let decay = match s.kind {
                Kind::Weight => weight_decay,
                Kind::Bias | Kind::Norm => 0.0,
                Kind::Buffer => continue,
            };
            match runs.last_mut() {
                Some((range, d)) if range.end == s.range.start && *d == decay => {
                    range.end = s.range.end;
                }
                _ => runs.push((s.range.clone(), decay)),
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::Init;

    /// A small model with every kind of segment.
    fn declared() -> ParamsBuilder {
        let mut b = ParamsBuilder::new();
        b.add_transposed("0.weight", [3, 4], Init::HE_NORMAL);
        b.add("0.bias", Kind::Bias, &[4], Init::Zeros);
        b.add("1.weight", Kind::Norm, &[4], Init::Constant(1.0));
        b.add("1.bias", Kind::Norm, &[4], Init::Zeros);
        b.add("1.running_mean", Kind::Buffer, &[4], Init::Zeros);
        b.add("3.weight", Kind::Weight, &[4, 2], Init::HE_NORMAL);
        b
    }

    #[test]
    fn segments_lie_one_after_another() {
        let p = declared().build::<f32>(1, 1 << 20).unwrap();
        assert_eq!(p.len(), 36);
        assert_eq!(p.trained(), 32);
        let mut end = 0;
        for (id, s, values) in p.iter() {
            assert_eq!(s.range.start, end);
            end = s.range.end;
            assert_eq!(values.len(), s.shape.iter().product::<usize>());
            assert_eq!(p.find(&s.name), Some(id));
            assert_eq!(p.slice(id), &p.values()[s.range.clone()]);
        }
        assert_eq!(p.slice(p.find("1.weight").unwrap()), [1.0; 4]);
        assert_eq!(p.find("2.weight"), None);
    }

    #[test]
    fn a_segment_does_not_depend_on_its_neighbours() {
        let all = declared().build::<f32>(7, 1 << 20).unwrap();
        let mut b = ParamsBuilder::new();
        let id = b.add("3.weight", Kind::Weight, &[4, 2], Init::HE_NORMAL);
        let alone = b.clone().build::<f32>(7, 1 << 20).unwrap();
        assert_eq!(alone.slice(id), all.slice(all.find("3.weight").unwrap()));
        let other = b.build::<f32>(8, 1 << 20).unwrap();
        assert_ne!(alone.slice(id), other.slice(id));
    }

    #[test]
    fn only_weights_decay_and_buffers_stay_out() {
        let p = declared().build::<f32>(1, 1 << 20).unwrap();
        assert_eq!(p.runs(0.1), [(0..12, 0.1), (12..24, 0.0), (28..36, 0.1)]);
        assert_eq!(p.runs(0.0), [(0..24, 0.0), (28..36, 0.0)]);
    }
}
