//! Rows of a Jacobian, and the products of each with each.

use std::cell::OnceCell;
use std::ops::Range;

use autograd::{Tensor, prelude::*};

use super::least_squares::LinearJacobian;

/// The most different penalties of parameters for which Gram matrices are kept; training has one of weights and none of
/// biases.
const MOST_PENALTIES: usize = 3;

/// A penalty, and the products of the rows over the parameters that have it.
type Gram = (f64, Vec<f64>);

/// The rows of a Jacobian with their residuals, fewer than parameters.
#[derive(Debug)]
pub(super) struct Rows {
    /// J, `[residuals, parameters]`.
    pub(super) jacobian: Vec<f64>,
    /// r.
    pub(super) residuals: Vec<f64>,
    parameters: usize,
    /// The layers that all rows are products of; none where some are not.
    layers: Vec<LinearJacobian>,
    /// JJᵀ over the parameters of each penalty, `[residuals, residuals]`, of which the lower triangle counts; with it, a
    /// damping costs no product of matrices. `None` where there are too many penalties.
    grams: OnceCell<Option<Vec<Gram>>>,
}

impl Rows {
    pub(super) fn new(parameters: usize, residuals: usize) -> Self {
        Self {
            jacobian: Vec::with_capacity(residuals * parameters),
            residuals: Vec::with_capacity(residuals),
            parameters,
            layers: Vec::new(),
            grams: OnceCell::new(),
        }
    }

    pub(super) fn push(&mut self, residuals: &[f64], jacobian: &[f64]) {
        self.jacobian.extend_from_slice(jacobian);
        self.residuals.extend_from_slice(residuals);
        self.forget_grams();
    }

    pub(super) fn forget_grams(&mut self) {
        self.grams = OnceCell::new();
    }

    /// Notes that the rows that were pushed last are products of these layers. Nothing is noted if earlier ones were not.
    pub(super) fn remember(&mut self, layers: Vec<LinearJacobian>) {
        let rows =
            |layers: &[LinearJacobian]| layers.first().map_or(0, |l| l.deltas.len() / l.units);
        let before = self.residuals.len() - rows(&layers);
        if self.layers.is_empty() && before == 0 {
            self.layers = layers;
        } else if rows(&self.layers) == before && self.layers.len() == layers.len() {
            for (layer, more) in self.layers.iter_mut().zip(layers) {
                layer.inputs.extend(more.inputs);
                layer.deltas.extend(more.deltas);
            }
        } else {
            self.layers.clear();
        }
    }

    /// J·diag(weights)·Jᵀ, whose lower triangle counts; parameters with equal penalties have equal weights.
    pub(super) fn weighted_gram(&self, penalties: &[f64], weights: &[f64]) -> Vec<f64> {
        let (m, n) = (self.residuals.len(), self.parameters);
        let mut sum = vec![0.0; m * m];
        match self.grams.get_or_init(|| self.grams(penalties)) {
            Some(grams) => {
                for (penalty, gram) in grams {
                    let at = penalties.iter().position(|c| c == penalty);
                    let weight = at.map_or(0.0, |at| weights[at]);
                    sum.iter_mut()
                        .zip(gram)
                        .for_each(|(sum, g)| *sum += weight * g);
                }
            }
            None => {
                let roots: Vec<f64> = weights.iter().map(|w| w.sqrt()).collect();
                let columns = roots.iter().cycle().zip(&self.jacobian);
                let scaled: Vec<f64> = columns.map(|(root, j)| root * j).collect();
                add_gram(&mut sum, m, &Tensor::new(&[m, n], &scaled).transpose());
            }
        }
        sum
    }

    /// The Gram matrix of the parameters of each penalty.
    fn grams(&self, penalties: &[f64]) -> Option<Vec<Gram>> {
        let m = self.residuals.len();
        let mut grams: Vec<Gram> = Vec::new();
        for &c in penalties {
            if !grams.iter().any(|(penalty, _)| *penalty == c) {
                if grams.len() == MOST_PENALTIES {
                    return None;
                }
                grams.push((c, vec![0.0; m * m]));
            }
        }
        let complete = self.layers.iter().all(|l| l.deltas.len() == m * l.units);
        let alone = |range: Range<usize>| {
            penalties[range.clone()]
                .iter()
                .all(|c| *c == penalties[range.start])
        };
        let weight = |l: &LinearJacobian| l.weight..l.weight + l.width * l.units;
        let bias = |l: &LinearJacobian| l.bias..l.bias + l.units;
        let known = !self.layers.is_empty()
            && complete
            && self
                .layers
                .iter()
                .all(|l| alone(weight(l)) && alone(bias(l)));
        for (penalty, gram) in &mut grams {
            if known {
                for layer in &self.layers {
                    let of = [
                        penalties[layer.weight] == *penalty,
                        penalties[layer.bias] == *penalty,
                    ];
                    if of.contains(&true) {
                        add_layer(gram, m, layer, of);
                    }
                }
                continue;
            }
            let columns: Vec<usize> = (0..self.parameters)
                .filter(|at| penalties[*at] == *penalty)
                .collect();
            let rows = self.jacobian.chunks_exact(self.parameters.max(1));
            let chosen: Vec<f64> = rows
                .flat_map(|row| columns.iter().map(|at| row[*at]))
                .collect();
            add_gram(
                gram,
                m,
                &Tensor::new(&[m, columns.len()], &chosen).transpose(),
            );
        }
        Some(grams)
    }
}

/// Adds what a layer brings to JJᵀ, by its weight, its bias or both. The scalar product of two products aᵀδ is that of the
/// inputs times that of the deltas, so that no row of the Jacobian is read.
fn add_layer(gram: &mut [f64], m: usize, layer: &LinearJacobian, [by_weight, by_bias]: [bool; 2]) {
    let of_rows = |rows: &[f64], width: usize| {
        let mut products = vec![0.0; m * m];
        add_gram(
            &mut products,
            m,
            &Tensor::new(&[m, width], rows).transpose(),
        );
        products
    };
    let deltas = of_rows(&layer.deltas, layer.units);
    if by_bias {
        gram.iter_mut().zip(&deltas).for_each(|(g, d)| *g += d);
    }
    if by_weight {
        let inputs = of_rows(&layer.inputs, layer.width);
        for ((g, a), d) in gram.iter_mut().zip(&inputs).zip(&deltas) {
            *g += a * d;
        }
    }
}

/// Columns of a Gram matrix that are made at a time: half of it need not be made, and no second one is held.
const TILE: usize = 256;

/// Adds AᵀA for A `[m, n]` to the lower triangle of an `[n, n]` matrix. Tiles on the diagonal are added whole.
pub(super) fn add_gram(to: &mut [f64], n: usize, a: &Tensor<f64>) {
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
