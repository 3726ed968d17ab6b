//! Directions through the parameters of a model: flat vectors as long as these, along which a slice of the loss is laid.
//!
//! The size of weights says little: a unit of ReLU computes the same when what goes in is halved and what comes out is
//! doubled. Random directions are therefore scaled filter by filter to the norm of the weights (Li, Xu, Taylor, Studer and
//! Goldstein: Visualizing the Loss Landscape of Neural Nets, 2018), d ← d·‖w‖/(‖d‖ + 10⁻¹⁰). A filter is all weights that
//! feed one unit: a column of a linear weight `[in, out]`, and what stands under one output channel of a convolution
//! `[out, in, height, width]`.
//!
//! Biases and the parameters of normalizations are left alone unless a [`Scaling`] says otherwise. Then each of these
//! vectors counts as one filter: its direction is drawn like all others, and scaled once. Buffers never move.

mod pair;
mod path;

use std::fmt;
use std::str::FromStr;

use autograd::{Real, random};
use rand_distr::{Distribution, StandardNormal};
use thiserror::Error;

use crate::params::{Kind, Params, Segment};

pub use pair::beside;
pub use path::{Principal, between, explained, principal, projection, towards};

/// What is added to the norm of a direction before it is divided by.
const EPS: f64 = 1e-10;

/// Norms that the parts of a direction are scaled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// Every filter to the norm of the filter's weights.
    Filter,
    /// Every parameter tensor to the norm of its values.
    Layer,
    /// Every number by the size of its weight.
    Weight,
    /// Nothing.
    None,
}

impl Normalize {
    /// The names, as [`FromStr`] takes them.
    pub const NAMES: &'static [&'static str] = &["filter", "layer", "weight", "none"];
}

/// None of the [names](Normalize::NAMES).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is none of filter, layer, weight and none")]
pub struct UnknownNormalize(String);

impl FromStr for Normalize {
    type Err = UnknownNormalize;

    fn from_str(name: &str) -> Result<Self, UnknownNormalize> {
        match name {
            "filter" => Ok(Self::Filter),
            "layer" => Ok(Self::Layer),
            "weight" => Ok(Self::Weight),
            "none" => Ok(Self::None),
            other => Err(UnknownNormalize(other.to_owned())),
        }
    }
}

impl fmt::Display for Normalize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Filter => "filter",
            Self::Layer => "layer",
            Self::Weight => "weight",
            Self::None => "none",
        })
    }
}

/// Scaling of a direction, and the parameters that it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// Norms that its parts are scaled to.
    pub normalize: Normalize,
    /// True if it moves biases and the parameters of normalizations.
    pub with_biases: bool,
}

/// Reason why there is no such direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DirectionError {
    /// Too many filters are single numbers, see [`beside`].
    #[error(
        "no second direction is orthogonal to the first and has the norms of all filters, because too many filters are single numbers; normalize otherwise, or take one direction"
    )]
    NoRoom,
    /// A path with numbers that are none.
    #[error("parameters of the path are infinite or not a number")]
    NotFinite,
}

/// A random direction: normal numbers, scaled.
///
/// Every tensor has a stream of its own, `direction/NAME` of `seed`, so that leaving out biases does not move the
/// others. Numbers are drawn in `f64` and rounded at the end: models in `f32` and `f64` get the same direction.
pub fn random<T: Real>(params: &Params<T>, scaling: Scaling, seed: u64) -> Vec<T> {
    rounded(&scale(params, drawn(params, scaling, seed, 0), scaling))
}

/// A direction scaled like a random one; what does not move is set to 0.
///
/// # Panics
/// If it is not as long as the parameters.
#[track_caller]
pub fn scaled<T: Real>(params: &Params<T>, direction: &[T], scaling: Scaling) -> Vec<T> {
    assert_eq!(
        direction.len(),
        params.len(),
        "a direction of {} numbers for {} parameters",
        direction.len(),
        params.len()
    );
    let mut d = vec![0.0; params.len()];
    for segment in moved(params, scaling) {
        for i in segment.range.clone() {
            d[i] = direction[i].to_f64();
        }
    }
    rounded(&scale(params, d, scaling))
}

/// The segments that a direction moves.
fn moved<T: Real>(params: &Params<T>, scaling: Scaling) -> impl Iterator<Item = &Segment> {
    let moves = move |s: &&Segment| match s.kind {
        Kind::Weight => true,
        Kind::Bias | Kind::Norm => scaling.with_biases,
        Kind::Buffer => false,
    };
    params.segments().iter().filter(moves)
}

/// Normal numbers where a direction moves, 0 elsewhere; `index` tells the directions of one seed apart.
fn drawn<T: Real>(params: &Params<T>, scaling: Scaling, seed: u64, index: u64) -> Vec<f64> {
    let mut d = vec![0.0; params.len()];
    for segment in moved(params, scaling) {
        let mut rng = random::stream(seed, &format!("direction/{}", segment.name), 0, index);
        d[segment.range.clone()].fill_with(|| StandardNormal.sample(&mut rng));
    }
    d
}

/// Scales every part once.
fn scale<T: Real>(params: &Params<T>, mut d: Vec<f64>, scaling: Scaling) -> Vec<f64> {
    let w = params.values();
    match scaling.normalize {
        Normalize::None => {}
        Normalize::Weight => {
            for (d, w) in d.iter_mut().zip(w) {
                *d *= w.to_f64();
            }
        }
        Normalize::Filter | Normalize::Layer => {
            for group in groups(params, scaling) {
                let norm = |of: &dyn Fn(usize) -> f64| {
                    group.places().map(|i| of(i) * of(i)).sum::<f64>().sqrt()
                };
                let factor = norm(&|i| w[i].to_f64()) / (norm(&|i| d[i]) + EPS);
                group.places().for_each(|i| d[i] *= factor);
            }
        }
    }
    d
}

fn rounded<T: Real>(d: &[f64]) -> Vec<T> {
    d.iter().map(|x| T::from_f64(*x)).collect()
}

/// Numbers that are scaled together: every `stride`-th from `first` on, `len` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Group {
    first: usize,
    stride: usize,
    len: usize,
}

impl Group {
    fn places(self) -> impl Iterator<Item = usize> {
        (0..self.len).map(move |i| self.first + i * self.stride)
    }
}

/// What is scaled together of all that a direction moves: each number is in one group.
fn groups<T: Real>(params: &Params<T>, scaling: Scaling) -> Vec<Group> {
    let mut groups = Vec::new();
    for segment in moved(params, scaling).filter(|s| !s.range.is_empty()) {
        let (first, len) = (segment.range.start, segment.range.len());
        match (scaling.normalize, segment.kind, segment.shape.as_slice()) {
            (Normalize::Filter, Kind::Weight, [fan_in, fan_out]) if segment.transposed => {
                groups.extend((0..*fan_out).map(|unit| Group {
                    first: first + unit,
                    stride: *fan_out,
                    len: *fan_in,
                }));
            }
            (Normalize::Filter, Kind::Weight, [filters, ..]) => {
                let len = len / filters;
                groups.extend((0..*filters).map(|filter| Group {
                    first: first + filter * len,
                    stride: 1,
                    len,
                }));
            }
            _ => groups.push(Group {
                first,
                stride: 1,
                len,
            }),
        }
    }
    groups
}
