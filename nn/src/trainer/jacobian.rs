//! Jacobians of the errors of a network by its parameters, for sums of squares.

use autograd::prelude::*;
use autograd::{Activation, Real, Tape, Tensor, Var};
use datasets::{BatchTargets, DataView};

use crate::layer::{ForwardContext, Layer, LayerKind, LinearParams, Mode, ParamSource};
use crate::layers::Sequential;
use crate::model::Recorded;
use crate::optim::{LeastSquares, LinearJacobian};
use crate::params::{ParamId, Params};
use crate::tapes;

/// The errors of a network on some rows: a residual for each output of each row.
pub(super) struct Errors<'a, T: Real> {
    pub(super) layers: &'a Sequential<T>,
    pub(super) params: &'a Params<T>,
    pub(super) data: DataView<'a>,
    pub(super) rows: &'a [u32],
}

impl<T: Real> Errors<'_, T> {
    /// The errors times √(weight / (sum of weights · outputs)), whose squares add up to their mean, linearized; so many rows
    /// at a time.
    ///
    /// Reverse mode has one row of the Jacobian from a pass over one sample; forward mode would have a column from a pass
    /// over all of them, and there are more parameters than outputs of a sample. Where all layers are linear with an
    /// activation, the passes of many samples are one.
    pub(super) fn linearize(&self, at_a_time: usize) -> LeastSquares {
        let chain = linear_layers(self.layers);
        let n = self.params.len();
        let mut system: Option<LeastSquares> = None;
        for batch in self.rows.chunks(at_a_time) {
            let empty = |residuals: &[f64]| {
                let outputs = residuals.len() / batch.len();
                LeastSquares::new(n, self.rows.len() * outputs)
            };
            match &chain {
                Some(chain) => {
                    let (residuals, layers) = self.by_layers(chain, batch);
                    let system = system.get_or_insert_with(|| empty(&residuals));
                    system.push_layers(&residuals, layers);
                }
                None => {
                    let (residuals, jacobian) = self.by_rows(batch);
                    let system = system.get_or_insert_with(|| empty(&residuals));
                    system.push(&residuals, &jacobian);
                }
            }
        }
        system.unwrap_or_else(|| LeastSquares::new(n, 0))
    }

    /// What the errors of each of some rows are multiplied by.
    fn scales(&self, batch: &[u32], outputs: usize) -> Vec<f64> {
        let (targets, outputs) = (self.data.targets, outputs as f64);
        let all = targets.total_weight(self.rows) * outputs;
        let weights = targets.weights();
        let weight = |row: &u32| weights.map_or(1.0, |weights| weights[*row as usize]);
        batch.iter().map(|row| (weight(row) / all).sqrt()).collect()
    }

    /// The residuals of some rows and their Jacobian, a backward pass for each output of each row.
    fn by_rows(&self, batch: &[u32]) -> (Vec<f64>, Vec<f64>) {
        let mut gradient = vec![T::ZERO; self.params.len()];
        let (mut residuals, mut jacobian) = (Vec::new(), Vec::new());
        for row in batch {
            let x = self.data.inputs.gather::<T>(&[*row]);
            let targets = BatchTargets::of(self.data.targets.unweighted(), &[*row]);
            tapes::with(|tape| {
                let recorded = Recorded::new(tape, self.params);
                let ctx = ForwardContext::new(&recorded, Mode::Evaluate);
                let y = self.layers.forward(&ctx, &tape.constant(x));
                let value = y.tensor();
                let errors = value.clone() - &targets.beside(&value);
                let y = y.flatten();
                let outputs: Vec<_> = (0..value.len()).map(|k| y.narrow(0, k, 1)).collect();
                let scale = self.scales(&[*row], outputs.len())[0];
                for (output, error) in outputs.into_iter().zip(errors.contiguous().elements()) {
                    tape.backward_into(output, &mut gradient);
                    residuals.push(scale * error.to_f64());
                    jacobian.extend(gradient.iter().map(|g| scale * g.to_f64()));
                }
            });
        }
        (residuals, jacobian)
    }

    /// The same for linear layers, a backward pass for each output of all rows. The rows of a batch do not depend on each
    /// other, so the gradient of the sum of an output over them by the sums z of a layer has in each row the δ = ∂y/∂z of
    /// that row. With the inputs a of the layer, ∂y/∂W is the product aᵀδ, and ∂y/∂b is δ.
    fn by_layers(&self, chain: &[LinearParams], batch: &[u32]) -> (Vec<f64>, Vec<LinearJacobian>) {
        let x = self.data.inputs.gather::<T>(batch);
        let targets = BatchTargets::of(self.data.targets.unweighted(), batch);
        tapes::with(|tape| {
            let (mut inputs, mut shifts) = (Vec::new(), Vec::new());
            let mut h = tape.constant(x);
            let recorded = Constants {
                tape,
                params: self.params,
            };
            let ctx = ForwardContext::new(&recorded, Mode::Evaluate);
            for layer in self.layers.iter() {
                let LayerKind::Linear(linear) = layer.kind() else {
                    h = layer.on_var(&ctx, &h);
                    continue;
                };
                inputs.push(h.tensor());
                let (weight, bias) = (ctx.param(linear.weight), ctx.param(linear.bias));
                let z = h.linear(&weight, Some(&bias), Activation::Identity);
                // A leaf of zeros, whose gradient is that by the sums.
                let shift = tape.leaf(Tensor::zeros(&z.shape()));
                shifts.push(shift);
                h = linear.activation.apply(&(z + shift));
            }
            let value = h.tensor();
            let errors = value.clone() - &targets.beside(&value);
            let outputs = value.len() / batch.len().max(1);
            let scales = self.scales(batch, outputs);
            let errors = errors.contiguous();
            let residuals: Vec<f64> = errors
                .elements()
                .iter()
                .enumerate()
                .map(|(i, e)| scales[i / outputs] * e.to_f64())
                .collect();
            let gradients: Vec<_> = (0..outputs)
                .map(|k| {
                    let mut seed = vec![T::ZERO; value.len()];
                    seed.iter_mut()
                        .skip(k)
                        .step_by(outputs)
                        .for_each(|s| *s = T::ONE);
                    tape.backward_vjp(h, Tensor::new(value.shape(), &seed))
                })
                .collect();
            let jacobians = chain
                .iter()
                .zip(inputs)
                .zip(shifts)
                .map(|((layer, a), shift)| {
                    let width = a.shape()[1];
                    let a = a.contiguous();
                    let repeated = a
                        .elements()
                        .chunks_exact(width)
                        .flat_map(|row| std::iter::repeat_n(row, outputs));
                    let inputs: Vec<f64> = repeated.flatten().map(|a| a.to_f64()).collect();
                    let deltas: Vec<_> = gradients
                        .iter()
                        .map(|g| g.wrt(shift).contiguous())
                        .collect();
                    let units = deltas[0].shape()[1];
                    let row =
                        |i: usize, k: usize| &deltas[k].elements()[i * units..(i + 1) * units];
                    let mut scaled = Vec::with_capacity(batch.len() * outputs * units);
                    for (i, scale) in scales.iter().enumerate() {
                        for k in 0..outputs {
                            scaled.extend(row(i, k).iter().map(|d| scale * d.to_f64()));
                        }
                    }
                    let place = |id| self.params.segment(id).range.start;
                    LinearJacobian {
                        weight: place(layer.weight),
                        bias: place(layer.bias),
                        inputs,
                        width,
                        deltas: scaled,
                        units,
                    }
                });
            (residuals, jacobians.collect())
        })
    }
}

/// The parameters of a model as constants, so that no gradient is taken by them.
struct Constants<'t, 'p, T: Real> {
    tape: &'t Tape<T>,
    params: &'p Params<T>,
}

impl<'t, T: Real> ParamSource<Var<'t, T>> for Constants<'t, '_, T> {
    fn param(&self, id: ParamId) -> Var<'t, T> {
        self.tape.constant(self.params.view(id))
    }
}

/// The linear layers of a network that has no parameters but theirs.
fn linear_layers<T: Real>(layers: &Sequential<T>) -> Option<Vec<LinearParams>> {
    let mut chain = Vec::new();
    for layer in layers.iter() {
        match layer.kind() {
            LayerKind::Linear(params) => chain.push(params),
            LayerKind::Fixed => {}
            LayerKind::Other => return None,
        }
    }
    // A weight that two layers share has the sum of two products.
    let twice = |chain: &[LinearParams]| {
        let shared = |(i, layer): (usize, &LinearParams)| {
            let before = chain[..i].iter();
            before.clone().any(|other| other.weight == layer.weight)
                || before.clone().any(|other| other.bias == layer.bias)
        };
        chain.iter().enumerate().any(shared)
    };
    (!chain.is_empty() && !twice(&chain)).then_some(chain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use autograd::random;
    use datasets::{Rows, Targets};

    /// Passes over many rows give the Jacobian that passes over single ones give.
    #[test]
    fn layers_give_the_jacobian_of_their_rows() {
        let mut rng = random::stream(9, "jacobian", 0, 0);
        let mut numbers =
            |n: usize| -> Vec<f64> { (0..n).map(|_| 2.0 * random::unit(&mut rng) - 1.0).collect() };
        let network = crate::Sequential::input([3])
            .linear(5)
            .tanh()
            .linear(4)
            .gelu();
        let model = network.linear(2).init::<f64>(1).unwrap();
        let (inputs, targets) = (numbers(21), numbers(14));
        let (inputs, targets) = (Rows::reals64(&[3], inputs), Rows::reals64(&[2], targets));
        let weights = vec![1.0, 0.0, 0.5, 3.0, 1.0, 2.0, 0.25];
        let targets = Targets::Values(targets).weighted(weights);
        let rows = [0, 2, 3, 5, 6];
        let errors = Errors {
            layers: &model.layers,
            params: &model.params,
            data: DataView {
                inputs: &inputs,
                targets: &targets,
            },
            rows: &rows,
        };
        let chain = linear_layers(&model.layers).expect("it is nothing but linear layers");
        let (want, jacobian) = errors.by_rows(&rows);
        let (residuals, layers) = errors.by_layers(&chain, &rows);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-13;
        assert!(residuals.iter().zip(&want).all(|(a, b)| near(*a, *b)));
        assert_eq!(residuals.len(), 10);
        let n = model.params.len();
        for layer in layers {
            let (width, units) = (layer.width, layer.units);
            for r in 0..residuals.len() {
                for k in 0..units {
                    let delta = layer.deltas[r * units + k];
                    assert!(near(delta, jacobian[r * n + layer.bias + k]));
                    for j in 0..width {
                        let product = delta * layer.inputs[r * width + j];
                        let at = r * n + layer.weight + j * units + k;
                        assert!(near(product, jacobian[at]));
                    }
                }
            }
        }
    }
}
