//! Networks on [`autograd`]: layers, losses, optimizers, a trainer, metrics, model files and the loss landscape.
//!
//! From data to accuracy:
//!
//! ```
//! use nn::{Adam, CrossEntropy, Sequential, Trainer};
//!
//! let (train, test) = datasets::digits()?.split(0.2, 0)?;
//! let model = Sequential::input([64]).linear(32).relu().linear(10).init::<f32>(0)?;
//! let mut trainer = Trainer::new(model, Adam::new(3e-3), CrossEntropy::new()).batch_size(32);
//! trainer.fit(&train, 20)?;
//! println!("{}", trainer.model().evaluate(&test)?.accuracy());
//! # assert!(trainer.model().evaluate(&test)?.accuracy() > 0.95);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Model`] is layers and one flat vector of parameters ([`Params`]). Its forward pass is written once and runs on
//! tensors (use) and on a tape (training). A [`Trainer`] steps it through batches of [`datasets::Samples`]; the same seed
//! gives the same bits, for any number of threads and after any interruption.
//!
//! # Where to go on
//!
//! | to | see |
//! |---|---|
//! | describe a network layer by layer | [`Sequential::input`], [`layers`] |
//! | write a layer, or a model as a struct of layers | [`Layer`] |
//! | choose or write a loss | [`loss`], [`loss_fn`] |
//! | choose or write an optimizer | [`optim`] |
//! | schedules, penalties, clipping, early stopping | the methods of [`Trainer`], [`TrainConfig`] |
//! | watch a run, stop it | [`Observer`] |
//! | train many small networks at once | [`fit_together`] |
//! | metrics | [`Evaluation`], [`metrics`] |
//! | save, load, exchange with PyTorch | [`safetensors`] |
//! | go on after an interruption, to the bit | [`checkpoint`] |
//! | look inside | [`probe`], [`Summary`] |
//! | slices through the loss, directions | [`landscape`], [`directions`] |
//! | eigenvalues, trace, spectrum of the Hessian | [`Hessian`], [`curvature`] |
//! | a training loop of your own | [`value_and_grad`], [`Recorded`], and the programs in `nn/examples/` |
//!
//! The examples: a physics-informed network, a custom layer and loss in the trainer, two networks in turns, a step
//! differentiated through an update, and the state dict of a PyTorch model.

mod bits;
pub mod checkpoint;
mod config;
pub mod curvature;
pub mod directions;
mod error;
mod evaluate;
mod fit;
mod gradient;
mod hessian;
mod history;
pub mod init;
mod instances;
pub mod landscape;
mod layer;
pub mod layers;
pub mod loss;
mod max_norm;
pub mod metrics;
mod model;
mod observer;
pub mod optim;
mod pack;
mod params;
pub mod penalty;
pub mod probe;
mod progress;
pub mod safetensors;
pub mod schedule;
mod shape;
mod state;
mod statistics;
mod summary;
mod tapes;
mod trainer;

pub use config::{Clip, Reduction, TrainConfig};
pub use datasets::{DataView, Samples};
pub use error::{FitError, ShapeError};
pub use evaluate::{Evaluation, Predictions, evaluate, evaluate_each};
pub use fit::Fit;
pub use gradient::{MeanLoss, mean_gradient};
pub use hessian::Hessian;
pub use history::{EpochRecord, History, Scores, StepReport, StopReason};
pub use init::Init;
#[doc(hidden)]
pub use instances::instances;
pub use layer::{
    Carrier, DynLayer, ForwardContext, Layer, LayerKind, LinearParams, Mode, Operation, Packing,
    ParamSource,
};
pub use layers::{BuildError, Sequential, SequentialBuilder};
pub use loss::{
    BatchTargets, BceWithLogits, ClassWeighted, CrossEntropy, DynLoss, Huber, Loss, LossFn,
    LossFunction, Mae, Mse, huber, loss_fn, mae, mse,
};
pub use model::{Model, Recorded, value_and_grad};
pub use observer::{Observer, OnEpoch, OnStep, on_epoch, on_step};
pub use optim::{Adagrad, Adam, Lbfgs, LevenbergMarquardt, NAdam, Optimizer, RmsProp, Sgd};
pub use pack::{MOST_TOGETHER, fit_together};
pub use params::{Kind, ParamId, Params, ParamsBuilder, Segment, TooLarge};
pub use penalty::{L1, L1Form, L2, L2Form, Penalties, Penalty, RowCounts};
pub use progress::EarlyStopping;
pub use schedule::Schedule;
pub use state::State;
pub use statistics::{has_statistics, recompute_statistics};
pub use summary::{Summary, SummaryLine};
pub use trainer::{Augment, Trainer};
