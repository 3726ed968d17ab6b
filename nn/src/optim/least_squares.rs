//! Sums of squares, linearized, and their damped solutions.

use autograd::Tensor;

use super::cholesky::{factor, solve};
use super::full_batch::dot;
use super::gram::{Rows, add_gram};

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
    /// J and r.
    Rows(Box<Rows>),
}

/// The derivatives of some residuals by a linear layer, z = aW + b: of each residual, the product aᵀδ by W and δ by b, where
/// δ is the derivative by z.
#[derive(Clone, Debug)]
pub struct LinearJacobian {
    /// Place among the parameters at which W, `[width, units]`, begins.
    pub weight: usize,
    /// Place at which b, `[units]`, begins.
    pub bias: usize,
    /// The inputs a of the layer, `[residuals, width]`.
    pub inputs: Vec<f64>,
    /// The number of inputs.
    pub width: usize,
    /// The derivatives δ, `[residuals, units]`.
    pub deltas: Vec<f64>,
    /// The number of outputs.
    pub units: usize,
}

impl LeastSquares {
    /// Nothing yet, with room for so many residuals of so many parameters.
    pub fn new(parameters: usize, residuals: usize) -> Self {
        Self {
            gradient: vec![0.0; parameters],
            pull: vec![0.0; parameters],
            ridge: vec![0.0; parameters],
            kept: match residuals < parameters {
                true => Kept::Rows(Box::new(Rows::new(parameters, residuals))),
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
            Kept::Rows(rows) => rows.push(residuals, jacobian),
        }
    }

    /// Adds residuals whose derivatives are those by some linear layers, none of which shares a parameter with another. With
    /// fewer residuals than parameters, a step then costs far less than by [`push`](Self::push).
    ///
    /// # Panics
    /// If a layer has not as many rows as there are residuals, or lies outside of the parameters.
    #[track_caller]
    pub fn push_layers(&mut self, residuals: &[f64], layers: Vec<LinearJacobian>) {
        let (m, n) = (residuals.len(), self.gradient.len());
        let mut jacobian = vec![0.0; m * n];
        for layer in &layers {
            let (width, units) = (layer.width, layer.units);
            assert!(
                layer.inputs.len() == m * width && layer.deltas.len() == m * units,
                "push_layers: a layer of {width} inputs and {units} units with {} and {} numbers for {m} residuals",
                layer.inputs.len(),
                layer.deltas.len()
            );
            let inputs = layer.inputs.chunks_exact(width);
            let both = inputs.zip(layer.deltas.chunks_exact(units));
            for (row, (a, delta)) in jacobian.chunks_exact_mut(n).zip(both) {
                row[layer.bias..layer.bias + units].copy_from_slice(delta);
                let weight = &mut row[layer.weight..layer.weight + width * units];
                for (a, to) in a.iter().zip(weight.chunks_exact_mut(units)) {
                    to.iter_mut().zip(delta).for_each(|(to, d)| *to = a * d);
                }
            }
        }
        self.push(residuals, &jacobian);
        if let Kept::Rows(rows) = &mut self.kept {
            rows.remember(layers);
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
        if let Kept::Rows(rows) = &mut self.kept {
            rows.forget_grams();
        }
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
            Kept::Rows(rows) => {
                for row in rows.jacobian.chunks_exact(n) {
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
            Kept::Rows(rows) => {
                let (jacobian, residuals) = (&rows.jacobian, &rows.residuals);
                let m = residuals.len();
                let inverse: Vec<f64> = self.ridge.iter().map(|c| 1.0 / (c + damping)).collect();
                let mut matrix = rows.weighted_gram(&self.ridge, &inverse);
                (0..m).for_each(|i| matrix[i * m + i] += 1.0);
                let pulled: Vec<f64> = inverse.iter().zip(&self.pull).map(|(c, p)| c * p).collect();
                let each = residuals.iter().zip(jacobian.chunks_exact(n));
                let mut right: Vec<f64> = each.map(|(r, row)| r - dot(row, &pulled)).collect();
                factor(&mut matrix, m).then(|| {
                    solve(&matrix, m, &mut right);
                    let mut step = self.pull.clone();
                    for (w, row) in right.iter().zip(jacobian.chunks_exact(n)) {
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

    /// Outer products of two layers, with a penalty on weights alone, give the steps that the whole Jacobian gives.
    #[test]
    fn layers_give_the_steps_of_their_jacobian() {
        let mut rng = random::stream(8, "layers", 0, 0);
        let mut numbers =
            |n: usize| -> Vec<f64> { (0..n).map(|_| 2.0 * random::unit(&mut rng) - 1.0).collect() };
        // 3 → 4 → 2: weights 0..12 and 16..24, biases 12..16 and 24..26.
        let n = 26;
        for m in [1, 5, 20, 60] {
            let (mut whole, mut outer) = (LeastSquares::new(n, m), LeastSquares::new(n, m));
            let mut left = m;
            while left > 0 {
                let now = left.min(13);
                left -= now;
                let residuals = numbers(now);
                let layers = [(0, 12, 3, 4), (16, 24, 4, 2)];
                let layers: Vec<LinearJacobian> = layers
                    .into_iter()
                    .map(|(weight, bias, width, units)| LinearJacobian {
                        weight,
                        bias,
                        inputs: numbers(now * width),
                        width,
                        deltas: numbers(now * units),
                        units,
                    })
                    .collect();
                let mut jacobian = vec![0.0; now * n];
                for (i, row) in jacobian.chunks_exact_mut(n).enumerate() {
                    for l in &layers {
                        for k in 0..l.units {
                            let delta = l.deltas[i * l.units + k];
                            row[l.bias + k] = delta;
                            for j in 0..l.width {
                                row[l.weight + j * l.units + k] = delta * l.inputs[i * l.width + j];
                            }
                        }
                    }
                }
                whole.push(&residuals, &jacobian);
                outer.push_layers(&residuals, layers);
            }
            for (penalty, damping) in [(0.0, 1.0), (0.3, 1e-3), (0.3, 10.0)] {
                let weights = (0..12).chain(16..24);
                for at in weights {
                    whole.add_square(at, penalty, 0.5);
                    outer.add_square(at, penalty, 0.5);
                }
                assert_eq!(whole.half_gradient(), outer.half_gradient());
                let steps = [&whole, &outer].map(|of| of.damped_step(damping).unwrap());
                for (a, b) in steps[0].iter().zip(&steps[1]) {
                    assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()), "{m}: {a} {b}");
                }
            }
        }
    }
}
