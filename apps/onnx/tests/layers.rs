//! Every layer as a graph, computed by an interpreter that knows nothing of the engine.

use autograd::prelude::{Conv2dParams, Pool2dParams};
use autograd::{Activation, Real, Tensor};
use nn::layers::{AvgPool2d, LayerNorm, MaxPool2d};
use nn::{BuildError, Kind, Model, Sequential};
use onnx::{Element, ExportError, of_model};
use testing::onnx::Graph;

/// Numbers between −1 and 1 that repeat nowhere soon.
fn scattered(i: usize) -> f64 {
    (i as f64 * 1.618_033_988_749_895 + 0.3).fract() * 2.0 - 1.0
}

/// The model with running statistics as after some training.
fn trained<T: Real>(built: Result<Model<T>, BuildError>) -> Model<T> {
    let mut model = built.unwrap();
    let ids: Vec<_> = model.params.iter().map(|(id, ..)| id).collect();
    for (n, id) in ids.into_iter().enumerate() {
        let segment = model.params.segment(id).clone();
        let values = model.params.slice_mut(id).iter_mut().enumerate();
        for (i, value) in values {
            let x = scattered(31 * n + i);
            match segment.kind {
                Kind::Buffer => *value = T::from_f64(x + 1.5),
                Kind::Norm | Kind::Bias => *value = T::from_f64(x),
                Kind::Weight => {}
            }
        }
    }
    model
}

/// The largest difference between a model and its graph, over outputs that are at least 1.
#[track_caller]
fn difference<T: Real>(model: &Model<T>, row: &[usize], element: Element) -> f64 {
    let width: usize = row.iter().product();
    let rows: Vec<Vec<f64>> = (0..5)
        .map(|i| (0..width).map(move |j| T::from_f64(3.0 * scattered(i * width + j)).to_f64()))
        .map(Iterator::collect)
        .collect();
    let shape: Vec<usize> = [5].into_iter().chain(row.iter().copied()).collect();
    let cells: Vec<T> = rows.concat().into_iter().map(T::from_f64).collect();
    let expected = model.forward(&Tensor::new(&shape, &cells)).to_vec();
    let graph = Graph::of(&of_model(model, row, element).unwrap());
    let found = &graph.run(&rows)["y"];
    assert_eq!(found.data.len(), expected.len());
    let pairs = found.data.iter().zip(&expected);
    pairs
        .map(|(found, expected)| {
            let expected = expected.to_f64();
            (found - expected).abs() / expected.abs().max(1.0)
        })
        .fold(0.0, f64::max)
}

#[track_caller]
fn agrees(
    row: &[usize],
    build: impl Fn(nn::layers::SequentialBuilder) -> nn::layers::SequentialBuilder,
) {
    let single = trained(build(Sequential::input(row)).init::<f32>(3));
    let double = trained(build(Sequential::input(row)).init::<f64>(3));
    let of_single = difference(&single, row, Element::F32);
    let of_double = difference(&double, row, Element::F64);
    let rounded = difference(&double, row, Element::F32);
    assert!(of_single < 2e-6, "single precision differs by {of_single}");
    // The constant of normalizations is of single precision.
    assert!(of_double < 1e-8, "double precision differs by {of_double}");
    assert!(rounded < 2e-6, "rounded numbers differ by {rounded}");
}

#[test]
fn every_activation_is_the_engines() {
    for name in Activation::NAMES {
        let of = Activation::parse(name).unwrap();
        // After a linear layer, and by itself.
        agrees(&[6], |b| {
            b.linear(7).activation(of).linear(4).activation(of)
        });
        agrees(&[6], |b| b.activation(of).linear(3));
    }
    for of in [
        Activation::LeakyRelu { slope: 0.3 },
        Activation::Elu { alpha: 0.7 },
    ] {
        agrees(&[6], |b| b.activation(of).linear(3));
    }
}

#[test]
fn normalizations_use_what_training_left() {
    agrees(&[6], |b| {
        b.linear(5).batch_norm().tanh().dropout(0.5).linear(3)
    });
    agrees(&[6], |b| b.linear(5).layer_norm().relu().linear(3));
    agrees(&[2, 6, 5], |b| {
        b.conv2d(3, 3).batch_norm().relu().layer(LayerNorm::new)
    });
}

#[test]
fn convolutions_and_pools_move_as_they_are_told() {
    let window = Conv2dParams::default().stride(2).padding(1);
    let uneven = Conv2dParams {
        stride: [1, 2],
        padding: [2, 1],
        dilation: [2, 1],
    };
    agrees(&[2, 7, 6], |b| b.conv2d_with(3, [3, 2], window).relu());
    agrees(&[1, 9, 8], |b| {
        b.conv2d_with(2, [3, 2], uneven)
            .max_pool2d(2)
            .flatten()
            .linear(3)
    });
    let pool = Pool2dParams {
        stride: [2, 1],
        padding: [1, 0],
        ..Pool2dParams::default()
    };
    let kernel = [3, 2];
    agrees(&[2, 7, 6], |b| {
        b.layer(|_, _, _| MaxPool2d {
            kernel,
            window: pool,
        })
    });
    for padding_counts in [true, false] {
        agrees(&[2, 7, 6], |b| {
            b.layer(|_, _, _| AvgPool2d {
                kernel,
                window: pool,
                padding_counts,
            })
        });
    }
}

#[test]
fn rows_are_reshaped_as_the_model_does() {
    let model = trained(Sequential::input([2, 3]).flatten().linear(2).init::<f64>(0));
    assert!(difference(&model, &[6], Element::F64) < 1e-12);
}

#[test]
fn what_has_no_operation_is_named() {
    struct Own;
    impl<T: Real> nn::Layer<T> for Own {
        fn forward<V: nn::Carrier<T = T>>(&self, _: &nn::ForwardContext<'_, V>, x: &V) -> V {
            x.clone()
        }
        fn describe(&self) -> String {
            "Own()".to_owned()
        }
    }
    let model = Sequential::input([2]).layer(|_, _, _| Own).init::<f32>(0);
    assert_eq!(
        of_model(&model.unwrap(), &[2], Element::F32),
        Err(ExportError::Layer("Own()".to_owned()))
    );
    let mut wide = Sequential::input([2]).linear(1).init::<f64>(0).unwrap();
    wide.params.values_mut()[0] = 1e39;
    assert!(of_model(&wide, &[2], Element::F64).is_ok());
    assert_eq!(
        of_model(&wide, &[2], Element::F32),
        Err(ExportError::Overflow("0.weight".to_owned()))
    );
    let other = of_model(&wide, &[3], Element::F64).unwrap_err();
    assert!(matches!(other, ExportError::Shape(_)), "{other}");
}

#[test]
fn scales_keep_the_digits_of_numbers_far_from_zero() {
    // Days since 1970 with a deviation of one day, a column that is constant, and one that is not shifted. The days are no
    // number of single precision, which are 0.002 apart there.
    let (scale, shift) = ([1.0, 0.0, 0.5], [-19_876.543_21, 0.25, 0.0]);
    for element in [Element::F32, Element::F64] {
        let mut graph = onnx::Graph::new(element);
        let x = graph.input("x", &[3], "");
        let y = onnx::to_network(&mut graph, &x, &[3], &scale, &shift);
        let z = onnx::from_network(&mut graph, &y, &[3], &[2.0; 3], &[1.0; 3]);
        graph.output(&z, "z", &[3], "");
        let graph = Graph::of(&graph.finish(Vec::new()).unwrap());
        let row = vec![19_877.5, 7.0, -4.0];
        let found = &graph.run(std::slice::from_ref(&row))["z"].data;
        for (j, found) in found.iter().enumerate() {
            let expected = 2.0 * (row[j] * scale[j] + shift[j]) + 1.0;
            let off = (found - expected).abs();
            assert!(off < 1e-6, "column {j}: {found} and {expected}");
        }
    }
}
