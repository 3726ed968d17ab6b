use crate::parts::curves::{after, share_of_rises, values};
use crate::parts::gain::gained;
use crate::prelude::*;

crate::register!(study);

const CASE: &str = "64-32";
const EPOCHS: usize = 50;

/// The same network in reports C and E.
fn setup() -> Setup {
    Setup::on("mnist")
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(128)
        .epochs(EPOCHS as u64)
        .test_curve()
        .gallery(24)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let found = context.train::<f32>(&setup())?.outcome;
    let accuracy = values(&found, "test_accuracy");
    let validation = values(&found, "validation_accuracy");
    let best = |of: &[f64]| of.iter().copied().fold(f64::NAN, f64::max);
    let (after_5, after_10) = (
        after(&found, "test_accuracy", 5),
        after(&found, "test_accuracy", 10),
    );
    let later = best(accuracy.get(5..).unwrap_or_default()) - after_5;
    let rises = |series: &str| share_of_rises(&values(&found, series));
    let (train_rises, validation_rises) = (rises("train_loss"), rises("validation_loss"));
    let train_loss = values(&found, "train_loss");
    let early = train_loss.get(..EPOCHS / 2).unwrap_or(&train_loss);
    let early_train_rises = share_of_rises(early);
    let gap = after(&found, "test_loss", 5) - after(&found, "train_loss", 5);
    let gained_in_all = validation.last().copied().unwrap_or(f64::NAN) - validation[0];
    let by_10 = gained(&found, "test_accuracy", 10);
    Ok(found
        .number("accuracy_after_5", after_5)
        .number("accuracy_after_10", after_10)
        .number("gain_after_5", later)
        .number("gap_after_5", gap)
        .number("train_rises", train_rises)
        .number("early_train_rises", early_train_rises)
        .number("validation_rises", validation_rises)
        .number("validation_gain", gained_in_all)
        .number("gain_by_10", by_10))
}

fn claims() -> Vec<Claim> {
    let of = |number: &str| median(CASE, number);
    let about = |percent: &'static str| {
        Bar::ours(
            0.005,
            format!("a report that says {percent} has rounded to whole percents"),
        )
    };
    let steady = || {
        Bar::ours(
            0.1,
            "a loss that rises after one epoch in ten or fewer still looks steady in a figure",
        )
    };
    vec![
        Claim::at(
            "C",
            "Fig. 4",
            "the training loss decreases steadily: it rises after one epoch in ten or fewer",
            "the training loss decreases steadily",
        )
        .holds_if(of("train_rises").at_most(steady()))
        .why_under(
            "in the first 25 of the 50 epochs",
            of("early_train_rises").at_most(steady()),
        ),
        Claim::at(
            "C",
            "Fig. 4",
            "validation accuracy increases over the course of training",
            "validation accuracy increases over the course of training",
        )
        .holds_if(of("validation_gain").positive()),
        Claim::at(
            "C",
            "Fig. 4",
            "overfitting is minimal: on the test set the network is hardly worse than on its training samples",
            "the model generalizes well, with minimal overfitting",
        )
        .reading("after 50 epochs, a loss at most 0.05 higher", of("loss_gap").at_most(gap()))
        .reading(
            "after 50 epochs, an accuracy at most three points lower",
            of("train_accuracy").minus(of("test_accuracy")).at_most(Bar::ours(
                0.03,
                "three digits in a hundred are hardly seen in a figure whose accuracies go up to 1",
            )),
        )
        .beside("after the 5 epochs at which the report sees learning stop, a loss at most 0.05 higher", of("gap_after_5").at_most(gap())),
        Claim::at(
            "C",
            "Fig. 4",
            "the network stops learning after about 5 epochs",
            "The model stop to learn after five epochs",
        ).main()
        .reading(
            "the validation loss is least at epoch 3 to 8",
            of("best_epoch").within(3.0, Bar::ours(8.0, "about five is from three to eight")),
        )
        .reading(
            "no later epoch has a test accuracy more than half a point higher",
            of("gain_after_5").at_most(Bar::ours(0.005, "half a point is not seen on the scale of our figure")),
        )
        .why_under(
            "nine tenths of what test accuracy gains after the first epoch are there after 10 of 50",
            of("gain_by_10").at_least(Bar::ours(0.9, "what is left then is a tenth or less")),
        ),
        Claim::at("C", "Fig. 4", "test accuracy on MNIST is about 96 %", "~96% accuracy").main()
            .reading("after 50 epochs", of("test_accuracy").near(0.96, about("96 %")))
            .reading("after 5 epochs, when learning stops", of("accuracy_after_5").near(0.96, about("96 %")))
            .why_under(
                "after 5 epochs it is 96 % or more",
                of("accuracy_after_5").at_least(Bar::of_report(0.96, "~96% accuracy")),
            ),
        Claim::at(
            "E",
            "Fig. 5",
            "training and validation losses decrease smoothly: each rises after one epoch in ten or fewer",
            "Training and validation losses decrease smoothly",
        )
        .holds_if(all(["train_rises", "validation_rises"].map(|number| of(number).at_most(steady()))))
        .why_under("the training loss alone", of("train_rises").at_most(steady())),
        Claim::at("E", "Fig. 5", "test accuracy on MNIST is about 97 %", "reaching 97% test accuracy").main()
            .reading("after 50 epochs, as in the other figures", of("test_accuracy").near(0.97, about("97 %")))
            .reading("after 10 epochs, by when most is learned", of("accuracy_after_10").near(0.97, about("97 %"))),
        Claim::at(
            "E",
            "Fig. 5",
            "most of what test accuracy gains after the first epoch is there after 10 of 50",
            "with most improvement occurring in the first 5-10 epochs",
        )
        .holds_if(of("gain_by_10").at_least(Bar::ours(0.5, "most is more than half"))),
    ]
}

fn gap() -> Bar {
    Bar::ours(
        0.05,
        "a gap of a twentieth of a nat is hardly seen where losses start at 2.3",
    )
}

fn study() -> Study {
    let study = Study::new(
        "mnist-64-32",
        "C, E",
        "How well two small hidden layers classify MNIST, and after how many epochs",
    )
    .data("mnist")
    .minutes(1.0)
    .trials(15)
    .case(Case::own(CASE, trial).trains(&setup()))
    .draw(
        FigureSpec::curves("Training, validation and test loss", ["train_loss", "validation_loss", "test_loss"])
            .at("C", "Fig. 4")
            .at("E", "Fig. 5"),
    )
    .draw(
        FigureSpec::curves(
            "Training, validation and test accuracy",
            ["train_accuracy", "validation_accuracy", "test_accuracy"],
        )
        .at("C", "Fig. 4")
        .at("E", "Fig. 5"),
    )
    .draw(FigureSpec::gallery(CASE).at("C", "Fig. 4").at("E", "Fig. 5"))
    .draw(FigureSpec::confusion(CASE))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "accuracy_after_5", "accuracy_after_10", "loss_gap", "gap_after_5", "best_epoch"],
    ))
    .note("Neither report says which samples its validation curves are of; ours are a tenth of the training samples, which decide nothing, and the curves of the test set stand beside them.")
    .note("Report E does not say for how many epochs it trains here: 50, as report C and its own other figures.");
    claims().into_iter().fold(study, Study::claim)
}
