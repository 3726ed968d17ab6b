//! Penalties chosen by cross-validation on the training set.
//!
//! The rows are dealt at random into [`FOLDS`] folds. Each is held out once; means, deviations and weights come from the
//! others, and its mean squared error is found for each penalty. The penalty whose median over the folds is least is
//! taken, the larger one among equals, and the model is fitted to all rows with it. (The mean would leave the choice to a
//! single row far from all others, as California's housing has them.) Every target has a penalty of its own.
//!
//! - Ridge: 25 penalties from 10⁻⁶ to 10⁶, two a decade.
//! - LASSO: 100 penalties over four decades, down from the smallest for which every weight is 0.

use datasets::split;
use datasets::{Rows, Targets};
use nalgebra::{DMatrix, DVector};
use nn::metrics::quantile;

use super::design::{Design, Fitted};
use super::lasso::Lasso;
use super::least_squares::{Spectrum, Triangle};
use super::linear::{LinearModel, Method};
use super::polynomial::Polynomial;

/// Folds of the cross-validation; fewer where there are fewer rows.
pub const FOLDS: usize = 5;
const RIDGE_PENALTIES: usize = 25;
const LASSO_PENALTIES: usize = 100;
/// The smallest penalty of the LASSO, as a share of the largest.
const LASSO_RANGE: f64 = 1e-4;

/// Ordinary least squares; weighted where `weights` says how much every row of the inputs counts, as are the others.
pub fn ols(
    polynomial: &Polynomial,
    inputs: &Rows,
    targets: &Rows,
    rows: &[u32],
    weights: Option<&[f64]>,
) -> LinearModel {
    LinearModel::fit(polynomial, inputs, targets, rows, weights, Method::Ols)
}

/// Ridge, its penalties chosen by cross-validation; `seed` deals the folds.
pub fn ridge(
    polynomial: &Polynomial,
    inputs: &Rows,
    targets: &Rows,
    rows: &[u32],
    weights: Option<&[f64]>,
    seed: u64,
) -> LinearModel {
    let grid = logarithmic(1e6, 1e-6, RIDGE_PENALTIES);
    let (design, all) = Design::fit(polynomial, inputs, targets, rows, weights);
    let mut of_folds = Vec::new();
    for fold in folds(targets, rows, weights, seed) {
        let held = Held::new(polynomial, inputs, targets, &fold, weights);
        let spectrum = Spectrum::new(&Triangle::new(&held.fitted));
        let mut errors = DMatrix::zeros(grid.len(), targets.row_len());
        for (i, alpha) in grid.iter().enumerate() {
            let weights = spectrum.solve(*alpha);
            for target in 0..targets.row_len() {
                errors[(i, target)] = held.error(target, &weights.column(target).into_owned());
            }
        }
        of_folds.push(errors);
    }
    let methods: Vec<Method> = (0..targets.row_len())
        .map(|target| Method::Ridge(best(&grid, &of_folds, target)))
        .collect();
    LinearModel::solve(design, &all, &methods)
}

/// LASSO, its penalties chosen by cross-validation; `seed` deals the folds.
pub fn lasso(
    polynomial: &Polynomial,
    inputs: &Rows,
    targets: &Rows,
    rows: &[u32],
    weights: Option<&[f64]>,
    seed: u64,
) -> LinearModel {
    let (design, all) = Design::fit(polynomial, inputs, targets, rows, weights);
    let triangle = Triangle::new(&all);
    let grids: Vec<Vec<f64>> = (0..targets.row_len())
        .map(|target| {
            let largest = Lasso::new(&triangle, target).largest_penalty();
            logarithmic(largest, largest * LASSO_RANGE, LASSO_PENALTIES)
        })
        .collect();
    let mut of_folds = Vec::new();
    for fold in folds(targets, rows, weights, seed) {
        let held = Held::new(polynomial, inputs, targets, &fold, weights);
        let triangle = Triangle::new(&held.fitted);
        let mut errors = DMatrix::zeros(LASSO_PENALTIES, targets.row_len());
        for (target, grid) in grids.iter().enumerate() {
            let problem = Lasso::new(&triangle, target);
            let mut weights = DVector::zeros(polynomial.terms());
            for (i, alpha) in grid.iter().enumerate() {
                // From the last solution it is not far to the next.
                weights = problem.solve(*alpha, &weights).weights;
                errors[(i, target)] = held.error(target, &weights);
            }
        }
        of_folds.push(errors);
    }
    let methods: Vec<Method> = (0..targets.row_len())
        .map(|target| Method::Lasso(best(&grids[target], &of_folds, target)))
        .collect();
    LinearModel::solve(design, &all, &methods)
}

/// A fold: the fit to the other samples, and the held-out samples.
struct Held {
    fitted: Fitted,
    terms: DMatrix<f64>,
    truth: DMatrix<f64>,
    /// The weight of each of these, if they have some.
    weights: Option<DVector<f64>>,
}

impl Held {
    fn new(
        polynomial: &Polynomial,
        inputs: &Rows,
        targets: &Rows,
        fold: &split::Split,
        weights: Option<&[f64]>,
    ) -> Self {
        let (design, fitted) = Design::fit(polynomial, inputs, targets, &fold.train, weights);
        let own = weights.map(|all| fold.test.iter().map(|row| all[*row as usize]));
        let truth = fold.test.iter().flat_map(|row| targets.row(*row as usize));
        Self {
            terms: design.apply(inputs, &fold.test),
            truth: DMatrix::from_row_iterator(fold.test.len(), targets.row_len(), truth),
            weights: own.map(|own| DVector::from_iterator(fold.test.len(), own)),
            fitted,
        }
    }

    /// Mean squared error of a target on the held-out samples.
    fn error(&self, target: usize, weights: &DVector<f64>) -> f64 {
        let said = (&self.terms * weights).add_scalar(self.fitted.means[target]);
        let errors = self.truth.column(target) - said;
        match &self.weights {
            Some(weights) => errors.component_mul(&errors).dot(weights) / weights.sum(),
            None => errors.norm_squared() / self.terms.nrows() as f64,
        }
    }
}

/// The folds; none where there are too few rows to hold one out, so that the largest penalty stands. Folds that nothing can be
/// learned from or judged by, because rows weigh nothing, are left out.
fn folds(targets: &Rows, rows: &[u32], weights: Option<&[f64]>, seed: u64) -> Vec<split::Split> {
    let k = FOLDS.min(rows.len());
    let targets = Targets::Values(targets.clone());
    let mut folds = split::folds(&targets, rows, k, seed, "penalty").unwrap_or_default();
    if let Some(weights) = weights {
        let counts = |rows: &[u32]| rows.iter().any(|row| weights[*row as usize] > 0.0);
        folds.retain(|fold| counts(&fold.train) && counts(&fold.test));
    }
    folds
}

/// `count` numbers from `high` to `low`, evenly apart by their logarithm.
fn logarithmic(high: f64, low: f64, count: usize) -> Vec<f64> {
    let step = |i: usize| i as f64 / (count - 1) as f64;
    (0..count)
        .map(|i| high * (low / high).powf(step(i)))
        .collect()
}

/// The penalty whose median error over the folds is least: the first of equals, and the first of all without folds.
/// `of_folds` has the errors of each fold, a row a penalty and a column a target.
fn best(grid: &[f64], of_folds: &[DMatrix<f64>], target: usize) -> f64 {
    let median = |i: usize| {
        let errors: Vec<f64> = of_folds.iter().map(|errors| errors[(i, target)]).collect();
        quantile(&errors, 0.5).unwrap_or(f64::NAN)
    };
    let (mut best, mut least) = (grid[0], median(0));
    for (i, alpha) in grid.iter().enumerate().skip(1) {
        let error = median(i);
        if error < least {
            (best, least) = (*alpha, error);
        }
    }
    best
}
