use crate::parts::chosen::best_of_rates;
use crate::parts::curves::first;
use crate::prelude::*;

crate::register!(study);

/// Name of an optimizer in the report, its `--optimizer` value, momentum, and learning rates.
type Row = (&'static str, &'static str, Option<f64>, [f64; 5]);

const OPTIMIZERS: [Row; 5] = [
    ("SGD", "sgd", None, [0.03, 0.1, 0.3, 0.6, 1.0]),
    ("momentum", "sgd", Some(0.9), [0.003, 0.01, 0.03, 0.06, 0.1]),
    (
        "Nesterov",
        "nesterov",
        Some(0.9),
        [0.003, 0.01, 0.03, 0.06, 0.1],
    ),
    ("RMSprop", "rmsprop", None, [3e-4, 1e-3, 3e-3, 6e-3, 1e-2]),
    ("Adam", "adam", None, [3e-4, 1e-3, 3e-3, 6e-3, 1e-2]),
];
/// Epochs of a training, and of one whose rate is chosen for early progress.
const EPOCHS: u64 = 10;
const EARLY: u64 = 1;

fn setup((_, name, momentum, _): Row, epochs: u64) -> Setup {
    let setup = Setup::on("mnist")
        .hidden([64, 32])
        .activation("relu")
        .optimizer(name)
        .batch(128)
        .epochs(epochs);
    match momentum {
        Some(momentum) => setup.momentum(momentum),
        None => setup,
    }
}

/// The name of a case of one epoch.
fn early(name: &str) -> String {
    format!("{name}, first epoch")
}

/// The optimizer at the rate that the validation samples choose by their loss after the last epoch.
fn at_its_best(context: &Context<'_>) -> Result<Outcome, AppError> {
    let name = context.factor("optimizer");
    let Some(row) = OPTIMIZERS.into_iter().find(|row| row.0 == name) else {
        return Err(AppError::Failure(format!("there is no optimizer {name}")));
    };
    let epochs = context
        .factor("epochs")
        .parse()
        .map_err(AppError::failure)?;
    let outcome = best_of_rates(
        context,
        &setup(row, epochs),
        &row.3,
        "validation_loss",
        |_| {},
    )?;
    let start = first(&outcome, "train_loss");
    let of = |name: &str| outcome.get(name).unwrap_or(f64::NAN);
    let gap = of("train_accuracy") - of("test_accuracy");
    Ok(outcome
        .number("first_train_loss", start)
        .number("accuracy_gap", gap))
}

fn claims() -> Vec<Claim> {
    const PLACE: &str = "Loss landscapes";
    let at_first = |number: &str| lower(&early("Adam"), &early("SGD"), number);
    let differs = || {
        Bar::ours(
            0.002,
            "two test images in a thousand are the least difference that accuracies with three digits show",
        )
    };
    let apart = |a: &str, b: &str| {
        median(a, "test_accuracy")
            .minus(median(b, "test_accuracy"))
            .at_least(differs())
    };
    vec![
        Claim::at(
            "D",
            PLACE,
            "Adam converges faster at first than plain SGD",
            "Adam might converge faster initially",
        )
        .reading(
            "rates chosen for the first epoch and judged after it, by validation loss",
            at_first("validation_loss"),
        )
        .reading(
            "rates chosen for the first epoch and judged on it, by the running training loss",
            at_first("first_train_loss"),
        )
        .beside(
            "rates chosen for ten epochs, the first of them judged by its training loss",
            lower("Adam", "SGD", "first_train_loss"),
        )
        .why_under(
            "RMSprop instead of Adam, at rates chosen for the first epoch and judged after it, by validation loss",
            lower(&early("RMSprop"), &early("SGD"), "validation_loss"),
        ),
        Claim::at(
            "D",
            PLACE,
            "Adam generalizes differently from plain SGD: test accuracies differ by two points in a thousand or more, one way or the other",
            "sometimes generalization differs",
        )
        .holds_if(any([apart("Adam", "SGD"), apart("SGD", "Adam")])),
    ]
}

fn study() -> Study {
    let case = |row: Row, epochs: u64| {
        let rates: Vec<String> = row.3.iter().map(f64::to_string).collect();
        let name = if epochs == EARLY {
            early(row.0)
        } else {
            row.0.to_owned()
        };
        Case::own(name, at_its_best)
            .factor("optimizer", row.0)
            .factor("epochs", epochs)
            .factor("rates", rates.join(" "))
            .trains(&setup(row, epochs))
    };
    let names = OPTIMIZERS.map(|row| row.0);
    let early = names.map(early);
    let study = Study::new(
        "optimisers",
        "D",
        "At rates chosen for each, five optimizers end alike on MNIST; how fast the first epoch is depends on what the rate was chosen for",
    )
    .data("mnist")
    .minutes(5.0)
    .trials(15)
    .cases(OPTIMIZERS.map(|row| case(row, EPOCHS)))
    .cases(OPTIMIZERS.map(|row| case(row, EARLY)))
    .draw(FigureSpec::curves("Training loss", ["train_loss"]).of(names).at("D", "Loss landscapes"))
    .draw(FigureSpec::curves("Accuracy on the validation samples", ["validation_accuracy"]).of(names))
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy").of(names))
    .draw(
        FigureSpec::boxes("Validation loss after one epoch, at the rate best for that", "validation_loss")
            .of(early.iter().map(String::as_str))
            .at("D", "Loss landscapes"),
    )
    .draw(FigureSpec::table(
        "At the end",
        ["rate", "first_train_loss", "train_loss", "train_accuracy", "test_accuracy", "test_loss"],
    ))
    .question(
        Question::new(
            "D",
            "How much higher is the accuracy on the training set than on the test set?",
            names.map(|name| median(name, "accuracy_gap")),
        )
        .at("Loss landscapes"),
    )
    .question(
        Question::new(
            "D",
            "How fast is each at first? Validation loss after one epoch, at the rate that is best for that:",
            early.iter().map(|name| median(name, "validation_loss")),
        )
        .at("Loss landscapes"),
    )
    .note("The report names no rates; each optimizer is trained at five, and the validation samples choose by their loss at the end, trial by trial: after ten epochs, and apart from that after one, as a rate for early progress is not one for the end. The test set chooses nothing.")
    .note("The network is that of mnist-64-32: 64 and 32 ReLU units, batches of 128.");
    claims().into_iter().fold(study, Study::claim)
}
