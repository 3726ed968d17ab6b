//! Batches that are changed before a step.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use autograd::Tensor;
use datasets::Rows;
use nn::{Augment, DataView, LossFunction, Sgd, TrainConfig, Trainer};

use crate::penalties::{linear, table};

/// Adds 1 to every cell, and counts what it is asked for.
struct Shifted {
    calls: AtomicU64,
}

impl Augment<f64> for Shifted {
    fn apply(&self, batch: &mut Tensor<f64>, seed: u64, epoch: u64, step: u64) {
        assert_eq!((seed, epoch, step), (9, 0, 0));
        self.calls.fetch_add(1, Ordering::Relaxed);
        batch.as_mut_slice().iter_mut().for_each(|x| *x += 1.0);
    }
}

#[test]
fn training_alone_sees_changed_batches() {
    let (inputs, targets) = table(10);
    let shifted: Vec<f64> = (0..10)
        .flat_map(|i| inputs.row(i))
        .map(|x| x + 1.0)
        .collect();
    let shifted = Rows::reals64(&[5], shifted);
    let settings = TrainConfig {
        seed: 9,
        ..TrainConfig::default()
    };
    let rows: Vec<u32> = (0..10).collect();
    let augment = Arc::new(Shifted {
        calls: AtomicU64::new(0),
    });
    let mut trainer = Trainer::new(linear(), Sgd::new(1e-3), LossFunction::Mse)
        .with_config(settings)
        .augment(augment.clone());
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let report = trainer.step(data, &rows, 0);
    let mut plain = Trainer::new(linear(), Sgd::new(1e-3), LossFunction::Mse).with_config(settings);
    let data = DataView {
        inputs: &shifted,
        targets: &targets,
    };
    assert_eq!(plain.step(data, &rows, 0), report);
    assert_eq!(
        plain.model().params.values(),
        trainer.model().params.values()
    );
    nn::evaluate(trainer.model(), data, &rows, LossFunction::Mse);
    assert_eq!(augment.calls.load(Ordering::Relaxed), 1);
}
