//! L-BFGS and Levenberg-Marquardt in runs: what is kept and goes on, threads, and what is refused.

use std::sync::Arc;

use crate::second_order::{network, wave};
use autograd::{Real, Tensor, ThreadPool};
use datasets::{Rows, Samples, Targets};
use nn::optim::{self, Method, OptimizerError, OptimizerState, StateError, minimize};
use nn::{
    Adam, Augment, Clip, FitError, History, Huber, L1, L2, Lbfgs, LevenbergMarquardt, Model, Mse,
    Optimizer, Reduction, Schedule, Sequential, TrainConfig, Trainer, checkpoint,
};

/// Everything that a run leaves, but for times.
fn left<T: Real>(trainer: &Trainer<T>, histories: &[History]) -> Vec<u64> {
    let bits = |x: &[T]| x.iter().map(|x| x.to_f64().to_bits()).collect::<Vec<_>>();
    let lines = histories.iter().flat_map(|h| &h.epochs).flat_map(|r| {
        let train = [r.lr, r.train.loss, r.train.metric, r.train.penalty];
        [r.epoch, r.step].into_iter().chain(train.map(f64::to_bits))
    });
    let mut all: Vec<u64> = lines.collect();
    all.extend(bits(trainer.model().params.values()));
    all.extend(trainer.optimizer().state().flat_map(|(_, x)| bits(x)));
    all.extend(trainer.optimizer().numbers().iter().map(|x| x.to_bits()));
    all
}

/// A run of at most thirty epochs in one go, and again with a break after each number of epochs.
fn goes_on<T: Real>(optimizer: Arc<dyn Optimizer<T>>) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let samples = wave();
    let mut whole = network::<T>(optimizer.clone());
    let history = whole.fit(&samples, 30).unwrap();
    let want = left(&whole, std::slice::from_ref(&history));
    for epochs in 0..=history.epochs.len() as u64 {
        let mut broken = network::<T>(optimizer.clone());
        let first = broken.fit(&samples, epochs).unwrap();
        checkpoint::save(&file, &broken).unwrap();
        let mut again = network::<T>(optimizer.clone());
        checkpoint::load(&file, &mut again).unwrap();
        let second = again.fit(&samples, 30).unwrap();
        assert_eq!(second.reason, history.reason, "after {epochs} epochs");
        assert_eq!(
            left(&again, &[first, second]),
            want,
            "after {epochs} epochs"
        );
    }
    history.epochs.len()
}

#[test]
fn a_run_goes_on_to_the_same_bits() {
    let remembers_three = Lbfgs {
        history_size: 3,
        ..Lbfgs::new()
    };
    assert_eq!(goes_on::<f64>(Arc::new(remembers_three)), 30);
    assert!(goes_on::<f32>(Arc::new(remembers_three)) > 5);
    assert!(goes_on::<f64>(Arc::new(LevenbergMarquardt::new())) > 5);
    assert!(goes_on::<f32>(Arc::new(LevenbergMarquardt::new())) > 5);
}

#[test]
fn a_state_of_another_optimizer_is_refused() {
    let mut lbfgs = network::<f64>(Lbfgs::new());
    let mut lm = network::<f64>(LevenbergMarquardt::new());
    lbfgs.fit(&wave(), 5).unwrap();
    lm.fit(&wave(), 2).unwrap();
    let from_lm = network::<f64>(Lbfgs::new()).restore(lm.state());
    let numbers = StateError::Numbers {
        found: 2,
        expected: 1,
    };
    assert_eq!(from_lm, Err(numbers));
    let short = Lbfgs {
        history_size: 2,
        ..Lbfgs::new()
    };
    let from_longer = network::<f64>(short).restore(lbfgs.state());
    assert!(matches!(
        from_longer,
        Err(StateError::Length { name: "s", .. })
    ));
    let from_lbfgs = network::<f64>(Adam::new(1e-3)).restore(lbfgs.state());
    assert!(matches!(
        from_lbfgs,
        Err(StateError::Numbers { found: 1, .. })
    ));
    // Checkpoints say which it is.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    checkpoint::save(&file, &lbfgs).unwrap();
    let error = checkpoint::load(&file, &mut network::<f64>(short)).unwrap_err();
    assert!(error.to_string().contains("history_size: 10"), "{error}");
}

#[test]
fn parameters_that_others_move_are_looked_at_anew() {
    let samples = wave();
    let mut trainer = network::<f64>(Lbfgs::new());
    trainer.fit(&samples, 8).unwrap();
    let moved: Vec<f64> = trainer
        .model()
        .params
        .values()
        .iter()
        .map(|x| x + 0.3)
        .collect();
    let mut fresh = network::<f64>(Lbfgs::new());
    for trainer in [&mut trainer, &mut fresh] {
        trainer
            .model_mut()
            .params
            .values_mut()
            .copy_from_slice(&moved);
    }
    trainer.fit(&samples, 10).unwrap();
    fresh.fit(&samples, 2).unwrap();
    assert_eq!(
        trainer.model().params.values(),
        fresh.model().params.values()
    );
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    // Wide enough for products to be cut: a Jacobian of 330 rows and a factor of as many.
    let x: Vec<f32> = (0..330 * 4).map(|i| (i as f32 * 0.37).sin()).collect();
    let y: Vec<f32> = x
        .chunks(4)
        .map(|x| x[0] * x[1] - x[2].abs() + x[3])
        .collect();
    let samples = Samples::new(
        Rows::reals32(&[4], x),
        Targets::Values(Rows::reals32(&[1], y)),
    );
    let run = |optimizer: Arc<dyn Optimizer<f32>>, widths: [usize; 2], threads: usize| {
        ThreadPool::new(threads).install(|| {
            let layers = Sequential::input([4])
                .linear(widths[0])
                .tanh()
                .linear(widths[1]);
            let model = layers.tanh().linear(1).init::<f32>(1).unwrap();
            let mut trainer = Trainer::new(model, optimizer, Mse)
                .batch_size(TrainConfig::FULL_BATCH)
                .penalty(L2::new(1e-4));
            trainer.fit(&samples, 6).unwrap();
            assert_eq!(trainer.epochs(), 6);
            trainer.into_model().params.values().to_vec()
        })
    };
    let lm: Arc<dyn Optimizer<f32>> = Arc::new(LevenbergMarquardt::new());
    let lbfgs: Arc<dyn Optimizer<f32>> = Arc::new(Lbfgs::new());
    // 131·41 parameters and more, and fewer than residuals.
    for (optimizer, widths) in [(&lbfgs, [128, 128]), (&lm, [24, 20]), (&lm, [16, 12])] {
        let one = run(optimizer.clone(), widths, 1);
        for threads in [2, 3] {
            assert_eq!(
                run(optimizer.clone(), widths, threads),
                one,
                "{optimizer:?} {threads}"
            );
        }
    }
}

/// Leaves a batch as it is.
struct Still;
impl Augment<f64> for Still {
    fn apply(&self, _: &mut Tensor<f64>, _: u64, _: u64, _: u64) {}
}

#[test]
fn what_makes_no_sense_is_refused() {
    type Change = fn(Trainer<f64>) -> Trainer<f64>;
    let changes: [(Change, &str); 9] = [
        (|t| t.batch_size(39), "batches"),
        (|t| t.schedule(Schedule::OneCycle), "schedule"),
        (|t| t.warmup(1), "warmup"),
        (|t| t.clip_norm(1.0), "gradient"),
        (|t| t.max_norm(1.0), "norm of weights"),
        (|t| t.reduction(Reduction::Sum), "summed"),
        (|t| t.penalty(L1::new(0.1)), "L1"),
        (|t| t.augment(Arc::new(Still)), "augmentation"),
        (
            |t| {
                let config = TrainConfig {
                    clip: Some(Clip::Value(1.0)),
                    ..*t.config()
                };
                t.with_config(config)
            },
            "gradient",
        ),
    ];
    let refused = |mut trainer: Trainer<f64>| match trainer.fit(&wave(), 1) {
        Err(FitError::FullBatch(why)) => why,
        other => panic!("{other:?}"),
    };
    for (change, part) in changes {
        let why = refused(change(network(Lbfgs::new())));
        assert!(why.contains(part), "{why}");
    }
    let start = || Sequential::input([1]).linear(4);
    let of = |model: Model<f64>| Trainer::new(model, Lbfgs::new(), Mse).batch_size(40);
    let dropout = start().dropout(0.1).linear(1).init(0).unwrap();
    assert!(refused(of(dropout)).contains("dropout"));
    let norm = start().batch_norm().linear(1).init(0).unwrap();
    assert!(refused(of(norm)).contains("batch normalization"));

    let model = || start().linear(1).init(0).unwrap();
    let huber = Trainer::new(model(), LevenbergMarquardt::new(), Huber { delta: 1.0 });
    assert!(refused(huber.batch_size(40)).contains("mean squared error"));
    let wide = Sequential::input([1])
        .linear(3334)
        .linear(1)
        .init(0)
        .unwrap();
    let wide = Trainer::new(wide, LevenbergMarquardt::new(), Mse).batch_size(40);
    assert!(refused(wide).contains("at most 10000 parameters, and there are 10003"));
}

#[test]
#[should_panic(expected = "does not go with batches of less than all training samples")]
fn an_epoch_of_small_batches_is_a_mistake() {
    let samples = wave();
    let mut trainer = network::<f64>(Lbfgs::new()).batch_size(20);
    let _ = trainer.epoch(samples.view(), samples.rows(), |_, _| {
        std::ops::ControlFlow::Continue(())
    });
}

#[test]
#[should_panic(expected = "needs the objective")]
fn a_single_gradient_is_a_mistake() {
    OptimizerState::over(Lbfgs::new(), 1, vec![(0..1, 0.0)]).step(1.0, &mut [0.0], &[1.0]);
}

#[test]
#[should_panic(expected = "does not look at a whole objective")]
fn minimizing_by_single_gradients_is_a_mistake() {
    let mut square = |x: &[f64], g: &mut [f64]| {
        g[0] = 2.0 * x[0];
        x[0] * x[0]
    };
    minimize(&Adam::new(0.1), &mut square, &mut [1.0], 1);
}

#[test]
fn methods_take_the_constants_of_their_own() {
    let named = |name: &str| name.parse::<Method>().unwrap();
    assert_eq!(named("lm"), named("levenberg-marquardt"));
    assert!(!optim::names().any(|name| name == "lm"));
    let lbfgs = named("lbfgs").with_history_size(7).unwrap();
    let lbfgs = lbfgs
        .with_tolerance_grad(1e-3)
        .unwrap()
        .with_tolerance_change(0.0)
        .unwrap();
    let want = Lbfgs {
        history_size: 7,
        tolerance_grad: 1e-3,
        tolerance_change: 0.0,
    };
    let made = lbfgs.optimizer::<f64>(0.5, 0.5);
    assert_eq!(format!("{made:?}"), format!("{want:?}"));
    assert_eq!(lbfgs.with_defaults(), named("lbfgs"));
    let lm = named("lm").with_tolerance_grad(0.5).unwrap();
    assert_eq!((lm.tolerance_grad(), lm.history_size()), (Some(0.5), None));
    assert_eq!(named("adam").tolerance_grad(), None);
    let no_history = OptimizerError::HasNoHistory("levenberg-marquardt");
    assert_eq!(lm.with_history_size(3), Err(no_history));
    assert_eq!(lbfgs.with_history_size(0), Err(OptimizerError::HistorySize));
    assert_eq!(
        named("adam").with_tolerance_change(1.0),
        Err(OptimizerError::HasNoTolerance("adam"))
    );
    assert_eq!(
        lm.with_tolerance_grad(-1.0),
        Err(OptimizerError::Tolerance(-1.0))
    );
    lm.with_tolerance_grad(f64::NAN).unwrap_err();
    assert_eq!(
        lbfgs.with_momentum(0.9),
        Err(OptimizerError::TakesNoMomentum("lbfgs"))
    );
    let decayed = optim::Hyperparameters {
        weight_decay: 0.1,
        ..optim::Hyperparameters::new(0.1)
    };
    let refused = optim::by_name::<f64>("lm", decayed).unwrap_err();
    assert_eq!(
        refused,
        OptimizerError::TakesNoWeightDecay("levenberg-marquardt")
    );
    let first_order = optim::names().filter(|name| !named(name).is_full_batch());
    assert_eq!(first_order.count() + 2, optim::names().count());
}
