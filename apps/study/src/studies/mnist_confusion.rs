use crate::parts::confusions::{best_digit, share_confused, with_classes, with_count, worst_digit};
use crate::prelude::*;

crate::register!(study);

/// A setting that the report leaves open: its name, activation, rate and epochs.
type Reading = (&'static str, &'static str, f64, u64);

const READINGS: [Reading; 5] = [
    ("sigmoid, lr 0.01, 20 epochs", "sigmoid", 0.01, 20),
    ("sigmoid, lr 0.1, 5 epochs", "sigmoid", 0.1, 5),
    ("sigmoid, lr 0.1, 20 epochs", "sigmoid", 0.1, 20),
    ("ReLU, lr 0.01, 5 epochs", "relu", 0.01, 5),
    ("tanh, lr 0.01, 20 epochs", "tanh", 0.01, 20),
];

/// Report A: 50 hidden units, plain SGD, batch 100, a fifth of all 70 000 images to test on.
fn setup((_, activation, lr, epochs): Reading) -> Setup {
    let init = match activation {
        "relu" => "he-normal",
        _ => "xavier-uniform",
    };
    Setup::on("mnist")
        .pooled(0.2)
        .split_per_trial()
        .validation(0.0)
        .hidden([50])
        .activation(activation)
        .init(init)
        .optimizer("sgd")
        .lr(lr)
        .batch(100)
        .epochs(epochs)
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let name = context.factor("reading");
    let Some(reading) = READINGS.iter().find(|reading| reading.0 == name) else {
        return Err(AppError::Failure(format!("there is no reading {name}")));
    };
    let outcome = context.train::<f32>(&setup(*reading))?.outcome;
    let outcome = with_classes(outcome, (3, 5));
    let outcome = with_count(with_count(outcome, (0, 6)), (6, 0));
    Ok(share_confused(outcome))
}

/// A claim with each reading.
fn claim(
    place: &'static str,
    sentence: &str,
    claimed: &str,
    predicate: impl Fn(&str) -> Predicate,
) -> Claim {
    let readings = READINGS.map(|(name, ..)| (name, predicate(name)));
    Claim::at("A", place, sentence, claimed).readings(readings)
}

/// A count or share of the report's one run as a draw from our trials; the report gives the value in these words, and
/// more after a semicolon.
fn drawn(
    place: &'static str,
    sentence: &str,
    claimed: &'static str,
    number: &str,
    value: f64,
) -> Claim {
    let words = claimed.split(';').next().unwrap_or(claimed);
    claim(place, sentence, claimed, |case| {
        likely(case, number, Bar::of_report(value, words))
    })
}

fn study() -> Study {
    let shown = READINGS[0].0;
    Study::new(
        "mnist-confusion",
        "A",
        "Which digits a small network classifies best and worst",
    )
    .data("mnist")
    .minutes(6.0)
    .trials(15)
    .cases(READINGS.map(|reading| {
        Case::own(reading.0, work)
            .factor("reading", reading.0)
            .trains(&setup(reading))
    }))
    .draw(FigureSpec::confusion(shown).at("A", "Fig. 7").at("A", "Fig. 8"))
    .draw(FigureSpec::table(
        "Shares classified correctly",
        ["test_accuracy", "recall/0", "recall/1", "recall/3", "recall/5", "recall/8", "confused/3-5"],
    ))
    .claim(drawn("Fig. 7", "16 zeros taken for sixes is a likely count", "16 times", "confused/0-6", 16.0))
    .claim(drawn("Fig. 7", "21 sixes taken for zeros is a likely count", "21 times", "confused/6-0", 21.0))
    .claim(drawn("Fig. 7", "68 threes taken for fives is a likely count", "68 times", "confused/3-5", 68.0))
    .claim(
        claim("Fig. 8", "0 is the digit that is classified best", "The classifier predicts the digit 0 best", |case| {
            best_digit(case, 0)
        })
        .why_under(
            format!("of all digits but 1, {shown}"),
            median(shown, "recall/0").ahead_of((2..10).map(|digit| median(shown, &format!("recall/{digit}")))),
        ),
    )
    .claim(claim(
        "Fig. 8",
        "of all digits 5 is classified worst",
        "struggles the most with predicting the digit 5",
        |case| worst_digit(case, 5),
    ).main())
    .claim(drawn(
        "Fig. 8",
        "95 % of zeros are classified correctly",
        "an accuracy of 95%; 1283 predicted correctly, 67 misclassified",
        "recall/0",
        0.95,
    ))
    .claim(drawn("Fig. 8", "81 % of fives are classified correctly", "only 81% accuracy", "recall/5", 0.81))
    .claim(claim(
        "Fig. 8",
        "the shares of mistakes are mostly small: their median over all pairs of digits is below one in a hundred",
        "mostly small values across the matrix",
        |case| {
            let bar = Bar::ours(0.01, "a hundredth of a digit's images is a tenth of an even spread over all classes");
            below(case, "median_share_confused", bar)
        },
    ))
    .claim(READINGS.into_iter().fold(
        claim(
            "Section 4.2",
            "a three is taken for a five fairly often: 3 times in a hundred or more",
            "the model predicted the number 3 to be 5, 68 times (8% error rate), being fairly high",
            |case| {
                let bar = "3 % of about 1400 threes, nearly three times the mean share of a mistake where nine of ten are right";
                at_least(case, "confused/3-5", Bar::ours(42.0, bar))
            },
        ),
        |claim, (case, ..)| {
            let commonest = median(case, "lead/3-5").at_least(Bar::sign(0.0));
            claim.beside(format!("no mistake is more common, {case}"), commonest)
        },
    ))
    .note("⚠ The report says 74 000 images and 14 800 to test on; MNIST has 70 000, and a fifth of them is 14 000.")
    .note("⚠ The report's 1283 zeros classified correctly and 67 misclassified are 1350; of 14 000 images about 1381 are zeros, of 14 800 about 1460.")
    .note("⚠ The report calls 68 of about 1400 threes 8 %; it is 5 %.")
    .note("The report does not name learning rate, activation and epochs here; readings have both of its rates, three of its activations, and 5 or 20 epochs.")
}
