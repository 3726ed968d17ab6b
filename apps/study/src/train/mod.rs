//! A plain training: from a setup to figures.

pub mod diagnostics;
pub mod figures;
mod network;
pub mod probes;

use autograd::Real;
use datasets::Targets;
use datasets::{InputKind, Spec};
use experiment::data::Data;
use experiment::model_config::{InputConfig, OutputConfig};
use experiment::run::{Classes, Prepared, Values};
use experiment::{AppError, interrupt, run};
use nn::optim::Hyperparameters;
use nn::{
    Clip, EpochRecord, LossFunction, Model, Penalties, StopReason, TrainConfig, Trainer, on_epoch,
    on_step,
};
use settings::{Augmentation, Head};

use crate::outcome::Outcome;
use crate::setup::Setup;
use figures::Curves;

pub use diagnostics::said;
pub use figures::{of_classes, of_values};
pub use network::model;

/// A network that was trained and judged.
pub struct Trained<T: Real> {
    /// The network.
    pub model: Model<T>,
    /// The rows as it sees them, and which are for what.
    pub data: Prepared,
    /// How rows were scaled for it.
    pub rows: InputConfig,
    /// What it learned.
    pub task: Learned,
    /// What was minimised.
    pub loss: LossFunction,
    /// A record an epoch.
    pub history: Vec<EpochRecord>,
    /// The usual figures, and what the setup asks for besides.
    pub outcome: Outcome,
    /// Seconds of training steps.
    pub seconds: f64,
}

/// What is learned.
#[derive(Clone, Debug)]
pub enum Learned {
    /// A class for each row.
    Classes(Classes),
    /// Numbers for each row.
    Values(Values),
}

/// Trains and judges. The setup is taken as it is; its quick form is made before.
pub(crate) fn train<T: Real>(seed: u64, setup: &Setup, data: Data) -> Result<Trained<T>, AppError> {
    let started = started::<T>(seed, setup, data)?;
    let Started {
        mut trainer,
        data,
        rows,
        task,
        loss,
    } = started;
    let mut curves = Curves::new(setup);
    curves.look(&trainer, &data, loss);
    trainer.set_validation(Some(data.examples().samples(&data.data.validation)));
    let train = data.examples().samples(&data.data.train);
    let epoch = on_epoch(|trainer: &Trainer<T>, _| {
        curves.after_epoch(trainer, &data, &task, loss);
        interrupt::flow()
    });
    let outcome = trainer
        .fit_observed(
            &train,
            setup.epochs,
            &mut (on_step(|_, _| interrupt::flow()), epoch),
        )
        .map_err(AppError::failure)?;
    if outcome.reason == StopReason::Interrupted {
        return Err(interrupt::interrupted());
    }
    let seconds = trainer.trained_for().as_secs_f64();
    let model = trainer.into_model();
    let mut trained = Trained {
        model,
        data,
        rows,
        task,
        loss,
        history: outcome.epochs,
        outcome: Outcome::new(),
        seconds,
    };
    let penalty = penalty(setup, &trained);
    trained.outcome = figures::all(&trained, curves, penalty, outcome.restored);
    diagnostics::add(setup, &mut trained);
    Ok(trained)
}

/// A network before its first step.
struct Started<T: Real> {
    trainer: Trainer<T>,
    data: Prepared,
    rows: InputConfig,
    task: Learned,
    loss: LossFunction,
}

fn started<T: Real>(seed: u64, setup: &Setup, data: Data) -> Result<Started<T>, AppError> {
    let real_table = matches!(data.set.input, InputKind::Table { .. })
        && !matches!(data.set.name.parse(), Ok(Spec::Synthetic(_)));
    let scaled = &setup.data;
    let rows = InputConfig::of(&data, scaled.standardise.unwrap_or(real_table));
    let task = Learned::of(
        &data,
        setup,
        scaled.standardise_targets.unwrap_or(real_table),
    )?;
    let loss = setup.loss.unwrap_or_else(|| task.usual_loss());
    let model = model::<T>(&setup.network, &rows.shape, task.outputs(), seed)?;
    let hyper = Hyperparameters {
        lr: setup.lr,
        weight_decay: setup.weight_decay,
        momentum: setup.momentum,
    };
    let rule = nn::optim::by_name(&setup.optimizer, hyper).map_err(AppError::failure)?;
    let settings = TrainConfig {
        schedule: setup.schedule,
        warmup: setup.warmup,
        batch_size: setup.batch.unwrap_or(data.train.len()).max(1),
        seed,
        l1: setup.l1,
        l2: setup.l2,
        clip: setup.clip_norm.map(Clip::Norm),
        max_norm: setup.max_norm,
        early_stopping: setup.early_stopping,
    };
    let mut trainer = Trainer::new(model, rule, loss).with_config(settings);
    if let Some(plan) = &setup.augment {
        let (input, name) = (&data.set.input, &data.set.name);
        plan.check(input, name).map_err(AppError::failure)?;
        if let Some(changes) = run::changes(&Augmentation(plan.clone()), 0.0) {
            trainer = trainer.augment(changes);
        }
    }
    Ok(Started {
        data: Prepared::new(data, &rows, task.meaning()),
        trainer,
        rows,
        task,
        loss,
    })
}

/// What the penalties on the weights come to at the end; 0 without any.
fn penalty<T: Real>(setup: &Setup, trained: &Trained<T>) -> f64 {
    let params = &trained.model.params;
    let rows = trained.data.data.train.len();
    Penalties::new(setup.l1, setup.l2, params).value(params.values(), rows)
}

impl Learned {
    fn of(data: &Data, setup: &Setup, scale_targets: bool) -> Result<Self, AppError> {
        let Targets::Values(values) = &data.set.part.targets else {
            let head = match setup.network.one_logit {
                true => Head::Sigmoid,
                false => Head::Softmax,
            };
            return Classes::of(data, head).map(Self::Classes);
        };
        let meaning = match scale_targets {
            true => OutputConfig::of(values, &data.train),
            false => OutputConfig {
                scale: vec![1.0; values.row_len()],
                shift: vec![0.0; values.row_len()],
            },
        };
        Ok(Self::Values(Values {
            names: data.set.target_names.clone(),
            meaning,
        }))
    }

    fn usual_loss(&self) -> LossFunction {
        use experiment::run::Task;
        match self {
            Self::Classes(task) => task.loss(),
            Self::Values(task) => task.loss(),
        }
    }

    fn outputs(&self) -> usize {
        use experiment::run::Task;
        match self {
            Self::Classes(task) => task.outputs(),
            Self::Values(task) => task.outputs(),
        }
    }

    fn meaning(&self) -> Option<&OutputConfig> {
        match self {
            Self::Classes(_) => None,
            Self::Values(task) => Some(&task.meaning),
        }
    }
}
