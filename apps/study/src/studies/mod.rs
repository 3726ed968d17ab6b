//! The studies, a file each.
//!
//! # How to add a study
//!
//! Make one file in this folder; nothing else has to be told of it. It calls [`register!`](crate::register) with a
//! function that returns the declaration:
//!
//! ```
//! use study::prelude::*;
//!
//! study::register!(optimisers);
//!
//! fn optimisers() -> Study {
//!     let report = |rule: &str| Setup::on("mnist").hidden([64, 32]).optimizer(rule).lr(1e-3).batch(128).epochs(50);
//!     Study::new("mnist-optimisers", "C, E", "Adam is ahead of momentum, and momentum of plain gradient descent")
//!         .data("mnist")                       // every set it needs: `run all` skips it aloud where one is missing
//!         .minutes(20.0)                       // of a full run on two cores
//!         .trials(15)                          // 15 for box plots, 5 elsewhere, 1 for CIFAR-10
//!         .cases(["sgd", "adam"].map(|rule| Case::train(rule, report(rule)).factor("optimizer", rule)))
//!         .draw(FigureSpec::boxes("Test accuracy", "test_accuracy"))
//!         .claim(Claim::new("C", "Adam is ahead of plain gradient descent", "Adam > SGD", higher("adam", "sgd", "test_accuracy")))
//!         .note("The report does not name the split; ours is the official one.")
//! }
//! ```
//!
//! - A case that is a plain training is a [`Setup`](crate::setup::Setup): every setting has a default, so that it reads
//!   like a row of the table in the report. Its figures have the names listed in [`figures`](crate::train::figures). Test
//!   curves, probes, galleries, maps and fitted curves are asked for (`test_curve`, `probes`, …: [`probes`](crate::train::probes),
//!   [`diagnostics`](crate::train::diagnostics)).
//! - Anything else is `Case::own(name, work)`. `work` gets a [`Context`](crate::context::Context): `context.train(&setup)?`
//!   is the plain training with its model, `context.factor("lr")` says which case this is, `context.stream("purpose")`
//!   is the only source of chance, `context.quickly(full, quick)` picks sizes. Say `.trains(&setup)` for the record, and
//!   return an [`Outcome`](crate::outcome::Outcome); no times in it (the runner keeps those) and nothing that depends on threads.
//! - The quick form comes by itself: 2 trials, 3 epochs, 200 samples, embedded data. Own work keeps within about a second.
//! - Simple models on the same samples (`mean`, `ols`, `ridge`, `lasso`, `majority`, `logistic`, …) are
//!   `Case::own("OLS", |context| simple(context, &setup(), "ols", 1))`.
//! - A claim is a predicate from [`claim`](crate::claim) over names of cases and figures: `at_least`, `higher`, `ordered`,
//!   `ratio_at_most`, `within`, `best_of`, `lower_variance`, `exactly`, `all`, `any`, or measures (`median`, `minimum`, …, `minus`,
//!   `over`) held against bars. Tests make results up for each and want all three verdicts, so bars must not contradict
//!   each other. Say the report's own figure in `claimed`, and aim the bar at what the words mean.
//! - Where nothing is claimed, ask a [`Question`](crate::claim::Question).
//! - Inconsistencies of a report, and each definition of its own that is used, are notes: a sentence each.
//! - A case without chance is `.deterministic()`: one trial, decided by its value.
//! - Where two reports run the same study, both settings are cases of one study, their report a factor.

automod::dir!(pub(crate) "src/studies");
