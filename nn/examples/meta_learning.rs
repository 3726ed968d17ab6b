//! A step differentiated through an update (MAML: Finn, Abbeel and Levine 2017): the start that is best not as it is, but
//! after one step of gradient descent on a task.
//!
//! Tasks are lines y = s·x over inputs of different spread, and the model is a line. Task i has the loss m·(w − s)² with m
//! the mean of x², so a step of rate α leaves m·(1 − 2αm)²·(w − s)², and the best start is known in closed form. Without
//! the derivative of the update another start comes out.
//!
//! `cargo run --release -p gradus-nn --example meta_learning`

use autograd::{Tape, Tensor, Var, prelude::*};
use nn::optim::OptimizerState;
use nn::{Carrier, ForwardContext, Layer, Mode, Model, ParamId, ParamSource, Recorded, Sequential};
use nn::{Sgd, value_and_grad};

/// The rate of the step on a task.
const RATE: f64 = 0.2;

/// Slope and spread of the inputs of each task.
const TASKS: [(f64, f64); 2] = [(0.0, 0.5), (1.0, 2.0)];

/// The mean squared error of a task.
fn loss<V: Carrier<T = f64>>(
    model: &Model<f64>,
    params: &dyn ParamSource<V>,
    one: &V,
    (slope, spread): (f64, f64),
) -> V {
    let x = Tensor::from([[-1.0], [1.0]]) * spread.sqrt();
    let y = x.clone() * slope;
    let ctx = ForwardContext::new(params, Mode::Evaluate);
    let outputs = model.layers.forward(&ctx, &one.constant(x));
    (outputs - &one.constant(y)).square().mean()
}

/// Parameters after a step: variables that depend on those before.
struct Updated<'t>(Vec<Var<'t, f64>>);

impl<'t> ParamSource<Var<'t, f64>> for Updated<'t> {
    fn param(&self, id: ParamId) -> Var<'t, f64> {
        self.0[id.position()]
    }
}

/// The parameters after one step of gradient descent on a task, recorded, so that they can be differentiated.
fn step<'t>(model: &Model<f64>, params: &Recorded<'t, f64>, task: (f64, f64)) -> Updated<'t> {
    let tape = params.tape();
    let before: Vec<_> = model
        .params
        .iter()
        .map(|(id, ..)| params.param(id))
        .collect();
    let loss = loss(model, params, &before[0], task);
    let slopes = tape.grad(loss, &before);
    let steps = before.iter().zip(&slopes);
    Updated(steps.map(|(p, g)| *p - g.mul_scalar(RATE)).collect())
}

fn main() -> Result<(), nn::BuildError> {
    let mut model = Sequential::input([1]).linear(1).init::<f64>(0)?;
    let mut sgd = OptimizerState::new(Sgd::new(0.1), &model.params);
    let mut gradient = vec![0.0; model.params.len()];
    let mut tape = Tape::new();
    for _ in 0..500 {
        value_and_grad(&mut tape, &model.params, &mut gradient, |params| {
            let after = TASKS.map(|task| {
                let updated = step(&model, params, task);
                loss(&model, &updated, &updated.0[0], task)
            });
            after[0] + after[1]
        });
        sgd.step(0.1, model.params.values_mut(), &gradient);
    }
    let [w, b] = model.params.values() else {
        unreachable!("a line has two parameters")
    };
    let weight = |m: f64| m * (1.0 - 2.0 * RATE * m).powi(2);
    let [(s0, m0), (s1, m1)] = TASKS;
    let best = (weight(m0) * s0 + weight(m1) * s1) / (weight(m0) + weight(m1));
    println!("start at {w:.6}, best {best:.6}");
    assert!((w - best).abs() < 1e-6 && b.abs() < 1e-6, "{w} {b} {best}");
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
