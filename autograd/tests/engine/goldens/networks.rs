//! Small networks as PyTorch trains them, and their whole Hessians.

use super::{Array, assert_close, read};
use autograd::prelude::*;
use autograd::{Indices, Tape, Tensor, Var, functional};
use serde::Deserialize;

/// A parameter under PyTorch's name; weights are `[out, in]`.
#[derive(Deserialize)]
struct Named {
    shape: Vec<usize>,
    data: Vec<f64>,
}

#[derive(Deserialize)]
struct Training {
    activation: String,
    loss: String,
    optimizer: String,
    lr: f64,
    #[serde(default)]
    momentum: f64,
    #[serde(default)]
    rho: f64,
    x: Array,
    y: Array,
    start: Vec<Named>,
    first_gradients: Vec<Named>,
    loss_before_each_step: Vec<f64>,
    end: Vec<Named>,
}

#[derive(Deserialize)]
struct Curvature {
    activation: String,
    x: Array,
    y: Vec<u32>,
    parameters: Vec<Named>,
    hessian: Array,
    v: Array,
    hv: Array,
}

/// All parameters in one vector, weights transposed to `[in, out]`.
fn flat(parameters: &[Named]) -> Vec<f64> {
    let transposed = parameters.iter().map(|p| {
        let t = Tensor::new(&p.shape, &p.data);
        if t.rank() == 2 { t.transpose() } else { t }
    });
    transposed.flat_map(|t| t.to_vec()).collect()
}

/// Layers over `parameters`, weights and biases in turn; the activation stands between them.
fn network<V: Value<T = f64>>(activation: &str, parameters: &[V], x: &V) -> V {
    let between = Activation::parse(activation).expect("an activation of ours");
    let layers = parameters.chunks_exact(2);
    let last = layers.len() - 1;
    layers.enumerate().fold(x.clone(), |x, (i, layer)| {
        let activation = if i == last {
            Activation::Identity
        } else {
            between
        };
        x.linear(&layer[0], Some(&layer[1]), activation)
    })
}

/// The loss on a tape, with parameters that are views of `theta`.
fn record<'t>(case: &Training, tape: &'t Tape<f64>, theta: &Tensor<f64>) -> Var<'t, f64> {
    let mut offset = 0;
    let parameters: Vec<_> = case
        .start
        .iter()
        .map(|p| {
            let view = theta.narrow(0, offset, p.data.len());
            let shape: Vec<_> = p.shape.iter().rev().copied().collect();
            let variable = tape.parameter(view.reshape(&shape), offset);
            offset += p.data.len();
            variable
        })
        .collect();
    let y = network(
        &case.activation,
        &parameters,
        &tape.constant(case.x.tensor()),
    );
    let targets = || tape.constant(case.y.tensor());
    match case.loss.as_str() {
        "cross_entropy" => {
            let labels: Vec<_> = case.y.data.iter().map(|label| *label as u32).collect();
            y.cross_entropy(&Indices::from(&labels[..]), 0.0)
        }
        "mse" => (y - targets()).square().mean(),
        "bce_with_logits" => y.bce_with_logits(&targets()).mean(),
        other => panic!("no loss is called {other}"),
    }
}

/// A step of PyTorch's optimizers, written out for one parameter with its two running averages.
fn step(case: &Training, t: i32, p: &mut f64, [a, b]: &mut [f64; 2], g: f64) {
    match case.optimizer.as_str() {
        "sgd" => {
            *a = case.momentum * *a + g;
            *p -= case.lr * *a;
        }
        "rmsprop" => {
            *b = case.rho * *b + (1.0 - case.rho) * g * g;
            *p -= case.lr * g / (b.sqrt() + 1e-8);
        }
        "adam" => {
            *a = 0.9 * *a + 0.1 * g;
            *b = 0.999 * *b + (1.0 - 0.999) * g * g;
            let (mean, square) = (*a / (1.0 - 0.9f64.powi(t)), *b / (1.0 - 0.999f64.powi(t)));
            *p -= case.lr * mean / (square.sqrt() + 1e-8);
        }
        other => panic!("no optimizer is called {other}"),
    }
}

#[test]
fn networks_train_as_elsewhere() {
    for case in read::<Training>("mlp.json") {
        let what = format!("{} with {}", case.activation, case.optimizer);
        let start = flat(&case.start);
        let mut theta = Tensor::new(&[start.len()], &start);
        let mut gradient = vec![0.0; theta.len()];
        let mut averages = vec![[0.0; 2]; theta.len()];
        let mut losses = Vec::new();
        let mut tape = Tape::new();
        for t in 1..=case.loss_before_each_step.len() {
            let loss = record(&case, &tape, &theta);
            losses.push(loss.item());
            tape.backward_into(loss, &mut gradient);
            tape.reset();
            if t == 1 {
                assert_close(&gradient, &flat(&case.first_gradients), &what);
            }
            let parameters = theta.as_mut_slice().iter_mut();
            for ((p, a), g) in parameters.zip(&mut averages).zip(&gradient) {
                step(&case, t as i32, p, a, *g);
            }
        }
        assert_close(&losses, &case.loss_before_each_step, &what);
        assert_close(&theta.to_vec(), &flat(&case.end), &what);
    }
}

/// The loss as a function of one vector that holds the parameters in PyTorch's order; weights are transposed views.
fn loss_of<V: Value<T = f64>>(case: &Curvature, theta: &V) -> V {
    let mut offset = 0;
    let mut parameters = Vec::new();
    for p in &case.parameters {
        let part = theta.narrow(0, offset, p.data.len()).reshape(&p.shape);
        parameters.push(if p.shape.len() == 2 {
            part.transpose()
        } else {
            part
        });
        offset += p.data.len();
    }
    let y = network(
        &case.activation,
        &parameters,
        &theta.constant(case.x.tensor()),
    );
    y.cross_entropy(&Indices::from(&case.y[..]), 0.0)
}

#[test]
fn whole_hessians() {
    for case in read::<Curvature>("curvature.json") {
        let what = &case.activation;
        let parts = case.parameters.iter().flat_map(|p| &p.data);
        let theta: Vec<f64> = parts.copied().collect();
        let theta = Tensor::new(&[theta.len()], &theta);
        let hessian = functional::hessian(|x| loss_of(&case, &x), &theta);
        super::assert_same(&hessian, &case.hessian, what);

        let v = case.v.tensor();
        let product = functional::hvp(|x| loss_of(&case, &x), &theta, &v);
        super::assert_same(&product, &case.hv, what);

        let mut tape = Tape::new();
        let mut kept = tape.linearize(|tape| loss_of(&case, &tape.parameter(theta.clone(), 0)));
        let mut product = vec![f64::NAN; theta.len()];
        for _ in 0..2 {
            kept.hessian_vector(&case.v.data, &mut product);
            assert_close(&product, &case.hv.data, what);
        }
        let mut gradient = vec![f64::NAN; theta.len()];
        kept.gradient(&mut gradient);
        let direct = functional::grad(|x| loss_of(&case, &x), &theta);
        assert_close(&gradient, &direct.to_vec(), what);
    }
}
