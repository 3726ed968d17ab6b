//! Autoencoders: widths, names, halves, and the loss of pixels.

use autograd::{Activation, Tensor};
use datasets::{Rows, Targets};
use nn::layers::{self, Autoencoder};
use nn::{
    BatchTargets, DataView, ForwardContext, Init, Layer, Loss, LossFunction, Mode, Model,
    ParamsBuilder, evaluate, evaluate_each,
};

fn with(inputs: usize, latent: usize, depth: usize) -> Autoencoder {
    Autoencoder::new(inputs, latent, depth, Activation::Relu, Init::HE_NORMAL)
}

fn built(coder: &Autoencoder) -> Model<f32> {
    let mut builder = ParamsBuilder::new();
    let layers = coder.declare(&mut builder);
    let params = builder.build(3, usize::MAX).unwrap();
    Model { layers, params }
}

#[test]
fn widths_fall_geometrically() {
    assert_eq!(with(784, 32, 5).widths, [784, 414, 218, 115, 61, 32]);
    assert_eq!(with(784, 4, 1).widths, [784, 4]);
    assert_eq!(with(64, 8, 3).widths, [64, 32, 16, 8]);
    assert_eq!(with(64, 64, 2).widths, [64, 64, 64]);
    assert_eq!(with(2, 1, 6).widths.len(), 7);
    let widths = with(3072, 3, 7).widths;
    let factor = (3.0 / 3072.0f64).powf(1.0 / 7.0);
    for pair in widths.windows(2) {
        let next = pair[0] as f64 * factor;
        // Both ends of the step are rounded.
        assert!((next - pair[1] as f64).abs() < 1.0, "{widths:?}");
    }
    assert_eq!(with(64, 8, 3).hidden(), [32, 16, 8, 16, 32]);
    assert_eq!(with(64, 8, 1).hidden(), [8]);
}

#[test]
fn parameters_have_the_names_of_a_sequential() {
    let model = built(&with(64, 8, 2));
    let names: Vec<&str> = model
        .params
        .segments()
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    // Linear 64 23, ReLU, Linear 23 8; Linear 8 23, ReLU, Linear 23 64.
    let layers = ["0", "2", "3", "5"];
    let wanted: Vec<String> = layers
        .iter()
        .flat_map(|layer| [format!("{layer}.weight"), format!("{layer}.bias")])
        .collect();
    assert_eq!(names, wanted);
    assert_eq!(model.params.segments()[2].shape, [23, 8]);
}

#[test]
fn the_halves_make_the_whole_on_both_carriers() {
    let coder = with(12, 3, 2);
    let model = built(&coder);
    let x = Tensor::from_fn(&[5, 1, 3, 4], |i| (i as f32 * 0.37).sin());
    let pass = ForwardContext::new(&model.params, Mode::Evaluate);
    let code = coder.encode(&model.layers, &pass, &x);
    assert_eq!(code.shape(), [5, 3]);
    let back = coder.decode(&model.layers, &pass, &code);
    assert_eq!(back.shape(), [5, 12]);
    assert_eq!(back.to_vec(), model.forward(&x).to_vec());
    // A code is not cut off at zero.
    assert!(code.to_vec().iter().any(|c| *c < 0.0));

    let tape = autograd::Tape::new();
    let recorded = nn::Recorded::new(&tape, &model.params);
    let pass = ForwardContext::new(&recorded, Mode::Evaluate);
    let on_tape = coder.encode(&model.layers, &pass, &tape.constant(x.clone()));
    assert_eq!(on_tape.tensor().to_vec(), code.to_vec());
    let whole = model.layers.forward(&pass, &tape.constant(x));
    let halves = coder.decode(&model.layers, &pass, &on_tape);
    assert_eq!(halves.tensor().to_vec(), whole.tensor().to_vec());
}

#[test]
#[should_panic(expected = "0 layers from 64 numbers to 8")]
fn no_layers_panic() {
    with(64, 8, 0);
}

/// PyTorch's `binary_cross_entropy_with_logits`: max(y, 0) − y·t + ln(1 + e^−|y|).
#[test]
fn pixels_between_black_and_white_have_a_loss() {
    let (logits, pixels) = ([0.3, -2.0, 5.0, 0.0], [0.25, 0.0, 1.0, 0.5]);
    let of = |(y, t): (&f64, &f64)| y.max(0.0) - y * t + (-y.abs()).exp().ln_1p();
    let wanted = logits.iter().zip(&pixels).map(of).sum::<f64>() / 4.0;
    let outputs = Tensor::new(&[2, 2], &logits);
    let values = Targets::Values(Rows::reals64(&[2], pixels));
    let loss = LossFunction::BceWithLogits;
    let targets = BatchTargets::of(&values, &[0, 1]);
    assert!((loss.value(&outputs, &targets).item() - wanted).abs() < 1e-15);

    // The metric compares pixels with pixels.
    let said = Loss::predictions(&loss, &outputs).to_vec();
    let square = |(s, t): (&f64, &f64)| (s - t).powi(2);
    let squares = said.iter().zip(&pixels).map(square).sum::<f64>() / 2.0;
    let identity = Model::new(
        layers::Sequential::<f64>::new(),
        ParamsBuilder::new().build(0, 0).unwrap(),
    );
    let inputs = Rows::reals64(&[2], logits);
    let found = evaluate(
        &identity,
        DataView {
            inputs: &inputs,
            targets: &values,
        },
        &[0, 1],
        loss,
    );
    assert!((found.mse() - squares / 2.0).abs() < 1e-15);
    assert_eq!(said[3], 0.5);
    assert_eq!(
        Loss::predictions(&LossFunction::Mse, &outputs).to_vec(),
        logits
    );
}

#[test]
fn inputs_can_be_targets_without_a_copy_and_batches_are_seen_in_order() {
    let pixels: Vec<u8> = (0..300 * 12).map(|i| (i * 7 % 256) as u8).collect();
    let inputs = Rows::bytes(&[1, 3, 4], pixels);
    let targets = Targets::Values(inputs.clone().flattened());
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let model = built(&with(12, 3, 1));
    let rows: Vec<u32> = (0..300).rev().collect();
    for loss in [LossFunction::Mse, LossFunction::BceWithLogits] {
        let whole = evaluate(&model, data, &rows, loss);
        let mut seen = Vec::new();
        let each = evaluate_each(&model, data, &rows, loss, |y, _| seen.extend(y.to_vec()));
        assert_eq!(each.to_bits(), whole.loss.to_bits());
        assert_eq!(seen, whole.outputs.to_vec());
    }
}
