//! Lower bound: the same step as plain loops over the same kernels, without tape, tensors or dispatch. The time of the engine
//! beyond it is overhead.

use std::ops::Range;

use autograd::functions::{Relu, Sigmoid, Tanh, Vjp};
use autograd::kernels::{
    Mat, MatMut, column_sums, cross_entropy, cross_entropy_with_gradient, map, map_in_place,
    map_rows_in_place, matmul,
};
use autograd::{Activation, Algebra, Pointwise, Unary, sum_of_squares};
use datasets::Targets;
use nn::optim::{Optimizer as _, OptimizerState};

use super::network::{Data, Network, Target};

/// A multi-layer perceptron in training, in flat arrays.
pub(super) struct Floor {
    layers: Vec<Layer>,
    batch: usize,
    params: Vec<f32>,
    gradient: Vec<f32>,
    optimizer: OptimizerState<f32>,
    lr: f64,
    /// The input of each layer, and at the end the outputs: `[batch, width]`.
    values: Vec<Vec<f32>>,
    /// The cotangents of these; that of the input is never made.
    cotangents: Vec<Vec<f32>>,
    labels: Vec<u32>,
    targets: Vec<f32>,
    target: Target,
}

/// Offsets of a layer's parameters.
struct Layer {
    inputs: usize,
    outputs: usize,
    weight: Range<usize>,
    bias: Range<usize>,
    activation: Activation,
}

impl Floor {
    /// Creates the network with the engine's initial parameters.
    pub(crate) fn new(network: &Network) -> Self {
        let model = network.model();
        let mut end = 0;
        let mut next = |n| {
            end += n;
            end - n..end
        };
        let layers: Vec<_> = network
            .layers()
            .map(|(inputs, outputs, activation)| Layer {
                inputs,
                outputs,
                weight: next(inputs * outputs),
                bias: next(outputs),
                activation,
            })
            .collect();
        let of_width = |width: &usize| vec![0.0; network.batch * width];
        let values: Vec<Vec<f32>> = network.sizes.iter().map(of_width).collect();
        Self {
            layers,
            batch: network.batch,
            params: model.params.values().to_vec(),
            gradient: vec![0.0; model.params.len()],
            optimizer: OptimizerState::new(network.rule(), &model.params),
            lr: network.rule::<f32>().lr(),
            cotangents: values.clone(),
            values,
            labels: vec![0; network.batch],
            targets: Vec::new(),
            target: network.target,
        }
    }

    /// One step; returns the loss before it.
    pub(crate) fn step(&mut self, data: &Data, rows: &[u32]) -> f64 {
        self.forward(data, rows);
        let loss = self.loss(data, rows);
        for i in (0..self.layers.len()).rev() {
            self.backward(i);
        }
        let (params, gradient) = (&mut self.params, &self.gradient);
        self.optimizer.step(self.lr, params, gradient);
        loss
    }

    /// Gathers the rows and computes the outputs.
    pub(crate) fn forward(&mut self, data: &Data, rows: &[u32]) {
        data.inputs.gather_into(rows, &mut self.values[0]);
        for (i, layer) in self.layers.iter().enumerate() {
            let (before, after) = self.values.split_at_mut(i + 1);
            layer.forward(&self.params, self.batch, &before[i], &mut after[0]);
        }
    }

    /// The mean cross-entropy or squared error of the outputs, and its gradient.
    fn loss(&mut self, data: &Data, rows: &[u32]) -> f64 {
        let last = self.layers.len();
        let (outputs, gradient) = (&self.values[last], &mut self.cotangents[last]);
        match (self.target, &data.targets) {
            (Target::Classes(_), _) => {
                data.targets.labels_into(rows, &mut self.labels);
                let scale = 1.0 / self.batch as f64;
                let labels = &self.labels;
                cross_entropy_with_gradient(outputs, labels, 0.0, scale as f32, gradient) * scale
            }
            (Target::Runge, Targets::Values(values)) => {
                self.targets.resize(outputs.len(), 0.0);
                values.gather_into(rows, &mut self.targets);
                squared_error(outputs, &self.targets, gradient)
            }
            // What is to come out is what went in, which is at hand.
            _ => squared_error(outputs, &self.values[0], gradient),
        }
    }

    /// The gradients of a layer's parameters, and of its input unless that is the data.
    fn backward(&mut self, i: usize) {
        let layer = &self.layers[i];
        let (before, after) = self.cotangents.split_at_mut(i + 1);
        layer.through_activation(&self.values[i + 1], &mut after[0]);
        let g = Mat::row_major(&after[0], self.batch, layer.outputs);
        let x = Mat::row_major(&self.values[i], self.batch, layer.inputs);
        let place = &mut self.gradient[layer.weight.clone()];
        let place = MatMut::row_major(place, layer.inputs, layer.outputs);
        matmul(x.transposed(), g, place, false, None);
        column_sums(&after[0], &mut self.gradient[layer.bias.clone()]);
        if i > 0 {
            let weight = &self.params[layer.weight.clone()];
            let weight = Mat::row_major(weight, layer.inputs, layer.outputs);
            let place = MatMut::row_major(&mut before[i], self.batch, layer.inputs);
            matmul(g, weight.transposed(), place, false, None);
        }
    }
}

/// The mean squared error, and its gradient.
fn squared_error(outputs: &[f32], targets: &[f32], gradient: &mut [f32]) -> f64 {
    let scale = 1.0 / outputs.len() as f64;
    map(&Difference, [outputs, targets], gradient);
    let loss = sum_of_squares(gradient) * scale;
    map_in_place(&Doubled(scale), gradient, [&[]]);
    loss
}

impl Layer {
    fn forward(&self, params: &[f32], rows: usize, x: &[f32], y: &mut [f32]) {
        match self.activation {
            Activation::Relu => self.forward_with(Relu {}, params, rows, x, y),
            Activation::Sigmoid => self.forward_with(Sigmoid {}, params, rows, x, y),
            Activation::Tanh => self.forward_with(Tanh {}, params, rows, x, y),
            Activation::Identity => self.product(params, rows, x, y, &|piece, bias| {
                map_rows_in_place(&Biased, piece, [bias, bias]);
            }),
            other => panic!("no workload has the activation {other:?}"),
        }
    }

    fn forward_with<U: Unary>(&self, u: U, params: &[f32], rows: usize, x: &[f32], y: &mut [f32]) {
        self.product(params, rows, x, y, &|piece, bias| {
            map_rows_in_place(&BiasThen(u), piece, [bias, bias]);
        });
    }

    /// x·W, each piece finished while it is in the cache.
    fn product(
        &self,
        params: &[f32],
        rows: usize,
        x: &[f32],
        y: &mut [f32],
        epilogue: &(dyn Fn(&mut [f32], &[f32]) + Sync),
    ) {
        let bias = &params[self.bias.clone()];
        let epilogue = |piece: &mut [f32], column: usize| {
            epilogue(piece, &bias[column..bias.len().min(column + piece.len())]);
        };
        matmul(
            Mat::row_major(x, rows, self.inputs),
            Mat::row_major(&params[self.weight.clone()], self.inputs, self.outputs),
            MatMut::row_major(y, rows, self.outputs),
            false,
            Some(&epilogue),
        );
    }

    /// The cotangent of the outputs made that of the sums, in place.
    fn through_activation(&self, y: &[f32], g: &mut [f32]) {
        match self.activation {
            Activation::Relu => map_in_place(&FromOutput(Relu {}), g, [y, y]),
            Activation::Sigmoid => map_in_place(&FromOutput(Sigmoid {}), g, [y, y]),
            Activation::Tanh => map_in_place(&FromOutput(Tanh {}), g, [y, y]),
            _ => {}
        }
    }
}

/// x + b.
#[derive(Clone, Copy)]
struct Biased;
impl Pointwise<2> for Biased {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, b]: [E; 2]) -> E {
        x + b
    }
}

/// u(x + b).
#[derive(Clone, Copy)]
struct BiasThen<U>(U);
impl<U: Unary> Pointwise<2> for BiasThen<U> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, b]: [E; 2]) -> E {
        (x + b).unary(self.0)
    }
}

/// g·u′, from the output y.
#[derive(Clone, Copy)]
struct FromOutput<U>(U);
impl<U: Unary> Pointwise<2> for FromOutput<U> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [g, y]: [E; 2]) -> E {
        Vjp(self.0).eval([y, y, g])
    }
}

/// y − t.
#[derive(Clone, Copy)]
struct Difference;
impl Pointwise<2> for Difference {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [y, t]: [E; 2]) -> E {
        y - t
    }
}

/// The derivative of d²·scale.
#[derive(Clone, Copy)]
struct Doubled(f64);
impl Pointwise<1> for Doubled {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [d]: [E; 1]) -> E {
        d.lift(self.0) * (d + d)
    }
}

impl Floor {
    /// The mean loss on some rows, a batch after the other, at other parameters: the floor of a landscape's point.
    pub(crate) fn evaluate(
        &mut self,
        data: &Data,
        rows: &[u32],
        at: impl FnOnce(&mut [f32]),
    ) -> f64 {
        at(&mut self.params);
        let last = self.layers.len();
        let mut total = 0.0;
        for rows in rows.chunks_exact(self.batch) {
            self.forward(data, rows);
            data.targets.labels_into(rows, &mut self.labels);
            total += cross_entropy(&self.values[last], &self.labels, 0.0);
        }
        total / rows.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use autograd::ThreadPool;
    use nn::Trainer;

    use super::super::{WORKLOADS, What};
    use super::*;

    /// Engine and floor after some steps, to the bit. Few rows, for time.
    fn same_bits(network: &Network, threads: usize) {
        let network = Network {
            rows: 3 * network.batch,
            ..*network
        };
        let data = network.data();
        let mut trainer = Trainer::new(network.model(), network.rule(), network.loss())
            .with_config(network.config());
        let mut floor = Floor::new(&network);
        let mut batches = network.batches();
        ThreadPool::new(threads).install(|| {
            for _ in 0..4 {
                let (step, range) = batches();
                let rows = &data.order[range];
                let report = trainer.step(data.examples(), rows, step);
                let loss = floor.step(&data, rows);
                assert!((report.loss - loss).abs() < 1e-5 * loss, "{loss}");
            }
        });
        let bits = |x: &[f32]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        let engine = trainer.model().params.values();
        assert_ne!(bits(engine), bits(network.model().params.values()));
        assert_eq!(bits(engine), bits(&floor.params));
    }

    #[test]
    fn the_floor_does_what_the_engine_does() {
        for workload in WORKLOADS {
            if let What::Training(network) = &workload.what
                && network.sizes[0] < 3072
            {
                eprintln!("{}", workload.name);
                same_bits(network, 1);
                same_bits(network, 2);
            }
        }
    }
}
