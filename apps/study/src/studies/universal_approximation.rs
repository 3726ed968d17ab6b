use crate::parts::own::{factor, without_series};
use crate::parts::runge::runge;
use crate::prelude::*;

crate::register!(study);

const WIDTHS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// Widths that are compared.
const COMPARED: [usize; 4] = [1, 4, 16, 64];
/// Of the theorem as Cybenko (1989) proved it, and of its wider form (Hornik 1991, Leshno et al. 1993); each with how it
/// is trained.
const NETWORKS: [&str; 3] = ["sigmoid", "relu", "sigmoid, L-BFGS"];
/// Points of [-1, 1] at which the error is evaluated.
const POINTS: usize = 2001;

fn setup(network: &str, width: usize) -> Setup {
    let setup = Setup::on("runge")
        .rows(500)
        .noise(0.0)
        .standardize(true)
        .hidden([width])
        .activation(if network == "relu" { "relu" } else { "sigmoid" })
        .init("xavier-uniform")
        .validation(0.0)
        .fitted_curve();
    match network {
        "sigmoid, L-BFGS" => setup.optimizer("lbfgs").epochs(1000).f64(),
        _ => setup
            .optimizer("adam")
            .lr(0.01)
            .schedule("cosine")
            .batch(32)
            .epochs(1000),
    }
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("network"), factor(context, "width")?);
    match setup.experiment().training.f64 {
        true => error(context.train::<f64>(&setup)?),
        false => error(context.train::<f32>(&setup)?),
    }
}

/// The largest error on [-1, 1].
fn error<T: autograd::Real>(trained: Trained<T>) -> Result<Outcome, AppError> {
    let xs: Vec<f64> = (0..POINTS)
        .map(|i| 2.0 * i as f64 / (POINTS - 1) as f64 - 1.0)
        .collect();
    let fitted = predictions(&trained, xs.clone());
    let errors = xs.iter().zip(&fitted).map(|(x, y)| (y - runge(*x)).abs());
    let sup = errors.fold(0.0, largest);
    Ok(without_series(trained.outcome)
        .number("sup_error", sup)
        .number("log10_sup_error", sup.log10()))
}

/// NaN where one is.
fn largest(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

fn study() -> Study {
    let name = |network: &str, width: usize| format!("{network} {width}");
    let cases = NETWORKS
        .into_iter()
        .flat_map(|network| WIDTHS.map(|width| (network, width)))
        .map(|(network, width)| {
            Case::own(name(network, width), work)
                .factor("network", network)
                .factor("width", width)
                .trains(&setup(network, width))
        });
    let falls = |network: &str| {
        let names = COMPARED.map(|width| name(network, width));
        ordered(names.iter().map(String::as_str), "sup_error")
    };
    Study::new(
        "universal-approximation",
        "A",
        "How near one hidden layer comes to Runge's function as it grows wider",
    )
    .data("runge")
    .minutes(1.1)
    .trials(50)
    .cases(cases)
    .draw(FigureSpec::line("Largest error on [-1, 1], log₁₀", "log10_sup_error", "width").by("network"))
    .draw(FigureSpec::fit("sigmoid 1"))
    .draw(FigureSpec::fit("sigmoid 4"))
    .draw(FigureSpec::fit("sigmoid 64"))
    .draw(FigureSpec::table("Errors", ["sup_error", "test_mse_true", "parameters"]))
    .claim(
        Claim::at(
            "A",
            "Section 2.4",
            "for every ε a layer that is wide enough comes nearer than ε: the largest error on [-1, 1] falls each time the layer is four times as wide, from 1 to 64",
            "sup |F − f| < ε for all ε > 0",
        )
        .readings(NETWORKS.map(|network| (network, falls(network)))),
    )
    .question(
        Question::new(
            "A",
            "How near does a layer of 128 units come everywhere, without noise?",
            NETWORKS.map(|network| median(&name(network, 128), "sup_error")),
        )
        .at("Section 5"),
    )
    .question(
        Question::new(
            "A",
            "Does a layer of 128 sigmoid units come nearer than one of 64, or is it the training that limits it?",
            ["sigmoid", "sigmoid, L-BFGS"].map(|network| {
                let of = |width| median(&name(network, width), "sup_error");
                of(128).over(of(64))
            }),
        )
        .at("Section 2.4"),
    )
    .note("The report states the theorem without an experiment; samples, rates and epochs are ours. There is no noise.")
    .note("The theorem names no way of training; Adam in single precision and L-BFGS in double precision are readings.")
}
