//! Partial dependence: what a model says, on average over some samples, when one column is set to a value in all of them
//! (Friedman, *Greedy function approximation*, 2001, section 8.2; scikit-learn's `partial_dependence` by brute force).
//!
//! Of single samples (individual conditional expectation; Goldstein and others, 2015) the spread is told: the band from
//! the 10 % to the 90 % quantile of what is said of them. Columns that go with the one that is set stay as they are, so
//! that some of the samples may be such as there are none.

use autograd::Real;
use datasets::{DataView, Rows, split};
use experiment::run::{Answering, FinishedRun};
use experiment::{AppError, interrupt};
use nn::evaluate;
use nn::metrics::quantile;
use records::Number;
use serde::Serialize;

use crate::importance::{Group, Importances, groups};
use crate::predict::no_targets;

/// The most columns that are looked at.
pub const MOST_COLUMNS: usize = 6;
/// The most samples that an average is taken over.
pub const MOST_SAMPLES: usize = 1000;
/// The most values that a column is set to.
const MOST_VALUES: usize = 21;
/// The most classes whose probabilities are told.
const MOST_CLASSES: usize = 4;
/// The share of the samples below the first and above the last value, as scikit-learn has it.
const TAIL: f64 = 0.05;

/// What a model says when one column is set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartialDependence {
    /// The column.
    pub column: String,
    /// The values it is set to: quantiles of the samples from 5 % to 95 %, or all values where there are few.
    pub values: Vec<Number>,
    /// What is said, of each target or of some classes.
    pub outputs: Vec<Output>,
}

/// What is said at each value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Output {
    /// The target, or the class whose probability it is.
    pub name: String,
    /// The mean over the samples.
    pub mean: Vec<Number>,
    /// The 10 % quantile over the samples.
    pub low: Vec<Number>,
    /// The 90 % quantile.
    pub high: Vec<Number>,
}

/// The partial dependences of a run on its most important columns of numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartialDependences {
    /// The number of test samples that averages are taken over.
    pub samples: usize,
    /// The columns, the most important first.
    pub columns: Vec<PartialDependence>,
}

/// Sets each of the most important columns of numbers to its values in the test samples of a run, up to
/// [`MOST_SAMPLES`] of them, drawn by a seed. Ctrl-C ends it.
///
/// # Errors
/// If the run is about images, or it is interrupted.
pub fn partial_dependences<K: Answering, T: Real>(
    run: &FinishedRun<K, T>,
    ranked: &Importances,
    seed: u64,
) -> Result<PartialDependences, AppError> {
    let data = &run.data.data;
    let part = &data.set.part;
    let rows = split::sample(
        &part.targets,
        &data.test,
        MOST_SAMPLES,
        seed,
        "partial dependence",
    );
    let groups = groups(run)?;
    let place = |name: &str| groups.iter().find(|group| group.name == name);
    let numbers = ranked.columns.iter().filter_map(|c| place(&c.column));
    let numbers = numbers.filter(|group| group.is_number);
    let told = told(run, &rows);
    let columns = numbers
        .take(MOST_COLUMNS)
        .map(|group| of_column(run, &rows, group, &told))
        .collect::<Result<_, _>>()?;
    Ok(PartialDependences {
        samples: rows.len(),
        columns,
    })
}

/// The places of the outputs that are told, with their names: all targets; the second of two classes, and of many the
/// ones that most samples have.
fn told<K: Answering, T: Real>(run: &FinishedRun<K, T>, rows: &[u32]) -> Vec<(usize, String)> {
    let classes = &run.config.rows.classes;
    let mut places: Vec<usize> = match classes.len() {
        0 => (0..run.config.rows.targets.len()).collect(),
        2 => vec![1],
        count => {
            let mut seen = vec![0_usize; count];
            for class in run.data.classes(rows) {
                seen[class as usize] += 1;
            }
            let mut places: Vec<usize> = (0..count).collect();
            places.sort_by_key(|class| std::cmp::Reverse(seen[*class]));
            places.truncate(MOST_CLASSES);
            places
        }
    };
    places.sort_unstable();
    let names = match classes.is_empty() {
        true => &run.config.rows.targets,
        false => classes,
    };
    let named = places
        .into_iter()
        .map(|place| (place, names[place].clone()));
    named.collect()
}

fn of_column<K: Answering, T: Real>(
    run: &FinishedRun<K, T>,
    rows: &[u32],
    group: &Group,
    told: &[(usize, String)],
) -> Result<PartialDependence, AppError> {
    let inputs = &run.data.data.set.part.inputs;
    let width = inputs.row_len();
    let cells: Vec<f64> = rows
        .iter()
        .flat_map(|row| inputs.row(*row as usize))
        .collect();
    // What stands for a missing value is none of the column's.
    let there = cells
        .chunks_exact(width)
        .filter(|row| group.width == 1 || row[group.start + 1] == 0.0);
    let values = values(there.map(|row| row[group.start]).collect());
    let weights = run.data.weights(rows);
    let weights = weights.unwrap_or_else(|| vec![1.0; rows.len()]);
    let mut outputs: Vec<Output> = told
        .iter()
        .map(|(_, name)| Output {
            name: name.clone(),
            mean: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
        })
        .collect();
    for value in &values {
        if interrupt::requested() {
            return Err(AppError::Interrupted(
                "interrupted before all columns were set to their values".to_owned(),
            ));
        }
        let mut set = cells.clone();
        for row in set.chunks_exact_mut(width) {
            row[group.start] = *value;
            // The further column says that no value is missing.
            row[group.start + 1..group.start + group.width].fill(0.0);
        }
        let set = Rows::reals64(inputs.row_shape(), set).scaled(run.config.rows.affine());
        let said = said(run, &set);
        for (output, (place, _)) in outputs.iter_mut().zip(told) {
            // A sample that does not count is not seen; the spread is that of single samples, which have no weight.
            let counted = said.iter().zip(&weights).filter(|(_, w)| **w > 0.0);
            let of: Vec<(f64, f64)> = counted.map(|(row, w)| (row[*place], *w)).collect();
            let all: f64 = of.iter().map(|(_, w)| w).sum();
            let mean = of.iter().map(|(x, w)| x * w).sum::<f64>() / all;
            let single: Vec<f64> = of.iter().map(|(x, _)| *x).collect();
            let spread = |q| Number(quantile(&single, q).unwrap_or(f64::NAN));
            output.mean.push(Number(mean));
            output.low.push(spread(0.1));
            output.high.push(spread(0.9));
        }
    }
    Ok(PartialDependence {
        column: group.name.clone(),
        values: values.into_iter().map(Number).collect(),
        outputs,
    })
}

/// The numbers that are said of some rows, one row after the other.
fn said<K: Answering, T: Real>(run: &FinishedRun<K, T>, inputs: &Rows) -> Vec<Vec<f64>> {
    let targets = no_targets(&run.config, inputs.len());
    let all: Vec<u32> = (0..inputs.len() as u32).collect();
    let examples = DataView {
        inputs,
        targets: &targets,
    };
    let found = evaluate(&run.model, examples, &all, run.task.loss());
    let answers = run.task.answers(&found);
    answers
        .iter()
        .map(|answer| run.task.numbers(answer))
        .collect()
}

/// The values that a column is set to, ascending: all there are, if they are few, else quantiles evenly apart.
fn values(mut of: Vec<f64>) -> Vec<f64> {
    of.sort_unstable_by(f64::total_cmp);
    let mut different = of.clone();
    different.dedup();
    if different.len() <= MOST_VALUES {
        return different;
    }
    let share = |i: usize| TAIL + (1.0 - 2.0 * TAIL) * i as f64 / (MOST_VALUES - 1) as f64;
    let mut values: Vec<f64> = (0..MOST_VALUES)
        .filter_map(|i| quantile(&of, share(i)))
        .collect();
    values.dedup();
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_all_of_few_and_quantiles_of_many() {
        assert_eq!(values(vec![2.0, 1.0, 2.0]), [1.0, 2.0]);
        let many = values((0..101).map(f64::from).collect());
        assert_eq!(many.len(), MOST_VALUES);
        assert_eq!((many[0], many[10], many[20]), (5.0, 50.0, 95.0));
        let tied: Vec<f64> = (0..100).map(|i| f64::from((i - 60).max(0))).collect();
        assert!(values(tied).is_sorted_by(|a, b| a < b));
    }
}
