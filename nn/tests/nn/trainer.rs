//! Training through the trainer: what it learns, to the bit, and how it stops.

use std::ops::ControlFlow;

use autograd::{Activation, Tensor, ThreadPool, random};
use datasets::{Rows, Targets};
use nn::layers::Mlp;
use nn::{
    Adam, BatchTargets, Clip, CrossEntropy, DataView, FitError, Init, Loss, LossFunction, Model,
    ParamsBuilder, Samples, Sequential, Sgd, StopReason, TrainConfig, Trainer, evaluate, on_step,
    value_and_grad,
};

/// Points in the plane, of class 1 where their signs differ.
pub(super) fn quadrants(n: usize) -> (Rows, Targets) {
    let mut rng = random::stream(1, "quadrants", 0, 0);
    let number = |_| 2.0 * random::unit(&mut rng) as f32 - 1.0;
    let cells: Vec<f32> = (0..2 * n).map(number).collect();
    let labels: Vec<u32> = cells
        .chunks_exact(2)
        .map(|p| u32::from(p[0] * p[1] < 0.0))
        .collect();
    (Rows::reals32(&[2], cells), Targets::classes(labels, 2))
}

fn model(hidden: &[usize], outputs: usize, dropout: f64, seed: u64) -> Model<f32> {
    let mlp = Mlp {
        inputs: 2,
        hidden: hidden.to_vec(),
        outputs,
        activation: Activation::Tanh,
        batch_norm: false,
        dropout,
        init: Init::XAVIER_NORMAL,
    };
    let mut builder = ParamsBuilder::new();
    let layers = mlp.declare(&mut builder);
    let params = builder.build(seed, 1 << 30).unwrap();
    Model { layers, params }
}

const LOSS: LossFunction = LossFunction::CrossEntropy { smoothing: 0.0 };

fn config() -> TrainConfig {
    TrainConfig {
        batch_size: 32,
        seed: 3,
        ..TrainConfig::default()
    }
}

fn trainer(model: Model<f32>, loss: LossFunction) -> Trainer<f32> {
    Trainer::new(model, Adam::new(1e-2), loss).with_config(config())
}

fn epochs(trainer: &mut Trainer<f32>, data: DataView<'_>, n: usize) {
    let rows: Vec<u32> = (0..data.inputs.len() as u32).collect();
    for _ in 0..n {
        let flow = trainer.epoch(data, &rows, |_, _| ControlFlow::Continue(()));
        assert!(flow.is_continue());
    }
}

#[test]
fn a_hidden_layer_solves_the_quadrants() {
    let (inputs, targets) = quadrants(500);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let all: Vec<u32> = (0..500).collect();
    for (outputs, loss) in [
        (2, LossFunction::CrossEntropy { smoothing: 0.0 }),
        (1, LossFunction::BceWithLogits),
    ] {
        let mut trainer = trainer(model(&[16], outputs, 0.0, 1), loss);
        epochs(&mut trainer, data, 60);
        let found = evaluate(trainer.model(), data, &all, loss);
        let mut truth = vec![0; 500];
        targets.labels_into(&all, &mut truth);
        let accuracy = nn::metrics::accuracy(&truth, &found.classes()).unwrap();
        assert!(accuracy > 0.97, "{loss:?}: {accuracy}");
        let p = found.probabilities();
        assert_eq!(p.len(), 1000);
        assert!(p.chunks_exact(2).all(|p| (p[0] + p[1] - 1.0).abs() < 1e-6));
        assert_eq!(found.accuracy(), accuracy);
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_for_any_number_of_threads() {
    // Wide enough for products, the gathering and the optimizer's pass to be cut.
    let (inputs, targets) = quadrants(300);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let run = |threads: usize, seed: u64| {
        ThreadPool::new(threads).install(|| {
            let model = model(&[128, 128], 2, 0.3, 1);
            let mut trainer = trainer(model, LOSS).batch_size(128).seed(seed);
            epochs(&mut trainer, data, 2);
            trainer.into_model().params.values().to_vec()
        })
    };
    let one = run(1, 3);
    for threads in [2, 3, 4, 9] {
        assert_eq!(run(threads, 3), one, "{threads} threads");
    }
    assert_ne!(run(1, 4), one);
}

#[test]
fn a_run_ends_when_the_training_loss_is_as_small_as_asked_for() {
    let (inputs, targets) = quadrants(200);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let all: Vec<u32> = (0..200).collect();
    let train = data.samples(&all);
    let asked = 0.3;
    let mut trainer = trainer(model(&[16], 2, 0.0, 1), LOSS)
        .penalty(nn::L2::new(1e-3))
        .stop_at_loss(asked);
    let history = trainer.fit(&train, 500).unwrap();
    assert_eq!((history.reason, history.restored), (StopReason::Loss, None));
    let (last, before) = history.epochs.split_last().unwrap();
    let cost = |r: &nn::EpochRecord| r.train.loss + r.train.penalty;
    assert!(last.train.penalty > 0.0 && cost(last) <= asked);
    assert!(before.len() > 2 && before.iter().all(|r| cost(r) > asked));
    // It is asked before an epoch: more of them change nothing.
    let again = trainer.fit(&train, 1000).unwrap();
    assert_eq!((again.reason, again.epochs.len()), (StopReason::Loss, 0));
}

#[test]
fn stopping_early_restores_the_best_weights() {
    let (inputs, targets) = quadrants(200);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..200).partition(|i| i % 4 != 0);
    // A rate so high that the loss soon gets worse.
    let mut trainer = Trainer::new(model(&[8], 2, 0.0, 1), Adam::new(0.5), LOSS)
        .with_config(config())
        .validation(&data.samples(&validation))
        .early_stopping(3);
    let history = trainer.fit(&data.samples(&train), 200).unwrap();
    assert_eq!(history.reason, StopReason::Early);
    let losses: Vec<f64> = history
        .epochs
        .iter()
        .map(|r| r.validation.unwrap().loss)
        .collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let epoch = losses.iter().position(|l| *l == best).unwrap();
    assert_eq!(history.restored, Some(epoch as u64 + 1));
    assert_eq!(losses.len(), epoch + 1 + 3);
    let again = evaluate(trainer.model(), data, &validation, LOSS);
    assert_eq!(again.loss, best);
}

#[test]
fn an_observer_can_break_off() {
    let (inputs, targets) = quadrants(200);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let train: Vec<u32> = (0..200).collect();
    let mut trainer = trainer(model(&[8], 2, 0.0, 1), LOSS);
    let mut seen = 0;
    let mut observer = on_step(|_, _| {
        seen += 1;
        if seen == 10 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let train = data.samples(&train);
    let history = trainer.fit_observed(&train, 5, &mut observer).unwrap();
    // Seven steps an epoch: one epoch is whole.
    assert_eq!(history.reason, StopReason::Interrupted);
    assert_eq!(history.epochs.len(), 1);
    assert_eq!(trainer.optimizer().count(), 10);
}

#[test]
fn a_clipped_gradient_moves_less() {
    let (inputs, targets) = quadrants(64);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let moved = |clip: Option<Clip>| {
        let config = TrainConfig { clip, ..config() };
        let start = model(&[8], 2, 0.0, 1);
        let before = start.params.values().to_vec();
        let mut trainer = Trainer::new(start, Sgd::new(1e-2), LOSS).with_config(config);
        let rows: Vec<u32> = (0..64).collect();
        trainer.step(data, &rows, 0);
        let after = trainer.into_model().params;
        let squares = after
            .values()
            .iter()
            .zip(&before)
            .map(|(a, b)| (a - b).powi(2));
        f64::from(squares.sum::<f32>().sqrt()) / 1e-2
    };
    let free = moved(None);
    assert!(free > 0.02, "{free}");
    let clipped = moved(Some(Clip::Norm(0.01)));
    assert!((clipped - 0.01).abs() < 1e-4, "{clipped}");
    assert!(moved(Some(Clip::Value(1e-4))) < free / 10.0);
}

#[test]
fn names_are_those_of_the_equivalent_sequential() {
    let names = |dropout: f64| {
        let model = model(&[5, 4], 3, dropout, 1);
        let names = model.params.segments().iter().map(|s| s.name.clone());
        names.collect::<Vec<_>>().join(" ")
    };
    let plain = "0.weight 0.bias 2.weight 2.bias 4.weight 4.bias";
    assert_eq!(names(0.0), plain);
    let with_dropout = "0.weight 0.bias 3.weight 3.bias 6.weight 6.bias";
    assert_eq!(names(0.1), with_dropout);
}

#[test]
fn evaluation_in_batches_is_evaluation_at_once() {
    let (inputs, targets) = quadrants(700);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let model = model(&[8], 2, 0.5, 1);
    let all: Vec<u32> = (0..700).collect();
    let loss = LOSS;
    let found = evaluate(&model, data, &all, loss);
    let at_once = model.forward(&inputs.gather(&all));
    assert_eq!(found.outputs, at_once);
    let whole = loss
        .value(&at_once, &BatchTargets::of(&targets, &all))
        .item();
    assert!((found.loss - f64::from(whole)).abs() < 1e-6);
    assert!(evaluate(&model, data, &[], loss).loss.is_nan());
}

#[test]
#[should_panic(expected = "while a view of them lives")]
fn parameters_are_not_written_under_a_view() {
    let mut model = model(&[4], 2, 0.0, 1);
    let id = model.params.find("0.weight").unwrap();
    let _view = model.params.view(id);
    model.params.values_mut();
}

#[test]
fn a_parameter_that_the_loss_does_not_see_has_gradient_zero() {
    let model = model(&[4], 2, 0.0, 1);
    let mut tape = autograd::Tape::new();
    let mut gradient = vec![9.0; model.params.len()];
    let id = model.params.find("2.bias").unwrap();
    let loss = value_and_grad(&mut tape, &model.params, &mut gradient, |weights| {
        use autograd::prelude::*;
        use nn::ParamSource;
        weights.param(id).add_scalar(1.0).square().sum()
    });
    assert_eq!(loss, 2.0);
    let place = model.params.segment(id).range.clone();
    for (i, g) in gradient.iter().enumerate() {
        let want = if place.contains(&i) { 2.0 } else { 0.0 };
        assert_eq!(*g, want, "{i}");
    }
    assert!(tape.is_empty());
}

#[test]
fn values_are_regressed() {
    let x: Vec<f32> = (0..200).map(|i| i as f32 / 100.0 - 1.0).collect();
    let y: Vec<f32> = x.iter().map(|x| (3.0 * x).sin()).collect();
    let cells: Vec<f32> = x.iter().flat_map(|x| [*x, 1.0]).collect();
    let (inputs, targets) = (
        Rows::reals32(&[2], cells),
        Targets::Values(Rows::reals32(&[1], y)),
    );
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let all: Vec<u32> = (0..200).collect();
    for loss in [
        LossFunction::Mse,
        LossFunction::Mae,
        LossFunction::Huber { delta: 0.5 },
    ] {
        let mut trainer = trainer(model(&[16, 16], 1, 0.0, 1), loss);
        epochs(&mut trainer, data, 150);
        let found = evaluate(trainer.model(), data, &all, loss);
        let error = found.mse();
        assert!(error < 0.01, "{loss:?}: {error}");
    }
}

#[test]
fn samples_that_do_not_fit_are_refused_in_a_sentence() {
    let (inputs, targets) = quadrants(20);
    let classes = Samples::new(inputs.clone(), targets);
    let values = Samples::new(inputs, Targets::Values(Rows::reals32(&[1], vec![0.0; 20])));
    let sequential = |inputs: usize| Sequential::input([inputs]).linear(4).tanh().linear(2);
    let fit = |inputs: usize, samples: &Samples| {
        let model = sequential(inputs).init::<f32>(0).unwrap();
        let mut trainer = Trainer::new(model, Adam::new(1e-2), CrossEntropy::new());
        let fitted = trainer.fit(samples, 1).map(|history| history.epochs.len());
        assert_eq!(trainer.evaluate(samples).err(), fitted.clone().err());
        fitted.map_err(|e| e.to_string())
    };
    assert_eq!(fit(2, &classes), Ok(1));
    assert_eq!(
        fit(3, &classes),
        Err(
            "layer input, Input(3), does not take rows of shape [2]: it takes rows of 3 numbers"
                .into()
        )
    );
    assert_eq!(
        fit(2, &values),
        Err(
            "the targets do not fit the loss: cross-entropy takes classes, and these are values"
                .into()
        )
    );
    let none = classes.with_rows([]);
    assert_eq!(fit(2, &none), Err("there are no samples".into()));
    let model = sequential(2).init::<f32>(0).unwrap();
    let mut trainer = Trainer::new(model, Adam::new(1e-2), CrossEntropy::new()).early_stopping(1);
    assert_eq!(trainer.fit(&classes, 1), Err(FitError::NoValidation));
}

#[test]
fn a_clone_of_a_model_has_parameters_of_its_own() {
    let model = Sequential::input([2])
        .linear(3)
        .relu()
        .linear(1)
        .init::<f64>(0)
        .unwrap();
    let mut copy = model.clone();
    copy.params.values_mut().fill(0.0);
    let x = Tensor::from([[1.0, 2.0]]);
    assert_eq!(copy.forward(&x).item(), 0.0);
    assert_ne!(model.forward(&x).item(), 0.0);
    assert_eq!(
        format!("{model:?}"),
        "Model { layers: Sequential(Input(2), Linear(2, 3) + relu, Linear(3, 1)), parameters: 13 }"
    );
}

/// A perceptron of the ten lines has the bits of the same one made by hand.
#[test]
fn a_described_model_trains_to_the_bits_of_one_by_hand() {
    let (inputs, targets) = quadrants(200);
    let samples = Samples::new(inputs, targets);
    let by_hand = model(&[8], 2, 0.0, 5);
    let described = Sequential::input([2])
        .weights(Init::XAVIER_NORMAL)
        .linear(8)
        .tanh()
        .linear(2);
    let run = |model: Model<f32>| {
        let mut trainer = trainer(model, LOSS);
        trainer.fit(&samples, 3).unwrap();
        trainer.into_model().params.values().to_vec()
    };
    assert_eq!(run(described.init(5).unwrap()), run(by_hand));
}
