//! One network, trained in memory without a folder; and many, one a core.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use autograd::Real;
use datasets::Request;
use nn::{Model, StopReason, on_epoch, on_step};

use super::learn::{card, trainer};
use super::steps::{fitting, flow};
use super::{Plan, Prepared, Task, pictures};
use crate::data::Data;
use crate::error::AppError;
use crate::json::Number;

/// A network that was trained on the training rows of its data.
pub(crate) struct Trial<K: Task, T: Real> {
    task: K,
    data: Prepared,
    model: Model<T>,
    penalty: Option<Number>,
    /// Seconds of training steps.
    pub(crate) seconds: f64,
}

/// Refuses a network that does not go with the data or does not fit in memory.
///
/// # Errors
/// If it is so.
pub(crate) fn check<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: &K,
    data: &Data,
) -> Result<(), AppError> {
    pictures::check(&plan.training.augment, data)?;
    let card = card::<K, T>(plan, request, task, data)?;
    let parameters = card.network.parameters(&card.rows.shape);
    plan.training.check_memory(parameters, &plan.model.sizes())
}

/// Trains a fresh network on the training rows of `data`. Scales are fitted to those rows alone. `None` after Ctrl-C.
///
/// # Errors
/// If the network does not go with the data.
pub(crate) fn trial<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: &K,
    data: Data,
) -> Result<Option<Trial<K, T>>, AppError> {
    let task = task.fitted_to(&data);
    let card = card::<K, T>(plan, request, &task, &data)?;
    let data = Prepared::of_card(data, &card);
    let mut trainer = trainer::<K, T>(plan, &task, &card)?;
    let mut watch = (on_step(|_, _| flow(false)), on_epoch(|_, _| flow(false)));
    let outcome = fitting(&mut trainer, &data, plan.training, &mut watch)?;
    Ok((outcome.reason != StopReason::Interrupted).then(|| Trial {
        penalty: card.penalty(&trainer.model().params, data.data.train.len()),
        seconds: trainer.trained_for().as_secs_f64(),
        model: trainer.into_model(),
        task,
        data,
    }))
}

impl<K: Task, T: Real> Trial<K, T> {
    /// What the network is worth on some rows.
    pub(crate) fn judge(&self, rows: &[u32]) -> K::Figures {
        self.task
            .judge_model(&self.model, &self.data, rows, self.penalty)
    }
}

/// Does `work(0)`, …, `work(count − 1)` on so many threads, each piece on one thread alone, and hands each result to
/// `done` on this thread, in the order they come. After a `Break` no other piece is begun.
pub fn each_on_a_core<R: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> R + Sync,
    mut done: impl FnMut(usize, R) -> ControlFlow<()>,
) {
    let next = AtomicUsize::new(0);
    let (next, work) = (&next, &work);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            let send = send.clone();
            scope.spawn(move || {
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= count || send.send((piece, work(piece))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (piece, result) in receive {
            if done(piece, result).is_break() {
                // Nobody takes what is sent from here on, so every thread ends with the piece it has.
                next.store(count, Ordering::Relaxed);
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_done_once() {
        for threads in [1, 3, 50] {
            let mut found = [0; 20];
            each_on_a_core(
                20,
                threads,
                |i| i * i,
                |i, square| {
                    assert_eq!(square, i * i);
                    found[i] += 1;
                    ControlFlow::Continue(())
                },
            );
            assert_eq!(found, [1; 20]);
        }
    }

    #[test]
    fn nothing_is_begun_after_a_break() {
        let begun = AtomicUsize::new(0);
        let work = |_| begun.fetch_add(1, Ordering::Relaxed);
        each_on_a_core(1000, 1, work, |_, _| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            ControlFlow::Break(())
        });
        let none = AtomicUsize::new(0);
        each_on_a_core(
            0,
            4,
            |_| none.fetch_add(1, Ordering::Relaxed),
            |_, _| ControlFlow::Break(()),
        );
        assert_eq!(none.into_inner(), 0);
    }
}
