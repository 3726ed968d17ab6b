//! Training through the trainer: what it learns, to the bit, and how it stops.

use std::ops::ControlFlow;

use autograd::{Activation, Team, Tensor, random};
use datasets::{Rows, Targets};
use nn::layers::Mlp;
use nn::{
    Clip, EarlyStopping, Examples, Fit, Init, Loss, Model, ParamsBuilder, Settings, Stopped,
    Trainer, evaluate, fit, optim, value_and_grad,
};

/// Points in the plane, of class 1 where their signs differ.
fn quadrants(n: usize) -> (Rows, Targets) {
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

fn settings() -> Settings {
    Settings {
        lr: 1e-2,
        batch_size: 32,
        seed: 3,
        ..Settings::new(Loss::CrossEntropy { smoothing: 0.0 })
    }
}

fn trainer(model: Model<f32>, settings: Settings) -> Trainer<f32> {
    let rule = optim::by_name("adam", None).unwrap();
    Trainer::new(model, rule, settings)
}

fn epochs(trainer: &mut Trainer<f32>, data: Examples<'_>, n: usize) {
    let rows: Vec<u32> = (0..data.inputs.len() as u32).collect();
    for _ in 0..n {
        let flow = trainer.epoch(data, &rows, |_, _| ControlFlow::Continue(()));
        assert!(flow.is_continue());
    }
}

#[test]
fn a_hidden_layer_solves_the_quadrants() {
    let (inputs, targets) = quadrants(500);
    let data = Examples {
        inputs: &inputs,
        targets: &targets,
    };
    let all: Vec<u32> = (0..500).collect();
    for (outputs, loss) in [
        (2, Loss::CrossEntropy { smoothing: 0.0 }),
        (1, Loss::BinaryCrossEntropy),
    ] {
        let settings = Settings { loss, ..settings() };
        let mut trainer = trainer(model(&[16], outputs, 0.0, 1), settings);
        epochs(&mut trainer, data, 60);
        let found = evaluate(trainer.model(), data, &all, loss);
        let mut truth = vec![0; 500];
        targets.labels_into(&all, &mut truth);
        let accuracy = nn::metrics::accuracy(&truth, &found.classes()).unwrap();
        assert!(accuracy > 0.97, "{loss:?}: {accuracy}");
        let p = found.probabilities();
        assert_eq!(p.len(), 1000);
        assert!(p.chunks_exact(2).all(|p| (p[0] + p[1] - 1.0).abs() < 1e-6));
        let metric = loss.metric(&found.outputs, &loss.targets(&targets, &all));
        assert_eq!(metric, accuracy * 500.0);
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_for_any_number_of_threads() {
    // Wide enough for products, the gathering and the optimiser's pass to be cut.
    let (inputs, targets) = quadrants(300);
    let data = Examples {
        inputs: &inputs,
        targets: &targets,
    };
    let run = |threads: usize, seed: u64| {
        Team::new(threads).install(|| {
            let settings = Settings {
                batch_size: 128,
                seed,
                ..settings()
            };
            let mut trainer = trainer(model(&[128, 128], 2, 0.3, 1), settings);
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
fn stopping_early_restores_the_best_weights() {
    let (inputs, targets) = quadrants(200);
    let data = Examples {
        inputs: &inputs,
        targets: &targets,
    };
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..200).partition(|i| i % 4 != 0);
    // A rate so high that the loss soon gets worse.
    let settings = Settings {
        lr: 0.5,
        ..settings()
    };
    let mut trainer = trainer(model(&[8], 2, 0.0, 1), settings);
    let plan = Fit {
        train: &train,
        validation: &validation,
        epochs: 200,
        early_stopping: Some(EarlyStopping {
            patience: 3,
            min_delta: 0.0,
        }),
    };
    let go_on = ControlFlow::Continue(());
    let outcome = fit(&mut trainer, data, plan, |_, _| go_on, |_, _| go_on);
    assert_eq!(outcome.stopped, Stopped::Early);
    let losses: Vec<f64> = outcome
        .history
        .iter()
        .map(|r| r.validation.unwrap().loss)
        .collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let epoch = losses.iter().position(|l| *l == best).unwrap();
    assert_eq!(outcome.restored, Some(epoch as u64 + 1));
    assert_eq!(losses.len(), epoch + 1 + 3);
    let again = evaluate(trainer.model(), data, &validation, settings.loss);
    assert_eq!(again.loss, best);
}

#[test]
fn an_observer_can_break_off() {
    let (inputs, targets) = quadrants(200);
    let data = Examples {
        inputs: &inputs,
        targets: &targets,
    };
    let train: Vec<u32> = (0..200).collect();
    let plan = Fit {
        train: &train,
        validation: &[],
        epochs: 5,
        early_stopping: None,
    };
    let mut trainer = trainer(model(&[8], 2, 0.0, 1), settings());
    let mut seen = 0;
    let outcome = fit(
        &mut trainer,
        data,
        plan,
        |_, _| {
            seen += 1;
            if seen == 10 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
        |_, _| ControlFlow::Continue(()),
    );
    // Seven steps an epoch: one epoch is whole.
    assert_eq!(outcome.stopped, Stopped::Interrupted);
    assert_eq!(outcome.history.len(), 1);
    assert_eq!(trainer.optimizer().count(), 10);
}

#[test]
fn a_clipped_gradient_moves_less() {
    let (inputs, targets) = quadrants(64);
    let data = Examples {
        inputs: &inputs,
        targets: &targets,
    };
    let moved = |clip: Option<Clip>| {
        let settings = Settings { clip, ..settings() };
        let start = model(&[8], 2, 0.0, 1);
        let before = start.params.values().to_vec();
        let rule = optim::by_name("sgd", None).unwrap();
        let mut trainer = Trainer::new(start, rule, settings);
        let rows: Vec<u32> = (0..64).collect();
        trainer.step(data, &rows, 0);
        let after = trainer.into_model().params;
        let squares = after
            .values()
            .iter()
            .zip(&before)
            .map(|(a, b)| (a - b).powi(2));
        f64::from(squares.sum::<f32>().sqrt()) / settings.lr
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
    let data = Examples {
        inputs: &inputs,
        targets: &targets,
    };
    let model = model(&[8], 2, 0.5, 1);
    let all: Vec<u32> = (0..700).collect();
    let loss = settings().loss;
    let found = evaluate(&model, data, &all, loss);
    let at_once = model.evaluate(&inputs.gather(&all));
    assert_eq!(found.outputs, at_once);
    let whole = loss.of(&at_once, &loss.targets(&targets, &all)).item();
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
        use nn::Weights;
        weights.weight(id).add_scalar(1.0).square().sum()
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
    let data = Examples {
        inputs: &inputs,
        targets: &targets,
    };
    let all: Vec<u32> = (0..200).collect();
    for loss in [Loss::Mse, Loss::Mae, Loss::Huber { delta: 0.5 }] {
        let settings = Settings { loss, ..settings() };
        let mut trainer = trainer(model(&[16, 16], 1, 0.0, 1), settings);
        epochs(&mut trainer, data, 150);
        let found = evaluate(trainer.model(), data, &all, loss);
        let error = loss.metric(&found.outputs, &loss.targets(&targets, &all)) / 200.0;
        assert!(error < 0.01, "{loss:?}: {error}");
    }
}

#[test]
fn losses_are_their_formulas() {
    let y = Tensor::from([[0.5, -2.0], [3.0, 0.1]]);
    let t = Tensor::from([[0.0, 1.0], [1.0, 0.0f64]]);
    // Differences 0.5, −3, 2, 0.1.
    assert_eq!(nn::mse(&y, &t).item(), (0.25 + 9.0 + 4.0 + 0.01) / 4.0);
    assert!((nn::mae(&y, &t).item() - 1.4).abs() < 1e-15);
    let huber = (0.125 + 2.5 + 1.5 + 0.005) / 4.0;
    assert!((nn::huber(&y, &t, 1.0).item() - huber).abs() < 1e-15);
    autograd::check_gradients(|x| nn::huber(&x[0], &x[1], 1.0), &[y, t]).unwrap();
}
