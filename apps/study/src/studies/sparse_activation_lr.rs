use crate::parts::own::{factor, without_series};
use crate::parts::sparse::{self, rectangle};
use crate::prelude::*;

crate::register!(study);

const ACTIVATIONS: [&str; 3] = ["sigmoid", "relu", "leaky-relu"];
const RATES: [f64; 4] = [0.0001, 0.001, 0.01, 0.1];

/// Report B: its own RMSprop; 2×10 with batches of 5 is what its search finds best.
fn setup(activation: &str, lr: f64) -> Setup {
    sparse::setup()
        .hidden(rectangle(2, 10))
        .activation(activation)
        .lr(lr)
        .batch(5)
        .test_curve()
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("activation"), factor(context, "lr")?);
    let trained = sparse::train(context, &setup)?;
    Ok(without_series(sparse::evaluated(trained)))
}

fn name(activation: &str, lr: f64) -> String {
    format!("{activation}, lr {lr}")
}

/// The activation has its lowest error at this rate.
fn best_rate(activation: &str, lr: f64) -> Predicate {
    let names = RATES.map(|lr| name(activation, lr));
    let among = names.iter().map(String::as_str);
    least_of(&name(activation, lr), among, "log10_best_test_mse")
}

fn study() -> Study {
    let cases = ACTIVATIONS
        .into_iter()
        .flat_map(|activation| RATES.map(|lr| (activation, lr)))
        .map(|(activation, lr)| {
            Case::own(name(activation, lr), work)
                .factor("activation", activation)
                .factor("lr", lr)
                .trains(&setup(activation, lr))
        });
    let worst = RATES.into_iter().flat_map(|lr| {
        ["relu", "leaky-relu"].map(|other| {
            higher(
                &name("sigmoid", lr),
                &name(other, lr),
                "log10_best_test_mse",
            )
        })
    });
    Study::new(
        "sparse-activation-lr",
        "B",
        "The best learning rate depends on the activation",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::heat(
        "log₁₀ MSE on 4 points, lowest over epochs",
        "log10_best_test_mse",
        "activation",
        "lr",
    ))
    .draw(FigureSpec::heat(
        "log₁₀ error against f on new points",
        "log10_new_mse_true",
        "activation",
        "lr",
    ))
    .claim(Claim::new(
        "B",
        "sigmoid has the highest error at every rate",
        "sigmoid worst",
        all(worst),
    ))
    .claim(Claim::new(
        "B",
        "LeakyReLU has its lowest error at 0.01",
        "LeakyReLU: 0.01",
        best_rate("leaky-relu", 0.01),
    ))
    .claim(Claim::new(
        "B",
        "sigmoid has its lowest error at 0.1",
        "sigmoid: 0.1",
        best_rate("sigmoid", 0.1),
    ))
    .note("Errors are log₁₀ MSE. The report takes the lowest on its 4 test points over all epochs; errors after the last epoch on 100 new points stand beside it.")
    .note("Report B's own RMSprop is used: rmsprop-eps-inside divides by √(v + ε).")
    .note("The report does not give shape, batch size and epochs here; ours are 2×10 and 5, as its search found best, and 1000.")
}
