//! Products, distributions, normalizations, windows, and selection.

use autograd::prelude::*;

use super::super::build::{Picks, broadcasts};
use super::super::op::Op;
use super::{Add, along};

const ACTIVATIONS: [Activation; 12] = [
    Activation::Identity,
    Activation::Relu,
    Activation::LeakyRelu { slope: 0.1 },
    Activation::Elu { alpha: 1.3 },
    Activation::Selu,
    Activation::Gelu,
    Activation::GeluTanh,
    Activation::Silu,
    Activation::Softplus,
    Activation::Softsign,
    Activation::Tanh,
    Activation::Sigmoid,
];

const EPS: f64 = 1e-2;

pub(super) const ROWS: &[(&str, Add)] = &[
    ("matmul", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let shape = b.shape(x);
        let k = shape[shape.len() - 1];
        let n = 1 + p.below(3);
        let y = match p.below(4) {
            0 => b.alike(&[k], p),
            1 if shape.len() > 2 => b.alike(&[shape[shape.len() - 3], k, n], p),
            _ => b.alike(&[k, n], p),
        };
        b.step(Op::MatMul, &[x, y])
    }),
    ("dot", |b, p| {
        let x = b.of_rank(1, p)?;
        let shape = b.shape(x);
        let y = b.alike(&shape, p);
        b.step(Op::Dot, &[x, y])
    }),
    ("outer", |b, p| {
        let x = b.of_rank(1, p)?;
        let n = 1 + p.below(4);
        let y = b.alike(&[n], p);
        b.step(Op::Outer, &[x, y])
    }),
    ("linear", |b, p| {
        let x = b.of_rank(2, p)?;
        let (k, n) = (b.shape(x)[1], 1 + p.below(4));
        let activation = p.of(&ACTIVATIONS);
        let w = b.alike(&[k, n], p);
        if p.below(4) == 0 {
            return b.step(Op::LinearWithoutBias { activation }, &[x, w]);
        }
        let bias = b.alike(&[n], p);
        b.step(Op::Linear { activation }, &[x, w, bias])
    }),
    ("softmax", along!(Softmax)),
    ("log_softmax", along!(LogSoftmax)),
    ("cross_entropy", |b, p| {
        let x = b.of_rank(2, p)?;
        let shape = b.shape(x);
        let labels = Indices::from(&p.indices(shape[0], shape[1])[..]);
        let smoothing = p.of(&[0.0, 0.1]);
        b.step(Op::CrossEntropy { labels, smoothing }, &[x])
    }),
    ("mse", |b, p| {
        let x = b.any(p);
        let shape = b.shape(x);
        let y = b.alike(&shape, p);
        b.step(Op::Mse, &[x, y])
    }),
    ("batch_norm", |b, p| {
        let x = b.of_rank_from(2, p)?;
        let channels = b.shape(x)[1];
        let (scale, shift) = (b.alike(&[channels], p), b.alike(&[channels], p));
        b.step(Op::BatchNorm { eps: EPS }, &[x, scale, shift])
    }),
    ("normalize", |b, p| {
        let x = b.of_rank_from(2, p)?;
        let channels = b.shape(x)[1];
        let mut all = [(); 4].map(|()| b.alike(&[channels], p));
        all[1] = b.inside(all[1], &autograd::testing::InputSampler::between(0.5, 2.0))?;
        let [mean, variance, scale, shift] = all;
        b.step(
            Op::Normalize { eps: EPS },
            &[x, mean, variance, scale, shift],
        )
    }),
    ("layer_norm", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let shape = b.shape(x);
        let row = shape[p.below(shape.len())..].to_vec();
        let (scale, shift) = (b.alike(&row, p), b.alike(&row, p));
        b.step(Op::LayerNorm { eps: EPS }, &[x, scale, shift])
    }),
    ("conv2d", |b, p| {
        let x = b.of_rank(4, p)?;
        let shape = b.shape(x);
        let (kernel, params) = window(&shape, p)?;
        let outputs = 1 + p.below(2);
        let w = b.alike(&[outputs, shape[1], kernel[0], kernel[1]], p);
        if p.below(2) == 0 {
            return b.step(Op::Conv2dWithoutBias { params }, &[x, w]);
        }
        let bias = b.alike(&[outputs], p);
        b.step(Op::Conv2d { params }, &[x, w, bias])
    }),
    ("max_pool2d", |b, p| {
        let x = b.of_rank(4, p)?;
        let (kernel, mut params) = pool_window(&b.shape(x), p)?;
        // A window may not lie in the padding as a whole.
        params.padding = [0; 2];
        params
            .windows([b.shape(x)[2], b.shape(x)[3]], kernel)
            .ok()?;
        b.step(Op::MaxPool2d { kernel, params }, &[x])
    }),
    ("avg_pool2d", |b, p| {
        let x = b.of_rank(4, p)?;
        let (kernel, mut params) = pool_window(&b.shape(x), p)?;
        params.dilation = [1; 2];
        if kernel.contains(&1) {
            params.padding = [0; 2];
        }
        params
            .windows([b.shape(x)[2], b.shape(x)[3]], kernel)
            .ok()?;
        let padding = p.below(2) == 0;
        b.step(
            Op::AvgPool2d {
                kernel,
                params,
                padding,
            },
            &[x],
        )
    }),
    ("where_greater", |b, p| {
        let x = b.any(p);
        let shape = b.shape(x);
        let all = [(); 3].map(|()| b.together(&shape, p));
        let shapes: Vec<_> = all.iter().map(|p| b.shape(*p)).collect();
        let fit = |i: usize, j: usize| broadcasts(&shapes[i], &shapes[j]);
        if !(fit(0, 1) && fit(0, 2) && fit(1, 2)) {
            return None;
        }
        b.step(Op::Where, &[x, all[0], all[1], all[2]])
    }),
    ("dropout", |b, p| {
        let x = b.any(p);
        let seed = p.below(1000) as u64;
        b.step(Op::Dropout { p: 0.4, seed }, &[x])
    }),
];

/// A kernel that fits into an image of `[n, channels, height, width]`, and how it moves.
fn window(shape: &[usize], p: &mut Picks<'_>) -> Option<([usize; 2], Conv2dParams)> {
    let kernel = [1 + p.below(3.min(shape[2])), 1 + p.below(3.min(shape[3]))];
    let params = Conv2dParams {
        stride: [1 + p.below(2), 1 + p.below(2)],
        padding: [p.below(2), p.below(2)],
        dilation: [1 + p.below(2), 1 + p.below(2)],
    };
    params.windows([shape[2], shape[3]], kernel).ok()?;
    Some((kernel, params))
}

/// As [`window`], for pooling.
fn pool_window(shape: &[usize], p: &mut Picks<'_>) -> Option<([usize; 2], Pool2dParams)> {
    let (kernel, params) = window(shape, p)?;
    let Conv2dParams {
        stride,
        padding,
        dilation,
    } = params;
    let params = Pool2dParams {
        stride,
        padding,
        dilation,
    };
    Some((kernel, params))
}
