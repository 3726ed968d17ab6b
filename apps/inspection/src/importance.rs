//! Permutation importance: how much worse a model gets on test samples when a column no longer belongs to them.
//!
//! The cells of a column are permuted among the test samples, so that the column keeps its distribution and no longer goes
//! with the targets (Breiman, *Random forests*, 2001, section 10; scikit-learn's `permutation_importance`). A column of
//! categories is permuted as a whole, with all the numbers made of it. Columns that are correlated with others seem unimportant.

use autograd::random::stream;
use autograd::{Real, random::Stream};
use datasets::{InputKind, Rows, shuffle};
use experiment::run::{FinishedRun, Prepared, Task};
use experiment::{AppError, interrupt};
use nn::metrics::bootstrap_interval;
use records::Number;
use serde::Serialize;

/// The resamples of an interval.
const RESAMPLES: usize = 2000;

/// How much a column matters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Importance {
    /// The column.
    pub column: String,
    /// The mean drop of the score over the permutations.
    pub mean: Number,
    /// The bounds of the 95 % bootstrap interval of the mean.
    pub interval: [Number; 2],
    /// The standard deviation over the times, of n − 1; 0 for one.
    pub standard_deviation: Number,
}

/// The columns of a run, the most important first, and the score that they are compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Importances {
    /// The name of the score.
    pub score: &'static str,
    /// The score on the test samples as they are.
    pub baseline: Number,
    /// The number of test samples.
    pub samples: usize,
    /// The number of permutations of each column.
    pub repeats: usize,
    /// A line a column.
    pub columns: Vec<Importance>,
}

/// Permutes every column of the test samples of a run, `repeats` times by a seed. Ctrl-C ends it.
///
/// # Errors
/// If the run is about images, its score is not defined, or it is interrupted.
pub fn importances<K: Task, T: Real>(
    run: &FinishedRun<K, T>,
    repeats: usize,
    seed: u64,
) -> Result<Importances, AppError> {
    let data = &run.data.data;
    let groups = groups(run)?;
    let undefined = || {
        AppError::Failure(format!(
            "the {} of the test samples is not defined, so that nothing can be compared with it",
            K::SCORE
        ))
    };
    let score = |data: &Prepared| {
        let figures = run
            .task
            .evaluate_model(&run.model, data, &data.data.test, None);
        K::main_score(&figures).ok_or_else(undefined)
    };
    let baseline = score(&run.data)?;
    let inputs = &data.set.part.inputs;
    let (width, test) = (inputs.row_len(), &data.test);
    let all: Vec<f64> = (0..inputs.len()).flat_map(|row| inputs.row(row)).collect();
    let mut columns = Vec::new();
    for Group {
        name,
        start,
        width: count,
        ..
    } in groups
    {
        let mut rng = stream(seed, "importance", 0, start as u64);
        let mut drops = Vec::new();
        for _ in 0..repeats {
            if interrupt::requested() {
                return Err(AppError::Interrupted(
                    "interrupted before all columns were permuted".to_owned(),
                ));
            }
            let (mut cells, mut permuted) = (all.clone(), test.clone());
            shuffle(&mut permuted, &mut rng);
            for (to, from) in test.iter().zip(permuted) {
                let (to, from) = (*to as usize * width + start, from as usize * width + start);
                cells[to..to + count].copy_from_slice(&all[from..from + count]);
            }
            let mut changed = data.clone();
            changed.set.part.inputs = Rows::reals64(inputs.row_shape(), cells);
            drops.push(baseline - score(&Prepared::of_config(changed, &run.config))?);
        }
        columns.push(importance(name, &drops, &mut rng));
    }
    columns.sort_by(|a, b| b.mean.0.total_cmp(&a.mean.0));
    Ok(Importances {
        score: K::SCORE,
        baseline: Number(baseline),
        samples: test.len(),
        repeats,
        columns,
    })
}

/// A column as it stands in the file, and the numbers that are made of it.
pub(crate) struct Group {
    /// Its name.
    pub(crate) name: String,
    /// The first of the numbers in a row.
    pub(crate) start: usize,
    /// How many they are.
    pub(crate) width: usize,
    /// Whether it is a number, so that the first is the number itself; a further one says where it is missing.
    pub(crate) is_number: bool,
}

/// The columns as they stand in the file.
///
/// # Errors
/// If the run is about images.
pub(crate) fn groups<K: Task, T: Real>(run: &FinishedRun<K, T>) -> Result<Vec<Group>, AppError> {
    let data = &run.data.data;
    let widths: Vec<(String, usize, bool)> = match (&run.config.encoder, &data.set.input) {
        (Some(encoder), _) => encoder
            .groups()
            .map(|(name, width)| (name.to_owned(), width, encoder.is_number(name)))
            .collect(),
        (None, InputKind::Table { columns }) => {
            columns.iter().map(|name| (name.clone(), 1, true)).collect()
        }
        (None, InputKind::Image { .. }) => {
            return Err(AppError::Failure(format!(
                "{} is about images, whose pixels say nothing one by one; importance is for tables",
                data.set.name
            )));
        }
    };
    let mut start = 0;
    let group = |(name, width, is_number)| {
        start += width;
        Group {
            name,
            start: start - width,
            width,
            is_number,
        }
    };
    Ok(widths.into_iter().map(group).collect())
}

fn importance(column: String, drops: &[f64], rng: &mut Stream) -> Importance {
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let center = mean(drops);
    let squares: f64 = drops.iter().map(|x| (x - center).powi(2)).sum();
    let interval = bootstrap_interval(drops, mean, RESAMPLES, 0.95, rng);
    let (low, high) = interval.unwrap_or((center, center));
    Importance {
        column,
        mean: Number(center),
        interval: [Number(low), Number(high)],
        standard_deviation: Number(match drops.len() {
            0 | 1 => 0.0,
            n => (squares / (n - 1) as f64).sqrt(),
        }),
    }
}
