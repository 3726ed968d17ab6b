//! Which networks are in a pack.

use autograd::Activation;
use datasets::{Rows, Targets};

use super::*;
use crate::layers::{Linear, Mlp};
use crate::{Adam, CrossEntropy, Init, Model, ParamsBuilder, SequentialBuilder};

/// Eight rows of this shape, in two classes.
fn samples(row: &[usize]) -> Samples {
    let numbers = vec![0.5; 8 * row.iter().product::<usize>()];
    let labels: Vec<u32> = (0..8).map(|i| i % 2).collect();
    Samples::new(Rows::reals32(row, numbers), Targets::classes(labels, 2))
}

fn trainer(model: Model<f32>) -> Trainer<f32> {
    Trainer::new(model, Adam::new(0.1), CrossEntropy::new()).batch_size(4)
}

fn built(builder: SequentialBuilder) -> Trainer<f32> {
    trainer(builder.init(0).expect("the shapes fit"))
}

/// A network as the programs make it.
fn mlp(hidden: &[usize], batch_norm: bool) -> Trainer<f32> {
    let mut params = ParamsBuilder::new();
    let mlp = Mlp {
        inputs: 4,
        hidden: hidden.to_vec(),
        outputs: 2,
        activation: Activation::Relu,
        batch_norm,
        dropout: 0.0,
        init: Init::HE_NORMAL,
    };
    let layers = mlp.declare(&mut params);
    let params = params.build(0, 1 << 20).expect("it is small");
    trainer(Model { layers, params })
}

#[test]
fn networks_of_linear_layers_with_little_arithmetic_are_packable() {
    let (flat, square) = (samples(&[4]), samples(&[2, 2]));
    let small = || Sequential::input([4]).linear(3).gelu().linear(2);
    assert!(built(small()).is_packable(&flat));
    assert!(built(small()).is_packable(&square));
    assert!(built(Sequential::input([2, 2]).flatten().linear(2)).is_packable(&square));
    assert!(mlp(&[5, 3], false).is_packable(&flat));
    assert!(!mlp(&[5, 3], true).is_packable(&flat));
    assert!(!mlp(&[1 << 12], false).is_packable(&flat));
    assert!(!built(small().dropout(0.5)).is_packable(&flat));
    assert!(!built(small().layer_norm()).is_packable(&flat));
}

#[test]
fn networks_are_alike_in_every_setting_of_their_layers() {
    let of = |slope, rows: &[usize]| {
        let mut params = ParamsBuilder::new();
        let activation = Activation::LeakyRelu { slope };
        let layer = Linear::new(&mut params, "0", 4, 2, activation, Init::Zeros);
        let params = params.build(0, 1 << 20).expect("it is small");
        Common::of(&trainer(Model::new(layer, params)), &samples(rows))
    };
    assert!(of(0.1, &[4]).is_some());
    assert!(of(0.1, &[4]) == of(0.1, &[4]));
    assert!(of(0.1, &[4]) != of(0.2, &[4]));
    assert!(of(0.1, &[4]) != of(0.1, &[2, 2]));
}
