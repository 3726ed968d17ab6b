//! All epochs of a run, with progress shown and the history written as it grows.

use std::cell::RefCell;
use std::ops::ControlFlow;

use autograd::Real;
use nn::{History, Scores, StopReason, Trainer, checkpoint, on_epoch, on_step};
use records::{EpochFigures, EpochRecord, Number, RunFolder};

use super::plan::Plan;
use super::prepared::Prepared;
use super::resume::state_file;
use super::task::Task;
use super::trial::fit;
use crate::error::AppError;
use crate::interrupt;
use crate::probe::Probe;

/// Trains to the end, or to the point where early stopping ends it, and keeps the state after every epoch. `before` are
/// the epochs that are done already; all epochs are returned.
pub(super) fn steps<K: Task, T: Real>(
    plan: &Plan<'_>,
    task: &K,
    data: &Prepared,
    folder: &RunFolder,
    trainer: &mut Trainer<T>,
    before: Vec<EpochRecord>,
) -> Result<(History, Vec<EpochRecord>), AppError> {
    let epochs = plan.experiment.training.epochs;
    let batch_size = plan.experiment.training.config.batch_size;
    let per_epoch = data.data.train.len().div_ceil(batch_size) as u64;
    let progress = RefCell::new(plan.progress.training(epochs, per_epoch));
    let mut history = folder.history(&before)?;
    let mut events = match plan.options.tensorboard {
        true => Some(folder.events(&before)?),
        false => None,
    };
    let mut state = checkpoint::Writer::new(state_file(folder)?);
    let mut records = before;
    let probe = plan
        .options
        .probe
        .then(|| Probe::over(plan.experiment, &data.data.train));
    let mut failed = None;
    let mut done = 0;
    let step = on_step(|_, _| {
        done += 1;
        progress.borrow().step(done);
        interrupt::flow()
    });
    let epoch = on_epoch(|trainer: &Trainer<T>, record| {
        let mut record = line(task, record);
        if let Some(probe) = &probe {
            record.probe = Some(probe.look(trainer, data).record());
        }
        progress.borrow_mut().epoch(&record);
        // The checkpoint comes last: what it counts as done is written down.
        let kept = history
            .append(&record)
            .and_then(|()| {
                events
                    .as_mut()
                    .map_or(Ok(()), |events| events.append(&record))
            })
            .map_err(AppError::from)
            .and_then(|()| snapshot(plan, folder, &record, trainer))
            .and_then(|()| state.save(trainer).map_err(AppError::failure));
        records.push(record);
        failed = kept.err();
        match failed {
            Some(_) => ControlFlow::Break(()),
            None => interrupt::flow(),
        }
    });
    let outcome = fit(trainer, data, epochs, &mut (step, epoch))?;
    progress.into_inner().finish();
    if let Some(error) = failed {
        return Err(error);
    }
    if outcome.reason == StopReason::Interrupted {
        return Err(AppError::Interrupted(format!(
            "interrupted after {} of {} epochs; go on with {} --resume {}",
            records.len(),
            epochs,
            plan.program(),
            folder.path().display()
        )));
    }
    if let Some(last) = records.last()
        && !last.train.loss.0.is_finite()
    {
        let help = match plan.experiment.training.optimizer.is_full_batch() {
            true => "another --init may help",
            false => "a smaller --lr may help",
        };
        plan.progress.warn(&format!(
            "the training loss is {}; {help}",
            last.train.loss.0
        ));
    }
    Ok((outcome, records))
}

/// A line of `history.jsonl`.
fn line<K: Task>(task: &K, record: &nn::EpochRecord) -> EpochRecord {
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
        probe: None,
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
    if !plan.options.snapshots.is_some_and(due) {
        return Ok(());
    }
    let path = folder.join(format!("snapshots/epoch-{:05}.safetensors", record.epoch));
    std::fs::create_dir_all(folder.join("snapshots"))
        .map_err(|e| AppError::while_doing("cannot make the folder of snapshots", e))?;
    let note = serde_json::json!({ "epoch": record.epoch });
    nn::safetensors::save(&path, &trainer.model().params, &note).map_err(AppError::failure)
}
