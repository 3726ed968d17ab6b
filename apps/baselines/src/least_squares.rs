//! Ordinary and penalized least squares in factors of the design.

use nalgebra::{DMatrix, DVector, SVD};

use super::design::Fitted;

/// A least-squares problem brought to a triangle, once for every penalty: with Z = QR and c = Qᵀy,
/// ‖y − Zw‖² is ‖c − Rw‖² and what no w takes away.
pub(super) struct Triangle {
    /// R, as many rows as there are columns, or fewer where there are fewer rows.
    pub(super) r: DMatrix<f64>,
    /// c, a column a target.
    pub(super) c: DMatrix<f64>,
    /// Number of samples.
    pub(super) rows: usize,
    /// The sum of their weights.
    pub(super) weight: f64,
}

impl Triangle {
    /// Householder's QR factorization of the standardized terms.
    pub(super) fn new(of: &Fitted) -> Self {
        let (rows, columns) = of.terms.shape();
        let kept = rows.min(columns);
        let qr = of.terms.clone().qr();
        let mut c = of.targets.clone();
        qr.q_tr_mul(&mut c);
        Self {
            r: qr.r(),
            c: c.rows(0, kept).into_owned(),
            rows,
            weight: of.weight,
        }
    }
}

/// The singular values of a triangle, from which the solution for every α follows.
pub(super) struct Spectrum {
    u: DMatrix<f64>,
    values: DVector<f64>,
    v: DMatrix<f64>,
    c: DMatrix<f64>,
    /// Singular values up to this count as 0.
    floor: f64,
}

impl Spectrum {
    /// R = U·S·Vᵀ.
    pub(super) fn new(of: &Triangle) -> Self {
        let svd = SVD::new(of.r.clone(), true, true);
        let values = svd.singular_values;
        let largest = values.iter().copied().fold(0.0, f64::max);
        let size = of.rows.max(of.r.ncols()) as f64;
        Self {
            u: svd.u.expect("left singular vectors were asked for"),
            v: svd
                .v_t
                .expect("right singular vectors were asked for")
                .transpose(),
            values,
            c: of.c.clone(),
            floor: f64::EPSILON * size * largest,
        }
    }

    /// The w that minimizes ‖y − Zw‖² + α‖w‖² (Hoerl and Kennard, 1970), a column a target. For α = 0 it is the shortest
    /// of all that minimize ‖y − Zw‖².
    pub(super) fn solve(&self, alpha: f64) -> DMatrix<f64> {
        let mut scaled = self.u.tr_mul(&self.c);
        for (mut row, s) in scaled.row_iter_mut().zip(&self.values) {
            row *= if *s > self.floor {
                s / (s * s + alpha)
            } else {
                0.0
            };
        }
        &self.v * scaled
    }
}
