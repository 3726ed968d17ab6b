use crate::parts::own::without_series;
use crate::parts::sparse::{self, hidden, rectangle};
use crate::prelude::*;

crate::register!(study);

const OPTIMIZERS: [&str; 4] = ["GD", "SGD", "RMSprop", "Adam"];
const SHAPES: [(usize, usize); 4] = [(1, 10), (1, 50), (2, 10), (2, 50)];

/// Report B: sigmoid, lr 0.1 and its own optimizers; GD takes all points at once, the others five.
fn setup(optimizer: &str, hidden: Vec<usize>) -> Setup {
    let setup = sparse::setup()
        .hidden(hidden)
        .activation("sigmoid")
        .test_curve();
    match optimizer {
        "GD" => setup.optimizer("sgd").full_batch(),
        "SGD" => setup.optimizer("sgd").batch(5),
        "RMSprop" => setup.optimizer("rmsprop-eps-inside").batch(5),
        _ => setup.optimizer("adam-uncorrected").batch(5),
    }
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("optimizer"), hidden(context)?);
    let trained = sparse::train(context, &setup)?;
    Ok(without_series(sparse::evaluated(trained)))
}

fn study() -> Study {
    let name =
        |optimizer: &str, (layers, nodes): (usize, usize)| format!("{optimizer}, {layers}×{nodes}");
    let cases = OPTIMIZERS
        .into_iter()
        .flat_map(|optimizer| SHAPES.map(|shape| (optimizer, shape)))
        .map(|(optimizer, (layers, nodes))| {
            Case::own(name(optimizer, (layers, nodes)), work)
                .factor("optimizer", optimizer)
                .factor("shape", format!("{layers}×{nodes}"))
                .factor("layers", layers)
                .factor("nodes", nodes)
                .trains(&setup(optimizer, rectangle(layers, nodes)))
        });
    let error = |optimizer: &str, shape| median(&name(optimizer, shape), "log10_best_test_mse");
    let study = Study::new(
        "sparse-optimisers",
        "B",
        "Adaptive optimizers learn from a few points where plain gradient descent does not",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::heat(
        "log₁₀ MSE on 4 points, lowest over epochs",
        "log10_best_test_mse",
        "optimizer",
        "shape",
    ))
    .draw(FigureSpec::heat(
        "log₁₀ error against f on new points",
        "log10_new_mse_true",
        "optimizer",
        "shape",
    ))
    .draw(FigureSpec::heat("log₁₀ training MSE", "log10_train_mse", "optimizer", "shape"))
    .note("Errors are log₁₀ MSE. The report takes the lowest on its 4 test points over all epochs; errors after the last epoch on 100 new points stand beside it.")
    .note("Report B's own definitions: rmsprop-eps-inside and adam-uncorrected divide by √(v + ε), Adam without correction of its bias.")
    .note("The report does not say what its heat map has for a second axis, nor batch size and epochs; ours are four shapes, 5 and 1000.");
    SHAPES.into_iter().fold(study, |study, shape| {
        let (layers, nodes) = shape;
        let shown = format!("{layers}×{nodes}");
        study
            .claim(Claim::new(
                "B",
                format!("{shown}: RMSprop has the lowest error, Adam the next"),
                "RMSprop best, Adam next",
                all([
                    error("RMSprop", shape)
                        .minus(error("Adam", shape))
                        .below(0.0),
                    error("Adam", shape)
                        .minus(Measure::smallest([error("GD", shape), error("SGD", shape)]))
                        .below(0.0),
                ]),
            ))
            .claim(Claim::new(
                "B",
                format!("{shown}: both are far ahead of GD and SGD (half their error or less)"),
                "dramatic",
                Measure::largest([error("RMSprop", shape), error("Adam", shape)])
                    .minus(Measure::smallest([error("GD", shape), error("SGD", shape)]))
                    .at_most(0.5_f64.log10()),
            ))
            .claim(Claim::new(
                "B",
                format!(
                    "{shown}: GD and SGD are equally poor (within a quarter of each other's error)"
                ),
                "equally poorly",
                error("GD", shape)
                    .minus(error("SGD", shape))
                    .within(-(1.25_f64.log10()), 1.25_f64.log10()),
            ))
    })
}
