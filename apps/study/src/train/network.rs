//! The network of a setup.

use autograd::{Activation, Real};
use experiment::{AppError, memory};
use nn::layers::{Cnn, Flatten, Linear, Mlp, Sequential};
use nn::{Model, ParamsBuilder};

use crate::setup::Network;

/// A fresh model of this network, for rows of this shape.
///
/// # Errors
/// If the machine has no memory for it, the activations do not go with the layers, or convolutions with the rows.
pub fn model<T: Real>(
    network: &Network,
    row: &[usize],
    outputs: usize,
    seed: u64,
) -> Result<Model<T>, AppError> {
    let mut params = ParamsBuilder::new();
    let layers = match (&network.channels, row, network.activations.as_slice()) {
        (Some(blocks), &[channels, height, width], &[activation]) => Cnn {
            picture: [channels, height, width],
            blocks: blocks.clone(),
            convolutions: 2,
            hidden: network.hidden.clone(),
            outputs,
            activation,
            dropout: network.dropout,
            init: network.init,
        }
        .declare(&mut params),
        (None, _, &[activation]) => Mlp {
            inputs: row.iter().product(),
            hidden: network.hidden.clone(),
            outputs,
            activation,
            batch_norm: network.batch_norm,
            dropout: network.dropout,
            init: network.init,
        }
        .declare(&mut params),
        (None, _, activations) => mixed(network, activations, row, outputs, &mut params)?,
        _ => {
            return Err(AppError::Failure(
                "convolutions take pictures and one activation".to_owned(),
            ));
        }
    };
    let params = params
        .build(seed, memory::limit())
        .map_err(AppError::failure)?;
    Ok(Model { layers, params })
}

/// Linear layers with an activation of its own each.
fn mixed<T: Real>(
    network: &Network,
    activations: &[Activation],
    row: &[usize],
    outputs: usize,
    params: &mut ParamsBuilder,
) -> Result<Sequential<T>, AppError> {
    if activations.len() != network.hidden.len() || network.batch_norm || network.dropout > 0.0 {
        return Err(AppError::Failure(format!(
            "{} activations for {} hidden layers; there is one for each, without batch norm and dropout",
            activations.len(),
            network.hidden.len()
        )));
    }
    let mut layers = Sequential::new();
    layers.push(Flatten);
    let mut inputs = row.iter().product();
    let mut index = 0;
    for (width, activation) in network.hidden.iter().zip(activations) {
        let name = index.to_string();
        layers.push(Linear::new(
            params,
            &name,
            inputs,
            *width,
            *activation,
            network.init,
        ));
        inputs = *width;
        index += 2;
    }
    let (name, init) = (index.to_string(), network.init.without_activation());
    let last = Linear::new(params, &name, inputs, outputs, Activation::Identity, init);
    layers.push(last);
    Ok(layers)
}
