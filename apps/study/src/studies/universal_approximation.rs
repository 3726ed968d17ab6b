use crate::parts::own::{factor, without_series};
use crate::prelude::*;

crate::register!(study);

const WIDTHS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// Of the theorem as Cybenko (1989) proved it, and of its wider form (Hornik 1991, Leshno et al. 1993).
const ACTIVATIONS: [&str; 2] = ["sigmoid", "relu"];
/// Points of [-1, 1] at which the error is evaluated.
const POINTS: usize = 2001;

fn setup(activation: &str, width: usize) -> Setup {
    Setup::on("runge")
        .rows(500)
        .noise(0.0)
        .standardize(true)
        .hidden([width])
        .activation(activation)
        .init("xavier-uniform")
        .optimizer("adam")
        .lr(0.01)
        .schedule("cosine")
        .batch(32)
        .epochs(1000)
        .validation(0.0)
        .fitted_curve()
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("activation"), factor(context, "width")?);
    let trained = context.train::<f32>(&setup)?;
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

fn runge(x: f64) -> f64 {
    1.0 / (1.0 + 25.0 * x * x)
}

/// NaN where one is.
fn largest(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

fn study() -> Study {
    let name = |activation: &str, width: usize| format!("{activation} {width}");
    let cases = ACTIVATIONS
        .into_iter()
        .flat_map(|activation| WIDTHS.map(|width| (activation, width)))
        .map(|(activation, width)| {
            Case::own(name(activation, width), work)
                .factor("activation", activation)
                .factor("width", width)
                .trains(&setup(activation, width))
        });
    let falls = |activation: &str| {
        let names = [1, 4, 16, 64].map(|width| name(activation, width));
        Claim::new(
            "A",
            format!(
                "{activation}: the largest error on [-1, 1] falls each time the layer is four times as wide, from 1 to 64"
            ),
            "sup |F − f| < ε for any ε",
            ordered(names.iter().map(String::as_str), "sup_error"),
        )
    };
    Study::new(
        "universal-approximation",
        "A",
        "One hidden layer comes as near to Runge's function as it is wide",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::line("Largest error on [-1, 1], log₁₀", "log10_sup_error", "width").by("activation"))
    .draw(FigureSpec::fit("sigmoid 1"))
    .draw(FigureSpec::fit("sigmoid 4"))
    .draw(FigureSpec::fit("sigmoid 64"))
    .draw(FigureSpec::table("Errors", ["sup_error", "test_mse_true", "parameters"]))
    .claim(falls("sigmoid"))
    .claim(falls("relu"))
    .question(Question::new(
        "A",
        "Does a layer of 128 sigmoid units come nearer than one of 64, or is it the training that limits it?",
        [median("sigmoid 128", "sup_error").over(median("sigmoid 64", "sup_error"))],
    ))
    .note("The report states the theorem without an experiment; samples, rates and epochs are ours.")
    .note("The theorem says that weights exist, not that training finds them.")
}
