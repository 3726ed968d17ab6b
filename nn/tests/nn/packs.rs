//! Networks that are trained together end as each does alone, to the bit.

use std::cell::RefCell;
use std::ops::ControlFlow;

use autograd::{Real, ThreadPool};
use datasets::{Rows, Samples, Targets};
use nn::{
    Adam, BceWithLogits, CrossEntropy, DynLoss, EpochRecord, Fit, History, Huber, L1, L2, Layer,
    Lbfgs, Mode, Mse, Observer, Operation, Reduction, RmsProp, Schedule, Sequential, Sgd,
    StepReport, StopReason, Trainer, fit_together, on_step,
};

/// Rows of two numbers, and what a target is made of.
fn inputs(rows: usize) -> Vec<f64> {
    let number = |i: usize| ((i * 7919 % 1000) as f64 / 500.0 - 1.0) * 1.5;
    (0..2 * rows).map(number).collect()
}

fn classes(rows: usize) -> Samples {
    let x = inputs(rows);
    let labels: Vec<_> = x.chunks(2).map(|x| u32::from(x[0] * x[1] > 0.0)).collect();
    Samples::new(Rows::reals64(&[2], x), Targets::classes(labels, 2))
}

fn values(rows: usize) -> Samples {
    let x = inputs(rows);
    let y: Vec<f64> = x.chunks(2).map(|x| (3.0 * x[0]).sin() * x[1]).collect();
    let y = Targets::Values(Rows::reals64(&[1], y));
    Samples::new(Rows::reals64(&[2], x), y)
}

/// A network of some width.
fn network<T: Real>(width: usize, outputs: usize, seed: u64) -> nn::Model<T> {
    let layers = Sequential::input([2]).linear(width).sigmoid();
    let layers = layers.linear(width).gelu().linear(outputs);
    layers.init(seed).expect("the shapes fit")
}

fn trainer<T: Real>(outputs: usize, seed: u64, loss: impl DynLoss<T> + 'static) -> Trainer<T> {
    Trainer::new(network(5, outputs, seed), Adam::new(1e-2), loss)
        .batch_size(16)
        .seed(seed)
}

/// Without its seconds.
fn told(history: &History) -> (StopReason, Vec<EpochRecord>, Option<u64>) {
    let records = history.epochs.iter().cloned();
    let records = records.map(|r| EpochRecord { seconds: 0.0, ..r });
    (history.reason, records.collect(), history.restored)
}

/// Trains alone and together, and compares.
#[track_caller]
fn compare<T: Real>(trainers: impl Fn() -> Vec<(Trainer<T>, Samples)>, epochs: u64) {
    let mut alone = trainers();
    let histories: Vec<_> = alone
        .iter_mut()
        .map(|(trainer, train)| trainer.fit(train, epochs))
        .collect();
    let mut together = trainers();
    let mut observers = vec![(); together.len()];
    let fits = together.iter_mut().zip(&mut observers);
    let fits = fits.map(|((trainer, train), observer)| Fit {
        trainer,
        train,
        epochs,
        observer,
    });
    let found = fit_together(fits.collect());
    assert_eq!(found.len(), histories.len());
    for (i, (found, wanted)) in found.iter().zip(&histories).enumerate() {
        match (found, wanted) {
            (Ok(found), Ok(wanted)) => assert_eq!(told(found), told(wanted), "network {i}"),
            (Err(found), Err(wanted)) => assert_eq!(found.to_string(), wanted.to_string()),
            _ => panic!("network {i}: {found:?} together, {wanted:?} alone"),
        }
        let bits = |trainer: &Trainer<T>| -> Vec<u64> {
            let values = trainer.model().params.values().iter();
            values.map(|v| v.to_f64().to_bits()).collect()
        };
        assert_eq!(bits(&together[i].0), bits(&alone[i].0), "network {i}");
    }
}

/// 50 rows make batches of 16 and one of 2.
fn unlike<T: Real>() -> Vec<(Trainer<T>, Samples)> {
    let train = classes(50);
    let plain = |seed| trainer::<T>(2, seed, CrossEntropy::new());
    let (held, other) = (classes(20), classes(49));
    let rms = Trainer::new(network(5, 2, 9), RmsProp::new(3e-3), CrossEntropy::new());
    let sgd = Trainer::new(
        network(5, 2, 10),
        Sgd::new(0.3),
        CrossEntropy::new().smoothing(0.1),
    );
    let lbfgs = Trainer::new(network(5, 2, 11), Lbfgs::new(), CrossEntropy::new());
    let dropped = Sequential::input([2]).linear(2).dropout(0.5).init(3);
    let dropped = dropped.expect("the shapes fit");
    let dropout = Trainer::new(dropped, Adam::new(1e-2), CrossEntropy::new());
    let of = |trainer: Trainer<T>| (trainer, train.clone());
    vec![
        of(plain(0)),
        of(plain(1).penalty(L2::new(1e-2)).schedule(Schedule::OneCycle)),
        of(plain(2).penalty(L1::new(1e-3)).max_norm(1.0)),
        of(plain(3).validation(&held).early_stopping(2)),
        of(plain(4).stop_at_loss(0.69)),
        of(plain(5).clip_norm(0.1).reduction(Reduction::Sum)),
        of(rms.batch_size(16).seed(6)),
        of(sgd.batch_size(16).seed(7)),
        of(Trainer::new(network(6, 2, 12), Adam::new(1e-2), CrossEntropy::new()).batch_size(16)),
        of(plain(8).batch_size(10)),
        (plain(9), other),
        of(lbfgs.batch_size(50)),
        of(dropout.batch_size(16)),
        // It has nothing to stop early by.
        of(plain(10).early_stopping(2)),
    ]
}

/// Else nothing would be compared.
#[test]
fn most_of_them_are_in_packs() {
    let packable = |of: Vec<(Trainer<f64>, Samples)>| -> Vec<bool> {
        let packable = of.iter().map(|(trainer, train)| trainer.is_packable(train));
        packable.collect()
    };
    let mut wanted = [true; 14];
    // L-BFGS and dropout.
    (wanted[11], wanted[12]) = (false, false);
    assert_eq!(packable(unlike()), wanted);
    assert_eq!(packable(noisy()), [false; 2]);
}

/// Networks of one architecture.
fn four() -> Vec<Trainer<f32>> {
    let of = |seed| trainer(2, seed, CrossEntropy::new());
    (0..4).map(of).collect()
}

/// Trains them together, each with an observer of its own.
fn watched(
    trainers: &mut [Trainer<f32>],
    train: &Samples,
    epochs: u64,
    observers: &mut [impl Observer<f32>],
) -> Vec<History> {
    let fits = trainers.iter_mut().zip(observers);
    let fits = fits.map(|(trainer, observer)| Fit {
        trainer,
        train,
        epochs,
        observer: observer as &mut dyn Observer<f32>,
    });
    let histories = fit_together(fits.collect()).into_iter();
    histories.map(|h| h.expect("the samples fit")).collect()
}

/// Each takes its step before any takes the next, where networks alone would take an epoch in turn.
#[test]
fn networks_of_a_pack_take_their_steps_together() {
    let train = classes(50);
    let mut trainers = four();
    let order = RefCell::new(Vec::new());
    let mut observers = [0, 1, 2, 3].map(|network| {
        let order = &order;
        on_step(move |_: usize, _: &StepReport| {
            order.borrow_mut().push(network);
            ControlFlow::Continue(())
        })
    });
    let histories = watched(&mut trainers, &train, 3, &mut observers);
    assert_eq!(histories.len(), 4);
    // Four steps in each of three epochs.
    assert_eq!(order.into_inner(), [0, 1, 2, 3].repeat(12));
}

#[test]
fn networks_together_end_as_each_alone() {
    compare(unlike::<f32>, 12);
    compare(unlike::<f64>, 12);
}

#[test]
fn threads_do_not_touch_what_a_pack_learns() {
    ThreadPool::new(3).install(|| compare(unlike::<f32>, 5));
}

#[test]
fn losses_of_values_and_of_logits_do_too() {
    let of = || {
        let pair = |seed| trainer::<f32>(1, seed, Mse);
        let huber = |seed| trainer::<f32>(1, seed, Huber { delta: 0.3 });
        let logits = |seed| trainer::<f32>(1, seed, BceWithLogits);
        let (values, classes) = (values(40), classes(40));
        vec![
            (pair(0), values.clone()),
            (pair(1), values.clone()),
            (huber(2), values.clone()),
            (huber(3), values),
            (logits(4), classes.clone()),
            (logits(5), classes),
        ]
    };
    compare(of, 9);
}

/// The bits do not depend on who else is in the pack.
#[test]
fn one_network_that_is_broken_off_does_not_touch_the_others() {
    let train = classes(50);
    let mut trainers = four();
    let mut breaks = |at: usize| {
        let mut steps = 0;
        on_step(move |_: usize, _: &StepReport| {
            steps += 1;
            match steps == at {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })
    };
    let mut observers = [usize::MAX, 6, usize::MAX, 11].map(&mut breaks);
    let histories = watched(&mut trainers, &train, 5, &mut observers);
    let reasons: Vec<_> = histories
        .iter()
        .map(|history| (history.reason, history.epochs.len()))
        .collect();
    // Four steps an epoch: broken off in the second and in the third.
    let (done, off) = (StopReason::Finished, StopReason::Interrupted);
    assert_eq!(reasons, [(done, 5), (off, 1), (done, 5), (off, 2)]);
    for seed in [0, 2] {
        let mut alone = trainer::<f32>(2, seed as u64, CrossEntropy::new());
        alone.fit(&train, 5).expect("the samples fit");
        let values = |t: &Trainer<f32>| t.model().params.values().to_vec();
        assert_eq!(values(&alone), values(&trainers[seed]));
    }
    // What was broken off goes on from the start of its epoch's order, as it would alone.
    let mut alone = trainer::<f32>(2, 1, CrossEntropy::new());
    let mut until = breaks(6);
    alone
        .fit_observed(&train, 5, &mut until)
        .expect("the samples fit");
    for trainer in [&mut alone, &mut trainers[1]] {
        trainer.fit(&train, 5).expect("the samples fit");
    }
    assert_eq!(
        alone.model().params.values(),
        trainers[1].model().params.values()
    );
}

/// Rectifies when it is used, and draws besides in training: by the network's own seed.
struct Noisy;

impl<T: Real> Layer<T> for Noisy {
    fn forward<V: nn::Carrier<T = T>>(&self, ctx: &nn::ForwardContext<'_, V>, x: &V) -> V {
        use autograd::prelude::*;
        assert_eq!(x.dims().len(), 2);
        match ctx.mode {
            Mode::Train { seed, .. } => x.relu().mul_scalar(1.0 + 0.1 * seed as f64),
            Mode::Evaluate => x.relu(),
        }
    }

    fn describe(&self) -> String {
        "Noisy()".to_owned()
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::Activation(autograd::Activation::Relu))
    }
}

fn noisy<T: Real>() -> Vec<(Trainer<T>, Samples)> {
    let one = |seed| {
        let mut model = network::<T>(4, 1, seed);
        model.layers.push(Noisy);
        let trainer = Trainer::new(model, Adam::new(1e-2), Mse).batch_size(16);
        (trainer.seed(seed), values(40))
    };
    vec![one(1), one(2)]
}

/// A layer of one's own may do anything in training, whatever it is in use, so networks with one are trained one by one.
#[test]
fn layers_of_ones_own_are_left_alone() {
    compare(noisy::<f64>, 3);
}

/// The last batch has a row of two hidden values: too few for a vector.
fn tiny<T: Real>() {
    let trainer = |seed| {
        let layers = Sequential::input([2]).linear(2).gelu().linear(1);
        let model = layers.init(seed).expect("the shapes fit");
        Trainer::<T>::new(model, Adam::new(0.1), Mse)
            .batch_size(4)
            .seed(seed)
    };
    assert!(trainer(0).is_packable(&values(9)));
    compare(
        || (0..5).map(|seed| (trainer(seed), values(9))).collect(),
        8,
    );
}

#[test]
fn a_batch_of_few_numbers_has_the_bits_of_a_pack() {
    tiny::<f32>();
    tiny::<f64>();
}
