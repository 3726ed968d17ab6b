use baselines::{Polynomial, ols};
use datasets::{Rows, Targets};

use crate::parts::runge::{fitted, places, runge, with_fit};
use crate::prelude::*;

crate::register!(study);

/// A setting that the report leaves open.
struct Reading {
    name: &'static str,
    activation: &'static str,
    optimizer: &'static str,
    lr: f64,
    /// Points at equal distances.
    even: bool,
    schedule: &'static str,
    /// Whether the report allows it.
    allowed: bool,
}

const fn reading(
    name: &'static str,
    [activation, optimizer]: [&'static str; 2],
    lr: f64,
) -> Reading {
    Reading {
        name,
        activation,
        optimizer,
        lr,
        even: false,
        schedule: "constant",
        allowed: true,
    }
}

const READINGS: [Reading; 8] = [
    reading("tanh, Adam 0.01", ["tanh", "adam"], 0.01),
    reading("tanh, Adam 0.001", ["tanh", "adam"], 0.001),
    reading("ReLU, Adam 0.01", ["relu", "adam"], 0.01),
    reading("ReLU, Adam 0.001", ["relu", "adam"], 0.001),
    reading("sigmoid, Adam 0.01", ["sigmoid", "adam"], 0.01),
    reading("tanh, RMSprop 0.001", ["tanh", "rmsprop"], 0.001),
    Reading {
        even: true,
        ..reading("tanh, Adam 0.001, even points", ["tanh", "adam"], 0.001)
    },
    Reading {
        schedule: "one-cycle",
        allowed: false,
        ..reading("tanh, Adam 0.01, one-cycle", ["tanh", "adam"], 0.01)
    },
];
const OLS: &str = "OLS 10";
const OLS_EVEN: &str = "OLS 10, even points";
const TRUTH: &str = "f";
const DEGREE: usize = 10;

impl Reading {
    fn setup(&self) -> Setup {
        let init = match self.activation {
            "relu" => "he-normal",
            _ => "xavier-uniform",
        };
        let setup = Setup::on("runge")
            .rows(1000)
            .noise(0.1)
            .hidden([50, 50])
            .activation(self.activation)
            .init(init)
            .optimizer(self.optimizer)
            .lr(self.lr)
            .schedule(self.schedule)
            .batch(32)
            .epochs(300)
            .validation(0.0)
            .fitted_curve();
        if self.even { setup.even() } else { setup }
    }

    fn ols(&self) -> &'static str {
        if self.even { OLS_EVEN } else { OLS }
    }
}

fn network(context: &Context<'_>) -> Result<Outcome, AppError> {
    let name = context.factor("model");
    let Some(reading) = READINGS.iter().find(|reading| reading.name == name) else {
        return Err(AppError::Failure(format!("there is no network {name}")));
    };
    let trained = context.train::<f32>(&reading.setup())?;
    let curve = fitted(&trained);
    Ok(with_fit(trained.outcome, curve))
}

fn polynomial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let even = context.factor("model") == OLS_EVEN;
    let Some(setup) = READINGS.iter().find(|r| r.even == even).map(Reading::setup) else {
        return Err(AppError::Failure("there is no such data".to_owned()));
    };
    let outcome = simple(context, &setup, "ols", DEGREE)?;
    let data = context.data(&setup)?;
    let Targets::Values(targets) = &data.set.part.targets else {
        return Err(AppError::Failure("there are no values to fit".to_owned()));
    };
    let terms = Polynomial::new(1, DEGREE).map_err(AppError::failure)?;
    let model = ols(&terms, &data.set.part.inputs, targets, &data.train, None);
    let along = Rows::reals64(&[1], places());
    let all: Vec<u32> = (0..along.len() as u32).collect();
    Ok(with_fit(outcome, model.predict(&along, &all)))
}

fn truth(_: &Context<'_>) -> Result<Outcome, AppError> {
    let curve = places().into_iter().map(runge).collect();
    Ok(with_fit(Outcome::new(), curve))
}

/// Adds each network as a reading of a claim.
fn with_readings(claim: Claim, predicate: impl Fn(&Reading) -> Predicate) -> Claim {
    READINGS
        .iter()
        .fold(claim, |claim, reading| match reading.allowed {
            true => claim.reading(reading.name, predicate(reading)),
            false => claim.beside(reading.name, predicate(reading)),
        })
}

fn study() -> Study {
    let drawn = "tanh, Adam 0.01";
    let wavy = || {
        Bar::ours(
            1.1,
            "a tenth more up and down than the function itself has is hardly seen in a figure",
        )
    };
    Study::new(
        "runge-vs-ols",
        "A",
        "A network fits Runge's function better than a polynomial of degree 10",
    )
    .data("runge")
    .minutes(0.7)
    .trials(50)
    .cases(READINGS.iter().map(|reading| {
        Case::own(reading.name, network)
            .factor("model", reading.name)
            .trains(&reading.setup())
    }))
    .cases([(OLS, 0), (OLS_EVEN, 6)].map(|(name, like)| {
        Case::own(name, polynomial)
            .factor("model", name)
            .trains(&READINGS[like].setup())
    }))
    .case(Case::own(TRUTH, truth).deterministic())
    .draw(
        FigureSpec::curves("Network, OLS of degree 10 and Runge's function", ["fit"])
            .over(Places::Across("x".to_owned(), [-1.0, 1.0]))
            .of([drawn, OLS, TRUTH])
            .at("A", "Fig. 3"),
    )
    .draw(FigureSpec::fit(drawn).at("A", "Fig. 3"))
    .draw(FigureSpec::boxes("Error against the noiseless function", "test_mse_true").of(
        READINGS.iter().map(|r| r.name).chain([OLS, OLS_EVEN]),
    ))
    .draw(FigureSpec::table(
        "Errors on the test set",
        ["test_mse", "test_mse_true", "test_r2", "variation"],
    ))
    .claim(with_readings(
        Claim::at(
            "A",
            "Fig. 3",
            "the network's prediction is smooth across the whole interval, without oscillations",
            "smooth across the whole interval, i.e., without oscillations",
        ),
        |reading| at_most(reading.name, "variation", wavy()),
    ))
    .claim(with_readings(
        Claim::at(
            "A",
            "Fig. 3",
            "the network's prediction is virtually identical to Runge's function, so that its curve would be hidden",
            "virtually identical",
        ).main(),
        |reading| {
            let line = "a root error of 0.03, on values up to 1, is about the width of a drawn line";
            at_most(reading.name, "test_mse_true", Bar::ours(0.03_f64.powi(2), line))
        },
    ))
    .claim(
        Claim::at(
            "A",
            "Section 1",
            "polynomials fitted to Runge's function often oscillate: their curve goes up and down a tenth more than the function or further",
            "approximations often resulting in an oscillating behavior near the edges",
        )
        .reading("random points", above(OLS, "variation", wavy()))
        .reading("even points", above(OLS_EVEN, "variation", wavy())),
    )
    .claim(with_readings(
        Claim::at(
            "A",
            "Abstract",
            "the network's prediction is better and smoother than that of a polynomial: it is nearer to the function, and its curve goes up and down less",
            "a better and smoother prediction compared to traditional interpolation",
        ),
        |reading| all(["test_mse_true", "variation"].map(|number| lower(reading.name, reading.ols(), number))),
    ))
    .claim(with_readings(
        Claim::at(
            "A",
            "Section 4.1",
            "the network approximates the function better than linear regression does",
            "better than traditional linear regression",
        ),
        |reading| lower(reading.name, reading.ols(), "test_mse_true"),
    ))
    .claim(
        with_readings(
            Claim::at(
                "A",
                "Section 5",
                "the network approximates the function to an arbitrary accuracy: to a hundredth of its height, as a root of the mean squared error",
                "approximated the 1D Runge's function to an arbitrary accuracy",
            ),
            |reading| {
                let bar = Bar::ours(1e-4, "the square of a hundredth, which is not seen in a figure");
                at_most(reading.name, "test_mse_true", bar)
            },
        )
        .because("a thousand points with noise of 0.1 do not say more of the function; without noise one layer of 128 units comes nearer than a hundredth everywhere (universal-approximation)"),
    )
    .claim(
        with_readings(
            Claim::at(
                "A",
                "Section 5",
                "the network's error is lower than that of linear regression by an order of magnitude or more",
                "about one to two orders of magnitude lower",
            ).main(),
            |reading| {
                let bar = Bar::of_report(10.0, "about one to two orders of magnitude lower");
                ratio_at_least(reading.ols(), reading.name, "test_mse_true", bar)
            },
        )
        .reading(
            "tanh, Adam 0.001, MSE against the noisy targets",
            ratio_at_least(
                OLS,
                "tanh, Adam 0.001",
                "test_mse",
                Bar::of_report(10.0, "about one to two orders of magnitude lower"),
            ),
        )
        .why_under(
            "with a schedule of the rate, which the report does not speak of (one cycle)",
            ratio_at_least(
                OLS,
                "tanh, Adam 0.01, one-cycle",
                "test_mse_true",
                Bar::of_report(10.0, "about one to two orders of magnitude lower"),
            ),
        ),
    )
    .finding(Finding::new(
        1,
        "The squared error of a polynomial of degree 10 against Runge's function is {} times that of a tanh network trained by Adam at a rate of 0.001, and {} times with the one-cycle schedule that regress uses.",
        ["tanh, Adam 0.001", "tanh, Adam 0.01, one-cycle"]
            .map(|network| median(OLS, "test_mse_true").over(median(network, "test_mse_true"))),
    ))
    .note("Judged on mse_true, against the noiseless function: with noise of 0.1 no model's mse gets below 0.01.")
    .note("The report sees polynomials oscillate near the edges; how far a curve goes up and down is counted on all of [-1, 1] here.")
    .note("The report names neither optimizer, activation, rate, batch size nor epochs; each network is a reading, of batches of 32 and 300 epochs. Its other studies have rates of 0.01 and 0.1. It has no schedules, so the one-cycle rate is ours.")
    .note("The report does not say whether its points are drawn at random or lie at equal distances; both are run.")
}
