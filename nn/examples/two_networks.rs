//! Two networks trained in turns: a generator learns to draw from a normal distribution by fooling a critic that learns to
//! tell its draws from real ones (Goodfellow et al. 2014).
//!
//! `cargo run --release -p gradus-nn --example two_networks`

use autograd::{Tape, Tensor, prelude::*, random};
use nn::optim::OptimizerState;
use nn::{Adam, ForwardContext, Layer, Mode, Model, ParamSource, Sequential, value_and_grad};
use rand_distr::{Distribution, StandardNormal};

/// The distribution that is to be learned.
const MEAN: f64 = 3.0;
const DEVIATION: f64 = 0.5;
const BATCH: usize = 64;
const STEPS: u64 = 2000;

/// A network and what moves it.
struct Player {
    model: Model<f64>,
    adam: OptimizerState<f64>,
    gradient: Vec<f64>,
}

impl Player {
    fn new(model: Model<f64>) -> Self {
        Self {
            adam: OptimizerState::new(Adam::new(5e-3).betas([0.5, 0.99]), &model.params),
            gradient: vec![0.0; model.params.len()],
            model,
        }
    }

    fn outputs<V: nn::Carrier<T = f64>>(&self, params: &dyn ParamSource<V>, x: &V) -> V {
        let ctx = ForwardContext::new(params, Mode::Evaluate);
        self.model.layers.forward(&ctx, x)
    }

    fn step(&mut self) {
        let params = self.model.params.values_mut();
        self.adam.step(5e-3, params, &self.gradient);
    }
}

fn normal(step: u64, of: &str) -> Tensor<f64> {
    let mut rng = random::stream(1, of, 0, step);
    Tensor::from_fn(&[BATCH, 1], |_| StandardNormal.sample(&mut rng))
}

fn main() -> Result<(), nn::BuildError> {
    let mut generator = Player::new(Sequential::input([1]).linear(1).init(2)?);
    let critic = Sequential::input([1]).linear(16).tanh().linear(1);
    let mut critic = Player::new(critic.init(3)?);
    let mut tape = Tape::new();
    let (mut mean, mut deviation) = (0.0, 0.0);
    for step in 0..STEPS {
        // The critic's turn: real draws are of class 1, made ones of class 0.
        let real = normal(step, "real") * DEVIATION + MEAN;
        let made = generator.outputs(&generator.model.params, &normal(step, "critic"));
        let mut gradient = std::mem::take(&mut critic.gradient);
        value_and_grad(&mut tape, &critic.model.params, &mut gradient, |params| {
            let say = |x: &Tensor<f64>| critic.outputs(params, &params.tape().constant(x.clone()));
            (-say(&real)).softplus().mean() + say(&made).softplus().mean()
        });
        critic.gradient = gradient;
        critic.step();

        // The generator's turn: the critic is to take what it makes for real. Its own parameters are constants.
        let noise = normal(step, "generator");
        let mut gradient = std::mem::take(&mut generator.gradient);
        value_and_grad(
            &mut tape,
            &generator.model.params,
            &mut gradient,
            |params| {
                let made = generator.outputs(params, &params.tape().constant(noise.clone()));
                let fixed = Fixed(params.tape(), &critic.model);
                (-critic.outputs(&fixed, &made)).softplus().mean()
            },
        );
        generator.gradient = gradient;
        generator.step();

        // The game goes round in circles about its equilibrium: the mean over the second half is near it.
        if step >= STEPS / 2 {
            let [w, b] = generator.model.params.values() else {
                unreachable!("the generator has two parameters")
            };
            mean += b / (STEPS / 2) as f64;
            deviation += w.abs() / (STEPS / 2) as f64;
        }
    }
    println!(
        "drawn with mean {mean:.2} and deviation {deviation:.2}; real: {MEAN} and {DEVIATION}"
    );
    assert!((mean - MEAN).abs() < 0.2 && (deviation - DEVIATION).abs() < 0.25);
    Ok(())
}

/// Parameters that are constants on a tape.
struct Fixed<'t, 'm>(&'t Tape<f64>, &'m Model<f64>);

impl<'t> ParamSource<autograd::Var<'t, f64>> for Fixed<'t, '_> {
    fn param(&self, id: nn::ParamId) -> autograd::Var<'t, f64> {
        self.0.constant(self.1.params.view(id))
    }
}

#[test]
fn it_runs() {
    main().unwrap();
}
