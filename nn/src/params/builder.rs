//! Declarations of parameters, and what becomes of them.

use autograd::{Real, Tensor};
use thiserror::Error;

use super::{Kind, ParamId, Params, Segment};
use crate::init::Init;
use crate::shape::element_count;

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
    /// Requirements so far, in words.
    pub needed: String,
    /// The limit in bytes.
    pub limit: usize,
}

/// Declarations of segments, collected before anything is allocated.
#[derive(Clone, Debug, Default)]
pub struct ParamsBuilder {
    declared: Vec<Declared>,
    /// What biases start at.
    biases: f64,
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

    /// With biases that start at this value instead of 0.
    pub fn biases(mut self, value: f64) -> Self {
        self.biases = value;
        self
    }

    /// Declares the bias of a layer, which starts at the [value of all of them](Self::biases).
    ///
    /// # Panics
    /// If there is a segment of this name already.
    #[track_caller]
    pub fn add_bias(&mut self, name: &str, outputs: usize) -> ParamId {
        let init = match self.biases {
            0.0 => Init::Zeros,
            value => Init::Constant(value),
        };
        self.add(name, Kind::Bias, &[outputs], init)
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

    /// The number of values declared, buffers included, without building them. Counted in 128 bits and held at the largest
    /// such number, so that widths beyond reason do not overflow.
    pub fn count(&self) -> u128 {
        let values = |d: &Declared| {
            let sizes = d.shape.iter().map(|n| *n as u128);
            sizes.fold(1, u128::saturating_mul)
        };
        let counts = self.declared.iter().map(values);
        counts.fold(0, u128::saturating_add)
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
            let bytes = element_count(&d.shape)
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
    #[inline(never)]
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
        let largest = self.declared.iter().max_by_key(|d| element_count(&d.shape));
        largest.map_or_else(Default::default, |d| (d.name.clone(), d.shape.clone()))
    }
}

#[cfg(test)]
mod tests {
    use autograd::Activation;

    use super::*;
    use crate::layers::{Autoencoder, Cnn, Mlp};

    fn mlp(hidden: &[usize]) -> Mlp {
        Mlp {
            inputs: 20,
            hidden: hidden.to_vec(),
            outputs: 4,
            activation: Activation::Relu,
            batch_norm: true,
            dropout: 0.2,
            init: Init::HE_NORMAL,
        }
    }

    fn declared(declare: impl FnOnce(&mut ParamsBuilder)) -> ParamsBuilder {
        let mut b = ParamsBuilder::new();
        declare(&mut b);
        b
    }

    #[test]
    fn what_is_counted_is_what_is_built() {
        let autoencoder = Autoencoder::new(64, 8, 3, Activation::Tanh, Init::XAVIER_UNIFORM);
        let networks = [
            declared(|b| drop(mlp(&[7, 5]).declare::<f32>(b))),
            declared(|b| drop(Cnn::new([3, 16, 16], 10).declare::<f32>(b))),
            declared(|b| drop(autoencoder.declare::<f32>(b))),
            ParamsBuilder::new(),
        ];
        for b in networks {
            let count = b.count();
            let built = b.build::<f32>(1, usize::MAX).unwrap();
            assert_eq!(count, built.len() as u128);
        }
    }

    #[test]
    fn widths_beyond_reason_are_counted_without_overflow() {
        let w = 1_usize << 62;
        let two = declared(|b| drop(mlp(&[w, w]).declare::<f32>(b)));
        let w = w as u128;
        // Weights 20·w, w² and 4·w; biases w, w and 4; batch normalizations of 4·w and a count of batches each.
        assert_eq!(two.count(), w * w + 34 * w + 4 + 2);
        let most = usize::MAX;
        let three = declared(|b| drop(mlp(&[most; 3]).declare::<f32>(b)));
        assert_eq!(three.count(), u128::MAX);
        let cnn = Cnn {
            blocks: vec![most, most],
            hidden: vec![most],
            ..Cnn::new([most, 64, 64], 10)
        };
        let cnn = declared(|b| drop(cnn.declare::<f32>(b)));
        assert_eq!(cnn.count(), u128::MAX);
        let autoencoder = Autoencoder::new(most, most, 2, Activation::Relu, Init::Zeros);
        let autoencoder = declared(|b| drop(autoencoder.declare::<f32>(b)));
        assert_eq!(autoencoder.count(), u128::MAX);
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
        let mut b = ParamsBuilder::new();
        for _ in 0..2 {
            b.add("0.bias", Kind::Bias, &[1], Init::Zeros);
        }
    }
}
