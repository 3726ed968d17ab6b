//! Measurements of Gradus: one line per workload, as a table or JSON.

use autograd::ThreadPool;
use cli::Console;
use cli::app::print_line;
use experiment::{AppError, interrupt};
use serde::Serialize;

use crate::machine::Machine;
use crate::pin;
use crate::timing::{Repetitions, Timing, repetitions};
use crate::workloads::Workload;

/// Repetitions that count.
const REPETITIONS: usize = 60;

/// Measurements of a workload, under the names that scripts rely on.
#[derive(Serialize)]
struct Line {
    workload: &'static str,
    threads: usize,
    us_per_step_min: f64,
    us_per_step_median: f64,
    /// Lower bound: the fastest step as plain loops over the same kernels, where there is one.
    floor_us: Option<f64>,
    flops_per_step: f64,
    gflops: f64,
    percent_of_fma_peak: f64,
}

/// Measures the workloads one after the other and prints their figures.
pub(crate) fn run(
    chosen: &[&'static Workload],
    threads: usize,
    json: bool,
    quiet: bool,
) -> Result<(), AppError> {
    pin::to_processors(threads)?;
    let console = Console::new(quiet);
    let machine = Machine::probe(threads);
    console.say(machine.describe());
    if !json {
        print_line(format_args!(
            "{:<40} {:>10} {:>10} {:>10} {:>7} {:>9} {:>7}",
            "workload", "us min", "us median", "bound us", "/bound", "GFLOP/s", "% peak"
        ))?;
    }
    ThreadPool::new(threads).install(|| {
        for workload in chosen {
            let line = measured(workload, &machine);
            if interrupt::requested() {
                return Err(AppError::Interrupted("stopped".into()));
            }
            print_line(if json { line.json()? } else { line.row() })?;
        }
        Ok(())
    })
}

/// Engine and floor in turns, so that both see the same machine.
fn measured(workload: &'static Workload, machine: &Machine) -> Line {
    let prepared = workload.prepare();
    let mut engine = Repetitions::new(prepared.engine);
    let mut floor = prepared.floor.map(Repetitions::new);
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for _ in repetitions(REPETITIONS) {
        ours.push(engine.run());
        plain.extend(floor.as_mut().map(Repetitions::run));
    }
    let nothing = Timing {
        min: f64::NAN,
        median: f64::NAN,
    };
    let ours = Timing::of(ours).unwrap_or(nothing);
    let gflops = prepared.flops / ours.min / 1e3;
    Line {
        workload: workload.name,
        threads: machine.threads,
        us_per_step_min: ours.min,
        us_per_step_median: ours.median,
        floor_us: Timing::of(plain).map(|t| t.min),
        flops_per_step: prepared.flops,
        gflops,
        percent_of_fma_peak: 100.0 * gflops / machine.gflops,
    }
}

impl Line {
    fn json(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(AppError::failure)
    }

    fn row(&self) -> String {
        let floor = self.floor_us.map_or(["-".into(), "-".into()], |floor| {
            [
                format!("{floor:.2}"),
                format!("{:.2}", self.us_per_step_min / floor),
            ]
        });
        format!(
            "{:<40} {:>10.2} {:>10.2} {:>10} {:>7} {:>9.1} {:>7.1}",
            self.workload,
            self.us_per_step_min,
            self.us_per_step_median,
            floor[0],
            floor[1],
            self.gflops,
            self.percent_of_fma_peak
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_promised_keys_and_no_others() {
        let line = Line {
            workload: "w",
            threads: 1,
            us_per_step_min: 1.0,
            us_per_step_median: 2.0,
            floor_us: None,
            flops_per_step: 10.0,
            gflops: 0.01,
            percent_of_fma_peak: 5.0,
        };
        assert_eq!(
            line.json().unwrap(),
            r#"{"workload":"w","threads":1,"us_per_step_min":1.0,"us_per_step_median":2.0,"floor_us":null,"flops_per_step":10.0,"gflops":0.01,"percent_of_fma_peak":5.0}"#
        );
    }
}
