use crate::prelude::*;

crate::register!(study);

fn setup() -> Setup {
    Setup::on("runge")
        .rows(1000)
        .noise(0.1)
        .hidden([50, 50])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(32)
        .epochs(300)
        .validation(0.0)
        .fitted_curve()
}

fn study() -> Study {
    Study::new(
        "runge-vs-ols",
        "A",
        "A network fits Runge's function better than a polynomial of degree 10",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .case(Case::train("2×50", setup()).factor("model", "network"))
    .case(
        Case::own("OLS 10", |context| simple(context, &setup(), "ols", 10))
            .factor("model", "OLS")
            .trains(&setup()),
    )
    .draw(FigureSpec::fit("2×50"))
    .draw(FigureSpec::boxes("Error against the noiseless function", "test_mse_true"))
    .draw(FigureSpec::table("Errors on the test set", ["test_mse", "test_mse_true", "test_r2"]))
    .claim(Claim::new(
        "A",
        "the network equals f to the eye (root of mse_true of 0.03 or less)",
        "visually equal",
        at_most("2×50", "test_mse_true", 0.03_f64.powi(2)),
    ))
    .claim(Claim::new(
        "A",
        "its error is at least one order of magnitude below that of OLS",
        "one to two orders of magnitude",
        ratio_at_least("OLS 10", "2×50", "test_mse_true", 10.0),
    ))
    .note("Judged on mse_true, against the noiseless function: with noise of 0.1 no model's mse gets below 0.01.")
    .note("The report also finds PyTorch and scikit-learn of the same order of magnitude: see sklearn-agreement.")
    .note("The report does not name optimizer and activation here; ours are Adam and ReLU.")
}
