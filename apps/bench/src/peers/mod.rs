//! Comparison with other libraries on the same workloads, in turns.
//!
//! Everybody, our own engine too, is a process of its own, pinned to as many processors as it may use threads. It says
//! who it is in a line of JSON, reads the name of a workload, runs one repetition of it and writes the microseconds a
//! step, again and again. So all see the same machine at nearly the same time, and a figure is read the same way.

mod process;
mod table;

use std::io::{BufRead, stdin};
use std::path::Path;
use std::time::Duration;

use autograd::ThreadPool;
use cli::Console;
use cli::app::{print_line, warn};
use experiment::{AppError, interrupt};

use crate::machine::Machine;
use crate::pin;
use crate::timing::{Repetitions, Timing, repetitions};
use crate::workloads::{WORKLOADS, Workload};
use process::{Greeting, Process, script};
use table::{Opponent, Row};

/// Repetitions of everybody that count; one before them warms up.
const REPETITIONS: usize = 15;

/// After this long, nobody's helper threads spin any more in wait for work: OpenMP's do for up to 200 ms, and whoever came
/// next would share the processors with them.
const SPUN_DOWN: Duration = Duration::from_millis(250);

/// Compares on each number of threads.
pub(crate) fn compare(
    python: &Path,
    chosen: &[&'static Workload],
    threads: &[usize],
    json: bool,
    quiet: bool,
) -> Result<(), AppError> {
    let console = Console::new(quiet);
    let script = script()?;
    let mut rows = Vec::new();
    for &threads in threads {
        let mut ours = Process::ours(threads)?;
        let mut others = Vec::new();
        for opponent in Opponent::ALL {
            match Process::peer(python, script.path(), opponent.name(), threads) {
                Ok(process) => {
                    console.say(format_args!("{threads}t {}", process.version));
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

/// One workload, everybody in turns.
fn in_turns(
    workload: &'static Workload,
    threads: usize,
    ours: &mut Process,
    others: &mut [(Opponent, Process)],
) -> Result<Row, AppError> {
    let mut our_times = Vec::new();
    let mut their_times = vec![Vec::new(); others.len()];
    let free = || {
        if threads > 1 {
            std::thread::sleep(SPUN_DOWN);
        }
    };
    for repetition in repetitions(REPETITIONS + 1) {
        free();
        let time = ours.ask(workload.name)?;
        let their = others
            .iter_mut()
            .map(|(_, process)| {
                free();
                process.ask(workload.peer)
            })
            .collect::<Result<Vec<_>, _>>()?;
        if repetition > 0 {
            our_times.extend(time);
            for (times, time) in their_times.iter_mut().zip(their) {
                times.extend(time);
            }
        }
    }
    let opponents = others.iter().map(|(opponent, _)| *opponent);
    let theirs = opponents.zip(their_times.into_iter().map(Timing::of));
    Ok(Row {
        workload,
        threads,
        ours: Timing::of(our_times).ok_or_else(|| {
            AppError::Failure(format!("Gradus returned no time for {}", workload.name))
        })?,
        theirs: theirs.filter_map(|(o, t)| Some((o, t?))).collect(),
    })
}

/// Our own side: answers until standard input ends.
pub(crate) fn answer(threads: usize) -> Result<(), AppError> {
    pin::to_processors(threads)?;
    let machine = Machine::probe(threads);
    let greeting = Greeting::of(format!("Gradus on {}", machine.describe()));
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
            print_line(repetitions.run())?;
        }
        Ok(())
    })
}
