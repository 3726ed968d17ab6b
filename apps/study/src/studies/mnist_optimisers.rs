use crate::parts::curves::epochs_to;
use crate::prelude::*;

crate::register!(study);

/// The momentum of both reports, which say none.
const MOMENTUM: f64 = 0.9;
const LEVEL: f64 = 0.96;
/// Report C: a learning rate of 0.001 for all. Report E: 0.01 without Adam. Adam's runs are the same in both.
const ADAM: &str = "Adam 0.001";
const RATES: [(f64, &str); 2] = [(0.001, "C"), (0.01, "E")];
const RULES: [&str; 3] = ["SGD", "momentum", "moving average"];

fn name(rule: &str, rate: f64) -> String {
    format!("{rule} {rate}")
}

fn setup(rule: &str, lr: f64) -> Setup {
    let setup = Setup::on("mnist")
        .hidden([64, 32])
        .activation("relu")
        .lr(lr)
        .batch(128)
        .epochs(50);
    match rule {
        "Adam" => setup.optimizer("adam"),
        "momentum" => setup.optimizer("sgd").momentum(MOMENTUM),
        "moving average" => setup
            .optimizer("sgd")
            .momentum(MOMENTUM)
            .dampening(MOMENTUM),
        _ => setup.optimizer("sgd"),
    }
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let lr = context.factor("lr").parse().map_err(AppError::failure)?;
    let found = context
        .train::<f32>(&setup(context.factor("optimizer"), lr))?
        .outcome;
    let epochs = epochs_to(&found, "validation_accuracy", LEVEL);
    Ok(found.number("epochs_to_96", epochs))
}

fn claims() -> Vec<Claim> {
    let readings = |claim: Claim, rate: f64, holds: &dyn Fn(&str, &str) -> Predicate| {
        let [sgd, momentum, average] = RULES.map(|rule| name(rule, rate));
        let averaged = "momentum as a moving average of gradients, as report C says";
        let of_c = claim.report == "C";
        let claim = claim.reading("momentum as PyTorch has it", holds(&sgd, &momentum));
        // Report E does not say it.
        match of_c {
            true => claim.reading(averaged, holds(&sgd, &average)),
            false => claim.beside(averaged, holds(&sgd, &average)),
        }
    };
    let ahead = |sgd: &str, momentum: &str| {
        median(ADAM, "test_accuracy")
            .ahead_of([sgd, momentum].map(|case| median(case, "test_accuracy")))
    };
    let helps = |sgd: &str, momentum: &str| higher(momentum, sgd, "test_accuracy");
    let lags = |_: &str, momentum: &str| lower(momentum, ADAM, "test_accuracy");
    let steadier = |sgd: &str, momentum: &str| {
        all([momentum, sgd].map(|other| lower_variance(ADAM, other, "test_accuracy")))
    };
    let faster = |sgd: &str, momentum: &str| {
        all([momentum, sgd].map(|other| lower(ADAM, other, "epochs_to_96")))
    };
    let for_all = "at a rate of 0.001 for all";
    let at_first = |holds: &dyn Fn(&str, &str) -> Predicate| {
        holds(&name("SGD", 0.001), &name("momentum", 0.001))
    };
    let of_c = |sentence: &str, words: &str| Claim::at("C", "Fig. 8", sentence, words);
    let of_e = |sentence: &str, words: &str| Claim::at("E", "Fig. 9", sentence, words);
    vec![
        readings(
            of_c(
                "at a rate of 0.001 Adam has the highest accuracy",
                "Adam consistently leads to better final accuracy",
            ).main(),
            0.001,
            &ahead,
        ),
        readings(
            of_c(
                "momentum is ahead of plain SGD",
                "SGD with momentum improves over vanilla SGD",
            ),
            0.001,
            &helps,
        ),
        readings(
            of_c(
                "momentum is behind Adam",
                "it still lags behind Adam in performance",
            ),
            0.001,
            &lags,
        ),
        readings(
            of_e(
                "with rates of 0.01 for SGD Adam has the highest accuracy",
                "Adam consistently outperforms both SGD variants",
            ),
            0.01,
            &ahead,
        )
        .why_under(for_all, at_first(&ahead)),
        readings(
            of_e(
                "Adam converges faster than both: it reaches 96 % on validation samples in fewer epochs",
                "allowing faster convergence",
            ),
            0.01,
            &faster,
        )
        .why_under(for_all, at_first(&faster)),
        readings(
            of_e(
                "momentum is ahead of plain SGD",
                "SGD with momentum shows improvement over vanilla SGD",
            ),
            0.01,
            &helps,
        )
        .why_under(for_all, at_first(&helps)),
        readings(
            of_e("momentum is behind Adam", "but still lags behind Adam"),
            0.01,
            &lags,
        )
        .why_under(for_all, at_first(&lags)),
        readings(
            of_e(
                "Adam varies least",
                "The reduced variance in Adam's results",
            ),
            0.01,
            &steadier,
        )
        .why_under(for_all, at_first(&steadier)),
    ]
}

fn study() -> Study {
    let case = |rule: &str, lr: f64, reports: &str| {
        Case::own(name(rule, lr), trial)
            .trains(&setup(rule, lr))
            .factor("optimizer", rule)
            .factor("lr", lr)
            .factor("report", reports)
    };
    let cases = RATES
        .into_iter()
        .flat_map(|(lr, report)| RULES.map(|rule| case(rule, lr, report)));
    let with_adam = |rate: f64| -> Vec<String> {
        let names = RULES.iter().map(|rule| name(rule, rate));
        names.chain([ADAM.to_owned()]).collect()
    };
    let (c, e) = (with_adam(0.001), with_adam(0.01));
    let of = |figure: FigureSpec, names: &[String]| figure.of(names.iter().map(String::as_str));
    let study = Study::new(
        "mnist-optimisers",
        "C, E",
        "Adam is ahead of momentum, and momentum of plain gradient descent, at a rate of 0.001 for all",
    )
    .data("mnist")
    .minutes(8.5)
    .trials(15)
    .cases(cases)
    .case(case("Adam", 0.001, "C, E"))
    .draw(of(FigureSpec::boxes("Test accuracy, a rate of 0.001 for all", "test_accuracy"), &c).at("C", "Fig. 8"))
    .draw(of(FigureSpec::boxes("Test accuracy, rates of 0.01 but for Adam", "test_accuracy"), &e).at("E", "Fig. 9"))
    .draw(of(FigureSpec::curves("Validation accuracy, a rate of 0.001 for all", ["validation_accuracy"]), &c))
    .draw(of(FigureSpec::curves("Validation accuracy, rates of 0.01 but for Adam", ["validation_accuracy"]), &e))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "test_loss", "train_accuracy", "best_epoch", "epochs_to_96", "seconds"],
    ))
    .note("The reports do not say how much momentum: ours is 0.9. Report C's is a moving average of gradients, of which a tenth enters at each step (dampening of 0.9); its steps are those of plain SGD in the long run, where PyTorch's are ten times as long. Both are run; for report E, which does not speak of an average, it stands beside.")
    .note("After 50 epochs at a learning rate of 0.001 plain SGD is far from done: report C compares speed as much as quality.")
    .note("epochs_to_96 is the first epoch with a validation accuracy of 0.96, or 51 if there is none.");
    let study = study.finding(Finding::new(
        6,
        "On MNIST Adam's test accuracy less that of SGD with momentum is {} at a rate of 0.001 for both, and {} where momentum has 0.01.",
        [0.001, 0.01].map(|rate| {
            median(ADAM, "test_accuracy").minus(median(&name("momentum", rate), "test_accuracy"))
        }),
    ));
    claims().into_iter().fold(study, Study::claim)
}
