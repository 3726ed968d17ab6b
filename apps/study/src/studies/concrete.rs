use crate::parts::folds::{REGRESSORS, cross_validated};
use crate::parts::tables;
use crate::prelude::*;

crate::register!(study);

fn setup() -> Setup {
    Setup::on("concrete")
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(2e-3)
        .batch(32)
        .epochs(400)
        .early_stopping(40)
}

fn study() -> Study {
    Study::new(
        "concrete",
        "D",
        "The strength of concrete is no linear function of its mixture and age, and a network learns it",
    )
    .data("concrete")
    .minutes(0.2)
    .trials(50)
    .cases(REGRESSORS.map(|(name, model)| {
        Case::own(name, |context| cross_validated(context, &setup()))
            .factor("model", model)
            .paired("folds")
            .trains(&setup())
    }))
    .with(tables::one_target("Concrete"))
    .question(tables::against_linear("Concrete"))
    .note(tables::FOLDS)
    .note("The report names no architecture for tables; ours is 64-32 ReLU with Adam, not tuned.")
    .note("Some mixtures occur several times, with other ages or other samples, so the folds share mixtures, and errors on a new mixture would be larger.")
}
