//! A small, exact reverse-mode autodiff tensor engine.

mod algebra;
mod anomaly;
mod backward;
mod buffer;
#[cfg(feature = "testing")]
mod catalogue;
mod check;
mod display;
mod dot;
mod dyn_rule;
mod eager;
mod elements;
mod few;
mod forward;
pub mod functional;
mod kernel;
mod layout;
mod linearize;
mod matrix;
mod ops;
mod pointwise;
pub mod random;
mod real;
mod rule;
mod scratch;
mod signed;
mod tape;
mod tensor;
mod traced;
mod var;
mod walk;

pub use algebra::{Algebra, Binary, Cmp, Pointwise, SavedForBackward, Unary};
pub use anomaly::Anomaly;
pub use backward::Gradients;
pub use buffer::NO_MEMORY;
pub use check::{GradientError, check_gradients, check_gradients_to};
pub use elements::Iter;
pub use kernel::{
    FlushSubnormal, FlushTiny, Fused, Isa, Lane, Plain, ThreadPool, Update, flush_tiny_parameter,
    isa, kept_square, sum_of_squares, threads, update,
};
pub use layout::{Dims, MAX_RANK};
pub use linearize::Linearized;
pub use ops::{Activation, ActivationVisitor, Conv2dParams, Indices, Pool2dParams};
pub use real::Real;
pub use rule::{FusedOp, Linearity, Rule, Sink, Value};
pub use signed::{Signed, SliceRange};
pub use tape::{DynRule, Tape, Var};
pub use tensor::Tensor;

/// Every operation with examples of its use, for tests that go through all of them. The feature `testing` has it.
#[cfg(feature = "testing")]
pub mod testing {
    pub use crate::catalogue::{Case, InputSampler};
    pub use crate::ops::catalogue;
}

/// The loops under the tensors, over plain slices.
pub mod kernels {
    pub use crate::kernel::{
        Cell, CellMap, Epilogue, Mat, MatMut, Matmul, column_sums, cross_entropy,
        cross_entropy_with_gradient, gather, map, map_columns, map_columns_in_place, map_in_place,
        map_rows, map_rows_in_place, matmul, multiply_adds, split,
    };
}

/// The elementwise functions as values, for [`map`](prelude::Elementwise::map), and as methods inside pointwise expressions.
pub mod functions {
    pub use crate::ops::elementwise::functions::Functions;
    pub use crate::ops::elementwise::*;
}

/// The operations, as methods of traits.
pub mod prelude {
    pub use crate::ops::{
        Activation, Arithmetic, BatchNormalization, Compare, Conv2dParams, Convolutions,
        Distributions, Elementwise, Indexing, Indices, Joining, LayerNormalization, Layers,
        LinearAlgebra, Noise, Pool2dParams, Pooling, Reductions, Shaping, ValueLosses,
    };
    pub use crate::rule::Value;
}
