use crate::parts::own::without_series;
use crate::prelude::*;

crate::register!(study);

const ACTIVATIONS: [&str; 6] = ["sigmoid", "relu", "leaky-relu", "elu", "gelu", "tanh"];
const OPTIMIZERS: [&str; 2] = ["rmsprop", "adam"];
/// The shape that most of the report's winners have.
const HIDDEN: [usize; 2] = [128, 128];
/// Validation accuracy whose epoch is taken.
const REACHED: f64 = 0.95;

fn setup(activation: &str, optimizer: &str) -> Setup {
    Setup::on("digits")
        .pooled(0.2)
        .split_per_trial()
        .hidden(HIDDEN)
        .activation(activation)
        .init(match activation {
            "sigmoid" | "tanh" => "xavier-uniform",
            _ => "he-normal",
        })
        .optimizer(optimizer)
        .lr(0.01)
        .full_batch()
        .epochs(300)
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("activation"), context.factor("optimizer"));
    let trained = context.train::<f32>(&setup)?;
    let curve = trained.outcome.series.get("validation_accuracy");
    let reached = curve.and_then(|all| all.iter().position(|x| x.0 >= REACHED));
    let epochs = trained.history.len();
    // One that is never there takes one epoch more than all.
    let reached = reached.map_or(epochs + 1, |i| i + 1);
    Ok(without_series(trained.outcome).number("epochs_to_0.95", reached as f64))
}

fn study() -> Study {
    let name = |activation: &str, optimizer: &str| format!("{activation}, {optimizer}");
    let cases = ACTIVATIONS
        .into_iter()
        .flat_map(|activation| OPTIMIZERS.map(|optimizer| (activation, optimizer)))
        .map(|(activation, optimizer)| {
            Case::own(name(activation, optimizer), work)
                .factor("activation", activation)
                .factor("optimizer", optimizer)
                .trains(&setup(activation, optimizer))
        });
    let faster = |a: &str, b: &str| {
        all(OPTIMIZERS.map(|optimizer| lower(&name(a, optimizer), &name(b, optimizer), "seconds")))
    };
    let longer = |a: &str, b: &str| higher(&name(a, "rmsprop"), &name(b, "rmsprop"), "seconds");
    let adam = |number: &str| {
        all(ACTIVATIONS.map(|activation| {
            lower(
                &name(activation, "adam"),
                &name(activation, "rmsprop"),
                number,
            )
        }))
    };
    Study::new(
        "activation-times",
        "A",
        "What activations and optimizers cost in networks of the same shape",
    )
    .data("digits")
    .minutes(3.0)
    .trials(50)
    .cases(cases)
    .draw(FigureSpec::heat("Seconds of 300 epochs", "seconds", "activation", "optimizer"))
    .draw(FigureSpec::heat("Epochs to a validation accuracy of 0.95", "epochs_to_0.95", "activation", "optimizer"))
    .draw(FigureSpec::table("Time and accuracy", ["seconds", "epochs_to_0.95", "test_accuracy"]))
    .claim(
        Claim::at("A", "Section 4.3", "ReLU is faster than the sigmoid, whose computation costs more", "ReLU is faster than sigmoid")
            .reading("time of the same number of steps", faster("relu", "sigmoid"))
            .beside(
                "epochs to a validation accuracy of 0.95",
                all(OPTIMIZERS.map(|optimizer| {
                    lower(&name("relu", optimizer), &name("sigmoid", optimizer), "epochs_to_0.95")
                })),
            ),
    )
    .question(
        Question::new(
            "A",
            "Is LeakyReLU faster than ReLU at equal shape (ratio of their times, below 1 if so)?",
            OPTIMIZERS.map(|optimizer| {
                let seconds = |activation: &str| median(&name(activation, optimizer), "seconds");
                seconds("leaky-relu").over(seconds("relu"))
            }),
        )
        .at("Section 4.3"),
    )
    .claim(
        Claim::at("A", "Section 4.3", "ELU and GELU cost more than ReLU", "though with a higher computational cost")
            .holds_if(all([faster("relu", "elu"), faster("relu", "gelu")])),
    )
    .claim(
        Claim::at(
            "A",
            "Section 4.3",
            "ELU takes longer than GELU and ReLU in networks of the same shape, trained by RMSprop",
            "ELU takes almost 8s for the same memory as GELU and ELU",
        )
        .holds_if(all(["gelu", "relu"].map(|other| longer("elu", other))))
        .why_under("the other way round, GELU takes longer than ELU", longer("gelu", "elu")),
    )
    .claim(
        Claim::at("A", "Section 5", "Adam is faster than RMSprop", "slightly faster than RMS")
            .reading("epochs to a validation accuracy of 0.95", adam("epochs_to_0.95"))
            .reading("time of the same number of steps", adam("seconds")),
    )
    .note("⚠ The report compares ELU with \"GELU and ELU\"; ReLU is meant, which has the same shape in Table I.")
    .note("All networks are 2×128 with full batches, a rate of 0.01 and 300 epochs: the shape of most of the winners of Table I, so that times can be compared.")
    .note("Times are of whole trials on this machine, two at a time; in NumPy, which the reports used, activations are a larger part of the time.")
}
