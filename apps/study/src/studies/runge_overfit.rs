use crate::prelude::*;

crate::register!(study);

const DEEP: &str = "4×64";
const SHALLOW: &str = "1×16";

/// Report A: 100 points with noise of 0.15, Adam, batch 32.
fn study() -> Study {
    let setup = |hidden: Vec<usize>| {
        Setup::on("runge")
            .rows(100)
            .noise(0.15)
            .hidden(hidden)
            .activation("relu")
            .optimizer("adam")
            .lr(0.01)
            .batch(32)
            .epochs(500)
            .validation(0.0)
            .test_curve()
            .fitted_curve()
    };
    let gap = |case: &str| median(case, "test_mse").over(median(case, "train_mse"));
    Study::new(
        "runge-overfit",
        "A",
        "Four wide layers fit the noise of 100 points, one narrow layer does not",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .case(Case::train(DEEP, setup(vec![64; 4])))
    .case(Case::train(SHALLOW, setup(vec![16])))
    .draw(FigureSpec::fit(DEEP))
    .draw(FigureSpec::fit(SHALLOW))
    .draw(FigureSpec::curves("Error on noisy targets", ["train_mse", "test_mse"]))
    .draw(FigureSpec::curves("Error against the noiseless function", ["test_mse_true"]))
    .draw(FigureSpec::boxes("Error against the noiseless function", "test_mse_true"))
    .draw(FigureSpec::table(
        "Errors",
        ["train_mse", "test_mse", "test_mse_true", "best_test_mse_true"],
    ))
    .claim(Claim::new(
        "A",
        "4×64 overfits: half as much again or more on the test set as on the training set, and further from f than 1×16",
        "overfits",
        all([
            gap(DEEP).at_least(1.5),
            higher(DEEP, SHALLOW, "test_mse_true"),
        ]),
    ))
    .claim(Claim::new(
        "A",
        "1×16 does not overfit: less than half as much again on the test set as on the training set",
        "no overfitting",
        gap(SHALLOW).below(1.5),
    ))
    .note("The report names neither activation, learning rate nor epochs; ours are ReLU, 0.01 (one of its two rates) and 500.")
    .note("The noise's variance is 0.0225: a training error far below it is noise learned by heart.")
    .note("Report A has relu'(0) = 1; here it is 0.")
}
