//! Runs trials, one a core, and keeps each as it finishes.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use claims::outcome::Outcome;
use cli::Console;
use datasets::{Request, Spec, UnknownData};
use experiment::threads::each_on_a_core;
use experiment::{AppError, interrupt};
use records::{Number, Shard};

use study_core::commit::commit;
use study_core::context::{Context, Store};
use study_core::folder::{Begun, Folder, QUICK, Record, elsewhere};
use study_core::quick;
use study_core::study::{Study, Work};
use study_report::exports;

/// Options of a run.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Trials per case; `None` for the declared number.
    pub trials: Option<usize>,
    /// Quick run.
    pub quick: bool,
    /// Parallel trials.
    pub threads: usize,
    /// Part of the trials; `None` for all.
    pub shard: Option<Shard>,
    /// Parent folder of the studies.
    pub out: &'a Path,
}

impl Options<'_> {
    /// The folder that studies are kept in: quick runs have one of their own, so that they are in no full run's way.
    pub fn folder(&self) -> PathBuf {
        match self.quick {
            true => self.out.join(QUICK),
            false => self.out.to_owned(),
        }
    }
}

/// A study that is run.
struct Open<'a> {
    study: &'a Study,
    folder: Folder,
    /// Its missing trials, by number of the case and of the trial.
    missing: Vec<(usize, usize)>,
}

/// Lines about progress come no faster than this.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs the missing trials of studies. Studies without available data are skipped. Returns what went wrong and kept
/// nothing else from being run: studies that were left out, trials that failed.
///
/// # Errors
/// If a folder holds something else or cannot be written to, or after Ctrl-C.
pub fn run(
    studies: &[&Study],
    options: &Options<'_>,
    store: &Store,
    console: Console,
) -> Result<Vec<String>, AppError> {
    let mut problems = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for study in studies {
        match has_data(study, options.quick, store) {
            Ok(()) => open.push(opened(study, options, console)?),
            Err(e @ AppError::Interrupted(_)) => return Err(e),
            Err(e) => problems.push(format!("{} was skipped: {e}", study.name)),
        }
    }
    problems.extend(trials(&mut open, options, store, console)?);
    if let Some(shard) = options.shard {
        if problems.is_empty() {
            console.say(format_args!(
                "shard {shard} is done; study merge {}{} combines all shards",
                options.out.display(),
                if options.quick { " --quick" } else { "" }
            ));
        }
        return Ok(problems);
    }
    for Open { study, folder, .. } in &open {
        finish(study, folder, console)?;
    }
    Ok(problems)
}

/// Exports a study's trials and prints its verdicts.
///
/// # Errors
/// If a file cannot be written.
pub fn finish(study: &Study, folder: &Folder, console: Console) -> Result<(), AppError> {
    exports::write(study, folder)?;
    for line in study_report::verdicts(study, folder) {
        console.say(line);
    }
    Ok(())
}

/// Checks that the data of a study is available.
fn has_data(study: &Study, quick: bool, store: &Store) -> Result<(), AppError> {
    for name in &study.data {
        let name = if quick {
            quick::substitute(name, None)
        } else {
            name
        };
        let spec: Spec = name.parse().map_err(|e: UnknownData| AppError::usage(e))?;
        store.load(&Request::from(spec))?;
    }
    // A study from a file names its data in its settings.
    for case in study.cases.iter().filter(|_| study.data.is_empty()) {
        if let Work::Train(setup) = &case.work {
            let setup = if quick {
                quick::form(setup)
            } else {
                (**setup).clone()
            };
            store.load(&setup.experiment().request()?)?;
        }
    }
    Ok(())
}

fn opened<'a>(
    study: &'a Study,
    options: &Options<'_>,
    console: Console,
) -> Result<Open<'a>, AppError> {
    let (out, name) = (options.folder(), study.name);
    let (trials, quick) = (options.trials, options.quick);
    let (folder, missing) = match options.shard {
        None => {
            let mut folder = Folder::open(&out, study, trials, quick)?;
            let taken = folder.take_over(&out)?;
            if taken > 0 {
                console.say(format_args!(
                    "{name}: {taken} trials of its shards are taken over"
                ));
            }
            let missing = missing(study, &folder, &folder.begun.pieces());
            (folder, missing)
        }
        Some(shard) => {
            // Before anything is written: what is elsewhere may be of another study.
            let done = elsewhere(&out, &Begun::of(study, trials, quick), shard)?;
            let folder = Folder::open(&shard.folder(&out), study, trials, quick)?;
            let mut dealt = folder.begun.dealt(shard);
            dealt.retain(|(case, trial)| !done.contains(&((*case).to_owned(), *trial)));
            let missing = missing(study, &folder, &dealt);
            (folder, missing)
        }
    };
    if folder.torn {
        console.say(format_args!(
            "{name}: dropped an incomplete line of {}; its trial runs again",
            folder.path().join("trials.jsonl").display()
        ));
    }
    if options.quick {
        let stands_in = |(full, task)| {
            let quick = quick::substitute(full, task);
            (quick != full).then(|| format!(", {quick} instead of {full}"))
        };
        let data: String = study
            .data_names()
            .into_iter()
            .filter_map(stands_in)
            .collect();
        console.say(format_args!(
            "{name}: quick run, without verdicts: at most {} trials, {} epochs and {} samples{data}",
            quick::TRIALS,
            quick::EPOCHS,
            quick::ROWS
        ));
    }
    Ok(Open {
        study,
        folder,
        missing,
    })
}

/// A trial that is missing: the study's number, the case's number in it, the trial.
type Piece = (usize, usize, usize);

/// Runs the missing trials of all studies as one queue, so that no core waits for the last trial of each.
fn trials(
    open: &mut [Open<'_>],
    options: &Options<'_>,
    store: &Store,
    console: Console,
) -> Result<Vec<String>, AppError> {
    let mut left: BTreeMap<usize, usize> = BTreeMap::new();
    let mut pieces: Vec<Piece> = Vec::new();
    for (s, Open { study, missing, .. }) in open.iter().enumerate() {
        if missing.is_empty() {
            let of = options
                .shard
                .map_or_else(String::new, |shard| format!(" of shard {shard}"));
            console.say(format_args!("{}: all trials{of} are finished", study.name));
        }
        left.insert(s, missing.len());
        pieces.extend(missing.iter().map(|(case, trial)| (s, *case, *trial)));
    }
    let declared: Vec<&Study> = open.iter().map(|open| open.study).collect();
    let commit = commit();
    let (mut problems, mut stopped) = (Vec::new(), Ok(()));
    let (mut count, mut kept_trials, mut told) = (0, 0, Instant::now());
    each_on_a_core(
        pieces.len(),
        options.threads,
        |piece| one(&declared, pieces[piece], options.quick, store),
        |piece, (result, seconds)| {
            let (s, case, trial) = pieces[piece];
            let Open { study, folder, .. } = &mut open[s];
            let name = &study.cases[case].name;
            count += 1;
            let kept = match result {
                Ok(outcome) => {
                    let record = Record {
                        case: name.clone(),
                        trial,
                        seed: study_core::context::trial_seed(study.name, name, trial),
                        outcome,
                        seconds: Number(seconds),
                        commit: commit.clone(),
                        data_notes: store.notes(&loaded(study, options.quick)),
                    };
                    folder.append(record).map(|()| true)
                }
                Err(e @ AppError::Interrupted(_)) => Err(e),
                Err(e) => {
                    problems.push(format!("{}, {name}, trial {trial}: {e}", study.name));
                    Ok(false)
                }
            };
            match kept {
                Ok(kept) => kept_trials += usize::from(kept),
                Err(e) => {
                    stopped = Err(e);
                    return ControlFlow::Break(());
                }
            }
            let rest = left.entry(s).or_default();
            *rest -= 1;
            let all = pieces.len();
            if *rest == 0 {
                console.say(format_args!("{count}/{all}: {} is done", study.name));
                told = Instant::now();
            } else if told.elapsed() >= PAUSE {
                console.say(format_args!(
                    "{count}/{all}: {}, {name}, trial {trial}",
                    study.name
                ));
                told = Instant::now();
            }
            match interrupt::requested() {
                true => {
                    stopped = Err(AppError::Interrupted(String::new()));
                    ControlFlow::Break(())
                }
                false => ControlFlow::Continue(()),
            }
        },
    );
    match stopped {
        Err(AppError::Interrupted(_)) => Err(AppError::Interrupted(format!(
            "interrupted; {kept_trials} trials of this call are kept in {}; repeat the command to continue",
            options.folder().display()
        ))),
        Err(e) => Err(e),
        Ok(()) => Ok(problems),
    }
}

/// Names of the data sets that a study's trials load.
fn loaded(study: &Study, quick: bool) -> Vec<&str> {
    let names = study.data_names().into_iter();
    names
        .map(|(name, task)| match quick {
            true => quick::substitute(name, task),
            false => name,
        })
        .collect()
}

/// Those of these trials that are not finished in the folder, by the place of their case in the study.
fn missing(study: &Study, folder: &Folder, pieces: &[(&str, usize)]) -> Vec<(usize, usize)> {
    let place = |name: &str| study.cases.iter().position(|case| case.name == name);
    let left = pieces
        .iter()
        .filter(|(case, trial)| !folder.has(case, *trial));
    left.filter_map(|(case, trial)| Some((place(case)?, *trial)))
        .collect()
}

/// Runs one trial. Its time is that of training steps, or of all its work where it does not train.
fn one(
    studies: &[&Study],
    (study, case, trial): Piece,
    quick: bool,
    store: &Store,
) -> (Result<Outcome, AppError>, f64) {
    let study = studies[study];
    let case = &study.cases[case];
    let context = Context::new(study.name, (&case.name, &case.factors), trial, quick, store);
    if let Err(e) = context.go_on() {
        return (Err(e), 0.0);
    }
    let start = Instant::now();
    match &case.work {
        Work::Train(setup) => {
            let trained = match setup.experiment().training.f64 {
                true => context.train::<f64>(setup).map(|t| (t.outcome, t.seconds)),
                false => context.train::<f32>(setup).map(|t| (t.outcome, t.seconds)),
            };
            match trained {
                Ok((outcome, seconds)) => (Ok(outcome), seconds),
                Err(e) => (Err(e), 0.0),
            }
        }
        Work::Own(work) => {
            let outcome = work(&context);
            (outcome, start.elapsed().as_secs_f64())
        }
    }
}
