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
//!         .trials(15)                          // 50 where a trial takes under 2 s, 15 on MNIST, 5 on CIFAR-10
//!         .cases(["sgd", "adam"].map(|rule| Case::train(rule, report(rule)).factor("optimizer", rule)))
//!         .draw(FigureSpec::boxes("Test accuracy", "test_accuracy").at("C", "Fig. 8"))
//!         .claim(
//!             Claim::at("C", "Fig. 8", "Adam is ahead of plain gradient descent", "Adam > SGD")
//!                 .holds_if(higher("adam", "sgd", "test_accuracy")),
//!         )
//!         .note("The report does not name the split; ours is the official one.")
//! }
//! ```
//!
//! - A case that is a plain training is a [`Setup`](study_core::setup::Setup): every setting has a default, so that it reads
//!   like a row of the table in the report. Its figures have the names listed in [`figures`](study_core::train::figures). Test
//!   curves, probes, galleries, maps and fitted curves are asked for (`test_curve`, `probes`, …: [`probes`](study_core::train::probes),
//!   [`diagnostics`](study_core::train::diagnostics)).
//! - What is computed of such a training besides is `.then(add)`; small networks of a case train several at a time.
//! - Anything else is `Case::own(name, work)`. `work` gets a [`Context`](study_core::context::Context): `context.train(&setup)?`
//!   is the plain training with its model, `context.factor("lr")` says which case this is, `context.stream("purpose")`
//!   is the only source of chance, `context.quickly(full, quick)` picks sizes. Say `.trains(&setup)` for the record, and
//!   return an [`Outcome`](claims::outcome::Outcome); no times in it (the runner keeps those) and nothing that depends on threads.
//! - The quick form comes by itself: 2 trials, 3 epochs, 200 samples, embedded data. Own work keeps within about a second.
//! - Simple models on the same samples (`mean`, `ols`, `ridge`, `lasso`, `majority`, `logistic`, …) are
//!   `Case::own("OLS", |context| simple(context, &setup(), "ols", 1))`.
//! - A claim is one sentence or figure of a report at a place of its outline ([`reports`](study_report::reports)), with a predicate
//!   from [`claims`] for each reading that the report allows: `at_least`, `higher`, `ordered`, `ratio_at_most`,
//!   `best_of`, `similar`, `likely`, `in_every_trial`, `lower_variance`, `all`, `any`, or measures (`median`, `minus`, `over`, …)
//!   held against bars. A bar is the report's or ours with its reason. Tests make results up for each and want all three
//!   verdicts, so bars must not contradict each other. Say the report's own figure in `claimed`.
//! - Cases whose trials share data or splits are paired by their settings; own work says `.paired("key")`.
//! - Where nothing is claimed, ask a [`Question`](claims::Question).
//! - Inconsistencies of a report, and each definition of its own that is used, are notes: a sentence each.
//! - A case without chance is `.deterministic()`: one trial, decided by its value.
//! - Where two reports run the same study, both settings are cases of one study, their report a factor.

automod::dir!(pub(crate) "src/studies");
