use std::ops::ControlFlow;

use autograd::prelude::*;
use autograd::{Tape, Tensor};
use experiment::run::{self, Classes};
use nn::LinearParams;
use nn::{ForwardContext, LayerKind, Mode, Model, Params, evaluate};
use settings::Head;

use crate::prelude::*;

crate::register!(study);

const ACTIVATIONS: [(&str, &str); 5] = [
    ("ReLU", "relu"),
    ("LeakyReLU", "leaky-relu"),
    ("ELU", "elu"),
    ("GELU", "gelu"),
    ("softplus", "softplus"),
];
const RATES: [(&str, f64); 2] = [("high", 0.7), ("moderate", 0.05)];

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
    let study = Study::new(
        "dying-relu",
        "A, D",
        "At a high rate units of ReLU die, in the first layer for good; LeakyReLU keeps its units, ELU does not",
    )
    .data("mnist")
    .minutes(3.5)
    .trials(50)
    .cases(cases)
    .draw(FigureSpec::curves("Share of dead units in the first layer", ["dead/1"]).over(Places::FromStart).at("D", "Activation functions"))
    .draw(FigureSpec::curves("Share of dead units in the second layer", ["dead/2"]).over(Places::FromStart))
    .draw(FigureSpec::curves("A unit that dies: share of training samples on which it is active", ["unit_active"]).over(Places::FromStart).of(["ReLU, high"]).at("D", "Activation functions"))
    .draw(FigureSpec::curves("The same unit: size of its weights", ["unit_weights"]).over(Places::FromStart).of(["ReLU, high"]))
    .draw(FigureSpec::curves("Training loss", ["train_loss"]))
    .draw(FigureSpec::table("At the end", ["dead/1", "dead/2", "died/1", "recovered/1", "recovered/2", "test_accuracy"]))
    .note("The report names no network and no rate; ours are two hidden layers of 100 units on 2000 samples under plain SGD with batches of 32, at rates of 0.7 and 0.05.")
    .note("Units are looked at on all 2000 training samples before training and after every epoch. Units of the second layer can recover, as the first layer moves under them.")
    .note("ReLU's slope at 0 is 0 here, as report D allows; report A defines it as 1.")
    .note("Slopes are those of training in single precision, where ELU's is 0 below about −17, as its output is −1 there, and the others' underflow far enough to the left: such units are dead, too.");
    let study = study.finding(Finding::new(
        12,
        "After training at a high rate a share of {} of the first layer's units of ReLU is dead, and of {} of LeakyReLU's.",
        ["ReLU, high", "LeakyReLU, high"].map(|case| median(case, "dead/1")),
    ));
    let study = study.question(
        Question::new(
            "D",
            "Which share of units of GELU and softplus is dead at the high rate, in the first and the second layer?",
            ["GELU, high", "softplus, high"]
                .into_iter()
                .flat_map(|case| ["dead/1", "dead/2"].map(|number| median(case, number))),
        )
        .at("Activation functions"),
    );
    claims().into_iter().fold(study, Study::claim)
}

fn claims() -> Vec<Claim> {
    let at = |sentence: &str, words: &str| Claim::at("D", "Activation functions", sentence, words);
    let none = || Bar::ours(0.0, "a problem that is solved leaves no unit dead");
    let none_dead =
        |case: &str| all(["dead/1", "dead/2"].map(|number| exactly(case, number, none())));
    vec![
        at(
            "at a high rate units of ReLU die: a tenth or more of the first layer in the median, more than at a moderate rate",
            "neurons can \"die\" during training",
        )
        .holds_if(all([
            at_least("ReLU, high", "dead/1", Bar::ours(0.1, "ten units of a hundred are no accident")),
            higher("ReLU, high", "ReLU, moderate", "dead/1"),
        ])),
        at(
            "at the high rate, in every trial some of ReLU's first-layer units die that were alive before training",
            "an example of a neuron that went inactive",
        )
        .holds_if(in_every_trial(figure("ReLU, high", "died/1")).positive()),
        at(
            "none of ReLU's dead first-layer units ever recovers at the high rate, and not a bit of their weights changes",
            "and never recovered",
        )
        .holds_if(all([
            exactly("ReLU, high", "recovered/1", Bar::of_report(0.0, "never recovered")),
            exactly("ReLU, high", "changed_after_death", Bar::of_report(0.0, "it may never update further")),
        ])),
        at(
            "LeakyReLU has no dead unit at the high rate, in any trial",
            "Leaky ReLU (which allows a small negative slope to avoid truly zero gradients for z<0)",
        )
        .holds_if(none_dead("LeakyReLU, high")),
        at(
            "ELU solves the problem of dying ReLUs at the high rate",
            "replacing ReLU with leaky ReLU or ELU … can sometimes solve problems like dying ReLUs",
        )
        .reading("no unit of ELU is dead, in any trial", none_dead("ELU, high"))
        .reading(
            "fewer of the first layer's units are dead than of ReLU's",
            lower("ELU, high", "ReLU, high", "dead/1"),
        )
        .why_under("no dead unit at the moderate rate, in any trial", none_dead("ELU, moderate")),
        at(
            "LeakyReLU reaches a higher test accuracy than ReLU at the high rate",
            "small changes in activation function can sometimes solve problems like dying ReLUs",
        )
        .holds_if(higher("LeakyReLU, high", "ReLU, high", "test_accuracy")),
        Claim::at(
            "A",
            "Section 2.7",
            "LeakyReLU mitigates dying neurons: at a high rate a tenth or more of ReLU's first layer is dead in the median, and in no trial any unit of LeakyReLU",
            "To mitigate this, it is common to use a variant of the ReLU function, called the leaky ReLU function",
        )
        .holds_if(all([
            at_least("ReLU, high", "dead/1", Bar::ours(0.1, "ten units of a hundred are no accident")),
            none_dead("LeakyReLU, high"),
        ])),
    ]
}

fn live(context: &Context<'_>) -> Result<Outcome, AppError> {
    let (activation, lr) = (context.factor("activation"), context.factor("rate"));
    let setup = setup(activation, lr.parse().map_err(AppError::failure)?);
    let data = context.data(&setup)?;
    let experiment = context.experiment(&setup);
    let task = Classes::of(&data, Head::Softmax)?;
    let started = run::start::<Classes, f32>(&experiment, &task, data)?;
    let loss = started.config.loss();
    let (data, mut trainer) = (started.data, started.trainer);

    let x = data.examples().inputs.gather::<f32>(&data.data.train);
    let mut lives = Lives::new(look(trainer.model(), &x));
    let mut losses = Vec::new();
    for _ in 0..experiment.training.epochs {
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
    let predicted = evaluate(trainer.model(), data.examples(), test, loss).classes();
    let right = predicted
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

/// A hidden unit on all training samples.
#[derive(Clone, Debug, PartialEq)]
struct Unit {
    dead: bool,
    /// Share of samples with a nonzero derivative.
    active: f64,
    /// The weights that lead into it, and its bias.
    into: Vec<f32>,
}

fn look(model: &Model<f32>, x: &Tensor<f32>) -> Look {
    let pass = ForwardContext::new(&model.params, Mode::Evaluate);
    let mut x = x.clone();
    let mut layers = Vec::new();
    for layer in model.layers.iter() {
        if let (LayerKind::Linear(part), Some(activation)) = (layer.kind(), layer.activation()) {
            layers.push(units(&model.params, part, activation, &x));
        }
        x = layer.on_tensor(&pass, &x);
    }
    Look { layers }
}

/// The units of a layer with these inputs.
fn units(
    params: &Params<f32>,
    part: LinearParams,
    activation: Activation,
    x: &Tensor<f32>,
) -> Vec<Unit> {
    let [weight, bias] = [part.weight, part.bias].map(|id| params.view(id));
    let slopes = slopes(
        activation,
        x.linear(&weight, Some(&bias), Activation::Identity),
    );
    let (weight, bias) = (weight.to_vec(), bias.to_vec());
    let count = bias.len();
    let unit = |j: usize| {
        let of_unit = slopes.iter().skip(j).step_by(count);
        let active = of_unit.filter(|slope| **slope != 0.0).count();
        let column = weight.iter().skip(j).step_by(count).copied();
        Unit {
            dead: active == 0,
            active: (active * count) as f64 / slopes.len() as f64,
            into: column.chain([bias[j]]).collect(),
        }
    };
    (0..count).map(unit).collect()
}

/// The slope of the activation at each sum, as training has it: by the tape, through a layer that changes nothing else.
fn slopes(activation: Activation, sums: Tensor<f32>) -> Vec<f32> {
    let tape = Tape::new();
    let as_it_is = tape.constant(Tensor::eye(sums.shape()[1]));
    let sums = tape.leaf(sums);
    let y = sums.linear(&as_it_is, None, activation);
    tape.backward(y.sum()).wrt(sums).to_vec()
}

/// Fate of all units.
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

    /// One unit at all diagnostics.
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

/// The first diagnostic at which an initially active unit is dead.
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
    fn slopes_are_those_of_training() {
        let sums = Tensor::from([[-20.0_f32, -0.5], [2.0, 3.0]]);
        let of = |name: &str| slopes(Activation::parse(name).unwrap(), sums.clone());
        assert_eq!(of("relu"), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(of("leaky-relu"), [0.01, 0.01, 1.0, 1.0]);
        // eˣ by way of eˣ − 1, which is −1 to single precision here.
        assert_eq!(of("elu")[0], 0.0);
        assert!((of("elu")[1] - (-0.5_f32).exp()).abs() < 1e-6);
    }
}
