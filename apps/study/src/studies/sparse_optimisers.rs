use crate::parts::own::without_series;
use crate::parts::sparse::{self, POINTS, hidden, rectangle};
use crate::prelude::*;

crate::register!(study);

const OPTIMIZERS: [&str; 4] = ["GD", "SGD", "RMSprop", "Adam"];
/// What the report does not name: shape and activation, each a reading.
const NETWORKS: [(usize, usize, &str); 4] = [
    (1, 10, "sigmoid"),
    (1, 50, "sigmoid"),
    (2, 10, "sigmoid"),
    (2, 10, "leaky-relu"),
];

/// Report B: lr 0.1 and its own optimizers; GD takes all points at once, the others five.
fn setup(optimizer: &str, activation: &str, points: &str, hidden: Vec<usize>) -> Setup {
    let setup = sparse::setup()
        .hidden(hidden)
        .activation(activation)
        .test_curve();
    let setup = match optimizer {
        "GD" => setup.optimizer("sgd").full_batch(),
        "SGD" => setup.optimizer("sgd").batch(5),
        "RMSprop" => setup.optimizer("rmsprop-eps-inside").batch(5),
        _ => setup.optimizer("adam-uncorrected").batch(5),
    };
    sparse::at(points, setup)
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let of = |name: &str| context.factor(name);
    let setup = setup(
        of("optimizer"),
        of("activation"),
        of("points"),
        hidden(context)?,
    );
    let trained = sparse::train(context, &setup)?;
    Ok(without_series(sparse::evaluated(trained)))
}

/// A reading by name.
fn reading((layers, nodes, activation): (usize, usize, &str), points: &str) -> String {
    format!("{layers}×{nodes} {activation}, {points}")
}

fn name(optimizer: &str, reading: &str) -> String {
    format!("{optimizer}, {reading}")
}

fn readings() -> Vec<String> {
    let of = |network| POINTS.map(|points| reading(network, points));
    NETWORKS.into_iter().flat_map(of).collect()
}

/// A claim with each reading; errors are log₁₀.
fn claim(
    sentence: &str,
    claimed: &str,
    predicate: impl Fn(&dyn Fn(&str) -> Measure) -> Predicate,
) -> Claim {
    let readings = readings().into_iter().map(|reading| {
        let error = |optimizer: &str| median(&name(optimizer, &reading), "log10_best_test_mse");
        let predicate = predicate(&error);
        (reading, predicate)
    });
    Claim::at("B", "Fig. 4", sentence, claimed).readings(readings)
}

fn study() -> Study {
    let cases = POINTS.into_iter().flat_map(|points| {
        NETWORKS.into_iter().flat_map(move |network| {
            OPTIMIZERS.map(|optimizer| {
                let (layers, nodes, activation) = network;
                let reading = reading(network, points);
                Case::own(name(optimizer, &reading), work)
                    .factor("optimizer", optimizer)
                    .factor("network", format!("{layers}×{nodes} {activation}"))
                    .factor("layers", layers)
                    .factor("nodes", nodes)
                    .factor("activation", activation)
                    .factor("points", points)
                    .trains(&setup(
                        optimizer,
                        activation,
                        points,
                        rectangle(layers, nodes),
                    ))
            })
        })
    });
    let heat = |title: &str, number: &str| {
        FigureSpec::heat(title, number, "optimizer", "network").only("points", POINTS[0])
    };
    let first = reading(NETWORKS[0], POINTS[0]);
    let half = || Bar::ours(0.5_f64.log10(), "half the error, on a log₁₀ scale");
    Study::new(
        "sparse-optimisers",
        "B",
        "Adaptive optimizers learn from a few points where plain gradient descent does not",
    )
    .data("runge")
    .minutes(0.4)
    .trials(50)
    .cases(cases)
    .draw(heat("log₁₀ MSE on 4 points, lowest over epochs", "log10_best_test_mse").at("B", "Fig. 4"))
    .draw(heat("log₁₀ error against f on new points", "log10_new_mse_true"))
    .draw(heat("log₁₀ training MSE", "log10_train_mse"))
    .claim(claim(
        "RMSprop and Adam reach significantly lower errors than GD and mini-batch SGD: half of theirs or less",
        "significantly lower MSE scores",
        |error| {
            let pairs = ["RMSprop", "Adam"].into_iter().flat_map(|a| ["GD", "SGD"].map(|b| (a, b)));
            all(pairs.map(|(a, b)| error(a).minus(error(b)).at_most(half())))
        },
    ))
    .claim(claim(
        "RMSprop is the most effective optimizer for 18 points of Runge's function",
        "RMSprop … the most effective for this task",
        |error| error("RMSprop").under(["Adam", "GD", "SGD"].map(error)),
    ).main())
    .claim(
        claim(
            "GD and mini-batch SGD perform equally poorly: within a quarter of each other's error",
            "performed equally poorly",
            |error| {
                let margin = Bar::ours(1.25_f64.log10(), "a quarter, on a log₁₀ scale");
                error("GD").minus(error("SGD")).near(0.0, margin)
            },
        )
        .why_under(format!("both have twice RMSprop's error or more, {first}"), {
            let error = |optimizer: &str| median(&name(optimizer, &first), "log10_best_test_mse");
            all(["GD", "SGD"].map(|plain| error("RMSprop").minus(error(plain)).at_most(half())))
        }),
    )
    .note("Errors are log₁₀ MSE. The report takes the lowest on its 4 test points over all epochs; errors after the last epoch on 100 new points stand beside it.")
    .note("Report B's own definitions: rmsprop-eps-inside and adam-uncorrected divide by √(v + ε), Adam without correction of its bias.")
    .note(sparse::NOTE)
    .note("The report does not say what its heat map has for a second axis, nor activation, batch size and epochs; readings have four networks, batches of 5, and 1000 epochs.")
}
