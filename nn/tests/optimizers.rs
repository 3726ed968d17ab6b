//! The optimisers against `torch.optim`, step by step.

mod golden;

use std::sync::Arc;

use golden::{Array, close};
use nn::optim::{self, Adagrad, Adam, NAdam, Optimizer, RmsProp, Rule, Sgd};
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
fn rule(name: &str, a: &Attrs) -> Arc<dyn Rule<f64>> {
    match name {
        "sgd" => Arc::new(Sgd {
            momentum: a.momentum.unwrap_or(0.0),
            nesterov: a.nesterov,
            ..Sgd::default()
        }),
        "adagrad" => Arc::new(Adagrad {
            eps: a.eps.unwrap(),
        }),
        "rmsprop" => Arc::new(RmsProp {
            alpha: a.rho.unwrap(),
            eps: a.eps.unwrap(),
            momentum: a.momentum.unwrap_or(0.0),
            ..RmsProp::default()
        }),
        "adam" | "adamw" => Arc::new(Adam {
            beta1: a.beta1.unwrap(),
            beta2: a.beta2.unwrap(),
            eps: a.eps.unwrap(),
            decoupled: name == "adamw",
            ..Adam::default()
        }),
        "nadam" => Arc::new(NAdam {
            momentum_decay: a.momentum_decay.unwrap(),
            ..NAdam::default()
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
        let mut ours = Optimizer::over(rule(&optimizer, &attrs), p.len(), runs);
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
