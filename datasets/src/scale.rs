//! Columns brought to a common scale, as learnt from the rows to train on.
//!
//! A scaler sees the rows that it is fitted on and no others: what is held out must not leak into what is learnt. With
//! folds it is fitted anew on each fold's rest.
//!
//! ```
//! use datasets::{Rows, Scaler, unscale};
//!
//! let rows = Rows::reals64(&[2], [1.0, 7.0, 3.0, 7.0, 1e6, 7.0]);
//! let map = Scaler::Standardize.fit(&rows, &[0, 1]);
//! assert_eq!(rows.clone().scaled(map.clone()).row(0), [-1.0, 0.0]);
//! // Back again, as predictions of scaled targets need it.
//! let mut scaled = rows.scaled(map.clone()).row(2);
//! unscale(&map, &mut scaled);
//! assert_eq!(scaled, [1e6, 7.0]);
//! ```

use std::fmt;
use std::str::FromStr;

use crate::{Affine, Rows};

/// Ways to bring columns to a common scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaler {
    /// Mean 0 and standard deviation 1 (over n, not n - 1), as scikit-learn's `StandardScaler`.
    Standardize,
    /// From 0 to 1, as scikit-learn's `MinMaxScaler`.
    MinMax,
}

/// Neither of the scalers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no scaler; there are standardize and min-max")]
pub struct NoScaler(pub String);

impl FromStr for Scaler {
    type Err = NoScaler;
    fn from_str(text: &str) -> Result<Self, NoScaler> {
        match text {
            "standardize" | "standardise" => Ok(Self::Standardize),
            "min-max" => Ok(Self::MinMax),
            _ => Err(NoScaler(text.into())),
        }
    }
}

impl fmt::Display for Scaler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Standardize => "standardize",
            Self::MinMax => "min-max",
        })
    }
}

impl Scaler {
    /// The map that brings the columns of the chosen rows to scale, for [`Rows::scaled`]: it takes the place of the map
    /// that the rows have, and does what that does first.
    ///
    /// A column that is the same in all chosen rows, or differs by no more than rounding errors, is moved to 0 and not
    /// stretched, as scikit-learn does. In `f64`, in two passes.
    ///
    /// # Panics
    /// If no row is chosen, or one that does not exist.
    #[track_caller]
    pub fn fit(self, rows: &Rows, chosen: &[u32]) -> Affine {
        assert!(!chosen.is_empty(), "Scaler::fit: no rows to learn from");
        self.map(rows, Spread::of(rows, chosen), chosen.len() as f64)
    }

    /// As [`fit`](Self::fit), where the rows do not all count the same: `weights` has the weight of every row of `rows`, and
    /// those of weight 0 are not looked at, as `StandardScaler` takes its `sample_weight`.
    ///
    /// # Panics
    /// As [`fit`](Self::fit); if there are not as many weights as rows, or the chosen rows weigh nothing.
    #[track_caller]
    pub fn fit_weighted(self, rows: &Rows, chosen: &[u32], weights: &[f64]) -> Affine {
        assert_eq!(
            weights.len(),
            rows.len(),
            "Scaler::fit_weighted: {} weights for {} rows",
            weights.len(),
            rows.len()
        );
        let counted = |row: &&u32| weights[**row as usize] > 0.0;
        let chosen: Vec<u32> = chosen.iter().filter(counted).copied().collect();
        assert!(!chosen.is_empty(), "Scaler::fit_weighted: no row counts");
        let n = chosen.len() as f64;
        self.map(rows, Spread::weighted(rows, &chosen, weights), n)
    }

    /// The map that follows from the spread of `n` rows.
    fn map(self, rows: &Rows, spread: Spread, n: f64) -> Affine {
        let centre_and_width = |column: &Column| match self {
            _ if column.least == column.most => (column.least, 1.0),
            Self::Standardize if is_constant(column.variance, column.mean, n) => (column.mean, 1.0),
            Self::Standardize => (column.mean, column.variance.sqrt()),
            // A width of rounding errors, by the bound of `MinMaxScaler`.
            Self::MinMax if column.most - column.least < 10.0 * f64::EPSILON => (column.least, 1.0),
            Self::MinMax => (column.least, column.most - column.least),
        };
        let (scale, shift): (Vec<f64>, Vec<f64>) = spread
            .columns
            .iter()
            .map(|column| {
                let (centre, width) = centre_and_width(column);
                // Values so close together that squares of their distances vanish.
                let width = if width > 0.0 { width } else { 1.0 };
                (1.0 / width, -centre / width)
            })
            .unzip();
        rows.affine().then(&Affine::per_column(scale, shift))
    }
}

/// Turns scaled values back, in place: rows one after the other, each as long as the map has columns. The map must be
/// one that was fitted on values without a map of their own, as targets are.
///
/// # Panics
/// If the values are not whole rows of the map.
#[track_caller]
pub fn unscale(map: &Affine, values: &mut [f64]) {
    let columns = match map {
        Affine::PerColumn { scale, .. } => scale.len(),
        _ => 1,
    };
    assert!(
        values.len().is_multiple_of(columns),
        "unscale: {} values in rows of {columns}",
        values.len()
    );
    for row in values.chunks_exact_mut(columns) {
        for (j, value) in row.iter_mut().enumerate() {
            let (scale, shift) = map.column(j);
            *value = (*value - shift) / scale;
        }
    }
}

/// Whether a variance is no more than the rounding errors of `n` numbers around a mean: the bound of scikit-learn's
/// `StandardScaler`.
pub(crate) fn is_constant(variance: f64, mean: f64, n: f64) -> bool {
    let rounding = n * mean * f64::EPSILON;
    variance <= n * f64::EPSILON * variance + rounding * rounding
}

/// How each column is spread.
struct Spread {
    columns: Vec<Column>,
}

#[derive(Clone)]
struct Column {
    least: f64,
    most: f64,
    mean: f64,
    variance: f64,
}

impl Spread {
    fn of(rows: &Rows, chosen: &[u32]) -> Self {
        let n = chosen.len() as f64;
        let none = Column {
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            mean: 0.0,
            variance: 0.0,
        };
        let mut columns = vec![none; rows.row_len()];
        each(rows, chosen, &mut columns, |column, x| {
            column.least = column.least.min(x);
            column.most = column.most.max(x);
            column.mean += x / n;
        });
        let mut squares = vec![(0.0, 0.0); columns.len()];
        let mut both: Vec<_> = columns.iter().map(|c| c.mean).zip(&mut squares).collect();
        each(rows, chosen, &mut both, |(mean, (sum, squares)), x| {
            let off = x - *mean;
            *sum += off;
            *squares += off * off;
        });
        // The sum of distances from a rounded mean is not quite 0; taking it out corrects the squares (T. Chan, G. Golub
        // and R. LeVeque, Algorithms for computing the sample variance, The American Statistician 37, 1983).
        for (column, (sum, squares)) in columns.iter_mut().zip(squares) {
            column.variance = (squares - sum * sum / n).max(0.0) / n;
            column.mean += sum / n;
        }
        Self { columns }
    }

    /// The spread of rows that do not all count the same, all of which count.
    fn weighted(rows: &Rows, chosen: &[u32], weights: &[f64]) -> Self {
        let total: f64 = chosen.iter().map(|row| weights[*row as usize]).sum();
        let mut columns = vec![
            Column {
                least: f64::INFINITY,
                most: f64::NEG_INFINITY,
                mean: 0.0,
                variance: 0.0,
            };
            rows.row_len()
        ];
        let visit = |columns: &mut [Column], visit: &dyn Fn(&mut Column, f64, f64)| {
            for row in chosen {
                let share = weights[*row as usize] / total;
                for (column, x) in columns.iter_mut().zip(rows.row(*row as usize)) {
                    visit(column, x, share);
                }
            }
        };
        visit(&mut columns, &|column, x, share| {
            column.least = column.least.min(x);
            column.most = column.most.max(x);
            column.mean += share * x;
        });
        visit(&mut columns, &|column, x, share| {
            column.variance += share * (x - column.mean).powi(2);
        });
        Self { columns }
    }
}

/// Visits every cell of the chosen rows, with what belongs to its column.
fn each<C>(rows: &Rows, chosen: &[u32], columns: &mut [C], visit: impl Fn(&mut C, f64)) {
    let width = rows.row_len();
    // Some thousands of cells at a time.
    let some = (1usize << 14).div_ceil(width);
    let mut cells = vec![0.0; some.min(chosen.len()) * width];
    for chosen in chosen.chunks(some) {
        let cells = &mut cells[..chosen.len() * width];
        rows.gather_into(chosen, cells);
        for row in cells.chunks_exact(width) {
            for (column, &cell) in columns.iter_mut().zip(row) {
                visit(column, cell);
            }
        }
    }
}

#[cfg(test)]
mod tests;
