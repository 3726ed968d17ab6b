//! A layer and a loss of one's own in the trainer: a residual block, and the mean of ln cosh of the errors, which outliers
//! pull less than their squares do.
//!
//! `cargo run --release -p gradus-nn --example custom_layer_and_loss`

use autograd::{Activation, Real, prelude::*, random};
use datasets::{Rows, Samples, Targets};
use nn::layers::Linear;
use nn::{Adam, Carrier, ForwardContext, Init, Layer, Loss, ParamsBuilder, Sequential, Trainer};
use nn::{BatchTargets, Mse};

/// x + f(x), where f is a linear layer with tanh and another one.
struct Residual {
    up: Linear,
    down: Linear,
}

impl Residual {
    fn new(params: &mut ParamsBuilder, name: &str, row: &[usize]) -> Self {
        let (width, init) = (row[0], Init::XAVIER_UNIFORM);
        let (up, down) = (format!("{name}.up"), format!("{name}.down"));
        Self {
            up: Linear::new(params, &up, width, 2 * width, Activation::Tanh, init),
            down: Linear::new(params, &down, 2 * width, width, Activation::Identity, init),
        }
    }
}

impl<T: Real> Layer<T> for Residual {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        x.clone() + &self.down.forward(ctx, &self.up.forward(ctx, x))
    }

    fn describe(&self) -> String {
        "Residual()".to_owned()
    }
}

/// The mean of ln cosh e = |e| + softplus(−2|e|) − ln 2.
struct LogCosh;

impl Loss for LogCosh {
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        let size = (outputs.clone() - &targets.beside(outputs)).abs();
        let tail = size.mul_scalar(-2.0).softplus();
        (size + &tail).mean().add_scalar(-std::f64::consts::LN_2)
    }
}

/// sin 3x at 400 places, every tenth of them off by 3.
fn samples(outliers: bool) -> Samples {
    let mut rng = random::stream(0, "example", 0, 0);
    let x: Vec<f64> = (0..400)
        .map(|_| 2.0 * random::unit(&mut rng) - 1.0)
        .collect();
    let off = |i: usize| {
        if outliers && i.is_multiple_of(10) {
            3.0
        } else {
            0.0
        }
    };
    let y = x.iter().enumerate().map(|(i, x)| (3.0 * x).sin() + off(i));
    let y = Rows::reals64(&[1], y.collect::<Vec<_>>());
    Samples::new(Rows::reals64(&[1], x), Targets::Values(y))
}

/// Trains with a loss, and returns R² of the curve without outliers.
fn r2(loss: impl Loss + 'static) -> Result<f64, Box<dyn std::error::Error>> {
    let model = Sequential::input([1])
        .linear(8)
        .layer(Residual::new)
        .layer(Residual::new)
        .linear(1)
        .init::<f64>(0)?;
    let mut trainer = Trainer::new(model, Adam::new(1e-2), loss).batch_size(40);
    trainer.fit(&samples(true), 60)?;
    Ok(trainer.model().evaluate(&samples(false))?.r2())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (ours, squares) = (r2(LogCosh)?, r2(Mse)?);
    println!("R² of the curve under outliers: {ours:.4} with ln cosh, {squares:.4} with squares");
    assert!(ours > 0.95 && ours > squares);
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
