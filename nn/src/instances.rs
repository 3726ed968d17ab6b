//! Networks for both element types, compiled here once for all programs.
//!
//! What is generic over the element is compiled by the crate that names an element, so every program, test and library
//! above would compile the whole engine anew, for f32 and for f64. A generic function that is marked `#[inline(never)]` is
//! shared instead: a crate links to the instance of a crate below, if there is one. So the doors to the engine are marked
//! (vtables of rules, layers and losses; training, evaluation, files, curvature), where a call costs nothing beside
//! what happens behind it, and [`instances`] goes through them for both elements. Nobody calls it.

use std::path::Path;

use autograd::{Activation, Real, Tape};
use datasets::{Rows, Samples, Targets};

use crate::layers::{Autoencoder, Cnn, Mlp};
use crate::loss::LossFunction;
use crate::optim::Method;
use crate::params::ParamsBuilder;
use crate::{
    Hessian, Init, Model, Sequential, Summary, Trainer, checkpoint, evaluate, landscape,
    recompute_statistics, safetensors, value_and_grad,
};

/// Goes through what programs do with networks, for both elements.
#[doc(hidden)]
pub fn instances() -> Option<()> {
    both::<f32>().and_then(|()| both::<f64>())
}

fn both<T: Real>() -> Option<()> {
    let path = Path::new("model.safetensors");
    let targets = Targets::classes(vec![0], 1);
    let samples = Samples::new(Rows::reals64(&[1, 4, 4], vec![0.0; 16]), targets);
    let (loss, data) = (LossFunction::Mse, samples.view());
    let mut model: Model<T> = layers()?;
    let mut trainer = Trainer::new(
        layers()?,
        Method::default().optimizer::<T>(0.1, 0.0),
        LossFunction::Mse,
    );
    trainer.fit(&samples, 1).ok()?;
    checkpoint::save(path, &trainer).ok()?;
    checkpoint::Writer::new(path).save(&trainer).ok()?;
    checkpoint::load(path, &mut trainer).ok()?;
    safetensors::load(path, &mut model.params).ok()?;
    recompute_statistics(&mut model, data, &[0]);
    evaluate(&model, data, &[0], loss);
    Summary::new(&model, &[1, 4, 4]);
    model.predict(data.inputs).ok()?;
    Hessian::new(&model, &samples, loss).times(&[]);
    let plane = landscape::Plane {
        model: &model,
        x: &[],
        y: &[],
        data,
        rows: &[0],
        loss: &loss,
    };
    plane.scores(&[], landscape::Method::Auto);
    plane.gradient_norms(&[]);
    value_and_grad(&mut Tape::new(), &model.params, &mut [], |recorded| {
        recorded.tape().constant(data.inputs.gather(&[0]))
    });
    Some(())
}

/// A layer of each kind, and the networks that are made as one.
fn layers<T: Real>() -> Option<Model<T>> {
    let mut params = ParamsBuilder::new();
    Cnn::new([1, 4, 4], 1).declare::<T>(&mut params);
    let mlp = Mlp {
        inputs: 1,
        hidden: Vec::new(),
        outputs: 1,
        activation: Activation::Relu,
        batch_norm: false,
        dropout: 0.0,
        init: Init::HE_NORMAL,
    };
    mlp.declare::<T>(&mut params);
    Autoencoder::new(2, 1, 1, Activation::Relu, Init::HE_NORMAL).declare::<T>(&mut params);
    let layers = Sequential::input([1, 4, 4])
        .conv2d(1, 3)
        .batch_norm()
        .relu()
        .max_pool2d(2)
        .avg_pool2d(1)
        .flatten()
        .linear(2)
        .batch_norm()
        .layer_norm()
        .dropout(0.5);
    layers.init(0).ok()
}
