//! Networks on [`autograd`]: parameters, layers, losses, optimisers, trainer and metrics.
//!
//! A model is a list of layers and one flat vector of parameters. Its forward pass is written once and runs on tensors
//! (use) and on a tape (training); a [`Trainer`] steps it through batches.

mod bits;
pub mod checkpoint;
mod evaluate;
mod files;
mod fit;
mod hessian;
pub mod init;
pub mod landscape;
mod layer;
pub mod layers;
mod loss;
mod max_norm;
pub mod metrics;
mod model;
pub mod optim;
mod params;
pub mod penalty;
pub mod probe;
mod progress;
pub mod safetensors;
pub mod schedule;
mod settings;
mod state;
mod summary;
mod trainer;

pub use evaluate::{Evaluation, evaluate, evaluate_each};
pub use fit::{EpochRecord, Fit, Outcome, Scores, Stopped, fit};
pub use hessian::with_hessian;
pub use init::Init;
pub use layer::{Carrier, DynLayer, Layer, Mode, Part, Pass, Weights};
pub use loss::{BatchTargets, Examples, Loss, huber, mae, mse};
pub use model::{Model, Recorded, value_and_grad};
pub use optim::Optimizer;
pub use params::{Kind, ParamId, Params, ParamsBuilder, Segment, TooLarge};
pub use penalty::{L1, L1Form, L2, L2Form, Penalties};
pub use progress::EarlyStopping;
pub use schedule::Schedule;
pub use settings::{Clip, Settings};
pub use state::State;
pub use summary::{Summary, SummaryLine};
pub use trainer::{Augment, StepReport, Trainer};
