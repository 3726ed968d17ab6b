//! The LASSO (Tibshirani, 1996): min over w of ‖y − Zw‖² / 2n + α‖w‖₁.
//!
//! Coordinate descent finds which weights are not 0 and of what sign (Friedman, Hastie and Tibshirani: Regularization
//! paths for generalized linear models via coordinate descent, 2010). On that support the problem is a linear system,
//! which is solved exactly; if the solution meets the conditions of optimality, it is the minimum.

use nalgebra::DVector;

use super::least_squares::Triangle;

/// Sweeps over all coordinates between two attempts at the exact solution.
const SWEEPS: usize = 10;
/// Attempts before the result is taken as it is.
const ATTEMPTS: usize = 2_000;
/// By how much an optimality condition may be missed, as a share of the largest correlation.
const SLACK: f64 = 1e-10;
/// Where columns depend on each other there may be no exact solution on the support. A gap between the objective and its
/// dual below this share of ‖y‖²/n is then as good.
const GAP: f64 = 1e-12;

/// The problem for one target.
pub(super) struct Lasso<'a> {
    triangle: &'a Triangle,
    c: DVector<f64>,
    rest: f64,
    /// ‖R_j‖² / n for each column.
    curvature: DVector<f64>,
}

/// Weights, and whether they are known to be the minimum.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    pub(super) weights: DVector<f64>,
    pub(super) exact: bool,
}

impl<'a> Lasso<'a> {
    pub(super) fn new(triangle: &'a Triangle, target: usize) -> Self {
        let n = triangle.rows.max(1) as f64;
        let columns = triangle.r.column_iter();
        let curvature = columns.map(|column| column.norm_squared() / n);
        Self {
            curvature: DVector::from_iterator(triangle.r.ncols(), curvature),
            c: triangle.c.column(target).into_owned(),
            rest: triangle.rest[target],
            triangle,
        }
    }

    /// The smallest α for which every weight is 0.
    pub(super) fn largest_penalty(&self) -> f64 {
        self.triangle.r.tr_mul(&self.c).amax() / self.rows()
    }

    /// The minimum for `alpha`, looked for from `start`.
    pub(super) fn solve(&self, alpha: f64, start: &DVector<f64>) -> Solution {
        let mut w = start.clone();
        let mut residual = &self.c - &self.triangle.r * &w;
        for _ in 0..ATTEMPTS {
            for _ in 0..SWEEPS {
                self.sweep(alpha, &mut w, &mut residual);
            }
            if let Some(weights) = self.on_support(alpha, &w) {
                return Solution {
                    weights,
                    exact: true,
                };
            }
            if self.gap(alpha, &w) <= GAP * self.size() {
                return Solution {
                    weights: w,
                    exact: true,
                };
            }
        }
        Solution {
            weights: w,
            exact: false,
        }
    }

    /// Minimises over one weight after the other, by soft thresholding.
    fn sweep(&self, alpha: f64, w: &mut DVector<f64>, residual: &mut DVector<f64>) {
        let n = self.rows();
        for (j, column) in self.triangle.r.column_iter().enumerate() {
            let curvature = self.curvature[j];
            if curvature == 0.0 {
                continue;
            }
            let pull = column.dot(residual) / n + curvature * w[j];
            let moved = pull.signum() * (pull.abs() - alpha).max(0.0) / curvature;
            let step = moved - w[j];
            if step != 0.0 {
                residual.axpy(-step, &column, 1.0);
                w[j] = moved;
            }
        }
    }

    /// The exact solution with the support and signs of `w`, if it is the minimum.
    ///
    /// On the support S, with signs s: R_SᵀR_S·w = R_Sᵀc − nα·s. Solved through R_S = QT rather than the products, whose
    /// condition number is the square.
    fn on_support(&self, alpha: f64, w: &DVector<f64>) -> Option<DVector<f64>> {
        let support: Vec<usize> = (0..w.len()).filter(|j| w[*j] != 0.0).collect();
        let mut exact = DVector::zeros(w.len());
        if !support.is_empty() {
            if support.len() > self.triangle.r.nrows() {
                return None;
            }
            let signs =
                DVector::from_iterator(support.len(), support.iter().map(|j| w[*j].signum()));
            let qr = self.triangle.r.select_columns(&support).qr();
            let t = qr.r();
            let diagonal = t.diagonal();
            if diagonal.amin() <= 1e-12 * diagonal.amax() {
                return None;
            }
            let mut c = self.c.clone();
            qr.q_tr_mul(&mut c);
            let pull = t.tr_solve_upper_triangular(&(signs.clone() * (alpha * self.rows())))?;
            let side = c.rows(0, support.len()) - pull;
            let solved = t.solve_upper_triangular(&side)?;
            for ((j, x), sign) in support.iter().zip(&solved).zip(&signs) {
                if x * sign <= 0.0 {
                    return None;
                }
                exact[*j] = *x;
            }
        }
        let residual = &self.c - &self.triangle.r * &exact;
        let left = self.triangle.r.tr_mul(&residual) / self.rows();
        let slack = SLACK * self.largest_penalty();
        let optimal = (0..w.len()).all(|j| exact[j] != 0.0 || left[j].abs() <= alpha + slack);
        optimal.then_some(exact)
    }

    /// The objective at `w` less its dual at the residual scaled to be feasible, both over n.
    fn gap(&self, alpha: f64, w: &DVector<f64>) -> f64 {
        let n = self.rows();
        let residual = &self.c - &self.triangle.r * w;
        let squares = residual.norm_squared() + self.rest;
        let against = residual.dot(&self.c) + self.rest;
        let left = self.triangle.r.tr_mul(&residual).amax() / n;
        let share = if left > alpha { alpha / left } else { 1.0 };
        let penalty = alpha * w.lp_norm(1);
        (0.5 * squares * (1.0 + share * share) - share * against) / n + penalty
    }

    /// ‖y‖²/n.
    fn size(&self) -> f64 {
        (self.c.norm_squared() + self.rest) / self.rows()
    }

    fn rows(&self) -> f64 {
        self.triangle.rows.max(1) as f64
    }
}
