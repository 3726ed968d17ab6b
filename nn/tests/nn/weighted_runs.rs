//! Training on rows that do not all count the same: as on rows repeated.

use autograd::Tensor;
use autograd::prelude::*;
use datasets::{Rows, Samples, Targets};
use nn::optim::Optimizer;
use nn::{
    BatchTargets, ClassWeighted, FitError, Hessian, L2, Lbfgs, LevenbergMarquardt, Loss,
    LossFunction, Mse, Sequential, Sgd, TrainConfig, Trainer,
};

use crate::golden::close;
use crate::weights::{N, WEIGHTS, batch, logits, truth, values};

/// Rows of whole weights and the same rows as often as they weigh.
fn weighted_and_repeated(targets: impl Fn(&[usize]) -> Targets) -> [Samples; 2] {
    let whole: Vec<usize> = (0..N).map(|k| k * 7 % 4).collect();
    let inputs = |rows: &[usize]| {
        let cell = |i: &usize| [(1.7 * *i as f64).sin(), (0.6 * *i as f64).cos()];
        Rows::reals64(&[2], rows.iter().flat_map(cell).collect::<Vec<_>>())
    };
    let once: Vec<usize> = (0..N).collect();
    let often: Vec<usize> = (0..N)
        .flat_map(|i| std::iter::repeat_n(i, whole[i]))
        .collect();
    let weights: Vec<f64> = whole.iter().map(|w| *w as f64).collect();
    let all: Vec<u32> = (0..N as u32).collect();
    let weighted = targets(&once).weighted(weights).normalized(&all);
    [
        Samples::new(inputs(&once), weighted),
        Samples::new(inputs(&often), targets(&often)),
    ]
}

fn classes(rows: &[usize]) -> Targets {
    let truth = truth();
    Targets::classes(rows.iter().map(|i| truth[*i]).collect::<Vec<_>>(), 3)
}

fn numbers(rows: &[usize]) -> Targets {
    let (truth, _) = values();
    Targets::Values(Rows::reals64(
        &[1],
        rows.iter().map(|i| truth[*i]).collect::<Vec<_>>(),
    ))
}

/// The parameters and the loss after some epochs of all rows at once.
fn fitted(
    samples: &Samples,
    outputs: usize,
    optimizer: impl Optimizer<f64> + 'static,
    loss: LossFunction,
) -> (Vec<f64>, [f64; 4]) {
    let model = Sequential::input([2]).linear(4).tanh().linear(outputs);
    let mut trainer =
        Trainer::new(model.init::<f64>(3).unwrap(), optimizer, loss).with_config(TrainConfig {
            batch_size: TrainConfig::FULL_BATCH,
            ..TrainConfig::default()
        });
    let history = trainer.fit(samples, 8).unwrap();
    let train = history.epochs.last().unwrap().train;
    let found = trainer.evaluate(samples).unwrap();
    let scores = [train.loss, train.metric, found.loss, found.metric()];
    (trainer.model().params.values().to_vec(), scores)
}

#[test]
fn a_weighted_fit_is_the_fit_of_repeated_rows() {
    type Fit = fn(&Samples) -> (Vec<f64>, [f64; 4]);
    let fits: [(Fit, bool); 4] = [
        (
            |s| {
                fitted(
                    s,
                    3,
                    Sgd::new(0.3),
                    LossFunction::CrossEntropy { smoothing: 0.0 },
                )
            },
            true,
        ),
        (|s| fitted(s, 1, Sgd::new(0.1), LossFunction::Mse), false),
        (
            |s| {
                fitted(
                    s,
                    3,
                    Lbfgs::new(),
                    LossFunction::CrossEntropy { smoothing: 0.0 },
                )
            },
            true,
        ),
        (
            |s| fitted(s, 1, LevenbergMarquardt::new(), LossFunction::Mse),
            false,
        ),
    ];
    for (fit, of_classes) in fits {
        let [weighted, repeated] = match of_classes {
            true => weighted_and_repeated(classes),
            false => weighted_and_repeated(numbers),
        };
        let ((a, scores), (b, want)) = (fit(&weighted), fit(&repeated));
        for (a, b) in a.iter().zip(&b) {
            close(*a, *b, 1e-7, "a parameter");
        }
        for (a, b) in scores.iter().zip(&want) {
            close(*a, *b, 1e-9, "a score");
        }
    }
}

#[test]
fn the_hessian_of_weighted_rows_is_that_of_repeated_ones() {
    let [weighted, repeated] = weighted_and_repeated(classes);
    let model = Sequential::input([2]).linear(4).tanh().linear(3);
    let model = model.init::<f64>(1).unwrap();
    let v: Vec<f64> = (0..model.params.len()).map(|i| (i as f64).sin()).collect();
    let loss = LossFunction::CrossEntropy { smoothing: 0.0 };
    let a = Hessian::new(&model, &weighted, loss).times(&v);
    let b = Hessian::new(&model, &repeated, loss).times(&v);
    for (a, b) in a.iter().zip(&b) {
        close(*a, *b, 1e-11, "a product");
    }
}

/// Weights of classes and of rows are multiplied.
#[test]
fn class_weights_and_weights_of_rows_are_multiplied() {
    let outputs = Tensor::new(&[N, 3], &logits());
    let of_classes = [0.5, 1.25, 2.0];
    let plain = LossFunction::CrossEntropy { smoothing: 0.1 };
    let loss = ClassWeighted::new(plain, of_classes);
    let labels = BatchTargets::Classes(truth().as_slice().into());
    let labelled = truth();
    let products = labelled
        .iter()
        .zip(WEIGHTS)
        .map(|(t, w)| of_classes[*t as usize] * w);
    let both = BatchTargets::Weighted {
        of: Box::new(labels.clone()),
        weights: products.collect(),
    };
    let got: f64 = loss.value(&outputs, &batch(labels)).item();
    close(
        got,
        plain.value(&outputs, &both).item(),
        1e-15,
        "product of weights",
    );
}

/// A loss that does not know of weights does not see targets that have some.
#[test]
fn a_loss_without_weights_refuses_targets_with_some() {
    struct Own;
    impl Loss for Own {
        fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
            Mse.value(outputs, targets)
        }
    }
    let [weighted, repeated] = weighted_and_repeated(numbers);
    let model = || Sequential::input([2]).linear(1).init::<f64>(0).unwrap();
    let mut trainer = Trainer::new(model(), Sgd::new(0.1), Own).penalty(L2::new(0.0));
    trainer.fit(&repeated, 1).unwrap();
    let error = trainer.fit(&weighted, 2).unwrap_err();
    assert!(matches!(error, FitError::Targets(_)), "{error}");
    assert!(
        error.to_string().contains("does not know of weights"),
        "{error}"
    );
}
