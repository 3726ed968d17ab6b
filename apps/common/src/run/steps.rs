//! All epochs of a run, with progress shown and the history written as it grows.

use std::cell::RefCell;
use std::ops::ControlFlow;

use autograd::Real;
use nn::{EarlyStopping, Fit, Outcome, Scores, Stopped, Trainer, fit};

use super::{Plan, Prepared, Task};
use crate::error::AppError;
use crate::json::Number;
use crate::progress::Console;
use crate::records::{EpochFigures, EpochRecord};
use crate::run_folder::RunFolder;
use crate::{app, interrupt};

/// Trains to the end, or to the point where early stopping ends it.
pub(super) fn steps<K: Task, T: Real>(
    plan: &Plan<'_>,
    task: &K,
    data: &Prepared,
    folder: &RunFolder,
    trainer: &mut Trainer<T>,
    console: Console,
) -> Result<Outcome, AppError> {
    let flags = plan.training;
    let rows = &data.data;
    let per_epoch = rows.train.len().div_ceil(flags.batch_size) as u64;
    let progress = RefCell::new(console.training(flags.epochs as u64, per_epoch));
    let mut history = folder.history()?;
    let mut failed = None;
    let mut done = 0;
    let fitting = Fit {
        train: &rows.train,
        validation: &rows.validation,
        epochs: flags.epochs as u64,
        early_stopping: flags.early_stopping.map(|patience| EarlyStopping {
            patience: patience as u64,
            min_delta: 0.0,
        }),
    };
    let flow = |stop: bool| {
        if stop || interrupt::requested() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let outcome = fit(
        trainer,
        data.examples(),
        fitting,
        |_, _| {
            done += 1;
            progress.borrow().step(done);
            flow(false)
        },
        |record, trainer| {
            let record = line(task, record);
            progress.borrow_mut().epoch(&record);
            let kept = history
                .append(&record)
                .and_then(|()| snapshot(plan, folder, &record, trainer));
            failed = kept.err();
            flow(failed.is_some())
        },
    );
    progress.into_inner().finish();
    if let Some(error) = failed {
        return Err(error);
    }
    if outcome.stopped == Stopped::Interrupted {
        return Err(AppError::Interrupted(format!(
            "interrupted after {} of {} epochs; {} holds no finished run",
            outcome.history.len(),
            flags.epochs,
            folder.path().display()
        )));
    }
    if let Some(last) = outcome.history.last()
        && !last.train.loss.is_finite()
    {
        app::warn(format_args!(
            "the training loss is {}; a smaller --lr may help",
            last.train.loss
        ));
    }
    Ok(outcome)
}

/// A line of `history.jsonl`.
pub(super) fn line<K: Task>(task: &K, record: &nn::EpochRecord) -> EpochRecord {
    let figures = |s: Scores| EpochFigures {
        loss: Number(s.loss),
        score: task.score(s.metric),
        penalty: Number(s.penalty),
    };
    EpochRecord {
        epoch: record.epoch,
        step: record.step,
        lr: Number(record.lr),
        seconds: Number(record.seconds),
        train: figures(record.train),
        validation: record.validation.map(figures),
    }
}

/// Keeps the parameters of every K-th epoch.
fn snapshot<T: Real>(
    plan: &Plan<'_>,
    folder: &RunFolder,
    record: &EpochRecord,
    trainer: &Trainer<T>,
) -> Result<(), AppError> {
    let due = |k: usize| record.epoch.is_multiple_of(k as u64);
    if !plan.folder.snapshots.is_some_and(due) {
        return Ok(());
    }
    let path = folder.join(format!("snapshots/epoch-{:05}.safetensors", record.epoch));
    std::fs::create_dir_all(folder.join("snapshots"))
        .map_err(|e| AppError::while_doing("cannot make the folder of snapshots", e))?;
    let note = serde_json::json!({ "epoch": record.epoch });
    nn::safetensors::save(&path, &trainer.model().params, &note).map_err(AppError::failure)
}
