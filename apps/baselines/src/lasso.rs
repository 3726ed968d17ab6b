//! The LASSO (Tibshirani, 1996): min over w of ‖y − Zw‖² / 2n + α‖w‖₁.
//!
//! Solved exactly by feature-sign search (Lee, Battle, Raina and Ng: Efficient sparse coding algorithms, 2007). With the
//! signs of the active weights given, the problem is least squares. A step goes to its solution, or less far where a
//! weight would change its sign; then the column that misses the conditions of optimality by most becomes active. Every
//! step lowers the objective, so no choice of signs comes twice, and the search ends.

use nalgebra::{DMatrix, DVector, SVD};

use super::least_squares::Triangle;

/// Tolerance of the optimality conditions, relative to the largest correlation.
const SLACK: f64 = 1e-11;
/// Columns depend on each other where a diagonal element of their triangle is below this share of the largest.
const DEPENDENT: f64 = 1e-9;

/// The problem for one target.
pub(super) struct Lasso<'a> {
    triangle: &'a Triangle,
    c: DVector<f64>,
    rows: f64,
    largest: f64,
}

/// Weights, and their convergence.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    pub(super) weights: DVector<f64>,
    pub(super) exact: bool,
}

/// Columns whose weights are not 0, or are about to be so, and their signs.
struct Active {
    columns: Vec<usize>,
    signs: Vec<f64>,
}

impl<'a> Lasso<'a> {
    pub(super) fn new(triangle: &'a Triangle, target: usize) -> Self {
        let c = triangle.c.column(target).into_owned();
        let rows = triangle.weight;
        Self {
            largest: triangle.r.tr_mul(&c).amax() / rows,
            triangle,
            c,
            rows,
        }
    }

    /// The smallest α for which every weight is 0.
    pub(super) fn largest_penalty(&self) -> f64 {
        self.largest
    }

    /// Finds the minimum for `alpha` from `start`.
    pub(super) fn solve(&self, alpha: f64, start: &DVector<f64>) -> Solution {
        let mut w = start.clone();
        let slack = SLACK * self.largest;
        // Rounding could lead round in circles; far more steps than any search takes are enough.
        for _ in 0..100 + 20 * w.len() {
            let active = Active::of(&w);
            let pull = self.pull(&w);
            if self.off(alpha, &pull, &active) > slack {
                self.step(alpha, &mut w, &pull, active);
                continue;
            }
            let Some(column) = self.worst(alpha + slack, &pull, &w) else {
                return Solution {
                    weights: w,
                    exact: true,
                };
            };
            let mut active = active;
            active.columns.push(column);
            active.signs.push(pull[column].signum());
            self.step(alpha, &mut w, &pull, active);
        }
        Solution {
            weights: w,
            exact: false,
        }
    }

    /// The correlation of each column with what is left of the target: the gradient of the squares, negated.
    fn pull(&self, w: &DVector<f64>) -> DVector<f64> {
        let left = &self.c - &self.triangle.r * w;
        self.triangle.r.tr_mul(&left) / self.rows
    }

    /// Residual of the active weights as the solution for their signs.
    fn off(&self, alpha: f64, pull: &DVector<f64>, active: &Active) -> f64 {
        let misses = active
            .iter()
            .map(|(j, sign)| (pull[j] - alpha * sign).abs());
        misses.fold(0.0, f64::max)
    }

    /// The column without weight that pulls hardest, if it pulls harder than `alpha`.
    fn worst(&self, alpha: f64, pull: &DVector<f64>, w: &DVector<f64>) -> Option<usize> {
        (0..w.len())
            .filter(|j| w[*j] == 0.0 && pull[*j].abs() > alpha)
            .max_by(|i, j| pull[*i].abs().total_cmp(&pull[*j].abs()))
    }

    /// Goes towards the solution for these signs, to the lowest of it and all places on the way where a weight becomes 0.
    fn step(&self, alpha: f64, w: &mut DVector<f64>, pull: &DVector<f64>, active: Active) {
        let columns = self.triangle.r.select_columns(&active.columns);
        let missing = active.iter().map(|(j, sign)| pull[j] - alpha * sign);
        let missing = DVector::from_iterator(active.columns.len(), missing);
        let (direction, is_bounded) = self.direction(&columns, &missing);

        // The objective on the way: a square, and the weights' sizes.
        let shift = &columns * &direction;
        let (bend, fall) = (
            shift.norm_squared() / self.rows,
            (&self.c - &self.triangle.r * &*w).dot(&shift) / self.rows,
        );
        let objective = |t: f64| {
            let sizes = active.columns.iter().zip(&direction);
            let size: f64 = sizes.map(|(j, d)| (w[*j] + t * d).abs()).sum();
            (0.5 * bend * t - fall) * t + alpha * size
        };
        // Where a weight becomes 0 on the way; one that stays as it is never does.
        let crossing = |w: f64, d: f64| Some(-w / d).filter(|t| *t > 0.0 && t.is_finite());
        let mut best = is_bounded.then(|| (1.0, objective(1.0)));
        for (j, d) in active.columns.iter().zip(&direction) {
            if let Some(t) = crossing(w[*j], *d)
                && (!is_bounded || t < 1.0)
                && best.is_none_or(|(_, lowest)| objective(t) < lowest)
            {
                best = Some((t, objective(t)));
            }
        }
        let Some((t, _)) = best else { return };
        for (j, d) in active.columns.iter().zip(&direction) {
            w[*j] = match crossing(w[*j], *d) {
                Some(crossed) if crossed == t => 0.0,
                _ => w[*j] + t * d,
            };
        }
    }

    /// From the present weights to where nothing is missing: d with R_SᵀR_S·d = n·missing; and whether that is where to
    /// stop. Where columns depend on each other, some of what is missing may be out of reach of the squares: then it is
    /// the direction, and only a weight that becomes 0 ends the way.
    fn direction(&self, columns: &DMatrix<f64>, missing: &DVector<f64>) -> (DVector<f64>, bool) {
        let side = missing * self.rows;
        if columns.ncols() <= columns.nrows() {
            let t = columns.clone().qr().r();
            let sizes = t.diagonal().abs();
            if sizes.min() > DEPENDENT * sizes.max()
                && let Some(half) = t.tr_solve_upper_triangular(&side)
                && let Some(direction) = t.solve_upper_triangular(&half)
            {
                return (direction, true);
            }
        }
        let svd = SVD::new(columns.clone(), false, true);
        let largest = svd.singular_values.max();
        let mut direction = DVector::zeros(missing.len());
        let mut out_of_reach = missing.clone();
        if let Some(v_t) = &svd.v_t {
            for (axis, s) in v_t.row_iter().zip(&svd.singular_values) {
                if *s > DEPENDENT * largest {
                    let axis = axis.transpose();
                    direction.axpy(axis.dot(&side) / (s * s), &axis, 1.0);
                    out_of_reach.axpy(-axis.dot(missing), &axis, 1.0);
                }
            }
        }
        if out_of_reach.amax() > 1e-7 * missing.amax() {
            (out_of_reach, false)
        } else {
            (direction, true)
        }
    }
}

impl Active {
    /// The columns that have weight.
    fn of(w: &DVector<f64>) -> Self {
        let columns: Vec<usize> = (0..w.len()).filter(|j| w[*j] != 0.0).collect();
        let signs = columns.iter().map(|j| w[*j].signum()).collect();
        Self { columns, signs }
    }

    fn iter(&self) -> impl Iterator<Item = (usize, f64)> {
        self.columns.iter().copied().zip(self.signs.iter().copied())
    }
}
