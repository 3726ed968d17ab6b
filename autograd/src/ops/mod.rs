//! The operations, a file a family. Each file has the rules, the methods on values and the examples for the tests.

pub(crate) mod arithmetic;
mod compare;
mod dropout;
mod einsum;
pub(crate) mod elementwise;
mod index;
mod join;
mod linear;
mod linear_algebra;
mod matmul;
mod network;
mod operators;
mod reduce;
mod shape;
mod softmax;
mod squared_error;
mod zero;

pub use arithmetic::Arithmetic;
pub(crate) use arithmetic::BinaryRule;
pub use compare::Compare;
pub(crate) use compare::{Comparison, Select};
pub use dropout::Noise;
pub use elementwise::Elementwise;
pub(crate) use elementwise::UnaryRule;
pub use index::{Indexing, Indices};
pub use join::Joining;
pub use linear::{Activation, ActivationVisitor, Layers};
pub use linear_algebra::LinearAlgebra;
pub use network::{
    BatchNormalization, Conv2dParams, Convolutions, LayerNormalization, Pool2dParams, Pooling,
};
pub use reduce::Reductions;
pub(crate) use reduce::sum_to;
pub use shape::Shaping;
pub use softmax::Distributions;
pub use squared_error::ValueLosses;

#[cfg(feature = "testing")]
use crate::catalogue::Case;
#[cfg(feature = "testing")]
use crate::real::Real;

/// Every operation with examples. Generic, so that what compiles it is the test that asks for it, not the library.
#[cfg(feature = "testing")]
pub fn catalogue<T: Real>() -> Vec<Case<T>> {
    [
        elementwise::catalogue(),
        arithmetic::catalogue(),
        compare::catalogue(),
        reduce::catalogue(),
        shape::catalogue(),
        join::catalogue(),
        index::catalogue(),
        linear_algebra::catalogue(),
        linear::catalogue(),
        network::catalogue(),
        softmax::catalogue(),
        squared_error::catalogue(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
