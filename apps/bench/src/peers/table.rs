//! Speedups and their goals.

use serde::Serialize;

use crate::timing::Timing;
use crate::workloads::{Goals, Workload};

/// Another library, or another way to use it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Opponent {
    Torch,
    Jax,
    JaxScan,
    Sklearn,
}

impl Opponent {
    pub(super) const ALL: [Self; 4] = [Self::Torch, Self::Jax, Self::JaxScan, Self::Sklearn];

    /// The name that the script knows.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Torch => "torch",
            Self::Jax => "jax",
            Self::JaxScan => "jax-scan",
            Self::Sklearn => "sklearn",
        }
    }

    fn goal(self, goals: &Goals) -> Option<f64> {
        match self {
            Self::Torch => goals.torch,
            Self::Jax => goals.jax,
            Self::JaxScan => goals.scan,
            Self::Sklearn => None,
        }
    }
}

/// Times of all libraries for a workload.
pub(super) struct Row {
    pub(crate) workload: &'static Workload,
    pub(crate) threads: usize,
    pub(crate) ours: Timing,
    pub(crate) theirs: Vec<(Opponent, Timing)>,
}

/// A line of JSON: one opponent on one workload.
#[derive(Serialize)]
struct Line {
    workload: &'static str,
    threads: usize,
    us_per_step_min: f64,
    us_per_step_median: f64,
    peer: &'static str,
    peer_us_per_step_min: f64,
    peer_us_per_step_median: f64,
    /// Speedup by the minima.
    ratio: f64,
    goal: Option<f64>,
}

impl Row {
    fn lines(&self) -> impl Iterator<Item = Line> {
        // There are goals for one thread and for two; more threads have those for two.
        let goals = &self.workload.goals[usize::from(self.threads > 1)];
        self.theirs.iter().map(|(opponent, theirs)| Line {
            workload: self.workload.name,
            threads: self.threads,
            us_per_step_min: self.ours.min,
            us_per_step_median: self.ours.median,
            peer: opponent.name(),
            peer_us_per_step_min: theirs.min,
            peer_us_per_step_median: theirs.median,
            ratio: theirs.min / self.ours.min,
            goal: opponent.goal(goals),
        })
    }

    /// A line of JSON for each opponent.
    pub(super) fn json(&self) -> impl Iterator<Item = String> {
        self.lines()
            .filter_map(|line| serde_json::to_string(&line).ok())
    }
}

/// The table: ours, then a line for each opponent with the ratio of minima and of medians.
pub(super) fn render(rows: &[Row]) -> String {
    let mut lines = vec![format!(
        "{:<40} {:>2}  {:<8} {:>10} {:>10} {:>7} {:>7} {:>6}",
        "workload", "t", "library", "us min", "us median", "min", "median", "goal"
    )];
    for row in rows {
        lines.push(format!(
            "{:<40} {:>2}  {:<8} {:>10.2} {:>10.2}",
            row.workload.name, row.threads, "ours", row.ours.min, row.ours.median
        ));
        for line in row.lines() {
            let verdict = line.goal.map_or(String::new(), |goal| {
                let word = if line.ratio >= goal { "met" } else { "missed" };
                format!("{goal:>6} {word}")
            });
            let row = format!(
                "{:<43}  {:<8} {:>10.2} {:>10.2} {:>6.2}x {:>6.2}x {verdict}",
                "",
                line.peer,
                line.peer_us_per_step_min,
                line.peer_us_per_step_median,
                line.ratio,
                line.peer_us_per_step_median / line.us_per_step_median,
            );
            lines.push(row.trim_end().to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workloads::WORKLOADS;

    #[test]
    fn ratios_stand_beside_their_goals() {
        let time = |min, median| Timing { min, median };
        let row = |threads| Row {
            workload: &WORKLOADS[0],
            threads,
            ours: time(100.0, 120.0),
            theirs: vec![
                (Opponent::Torch, time(470.0, 600.0)),
                (Opponent::Sklearn, time(900.0, 960.0)),
            ],
        };
        let text = render(&[row(1), row(2)]);
        let lines: Vec<_> = text
            .lines()
            .map(|l| l.split_whitespace().collect::<Vec<_>>())
            .collect();
        assert_eq!(
            lines[2],
            ["torch", "470.00", "600.00", "4.70x", "5.00x", "4.6", "met"]
        );
        assert_eq!(lines[3], ["sklearn", "900.00", "960.00", "9.00x", "8.00x"]);
        assert_eq!(lines[5][5..], ["5", "missed"]);
    }
}
