//! Values, gradients and second derivatives of operations, as PyTorch has them.

use super::case::Case;
use autograd::Indices;
use autograd::prelude::*;
use serde::Deserialize;

/// What an operation takes beside its inputs.
#[derive(Deserialize)]
struct Attributes {
    axis: Option<usize>,
    #[serde(default)]
    index: Vec<u32>,
    stride: Option<usize>,
    #[serde(default)]
    padding: usize,
    #[serde(default)]
    kernel: usize,
    #[serde(default)]
    eps: f64,
}

/// The operation under the name that it has in the file.
fn call<V: Value<T = f64>>(op: &str, attributes: &Attributes, x: &[V]) -> V {
    let index = || Indices::from(&attributes.index[..]);
    let all: Vec<usize> = (0..x[0].dims().len()).collect();
    let axes = match &attributes.axis {
        Some(axis) => std::slice::from_ref(axis),
        None => &all,
    };
    let stride = || attributes.stride.expect("windows have a stride");
    match op {
        "neg" => -x[0].clone(),
        "exp" => x[0].exp(),
        "ln" => x[0].ln(),
        "sqrt" => x[0].sqrt(),
        "square" => x[0].square(),
        "abs" => x[0].abs(),
        "recip" => x[0].recip(),
        "sin" => x[0].sin(),
        "cos" => x[0].cos(),
        "tanh" => x[0].tanh(),
        "sigmoid" => x[0].sigmoid(),
        "relu" => x[0].relu(),
        "leaky_relu_0.01" => x[0].leaky_relu(0.01),
        "elu_1.0" => x[0].elu(1.0),
        "gelu_erf" => x[0].gelu(),
        "gelu_tanh" => x[0].gelu_tanh(),
        "silu" => x[0].silu(),
        "softplus" => x[0].softplus(),
        "selu" => x[0].selu(),
        "add" => x[0].clone() + &x[1],
        "sub" => x[0].clone() - &x[1],
        "mul" => x[0].clone() * &x[1],
        "div" => x[0].clone() / &x[1],
        "maximum" => x[0].maximum(&x[1]),
        "minimum" => x[0].minimum(&x[1]),
        "pow" => x[0].pow(&x[1]),
        "sum" => x[0].sum_axes(axes),
        "mean" => x[0].mean_axes(axes),
        "max" => x[0].max_axes(axes),
        "prod" => x[0].prod_axes(axes),
        "var_population" => x[0].var_axes(axes, 0),
        "logsumexp" => x[0].logsumexp_axes(axes),
        "softmax" => x[0].softmax(axes[0]),
        "log_softmax" => x[0].log_softmax(axes[0]),
        "matmul" | "matmul_batched" => x[0].matmul(&x[1]),
        "matmul_tn" => x[0].transpose().matmul(&x[1]),
        "matmul_nt" => x[0].matmul(&x[1].transpose()),
        "linear" => x[0].linear(&x[1], Some(&x[2]), Activation::Identity),
        "index_select_rows" => x[0].index_select(0, &index()),
        "pick_columns" => x[0].pick(&index()),
        "concat" => V::concat(&[&x[0], &x[1]], axes[0]),
        "transpose_mul" => x[0].transpose() * &x[1],
        // x[1:, ::2]² of a matrix of four rows and five columns.
        "slice_square" => x[0].narrow(0, 1, 3).slice_step(1, 0, 3, 2).square(),
        "conv2d" => x[0].conv2d(
            &x[1],
            Some(&x[2]),
            Conv2dParams::default()
                .stride(stride())
                .padding(attributes.padding),
        ),
        "max_pool2d" => x[0].max_pool2d(
            [attributes.kernel; 2],
            Pool2dParams::default()
                .stride(stride())
                .padding(attributes.padding),
        ),
        "batch_norm_train" => x[0].batch_norm(&x[1], &x[2], attributes.eps),
        "layer_norm" => x[0].layer_norm(&x[1], &x[2], attributes.eps),
        _ => panic!("no operation is called {op}"),
    }
}

#[test]
fn operations() {
    let cases = super::read::<Case<Attributes>>("ops.json");
    for case in &cases {
        case.compare(
            |x| call(&case.op, &case.attrs, x),
            |x| call(&case.op, &case.attrs, x),
        );
    }
    assert_eq!(cases.len(), 101);
}
