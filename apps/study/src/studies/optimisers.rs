use crate::parts::curves::first;
use crate::prelude::*;

crate::register!(study);

/// Name of an optimizer in the report, its `--optimizer` value, momentum, and learning rates.
type Row = (&'static str, &'static str, Option<f64>, [f64; 4]);

const OPTIMIZERS: [Row; 5] = [
    ("SGD", "sgd", None, [0.03, 0.1, 0.3, 1.0]),
    ("momentum", "sgd", Some(0.9), [0.003, 0.01, 0.03, 0.1]),
    ("Nesterov", "nesterov", Some(0.9), [0.003, 0.01, 0.03, 0.1]),
    ("RMSprop", "rmsprop", None, [3e-4, 1e-3, 3e-3, 1e-2]),
    ("Adam", "adam", None, [3e-4, 1e-3, 3e-3, 1e-2]),
];

fn setup((_, name, momentum, _): Row) -> Setup {
    let setup = Setup::on("mnist")
        .hidden([64, 32])
        .activation("relu")
        .optimizer(name)
        .batch(128)
        .epochs(10);
    match momentum {
        Some(momentum) => setup.momentum(momentum),
        None => setup,
    }
}

/// Each optimizer at the rate, out of four, that the validation samples choose for it in the trial.
fn study() -> Study {
    let cases = OPTIMIZERS.map(|row| {
        let rates: Vec<String> = row.3.iter().map(f64::to_string).collect();
        Case::own(row.0, at_its_best)
            .factor("optimizer", row.0)
            .factor("rates", rates.join(" "))
            .trains(&setup(row))
    });
    let quicker = |name: &str| lower(name, "SGD", "first_train_loss");
    let gap = |name: &str| median(name, "train_accuracy").minus(median(name, "test_accuracy"));
    Study::new(
        "optimisers",
        "D",
        "Momentum and adaptive rates converge faster than plain gradient descent; how well they generalize may differ",
    )
    .data("mnist")
    .minutes(3.5)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::curves("Training loss", ["train_loss"]))
    .draw(FigureSpec::curves("Accuracy on the validation samples", ["validation_accuracy"]))
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy"))
    .draw(FigureSpec::boxes("Training loss of the first epoch", "first_train_loss"))
    .draw(FigureSpec::table(
        "At the end",
        ["rate", "first_train_loss", "train_loss", "train_accuracy", "test_accuracy", "test_loss"],
    ))
    .claim(Claim::new(
        "D",
        "Adam converges faster at first than plain SGD (training loss of the first epoch)",
        "Adam might converge faster initially",
        quicker("Adam"),
    ))
    .claim(Claim::new(
        "D",
        "so do momentum, Nesterov and RMSprop",
        "attempt to deal with the challenges of the landscape",
        all([quicker("momentum"), quicker("Nesterov"), quicker("RMSprop")]),
    ))
    .claim(Claim::new(
        "D",
        "Adam generalizes differently from plain SGD: test accuracies differ by two points in a thousand or more, one way or the other",
        "sometimes generalization differs",
        any([
            median("Adam", "test_accuracy").minus(median("SGD", "test_accuracy")).at_least(0.002),
            median("SGD", "test_accuracy").minus(median("Adam", "test_accuracy")).at_least(0.002),
        ]),
    ))
    .question(Question::new(
        "D",
        "How much higher is the accuracy on the training set than on the test set?",
        OPTIMIZERS.map(|row| gap(row.0)),
    ))
    .note("The report names no rates; each optimizer is trained at four, and the validation samples choose by their loss after the last epoch, trial by trial. Test set choose nothing.")
    .note("The network is that of mnist-64-32: 64 and 32 ReLU units, batches of 128; ten epochs.")
}

fn at_its_best(context: &Context<'_>) -> Result<Outcome, AppError> {
    let name = context.factor("optimizer");
    let Some(row) = OPTIMIZERS.into_iter().find(|row| row.0 == name) else {
        return Err(AppError::Failure(format!("there is no optimizer {name}")));
    };
    let mut best: Option<(f64, Outcome)> = None;
    for rate in row.3 {
        // All rates start from the same weights and see the same batches.
        let outcome = context.train::<f32>(&setup(row).lr(rate))?.outcome;
        let loss = outcome.get("validation_loss").unwrap_or(f64::INFINITY);
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            let start = first(&outcome, "train_loss");
            best = Some((
                loss,
                outcome
                    .number("rate", rate)
                    .number("first_train_loss", start),
            ));
        }
    }
    best.map(|(_, outcome)| outcome)
        .ok_or_else(|| AppError::Failure(format!("{name} has no rates")))
}
