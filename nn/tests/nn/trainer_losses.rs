//! Losses of the trainer: their formulas, and closures.

use autograd::Tensor;
use autograd::prelude::*;
use datasets::Targets;
use nn::{Adam, Mse, Samples, Sequential, Trainer};

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
