//! Parameters, layers, losses, optimisers, trainer and metrics.

mod aligned;
mod files;
pub mod init;
pub mod metrics;
pub mod optim;
mod params;
pub mod safetensors;

pub use init::Init;
pub use optim::Optimizer;
pub use params::{Kind, ParamId, Params, ParamsBuilder, Segment, TooLarge};
