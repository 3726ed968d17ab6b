//! Parameters: one flat vector and a table of named segments.
//!
//! Optimizers, checkpoints, landscapes and curvature work on the flat vector; layers hold a [`ParamId`] and see their
//! segment. The order of segments is the order of declaration and never changes.

use std::ops::Range;
use std::sync::Arc;

use autograd::{Real, Tensor};
use thiserror::Error;

use crate::init::Init;

/// What a segment is for. It decides what weight decay and penalties touch.
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
    /// What it is for.
    pub kind: Kind,
    /// Its shape: `[in, out]` for linear weights, `[out, in, height, width]` for convolutions.
    pub shape: Vec<usize>,
    /// Whether files hold its two axes the other way round, as PyTorch holds linear weights. The units of such a weight are
    /// its columns, those of another its entries along the first axis.
    pub transposed: bool,
    /// Where it lies in the flat vector, row-major.
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

/// A model whose parameters need more memory than allowed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "the model is too large: with {segment} of shape {shape:?} its parameters need {needed}, more than the {limit} bytes allowed; choose smaller layers"
)]
pub struct TooLarge {
    /// The segment at which the limit was passed.
    pub segment: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// What is needed so far, in words.
    pub needed: String,
    /// The limit in bytes.
    pub limit: usize,
}

/// Declarations of segments, collected before anything is allocated.
#[derive(Clone, Debug, Default)]
pub struct ParamsBuilder {
    declared: Vec<Declared>,
}

#[derive(Clone, Debug)]
struct Declared {
    name: String,
    kind: Kind,
    shape: Vec<usize>,
    transposed: bool,
    init: Init,
}

impl ParamsBuilder {
    /// No segments yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares a segment and returns its handle. Nothing is allocated for its values.
    ///
    /// # Panics
    /// If there is a segment of this name already, or if `init` cannot fill this shape (see [`Init::check`]).
    #[track_caller]
    pub fn add(&mut self, name: &str, kind: Kind, shape: &[usize], init: Init) -> ParamId {
        self.declare(name, kind, shape, false, init)
    }

    /// Declares a weight `[in, out]` that files hold as `[out, in]`, as PyTorch does with those of linear layers.
    ///
    /// # Panics
    /// As [`add`](Self::add).
    #[track_caller]
    pub fn add_transposed(
        &mut self,
        name: &str,
        [inputs, outputs]: [usize; 2],
        init: Init,
    ) -> ParamId {
        self.declare(name, Kind::Weight, &[inputs, outputs], true, init)
    }

    #[track_caller]
    fn declare(
        &mut self,
        name: &str,
        kind: Kind,
        shape: &[usize],
        transposed: bool,
        init: Init,
    ) -> ParamId {
        assert!(
            self.declared.iter().all(|d| d.name != name),
            "there are two parameters named {name}"
        );
        if let Err(why) = init.check(shape) {
            panic!("parameter {name}: {why}");
        }
        self.declared.push(Declared {
            name: name.to_owned(),
            kind,
            shape: shape.to_vec(),
            transposed,
            init,
        });
        ParamId(self.declared.len() - 1)
    }

    /// The table of segments, if all values fit in `limit` bytes at `size` bytes each.
    pub fn layout(&self, size: usize, limit: usize) -> Result<Vec<Segment>, TooLarge> {
        let mut end = 0usize;
        let mut segments = Vec::with_capacity(self.declared.len());
        for d in &self.declared {
            let too_large = |needed| TooLarge {
                segment: d.name.clone(),
                shape: d.shape.clone(),
                needed,
                limit,
            };
            let start = end;
            let bytes = count(&d.shape)
                .and_then(|n| start.checked_add(n))
                .and_then(|n| {
                    end = n;
                    n.checked_mul(size)
                })
                .ok_or_else(|| too_large("more bytes than can be counted".to_owned()))?;
            if bytes > limit {
                return Err(too_large(format!("{bytes} bytes")));
            }
            segments.push(Segment {
                name: d.name.clone(),
                kind: d.kind,
                shape: d.shape.clone(),
                transposed: d.transposed,
                range: start..end,
            });
        }
        Ok(segments)
    }

    /// Allocates the flat vector and draws the initial values, each segment from the stream `init/NAME` of `seed`.
    ///
    /// # Errors
    /// If the values would need more than `limit` bytes, or the system does not give as many. A training run holds the
    /// parameters several times over (gradient, optimizer state): the limit is for one copy.
    pub fn build<T: Real>(self, seed: u64, limit: usize) -> Result<Params<T>, TooLarge> {
        let segments = self.layout(size_of::<T>(), limit)?;
        let len = segments.last().map_or(0, |s| s.range.end);
        let Some(mut values) = Tensor::<T>::try_zeros(&[len]) else {
            let (name, shape) = self.largest();
            return Err(TooLarge {
                segment: name,
                shape,
                needed: format!(
                    "{} bytes, more than the system has free",
                    len * size_of::<T>()
                ),
                limit,
            });
        };
        let flat = values.as_mut_slice();
        for (segment, d) in segments.iter().zip(&self.declared) {
            let mut rng = autograd::random::stream(seed, &format!("init/{}", d.name), 0, 0);
            d.init
                .fill(&d.shape, &mut rng, &mut flat[segment.range.clone()]);
        }
        Ok(Params {
            values,
            segments: segments.into(),
        })
    }

    /// Name and shape of the largest segment.
    fn largest(&self) -> (String, Vec<usize>) {
        let largest = self.declared.iter().max_by_key(|d| count(&d.shape));
        largest.map_or_else(Default::default, |d| (d.name.clone(), d.shape.clone()))
    }
}

/// The number of elements of a shape, unless it overflows.
pub(crate) fn count(shape: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d))
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

    /// Which stretches of the flat vector an optimizer moves, and how strongly each is decayed: weights by
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

    #[test]
    fn what_does_not_fit_is_refused_before_it_is_allocated() {
        let build = |shape: &[usize], limit| {
            let mut b = ParamsBuilder::new();
            b.add("0.weight", Kind::Weight, shape, Init::Zeros);
            b.build::<f64>(0, limit).map(|p| p.len())
        };
        assert_eq!(build(&[10, 10], 800), Ok(100));
        let e = build(&[10, 10], 799).unwrap_err().to_string();
        assert_eq!(
            e,
            "the model is too large: with 0.weight of shape [10, 10] its parameters need 800 bytes, more than the 799 bytes allowed; choose smaller layers"
        );
        for shape in [
            &[usize::MAX, 2][..],
            &[usize::MAX / 2],
            &[usize::MAX / 8 + 1],
        ] {
            let e = build(shape, usize::MAX).unwrap_err();
            assert_eq!(e.needed, "more bytes than can be counted", "{shape:?}");
        }
        let e = build(&[isize::MAX as usize / 8], usize::MAX).unwrap_err();
        assert!(e.needed.ends_with("more than the system has free"), "{e}");
        assert_eq!(build(&[usize::MAX, usize::MAX, 0], 0), Ok(0));
    }

    #[test]
    #[should_panic(expected = "two parameters named 0.bias")]
    fn names_are_unique() {
        let mut b = declared();
        b.add("0.bias", Kind::Bias, &[1], Init::Zeros);
    }
}
