//! The matrix that linear models are fitted to: terms of the rows, standardized.

use datasets::Rows;
use nalgebra::{DMatrix, DVector};

use super::polynomial::Polynomial;

/// Terms of a sample, standardized to mean 0 and standard deviation 1 over the samples it was fitted to.
#[derive(Clone, Debug)]
pub(super) struct Design {
    polynomial: Polynomial,
    mean: Vec<f64>,
    /// The standard deviation (population); 0 for a constant term, which then has no effect.
    deviation: Vec<f64>,
}

/// Design matrix and centered targets. Rows of samples that do not all count the same are multiplied with the root of their
/// weight, so that sums of squares are weighted.
pub(super) struct Fitted {
    /// Standardized terms, one row per sample.
    pub(super) terms: DMatrix<f64>,
    /// Targets, one row per sample, one column per target.
    pub(super) targets: DMatrix<f64>,
    /// The mean of each target.
    pub(super) means: DVector<f64>,
    /// The sum of the weights: the number of samples, where all count the same.
    pub(super) weight: f64,
}

impl Design {
    /// Fits means and standard deviations to samples, and applies them. `weights` has the weight of every row of the inputs.
    pub(super) fn fit(
        polynomial: &Polynomial,
        inputs: &Rows,
        targets: &Rows,
        rows: &[u32],
        weights: Option<&[f64]>,
    ) -> (Self, Fitted) {
        let mut terms = matrix(polynomial, inputs, rows);
        let own = weights.map(|all| rows.iter().map(|row| all[*row as usize]));
        let own: Option<DVector<f64>> = own.map(|own| DVector::from_iterator(rows.len(), own));
        let n = match &own {
            Some(own) => own.sum(),
            None => rows.len().max(1) as f64,
        };
        let (mut mean, mut deviation) = (Vec::new(), Vec::new());
        for mut column in terms.column_iter_mut() {
            let center = match &own {
                Some(own) => column.dot(own) / n,
                None => column.sum() / n,
            };
            column.add_scalar_mut(-center);
            let squares = match &own {
                Some(own) => column.component_mul(&column).dot(own),
                None => column.norm_squared(),
            };
            let spread = (squares / n).sqrt();
            // Centring rounds: what is left of a constant is not spread.
            let spread = if spread > 1e-13 * center.abs() {
                spread
            } else {
                0.0
            };
            column.apply(|x| *x = if spread > 0.0 { *x / spread } else { 0.0 });
            mean.push(center);
            deviation.push(spread);
        }
        let mut targets = DMatrix::from_row_iterator(
            rows.len(),
            targets.row_len(),
            rows.iter().flat_map(|row| targets.row(*row as usize)),
        );
        let means = DVector::from_iterator(
            targets.ncols(),
            targets.column_iter().map(|column| match &own {
                Some(own) => column.dot(own) / n,
                None => column.sum() / n,
            }),
        );
        for (mut column, mean) in targets.column_iter_mut().zip(&means) {
            column.add_scalar_mut(-mean);
        }
        if let Some(own) = &own {
            for (i, weight) in own.iter().enumerate() {
                let root = weight.sqrt();
                terms.row_mut(i).scale_mut(root);
                targets.row_mut(i).scale_mut(root);
            }
        }
        let design = Self {
            polynomial: polynomial.clone(),
            mean,
            deviation,
        };
        let fitted = Fitted {
            terms,
            targets,
            means,
            weight: n,
        };
        (design, fitted)
    }

    /// Standardizes other samples with the same means and standard deviations.
    pub(super) fn apply(&self, inputs: &Rows, rows: &[u32]) -> DMatrix<f64> {
        let mut terms = matrix(&self.polynomial, inputs, rows);
        let scales = self.mean.iter().zip(&self.deviation);
        for (mut column, (mean, deviation)) in terms.column_iter_mut().zip(scales) {
            let scaled = |x: f64| match *deviation {
                0.0 => 0.0,
                deviation => (x - mean) / deviation,
            };
            column.apply(|x| *x = scaled(*x));
        }
        terms
    }
}

/// Terms of samples, not standardized.
fn matrix(polynomial: &Polynomial, inputs: &Rows, rows: &[u32]) -> DMatrix<f64> {
    let mut terms = DMatrix::zeros(rows.len(), polynomial.terms());
    let mut expanded = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        polynomial.expand(&inputs.row(*row as usize), &mut expanded);
        for (j, term) in expanded.iter().enumerate() {
            terms[(i, j)] = *term;
        }
    }
    terms
}
