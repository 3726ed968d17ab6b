//! Losses of the trainer: their formulas, and closures.

use autograd::Tensor;
use autograd::prelude::*;
use datasets::{BatchTargets, Targets};
use nn::{Adam, CrossEntropy, Loss, Mse, Samples, Sequential, Trainer};

use super::trainer::quadrants;

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

/// A closure gives the steps of the trait's loss of the same formula.
#[test]
fn a_closure_is_a_loss() {
    let (inputs, _) = quadrants(60);
    let targets = Targets::Values(inputs.clone());
    let samples = Samples::new(inputs, targets);
    let model = || {
        Sequential::input([2])
            .linear(3)
            .tanh()
            .linear(2)
            .init::<f32>(0)
            .unwrap()
    };
    let mut ours = Trainer::new(
        model(),
        Adam::new(1e-2),
        nn::loss_fn(|y, t| y.mse(&t.beside(y))),
    );
    let mut theirs = Trainer::new(model(), Adam::new(1e-2), Mse);
    let (ours_history, history) = (
        ours.fit(&samples, 3).unwrap(),
        theirs.fit(&samples, 3).unwrap(),
    );
    let losses = |h: &nn::History| h.epochs.iter().map(|e| e.train.loss).collect::<Vec<_>>();
    assert_eq!(losses(&ours_history), losses(&history));
    assert_eq!(ours.model().params.values(), theirs.model().params.values());
    assert_eq!(
        ours.evaluate(&samples).unwrap().loss(),
        theirs.evaluate(&samples).unwrap().loss()
    );
}

/// Cross-entropy without a way to its gradient beside the tape's.
struct OnTape(CrossEntropy);

impl Loss for OnTape {
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        self.0.value(outputs, targets)
    }
}

/// Value and gradient in one pass are those of the tape, in a training of several steps.
#[test]
fn cross_entropy_in_one_pass_gives_the_bits_of_the_tape() {
    let (inputs, labels) = quadrants(70);
    let samples = Samples::new(inputs, labels);
    let model = || {
        Sequential::input([2])
            .linear(5)
            .relu()
            .linear(2)
            .init::<f32>(0)
    };
    for smoothing in [0.0, 0.1] {
        let loss = CrossEntropy::new().smoothing(smoothing);
        let targets = BatchTargets::<f32>::of(samples.view().targets, &[0]);
        let outputs = Tensor::from([[0.0f32, 1.0]]);
        assert!(loss.value_and_gradient(&outputs, &targets).is_some());
        assert!(
            OnTape(loss)
                .value_and_gradient(&outputs, &targets)
                .is_none()
        );
        let mut fused = Trainer::new(model().unwrap(), Adam::new(1e-2), loss).batch_size(32);
        let mut taped =
            Trainer::new(model().unwrap(), Adam::new(1e-2), OnTape(loss)).batch_size(32);
        let (one, other) = (
            fused.fit(&samples, 3).unwrap(),
            taped.fit(&samples, 3).unwrap(),
        );
        let losses = |h: &nn::History| h.epochs.iter().map(|e| e.train.loss).collect::<Vec<_>>();
        assert_eq!(losses(&one), losses(&other));
        assert_eq!(fused.model().params.values(), taped.model().params.values());
    }
}
