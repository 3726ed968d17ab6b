use std::ops::ControlFlow;

use autograd::{Activation, Tensor};
use common::card::RowCard;
use common::run::Prepared;
use nn::{Kind, Mode, Model, Pass, Settings, Trainer, evaluate};

use crate::prelude::*;

crate::register!(study);

const ACTIVATIONS: [(&str, &str); 5] = [
    ("ReLU", "relu"),
    ("LeakyReLU", "leaky-relu"),
    ("ELU", "elu"),
    ("GELU", "gelu"),
    ("softplus", "softplus"),
];
const RATES: [(&str, f64); 2] = [("high", 1.0), ("moderate", 0.05)];

fn setup(activation: &str, lr: f64) -> Setup {
    Setup::on("mnist")
        .train_rows(2000)
        .hidden([100, 100])
        .activation(activation)
        .lr(lr)
        .batch(32)
        .epochs(30)
}

/// Plain descent at a high and at a moderate rate. A unit is dead where its slope is 0 on every training row: all that
/// leads into it then has a gradient of 0.
fn study() -> Study {
    let cases = RATES.into_iter().flat_map(|(rate, lr)| {
        ACTIVATIONS.map(|(name, activation)| {
            Case::own(format!("{name}, {rate}"), live)
                .factor("activation", activation)
                .factor("rate", lr)
                .trains(&setup(activation, lr))
        })
    });
    let high = |name: &str| format!("{name}, high");
    let others = || ACTIVATIONS.iter().skip(1).map(|(name, _)| high(name));
    Study::new(
        "dying-relu",
        "D",
        "At a high rate units of ReLU die and never come back; those with a slope everywhere do not",
    )
    .data("mnist")
    .minutes(1.0)
    .trials(15)
    .cases(cases)
    .draw(Drawn::curves("Share of dead units in the first layer", ["dead/1"]))
    .draw(Drawn::curves("Share of dead units in the second layer", ["dead/2"]))
    .draw(Drawn::curves("A unit that dies: share of training rows on which it is active", ["unit_active"]).of(["ReLU, high"]))
    .draw(Drawn::curves("The same unit: size of its weights", ["unit_weights"]).of(["ReLU, high"]))
    .draw(Drawn::curves("Training loss", ["train_loss"]))
    .draw(Drawn::table("At the end", ["dead/1", "dead/2", "died/1", "recovered/1", "recovered/2", "test_accuracy"]))
    .claim(Claim::new(
        "D",
        "at a high rate units of ReLU die: a tenth or more of the first layer in the median, more than at a moderate rate",
        "neurons can die during training",
        all([
            at_least("ReLU, high", "dead/1", 0.1),
            higher("ReLU, high", "ReLU, moderate", "dead/1"),
        ]),
    ))
    .claim(Claim::new(
        "D",
        "in every trial units of the first layer die that were alive before training",
        "a neuron that went inactive",
        minimum("ReLU, high", "died/1").above(0.0),
    ))
    .claim(Claim::new(
        "D",
        "none of the first layer's dead units ever recovers, and not a bit of their weights changes",
        "never recovered",
        all([
            exactly("ReLU, high", "recovered/1", 0.0),
            exactly("ReLU, high", "changed_after_death", 0.0),
        ]),
    ))
    .claim(Claim::new(
        "D",
        "LeakyReLU, ELU, GELU and softplus have no dead unit at the same rate, in any trial",
        "avoids truly zero gradients",
        all(others().flat_map(|case| ["dead/1", "dead/2"].map(|number| exactly(&case, number, 0.0)))),
    ))
    .claim(Claim::new(
        "D",
        "LeakyReLU reaches a higher test accuracy there than ReLU",
        "can sometimes solve problems like dying ReLUs",
        higher("LeakyReLU, high", "ReLU, high", "test_accuracy"),
    ))
    .note("The report names no network and no rate; ours are two hidden layers of 100 units on 2000 rows under plain SGD with batches of 32, at rates of 1 and 0.05.")
    .note("Units are looked at on all 2000 training rows before training and after every epoch. Units of the second layer can recover, as the first layer moves under them.")
    .note("ReLU's slope at 0 is 0 here, as the report allows.")
}

fn live(context: &Context<'_>) -> Result<Outcome, AppError> {
    let (activation, lr) = (context.factor("activation"), context.factor("rate"));
    let setup = setup(activation, lr.parse().map_err(AppError::failure)?);
    let data = context.data(&setup)?;
    let rows = RowCard::of(&data, false);
    let data = Prepared::new(data, &rows, None);
    let classes = data.data.set.class_names.len();
    let setup = context.formed(&setup);
    let model = crate::train::model::<f32>(&setup.network, &rows.shape, classes, context.seed)?;
    let rule = nn::optim::by_name(&setup.optimizer, None).map_err(AppError::failure)?;
    let loss = Loss::CrossEntropy { smoothing: 0.0 };
    let settings = Settings {
        lr: setup.lr,
        batch_size: setup.batch.unwrap_or(1),
        seed: context.seed,
        ..Settings::new(loss)
    };
    let mut trainer = Trainer::new(model, rule, settings);

    let x = data.examples().inputs.gather::<f32>(&data.data.train);
    let mut lives = Lives::new(look(trainer.model(), &x));
    let mut losses = Vec::new();
    for _ in 0..setup.epochs {
        context.go_on()?;
        let scores = trainer.epoch(data.examples(), &data.data.train, |_, _| {
            ControlFlow::Continue(())
        });
        if let ControlFlow::Continue(scores) = scores {
            losses.push(scores.loss);
        }
        lives.after_epoch(look(trainer.model(), &x));
    }
    let test = &data.data.test;
    let said = evaluate(trainer.model(), data.examples(), test, loss).classes();
    let right = said
        .iter()
        .zip(data.classes(test))
        .filter(|(a, b)| **a == *b)
        .count();
    Ok(lives
        .outcome()
        .series("train_loss", losses)
        .number("test_accuracy", right as f64 / test.len() as f64))
}

/// The hidden units at one moment.
struct Look {
    layers: Vec<Vec<Unit>>,
}

/// A hidden unit on all training rows.
#[derive(Clone, Debug, PartialEq)]
struct Unit {
    dead: bool,
    /// The share of rows on which its slope is not 0.
    active: f64,
    /// The weights that lead into it, and its bias.
    into: Vec<f32>,
}

fn look(model: &Model<f32>, x: &Tensor<f32>) -> Look {
    let pass = Pass {
        weights: &model.params,
        mode: Mode::Evaluate,
    };
    let segments: Vec<_> = model.params.iter().collect();
    let of = |kind: Kind| segments.iter().filter(move |(_, s, _)| s.kind == kind);
    let mut parameters = of(Kind::Weight).zip(of(Kind::Bias));
    let mut x = x.clone();
    let mut layers = Vec::new();
    for layer in model.layers.iter() {
        x = layer.on_tensor(&pass, &x);
        let (Some(activation), y) = (layer.activation(), x.to_vec()) else {
            continue;
        };
        let Some(((_, weight, values), (.., bias))) = parameters.next() else {
            continue;
        };
        let units = weight.shape[1];
        let unit = |j: usize| {
            let outputs = y.iter().skip(j).step_by(units);
            let active = outputs.filter(|y| !is_flat(activation, **y)).count();
            let column = values.iter().skip(j).step_by(units).copied();
            Unit {
                dead: active == 0,
                active: active as f64 * units as f64 / y.len() as f64,
                into: column.chain([bias[j]]).collect(),
            }
        };
        layers.push((0..units).map(unit).collect());
    }
    Look { layers }
}

/// Whether the slope is exactly 0 where an activation has this output.
fn is_flat(activation: Activation, y: f32) -> bool {
    match activation {
        // eˣ is the slope of the left half, and 1 more than its value.
        Activation::Elu { alpha } => y == -alpha as f32,
        Activation::LeakyRelu { .. } => false,
        _ => y == 0.0,
    }
}

/// What became of all units.
struct Lives {
    looks: Vec<Look>,
}

impl Lives {
    fn new(start: Look) -> Self {
        Self { looks: vec![start] }
    }

    fn after_epoch(&mut self, look: Look) {
        self.looks.push(look);
    }

    /// A unit at all looks.
    fn of(&self, layer: usize, unit: usize) -> Vec<&Unit> {
        self.looks
            .iter()
            .map(|look| &look.layers[layer][unit])
            .collect()
    }

    fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::new();
        let Some((start, end)) = self.looks.first().zip(self.looks.last()) else {
            return outcome;
        };
        for (layer, units) in end.layers.iter().enumerate() {
            let lives: Vec<Vec<&Unit>> =
                (0..units.len()).map(|unit| self.of(layer, unit)).collect();
            let count =
                |is: &dyn Fn(&[&Unit]) -> bool| lives.iter().filter(|life| is(life)).count() as f64;
            let share = |look: &Look| {
                let dead = look.layers[layer].iter().filter(|unit| unit.dead).count();
                dead as f64 / units.len() as f64
            };
            let at = |what: &str| format!("{what}/{}", layer + 1);
            outcome = outcome
                .number(at("dead_at_start"), share(start))
                .number(at("dead"), share(end))
                .number(at("died"), count(&|life| death(life).is_some()))
                .number(at("recovered"), count(&recovers))
                .series(at("dead"), self.looks.iter().map(share));
            if layer == 0 {
                outcome = outcome.number("changed_after_death", count(&changes_after_death));
            }
        }
        self.with_one_that_died(outcome)
    }

    /// The unit of the first layer that died first.
    fn with_one_that_died(&self, outcome: Outcome) -> Outcome {
        let units = self.looks[0].layers[0].len();
        let deaths = (0..units).filter_map(|unit| Some((death(&self.of(0, unit))?, unit)));
        let Some((epoch, unit)) = deaths.min() else {
            return outcome;
        };
        let life = self.of(0, unit);
        let size = |unit: &&Unit| {
            unit.into
                .iter()
                .map(|w| f64::from(*w).powi(2))
                .sum::<f64>()
                .sqrt()
        };
        outcome
            .number("unit", unit as f64)
            .number("unit_died_at", epoch as f64)
            .series("unit_active", life.iter().map(|unit| unit.active))
            .series("unit_weights", life.iter().map(size))
    }
}

/// The look at which a unit that was alive at the start is first dead.
fn death(life: &[&Unit]) -> Option<usize> {
    let alive_at_start = life.first().is_some_and(|unit| !unit.dead);
    life.iter()
        .position(|unit| unit.dead)
        .filter(|_| alive_at_start)
}

fn recovers(life: &[&Unit]) -> bool {
    life.windows(2).any(|pair| pair[0].dead && !pair[1].dead)
}

fn changes_after_death(life: &[&Unit]) -> bool {
    let bits = |unit: &Unit| -> Vec<u32> { unit.into.iter().map(|w| w.to_bits()).collect() };
    life.windows(2)
        .any(|pair| pair[0].dead && bits(pair[0]) != bits(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(dead: bool, weight: f32) -> Unit {
        Unit {
            dead,
            active: 0.0,
            into: vec![weight],
        }
    }

    #[test]
    fn deaths_and_recoveries_are_told_apart() {
        let [alive, dead, moved] = [unit(false, 1.0), unit(true, 2.0), unit(true, 3.0)];
        let life = [&alive, &dead, &dead];
        assert_eq!(death(&life), Some(1));
        assert!(!recovers(&life) && !changes_after_death(&life));
        assert!(recovers(&[&alive, &dead, &alive]));
        assert!(changes_after_death(&[&alive, &dead, &moved]));
        // One that never lived has not died.
        assert_eq!(death(&[&dead, &dead]), None);
    }

    #[test]
    fn slopes_are_flat_where_outputs_say_so() {
        assert!(is_flat(Activation::Relu, 0.0) && !is_flat(Activation::Relu, 0.1));
        assert!(is_flat(Activation::Elu { alpha: 1.0 }, -1.0));
        assert!(!is_flat(Activation::LeakyRelu { slope: 0.01 }, 0.0));
    }
}
