//! A physics-informed network: it solves u″ = −π² sin πx with u(0) = u(1) = 0, whose solution is sin πx, without having
//! seen it (Raissi, Perdikaris and Karniadakis 2019). The loss has a second derivative of the network in it, and training
//! takes the gradient of that.
//!
//! `cargo run --release -p gradus-nn --example physics_informed`

use std::f64::consts::PI;

use autograd::{Tape, Tensor, Var, prelude::*};
use nn::optim::OptimizerState;
use nn::{Adam, ForwardContext, Layer, Mode, Model, ParamSource, Sequential, value_and_grad};

/// u = x·(1 − x)·N(x): the network N, with the values at both ends built in.
fn u<V: nn::Carrier<T = f64>>(model: &Model<f64>, params: &dyn ParamSource<V>, x: &V) -> V {
    let ctx = ForwardContext::new(params, Mode::Evaluate);
    let one = x.constant(Tensor::ones(&x.dims()));
    x.clone() * &(one - x) * &model.layers.forward(&ctx, x)
}

/// d(sum y)/dx: the derivative of each row of y by its own x.
fn derivative<'t>(tape: &'t Tape<f64>, y: &Var<'t, f64>, x: Var<'t, f64>) -> Var<'t, f64> {
    tape.grad(y.sum(), &[x])[0]
}

fn main() -> Result<(), nn::BuildError> {
    let mut model = Sequential::input([1])
        .linear(16)
        .tanh()
        .linear(16)
        .tanh()
        .linear(1)
        .init::<f64>(1)?;
    let points = Tensor::from_fn(&[33, 1], |i| i as f64 / 32.0);
    let force = (points.clone() * PI).sin() * (-PI * PI);

    let mut adam = OptimizerState::new(Adam::new(5e-3), &model.params);
    let mut gradient = vec![0.0; model.params.len()];
    let mut tape = Tape::new();
    let mut residual = f64::NAN;
    for _ in 0..800 {
        residual = value_and_grad(&mut tape, &model.params, &mut gradient, |params| {
            let tape = params.tape();
            let x = tape.leaf(points.clone());
            let slope = derivative(tape, &u(&model, params, &x), x);
            let curvature = derivative(tape, &slope, x);
            (curvature - tape.constant(force.clone())).square().mean()
        });
        adam.step(5e-3, model.params.values_mut(), &gradient);
    }

    let found = u(&model, &model.params, &points);
    let errors = found.to_vec();
    let errors = errors.iter().zip(points.to_vec());
    let worst = errors.map(|(u, x)| (u - (PI * x).sin()).abs());
    let worst = worst.fold(0.0, f64::max);
    println!("mean squared residual {residual:.1e}, largest error {worst:.1e}");
    assert!(worst < 0.01, "{worst}");
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
