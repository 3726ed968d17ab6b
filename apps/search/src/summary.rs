//! What comes out of a sweep: a row for each choice of values, the best on validation first.

use std::collections::BTreeMap;

use experiment::run::Task;
use nn::metrics::Quartiles;
use records::Number;
use serde::Serialize;
use settings::{Options, Point};

use crate::trials::{TrialRecord, sorted};

/// The content of `grid.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// What networks are compared by; more is better.
    pub score: &'static str,
    /// The rows that decide: `"validation"`, or `"folds"` of the training rows.
    pub chosen_by: &'static str,
    /// How the choices were found: `"grid"`, or as `--search` has it.
    pub search: String,
    /// How many networks there are of each choice.
    pub trials: usize,
    /// Epochs of training in all; `None` if an earlier version trained some of them.
    pub epochs: Option<u128>,
    /// The parts of a search by halving; none of other sweeps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rungs: Vec<RungCost>,
    /// A row for each choice, the best on validation first.
    pub rows: Vec<Row>,
    /// The version that wrote this.
    pub version: &'static str,
}

/// A part of a search by halving.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RungCost {
    /// The choices that reached it.
    pub choices: usize,
    /// Epochs of training that it took.
    pub epochs: Option<u128>,
}

/// One choice of values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Flags and values as they were given.
    pub settings: BTreeMap<String, String>,
    /// The score on validation.
    pub validation: Spread,
    /// The score on the test rows, which nothing was chosen by.
    pub test: Spread,
    /// Epochs of training that all networks of the choice took.
    pub epochs: Option<u128>,
    /// The last part of a search by halving that the choice reached, from 0.
    pub rung: usize,
    /// Seconds of training, the median of the networks.
    pub seconds: Number,
    /// The median of what decides between equal scores.
    #[serde(skip)]
    tie_breaker: f64,
    /// The place of the choice in the order of the sweep.
    #[serde(skip)]
    pub point: usize,
}

/// Quarter points over trials; a network that diverged counts as worse than any number, and a quarter point that falls
/// on one is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Half of the networks are better.
    pub median: Option<Number>,
    /// A quarter of the networks is worse.
    pub q1: Option<Number>,
    /// A quarter of the networks is better.
    pub q3: Option<Number>,
}

impl Spread {
    fn of(scores: impl Iterator<Item = Option<f64>>) -> Self {
        // As large numbers are good, what is none is put below all of them.
        let finite = |score: Option<f64>| score.filter(|x| x.is_finite());
        let worst = |score: Option<f64>| finite(score).unwrap_or(f64::NEG_INFINITY);
        let quartiles = Quartiles::new(&scores.map(worst).collect::<Vec<_>>());
        let point = |of: fn(&Quartiles) -> f64| finite(quartiles.as_ref().map(of)).map(Number);
        Self {
            median: point(|q| q.median),
            q1: point(|q| q.q1),
            q3: point(|q| q.q3),
        }
    }

    /// The median, and behind it the quartiles where there are several networks.
    pub(super) fn in_words(&self, trials: usize) -> String {
        let shown = |x: Option<Number>| x.map_or("-".to_owned(), |x| format!("{:.4}", x.0));
        match trials {
            1 => shown(self.median),
            _ => format!(
                "{} [{}, {}]",
                shown(self.median),
                shown(self.q1),
                shown(self.q3)
            ),
        }
    }
}

impl Summary {
    /// Sums up all networks of a sweep.
    pub(super) fn of<K: Task>(
        points: &[Point],
        records: &[TrialRecord<K::Figures>],
        trials: usize,
        options: &Options,
    ) -> Self {
        let epochs = |of: &mut dyn Iterator<Item = &TrialRecord<K::Figures>>| {
            // In 128 bits, since a file may say any number.
            of.map(|record| record.epochs.map(u128::from))
                .sum::<Option<u128>>()
        };
        let mut of_point = vec![Vec::new(); points.len()];
        for record in records {
            of_point[record.point].push(record);
        }
        let row = |(i, point): (usize, &Point)| {
            let rung = of_point[i].iter().map(|r| r.rung).max().unwrap_or(0);
            let own = || of_point[i].iter().filter(|r| r.rung == rung);
            let median = |values: Vec<f64>| Quartiles::new(&values).map_or(0.0, |q| q.median);
            let losses = own().filter_map(|r| K::tie_breaker(&r.validation));
            Row {
                settings: sorted(point),
                validation: Spread::of(own().map(|r| K::main_score(&r.validation))),
                test: Spread::of(own().map(|r| K::main_score(&r.test))),
                epochs: epochs(&mut of_point[i].iter().copied()),
                rung,
                seconds: Number(median(own().map(|r| r.seconds.0).collect())),
                tie_breaker: median(losses.collect()),
                point: i,
            }
        };
        let mut rows: Vec<Row> = points.iter().enumerate().map(row).collect();
        let score = |row: &Row| row.validation.median.map_or(f64::NEG_INFINITY, |x| x.0);
        // What was trained longer comes first. Rows that are equal in all stay in the order of the sweep.
        rows.sort_by(|a, b| {
            let losses = a.tie_breaker.total_cmp(&b.tie_breaker);
            let scores = score(b).total_cmp(&score(a));
            b.rung.cmp(&a.rung).then(scores).then(losses)
        });
        let last = rows.first().map_or(0, |row| row.rung);
        let cost = |rung: usize| RungCost {
            choices: rows.iter().filter(|row| row.rung >= rung).count(),
            epochs: epochs(&mut records.iter().filter(|r| r.rung == rung)),
        };
        Self {
            score: K::SCORE,
            chosen_by: match options.folds {
                Some(_) => "folds",
                None => "validation",
            },
            search: options
                .search
                .map_or_else(|| "grid".to_owned(), |search| search.to_string()),
            trials,
            epochs: epochs(&mut records.iter()),
            rungs: match last {
                0 => Vec::new(),
                last => (0..=last).map(cost).collect(),
            },
            rows,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// The headings of the table; those of swept flags first.
    pub(super) fn headings(&self, points: &[Point]) -> Vec<String> {
        let keys = points[0].values.iter().map(|(key, _)| (*key).to_owned());
        let quartiles = if self.trials > 1 { " [quartiles]" } else { "" };
        let rung = (!self.rungs.is_empty()).then(|| "rung".to_owned());
        let scores = [
            format!("{} {}{quartiles}", self.chosen_by, self.score),
            format!("test {}{quartiles}", self.score),
            "seconds".to_owned(),
        ];
        keys.chain(rung).chain(scores).collect()
    }

    /// The rows of the table.
    pub(super) fn cells(&self, points: &[Point]) -> Vec<Vec<String>> {
        let cells = |row: &Row| {
            let values = points[row.point]
                .values
                .iter()
                .map(|(_, value)| value.clone());
            let scores = [
                row.validation.in_words(self.trials),
                row.test.in_words(self.trials),
                format!("{:.2}", row.seconds.0),
            ];
            let rung = (!self.rungs.is_empty()).then(|| (row.rung + 1).to_string());
            values.chain(rung).chain(scores).collect()
        };
        self.rows.iter().map(cells).collect()
    }
}

/// Cells in columns of equal width, two blanks between them.
pub(super) fn aligned(headings: &[String], rows: &[Vec<String>]) -> String {
    let lines = || std::iter::once(headings).chain(rows.iter().map(Vec::as_slice));
    let width = |column: usize| {
        lines()
            .map(|l| l[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_diverged_is_worse_than_any_number() {
        let spread =
            Spread::of([Some(f64::NAN), Some(0.5), Some(0.7), None, Some(0.6)].into_iter());
        assert_eq!(spread.median, Some(Number(0.5)));
        assert_eq!((spread.q1, spread.q3), (None, Some(Number(0.6))));
        assert_eq!(spread.in_words(5), "0.5000 [-, 0.6000]");
        assert_eq!(Spread::of([Some(1.0)].into_iter()).in_words(1), "1.0000");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let words = |line: &[&str]| line.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let text = aligned(
            &words(&["lr", "R²"]),
            &[words(&["0.001", "1"]), words(&["1", "2"])],
        );
        assert_eq!(text, "lr     R²\n0.001  1\n1      2");
    }
}
