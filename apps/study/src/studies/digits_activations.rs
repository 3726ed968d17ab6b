use crate::prelude::*;

crate::register!(study);

/// A row of report A's table I: activation, optimizer, hidden layers, accuracy, seconds.
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
/// Candidate numbers of epochs: the report's 500 to 2000.
const STOPS: [usize; 4] = [500, 1000, 1500, 2000];

fn setup((activation, optimizer, [layers, nodes], ..): Row, lr: f64) -> Setup {
    let init = match activation {
        "sigmoid" | "tanh" => "xavier-uniform",
        _ => "he-normal",
    };
    Setup::on("digits")
        .pooled(0.2)
        .split_per_trial()
        .hidden(vec![nodes; layers])
        .activation(activation)
        .init(init)
        .optimizer(optimizer)
        .lr(lr)
        .full_batch()
        .epochs(2000)
        .test_curve()
}

/// Metrics at one rate and number of epochs.
#[derive(Clone, Copy)]
struct Stop {
    lr: f64,
    epoch: usize,
    validation_accuracy: f64,
    validation_loss: f64,
    test_accuracy: f64,
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let activation = context.factor("activation");
    let Some(row) = ROWS.iter().find(|row| row.0 == activation) else {
        return Err(AppError::Failure(format!("no row for {activation}")));
    };
    let mut stops = Vec::new();
    for lr in RATES {
        let part = context.part(&format!("lr {lr}"));
        let outcome = part.train::<f32>(&setup(*row, lr))?.outcome;
        let epochs = outcome.series.get("train_loss").map_or(0, Vec::len);
        let at = |name: &str, epoch: usize| {
            let value = outcome.series.get(name).and_then(|s| s.get(epoch - 1));
            value.map_or(f64::NAN, |x| x.0)
        };
        for epoch in STOPS.map(|stop| stop.min(epochs)) {
            stops.push(Stop {
                lr,
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
    let word = |stop: Stop| format!("lr {}, {} epochs", stop.lr, stop.epoch);
    Ok(Outcome::new()
        .number("test_accuracy", honest.test_accuracy)
        .number("validation_accuracy", honest.validation_accuracy)
        .number("chosen_lr", honest.lr)
        .number("chosen_epochs", honest.epoch as f64)
        .number("test_selected_accuracy", tested.test_accuracy)
        .word("chosen on validation rows", word(honest))
        .word("chosen on test rows", word(tested)))
}

/// The best on validation samples, by the loss among equals.
fn by_validation(stops: &[Stop]) -> Option<Stop> {
    let key = |s: &Stop| (s.validation_accuracy, -s.validation_loss);
    let defined = stops.iter().filter(|s| !s.validation_loss.is_nan());
    defined
        .copied()
        .reduce(|a, b| if key(&b) > key(&a) { b } else { a })
}

/// The best on the test set: the report's way.
fn by_test(stops: &[Stop]) -> Option<Stop> {
    let best = |a: Stop, b: Stop| {
        if b.test_accuracy > a.test_accuracy {
            b
        } else {
            a
        }
    };
    stops.iter().copied().reduce(best)
}

fn study() -> Study {
    let case = |row: Row| {
        let (activation, optimizer, [layers, nodes], ..) = row;
        Case::own(activation, work)
            .factor("activation", activation)
            .factor("optimizer", optimizer)
            .factor("shape", format!("{layers}×{nodes}"))
            .trains(&setup(row, RATES[0]))
    };
    let names = || ROWS.iter().map(|row| row.0);
    let study = Study::new(
        "digits-activations",
        "A",
        "With its best optimizer, shape and rate, any activation reads digits",
    )
    .data("digits")
    .minutes(5.5)
    .trials(15)
    .cases(ROWS.map(case))
    .draw(FigureSpec::boxes("Test accuracy, chosen on validation samples", "test_accuracy"))
    .draw(FigureSpec::boxes("Test accuracy, chosen on the test set", "test_selected_accuracy"))
    .draw(FigureSpec::table(
        "Accuracy and time",
        ["test_accuracy", "test_selected_accuracy", "chosen_lr", "chosen_epochs", "seconds"],
    ))
    .claim(Claim::new(
        "A",
        "LeakyReLU is the most accurate (chosen on validation samples)",
        "LeakyReLU best",
        best_of("leaky-relu", names(), "test_accuracy"),
    ))
    .claim(Claim::new(
        "A",
        "tanh with its one layer is the fastest",
        "1.51 s against 3.38 s and more",
        least_of("tanh", names(), "seconds"),
    ))
    .note("The report chooses on its test set and gives the maximum. Here rate and epochs (500, 1000, 1500 or 2000) are chosen for each seed on validation samples, and the median over seeds on the test set stands beside the test-selected maximum.")
    .note("Optimizer and shape are those that the report found best; batches hold all training samples. Initializers are not named; ours are Xavier's for sigmoid and tanh, He's for the others.")
    .note("Seconds are of this machine, and of all runs of a trial: two rates of 2000 epochs.")
    .note("Report A has relu'(0) = 1; here it is 0.");
    ROWS.into_iter().fold(study, |study, (name, _, _, accuracy, seconds)| {
        let claimed = format!("{accuracy} in {seconds} s");
        study
            .claim(Claim::new(
                "A",
                format!("{name}: chosen on validation samples, the median accuracy is {accuracy} or more"),
                claimed.clone(),
                at_least(name, "test_accuracy", accuracy),
            ))
            .claim(Claim::new(
                "A",
                format!("{name}: chosen on the test set, the best of all seeds reaches {accuracy}"),
                claimed,
                maximum(name, "test_selected_accuracy").at_least(accuracy),
            ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_on_validation_rows_never_looks_at_test_rows() {
        let stop = |lr, validation_accuracy, validation_loss, test_accuracy| Stop {
            lr,
            epoch: 500,
            validation_accuracy,
            validation_loss,
            test_accuracy,
        };
        let stops = [
            stop(0.1, 0.97, 0.30, 0.99),
            stop(0.2, 0.98, 0.20, 0.95),
            stop(0.3, 0.98, 0.10, 0.94),
            stop(0.4, f64::NAN, f64::NAN, f64::NAN),
        ];
        assert_eq!(by_validation(&stops).map(|s| s.lr), Some(0.3));
        assert_eq!(by_test(&stops).map(|s| s.lr), Some(0.1));
    }
}
