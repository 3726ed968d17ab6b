//! Parameters, layers, losses, optimisers, trainer and metrics.

mod aligned;
pub mod init;
pub mod metrics;
pub mod optim;
mod params;

pub use init::Init;
pub use optim::Optimizer;
pub use params::{Kind, ParamId, Params, ParamsBuilder, Segment, TooLarge};
