use crate::prelude::*;

crate::register!(study);

const DATA: [&str; 2] = ["mnist", "digits"];
const NODES: [usize; 5] = [16, 32, 64, 128, 256];
const LAYERS: [usize; 3] = [1, 2, 3];
/// Widths that the report calls the sweet spot.
const SWEET: [usize; 3] = [32, 64, 128];

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

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let layers = crate::parts::own::factor(context, "layers")?;
    let nodes = match layers {
        0 => 0,
        _ => crate::parts::own::factor(context, "nodes")?,
    };
    let trained = context.train::<f32>(&setup(context.factor("data"), layers, nodes))?;
    let of = |name: &str| trained.outcome.get(name).unwrap_or(f64::NAN);
    let gap = of("train_accuracy") - of("test_accuracy");
    Ok(trained.outcome.number("accuracy_gap", gap))
}

fn cases(data: &str) -> Vec<Case> {
    let none = Case::own(name(data, 0, 0), work)
        .factor("data", data)
        .factor("layers", 0)
        .factor("nodes", "none")
        .trains(&setup(data, 0, 0));
    let hidden = LAYERS
        .into_iter()
        .flat_map(|layers| NODES.map(|nodes| (layers, nodes)))
        .map(|(layers, nodes)| {
            Case::own(name(data, layers, nodes), work)
                .factor("data", data)
                .factor("layers", layers)
                .factor("nodes", nodes)
                .trains(&setup(data, layers, nodes))
        });
    std::iter::once(none).chain(hidden).collect()
}

/// Accuracies of these shapes.
fn accuracies(data: &str, layers: &[usize], nodes: &[usize]) -> Vec<Measure> {
    let shapes = layers
        .iter()
        .flat_map(|layers| nodes.iter().map(move |nodes| (*layers, *nodes)));
    let accuracy = |(layers, nodes)| median(&name(data, layers, nodes), "test_accuracy");
    shapes.map(accuracy).collect()
}

/// A claim whose readings are the two data sets that the report may have used.
fn claim(
    place: &'static str,
    sentence: &str,
    claimed: &str,
    predicate: impl Fn(&str) -> Predicate,
) -> Claim {
    Claim::at("A", place, sentence, claimed).readings(DATA.map(|data| (data, predicate(data))))
}

fn study() -> Study {
    let accuracy = |data: &str, layers, nodes| median(&name(data, layers, nodes), "test_accuracy");
    let time = |data: &str, layers, nodes| median(&name(data, layers, nodes), "seconds");
    let study = Study::new(
        "digits-depth-width",
        "A",
        "Whether more layers and nodes classify digits better, and what they cost in time",
    )
    .data("mnist")
    .data("digits")
    .minutes(14.0)
    .trials(15)
    .cases(DATA.into_iter().flat_map(cases))
    .claim(claim(
        "Fig. 9",
        "the best shape is one layer of 32 to 128 nodes: one of these is more accurate than every shape outside that range",
        "one layer and between 32 and 128 nodes",
        |data| {
            let outside = || {
                let others = accuracies(data, &[1], &[16, 256]);
                others.into_iter().chain(accuracies(data, &[2, 3], &NODES))
            };
            any(SWEET.map(|nodes| accuracy(data, 1, nodes).ahead_of(outside())))
        },
    ).main().why_under(
        "on mnist, one layer of 128 nodes is within half a point of the best of two and three layers",
        Measure::largest(accuracies("mnist", &[2, 3], &NODES))
            .minus(accuracy("mnist", 1, 128))
            .at_most(Bar::ours(0.005, "half a point is the least difference that we call one")),
    ))
    .claim(claim(
        "Section 4.2",
        "networks of higher complexity do not do better: no shape of two or three layers is ahead of one layer of 32 to 128 nodes by 0.005",
        "we do not get any better results from higher complexity",
        |data| {
            let bar = || Bar::ours(0.005, "half a point is the least difference that we call one");
            all(accuracies(data, &[2, 3], &NODES).into_iter().map(|deep| {
                let one = Measure::largest(accuracies(data, &[1], &SWEET));
                deep.minus(one).below(bar())
            }))
        },
    ))
    .claim(claim(
        "Section 4.2",
        "higher complexity overfits: the gap of accuracies on training and test set is larger with three layers of 256 than with one of 32",
        "we get overfitting when predicting on the test set",
        |data| higher(&name(data, 3, 256), &name(data, 1, 32), "accuracy_gap"),
    ).because("three layers of 256 learn little at this rate, of the training samples as well, and what has not learned has not overfitted"))
    .claim(claim(
        "Section 4.2",
        "a network without hidden layers learns decently: it classifies nine digits of ten or more correctly",
        "complex enough to decently learn",
        |data| {
            let bar = Bar::ours(0.9, "nine of ten digits is what linear models of them are known for");
            at_least(&name(data, 0, 0), "test_accuracy", bar)
        },
    ))
    .claim(claim(
        "Section 4.2",
        "adding hidden layers to none does not increase performance significantly: the best shape gains one point of accuracy or less",
        "adding layers doesn't increase performance significantly",
        |data| {
            let bar = Bar::ours(0.01, "one digit in a hundred is the least gain that we call significant");
            Measure::largest(accuracies(data, &[1, 2, 3], &NODES))
                .minus(accuracy(data, 0, 0))
                .at_most(bar)
        },
    ))
    .claim(claim(
        "Section 4.2",
        "a network of one hidden layer, of 32 to 128 nodes, is more accurate than one without",
        "using one layer increases the performance",
        |data| any(SWEET.map(|nodes| higher(&name(data, 1, nodes), &name(data, 0, 0), "test_accuracy"))),
    ))
    .claim(claim(
        "Section 4.2",
        "a network of one hidden layer of 32 nodes takes at most a quarter longer to train than one without",
        "without any significant time increase",
        |data| {
            let bar = Bar::ours(1.25, "a quarter more is a time that one notices");
            time(data, 1, 32).over(time(data, 0, 0)).at_most(bar)
        },
    ))
    .claim(claim(
        "Fig. 10",
        "training takes longer with more hidden layers and with more nodes",
        "taking longer to train the network as amount of hidden layers and nodes increases",
        |data| {
            all([
                lower(&name(data, 1, 128), &name(data, 2, 128), "seconds"),
                lower(&name(data, 2, 128), &name(data, 3, 128), "seconds"),
                lower(&name(data, 1, 32), &name(data, 1, 128), "seconds"),
                lower(&name(data, 1, 128), &name(data, 1, 256), "seconds"),
            ])
        },
    ))
    .claim(claim(
        "Fig. 10",
        "time grows about linearly: eight times the nodes of one layer take 4 to 16 times as long, and a third layer of 128 adds half to twice of what the second does",
        "Time is roughly linear in this example, O(n)",
        |data| {
            let twice = "linear within a factor of two";
            all([
                time(data, 1, 256).over(time(data, 1, 32)).within(4.0, Bar::ours(16.0, twice)),
                (time(data, 3, 128).minus(time(data, 2, 128)))
                    .over(time(data, 2, 128).minus(time(data, 1, 128)))
                    .within(0.5, Bar::ours(2.0, twice)),
            ])
        },
    ))
    .claim(claim(
        "Section 5",
        "one hidden layer performs better than two and three with the same number of nodes, from 32 to 128",
        "one hidden layer performed better than two and three",
        |data| {
            all(SWEET.map(|nodes| {
                accuracy(data, 1, nodes).ahead_of([accuracy(data, 2, nodes), accuracy(data, 3, nodes)])
            }))
        },
    ).why_under(
        "on mnist, with 128 nodes alone",
        accuracy("mnist", 1, 128).ahead_of([accuracy("mnist", 2, 128), accuracy("mnist", 3, 128)]),
    ))
    .note("⚠ One sentence of Section 4.2 says both that adding layers does not increase performance significantly and that one layer increases it.")
    .note("⚠ The report's text calls its figure of training times Figure 11, which is a photograph; it is Fig. 10.")
    .note("⚠ A batch of 4096 is more than the 1797 digits: the report's figure is probably of MNIST, and we run both.")
    .note("The report does not name learning rate and epochs here; ours are 0.01 (one of its two rates), 15 on MNIST and 500 on digits.")
    .note("Accuracies are those after the last epoch, with nothing chosen; times are of whole trials, two at a time.");
    DATA.into_iter().fold(study, |study, data| {
        let heat = |title: &str, number: &str| {
            FigureSpec::heat(&format!("{title}, {data}"), number, "layers", "nodes")
                .only("data", data)
        };
        study
            .draw(heat("Test accuracy", "test_accuracy").at("A", "Fig. 9"))
            .draw(heat("Seconds of training", "seconds").at("A", "Fig. 10"))
            .draw(heat("Training accuracy", "train_accuracy"))
    })
}
