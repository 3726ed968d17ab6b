//! Sums of squares, linearized, and their damped solutions.

use autograd::{Tensor, prelude::*};

use super::cholesky::{factor, solve};
use super::full_batch::dot;

/// A sum of squares Σr² linearized at a point: residuals r with their Jacobian J, and a diagonal of squares c·x² of single
/// parameters, which are what an L2 penalty is. All in `f64`, since products of Jacobians square their condition.
///
/// With more residuals than parameters, it keeps JᵀJ as they come; with fewer, J.
#[derive(Debug)]
pub struct LeastSquares {
    /// Half the gradient of what `push` brought, Jᵀr.
    gradient: Vec<f64>,
    /// Half the gradient of the penalty, c·x.
    pull: Vec<f64>,
    /// Half the second derivatives of the penalty, c.
    ridge: Vec<f64>,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    /// JᵀJ, `[parameters, parameters]`, of which the lower triangle counts.
    Normal(Vec<f64>),
    /// J, `[residuals, parameters]`, and r.
    Rows(Vec<f64>, Vec<f64>),
}

impl LeastSquares {
    /// Nothing yet, with room for so many residuals of so many parameters.
    pub fn new(parameters: usize, residuals: usize) -> Self {
        Self {
            gradient: vec![0.0; parameters],
            pull: vec![0.0; parameters],
            ridge: vec![0.0; parameters],
            kept: match residuals < parameters {
                true => Kept::Rows(Vec::with_capacity(residuals * parameters), Vec::new()),
                false => Kept::Normal(vec![0.0; parameters * parameters]),
            },
        }
    }

    /// Adds residuals with their rows of the Jacobian, row-major `[residuals, parameters]`. How they are dealt into calls
    /// may matter to the last bit.
    ///
    /// # Panics
    /// If the Jacobian is not of that size.
    #[track_caller]
    pub fn push(&mut self, residuals: &[f64], jacobian: &[f64]) {
        let n = self.gradient.len();
        assert!(
            jacobian.len() == residuals.len() * n,
            "push: a Jacobian of {} numbers for {} residuals of {n} parameters",
            jacobian.len(),
            residuals.len()
        );
        for (r, row) in residuals.iter().zip(jacobian.chunks_exact(n.max(1))) {
            for (g, j) in self.gradient.iter_mut().zip(row) {
                *g += r * j;
            }
        }
        match &mut self.kept {
            Kept::Normal(normal) => {
                add_gram(normal, n, &Tensor::new(&[residuals.len(), n], jacobian))
            }
            Kept::Rows(rows, all) => {
                rows.extend_from_slice(jacobian);
                all.extend_from_slice(residuals);
            }
        }
    }

    /// Adds c·x² of the parameter at a position, where it is `x`.
    ///
    /// # Panics
    /// If there is no such parameter.
    #[track_caller]
    pub fn add_square(&mut self, position: usize, c: f64, x: f64) {
        self.pull[position] += c * x;
        self.ridge[position] += c;
    }

    /// Half the gradient, Jᵀr + c·x.
    pub fn half_gradient(&self) -> Vec<f64> {
        let both = self.gradient.iter().zip(&self.pull);
        both.map(|(g, p)| g + p).collect()
    }

    /// The largest element of the diagonal of JᵀJ, penalties included.
    pub(super) fn largest_diagonal(&self) -> f64 {
        let n = self.gradient.len();
        let mut diagonal = self.ridge.clone();
        match &self.kept {
            Kept::Normal(normal) => {
                for (i, d) in diagonal.iter_mut().enumerate() {
                    *d += normal[i * n + i];
                }
            }
            Kept::Rows(rows, _) => {
                for row in rows.chunks_exact(n) {
                    for (d, j) in diagonal.iter_mut().zip(row) {
                        *d += j * j;
                    }
                }
            }
        }
        diagonal.iter().fold(0.0, |most, d| f64::max(most, *d))
    }

    /// The step δ of (JᵀJ + diag(c) + μI)δ = −(Jᵀr + c·x) for a damping μ > 0; `None` where the matrix is not positive
    /// definite in floating-point arithmetic.
    ///
    /// With fewer residuals than parameters it is had from a system of the size of the former (Woodbury's identity): with
    /// C = diag(c) + μI, δ = −C⁻¹(c·x + Jᵀ(I + JC⁻¹Jᵀ)⁻¹(r − JC⁻¹(c·x))).
    pub fn damped_step(&self, damping: f64) -> Option<Vec<f64>> {
        let n = self.gradient.len();
        match &self.kept {
            Kept::Normal(normal) => {
                let mut matrix = normal.clone();
                for (i, c) in self.ridge.iter().enumerate() {
                    matrix[i * n + i] += c + damping;
                }
                let mut step = self.half_gradient();
                factor(&mut matrix, n).then(|| {
                    solve(&matrix, n, &mut step);
                    step.iter_mut().for_each(|x| *x = -*x);
                    step
                })
            }
            Kept::Rows(rows, residuals) => {
                let m = residuals.len();
                let inverse: Vec<f64> = self.ridge.iter().map(|c| 1.0 / (c + damping)).collect();
                let roots: Vec<f64> = inverse.iter().map(|c| c.sqrt()).collect();
                let columns = roots.iter().cycle().zip(rows);
                let scaled: Vec<f64> = columns.map(|(root, j)| root * j).collect();
                let mut matrix = vec![0.0; m * m];
                add_gram(&mut matrix, m, &Tensor::new(&[m, n], &scaled).transpose());
                (0..m).for_each(|i| matrix[i * m + i] += 1.0);
                let pulled: Vec<f64> = inverse.iter().zip(&self.pull).map(|(c, p)| c * p).collect();
                let each = residuals.iter().zip(rows.chunks_exact(n));
                let mut right: Vec<f64> = each.map(|(r, row)| r - dot(row, &pulled)).collect();
                factor(&mut matrix, m).then(|| {
                    solve(&matrix, m, &mut right);
                    let mut step = self.pull.clone();
                    for (w, row) in right.iter().zip(rows.chunks_exact(n)) {
                        for (s, j) in step.iter_mut().zip(row) {
                            *s += w * j;
                        }
                    }
                    for (s, c) in step.iter_mut().zip(&inverse) {
                        *s *= -c;
                    }
                    step
                })
            }
        }
    }
}

/// Columns of a Gram matrix that are made at a time: half of it need not be made, and no second one is held.
const TILE: usize = 256;

/// Adds AᵀA for A `[m, n]` to the lower triangle of an `[n, n]` matrix. Tiles on the diagonal are added whole.
fn add_gram(to: &mut [f64], n: usize, a: &Tensor<f64>) {
    for start in (0..n).step_by(TILE) {
        let width = TILE.min(n - start);
        let left = a.narrow(1, start, n - start).transpose();
        let product = left.matmul(&a.narrow(1, start, width)).contiguous();
        let rows = product.elements().chunks_exact(width);
        for (row, to) in rows.zip(to[start * n..].chunks_exact_mut(n)) {
            for (to, x) in to[start..start + width].iter_mut().zip(row) {
                *to += x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use autograd::random;

    /// Both ways to a step, with a penalty on some parameters, satisfy the equations they are for.
    #[test]
    fn a_step_solves_the_damped_normal_equations() {
        let mut rng = random::stream(5, "least squares", 0, 0);
        let mut number = || 2.0 * random::unit(&mut rng) - 1.0;
        for (m, n) in [(1, 1), (7, 3), (3, 7), (40, 300), (400, 300)] {
            let jacobian: Vec<f64> = (0..m * n).map(|_| number()).collect();
            let residuals: Vec<f64> = (0..m).map(|_| number()).collect();
            let mut system = LeastSquares::new(n, m);
            // In two calls, of which one may be empty.
            let half = m / 2;
            system.push(&residuals[..half], &jacobian[..half * n]);
            system.push(&residuals[half..], &jacobian[half * n..]);
            let penalty = |i: usize| if i.is_multiple_of(2) { 0.5 } else { 0.0 };
            let x: Vec<f64> = (0..n).map(|_| number()).collect();
            for (i, x) in x.iter().enumerate() {
                system.add_square(i, penalty(i), *x);
            }
            let damping = 0.01;
            let step = system.damped_step(damping).unwrap();
            let moved: Vec<f64> = jacobian
                .chunks_exact(n)
                .map(|row| dot(row, &step))
                .collect();
            for (i, gradient) in system.half_gradient().into_iter().enumerate() {
                let column: Vec<f64> = jacobian[i..].iter().step_by(n).copied().collect();
                let want = dot(&column, &residuals) + penalty(i) * x[i];
                assert!((gradient - want).abs() < 1e-11, "{m} {n}");
                let left = dot(&column, &moved) + (penalty(i) + damping) * step[i];
                assert!((left + gradient).abs() < 1e-9, "{m} {n}: {left} {gradient}");
            }
        }
    }
}
