//! The state of optimizers: kept, restored, refused.

use nn::Params;
use nn::optim::{self, Adam, Hyperparameters, OptimizerState};

use super::optimizers::{model, of_gradients};

#[test]
fn resumed_gives_the_bits_of_uninterrupted() {
    for name in optim::names().filter(of_gradients) {
        let gradient = |t: usize, n: usize| -> Vec<f32> {
            (0..n).map(|i| ((i * 7 + t * 13) as f32).sin()).collect()
        };
        let hyper = Hyperparameters {
            weight_decay: 0.01,
            ..Hyperparameters::new(0.1)
        };
        let fresh = |p: &Params<f32>| OptimizerState::new(optim::by_name(name, hyper).unwrap(), p);
        let mut p = model();
        let mut ours = fresh(&p);
        let mut halfway = None;
        for t in 0..10 {
            if t == 5 {
                let state: Vec<_> = ours.state().map(|(n, v)| (n, v.to_vec())).collect();
                halfway = Some((p.clone(), ours.count(), ours.scalar(), state));
            }
            let g = gradient(t, p.len());
            ours.step(0.01, p.values_mut(), &g);
        }
        let (mut q, count, scalar, state) = halfway.unwrap();
        let mut resumed = fresh(&q);
        let find = |n: &str| {
            state
                .iter()
                .find(|(m, _)| *m == n)
                .map(|(_, v)| v.as_slice())
        };
        resumed.restore(count, scalar, find).unwrap();
        for t in 5..10 {
            let g = gradient(t, q.len());
            resumed.step(0.01, q.values_mut(), &g);
        }
        assert_eq!(p.values(), q.values(), "{name}");
    }
}

#[test]
fn state_of_something_else_is_refused() {
    let rule = || Adam::new(0.1);
    let mut ours = OptimizerState::over(rule(), 2, vec![(0..2, 0.0)]);
    let e = ours.restore(1, 1.0, |_| None).unwrap_err().to_string();
    assert_eq!(
        e,
        "the state has no vector exp_avg; it belongs to another optimizer"
    );
    let e = ours
        .restore(1, 1.0, |_| Some(&[0.0; 3]))
        .unwrap_err()
        .to_string();
    assert_eq!(
        e,
        "exp_avg has 3 numbers and the model 2; the state belongs to another model"
    );
    assert_eq!(ours.count(), 0);
}
