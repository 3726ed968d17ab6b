//! Loops over slices, dispatched at run time to the processor's instruction set: the home of `unsafe` besides the buffer.

mod channels;
mod convolution;
mod flush;
mod gather;
mod isa;
mod lane;
mod math;
mod matmul;
mod norm;
mod numbers;
mod pieces;
mod pointwise;
mod pooling;
mod reduce;
mod softmax;
mod thread_pool;
mod update;

pub(crate) use channels::{
    Channels, Companions, Distances, PositiveCompanions, channel_moments, channel_sums,
    map_channels,
};
pub(crate) use convolution::{Correlation, correlate, correlate_weight, partials};
pub(crate) use flush::flush_subnormal;
pub use flush::{FlushSubnormal, FlushTiny, flush_tiny_parameter, kept_square};
pub use gather::{Cell, Map as CellMap, gather};
pub use isa::{Isa, isa};
pub use lane::Lane;
pub use matmul::{Epilogue, Mat, MatMut, Matmul, matmul, multiply_adds};
pub use norm::sum_of_squares;
pub use numbers::{Fused, Plain};
pub use pointwise::{
    map, map_columns, map_columns_in_place, map_in_place, map_rows, map_rows_in_place,
};
pub(crate) use pooling::{
    Pool, average, halving_max_gradient, max_places, max_pool, scatter, spread_average, take,
};
pub use reduce::column_sums;
pub(crate) use reduce::{Fold, Sum, columns, rows};
pub use softmax::{cross_entropy, cross_entropy_with_gradient};
pub(crate) use softmax::{cross_entropy_column_major, log_softmax, softmax};
pub use thread_pool::{ThreadPool, split, threads};
pub use update::{Update, update};
