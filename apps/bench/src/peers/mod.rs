//! Comparison with other libraries on the same workloads, in turns.
//!
//! Everybody, our own engine too, is a process of its own, pinned to as many processors as it may use threads. It says
//! who it is in a line of JSON, reads the name of a workload, runs one repetition of it and writes the microseconds a
//! step, again and again. So all see the same machine at nearly the same time, and a figure is read the same way.
//! A library that can be used in several ways tries them when it hears of a workload for the first time, keeps to the
//! fastest, and says which it is.

mod process;
mod table;

use std::io::{BufRead, stdin};
use std::path::{Path, PathBuf};
use std::time::Duration;

use autograd::ThreadPool;
use cli::Console;
use cli::app::{print_line, warn};
use experiment::{AppError, interrupt};

use crate::machine::Machine;
use crate::pin;
use crate::timing::{Repetitions, Timing, repetitions};
use crate::workloads::{WORKLOADS, Workload};
use process::{Answer, Greeting, Process, scripts};
use table::{Opponent, Row, Theirs};

/// Repetitions of everybody that count; one before them prepares and warms up.
const REPETITIONS: usize = 15;

/// After this long, nobody's helper threads spin any more in wait for work: OpenMP's do for up to 200 ms, and whoever came
/// next would share the processors with them.
const SPUN_DOWN: Duration = Duration::from_millis(250);

/// Programs in which other libraries answer.
#[derive(Debug)]
pub(crate) struct Programs {
    /// A Python interpreter with its libraries.
    pub(crate) python: Option<PathBuf>,
    /// `peers-rust`.
    pub(crate) rust: Option<PathBuf>,
}

/// Compares on each number of threads.
pub(crate) fn compare(
    programs: &Programs,
    chosen: &[&'static Workload],
    threads: &[usize],
    json: bool,
    quiet: bool,
) -> Result<(), AppError> {
    let console = Console::new(quiet);
    let scripts = scripts()?;
    let mut rows = Vec::new();
    for &threads in threads {
        let mut ours = Process::ours(threads)?;
        let mut others = Vec::new();
        for (opponent, started) in start(programs, scripts.path(), threads) {
            match started {
                Ok(process) => {
                    console.say(format_args!("{threads}t {}", process.about));
                    others.push((opponent, process));
                }
                Err(AppError::Failure(why)) => warn(why),
                Err(other) => return Err(other),
            }
        }
        for workload in chosen {
            if interrupt::requested() {
                return Err(AppError::Interrupted("stopped".into()));
            }
            console.say(format_args!("{threads}t {}", workload.name));
            let row = in_turns(workload, threads, &mut ours, &mut others)?;
            if json {
                row.json().try_for_each(print_line)?;
            }
            rows.push(row);
        }
    }
    if !json {
        print_line(table::render(&rows))?;
    }
    Ok(())
}

/// Starts each library that there is a program for. A [`AppError::Failure`] says why one cannot take part.
fn start<'a>(
    programs: &'a Programs,
    scripts: &'a Path,
    threads: usize,
) -> impl Iterator<Item = (Opponent, Result<Process, AppError>)> + 'a {
    let python = programs.python.iter().flat_map(move |python| {
        Opponent::PYTHON.map(|library| {
            let process = Process::in_python(python, scripts, library.name(), threads);
            (library, process)
        })
    });
    let rust = programs.rust.iter().flat_map(move |program| {
        Opponent::RUST.map(|library| (library, Process::in_rust(program, library.name(), threads)))
    });
    python.chain(rust)
}

/// One workload, everybody in turns.
fn in_turns(
    workload: &'static Workload,
    threads: usize,
    ours: &mut Process,
    others: &mut [(Opponent, Process)],
) -> Result<Row, AppError> {
    // What comes first may take minutes, since libraries compile, so it is no part of the time that repetitions have.
    ask_all(workload, threads, ours, others)?;
    let mut our_times = Vec::new();
    let mut their_answers = vec![Vec::new(); others.len()];
    for _ in repetitions(REPETITIONS) {
        let (our, their) = ask_all(workload, threads, ours, others)?;
        our_times.extend(our.map(|answer| answer.us));
        for (answers, answer) in their_answers.iter_mut().zip(their) {
            answers.extend(answer);
        }
    }
    let theirs = others.iter().zip(their_answers);
    Ok(Row {
        workload,
        threads,
        ours: Timing::of(our_times).ok_or_else(|| {
            AppError::Failure(format!("Gradus returned no time for {}", workload.name))
        })?,
        theirs: theirs
            .filter_map(|((opponent, process), answers)| {
                let setting = answers.last()?.setting.clone();
                let times = answers.into_iter().map(|answer| answer.us);
                Some(Theirs {
                    opponent: *opponent,
                    about: process.about.clone(),
                    setting,
                    timing: Timing::of(times.collect())?,
                })
            })
            .collect(),
    })
}

/// One repetition of everybody: our answer and those of the others. On several threads another goes before it that does not
/// count: where processors are virtual, one that has rested comes back some milliseconds after it is wanted.
fn ask_all(
    workload: &'static Workload,
    threads: usize,
    ours: &mut Process,
    others: &mut [(Opponent, Process)],
) -> Result<(Option<Answer>, Vec<Option<Answer>>), AppError> {
    let ask = |process: &mut Process, name: &str| {
        if threads > 1 {
            std::thread::sleep(SPUN_DOWN);
            process.ask(name)?;
        }
        process.ask(name)
    };
    let our = ask(ours, workload.name)?;
    let their = others
        .iter_mut()
        .map(|(_, process)| ask(process, workload.peer));
    Ok((our, their.collect::<Result<_, _>>()?))
}

/// Our own side: answers until standard input ends.
pub(crate) fn answer(threads: usize) -> Result<(), AppError> {
    pin::to_processors(threads)?;
    let machine = Machine::probe(threads);
    let greeting = Greeting::of(format!("Gradus on {}", machine.describe()), threads);
    print_line(greeting.json()?)?;
    let mut at_hand: Option<(&str, Repetitions)> = None;
    ThreadPool::new(threads).install(|| {
        for name in stdin().lock().lines() {
            let name = name.map_err(|e| AppError::while_doing("cannot read standard input", e))?;
            let Some(workload) = WORKLOADS.iter().find(|w| w.name == name) else {
                print_line("null")?;
                continue;
            };
            if at_hand
                .as_ref()
                .is_none_or(|(name, _)| *name != workload.name)
            {
                // The old data go before the new are made.
                at_hand = None;
            }
            let (_, repetitions) = at_hand.get_or_insert_with(|| {
                (workload.name, Repetitions::new(workload.prepare().engine))
            });
            let answer = Answer {
                us: repetitions.run(),
                setting: String::new(),
            };
            print_line(serde_json::to_string(&answer).map_err(AppError::failure)?)?;
        }
        Ok(())
    })
}
