//! Training steps of a network, by the engine and by plain loops below it.

use std::hint::black_box;
use std::sync::Arc;

use nn::Trainer;

use super::Prepared;
use super::floor::Floor;
use super::network::Network;
use crate::timing::{self, Steps};

/// The steps of both.
pub(super) fn prepare(network: &Network) -> Prepared {
    let (data, data_below) = {
        let data = Arc::new(network.data());
        (Arc::clone(&data), data)
    };
    let (mut batches, mut batches_below) = (network.batches(), network.batches());
    let mut trainer =
        Trainer::new(network.model(), network.rule(), network.loss()).with_config(network.config());
    let engine: Steps = timing::steps(move || {
        let (step, range) = batches();
        black_box(trainer.step(data.examples(), &data.order[range], step));
    });
    let mut floor = Floor::new(network);
    let floor = timing::steps(move || {
        let (_, range) = batches_below();
        black_box(floor.step(&data_below, &data_below.order[range]));
    });
    Prepared {
        engine,
        floor: Some(floor),
        flops: network.flops(),
    }
}
