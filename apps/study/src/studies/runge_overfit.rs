use crate::prelude::*;

crate::register!(study);

const DEEP: &str = "4×64";
const SHALLOW: &str = "1×16";

/// A setting that the report leaves open: its name, activation, rate, epochs, and whether points lie at equal distances.
type Reading = (&'static str, &'static str, f64, u64, bool);

const READINGS: [Reading; 5] = [
    ("ReLU 0.01", "relu", 0.01, 500, false),
    ("ReLU 0.01, even points", "relu", 0.01, 500, true),
    ("ReLU 0.01, 2000 epochs", "relu", 0.01, 2000, false),
    ("ReLU 0.001, 2000 epochs", "relu", 0.001, 2000, false),
    ("tanh 0.01, 2000 epochs", "tanh", 0.01, 2000, false),
];

/// Report A: 100 points with noise of 0.15, Adam, batch 32.
fn setup((_, activation, lr, epochs, even): Reading, shape: &str) -> Setup {
    let init = match activation {
        "relu" => "he-normal",
        _ => "xavier-uniform",
    };
    let setup = Setup::on("runge")
        .rows(100)
        .noise(0.15)
        .hidden(match shape {
            DEEP => vec![64; 4],
            _ => vec![16],
        })
        .activation(activation)
        .init(init)
        .optimizer("adam")
        .lr(lr)
        .batch(32)
        .epochs(epochs)
        .validation(0.0)
        .test_curve()
        .fitted_curve();
    if even { setup.even() } else { setup }
}

fn name(shape: &str, reading: Reading) -> String {
    format!("{shape}, {}", reading.0)
}

/// A claim with each reading.
fn claim(
    place: &'static str,
    sentence: &str,
    claimed: &str,
    predicate: impl Fn(&str, &str) -> Predicate,
) -> Claim {
    let readings = READINGS.map(|r| (r.0, predicate(&name(DEEP, r), &name(SHALLOW, r))));
    Claim::at("A", place, sentence, claimed).readings(readings)
}

fn study() -> Study {
    let gap = |case: &str| median(case, "test_mse").over(median(case, "train_mse"));
    let overfit = || {
        Bar::ours(
            1.5,
            "an error on new points half as large again is seen in a figure as following the points",
        )
    };
    let first = READINGS[0];
    let cases = [DEEP, SHALLOW].into_iter().flat_map(|shape| {
        READINGS.map(|reading| {
            Case::train(name(shape, reading), setup(reading, shape))
                .factor("shape", shape)
                .factor("reading", reading.0)
        })
    });
    let both = [name(DEEP, first), name(SHALLOW, first)];
    let of = || both.iter().map(String::as_str);
    Study::new(
        "runge-overfit",
        "A",
        "Four wide layers fit the noise of 100 points, one narrow layer does not",
    )
    .data("runge")
    .minutes(0.8)
    .trials(50)
    .cases(cases)
    .draw(FigureSpec::fit(&both[0]).at("A", "Fig. 4"))
    .draw(FigureSpec::fit(&both[1]).at("A", "Fig. 5"))
    .draw(FigureSpec::curves("Error on noisy targets", ["train_mse", "test_mse"]).of(of()).at("A", "Fig. 4").at("A", "Fig. 5"))
    .draw(FigureSpec::curves("Error against the noiseless function", ["test_mse_true"]).of(of()))
    .draw(FigureSpec::boxes("Error against the noiseless function", "test_mse_true"))
    .draw(FigureSpec::table(
        "Errors",
        ["train_mse", "test_mse", "test_mse_true", "best_test_mse_true", "seconds"],
    ))
    .claim(claim(
        "Fig. 4",
        "a network of four layers of 64 overfits 100 noisy points: it picks up noise and follows the training data",
        "there is a clear tendency that the model overfits the training data",
        |deep, _| {
            all([
                gap(deep).at_least(overfit()),
                median(deep, "train_mse").below(Bar::ours(0.0225, "the noise's variance: less is noise that was learned")),
            ])
        },
    ).main())
    .claim(claim(
        "Fig. 5",
        "a network of one layer of 16 does not overfit 100 noisy points",
        "we do not see any overfitting",
        |_, shallow| gap(shallow).below(overfit()),
    ).main())
    .claim(claim(
        "Section 4.1",
        "more hidden layers do not improve performance significantly",
        "doesn't improve performance significantly",
        |deep, shallow| {
            let tenth = Bar::ours(0.9, "a tenth less error is the least that we call an improvement");
            median(deep, "test_mse_true").over(median(shallow, "test_mse_true")).at_least(tenth)
        },
    ))
    .claim(claim(
        "Section 4.1",
        "fewer hidden layers cost less to compute",
        "a lower computational cost",
        |deep, shallow| lower(shallow, deep, "seconds"),
    ))
    .claim(claim(
        "Section 4.1",
        "fewer hidden layers give a more general model: 1×16 is nearer to f",
        "a more generalized model",
        |deep, shallow| lower(shallow, deep, "test_mse_true"),
    ))
    .note("⚠ Section 4 of the report says that noise is N(0, 0.1²) and that there are 1000 points throughout; Figs. 4 to 6 have N(0, 0.15²) and 100 points, as here.")
    .note("The report names neither activation, rate nor epochs; each is a reading. 20 of the 100 points are the test set.")
    .note("The noise's variance is 0.0225: a training error far below it is noise learned by heart.")
    .note("Report A has relu'(0) = 1; here it is 0.")
}
