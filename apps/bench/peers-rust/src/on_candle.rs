//! candle, on the processor.

use std::error::Error;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::loss::{cross_entropy, mse};
use candle_nn::ops::sigmoid;
use candle_nn::{AdamW, Linear, Module, Optimizer as _, ParamsAdamW, VarBuilder, VarMap, linear};

use crate::Step;
use crate::workloads::{Activation, Optimizer, Task, Workload};

/// A network of linear layers.
fn forward(layers: &[Linear], x: &Tensor, activation: Activation) -> Result<Tensor> {
    let mut x = x.clone();
    for (i, layer) in layers.iter().enumerate() {
        x = layer.forward(&x)?;
        if i + 1 < layers.len() {
            x = match activation {
                Activation::Relu => x.relu()?,
                Activation::Sigmoid => sigmoid(&x)?,
                Activation::Tanh => x.tanh()?,
            };
        }
    }
    Ok(x)
}

/// candle has no RMSprop, and its Adam is AdamW, here without decay.
pub(crate) fn prepare(workload: &Workload) -> std::result::Result<Option<Step>, Box<dyn Error>> {
    if workload.optimizer != Optimizer::Adam {
        return Ok(None);
    }
    let device = Device::Cpu;
    let data = workload.data();
    let inputs = Tensor::from_vec(data.inputs, (workload.rows, workload.sizes[0]), &device)?;
    let order = Tensor::from_vec(data.order, workload.rows, &device)?;
    let targets = match workload.task {
        Task::Classes => Tensor::from_vec(data.labels, workload.rows, &device)?,
        Task::Runge => Tensor::from_vec(data.values, (workload.rows, 1), &device)?,
        Task::Inputs => inputs.clone(),
    };
    let variables = VarMap::new();
    let builder = VarBuilder::from_varmap(&variables, DType::F32, &device);
    let mut layers = Vec::new();
    for (i, pair) in workload.sizes.windows(2).enumerate() {
        layers.push(linear(pair[0], pair[1], builder.pp(i))?);
    }
    let adam = ParamsAdamW {
        weight_decay: 0.0,
        ..ParamsAdamW::default()
    };
    let mut optimizer = AdamW::new(variables.all_vars(), adam)?;
    let (task, activation, batch) = (workload.task, workload.activation, workload.batch);
    let mut starts = workload.starts();
    Ok(Some(Box::new(move || {
        let rows = order.narrow(0, starts(), batch)?;
        let x = inputs.index_select(&rows, 0)?;
        let y = forward(&layers, &x, activation)?;
        let loss = match task {
            Task::Classes => cross_entropy(&y, &targets.index_select(&rows, 0)?)?,
            Task::Runge => mse(&y, &targets.index_select(&rows, 0)?)?,
            Task::Inputs => mse(&sigmoid(&y)?, &x)?,
        };
        Ok(optimizer.backward_step(&loss)?)
    })))
}
