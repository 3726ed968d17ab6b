//! Penalties and the limit on a unit's weights: what a step makes of them.

use std::ops::ControlFlow;

use autograd::{Activation, random};
use datasets::{Rows, Targets};
use nn::layers::{Linear, Mlp, Sequential};
use nn::optim::Hyperparameters;
use nn::{
    Clip, DataView, Init, Kind, L1, L1Form, L2, L2Form, LossFunction, Model, ParamsBuilder,
    Reduction, RowCounts, Sgd, TrainConfig, Trainer, optim,
};

/// Rows of five numbers of which the first two alone decide about the target.
pub(crate) fn table(n: usize) -> (Rows, Targets) {
    let mut rng = random::stream(5, "table", 0, 0);
    let number = |_| 2.0 * random::unit(&mut rng) - 1.0;
    let cells: Vec<f64> = (0..5 * n).map(number).collect();
    let y = cells.chunks_exact(5).map(|x| 3.0 * x[0] - 2.0 * x[1] + 0.5);
    let y = Targets::Values(Rows::reals64(&[1], y.collect::<Vec<_>>()));
    (Rows::reals64(&[5], cells), y)
}

pub(crate) fn linear() -> Model<f64> {
    let mut params = ParamsBuilder::new();
    let mut layers = Sequential::new();
    let one = Linear::new(
        &mut params,
        "0",
        5,
        1,
        Activation::Identity,
        Init::Normal(0.5),
    );
    layers.push(one);
    let params = params.build(2, 1 << 20).unwrap();
    Model { layers, params }
}

/// What one step of SGD with rate 1 takes from each parameter, and the penalty that it reports.
fn moved(settings: TrainConfig, rows: usize) -> (Vec<f64>, f64) {
    let (inputs, targets) = table(rows);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let start = linear();
    let before = start.params.values().to_vec();
    let mut trainer = Trainer::new(start, Sgd::new(1.0), LossFunction::Mse)
        .with_config(settings)
        .batch_size(1000);
    let all: Vec<u32> = (0..rows as u32).collect();
    let report = trainer.step(data, &all, 0);
    let after = trainer.model().params.values();
    let moved = before.iter().zip(after).map(|(b, a)| b - a).collect();
    (moved, report.penalty)
}

#[test]
fn every_form_adds_its_gradient_and_its_value() {
    let n = 10;
    let weights = linear().params.values()[..5].to_vec();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let sizes: f64 = weights.iter().map(|w| w.abs()).sum();
    let base = TrainConfig::default();
    let (free, none) = moved(base, n);
    assert_eq!(none, 0.0);
    let strength = 0.06;
    let l1 = |form| TrainConfig {
        l1: Some(L1 { strength, form }),
        ..base
    };
    let l2 = |form| TrainConfig {
        l2: Some(L2 { strength, form }),
        ..base
    };
    // n = 10 training rows: λ/(2n) is 0.003.
    type Slope = fn(f64) -> f64;
    let cases: [(TrainConfig, f64, Slope, f64); 5] = [
        (l2(L2Form::Half), 0.06, |w| w, 0.03 * squares),
        (l2(L2Form::Sum), 0.12, |w| w, 0.06 * squares),
        (l2(L2Form::PerSample), 0.006, |w| w, 0.003 * squares),
        (l1(L1Form::Subgradient), 0.06, f64::signum, 0.06 * sizes),
        (
            l1(L1Form::SubgradientPerSample),
            0.003,
            f64::signum,
            0.003 * sizes,
        ),
    ];
    for (settings, factor, slope, value) in cases {
        let (with, penalty) = moved(settings, n);
        assert!(
            (penalty - value).abs() < 1e-15,
            "{settings:?}: {penalty} {value}"
        );
        for (i, w) in weights.iter().enumerate() {
            let added = with[i] - free[i];
            assert!(
                (added - factor * slope(*w)).abs() < 1e-14,
                "{settings:?}: {added}"
            );
        }
        // The bias is not penalized.
        assert_eq!(with[5], free[5]);
    }
    let both = TrainConfig {
        l2: l2(L2Form::Half).l2,
        ..l1(L1Form::Proximal)
    };
    let (_, penalty) = moved(both, n);
    assert!((penalty - 0.03 * squares - 0.06 * sizes).abs() < 1e-15);
}

/// What the first step of an epoch over ten rows, in batches of four, takes from each parameter, and its penalty.
fn moved_by_four_of_ten(settings: TrainConfig) -> (Vec<f64>, f64) {
    let (inputs, targets) = table(10);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let start = linear();
    let before = start.params.values().to_vec();
    let mut trainer = Trainer::new(start, Sgd::new(1.0), LossFunction::Mse)
        .with_config(settings)
        .batch_size(4);
    let all: Vec<u32> = (0..10).collect();
    let mut penalty = f64::NAN;
    let flow = trainer.epoch(data, &all, |_, report| {
        penalty = report.penalty;
        ControlFlow::Break(())
    });
    assert!(flow.is_break());
    let after = trainer.model().params.values();
    let moved = before.iter().zip(after).map(|(b, a)| b - a).collect();
    (moved, penalty)
}

#[test]
fn forms_divide_by_all_rows_or_by_those_of_the_batch() {
    let weights = linear().params.values()[..5].to_vec();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let sizes: f64 = weights.iter().map(|w| w.abs()).sum();
    let (base, strength) = (TrainConfig::default(), 0.06);
    let (free, _) = moved_by_four_of_ten(base);
    let l1 = |form| TrainConfig {
        l1: Some(L1 { strength, form }),
        ..base
    };
    let l2 = |form| TrainConfig {
        l2: Some(L2 { strength, form }),
        ..base
    };
    type Slope = fn(f64) -> f64;
    let cases: [(TrainConfig, f64, Slope, f64); 4] = [
        (l2(L2Form::PerSample), 0.06 / 10.0, |w| w, 0.003 * squares),
        (l2(L2Form::PerBatch), 0.06 / 4.0, |w| w, 0.0075 * squares),
        (
            l1(L1Form::SubgradientPerSample),
            0.03 / 10.0,
            f64::signum,
            0.003 * sizes,
        ),
        (
            l1(L1Form::SubgradientPerBatch),
            0.03 / 4.0,
            f64::signum,
            0.0075 * sizes,
        ),
    ];
    for (settings, factor, slope, value) in cases {
        let (with, penalty) = moved_by_four_of_ten(settings);
        assert!(
            (penalty - value).abs() < 1e-15,
            "{settings:?}: {penalty} {value}"
        );
        for (i, w) in weights.iter().enumerate() {
            let added = with[i] - free[i];
            assert!(
                (added - factor * slope(*w)).abs() < 1e-14,
                "{settings:?}: {added}"
            );
        }
    }
    let counts = RowCounts::new(3, 4);
    assert_eq!((counts.training, counts.batch), (3, 3));
}

#[test]
fn a_summed_loss_has_the_gradient_of_the_mean_times_the_rows_and_the_penalty_as_it_is() {
    let base = TrainConfig::default();
    let (mean, _) = moved_by_four_of_ten(base);
    let summed = TrainConfig {
        reduction: Reduction::Sum,
        l2: Some(L2::new(0.06)),
        ..base
    };
    let (sum, _) = moved_by_four_of_ten(summed);
    let weights = linear().params.values().to_vec();
    for i in 0..6 {
        let penalty = if i < 5 { 0.06 * weights[i] } else { 0.0 };
        assert!((sum[i] - 4.0 * mean[i] - penalty).abs() < 1e-13, "{i}");
    }
    // What is reported is a mean all the same.
    let loss = |settings: TrainConfig| {
        let (inputs, targets) = table(10);
        let data = DataView {
            inputs: &inputs,
            targets: &targets,
        };
        let mut trainer =
            Trainer::new(linear(), Sgd::new(0.1), LossFunction::Mse).with_config(settings);
        let rows: Vec<u32> = (0..10).collect();
        trainer.step(data, &rows, 0).loss
    };
    assert_eq!(loss(base), loss(summed));
}

#[test]
fn the_proximal_step_shrinks_after_the_optimizers() {
    let base = TrainConfig::default();
    let (free, _) = moved(base, 10);
    let form = L1Form::Proximal;
    let (with, _) = moved(
        TrainConfig {
            l1: Some(L1 {
                strength: 0.06,
                form,
            }),
            ..base
        },
        10,
    );
    let start = linear().params.values().to_vec();
    for i in 0..5 {
        let w = start[i] - free[i];
        let want = w.signum() * (w.abs() - 0.06).max(0.0);
        assert!((start[i] - with[i] - want).abs() < 1e-15, "{i}");
    }
    assert_eq!(with[5], free[5]);
}

/// Trains the linear model and returns its parameters.
fn trained(optimizer: &str, settings: TrainConfig) -> Vec<f64> {
    let (inputs, targets) = table(200);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let optimizer = optim::by_name(optimizer, Hyperparameters::new(0.01)).unwrap();
    let mut trainer = Trainer::new(linear(), optimizer, LossFunction::Mse)
        .with_config(settings)
        .batch_size(50);
    let rows: Vec<u32> = (0..200).collect();
    for _ in 0..400 {
        let _ = trainer.epoch(data, &rows, |_, _| ControlFlow::Continue(()));
    }
    trainer.model().params.values().to_vec()
}

#[test]
fn proximal_weights_that_do_not_help_are_zero_to_the_bit() {
    for optimizer in ["sgd", "nesterov", "adam"] {
        let settings = |form| TrainConfig {
            l1: Some(L1 {
                strength: 0.05,
                form,
            }),
            ..TrainConfig::default()
        };
        let w = trained(optimizer, settings(L1Form::Proximal));
        for useless in &w[2..5] {
            assert_eq!(useless.to_bits(), 0, "{optimizer}: {w:?}");
        }
        assert!(w[0] > 2.0 && w[1] < -1.0, "{optimizer}: {w:?}");
        let w = trained(optimizer, settings(L1Form::Subgradient));
        assert!(w[2..5].iter().all(|w| *w != 0.0), "{optimizer}: {w:?}");
    }
}

#[test]
fn clipping_sees_the_penalty() {
    let settings = TrainConfig {
        l2: Some(L2 {
            strength: 1e3,
            form: L2Form::Half,
        }),
        clip: Some(Clip::Norm(0.5)),
        ..TrainConfig::default()
    };
    let (moved, _) = moved(settings, 10);
    let norm = moved.iter().map(|x| x * x).sum::<f64>().sqrt();
    assert!((norm - 0.5).abs() < 1e-6, "{norm}");
}

#[test]
fn no_unit_has_more_than_the_largest_norm() {
    let mut params = ParamsBuilder::new();
    let mlp = Mlp {
        inputs: 5,
        hidden: vec![7],
        outputs: 1,
        activation: Activation::Tanh,
        batch_norm: false,
        dropout: 0.0,
        init: Init::Normal(1.0),
    };
    let layers = mlp.declare(&mut params);
    // Something like a convolution, which no layer here uses.
    let kernel = params.add("kernel", Kind::Weight, &[3, 2, 2, 2], Init::Normal(1.0));
    let bias = params.add("far.bias", Kind::Bias, &[4], Init::Constant(9.0));
    let params = params.build::<f64>(1, 1 << 20).unwrap();
    let before = params.clone();
    let (inputs, targets) = table(20);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let settings = TrainConfig {
        max_norm: Some(1.5),
        ..TrainConfig::default()
    };
    let mut trainer = Trainer::new(Model { layers, params }, Sgd::new(1e-12), LossFunction::Mse)
        .with_config(settings);
    trainer.step(data, &(0..20).collect::<Vec<_>>(), 0);
    let after = &trainer.model().params;
    let first = after.find("0.weight").unwrap();
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    let column = |w: &[f64], j: usize| w.iter().skip(j).step_by(7).copied().collect::<Vec<_>>();
    let (old, new) = (before.slice(first), after.slice(first));
    let (mut scaled, mut kept) = (0, 0);
    let mut check = |old: &[f64], new: &[f64]| {
        let want = norm(old).min(1.5);
        assert!((norm(new) - want).abs() < 1e-9);
        let along: f64 = old.iter().zip(new).map(|(a, b)| a * b).sum();
        assert!(
            (along - norm(old) * want).abs() < 1e-9,
            "the direction stays"
        );
        if want < 1.5 { kept += 1 } else { scaled += 1 }
    };
    (0..7).for_each(|j| check(&column(old, j), &column(new, j)));
    let channels = before
        .slice(kernel)
        .chunks(8)
        .zip(after.slice(kernel).chunks(8));
    channels.for_each(|(old, new)| check(old, new));
    assert!(scaled > 0 && kept > 0, "{scaled} {kept}");
    assert_eq!(after.slice(bias), [9.0; 4]);
}

#[test]
fn names_of_forms() {
    for name in L1Form::NAMES {
        assert_eq!(name.parse::<L1Form>().unwrap().to_string(), *name);
    }
    for name in L2Form::NAMES {
        assert_eq!(name.parse::<L2Form>().unwrap().to_string(), *name);
    }
    assert_eq!("l1".parse(), Ok(L1Form::Proximal));
    assert_eq!("l2".parse(), Ok(L2Form::Half));
    assert_eq!(
        "l2-subgradient".parse::<L2Form>().unwrap_err().to_string(),
        "there is no form \"l2-subgradient\" of this penalty; choose one of l2, l2-sum, l2-per-sample, l2-per-batch"
    );
}
