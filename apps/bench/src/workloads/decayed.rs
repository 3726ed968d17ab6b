//! A training step where a penalty has decayed the weights of dead units for long, beside the same step where those weights
//! are 0. The rule of `autograd`'s `kernel/flush.rs` makes them 0 in the first step, so both take the same time from then on.
//! Without it decay goes on to subnormal numbers, with which some processors compute many times as long.

use std::hint::black_box;
use std::sync::Arc;

use nn::{L2, TrainConfig, Trainer};

use super::Prepared;
use super::network::Network;
use crate::timing::{self, Steps};

/// The strength of the L2 penalty.
const STRENGTH: f64 = 0.01;
/// A weight that has decayed below what is kept in `f32`, 2⁻⁸⁰. It is a normal number still.
const DECAYED: f32 = 1e-30;

/// The steps of both: after decay, and at 0 in place of the bound by plain loops.
pub(super) fn prepare(network: &Network) -> Prepared {
    Prepared {
        engine: steps(network, DECAYED),
        floor: Some(steps(network, 0.0)),
        flops: network.flops(),
    }
}

/// Steps of a training in which half of each hidden layer is dead, with weights of this size.
fn steps(network: &Network, weight: f32) -> Steps {
    let data = Arc::new(network.data());
    let mut batches = network.batches();
    let mut trainer = trainer(network, weight);
    timing::steps(move || {
        let (step, range) = batches();
        black_box(trainer.step(data.examples(), &data.order[range], step));
    })
}

fn trainer(network: &Network, weight: f32) -> Trainer<f32> {
    let mut model = network.model();
    let hidden = network.layers().count() - 1;
    let segments: Vec<_> = model.params.segments().to_vec();
    for (i, pair) in segments.chunks_exact(2).take(hidden).enumerate() {
        let [weights, biases] = pair else {
            unreachable!("pairs of weights and biases")
        };
        let units = biases.range.len();
        let values = model.params.values_mut();
        for row in values[weights.range.clone()].chunks_exact_mut(units) {
            row[..units / 2].fill(weight);
        }
        values[biases.range.clone()][..units / 2].fill(-100.0);
        // What leads out of a dead unit decays as well.
        let next = &segments[2 * i + 2];
        let outputs = next.range.len() / units;
        values[next.range.clone()][..units / 2 * outputs].fill(weight);
    }
    Trainer::new(model, network.rule(), network.loss()).with_config(TrainConfig {
        l2: Some(L2::new(STRENGTH)),
        ..network.config()
    })
}

#[cfg(test)]
mod tests {
    use super::super::{WORKLOADS, What};
    use super::*;

    /// Before the first step a third of the parameters are below the bound, and after it none is.
    #[test]
    fn a_step_leaves_no_parameters_below_the_bound() {
        let decayed = WORKLOADS.iter().find_map(|w| match &w.what {
            What::Decayed(network) => Some(network),
            _ => None,
        });
        let network = Network {
            rows: 200,
            ..*decayed.unwrap()
        };
        let data = network.data();
        let mut trainer = trainer(&network, DECAYED);
        let decayed = |t: &Trainer<f32>| {
            let values = t.model().params.values().iter();
            values
                .filter(|x| **x != 0.0 && x.abs() < 2f32.powi(-80))
                .count()
        };
        assert!(3 * decayed(&trainer) > trainer.model().params.len());
        let mut batches = network.batches();
        let (step, range) = batches();
        trainer.step(data.examples(), &data.order[range], step);
        assert_eq!(decayed(&trainer), 0);
    }
}
