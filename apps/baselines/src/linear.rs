//! Linear regression models.

use datasets::Rows;
use nalgebra::{DMatrix, DVector};

use super::design::{Design, Fitted};
use super::lasso::Lasso;
use super::least_squares::{Spectrum, Triangle};
use super::polynomial::Polynomial;

/// Objectives. With standardized terms Z, centered targets y, weights w and n samples:
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// ‖y − Zw‖²; of several minima the shortest w.
    Ols,
    /// ‖y − Zw‖² + α‖w‖², as scikit-learn counts α.
    Ridge(f64),
    /// ‖y − Zw‖² / 2n + α‖w‖₁, as scikit-learn counts α.
    Lasso(f64),
}

/// A fitted model: for each target the mean and a weight for each standardized term.
#[derive(Clone, Debug)]
pub struct LinearModel {
    design: Design,
    /// One column per target.
    weights: DMatrix<f64>,
    intercepts: DVector<f64>,
    /// The penalty chosen for each target; empty for OLS.
    pub(super) penalties: Vec<f64>,
    /// True if the weights are the minimum; a LASSO may reach its iteration limit.
    exact: bool,
}

impl LinearModel {
    /// Fits `targets` to `inputs` on samples; `weights` says how much every row of the inputs counts: squares are summed up
    /// with them, and n is their sum.
    ///
    /// # Panics
    /// If a row is missing, or the polynomial takes other columns.
    pub fn fit(
        polynomial: &Polynomial,
        inputs: &Rows,
        targets: &Rows,
        rows: &[u32],
        weights: Option<&[f64]>,
        method: Method,
    ) -> Self {
        let (design, fitted) = Design::fit(polynomial, inputs, targets, rows, weights);
        let methods = vec![method; targets.row_len()];
        Self::solve(design, &fitted, &methods)
    }

    /// Solves for each target by a method of its own.
    pub(super) fn solve(design: Design, of: &Fitted, methods: &[Method]) -> Self {
        let triangle = Triangle::new(of);
        let spectrum = Spectrum::new(&triangle);
        let mut weights = DMatrix::zeros(of.terms.ncols(), methods.len());
        let (mut penalties, mut exact) = (Vec::new(), true);
        for (target, method) in methods.iter().enumerate() {
            let column = match *method {
                Method::Ols => spectrum.solve(0.0).column(target).into_owned(),
                Method::Ridge(alpha) => {
                    penalties.push(alpha);
                    spectrum.solve(alpha).column(target).into_owned()
                }
                Method::Lasso(alpha) => {
                    penalties.push(alpha);
                    let start = DVector::zeros(of.terms.ncols());
                    let found = Lasso::new(&triangle, target).solve(alpha, &start);
                    exact &= found.exact;
                    found.weights
                }
            };
            weights.set_column(target, &column);
        }
        Self {
            design,
            weights,
            intercepts: of.means.clone(),
            penalties,
            exact,
        }
    }

    /// Predicts samples: `[rows, targets]`, row-major.
    pub fn predict(&self, inputs: &Rows, rows: &[u32]) -> Vec<f64> {
        let mut said = self.design.apply(inputs, rows) * &self.weights;
        for (mut column, mean) in said.column_iter_mut().zip(&self.intercepts) {
            column.add_scalar_mut(*mean);
        }
        // Column-major storage of the transpose is row-major storage.
        said.transpose().as_slice().to_vec()
    }

    /// Weights of a target, one per standardized term.
    pub fn weights(&self, target: usize) -> Vec<f64> {
        self.weights.column(target).iter().copied().collect()
    }

    /// Intercepts: the value of each target where every term is at its mean.
    pub fn intercepts(&self) -> &[f64] {
        self.intercepts.as_slice()
    }

    /// Penalty α of each target; empty for OLS.
    pub fn penalties(&self) -> &[f64] {
        &self.penalties
    }

    /// Checks that the weights are the minimum.
    pub fn exact(&self) -> bool {
        self.exact
    }
}

/// Mean baseline: the mean of each target over the training set, for `count` samples: `[count, targets]`, row-major; weighted
/// where `weights` says how much every row counts.
pub fn mean(targets: &Rows, rows: &[u32], weights: Option<&[f64]>, count: usize) -> Vec<f64> {
    let weight = |row: u32| weights.map_or(1.0, |weights| weights[row as usize]);
    let total: f64 = rows.iter().map(|row| weight(*row)).sum();
    let mut means = vec![0.0; targets.row_len()];
    for row in rows {
        for (mean, y) in means.iter_mut().zip(targets.row(*row as usize)) {
            *mean += weight(*row) * y / total;
        }
    }
    means.repeat(count)
}
