//! No slow numbers: what decays ends at 0, and never passes through the subnormal numbers.

use autograd::Real;
use datasets::{Rows, Samples, Targets};
use nn::optim::{self, Hyperparameters, OptimizerState};
use nn::{
    Adam, CrossEntropy, Init, Kind, L2, Params, ParamsBuilder, Sequential, TrainConfig, Trainer,
};

use super::optimizers::of_gradients;

/// The least state that is kept: the smallest normal number over ε. The least parameter is that over ε.
fn least<T: Real>() -> T {
    T::MIN_POSITIVE / T::EPSILON
}

/// Whether state of an optimizer or a running statistic may be kept from step to step.
fn state_may_be<T: Real>(x: T) -> bool {
    x == T::ZERO || x.abs() >= least()
}

/// Whether a parameter may be.
fn parameter_may_be<T: Real>(x: T) -> bool {
    x == T::ZERO || x.abs() >= least::<T>() / T::EPSILON
}

fn weights<T: Real>() -> Params<T> {
    let mut b = ParamsBuilder::new();
    b.add("0.weight", Kind::Weight, &[5, 4], Init::HE_NORMAL);
    b.build(1, 1 << 20).unwrap()
}

/// A penalty's gradient λ·w alone, from weights a million times the least that is kept: the way down takes hundreds of steps,
/// and without a bound it leads through all subnormal numbers. Gradients of usual size come first, so that means of squares
/// are those of a training.
fn decays<T: Real>(ends_at_zero: bool) {
    let (lr, lambda) = (0.5, 0.2);
    for name in optim::names().filter(of_gradients) {
        let mut p = weights::<T>();
        let hyper = Hyperparameters {
            weight_decay: 0.05,
            ..Hyperparameters::new(lr)
        };
        let mut optimizer = OptimizerState::new(optim::by_name::<T>(name, hyper).unwrap(), &p);
        for t in 0..20 {
            let g: Vec<T> = (0..p.len())
                .map(|i| T::from_f64(((i * 7 + t * 13) as f64).sin()))
                .collect();
            optimizer.step(lr, p.values_mut(), &g);
        }
        let start = T::from_f64(1e6) * (least::<T>() / T::EPSILON);
        for (i, w) in p.values_mut().iter_mut().enumerate() {
            *w = start * T::from_f64(1.0 + i as f64);
        }
        for t in 0..4000 {
            let g: Vec<T> = p
                .values()
                .iter()
                .map(|w| T::from_f64(lambda) * *w)
                .collect();
            optimizer.step(lr, p.values_mut(), &g);
            for x in p.values() {
                assert!(parameter_may_be(*x), "{name} keeps {x:e} after step {t}");
            }
            for x in optimizer.state().flat_map(|(_, v)| v) {
                assert!(
                    state_may_be(*x),
                    "{name} has {x:e} in its state after step {t}"
                );
            }
        }
        if !ends_at_zero {
            continue;
        }
        let ends = p.values().iter().filter(|w| **w == T::ZERO).count();
        assert_eq!(ends, p.len(), "{name} ends at {:?}", p.values());
    }
}

#[test]
fn weights_that_decay_end_at_zero_under_every_optimizer_of_gradients() {
    decays::<f32>(true);
    // What momentum keeps of usual gradients falls by a twentieth a step: too slowly for 276 decades.
    decays::<f64>(false);
}

/// Dead units of a network under L2 and Adam, whose weights have no gradient but the penalty's.
#[test]
fn dead_units_keep_no_subnormal_weights() {
    let x: Vec<f32> = (0..64 * 3).map(|i| (i as f32 * 0.37).sin().abs()).collect();
    let labels: Vec<u32> = (0..64).map(|i| i % 2).collect();
    let samples = Samples::new(Rows::reals32(&[3], x), Targets::classes(labels, 2));
    let mut model = Sequential::input([3])
        .linear(8)
        .relu()
        .linear(2)
        .init::<f32>(0)
        .unwrap();
    let bias = model.params.find("0.bias").unwrap();
    model.params.slice_mut(bias)[..6].fill(-100.0);
    let config = TrainConfig {
        l2: Some(L2::new(0.01)),
        batch_size: 64,
        ..TrainConfig::default()
    };
    let mut trainer = Trainer::new(model, Adam::new(1e-2), CrossEntropy::new()).with_config(config);
    let rows = samples.rows().to_vec();
    for step in 0..6000 {
        trainer.step(samples.view(), &rows, step);
        for x in trainer.model().params.values() {
            assert!(parameter_may_be(*x), "{x:e} is kept after step {step}");
        }
        for x in trainer.optimizer().state().flat_map(|(_, v)| v) {
            assert!(state_may_be(*x), "{x:e} is state after step {step}");
        }
    }
    let weight = trainer.model().params.find("0.weight").unwrap();
    let weights = trainer.model().params.slice(weight).iter();
    let zeros = weights.filter(|w| **w == 0.0).count();
    assert_eq!(zeros, 6 * 3, "the weights of dead units are 0");
}

/// A channel without variance: its running variance falls by a tenth a step.
#[test]
fn running_statistics_end_at_zero() {
    let inputs = Rows::reals32(&[2], vec![0.0f32; 16]);
    let samples = Samples::new(inputs, Targets::classes(vec![0, 1, 0, 1, 0, 1, 0, 1], 2));
    let model = Sequential::input([2]).batch_norm().linear(2);
    let mut trainer = Trainer::new(
        model.init::<f32>(0).unwrap(),
        Adam::new(1e-3),
        CrossEntropy::new(),
    );
    let rows = samples.rows().to_vec();
    let variance = trainer.model().params.find("0.running_var").unwrap();
    let mut least = 1f32;
    for step in 0..1000 {
        trainer.step(samples.view(), &rows, step);
        for x in trainer.model().params.slice(variance) {
            assert!(state_may_be(*x), "a variance of {x:e} after step {step}");
            least = least.min(*x);
        }
    }
    assert_eq!(least, 0.0);
}
