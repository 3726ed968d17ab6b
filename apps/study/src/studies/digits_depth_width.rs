use crate::prelude::*;

crate::register!(study);

const DATA: [&str; 2] = ["mnist", "digits"];
const NODES: [usize; 5] = [16, 32, 64, 128, 256];
const LAYERS: [usize; 3] = [1, 2, 3];

/// Report A: RMSprop, tanh, batch 4096. All training digits fit into one such batch.
fn setup(data: &str, layers: usize, nodes: usize) -> Setup {
    let setup = Setup::on(data)
        .pooled(0.2)
        .split_per_trial()
        .validation(0.0)
        .hidden(vec![nodes; layers])
        .activation("tanh")
        .init("xavier-uniform")
        .optimizer("rmsprop")
        .lr(0.01)
        .batch(4096);
    match data {
        "mnist" => setup.epochs(15),
        _ => setup.epochs(500),
    }
}

fn name(data: &str, layers: usize, nodes: usize) -> String {
    match layers {
        0 => format!("{data}, none"),
        _ => format!("{data}, {layers}×{nodes}"),
    }
}

fn cases(data: &str) -> Vec<Case> {
    let none = Case::train(name(data, 0, 0), setup(data, 0, 0))
        .factor("data", data)
        .factor("layers", 0)
        .factor("nodes", "none");
    let hidden = LAYERS
        .into_iter()
        .flat_map(|layers| NODES.map(|nodes| (layers, nodes)))
        .map(|(layers, nodes)| {
            Case::train(name(data, layers, nodes), setup(data, layers, nodes))
                .factor("data", data)
                .factor("layers", layers)
                .factor("nodes", nodes)
        });
    std::iter::once(none).chain(hidden).collect()
}

/// The best median accuracy of networks of these many layers and nodes.
fn best(data: &str, layers: &[usize], nodes: &[usize]) -> Measure {
    let shapes = layers
        .iter()
        .flat_map(|layers| nodes.iter().map(move |nodes| (*layers, *nodes)));
    Measure::largest(shapes.map(|(l, n)| median(&name(data, l, n), "test_accuracy")))
}

fn claims(data: &str) -> [Claim; 4] {
    let time = |layers, nodes| median(&name(data, layers, nodes), "seconds");
    [
        Claim::new(
            "A",
            format!("{data}: the best shape is one layer of 32 to 128 nodes"),
            "one layer, 32–128 nodes",
            all([
                best(data, &[1], &[32, 64, 128])
                    .minus(best(data, &[1], &[16, 256]))
                    .above(0.0),
                best(data, &[1], &[32, 64, 128])
                    .minus(best(data, &[2, 3], &NODES))
                    .above(0.0),
            ]),
        ),
        Claim::new(
            "A",
            format!(
                "{data}: one layer is better than two and three of the same width, 32 to 128 nodes"
            ),
            "one layer performed better than two and three",
            all([32, 64, 128].map(|nodes| {
                best(data, &[1], &[nodes])
                    .minus(best(data, &[2, 3], &[nodes]))
                    .above(0.0)
            })),
        ),
        Claim::new(
            "A",
            format!("{data}: no hidden layer is decent (0.9 or more), and one is better"),
            "decent",
            all([
                at_least(&name(data, 0, 0), "test_accuracy", 0.9),
                best(data, &[1], &[32, 64, 128])
                    .minus(median(&name(data, 0, 0), "test_accuracy"))
                    .above(0.0),
            ]),
        ),
        Claim::new(
            "A",
            format!(
                "{data}: time grows about linearly: eight times the nodes take 4 to 16 times as long, and a third layer of \
                 128 adds half to twice of what the second does"
            ),
            "about linear",
            all([
                time(1, 256).over(time(1, 32)).within(4.0, 16.0),
                (time(3, 128).minus(time(2, 128)))
                    .over(time(2, 128).minus(time(1, 128)))
                    .within(0.5, 2.0),
            ]),
        ),
    ]
}

fn study() -> Study {
    let study = Study::new(
        "digits-depth-width",
        "A",
        "More layers take longer and read digits no better",
    )
    .data("mnist")
    .data("digits")
    .minutes(3.5)
    .trials(5)
    .cases(DATA.into_iter().flat_map(cases))
    .note("⚠ A batch of 4096 is more than the 1797 digits: the report's figure is probably of MNIST, and we run both.")
    .note("The report does not name learning rate and epochs here; ours are 0.01 (one of its two rates), 15 on MNIST and 500 on digits.")
    .note("Accuracies are those after the last epoch, with nothing chosen; times are of training steps.");
    let study = DATA.into_iter().fold(study, |study, data| {
        study
            .draw(
                FigureSpec::heat(
                    &format!("Test accuracy, {data}"),
                    "test_accuracy",
                    "layers",
                    "nodes",
                )
                .only("data", data),
            )
            .draw(
                FigureSpec::heat(
                    &format!("Seconds of training, {data}"),
                    "seconds",
                    "layers",
                    "nodes",
                )
                .only("data", data),
            )
            .draw(
                FigureSpec::heat(
                    &format!("Training accuracy, {data}"),
                    "train_accuracy",
                    "layers",
                    "nodes",
                )
                .only("data", data),
            )
    });
    DATA.into_iter().flat_map(claims).fold(study, Study::claim)
}
