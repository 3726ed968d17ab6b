//! Probes and the summary: what is told about a model is true.

use autograd::{Activation, Tensor};
use datasets::{Rows, Targets};
use nn::layers::{Cnn, Dropout, Flatten, Linear, Mlp, Sequential};
use nn::probe::{self, Histogram, Spread};
use nn::{DataView, Init, Kind, LossFunction, Mode, Model, ParamsBuilder, Summary};

/// Three inputs, two hidden units of this activation and one output, with weights as given.
fn model(activation: Activation, values: &[f64]) -> Model<f64> {
    let mut params = ParamsBuilder::new();
    let mut layers = Sequential::new();
    layers.push(Linear::new(&mut params, "0", 3, 2, activation, Init::Zeros));
    layers.push(Dropout::new("2", 0.5));
    let last = Linear::new(&mut params, "3", 2, 1, Activation::Identity, Init::Zeros);
    layers.push(last);
    let mut params = params.build(1, 1 << 20).unwrap();
    params.values_mut().copy_from_slice(values);
    Model { layers, params }
}

/// The first unit is the first input, the second is below 0 for all rows of [`batch`].
const VALUES: [f64; 11] = [1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -9.0, 2.0, 5.0, 0.5];

/// A step of training.
const TRAINING: Mode = Mode::Train {
    seed: 1,
    epoch: 0,
    step: 0,
};

fn batch() -> Tensor<f64> {
    Tensor::from([[1.0, 2.0, 3.0], [3.0, 0.0, 1.0], [-1.0, 1.0, 0.0]])
}

#[test]
fn activations_are_those_of_each_layer() {
    let model = model(Activation::Relu, &VALUES);
    let found = probe::activations(&model, &batch(), Mode::Evaluate, 3);
    let [hidden, output] = found.as_slice() else {
        panic!("two layers have parameters: {found:?}")
    };
    assert_eq!((hidden.layer, output.layer), (0, 2));
    assert_eq!(hidden.description, "Linear(3, 2) + relu");
    // The outputs are 1 0, 3 0, 0 0.
    let spread = hidden.spread;
    assert!((spread.mean - 4.0 / 6.0).abs() < 1e-15);
    let variance = 10.0 / 6.0 - 16.0 / 36.0;
    assert!((spread.std - f64::sqrt(variance)).abs() < 1e-15);
    assert_eq!(
        (spread.min, spread.max, spread.zeros),
        (0.0, 3.0, 4.0 / 6.0)
    );
    assert_eq!(hidden.histogram.counts, [4, 1, 1]);
    assert_eq!((hidden.units, &hidden.dead[..]), (2, &[1][..]));
    assert_eq!(hidden.dead_share(), 0.5);
    assert_eq!(hidden.saturated, None);
    // 2.5, 6.5, 0.5.
    assert_eq!((output.spread.min, output.spread.max), (0.5, 6.5));
    assert!(output.dead.is_empty());
}

#[test]
fn an_activation_is_saturated_where_its_slope_is_a_hundredth() {
    for (activation, edge) in [
        (Activation::Tanh, 0.99f64.sqrt().atanh()),
        (
            Activation::Sigmoid,
            (0.5 + 0.5 * 0.99f64.sqrt()).ln() - (0.5 - 0.5 * 0.99f64.sqrt()).ln(),
        ),
        (Activation::Softsign, 9.0),
    ] {
        for (x, want) in [(0.999, 0.0), (1.001, 1.0), (-1.001, 1.0)] {
            // Both units see the input, with opposite signs.
            let x = Tensor::from([[x * edge, 0.0, 0.0], [x * edge, 0.0, 0.0]]);
            let values = [1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0];
            let model = model(activation, &values);
            let found = probe::activations(&model, &x, Mode::Evaluate, 1);
            assert_eq!(found[0].saturated, Some(want), "{activation:?} {x:?}");
            assert_eq!(found[1].saturated, None);
        }
    }
}

#[test]
fn channels_of_images_are_units() {
    /// Cuts off what is below 0.
    struct Relu;
    impl nn::Layer<f64> for Relu {
        fn forward<V: nn::Carrier<T = f64>>(&self, _: &nn::ForwardContext<'_, V>, x: &V) -> V {
            Activation::Relu.apply(x)
        }
        fn describe(&self) -> String {
            "relu".to_owned()
        }
        fn kind(&self) -> nn::LayerKind {
            nn::LayerKind::Fixed
        }
        fn activation(&self) -> Option<Activation> {
            Some(Activation::Relu)
        }
    }
    let mut layers = Sequential::new();
    layers.push(Flatten);
    let flat = Model {
        layers,
        params: ParamsBuilder::new().build(0, 0).unwrap(),
    };
    let images = Tensor::from_fn(&[2, 3, 2, 2], |i| {
        // Channel 1 is below 0 on both images, channel 2 on one.
        match (i / 12, i / 4 % 3) {
            (_, 1) | (0, 2) => -1.0,
            _ => i as f64,
        }
    });
    assert!(probe::activations(&flat, &images, Mode::Evaluate, 1).is_empty());
    let mut layers = Sequential::new();
    layers.push(Relu);
    let model = Model { layers, ..flat };
    let found = probe::activations(&model, &images, Mode::Evaluate, 1);
    assert_eq!((found[0].units, &found[0].dead[..]), (3, &[1][..]));
}

#[test]
fn gradients_are_those_of_the_loss() {
    let model = model(Activation::Tanh, &VALUES);
    let inputs = Rows::reals64(&[3], batch().to_vec());
    let targets = Targets::Values(Rows::reals64(&[1], vec![1.0, -1.0, 0.0]));
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let rows = [0, 1, 2];
    let found = probe::gradients(&model, data, &rows, LossFunction::Mse, Mode::Evaluate);
    let value = |values: &[f64]| {
        let other = self::model(Activation::Tanh, values);
        nn::evaluate(&other, data, &rows, LossFunction::Mse).loss
    };
    let names: Vec<&str> = found.iter().map(|g| g.name.as_str()).collect();
    assert_eq!(names, ["0.weight", "0.bias", "3.weight", "3.bias"]);
    assert_eq!(found[1].kind, Kind::Bias);
    for (gradient, segment) in found.iter().zip(model.params.segments()) {
        let mut squares = 0.0;
        for i in segment.range.clone() {
            let moved = |by: f64| {
                let mut values = VALUES;
                values[i] += by;
                value(&values)
            };
            squares += ((moved(1e-5) - moved(-1e-5)) / 2e-5).powi(2);
        }
        assert!(
            (gradient.norm - squares.sqrt()).abs() < 1e-7,
            "{gradient:?}"
        );
        let rms = (squares / segment.range.len() as f64).sqrt();
        assert!((gradient.rms - rms).abs() < 1e-7, "{gradient:?}");
    }
    // In training, half of the hidden units are away.
    assert_ne!(
        probe::gradients(&model, data, &rows, LossFunction::Mse, TRAINING),
        found
    );
}

#[test]
fn weights_are_counted() {
    let model = model(Activation::Relu, &VALUES);
    let found = probe::weights(&model.params, 4);
    assert_eq!(found[0].name, "0.weight");
    assert_eq!(found[0].spread, Spread::new(&VALUES[..6]));
    assert_eq!(
        (found[0].histogram.low, found[0].histogram.high),
        (-1.0, 1.0)
    );
    assert_eq!(found[0].histogram.counts, [1, 0, 4, 1]);
    assert_eq!(found[3].histogram.counts, [0, 0, 1, 0]);
}

#[test]
fn a_histogram_has_a_place_for_everything() {
    let h = Histogram::new(&[0.0, 1.0, 2.0, 3.0, 4.0, f64::NAN, f64::INFINITY], 2);
    assert_eq!(
        (h.low, h.high, &h.counts[..], h.not_finite),
        (0.0, 4.0, &[2, 3][..], 2)
    );
    let h = Histogram::new(&[7f32; 5], 3);
    assert_eq!((h.low, h.high, &h.counts[..]), (6.5, 7.5, &[0, 5, 0][..]));
    let h = Histogram::new(&[f64::NAN], 2);
    assert_eq!(
        (h.low, h.high, &h.counts[..], h.not_finite),
        (-0.5, 0.5, &[0, 0][..], 1)
    );
    let h = Histogram::new(&[f64::MIN, 0.0, f64::MAX], 3);
    assert_eq!(h.counts, [1, 1, 1]);
}

#[test]
fn the_summary_of_an_mlp() {
    let mlp = Mlp {
        inputs: 784,
        hidden: vec![64, 32],
        outputs: 10,
        activation: Activation::Relu,
        batch_norm: false,
        dropout: 0.25,
        init: Init::HE_NORMAL,
    };
    let mut params = ParamsBuilder::new();
    let layers = mlp.declare::<f32>(&mut params);
    // A buffer that a pass in evaluation does not ask for.
    params.add("3.num_batches_tracked", Kind::Buffer, &[], Init::Zeros);
    let model = Model {
        layers,
        params: params.build(1, 1 << 20).unwrap(),
    };
    let summary = Summary::new(&model, &[1, 28, 28]);
    assert_eq!((summary.trained, summary.untrained), (52650, 1));
    assert_eq!(
        summary.to_string(),
        "\
Name  Layer                   Output shape  Parameters
======================================================
      Flatten()               (rows, 784)            0
0     Linear(784, 64) + relu  (rows, 64)        50,240
      Dropout(0.25)           (rows, 64)             0
3     Linear(64, 32) + relu   (rows, 32)         2,081
      Dropout(0.25)           (rows, 32)             0
6     Linear(32, 10)          (rows, 10)           330
------------------------------------------------------
Parameters:  52,651 (205.67 KiB)
Trained:     52,650
Not trained: 1"
    );
}

#[test]
fn the_summary_of_a_convolutional_network() {
    let cnn = Cnn {
        blocks: vec![4],
        convolutions: 1,
        hidden: vec![],
        ..Cnn::new([1, 8, 8], 3)
    };
    let mut params = ParamsBuilder::new();
    let layers = cnn.declare::<f32>(&mut params);
    let params = params.build(1, 1 << 20).unwrap();
    let summary = Summary::new(&Model { layers, params }, &[1, 8, 8]);
    let told = summary
        .lines
        .iter()
        .map(|l| (l.name.as_str(), l.output.as_slice(), l.parameters));
    // Normalization has scale, shift, mean and variance of four channels, and a count of batches.
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("0", &[4, 8, 8][..], 36),
            ("1", &[4, 8, 8], 17),
            ("", &[4, 8, 8], 0),
            ("", &[4, 4, 4], 0),
            ("", &[64], 0),
            ("", &[64], 0),
            ("6", &[3], 195),
        ]
    );
    assert_eq!((summary.trained, summary.untrained), (239, 9));
}

#[test]
fn a_look_in_training_uses_the_batch_and_leaves_running_statistics() {
    let mlp = Mlp {
        inputs: 3,
        hidden: vec![6],
        outputs: 1,
        activation: Activation::Tanh,
        batch_norm: true,
        dropout: 0.0,
        init: Init::Normal(30.0),
    };
    let mut params = ParamsBuilder::new();
    let layers = mlp.declare::<f64>(&mut params);
    let params = params.build(1, 1 << 20).unwrap();
    let model = Model { layers, params };
    let before = model.params.values().to_vec();
    let look = |mode| probe::activations(&model, &batch(), mode, 5);
    let (used, trained) = (look(Mode::Evaluate), look(TRAINING));
    // Linear, normalization, activation, linear: the flattening has nothing to show.
    let places: Vec<usize> = trained.iter().map(|a| a.layer).collect();
    assert_eq!(places, [1, 2, 3, 4]);
    let normal = trained[1].spread;
    assert!(
        normal.mean.abs() < 1e-12 && (normal.std - 1.0).abs() < 1e-3,
        "{normal:?}"
    );
    assert!(used[1].spread.std > 10.0);
    assert!(used[2].saturated > trained[2].saturated);
    let inputs = Rows::reals64(&[3], batch().to_vec());
    let targets = Targets::Values(Rows::reals64(&[1], vec![1.0, -1.0, 0.0]));
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let norms = |mode| probe::gradients(&model, data, &[0, 1, 2], LossFunction::Mse, mode);
    assert_ne!(norms(Mode::Evaluate), norms(TRAINING));
    assert!(norms(TRAINING).iter().all(|g| g.kind != Kind::Buffer));
    assert_eq!(model.params.values(), before);
}
