//! Models as the random ones are printed: those that once were wrong, and one with every layer.

use autograd::Activation;
use autograd::prelude::*;
use nn::layers::{
    Activate, AvgPool2d, BatchNorm1d, BatchNorm2d, Conv2d, Dropout, Flatten, LayerNorm, Linear,
    MaxPool2d,
};
use nn::{Init, L1, L1Form, L2, L2Form, LossFunction, TrainConfig};

use crate::check::{Data, assert_right};
use crate::model::{Block, Spec};

#[test]
fn every_layer() {
    let init = Init::XavierNormal(1.0);
    let loss = LossFunction::CrossEntropy { smoothing: 0.1 };
    let config = TrainConfig {
        l1: Some(L1 {
            strength: 0.03,
            form: L1Form::Subgradient,
        }),
        l2: Some(L2 {
            strength: 0.05,
            form: L2Form::Sum,
        }),
        ..TrainConfig::default()
    };
    let data = Data::new(3, 4, &[2, 6, 5], 3, true);
    assert_right(3, &data, loss, config, |p, layers| {
        layers.push(Conv2d::new(
            p,
            "0",
            [2, 3],
            [3, 2],
            Conv2dParams {
                stride: [1, 1],
                padding: [1, 1],
                dilation: [1, 1],
            },
            true,
            init,
        ));
        layers.push(BatchNorm2d::new(p, "1", 3));
        layers.push(Activate(Activation::Gelu));
        layers.push(AvgPool2d::new(2));
        layers.push(LayerNorm::new(p, "4", &[3, 3, 3]));
        layers.push(Flatten);
        layers.push(Dropout::new("6", 0.2));
        layers.push(Linear::new(p, "7", 27, 5, Activation::Tanh, init));
        layers.push(BatchNorm1d::new(p, "8", 5));
        layers.push(Linear::new(p, "9", 5, 3, Activation::Identity, init));
    });
}

/// What is printed is what stands in the test above, but for the pooling.
#[test]
fn the_text_is_the_model() {
    let window = Conv2dParams::default().padding(1);
    let spec = Spec {
        seed: 3,
        rows: 4,
        row: vec![2, 6, 5],
        blocks: vec![
            Block::Conv2d([2, 3], [3, 2], window, true),
            Block::MaxPool2d(2),
            Block::Flatten,
            Block::Dropout(0.2),
            Block::Linear(27, 3, Activation::Elu { alpha: 1.3 }),
            Block::LayerNorm(vec![3]),
        ],
        outputs: 3,
        init: Init::XavierNormal(1.0),
        loss: LossFunction::CrossEntropy { smoothing: 0.1 },
        labels: true,
        l1: Some(L1 {
            strength: 0.03,
            form: L1Form::Subgradient,
        }),
        l2: None,
    };
    let text = "\
let init = Init::XavierNormal(1.0);
let loss = LossFunction::CrossEntropy { smoothing: 0.1 };
let config = TrainConfig {
    l1: Some(L1 { strength: 0.03, form: L1Form::Subgradient }),
    ..TrainConfig::default()
};
let data = Data::new(3, 4, &[2, 6, 5], 3, true);
assert_right(3, &data, loss, config, |p, layers| {
    layers.push(Conv2d::new(p, \"0\", [2, 3], [3, 2], Conv2dParams { stride: [1, 1], padding: [1, 1], dilation: [1, 1] }, true, init));
    layers.push(MaxPool2d::new(2));
    layers.push(Flatten);
    layers.push(Dropout::new(\"3\", 0.2));
    layers.push(Linear::new(p, \"4\", 27, 3, Activation::Elu { alpha: 1.3 }, init));
    layers.push(LayerNorm::new(p, \"5\", &[3]));
});
";
    assert_eq!(spec.to_string(), text);
    let data = Data::new(3, 4, &[2, 6, 5], 3, spec.labels);
    assert_right(3, &data, spec.loss, spec.config(), |p, layers| {
        layers.push(Conv2d::new(p, "0", [2, 3], [3, 2], window, true, spec.init));
        layers.push(MaxPool2d::new(2));
        layers.push(Flatten);
        layers.push(Dropout::new("3", 0.2));
        layers.push(Linear::new(
            p,
            "4",
            27,
            3,
            Activation::Elu { alpha: 1.3 },
            spec.init,
        ));
        layers.push(LayerNorm::new(p, "5", &[3]));
    });
}
