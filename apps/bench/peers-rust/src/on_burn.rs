//! burn, on its backend for processors.

use std::error::Error;

use burn::module::Module;
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, RmsPropConfig};
use burn::tensor::activation::{relu, sigmoid, tanh};
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::Step;
use crate::workloads::{Activation, Optimizer, Task, Workload};

/// The layers of a network.
#[derive(Module, Debug)]
struct Layers {
    linear: Vec<Linear>,
}

impl Layers {
    fn new(sizes: &[usize], device: &Device) -> Self {
        let linear = sizes
            .windows(2)
            .map(|pair| LinearConfig::new(pair[0], pair[1]).init(device));
        Self {
            linear: linear.collect(),
        }
    }

    fn forward(&self, mut x: Tensor<2>, activation: Activation) -> Tensor<2> {
        for (i, layer) in self.linear.iter().enumerate() {
            x = layer.forward(x);
            if i + 1 < self.linear.len() {
                x = match activation {
                    Activation::Relu => relu(x),
                    Activation::Sigmoid => sigmoid(x),
                    Activation::Tanh => tanh(x),
                };
            }
        }
        x
    }
}

/// Rows as a matrix.
fn matrix(cells: Vec<f32>, width: usize, device: &Device) -> Tensor<2> {
    let shape = [cells.len() / width, width];
    Tensor::from_data(TensorData::new(cells, shape), device)
}

/// Whole numbers as a vector.
fn vector(numbers: &[u32], device: &Device) -> Tensor<1, Int> {
    let numbers: Vec<i64> = numbers.iter().map(|n| i64::from(*n)).collect();
    let shape = [numbers.len()];
    Tensor::from_data(TensorData::new(numbers, shape), device)
}

pub(crate) fn prepare(workload: &Workload) -> Result<Option<Step>, Box<dyn Error>> {
    let device = Device::flex().autodiff();
    let data = workload.data();
    let inputs = matrix(data.inputs, workload.sizes[0], &device);
    let order = vector(&data.order, &device);
    let mut optimizer = match workload.optimizer {
        Optimizer::Adam => AdamConfig::new().with_epsilon(1e-8).init(),
        Optimizer::RmsProp => RmsPropConfig::new()
            .with_momentum(0.0)
            .with_epsilon(1e-8)
            .init(),
    };
    let mut model = Some(Layers::new(workload.sizes, &device));
    let (task, activation, batch) = (workload.task, workload.activation, workload.batch);
    let labels = vector(&data.labels, &device);
    let values = matrix(data.values, 1, &device);
    let cross_entropy = CrossEntropyLossConfig::new().init(&device);
    let mut starts = workload.starts();
    Ok(Some(Box::new(move || {
        let start = starts();
        let rows = order.clone().slice(start..start + batch);
        let x = inputs.clone().select(0, rows.clone());
        // A step takes the model and gives it back.
        let before = model.take().ok_or("a step before this one failed")?;
        let y = before.forward(x.clone(), activation);
        let squared_error = |y, target| MseLoss::new().forward(y, target, Reduction::Mean);
        let loss = match task {
            Task::Classes => cross_entropy.forward(y, labels.clone().select(0, rows)),
            Task::Runge => squared_error(y, values.clone().select(0, rows)),
            Task::Inputs => squared_error(sigmoid(y), x),
        };
        let gradients = GradientsParams::from_grads(loss.backward(), &before);
        model = Some(optimizer.step(1e-3, before, gradients));
        Ok(())
    })))
}
