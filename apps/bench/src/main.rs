//! `bench`: time of training steps, compared with the machine's limits and other libraries.

mod check;
mod machine;
mod measure;
mod peers;
mod pin;
mod timing;
mod workloads;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, FromArgMatches, value_parser};
use cli::{app, flags};
use experiment::AppError;

use peers::Programs;
use workloads::{WORKLOADS, Workload};

const ABOUT: &str = "Measure the speed of training steps";

const EXAMPLE: &str =
    "Pixels are stored as bytes and scaled as a batch is gathered, as in classify.

Examples:
  bench                                     every workload, on one thread
  bench digits_64_64_relu_adam_b32 --threads 2
  bench --peers python3                     compare with PyTorch, JAX and scikit-learn
  bench --peers-rust FOLDER/peers-rust      compare with burn and candle";

/// Flags of `bench`.
#[derive(Args, Clone, Debug)]
struct Flags {
    /// Workloads to run [default: all]
    #[arg(value_name = "WORKLOAD", value_parser = PossibleValuesParser::new(WORKLOADS.iter().map(|w| w.name)), hide_possible_values = true)]
    workloads: Vec<String>,

    /// Threads per step; the process is pinned to as many processors [default: 1; with peers 1, then 2]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Print one JSON line per workload instead of the table
    #[arg(long)]
    json: bool,

    /// Compare with the libraries of this Python interpreter, in turns, and print the ratios
    #[arg(long, value_name = "PYTHON")]
    peers: Option<PathBuf>,

    /// The same with burn and candle in this program, which apps/bench/peers-rust builds
    #[arg(long, value_name = "PROGRAM")]
    peers_rust: Option<PathBuf>,

    /// Check the step time that classify reports against this benchmark, on the digits, and that no step takes much longer than
    /// its lower bound
    #[arg(long, conflicts_with_all = ["workloads", "peers", "peers_rust", "json"])]
    check: bool,

    /// Print only results, warnings and errors
    #[arg(long, short)]
    quiet: bool,

    /// Answer names of workloads on standard input with the time of one repetition: our side of --peers
    #[arg(long, hide = true)]
    answer: bool,
}

impl Flags {
    /// Selected workloads, in the table's order.
    fn chosen(&self) -> impl Iterator<Item = &'static Workload> {
        WORKLOADS
            .iter()
            .filter(|w| self.workloads.is_empty() || self.workloads.iter().any(|n| n == w.name))
    }
}

fn main() -> ExitCode {
    app::main(run)
}

fn run() -> Result<(), AppError> {
    let Some(matches) = flags::parse(command(), std::env::args_os())? else {
        return Ok(());
    };
    let flags = Flags::from_arg_matches(&matches).map_err(AppError::usage)?;
    let threads = flags.threads.map(usize::from);
    if flags.answer {
        return peers::answer(threads.unwrap_or(1));
    }
    if flags.check {
        return check::run(threads.unwrap_or(1), flags.quiet);
    }
    let chosen: Vec<_> = flags.chosen().collect();
    let programs = Programs {
        python: flags.peers,
        rust: flags.peers_rust,
    };
    if programs.python.is_none() && programs.rust.is_none() {
        return measure::run(&chosen, threads.unwrap_or(1), flags.json, flags.quiet);
    }
    let threads = threads.map_or(vec![1, 2], |n| vec![n]);
    peers::compare(&programs, &chosen, &threads, flags.json, flags.quiet)
}

fn command() -> Command {
    let names: Vec<_> = WORKLOADS.iter().map(Workload::in_words).collect();
    Flags::augment_args(
        Command::new("bench")
            .version(env!("CARGO_PKG_VERSION"))
            .about(ABOUT)
            .after_help(format!("Workloads:\n{}\n\n{EXAMPLE}", names.join("\n"))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn chosen_workloads_keep_the_order_of_the_table() {
        let line = [
            "bench",
            "scalar_chain_1000_ops_fwd_bwd",
            "xor_2_8_2_sigmoid_adam_b32",
        ];
        let matches = command().get_matches_from(line);
        let flags = Flags::from_arg_matches(&matches).unwrap();
        let names: Vec<_> = flags.chosen().map(|w| w.name).collect();
        assert_eq!(names, [line[2], line[1]]);
    }
}
