use nn::metrics::Quartiles;

use crate::prelude::*;

crate::register!(study);

/// A network, and what scikit-learn's has on the same test samples: MSE against the noisy targets and against f, a pair for each
/// `random_state` from 0 to 14.
struct Recorded {
    activation: &'static str,
    hidden: &'static [usize],
    pairs: [(f64, f64); 15],
}

// Recorded with scikit-learn 1.9.1 and NumPy 2.4.6:
//
//     MLPRegressor(hidden_layer_sizes=HIDDEN, activation=ACTIVATION, solver="adam", alpha=0.0, batch_size=32,
//                  learning_rate_init=0.01, max_iter=500, tol=0.0, n_iter_no_change=10**6, random_state=SEED)
//
// fitted to the 80 training samples of `setup` below and evaluated on its 20 test samples, numbers in double precision as
// `Context::data` gives them. (scikit-learn calls sigmoid "logistic".)
#[rustfmt::skip]
const RECORDED: [Recorded; 3] = [
    Recorded {
        activation: "relu",
        hidden: &[50, 50],
        pairs: [
            (0.018182, 0.0060274), (0.020741, 0.005047), (0.018548, 0.0051407), (0.017958, 0.0038203), (0.018093, 0.0048671),
            (0.017236, 0.0072232), (0.017203, 0.0047743), (0.024126, 0.010663), (0.018075, 0.0047544), (0.016811, 0.0024623),
            (0.018043, 0.0062719), (0.015959, 0.0033258), (0.018989, 0.004749), (0.019537, 0.0057093), (0.017062, 0.0027271),
        ],
    },
    Recorded {
        activation: "tanh",
        hidden: &[50, 50],
        pairs: [
            (0.01558, 0.0039536), (0.016861, 0.0036271), (0.018787, 0.0061993), (0.016145, 0.0030074), (0.016857, 0.0034579),
            (0.016663, 0.0022553), (0.01515, 0.0031776), (0.015617, 0.002909), (0.017802, 0.0041795), (0.017579, 0.0028489),
            (0.017563, 0.0046205), (0.016543, 0.0034897), (0.017668, 0.0043737), (0.016686, 0.0041694), (0.017615, 0.0041384),
        ],
    },
    Recorded {
        activation: "sigmoid",
        hidden: &[50],
        pairs: [
            (0.019394, 0.0067941), (0.019296, 0.0055464), (0.0184, 0.0066731), (0.017961, 0.0036916), (0.019931, 0.0045473),
            (0.016708, 0.0041457), (0.018884, 0.0057202), (0.024416, 0.01393), (0.019188, 0.0069012), (0.018649, 0.0033866),
            (0.016832, 0.0043626), (0.017248, 0.0031962), (0.01802, 0.005066), (0.019853, 0.0088502), (0.017374, 0.0035108),
        ],
    },
];

/// One set of 100 points for all trials.
fn setup(recorded: &Recorded) -> Setup {
    // Glorot's uniform distribution, which scikit-learn makes narrower by √3 for sigmoid.
    let init = match recorded.activation {
        "sigmoid" => "xavier-uniform:0.577350269",
        _ => "xavier-uniform",
    };
    Setup::on("runge")
        .rows(100)
        .noise(0.1)
        .data_seed(DataSeed::Fixed(1))
        .validation(0.0)
        .hidden(recorded.hidden.iter().copied())
        .activation(recorded.activation)
        .init(init)
        .optimizer("adam")
        .lr(0.01)
        .batch(32)
        .epochs(500)
        .f64()
}

/// The medians of what was recorded, under the names that ours have.
fn theirs(context: &Context<'_>) -> Result<Outcome, AppError> {
    let activation = context.factor("activation");
    let Some(recorded) = RECORDED.iter().find(|r| r.activation == activation) else {
        return Err(AppError::Failure(format!(
            "nothing is recorded for {activation}"
        )));
    };
    let of = |name: &str, values: [f64; 15], outcome: Outcome| match Quartiles::new(&values) {
        Some(q) => outcome
            .number(name, q.median)
            .number(format!("{name}/first quartile"), q.q1)
            .number(format!("{name}/third quartile"), q.q3),
        None => outcome,
    };
    let outcome = of("test_mse", recorded.pairs.map(|p| p.0), Outcome::new());
    Ok(of("test_mse_true", recorded.pairs.map(|p| p.1), outcome))
}

fn study() -> Study {
    let ours = |r: &Recorded| format!("Gradus, {}", r.activation);
    let sklearn = |r: &Recorded| format!("scikit-learn, {}", r.activation);
    let cases = RECORDED.iter().flat_map(|r| {
        let of = |case: Case, program: &str| {
            let case = case.factor("activation", r.activation);
            case.factor("program", program)
        };
        [
            of(Case::train(ours(r), setup(r)), "Gradus"),
            of(Case::own(sklearn(r), theirs), "scikit-learn")
                .trains(&setup(r))
                .deterministic(),
        ]
    });
    let study = Study::new(
        "sklearn-agreement",
        "A, B",
        "Networks of scikit-learn and ours reach the same errors on the same samples",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::boxes("Error against the noiseless function", "test_mse_true"))
    .draw(FigureSpec::table(
        "Errors on the same 20 test samples",
        ["test_mse", "test_mse_true", "test_mse/first quartile", "test_mse/third quartile"],
    ))
    .note("scikit-learn's values are medians of 15 runs that were recorded once, with the settings given in the study's source; ours are computed now.")
    .note("All settings are alike but two: scikit-learn draws first biases at random where ours are 0, and halves the squared error, which Adam does not notice.");
    RECORDED.iter().fold(study, |study, r| {
        let ratio = |number: &str| median(&ours(r), number).over(median(&sklearn(r), number));
        study
            .claim(Claim::new(
                "B",
                format!(
                    "{}: errors are comparable: ours are between half and twice scikit-learn's",
                    r.activation
                ),
                "comparable, N = 100",
                all(["test_mse", "test_mse_true"].map(|number| ratio(number).within(0.5, 2.0))),
            ))
            .claim(Claim::new(
                "A",
                format!(
                    "{}: errors are of the same order of magnitude (a factor of √10 either way)",
                    r.activation
                ),
                "same order of magnitude",
                ratio("test_mse_true").within(0.1_f64.sqrt(), 10_f64.sqrt()),
            ))
    })
}
