//! Layers of images and normalizations: against PyTorch, over threads, and through model files.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::golden::{Array, close, read};
use autograd::prelude::*;
use autograd::{Activation, Tensor, ThreadPool};
use datasets::{Rows, Targets};
use nn::layers::{
    Activate, AvgPool2d, BatchNorm1d, BatchNorm2d, Cnn, Conv2d, Flatten, LayerNorm, Linear,
    MaxPool2d, Mlp, Sequential,
};
use nn::{
    Adam, CrossEntropy, DataView, ForwardContext, Init, Kind, Layer, Mode, Model, Mse, Params,
    ParamsBuilder, Sgd, Trainer, safetensors,
};
use serde::Deserialize;

/// A small network trained by PyTorch on batches of different sizes: Conv2d, BatchNorm2d, ReLU, MaxPool2d, Flatten,
/// Linear, BatchNorm1d, Tanh, Linear, with momentum.
#[derive(Deserialize)]
struct Training {
    x: Array,
    labels: Vec<u32>,
    batches: Vec<Vec<u32>>,
    start: BTreeMap<String, Array>,
    losses: Vec<f64>,
    end: BTreeMap<String, Array>,
    outputs: Array,
}

fn network() -> (Sequential<f64>, ParamsBuilder) {
    let mut p = ParamsBuilder::new();
    let mut layers = Sequential::new();
    let window = Conv2dParams::default().padding(1);
    let (init, none) = (Init::XAVIER_NORMAL, Activation::Identity);
    layers.push(Conv2d::new(&mut p, "0", [2, 3], [3, 3], window, true, init));
    layers.push(BatchNorm2d::new(&mut p, "1", 3));
    layers.push(Activate(Activation::Relu));
    layers.push(MaxPool2d::new(2));
    layers.push(Flatten);
    layers.push(Linear::new(&mut p, "5", 12, 5, none, init));
    layers.push(BatchNorm1d::new(&mut p, "6", 5));
    layers.push(Activate(Activation::Tanh));
    layers.push(Linear::new(&mut p, "8", 5, 3, none, init));
    (layers, p)
}

/// The values of a segment in PyTorch's order, from ours, or the other way round: linear weights are transposed.
fn transposed(shape: &[usize], kind: Kind, values: &[f64], into_ours: bool) -> Vec<f64> {
    match (kind, shape) {
        (Kind::Weight, [inputs, outputs]) => {
            let shape = if into_ours {
                [*outputs, *inputs]
            } else {
                [*inputs, *outputs]
            };
            Tensor::new(&shape, values).transpose().to_vec()
        }
        _ => values.to_vec(),
    }
}

#[test]
fn a_network_trains_as_in_pytorch_with_its_running_statistics() {
    let case = &read::<Training>("batch_norm.json")[0];
    let (layers, builder) = network();
    let mut params = builder.build::<f64>(1, 1 << 20).unwrap();
    assert_eq!(params.segments().len(), case.start.len());
    let table = params.segments().to_vec();
    for s in &table {
        let id = params.find(&s.name).unwrap();
        let values = transposed(&s.shape, s.kind, &case.start[&s.name].data, true);
        params.slice_mut(id).copy_from_slice(&values);
    }
    let inputs = Rows::reals64(&[2, 4, 5], case.x.data.clone());
    let targets = Targets::classes(case.labels.clone(), 3);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let sgd = Sgd::new(0.05).momentum(0.9);
    let mut trainer = Trainer::new(Model { layers, params }, sgd, CrossEntropy::new());
    for (step, (rows, want)) in case.batches.iter().zip(&case.losses).enumerate() {
        let report = trainer.step(data, rows, step as u64);
        close(report.loss, *want, 1e-9, "the loss");
    }
    let model = trainer.model();
    for (_, s, values) in model.params.iter() {
        let values = transposed(&s.shape, s.kind, values, false);
        for (got, want) in values.iter().zip(&case.end[&s.name].data) {
            close(*got, *want, 1e-9, &s.name);
        }
    }
    let all: Vec<u32> = (0..10).collect();
    let outputs = model.forward(&inputs.gather(&all));
    for (got, want) in outputs.to_vec().iter().zip(&case.outputs.data) {
        close(*got, *want, 1e-9, "the outputs");
    }
}

/// Images of 8 by 8 with a label that some of their pixels tell.
fn images(n: usize) -> (Rows, Targets) {
    let cells: Vec<u8> = (0..n * 64).map(|i| (i * i * 31 % 251) as u8).collect();
    let labels: Vec<u32> = cells
        .chunks_exact(64)
        .map(|p| u32::from(p[9] > 125))
        .collect();
    (Rows::bytes(&[1, 8, 8], cells), Targets::classes(labels, 2))
}

fn cnn() -> Cnn {
    Cnn {
        blocks: vec![8, 12],
        hidden: vec![16],
        ..Cnn::new([1, 8, 8], 2)
    }
}

fn trained(threads: usize, epochs: usize) -> Model<f32> {
    let (inputs, targets) = images(100);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let mut builder = ParamsBuilder::new();
    let layers = cnn().declare(&mut builder);
    let params = builder.build(1, 1 << 20).unwrap();
    let adamw = Adam::adamw(1e-3);
    let mut trainer =
        Trainer::new(Model { layers, params }, adamw, CrossEntropy::new()).batch_size(32);
    let rows: Vec<u32> = (0..100).collect();
    ThreadPool::new(threads).install(|| {
        for _ in 0..epochs {
            let flow = trainer.epoch(data, &rows, |_, _| ControlFlow::Continue(()));
            assert!(flow.is_continue());
        }
    });
    trainer.into_model()
}

#[test]
fn biases_start_where_they_are_told_and_weights_as_ever() {
    let of = |value: Option<f64>| -> Params<f64> {
        let mut builder = match value {
            Some(value) => ParamsBuilder::new().biases(value),
            None => ParamsBuilder::new(),
        };
        let _: Sequential<f64> = cnn().declare(&mut builder);
        builder.build(1, 1 << 20).unwrap()
    };
    let (usual, told) = (of(None), of(Some(0.01)));
    let mut biases = 0;
    for ((_, segment, before), (_, _, after)) in usual.iter().zip(told.iter()) {
        match segment.kind {
            Kind::Bias => {
                biases += 1;
                assert!(before.iter().all(|b| *b == 0.0) && after.iter().all(|b| *b == 0.01));
            }
            _ => assert_eq!(before, after, "{}", segment.name),
        }
    }
    assert_eq!(
        biases, 2,
        "the linear layers: normalized convolutions have none"
    );
    let model = Sequential::input([2])
        .linear(3)
        .relu()
        .biases(-0.5)
        .linear(1)
        .init::<f64>(0);
    let params = model.unwrap().params;
    let of: Vec<&[f64]> = params.iter().map(|(.., values)| values).collect();
    assert_eq!((of[1], of[3]), (&[0.0; 3][..], &[-0.5][..]));
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let bits = |threads| {
        let model = trained(threads, 2);
        let bits = model.params.values().iter().map(|x| x.to_bits());
        bits.collect::<Vec<_>>()
    };
    let one = bits(1);
    assert_eq!(one, bits(2));
    assert_eq!(one, bits(4));
}

#[test]
fn running_statistics_come_back_with_the_model() {
    let model = trained(1, 3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    safetensors::save(&path, &model.params, &serde_json::Value::Null).unwrap();
    let mut builder = ParamsBuilder::new();
    let layers = cnn().declare(&mut builder);
    let mut params: Params<f32> = builder.build(2, 1 << 20).unwrap();
    safetensors::load(&path, &mut params).unwrap();
    let counted = params.find("1.num_batches_tracked").unwrap();
    // Four batches an epoch.
    assert_eq!(params.slice(counted), [12.0]);
    let mean = params.find("1.running_mean").unwrap();
    assert!(params.slice(mean).iter().all(|m| *m != 0.0));
    let (inputs, _) = images(20);
    let x = inputs.gather(&(0..20).collect::<Vec<u32>>());
    assert_eq!(Model { layers, params }.forward(&x), model.forward(&x));
}

/// Names count every layer, as `nn.Sequential` does.
#[test]
fn names_are_those_of_pytorch() {
    let names = |builder: ParamsBuilder| {
        let params = builder.build::<f32>(0, 1 << 24).unwrap();
        let weights = params
            .segments()
            .iter()
            .filter(|s| s.name.ends_with("weight"));
        weights.map(|s| s.name.clone()).collect::<Vec<_>>()
    };
    let mut builder = ParamsBuilder::new();
    let layers: Sequential<f32> = cnn().declare(&mut builder);
    let places = [0, 1, 3, 4, 7, 8, 10, 11, 16, 19].map(|i| format!("{i}.weight"));
    assert_eq!(names(builder), places);
    let described: Vec<_> = layers.descriptions().collect();
    assert_eq!(
        described[..4],
        [
            "Conv2d(1, 8, kernel_size=(3, 3), padding=(1, 1), bias=False)",
            "BatchNorm2d(8)",
            "relu",
            "Conv2d(8, 8, kernel_size=(3, 3), padding=(1, 1), bias=False)",
        ]
    );
    assert_eq!(
        described[6],
        "MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))"
    );

    let mut builder = ParamsBuilder::new();
    let mlp = Mlp {
        inputs: 4,
        hidden: vec![5, 6],
        outputs: 2,
        activation: Activation::Relu,
        batch_norm: true,
        dropout: 0.1,
        init: Init::HE_NORMAL,
    };
    let _: Sequential<f32> = mlp.declare(&mut builder);
    assert_eq!(
        names(builder),
        [0, 1, 4, 5, 8].map(|i| format!("{i}.weight"))
    );
}

/// A pass has no effect: neither in use nor, without a trainer, in training.
#[test]
fn a_pass_alone_changes_nothing() {
    let model = trained(1, 1);
    let before = model.params.clone();
    let (inputs, _) = images(8);
    let x = inputs.gather(&[0, 1, 2, 3]);
    let run = |mode| {
        let pass = ForwardContext::new(&model.params, mode);
        model.layers.forward(&pass, &x)
    };
    let training = Mode::Train {
        seed: 0,
        epoch: 0,
        step: 0,
    };
    assert_ne!(run(Mode::Evaluate), run(training));
    assert_eq!(run(Mode::Evaluate), run(Mode::Evaluate));
    assert_eq!(model.params.values(), before.values());
}

/// A batch of one row in training: the numbers become the shift, and no statistic follows it.
#[test]
fn a_single_row_has_no_variance() {
    let mut builder = ParamsBuilder::new();
    let mut layers = Sequential::<f32>::new();
    layers.push(BatchNorm1d::new(&mut builder, "0", 3));
    let params = builder.build(0, 1 << 10).unwrap();
    let start = params.clone();
    let inputs = Rows::reals32(&[3], vec![1.0, 2.0, 3.0]);
    let targets = Targets::Values(Rows::reals32(&[3], vec![0.0, 0.0, 0.0]));
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let mut trainer = Trainer::new(Model { layers, params }, Sgd::new(1e-3), Mse);
    let report = trainer.step(data, &[0], 0);
    assert_eq!(report.loss, 0.0);
    assert_eq!(trainer.model().params.values(), start.values());
}

#[test]
fn means_and_normalized_rows() {
    let mut builder = ParamsBuilder::new();
    let mut layers = Sequential::<f64>::new();
    layers.push(AvgPool2d::new(2));
    layers.push(Flatten);
    layers.push(LayerNorm::new(&mut builder, "2", &[2]));
    let descriptions: Vec<_> = layers.descriptions().collect();
    assert_eq!(descriptions[2], "LayerNorm((2))");
    let params = builder.build(0, 1 << 10).unwrap();
    let x = Tensor::from_fn(&[1, 1, 2, 4], |i| i as f64);
    // Means 2.5 and 4.5.
    let y = Model { layers, params }.forward(&x).to_vec();
    let want = 1.0 / (1.0f64 + LayerNorm::EPS).sqrt();
    assert!(
        (y[0] + want).abs() < 1e-12 && (y[1] - want).abs() < 1e-12,
        "{y:?}"
    );
}

#[test]
#[should_panic(expected = "cannot be halved 4 times")]
fn an_image_that_is_too_small_is_refused() {
    let cnn = Cnn {
        blocks: vec![1; 4],
        ..Cnn::new([1, 8, 8], 2)
    };
    let _: Sequential<f32> = cnn.declare(&mut ParamsBuilder::new());
}
