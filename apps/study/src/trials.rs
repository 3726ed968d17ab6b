//! Trials as threads run them: one by one, and small networks of a case several at a time.

use std::collections::BTreeMap;
use std::time::Instant;

use autograd::Real;
use claims::outcome::Outcome;
use experiment::AppError;
use records::Number;

use study_core::context::{Context, Store};
use study_core::setup::Setup;
use study_core::study::{Study, Work};

/// Missing trials of a case that one thread runs: the study's place among all that are asked for, the case's number in it,
/// the trials.
pub(crate) type Piece = (usize, usize, Vec<usize>);

/// The missing trials of a study, by number of the case and of the trial, as they are dealt out to so many threads: one by
/// one, and several of a case where its networks are so small that they train faster together.
pub(crate) fn pieces(
    (study, place): (&Study, usize),
    missing: &[(usize, usize)],
    (threads, quick): (usize, bool),
    store: &Store,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut grouped: BTreeMap<usize, (usize, Vec<usize>)> = BTreeMap::new();
    for (case, trial) in missing {
        let group = match grouped.get_mut(case) {
            Some(group) => group,
            None => {
                let of = &study.cases[*case];
                let name = (&*of.name, &of.factors[..]);
                let context = Context::new(study.name, name, *trial, quick, store);
                let most = match &of.work {
                    // What is wrong with the data each trial says itself.
                    Work::Train(setup) => context.group_size(setup).unwrap_or(1),
                    Work::Own(_) => 1,
                };
                let all = missing.iter().filter(|(other, _)| other == case);
                let size = all.count().div_ceil(threads.max(1)).clamp(1, most);
                grouped.entry(*case).or_insert((size, Vec::new()))
            }
        };
        group.1.push(*trial);
        if group.1.len() == group.0 {
            pieces.push((place, *case, std::mem::take(&mut group.1)));
        }
    }
    let rest = grouped
        .into_iter()
        .filter(|(_, (_, trials))| !trials.is_empty());
    pieces.extend(rest.map(|(case, (_, trials))| (place, case, trials)));
    pieces
}

/// What a trial came to, and its seconds: those of training steps, or of all its work where it does not train.
pub(crate) type Ran = (Result<Outcome, AppError>, Number);

/// Runs the trials of a piece.
pub(crate) fn run(
    studies: &[&Study],
    (study, case, trials): &Piece,
    quick: bool,
    store: &Store,
) -> Vec<Ran> {
    let study = studies[*study];
    let case = &study.cases[*case];
    let contexts = trials.iter().map(|trial| {
        let name = (&*case.name, &case.factors[..]);
        Context::new(study.name, name, *trial, quick, store)
    });
    let contexts: Vec<Context<'_>> = contexts.collect();
    match &case.work {
        Work::Train(setup) => {
            let trained = match setup.experiment().training.f64 {
                true => trained::<f64>(&contexts, setup),
                false => trained::<f32>(&contexts, setup),
            };
            let trained = trained.into_iter().zip(&contexts);
            let ended = trained.map(|((outcome, seconds), context)| match case.then {
                Some(then) => (outcome.and_then(|of| then(context, of)), seconds),
                None => (outcome, seconds),
            });
            ended.collect()
        }
        Work::Own(work) => contexts.iter().map(|context| own(*work, context)).collect(),
    }
}

/// Runs trials that are plain trainings.
fn trained<T: Real>(contexts: &[Context<'_>], setup: &Setup) -> Vec<Ran> {
    let contexts: Vec<&Context<'_>> = contexts.iter().collect();
    let trained = Context::train_together::<T>(&contexts, setup).into_iter();
    trained
        .map(|trained| match trained {
            Ok(trained) => (Ok(trained.outcome), Number(trained.seconds)),
            Err(e) => (Err(e), Number(0.0)),
        })
        .collect()
}

/// Runs a trial of a study's own work.
fn own(work: fn(&Context<'_>) -> Result<Outcome, AppError>, context: &Context<'_>) -> Ran {
    if let Err(e) = context.go_on() {
        return (Err(e), Number(0.0));
    }
    let start = Instant::now();
    let outcome = work(context);
    (outcome, Number(start.elapsed().as_secs_f64()))
}
