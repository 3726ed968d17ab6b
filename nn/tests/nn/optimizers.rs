//! The optimizers against `torch.optim`, step by step.

use std::sync::Arc;

use crate::golden::{self, Array, close};
use nn::optim::{
    self, Adagrad, Adam, Hyperparameters, Method, NAdam, Optimizer, OptimizerState, RmsProp, Sgd,
};
use nn::{Init, Kind, Params, ParamsBuilder};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(untagged)]
enum Case {
    Steps {
        optimizer: String,
        attrs: Attrs,
        start: Array,
        gradients: Vec<Array>,
        parameters_after_each_step: Vec<Array>,
    },
    Clip {
        attrs: Clip,
        before: Vec<Array>,
        after: Vec<Array>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    lr: f64,
    momentum: Option<f64>,
    #[serde(default)]
    nesterov: bool,
    eps: Option<f64>,
    rho: Option<f64>,
    beta1: Option<f64>,
    beta2: Option<f64>,
    momentum_decay: Option<f64>,
    /// Decay that enters the gradient.
    l2: Option<f64>,
    weight_decay: Option<f64>,
}

#[derive(Deserialize)]
struct Clip {
    max_norm: f64,
    total_norm: f64,
}

/// The rule of a case. What a case leaves open stays at our default, which is so tested too.
fn rule(name: &str, a: &Attrs) -> Arc<dyn Optimizer<f64>> {
    match name {
        "sgd" => Arc::new(Sgd {
            momentum: a.momentum.unwrap_or(0.0),
            nesterov: a.nesterov,
            ..Sgd::new(a.lr)
        }),
        "adagrad" => Arc::new(Adagrad {
            eps: a.eps.unwrap(),
            ..Adagrad::new(a.lr)
        }),
        "rmsprop" => Arc::new(RmsProp {
            alpha: a.rho.unwrap(),
            eps: a.eps.unwrap(),
            momentum: a.momentum.unwrap_or(0.0),
            ..RmsProp::new(a.lr)
        }),
        "adam" | "adamw" => Arc::new(Adam {
            betas: [a.beta1.unwrap(), a.beta2.unwrap()],
            eps: a.eps.unwrap(),
            decoupled: name == "adamw",
            ..Adam::new(a.lr)
        }),
        "nadam" => Arc::new(NAdam {
            momentum_decay: a.momentum_decay.unwrap(),
            ..NAdam::new(a.lr)
        }),
        other => panic!("no rule for {other}"),
    }
}

#[test]
fn every_step_is_pytorchs() {
    let mut checked = 0;
    for case in golden::read::<Case>("optimizers.json") {
        let Case::Steps {
            optimizer,
            attrs,
            start,
            gradients,
            parameters_after_each_step,
        } = case
        else {
            continue;
        };
        let mut p = start.data;
        let decay = attrs.weight_decay.or(attrs.l2).unwrap_or(0.0);
        let runs = vec![(0..p.len(), decay)];
        let mut ours = OptimizerState::over(rule(&optimizer, &attrs), p.len(), runs);
        for (t, (g, want)) in gradients
            .iter()
            .zip(&parameters_after_each_step)
            .enumerate()
        {
            ours.step(attrs.lr, &mut p, &g.data);
            for (i, (got, want)) in p.iter().zip(&want.data).enumerate() {
                close(
                    *got,
                    *want,
                    1e-10,
                    &format!("{optimizer}, step {}, {i}", t + 1),
                );
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 11 * 12);
}

#[test]
fn clipping_is_pytorchs() {
    let mut checked = 0;
    for case in golden::read::<Case>("optimizers.json") {
        let Case::Clip {
            attrs,
            before,
            after,
        } = case
        else {
            continue;
        };
        let mut g: Vec<f64> = before.into_iter().flat_map(|a| a.data).collect();
        close(
            optim::clip_norm(&mut g, attrs.max_norm),
            attrs.total_norm,
            1e-10,
            "norm",
        );
        let want = after.iter().flat_map(|a| &a.data);
        for (i, (got, want)) in g.iter().zip(want).enumerate() {
            close(*got, *want, 1e-10, &format!("clipped gradient {i}"));
            checked += 1;
        }
    }
    assert_eq!(checked, 10);
}

/// Three steps from one start. Answers for these come from PyTorch too, where it has the variant.
fn three_steps(rule: impl Optimizer<f64> + 'static, lr: f64, decay: f64) -> [f64; 3] {
    let mut p = [1.0, -0.5, 0.25];
    let mut ours = OptimizerState::over(rule, 3, vec![(0..3, decay)]);
    for t in 0..3 {
        let t = f64::from(t);
        ours.step(lr, &mut p, &[0.5 - t, 0.1 * (t + 1.0), -2.0 + 0.3 * t]);
    }
    p
}

#[track_caller]
fn all_close(got: [f64; 3], want: [f64; 3]) {
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        close(*got, want, 1e-12, &format!("parameter {i}"));
    }
}

#[test]
fn options_and_decay_are_pytorchs() {
    let momentum = Sgd {
        momentum: 0.9,
        ..Sgd::new(0.0)
    };
    let damped = Sgd {
        dampening: 0.5,
        ..momentum
    };
    all_close(three_steps(damped, 0.1, 0.0), [0.987, -0.5611, 1.0235]);
    let nesterov = Sgd {
        nesterov: true,
        ..momentum
    };
    all_close(
        three_steps(nesterov, 0.1, 0.1),
        [1.172753646, -0.6042920295, 1.61812766525],
    );
    let centered = RmsProp {
        centered: true,
        ..RmsProp::new(0.0)
    };
    all_close(
        three_steps(centered, 0.01, 0.0),
        [1.0613372897637143, -0.7722430895360178, 0.46416508795961214],
    );
    let moving = RmsProp {
        momentum: 0.9,
        ..centered
    };
    all_close(
        three_steps(moving, 0.01, 0.0),
        [0.9532751733353407, -1.0254150879897577, 0.6950714084452208],
    );
    all_close(
        three_steps(RmsProp::new(0.0), 0.01, 0.1),
        [1.0455832888768588, -0.7784108266532337, 0.4614818511566698],
    );
    all_close(
        three_steps(Adagrad::new(0.0), 0.1, 0.1),
        [1.0452327417582175, -0.7782208327100716, 0.4610026400936087],
    );
    all_close(
        three_steps(NAdam::new(0.0), 0.01, 0.1),
        [1.0046898307737795, -0.5306901919466196, 0.27395786433169383],
    );
    let adamw = Adam {
        decoupled: true,
        ..Adam::new(0.0)
    };
    all_close(
        three_steps(adamw, 0.01, 0.1),
        [0.9935012250938535, -0.5277036881278669, 0.2789224401683778],
    );
}

/// The variants that PyTorch lacks, against their formulas written out for one number.
#[test]
fn variants_with_eps_under_the_root() {
    let eps = 0.1;
    let (mut inside, mut uncorrected) = ([1.0, -0.5, 0.25], [1.0, -0.5, 0.25]);
    let (mut v1, mut m, mut v2) = ([0.0; 3], [0.0; 3], [0.0; 3]);
    for t in 0..3 {
        let t = f64::from(t);
        let g = [0.5 - t, 0.1 * (t + 1.0), -2.0 + 0.3 * t];
        for i in 0..3 {
            v1[i] = 0.99 * v1[i] + 0.01 * g[i] * g[i];
            inside[i] -= 0.01 * g[i] / (v1[i] + eps).sqrt();
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v2[i] = 0.999 * v2[i] + 0.001 * g[i] * g[i];
            uncorrected[i] -= 0.01 * m[i] / (v2[i] + eps).sqrt();
        }
    }
    let rmsprop = RmsProp {
        eps,
        eps_inside: true,
        ..RmsProp::new(0.0)
    };
    all_close(three_steps(rmsprop, 0.01, 0.0), inside);
    let adam = Adam {
        eps,
        uncorrected: true,
        ..Adam::new(0.0)
    };
    all_close(three_steps(adam, 0.01, 0.0), uncorrected);
}

/// Weights, a bias, a normalization and a buffer.
pub(super) fn model() -> Params<f32> {
    let mut b = ParamsBuilder::new();
    b.add("0.weight", Kind::Weight, &[3, 4], Init::HE_NORMAL);
    b.add("0.bias", Kind::Bias, &[4], Init::Constant(1.0));
    b.add("1.weight", Kind::Norm, &[4], Init::Constant(1.0));
    b.add("1.running_mean", Kind::Buffer, &[4], Init::Constant(1.0));
    b.add("3.weight", Kind::Weight, &[4, 2], Init::HE_NORMAL);
    b.build(1, 1 << 20).unwrap()
}

/// Whether an optimizer follows the gradients of batches.
pub(super) fn of_gradients(name: &&str) -> bool {
    !name.parse::<Method>().unwrap().is_full_batch()
}

#[test]
fn decay_touches_weights_alone() {
    for name in optim::names().filter(of_gradients) {
        let mut p = model();
        let start = p.clone();
        let zeros = vec![0.0; p.len()];
        let hyper = Hyperparameters {
            weight_decay: 0.1,
            ..Hyperparameters::new(0.1)
        };
        let rule = optim::by_name(name, hyper).unwrap();
        let mut ours = OptimizerState::new(rule, &p);
        for _ in 0..3 {
            ours.step(0.1, p.values_mut(), &zeros);
        }
        for (id, segment, values) in p.iter() {
            let before = start.slice(id);
            if segment.kind == Kind::Weight {
                assert!(values.iter().zip(before).all(|(v, b)| v != b), "{name}");
            } else {
                assert_eq!(values, before, "{name}: {}", segment.name);
            }
        }
    }
}

#[test]
fn buffers_are_no_ones_business() {
    let mut p = model();
    let id = p.find("1.running_mean").unwrap();
    let rule = Adam::new(0.1);
    let ones = vec![1.0; p.len()];
    OptimizerState::new(rule, &p).step(0.1, p.values_mut(), &ones);
    assert_eq!(p.slice(id), [1.0; 4]);
    assert!(p.slice(p.find("0.bias").unwrap()).iter().all(|x| *x < 1.0));
}

#[test]
fn names_and_momentum() {
    let hyper = |momentum| Hyperparameters {
        momentum,
        ..Hyperparameters::new(0.1)
    };
    let error = |name: &str, m: Option<f64>| {
        let found = optim::by_name::<f32>(name, hyper(m));
        found.unwrap_err().to_string()
    };
    assert_eq!(
        error("sdg", None),
        "there is no optimizer \"sdg\"; choose one of sgd, nesterov, adagrad, rmsprop, rmsprop-centered, rmsprop-eps-inside, adam, adam-uncorrected, adamw, nadam, lbfgs, levenberg-marquardt"
    );
    assert!(error("adam", Some(0.9)).starts_with("the optimizer adam takes no momentum"));
    for bad in [1.0, -0.1, f64::NAN] {
        assert!(error("sgd", Some(bad)).starts_with("the momentum"), "{bad}");
    }
    let state = |m| optim::by_name::<f32>("sgd", hyper(m)).unwrap().state();
    assert_eq!(state(None), [""; 0]);
    assert_eq!(state(Some(0.9)), ["momentum_buffer"]);
}

/// A moving average of the gradients. `torch.optim.SGD` of PyTorch 2.15 with lr 0.1, momentum 0.9, dampening 0.9, after
/// gradients (0.5, −1, 2), (−0.25, 0.75, 1), (1.5, 0.125, −0.5), of which the first enters whole.
#[test]
fn a_method_dampens_its_momentum() {
    let sgd: Method = "sgd".parse().unwrap();
    let average = sgd
        .with_momentum(0.9)
        .and_then(|m| m.with_dampening(0.9))
        .unwrap();
    let mut p = [1.0, -2.0, 0.5];
    let mut ours = OptimizerState::over(average.optimizer::<f64>(0.1, 0.0), 3, vec![(0..3, 0.0)]);
    for gradient in [[0.5, -1.0, 2.0], [-0.25, 0.75, 1.0], [1.5, 0.125, -0.5]] {
        ours.step(0.1, &mut p, &gradient);
    }
    all_close(p, [0.85425, -1.7445, -0.056]);
    assert_eq!(sgd.with_dampening(0.0), Ok(sgd));
    let error = |method: &str, dampening| {
        let method: Method = method.parse().unwrap();
        method.with_dampening(dampening).unwrap_err().to_string()
    };
    assert!(error("sgd", 0.9).starts_with("dampening is about the momentum, which is 0"));
    assert!(error("nesterov", 0.9).starts_with("the optimizer nesterov does not dampen"));
    assert!(error("adam", 0.9).starts_with("the optimizer adam does not dampen"));
    assert!(error("sgd", 1.0).starts_with("the dampening 1 is not in the range"));
}

#[test]
fn clipping_by_value_and_of_what_is_not_finite() {
    let mut g = [0.5, -3.0, 2.0, f64::NAN, f64::INFINITY];
    optim::clip_value(&mut g, 1.0);
    assert_eq!((g[0], g[1], g[2], g[4]), (0.5, -1.0, 1.0, 1.0));
    assert!(g[3].is_nan());
    let mut g = [3.0f32, 4.0];
    assert_eq!(optim::clip_norm(&mut g, 10.0), 5.0);
    assert_eq!(g, [3.0, 4.0]);
    let mut g = [f32::NAN, 1.0];
    assert!(optim::clip_norm(&mut g, 1.0).is_nan());
    assert!(g[1].is_nan());
}

#[test]
#[should_panic(expected = "an optimizer of 2 parameters was given 2 and 3 gradients")]
fn a_step_needs_its_lengths() {
    let rule = Sgd::new(0.1);
    OptimizerState::over(rule, 2, vec![(0..2, 0.0)]).step(0.1, &mut [0.0; 2], &[0.0; 3]);
}
