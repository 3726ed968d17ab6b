//! Every layer as a graph, computed by an interpreter that knows nothing of the engine.

use autograd::prelude::{Conv2dParams, Pool2dParams};
use autograd::{Activation, Real, Tensor};
use nn::layers::{AvgPool2d, Flatten, LayerNorm, Linear, MaxPool2d};
use nn::{BuildError, Init, Kind, Model, ParamsBuilder, Sequential};
use onnx::{Element, ExportError, Port, of_model};
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
    assert!(of_double < 1e-12, "double precision differs by {of_double}");
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
fn averages_of_windows_with_gaps_are_refused() {
    let window = Pool2dParams {
        dilation: [2, 1],
        ..Pool2dParams::default()
    };
    let pooled = Sequential::input([1, 6, 6]).layer(|_, _, _| AvgPool2d {
        kernel: [2, 2],
        window,
        padding_counts: false,
    });
    let refused = of_model(&pooled.init::<f32>(0).unwrap(), &[1, 6, 6], Element::F32);
    let said = refused.unwrap_err().to_string();
    assert!(said.starts_with("the layer AvgPool2d("), "{said}");
    assert!(
        said.ends_with("averages windows with gaps, which ONNX has from opset 19 on"),
        "{said}"
    );
}

/// A model with a `Sequential` among its layers.
fn nested<T: Real>() -> Model<T> {
    let mut params = ParamsBuilder::new();
    let init = Init::HeNormal(1.0);
    let mut inner = Sequential::new();
    inner.push(Flatten);
    inner.push(Linear::new(
        &mut params,
        "0.1",
        6,
        5,
        Activation::Tanh,
        init,
    ));
    inner.push(LayerNorm::new(&mut params, "0.2", &[5]));
    let mut layers = Sequential::new();
    layers.push(inner);
    layers.push(Linear::new(
        &mut params,
        "1",
        5,
        2,
        Activation::Identity,
        init,
    ));
    let params = params.build(3, isize::MAX as usize).unwrap();
    Model { layers, params }
}

#[test]
fn a_sequential_within_another_is_written_layer_by_layer() {
    assert!(difference(&nested::<f32>(), &[2, 3], Element::F32) < 2e-6);
    assert!(difference(&nested::<f64>(), &[2, 3], Element::F64) < 1e-12);
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
fn a_parameter_of_an_activation_does_not_become_infinite() {
    let steep = Sequential::input([2]).activation(Activation::LeakyRelu { slope: 1e39 });
    let steep = steep.linear(1).init::<f64>(0).unwrap();
    assert!(of_model(&steep, &[2], Element::F64).is_ok());
    let refused = of_model(&steep, &[2], Element::F32).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the alpha of LeakyRelu_1 has a number that is too large for single precision"
    );
}

/// What `x·scale + shift` of a row is in a graph, before the network and after it.
fn scaled(row: &[f64], scale: &[f64], shift: &[f64]) -> [Vec<f64>; 2] {
    let shape = [row.len()];
    let mut graph = onnx::Graph::new(Element::F64);
    let x = graph.input("x", &shape, "");
    let before = onnx::to_network(&mut graph, &x, &shape, scale, shift);
    let after = onnx::from_network(&mut graph, &x, &shape, scale, shift);
    graph.output(&before, "before", &shape, "");
    graph.output(&after, "after", &shape, "");
    let graph = Graph::of(&graph.finish(Vec::new()).unwrap());
    let found = graph.run(&[row.to_vec()]);
    ["before", "after"].map(|name| found[name].data.clone())
}

#[test]
fn a_scale_or_shift_of_one_number_is_for_all_columns() {
    let row = [1.0, -2.0, 4.0];
    for (scale, shift, expected) in [
        (&[2.0, 4.0, 0.5][..], &[1.0][..], [3.0, -7.0, 3.0]),
        (&[2.0], &[1.0, 0.0, -3.0], [3.0, -4.0, 5.0]),
        (&[2.0], &[1.0], [3.0, -3.0, 9.0]),
        (&[0.0, 1.0, 2.0], &[1.0], [1.0, -1.0, 9.0]),
    ] {
        for found in scaled(&row, scale, shift) {
            assert_eq!(found, expected, "{scale:?} {shift:?}");
        }
    }
}

#[test]
fn ports_are_those_of_the_file() {
    let mut graph = onnx::Graph::new(Element::F64);
    let x = graph.input("x", &[2, 3], "pixels");
    graph.output(&x, "y", &[2, 3], "the same");
    let class = graph.node("ArgMax", &[&x]);
    graph.integer_output(&class, "class", "a number");
    let ports = graph.ports().iter().map(|port| {
        let Port {
            name,
            element,
            row,
            meaning,
        } = port;
        (name.as_str(), *element, row.as_slice(), meaning.as_str())
    });
    assert_eq!(
        ports.collect::<Vec<_>>(),
        [
            ("x", "double", &[2, 3][..], "pixels"),
            ("y", "double", &[2, 3], "the same"),
            ("class", "int64", &[], "a number"),
        ]
    );
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
