use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 6] = ["8", "16", "32", "64", "128", "256"];

/// The network of `mnist-64-32` with other batches.
fn setup(batch: usize) -> Setup {
    Setup::on("mnist")
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(batch)
        .epochs(50)
}

fn claims() -> Vec<Claim> {
    let figure = |name: &str| median(name, "test_accuracy");
    let others = ["8", "16", "32", "256"];
    let ahead = |medium: &str| figure(medium).ahead_of(others.map(figure));
    let both_best = || all(["64", "128"].map(ahead));
    let best = || best_of("64", CASES, "test_accuracy");
    let varies = |a: &str, than: &str| lower_variance(than, a, "test_accuracy");
    vec![
        Claim::at(
            "C",
            "Fig. 6",
            "medium-sized batches are best: 64 or 128 is ahead of all smaller and larger ones",
            "medium-sized batches strike a good balance",
        )
        .readings(["64", "128"].map(|medium| (format!("{medium} is"), ahead(medium)))),
        Claim::at("C", "Fig. 6", "64 has the highest accuracy", "64 samples per batch, even if it achieves the highest accuracy")
            .holds_if(best()),
        Claim::at("C", "Fig. 6", "64 varies more than 128", "has a large variance typical of a low number of samples per batch")
            .holds_if(varies("64", "128")),
        Claim::at(
            "C",
            "Fig. 6",
            "128 is a good compromise: within half a point of the best of the others",
            "128 samples per batch seem to be a good compromise between accuracy and variance",
        )
        .holds_if(
            Measure::largest(["8", "16", "32", "64", "256"].map(figure))
                .minus(figure("128"))
                .at_most(Bar::ours(0.005, "half a point is not seen on the scale of the figure")),
        ),
        Claim::at(
            "C",
            "Batches",
            "larger batches make better use of parallel computation: an epoch of 256 takes half the time of one of 8 or less",
            "Larger batches make better use of parallel computation",
        )
        .holds_if(ratio_at_most(
            "256",
            "8",
            "seconds",
            Bar::ours(0.5, "half the time is a use that is felt"),
        )),
        Claim::at(
            "E",
            "Fig. 7",
            "medium batch sizes are best: 64 or 128 is ahead of all smaller and larger ones",
            "medium batch sizes (64-128) achieve the best performance",
        )
        .readings(["64", "128"].map(|medium| (format!("{medium} is"), ahead(medium))))
        .beside("both are", both_best()),
        Claim::at(
            "E",
            "Fig. 7",
            "8 and 16 vary more than 128",
            "Smaller batches (8-16) show higher variance in results",
        )
        .holds_if(all([varies("8", "128"), varies("16", "128")])),
        Claim::at(
            "E",
            "Fig. 7",
            "256 is behind 128",
            "Very large batches (256) slightly reduce accuracy",
        )
        .holds_if(lower("256", "128", "test_accuracy")),
        Claim::at("E", "Fig. 7", "64 has the highest median", "The batch size of 64 yields the highest median accuracy")
            .holds_if(best()),
        Claim::at("E", "Fig. 7", "64 varies more than 128", "though with higher variance than 128")
            .holds_if(varies("64", "128")),
    ]
}

fn study() -> Study {
    let cases = [8, 16, 32, 64, 128, 256]
        .map(|batch| Case::train(batch.to_string(), setup(batch)).factor("batch", batch));
    let study = Study::new(
        "mnist-batch-sizes",
        "C, E",
        "The size of batches from 8 to 256 hardly changes what is reached in 50 epochs; how long they take, it does",
    )
    .data("mnist")
    .minutes(8.0)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy").at("C", "Fig. 6").at("E", "Fig. 7"))
    .draw(FigureSpec::line("Test accuracy", "test_accuracy", "batch"))
    .draw(FigureSpec::curves("Validation accuracy", ["validation_accuracy"]))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "test_loss", "best_epoch", "seconds"],
    ))
    .note("The learning rate is 0.001 for all sizes, as in the reports, so a small batch takes many more steps of the same size.")
    .note("The reports' second layer is taken to apply ReLU as the first does.")
    .note("The reports have 15 runs. A variance is the standard deviation over trials here.");
    claims().into_iter().fold(study, Study::claim)
}
