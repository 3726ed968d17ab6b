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
    Burn,
    Candle,
}

impl Opponent {
    /// Those of Python.
    pub(super) const PYTHON: [Self; 4] = [Self::Torch, Self::Jax, Self::JaxScan, Self::Sklearn];

    /// Those of Rust.
    pub(super) const RUST: [Self; 2] = [Self::Burn, Self::Candle];

    /// The name that the programs know.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Torch => "torch",
            Self::Jax => "jax",
            Self::JaxScan => "jax-scan",
            Self::Sklearn => "sklearn",
            Self::Burn => "burn",
            Self::Candle => "candle",
        }
    }

    fn goal(self, goals: &Goals) -> Option<f64> {
        match self {
            Self::Torch => goals.torch,
            Self::Jax => goals.jax,
            Self::JaxScan => goals.scan,
            Self::Sklearn | Self::Burn | Self::Candle => None,
        }
    }
}

/// Times of all libraries for a workload.
pub(super) struct Row {
    pub(crate) workload: &'static Workload,
    pub(crate) threads: usize,
    pub(crate) ours: Timing,
    pub(crate) theirs: Vec<Theirs>,
}

/// What another library needs.
pub(super) struct Theirs {
    pub(crate) opponent: Opponent,
    /// Its version and threads.
    pub(crate) about: String,
    /// How it was used.
    pub(crate) setting: String,
    pub(crate) timing: Timing,
}

/// A line of JSON: one opponent on one workload.
#[derive(Serialize)]
struct Line<'a> {
    workload: &'static str,
    threads: usize,
    us_per_step_min: f64,
    us_per_step_median: f64,
    peer: &'static str,
    peer_version: &'a str,
    peer_setting: &'a str,
    peer_us_per_step_min: f64,
    peer_us_per_step_median: f64,
    /// Speedup by the minima.
    ratio: f64,
    goal: Option<f64>,
}

impl Row {
    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        // There are goals for one thread and for two; more threads have those for two.
        let goals = &self.workload.goals[usize::from(self.threads > 1)];
        self.theirs.iter().map(|theirs| Line {
            workload: self.workload.name,
            threads: self.threads,
            us_per_step_min: self.ours.min,
            us_per_step_median: self.ours.median,
            peer: theirs.opponent.name(),
            peer_version: &theirs.about,
            peer_setting: &theirs.setting,
            peer_us_per_step_min: theirs.timing.min,
            peer_us_per_step_median: theirs.timing.median,
            ratio: theirs.timing.min / self.ours.min,
            goal: theirs.opponent.goal(goals),
        })
    }

    /// A line of JSON for each opponent.
    pub(super) fn json(&self) -> impl Iterator<Item = String> {
        self.lines()
            .filter_map(|line| serde_json::to_string(&line).ok())
    }
}

/// The table: ours, then a line for each opponent with the ratio of minima and of medians, its goal and how the opponent was
/// used; at the end who they are.
pub(super) fn render(rows: &[Row]) -> String {
    let header = format!(
        "{:<40} {:>2}  {:<8} {:>10} {:>10} {:>7} {:>7} {:>6}         setting",
        "workload", "t", "library", "us min", "us median", "min", "median", "goal"
    );
    let mut lines = vec![header];
    let mut who: Vec<String> = Vec::new();
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
            let text = format!(
                "{:<43}  {:<8} {:>10.2} {:>10.2} {:>6.2}x {:>6.2}x {verdict:<13}  {}",
                "",
                line.peer,
                line.peer_us_per_step_min,
                line.peer_us_per_step_median,
                line.ratio,
                line.peer_us_per_step_median / line.us_per_step_median,
                line.peer_setting,
            );
            lines.push(text.trim_end().to_owned());
            let about = format!("{}t {:<8} {}", line.threads, line.peer, line.peer_version);
            if !who.contains(&about) {
                who.push(about);
            }
        }
    }
    lines.push(String::new());
    lines.extend(who);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workloads::WORKLOADS;

    fn row(threads: usize) -> Row {
        let theirs = |opponent, about: &str, setting: &str, min, median| Theirs {
            opponent,
            about: about.into(),
            setting: setting.into(),
            timing: Timing { min, median },
        };
        Row {
            workload: &WORKLOADS[0],
            threads,
            ours: Timing {
                min: 100.0,
                median: 120.0,
            },
            theirs: vec![
                theirs(Opponent::Torch, "PyTorch 2", "compiled", 470.0, 600.0),
                theirs(Opponent::Sklearn, "scikit-learn 1", "", 900.0, 960.0),
            ],
        }
    }

    #[test]
    fn ratios_stand_beside_their_goals_and_settings() {
        let text = render(&[row(1), row(2)]);
        let lines: Vec<_> = text
            .lines()
            .map(|l| l.split_whitespace().collect::<Vec<_>>())
            .collect();
        let torch = ["torch", "470.00", "600.00", "4.70x", "5.00x", "4.6", "met"];
        assert_eq!(lines[2][..7], torch);
        assert_eq!(lines[2][7..], ["compiled"]);
        assert_eq!(lines[3], ["sklearn", "900.00", "960.00", "9.00x", "8.00x"]);
        assert_eq!(lines[5][5..], ["5", "missed", "compiled"]);
        assert_eq!(lines[8], ["1t", "torch", "PyTorch", "2"]);
        assert_eq!(lines[9], ["1t", "sklearn", "scikit-learn", "1"]);
        assert_eq!(lines.len(), 12);
    }

    #[test]
    fn json_names_version_and_setting() {
        let line = row(1).json().next().unwrap();
        assert!(
            line.contains(
                r#""peer":"torch","peer_version":"PyTorch 2","peer_setting":"compiled","#
            ),
            "{line}"
        );
    }
}
