//! Runs trials, one a core of every rank, and keeps each as it finishes.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use autograd::isa;
use cli::Console;
use datasets::{Request, Spec, UnknownData};
use experiment::threads::each_on_ranks;
use experiment::{AppError, interrupt};
use ranks::World;
use records::Shard;
use records::same_settings::Settings;

use study_core::commit::commit;
use study_core::context::Store;
use study_core::folder::{Begun, Folder, QUICK, Record, elsewhere};
use study_core::quick;
use study_core::study::{Study, Work};
use study_report::exports;

use crate::trials::{self, Piece, Ran, pieces};

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
    /// Its place among all that are asked for.
    place: usize,
    folder: Folder,
    /// Its missing trials, by number of the case and of the trial.
    missing: Vec<(usize, usize)>,
}

/// Lines about progress come no faster than this.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs the missing trials of studies, on all ranks. Studies without available data are skipped. Returns what went wrong and
/// kept nothing else from being run: studies that were left out, trials that failed. The root has all of that, and writes.
///
/// # Errors
/// If a folder holds something else or cannot be written to, ranks have other data, or after Ctrl-C.
pub fn run(
    studies: &[&Study],
    options: &Options<'_>,
    store: &Store,
    world: &World,
    console: Console,
) -> Result<Vec<String>, AppError> {
    let lacking = |study: &&Study| lacking(study, options.quick, store);
    let lacking: Vec<Option<String>> = studies.iter().map(lacking).collect::<Result<_, _>>()?;
    world.agree(|| settings(studies, &lacking, options, store))?;
    if !world.is_root() {
        let run = |piece: &Piece| trials::run(studies, piece, options.quick, store);
        let threads = options.threads;
        each_on_ranks(world, &[], threads, run, |_, _| ControlFlow::Break(()))?;
        return Ok(Vec::new());
    }
    let mut problems = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for (place, lacking) in lacking.into_iter().enumerate() {
        match lacking {
            None => open.push(opened(studies[place], place, options, console)?),
            Some(why) => problems.push(format!("{} was skipped: {why}", studies[place].name)),
        }
    }
    problems.extend(run_missing(
        studies, &mut open, options, store, world, console,
    )?);
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

/// What trials depend on, for comparison between ranks: the declarations, the data, and what computes.
fn settings(
    studies: &[&Study],
    lacking: &[Option<String>],
    options: &Options<'_>,
    store: &Store,
) -> Settings {
    let mut settings = vec![
        ("GRADUS_ISA".to_owned(), isa().name().to_owned()),
        ("the commit".to_owned(), commit()),
    ];
    for (study, lacking) in studies.iter().zip(lacking) {
        let data = match lacking {
            None => "there",
            Some(why) => why,
        };
        settings.push((format!("the data of {}", study.name), data.to_owned()));
        let begun = Begun::of(study, options.trials, options.quick);
        let cases = begun.cases.into_iter();
        settings.extend(cases.map(|(case, of)| (format!("{}, {case}", study.name), of)));
    }
    let sets = store.digests().into_iter();
    settings.extend(sets.map(|(name, digest)| (format!("SHA-256 of {name}"), digest)));
    settings
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

/// Why the data of a study is not available; `None` if it is.
///
/// # Errors
/// After Ctrl-C.
fn lacking(study: &Study, quick: bool, store: &Store) -> Result<Option<String>, AppError> {
    match has_data(study, quick, store) {
        Ok(()) => Ok(None),
        Err(e @ AppError::Interrupted(_)) => Err(e),
        Err(e) => Ok(Some(e.to_string())),
    }
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
    place: usize,
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
        place,
        folder,
        missing,
    })
}

/// Runs the missing trials of all studies as one queue, so that no core waits for the last trial of each.
fn run_missing(
    studies: &[&Study],
    open: &mut [Open<'_>],
    options: &Options<'_>,
    store: &Store,
    world: &World,
    console: Console,
) -> Result<Vec<String>, AppError> {
    let mut left: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut dealt_out, mut all): (Vec<Piece>, _) = (Vec::new(), 0);
    for opened in open.iter() {
        let Open {
            study,
            place,
            missing,
            ..
        } = opened;
        if missing.is_empty() {
            let of = options
                .shard
                .map_or_else(String::new, |shard| format!(" of shard {shard}"));
            console.say(format_args!("{}: all trials{of} are finished", study.name));
        }
        left.insert(*place, missing.len());
        all += missing.len();
        let threads = options.threads * world.size();
        let asked = (threads, options.quick);
        dealt_out.extend(pieces((study, *place), missing, asked, store));
    }
    let commit = commit();
    let (mut problems, mut stopped) = (Vec::new(), Ok(()));
    let (mut count, mut kept_trials, mut told) = (0, 0, Instant::now());
    let mut keep = |place: usize, case: usize, trial: usize, (result, seconds): Ran| {
        let opened = open.iter_mut().find(|open| open.place == place);
        let Open { study, folder, .. } = opened.expect("its trials are missing");
        let name = &study.cases[case].name;
        count += 1;
        let kept = match result {
            Ok(outcome) => {
                let record = Record {
                    case: name.clone(),
                    trial,
                    seed: study_core::context::trial_seed(study.name, name, trial),
                    outcome,
                    seconds,
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
        let rest = left.entry(place).or_default();
        *rest -= 1;
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
    };
    let dealt = each_on_ranks(
        world,
        &dealt_out,
        options.threads,
        |piece| trials::run(studies, piece, options.quick, store),
        |(place, case, trials), ran| {
            let mut ran = trials.iter().zip(ran);
            ran.try_for_each(|(trial, ran)| keep(*place, *case, *trial, ran))
        },
    );
    match stopped {
        Err(AppError::Interrupted(_)) => Err(AppError::Interrupted(format!(
            "interrupted; {kept_trials} trials of this call are kept in {}; repeat the command to continue",
            options.folder().display()
        ))),
        Err(e) => Err(e),
        Ok(()) => dealt.map(|()| problems),
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
