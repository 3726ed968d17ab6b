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
    let unseen = || Bar::ours(0.005, "half a point is not seen on the scale of our figure");
    // Half a point or less behind the best of all other sizes.
    let accurate = |size: &str| {
        let others = CASES.into_iter().filter(|other| *other != size).map(figure);
        let best = Measure::largest(others);
        best.minus(figure(size)).at_most(unseen())
    };
    let apart = "no two sizes are more than half a point apart";
    let close = || {
        let pairs = CASES.into_iter().enumerate().flat_map(|(i, a)| {
            let others = CASES.into_iter().skip(i + 1);
            others.map(move |b| (a, b))
        });
        all(pairs.map(|(a, b)| similar(a, b, "test_accuracy", unseen())))
    };
    vec![
        Claim::at(
            "C",
            "Fig. 6",
            "batches of 64 and of 128 balance speed and accuracy: each is within half a point of the best other size, takes at most half as long as batches of 8, and reaches its least validation loss in fewer epochs than batches of 256",
            "medium-sized batches strike a good balance between convergence speed and final accuracy",
        )
        .holds_if(all(["64", "128"].into_iter().flat_map(|medium| {
            let half = Bar::ours(0.5, "half the time is a gain that is felt");
            [
                accurate(medium),
                ratio_at_most(medium, "8", "seconds", half),
                lower(medium, "256", "best_epoch"),
            ]
        }))),
        Claim::at(
            "C",
            "Fig. 6",
            "batches of 64 reach the highest accuracy",
            "64 samples per batch, even if it achieves the highest accuracy",
        )
        .holds_if(best())
        .why_under(apart, close()),
        Claim::at(
            "C",
            "Fig. 6",
            "the accuracy of batches of 64 varies more from trial to trial than that of 128",
            "has a large variance typical of a low number of samples per batch",
        )
        .holds_if(varies("64", "128")),
        Claim::at(
            "C",
            "Fig. 6",
            "128 is a good compromise between accuracy and variance: it is within half a point of the best other size, and its accuracy varies less than that of 64",
            "128 samples per batch seem to be a good compromise between accuracy and variance",
        ).main()
        .holds_if(all([accurate("128"), varies("64", "128")]))
        .why_under("accuracy alone", accurate("128")),
        Claim::at(
            "C",
            "Batches",
            "larger batches make better use of parallel computation: training with batches of 256 takes at most half as long as with batches of 8",
            "Larger batches make better use of parallel computation",
        )
        .holds_if(ratio_at_most(
            "256",
            "8",
            "seconds",
            Bar::ours(0.5, "half the time is a gain that is felt"),
        )),
        Claim::at(
            "E",
            "Fig. 7",
            "medium batches are best: those of 64 or of 128 are more accurate than all smaller and larger ones",
            "medium batch sizes (64-128) achieve the best performance",
        ).main()
        .readings(["64", "128"].map(|medium| (format!("{medium} is best"), ahead(medium))))
        .beside("both are", both_best()),
        Claim::at(
            "E",
            "Fig. 7",
            "batches of 64 and of 128 balance performance and stability: each is within half a point of the best other size, and its accuracy varies less than that of 8 and 16",
            "Medium batch sizes (64-128) achieve the best balance between performance and stability",
        )
        .holds_if(all(["64", "128"].into_iter().flat_map(|medium| {
            [accurate(medium), varies("8", medium), varies("16", medium)]
        }))),
        Claim::at(
            "E",
            "Fig. 7",
            "the accuracy of batches of 8 and 16 varies more than that of 128",
            "Smaller batches (8-16) show higher variance in results",
        )
        .holds_if(all([varies("8", "128"), varies("16", "128")])),
        Claim::at(
            "E",
            "Fig. 7",
            "batches of 256 are less accurate than those of 128",
            "Very large batches (256) slightly reduce accuracy",
        )
        .holds_if(lower("256", "128", "test_accuracy")),
        Claim::at(
            "E",
            "Fig. 7",
            "batches of 64 have the highest median accuracy",
            "The batch size of 64 yields the highest median accuracy",
        )
        .holds_if(best())
        .why_under(apart, close()),
        Claim::at(
            "E",
            "Fig. 7",
            "the accuracy of batches of 64 varies more than that of 128",
            "though with higher variance than 128",
        )
        .holds_if(varies("64", "128")),
    ]
}

fn study() -> Study {
    let cases = [8, 16, 32, 64, 128, 256]
        .map(|batch| Case::train(batch.to_string(), setup(batch)).factor("batch", batch));
    let study = Study::new(
        "mnist-batch-sizes",
        "C, E",
        "What the size of a batch changes in accuracy, in its variance and in the time of training",
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
