//! Steps of many small networks that are trained together.

use std::time::Instant;

use datasets::Samples;
use nn::{Fit, TrainConfig, Trainer, fit_together};

use super::Prepared;
use super::network::{Network, SEED};

/// Epochs of a call: few, and so many that what begins and ends a training counts as little as in a longer one.
const EPOCHS: u64 = 10;

/// Steps of so many networks, each with an order of its own of the rows that make up whole batches. A step of the
/// measurement is a step of one of them.
pub(super) fn prepare(network: &Network, networks: usize) -> Prepared {
    let data = network.data();
    let steps = network.rows / network.batch;
    let rows = &data.order[..steps * network.batch];
    let samples: Samples = data.examples().samples(rows);
    let trainer = |i: usize| {
        let config = TrainConfig {
            seed: SEED + i as u64,
            ..network.config()
        };
        Trainer::new(network.model(), network.rule(), network.loss()).with_config(config)
    };
    let mut trainers: Vec<Trainer<f32>> = (0..networks).map(trainer).collect();
    let mut epochs = 0;
    let mut train = move || {
        epochs += EPOCHS;
        let mut observers = vec![(); networks];
        let fits = trainers.iter_mut().zip(&mut observers);
        let fits = fits.map(|(trainer, observer)| Fit {
            trainer,
            train: &samples,
            epochs,
            observer,
        });
        for history in fit_together(fits.collect()) {
            history.unwrap_or_else(|e| panic!("a workload's training: {e}"));
        }
    };
    let each = (steps * networks) as u32 * EPOCHS as u32;
    Prepared {
        engine: Box::new(move |n| {
            let calls = n.div_ceil(each);
            let start = Instant::now();
            (0..calls).for_each(|_| train());
            start
                .elapsed()
                .mul_f64(f64::from(n) / f64::from(calls * each))
        }),
        floor: None,
        flops: network.flops(),
    }
}
