use crate::parts::own::without_series;
use crate::parts::stops::{Stop, by_test, by_validation};
use crate::prelude::*;

crate::register!(study);

/// A row of report A's Table I: activation, optimizer, hidden layers, accuracy, seconds.
type Row = (&'static str, &'static str, [usize; 2], f64, f64);

const ROWS: [Row; 6] = [
    ("sigmoid", "rmsprop", [3, 64], 0.978, 6.22),
    ("relu", "adam", [2, 128], 0.978, 4.59),
    ("leaky-relu", "adam", [2, 64], 0.981, 3.38),
    ("elu", "rmsprop", [2, 128], 0.978, 7.93),
    ("gelu", "rmsprop", [2, 128], 0.975, 4.85),
    ("tanh", "adam", [1, 64], 0.964, 1.51),
];
/// Both rates of the report.
const RATES: [f64; 2] = [0.01, 0.1];
/// Numbers of epochs among which is chosen, for the report's own winners: its 500 to 2000.
const STOPS: [usize; 4] = [500, 1000, 1500, 2000];
/// Of the search, the shortest of them: it has 24 networks an activation.
const SEARCHED: [usize; 1] = [500];
const OPTIMIZERS: [&str; 3] = ["sgd", "rmsprop", "adam"];
const SHAPES: [[usize; 2]; 4] = [[1, 64], [2, 64], [2, 128], [3, 64]];
const BATCHES: [Option<usize>; 2] = [None, Some(128)];

/// A network of the search.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Candidate {
    optimizer: &'static str,
    shape: [usize; 2],
    lr: f64,
    /// All training samples if `None`.
    batch: Option<usize>,
}

impl Candidate {
    fn setup(self, activation: &str) -> Setup {
        let init = match activation {
            "sigmoid" | "tanh" => "xavier-uniform",
            _ => "he-normal",
        };
        let [layers, nodes] = self.shape;
        let setup = Setup::on("digits")
            .pooled(0.2)
            .split_per_trial()
            .hidden(vec![nodes; layers])
            .activation(activation)
            .init(init)
            .optimizer(self.optimizer)
            .lr(self.lr)
            .test_curve();
        match self.batch {
            Some(rows) => setup.batch(rows),
            None => setup.full_batch(),
        }
    }

    fn words(self) -> String {
        let [layers, nodes] = self.shape;
        let batch = self
            .batch
            .map_or("full".to_owned(), |rows| rows.to_string());
        format!(
            "{layers}×{nodes}, {} {}, batch {batch}",
            self.optimizer, self.lr
        )
    }
}

/// The report's winner with each rate.
fn winners((_, optimizer, shape, ..): Row) -> Vec<Candidate> {
    let of = |lr| Candidate {
        optimizer,
        shape,
        lr,
        batch: None,
    };
    RATES.map(of).to_vec()
}

/// The search, with the report's larger rate for plain SGD and its smaller one for the others. The quick form has three
/// networks of it.
fn grid(context: &Context<'_>) -> Vec<Candidate> {
    let shapes = context.quickly(&SHAPES[..], &SHAPES[..1]);
    let batches = context.quickly(&BATCHES[..], &BATCHES[..1]);
    let mut all = Vec::new();
    for optimizer in OPTIMIZERS {
        let lr = if optimizer == "sgd" {
            RATES[1]
        } else {
            RATES[0]
        };
        for &shape in shapes {
            for &batch in batches {
                all.push(Candidate {
                    optimizer,
                    shape,
                    lr,
                    batch,
                });
            }
        }
    }
    all
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let activation = context.factor("activation");
    let Some(row) = ROWS.iter().find(|row| row.0 == activation) else {
        return Err(AppError::Failure(format!("no row for {activation}")));
    };
    let (networks, epochs) = match context.factor("networks") {
        "search" => (grid(context), &SEARCHED[..]),
        _ => (winners(*row), &STOPS[..]),
    };
    let longest = epochs.iter().copied().max().unwrap_or(0);
    let mut stops = Vec::new();
    for network in networks {
        let part = context.part(&network.words());
        let setup = network.setup(activation).epochs(longest as u64);
        let outcome = part.train::<f32>(&setup)?.outcome;
        let done = outcome.series.get("train_loss").map_or(0, Vec::len);
        let at = |name: &str, epoch: usize| {
            let value = outcome.series.get(name).and_then(|s| s.get(epoch - 1));
            value.map_or(f64::NAN, |x| x.0)
        };
        for epoch in epochs.iter().map(|epoch| (*epoch).min(done)) {
            stops.push(Stop {
                network,
                epoch,
                validation_accuracy: at("validation_accuracy", epoch),
                validation_loss: at("validation_loss", epoch),
                test_accuracy: at("test_accuracy", epoch),
            });
        }
    }
    let (Some(honest), Some(tested)) = (by_validation(&stops), by_test(&stops)) else {
        return Err(AppError::Failure("nothing was trained".to_owned()));
    };
    let word = |stop: Stop<Candidate>| format!("{}, {} epochs", stop.network.words(), stop.epoch);
    let of = |optimizer: &str| {
        let own: Vec<Stop<Candidate>> = stops
            .iter()
            .copied()
            .filter(|stop| stop.network.optimizer == optimizer)
            .collect();
        by_test(&own).map_or(f64::NAN, |stop| stop.test_accuracy)
    };
    let outcome = Outcome::new()
        .number("test_accuracy", honest.test_accuracy)
        .number("validation_accuracy", honest.validation_accuracy)
        .number("chosen_lr", honest.network.lr)
        .number("chosen_epochs", honest.epoch as f64)
        .number("test_selected_accuracy", tested.test_accuracy)
        .word("chosen on validation samples", word(honest))
        .word("chosen on the test set", word(tested));
    Ok(without_series(OPTIMIZERS.into_iter().fold(
        outcome,
        |outcome, optimizer| {
            outcome.number(format!("test_selected_accuracy/{optimizer}"), of(optimizer))
        },
    )))
}

/// An activation as it is written in a sentence.
fn written(activation: &str) -> &str {
    match activation {
        "sigmoid" => "the sigmoid",
        "relu" => "ReLU",
        "leaky-relu" => "LeakyReLU",
        "elu" => "ELU",
        "gelu" => "GELU",
        other => other,
    }
}

fn study() -> Study {
    let name = |networks: &str, activation: &str| format!("{activation}, {networks}");
    let cases = ["winner", "search"].into_iter().flat_map(|networks| {
        ROWS.map(move |row| {
            let (activation, optimizer, [layers, nodes], ..) = row;
            let case = Case::own(name(networks, activation), work)
                .factor("activation", activation)
                .factor("networks", networks)
                .trains(&winners(row)[0].setup(activation).epochs(match networks {
                    "winner" => STOPS[3] as u64,
                    _ => SEARCHED[0] as u64,
                }));
            match networks {
                "winner" => case
                    .factor("optimizer", optimizer)
                    .factor("shape", format!("{layers}×{nodes}")),
                _ => case,
            }
        })
    });
    // The report's way of choosing, among its own winners and in a search like its own.
    let ways = [
        ("search", "a search like the report's"),
        ("winner", "the report's own winners"),
    ];
    let among = |networks: &str| ROWS.map(|row| name(networks, row.0));
    let alike = || Bar::ours(0.006, "two of the 360 digits to test on");
    let negligible = || {
        let reason =
            "Table I spans 0.964 to 0.981, and the report calls its differences negligible";
        Bar::ours(0.017, reason)
    };
    let similar_to = |networks: &str, a: &str, b: &str, margin: Bar| {
        similar(
            &name(networks, a),
            &name(networks, b),
            "test_selected_accuracy",
            margin,
        )
    };
    let leader = |networks: &str, activation: &str, number: &str, best: bool| {
        let all = among(networks);
        let names = all.iter().map(String::as_str);
        match best {
            true => best_of(&name(networks, activation), names, number),
            false => least_of(&name(networks, activation), names, number),
        }
    };
    let study = Study::new(
        "digits-activations",
        "A",
        "How well each activation classifies digits with its best optimizer, shape and rate",
    )
    .chosen("digits, split 80/20 anew in each trial; \"winner\" is the report's network with both rates and 500 to 2000 epochs, \"search\" one of 24 networks of 500 epochs")
    .data("digits")
    .minutes(32.0)
    .trials(15)
    .cases(cases)
    .draw(
        FigureSpec::boxes(
            "Test accuracy, chosen on the test set",
            "test_selected_accuracy",
        )
        .at("A", "Table I"),
    )
    .draw(FigureSpec::boxes(
        "Test accuracy, chosen on validation samples",
        "test_accuracy",
    ))
    .draw(
        FigureSpec::table(
            "Accuracy and time",
            [
                "test_selected_accuracy",
                "test_accuracy",
                "chosen_lr",
                "chosen_epochs",
                "seconds",
            ],
        )
        .at("A", "Table I"),
    );
    let study = ROWS
        .into_iter()
        .fold(study, |study, (activation, _, _, accuracy, _)| {
            study.claim(
                Claim::at(
                    "A",
                    "Table I",
                    format!(
                        "{accuracy} is a likely best accuracy with {} on 1797 digits, chosen on the test set",
                        written(activation)
                    ),
                    format!("{accuracy}"),
                )
                .readings(ways.map(|(way, label)| {
                    let bar = Bar::of_report(accuracy, format!("{accuracy}"));
                    (label, likely(&name(way, activation), "test_selected_accuracy", bar))
                }))
                .beside(
                    "the search, chosen on validation samples",
                    likely(&name("search", activation), "test_accuracy", Bar::of_report(accuracy, format!("{accuracy}"))),
                )
                .why_under(
                    "it is a likely accuracy of a network that is chosen on validation samples, not on the test set",
                    likely(&name("search", activation), "test_accuracy", Bar::of_report(accuracy, format!("{accuracy}"))),
                ),
            )
        });
    ROWS.into_iter()
        .fold(study, |study, (activation, optimizer, ..)| {
            let case = name("search", activation);
            let of = |optimizer: &str| median(&case, &format!("test_selected_accuracy/{optimizer}"));
            let others = OPTIMIZERS.into_iter().filter(|other| *other != optimizer);
            let (ours, theirs) = match optimizer {
                "adam" => ("Adam", "ADAM"),
                _ => ("RMSprop", "RMS"),
            };
            study.claim(
                Claim::at(
                    "A",
                    "Table I",
                    format!("of the networks with {} that are searched, the best is trained by {ours}", written(activation)),
                    format!("{theirs} in the column Optimizer"),
                )
                .holds_if(of(optimizer).ahead_of(others.map(of))),
            )
        })
        .claim(
            Claim::at("A", "Table I", "of all activations LeakyReLU has the best accuracy on digits", "leaky ReLU gave the best accuracy").main()
                .readings(ways.map(|(way, label)| (label, leader(way, "leaky-relu", "test_selected_accuracy", true))))
                .beside("the search, chosen on validation samples", leader("search", "leaky-relu", "test_accuracy", true))
                .why_under("in the search it is within two digits of the best of the others", {
                    let of = |activation: &str| median(&name("search", activation), "test_selected_accuracy");
                    let others = ROWS.iter().filter(|row| row.0 != "leaky-relu").map(|row| of(row.0));
                    Measure::largest(others).minus(of("leaky-relu")).at_most(alike())
                }),
        )
        .claim(
            Claim::at("A", "Table I", "tanh has the lowest accuracy", "its performance being the worse")
                .readings(ways.map(|(way, label)| (label, leader(way, "tanh", "test_selected_accuracy", false))))
                .why_under("in the search tanh is as accurate as ReLU", similar_to("search", "tanh", "relu", alike())),
        )
        .claim(
            Claim::at("A", "Table I", "tanh with its one layer is the fastest of the winners", "the fastest and most memory efficient of them all is the hyperbolic tangent")
                .holds_if(leader("winner", "tanh", "seconds", false)),
        )
        .claim(
            Claim::at("A", "Section 4.3", "sigmoid and ReLU obtain equal accuracy", "equal accuracy")
                .readings(ways.map(|(way, label)| (label, similar_to(way, "sigmoid", "relu", alike())))),
        )
        .claim(
            Claim::at("A", "Section 4.3", "LeakyReLU is more accurate than ReLU", "leaky ReLU performs better")
                .readings(ways.map(|(way, label)| {
                    let number = "test_selected_accuracy";
                    (label, higher(&name(way, "leaky-relu"), &name(way, "relu"), number))
                })),
        )
        .claim(
            Claim::at(
                "A",
                "Section 4.3",
                "the report's winner of LeakyReLU, of 2×64, takes less time than that of ReLU, of 2×128",
                "leaky ReLU performs better with a lower time, and memory complexity",
            )
            .holds_if(lower(&name("winner", "leaky-relu"), &name("winner", "relu"), "seconds")),
        )
        .claim(
            Claim::at("A", "Section 4.3", "ELU and GELU perform about as well as ReLU", "about the same as ReLU")
                .readings(ways.map(|(way, label)| {
                    (label, all(["elu", "gelu"].map(|other| similar_to(way, other, "relu", alike()))))
                })),
        )
        .claim(
            Claim::at("A", "Section 5", "differences between activations are negligible: no two are further apart than the best and the worst of Table I", "fairly negligible").main()
                .readings(ways.map(|(way, label)| {
                    let names = ROWS.map(|row| row.0);
                    let pairs = (0..names.len()).flat_map(|i| (i + 1..names.len()).map(move |j| (names[i], names[j])));
                    (label, all(pairs.map(|(a, b)| similar_to(way, a, b, negligible()))))
                })),
        )
        .claim(
            Claim::at("A", "Section 5", "no optimizer has an obvious advantage: with each, the best network of the search is as accurate", "Neither did we find obvious advantages and disadvantages for using different optimizers")
                .holds_if(all(ROWS.into_iter().flat_map(|row| {
                    let case = name("search", row.0);
                    let of = |optimizer: &str| median(&case, &format!("test_selected_accuracy/{optimizer}"));
                    let margin = || Bar::ours(0.014, "five of the 360 digits to test on");
                    [
                        of("sgd").minus(of("adam")).near(0.0, margin()),
                        of("rmsprop").minus(of("adam")).near(0.0, margin()),
                    ]
                }))),
        )
        .note("⚠ The report calls the 1797 images a smaller version of MNIST; scikit-learn's digits, of which there are as many, are other images, of 8×8 pixels.")
        .note("The report chooses on its test set. \"search\" is a search like its own: three optimizers (SGD at 0.1, the others at 0.01), four shapes and two batch sizes, 24 networks an activation, 500 epochs each. \"winner\" is what the report found best, with both rates and 500 to 2000 epochs. Beside its way of choosing stands that on validation samples.")
        .note("The report names neither batch sizes nor initializers; batches are of all training samples or of 128, initializers Xavier's for sigmoid and tanh, He's for the others.")
        .note("Seconds are of this machine and of all networks of a trial; times of like shapes are in activation-times.")
        .note("Report A has relu'(0) = 1; here it is 0.")
}
