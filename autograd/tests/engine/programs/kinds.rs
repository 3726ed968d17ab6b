//! How each operation chooses its operands and settings: so that they fit, and so that every way of using it comes up.

use std::sync::OnceLock;

use autograd::prelude::*;

use super::build::{Builder, Picks};
use super::op::Op;
use super::program::Place;
use crate::elementwise::elementwise;

type Add = fn(&mut Builder, &mut Picks<'_>) -> Option<Place>;

/// An operation that a program can have.
pub(super) enum Kind {
    /// Number i of the [elementwise](elementwise()) cases.
    Elementwise(usize),
    /// Another, with its name.
    Other(&'static str, Add),
}

impl Kind {
    /// What the operation is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Elementwise(i) => &elementwise()[*i].name,
            Self::Other(name, _) => name,
        }
    }

    /// Adds a step of this kind, and what it takes before, unless nothing fits.
    pub(super) fn add(&self, b: &mut Builder, p: &mut Picks<'_>) -> Option<Place> {
        match self {
            Self::Other(_, add) => add(b, p),
            Self::Elementwise(i) => {
                let draws = &elementwise()[*i].inputs;
                let mut operands = vec![b.any(p)];
                if draws.len() == 2 {
                    let shape = b.shape(operands[0]);
                    operands.push(b.together(&shape, p));
                    operands.rotate_left(p.below(2));
                }
                for (x, draw) in operands.iter_mut().zip(draws) {
                    *x = b.inside(*x, draw)?;
                }
                b.step(Op::Elementwise(*i), &operands)
            }
        }
    }
}

/// All of them.
pub(super) fn kinds() -> &'static [Kind] {
    static KINDS: OnceLock<Vec<Kind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let single = (0..elementwise().len()).map(Kind::Elementwise);
        let others = OTHERS.iter().map(|(name, add)| Kind::Other(name, *add));
        single.chain(others).collect()
    })
}

/// A row for an operation over chosen axes.
macro_rules! over {
    ($op:ident) => {
        |b, p| {
            let x = b.of_rank_from(1, p)?;
            let axes = p.axes(b.shape(x).len());
            b.step(Op::$op { axes }, &[x])
        }
    };
    ($op:ident, correction) => {
        |b, p| {
            let x = b.of_rank_from(1, p)?;
            let (axes, correction) = (p.axes(b.shape(x).len()), p.below(2));
            b.step(Op::$op { axes, correction }, &[x])
        }
    };
}

/// A row for an operation over all elements.
macro_rules! whole {
    ($op:ident) => {
        |b, p| {
            let x = b.any(p);
            b.step(Op::$op, &[x])
        }
    };
}

/// A row for an operation along a chosen axis.
macro_rules! along {
    ($op:ident) => {
        |b, p| {
            let x = b.of_rank_from(1, p)?;
            let axis = p.below(b.shape(x).len());
            b.step(Op::$op { axis }, &[x])
        }
    };
}

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

const OTHERS: &[(&str, Add)] = &[
    ("sum", whole!(Sum)),
    ("sum_axes", over!(SumAxes)),
    ("sum_keep", over!(SumKeep)),
    ("sum_to", |b, p| {
        let x = b.any(p);
        let mut dims = b.shape(x);
        let (ones, left_out) = (p.below(1 << dims.len()), p.below(dims.len() + 1));
        for (axis, n) in dims.iter_mut().enumerate() {
            if ones >> axis & 1 == 1 {
                *n = 1;
            }
        }
        dims.drain(..left_out);
        b.step(Op::SumTo { dims }, &[x])
    }),
    ("mean", whole!(Mean)),
    ("mean_axes", over!(MeanAxes)),
    ("mean_keep", over!(MeanKeep)),
    ("max", whole!(Max)),
    ("max_axes", over!(MaxAxes)),
    ("max_keep", over!(MaxKeep)),
    ("min", whole!(Min)),
    ("min_axes", over!(MinAxes)),
    ("min_keep", over!(MinKeep)),
    ("prod", whole!(Prod)),
    ("prod_axes", over!(ProdAxes)),
    ("var_axes", over!(VarAxes, correction)),
    ("std_axes", over!(StdAxes, correction)),
    ("logsumexp_axes", over!(LogSumExp)),
    ("norm", whole!(Norm)),
    ("norm_axes", over!(NormAxes)),
    ("cumsum", along!(Cumsum)),
    ("reshape", |b, p| {
        let x = b.any(p);
        let shape = b.shape(x);
        let n = shape.iter().product();
        let turned: Vec<_> = shape.iter().rev().copied().collect();
        let dims = p.of(&[vec![n, 1], turned, vec![1, n, 1], vec![n]]);
        b.step(Op::Reshape { dims }, &[x])
    }),
    ("flatten", whole!(Flatten)),
    ("permute", |b, p| {
        let x = b.of_rank_from(2, p)?;
        let mut order: Vec<_> = (0..b.shape(x).len()).collect();
        let by = 1 + p.below(order.len() - 1);
        order.rotate_left(by);
        let (i, j) = (p.below(order.len()), p.below(order.len()));
        order.swap(i, j);
        b.step(Op::Permute { order }, &[x])
    }),
    ("swap_axes", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let rank = b.shape(x).len();
        let (first, second) = (p.below(rank), p.below(rank));
        b.step(
            Op::SwapAxes {
                a: first,
                b: second,
            },
            &[x],
        )
    }),
    ("transpose", |b, p| {
        let x = b.of_rank_from(2, p)?;
        b.step(Op::Transpose, &[x])
    }),
    ("broadcast_to", |b, p| {
        let x = b.any(p);
        let mut dims = b.shape(x);
        let size = 2 + p.below(2);
        dims.iter_mut().filter(|n| **n == 1).for_each(|n| *n = size);
        if dims.len() < 4 && p.below(2) == 0 {
            dims.insert(0, 2);
        }
        b.step(Op::BroadcastTo { dims }, &[x])
    }),
    ("narrow", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let shape = b.shape(x);
        let axis = p.below(shape.len());
        let start = p.below(shape[axis]);
        let len = 1 + p.below(shape[axis] - start);
        b.step(Op::Narrow { axis, start, len }, &[x])
    }),
    ("slice", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let shape = b.shape(x);
        let axis = p.below(shape.len());
        let start = p.below(shape[axis]);
        let step: isize = p.of(&[-1, 2, -2, 1]);
        let room = if step > 0 {
            shape[axis] - 1 - start
        } else {
            start
        };
        let len = 1 + p.below(room / step.unsigned_abs() + 1);
        b.step(
            Op::Slice {
                axis,
                start,
                len,
                step,
            },
            &[x],
        )
    }),
    ("select_index", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let shape = b.shape(x);
        let axis = p.below(shape.len());
        let index = p.below(shape[axis]);
        b.step(Op::SelectIndex { axis, index }, &[x])
    }),
    ("flip", over!(Flip)),
    ("squeeze", |b, p| {
        let x = b.any(p);
        let shape = b.shape(x);
        let ones: Vec<_> = (0..shape.len()).filter(|a| shape[*a] == 1).collect();
        if !ones.is_empty() {
            return b.step(Op::Squeeze { axis: p.of(&ones) }, &[x]);
        }
        let axis = p.below(shape.len() + 1);
        let x = b.step(Op::Unsqueeze { axis }, &[x])?;
        b.step(Op::Squeeze { axis }, &[x])
    }),
    ("unsqueeze", |b, p| {
        let x = b.any(p);
        let axis = p.below(b.shape(x).len() + 1);
        b.step(Op::Unsqueeze { axis }, &[x])
    }),
    ("concat", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let mut shape = b.shape(x);
        let axis = p.below(shape.len());
        shape[axis] = p.of(&[shape[axis], 1, 2]);
        let y = b.alike(&shape, p);
        b.step(Op::Concat { axis }, &[x, y])
    }),
    ("stack", |b, p| {
        let x = b.any(p);
        let shape = b.shape(x);
        let y = b.alike(&shape, p);
        b.step(
            Op::Stack {
                axis: p.below(shape.len() + 1),
            },
            &[x, y],
        )
    }),
    ("split", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let shape = b.shape(x);
        let axis = p.below(shape.len());
        let first = p.below(shape[axis] + 1);
        let sizes = vec![first, shape[axis] - first];
        let part = usize::from(first == 0 || first < shape[axis] && p.below(2) == 0);
        b.step(Op::Split { sizes, axis, part }, &[x])
    }),
    ("pad", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let axis = p.below(b.shape(x).len());
        let (before, after) = (p.below(3), p.below(2));
        let with = p.of(&[0.0, 0.7]);
        b.step(
            Op::Pad {
                axis,
                before,
                after,
                with,
            },
            &[x],
        )
    }),
    ("repeat", |b, p| {
        let x = b.any(p);
        let times = b.shape(x).iter().map(|_| 1 + p.below(2)).collect();
        b.step(Op::Repeat { times }, &[x])
    }),
    ("index_select", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let shape = b.shape(x);
        let axis = p.below(shape.len());
        let count = 1 + p.below(3);
        let index = Indices::from(&p.indices(count, shape[axis])[..]);
        b.step(Op::IndexSelect { axis, index }, &[x])
    }),
    ("gather", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let mut shape = b.shape(x);
        let axis = p.below(shape.len());
        let limit = std::mem::replace(&mut shape[axis], 1 + p.below(3));
        let numbers = p.indices(shape.iter().product(), limit);
        b.step(
            Op::Gather {
                axis,
                index: Indices::new(&shape, &numbers),
            },
            &[x],
        )
    }),
    ("scatter_add", |b, p| {
        let x = b.of_rank_from(1, p)?;
        let mut shape = b.shape(x);
        let axis = p.below(shape.len());
        let limit = std::mem::replace(&mut shape[axis], 1 + p.below(3));
        let numbers = p.indices(shape.iter().product(), limit);
        let y = b.alike(&shape, p);
        b.step(
            Op::ScatterAdd {
                axis,
                index: Indices::new(&shape, &numbers),
            },
            &[x, y],
        )
    }),
    ("pick", |b, p| {
        let x = b.of_rank(2, p)?;
        let shape = b.shape(x);
        let index = Indices::from(&p.indices(shape[0], shape[1])[..]);
        b.step(Op::Pick { index }, &[x])
    }),
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
    ("normalise", |b, p| {
        let x = b.of_rank_from(2, p)?;
        let channels = b.shape(x)[1];
        let mut all = [(); 4].map(|()| b.alike(&[channels], p));
        all[1] = b.inside(all[1], &autograd::Draw::between(0.5, 2.0))?;
        let [mean, variance, scale, shift] = all;
        b.step(
            Op::Normalise { eps: EPS },
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
        let (kernel, steps) = window(&shape, p)?;
        let outputs = 1 + p.below(2);
        let w = b.alike(&[outputs, shape[1], kernel[0], kernel[1]], p);
        if p.below(2) == 0 {
            return b.step(Op::Conv2dWithoutBias { steps }, &[x, w]);
        }
        let bias = b.alike(&[outputs], p);
        b.step(Op::Conv2d { steps }, &[x, w, bias])
    }),
    ("max_pool2d", |b, p| {
        let x = b.of_rank(4, p)?;
        let (kernel, mut steps) = window(&b.shape(x), p)?;
        // A window may not lie in the padding as a whole.
        steps.padding = [0; 2];
        steps.windows([b.shape(x)[2], b.shape(x)[3]], kernel).ok()?;
        b.step(Op::MaxPool2d { kernel, steps }, &[x])
    }),
    ("avg_pool2d", |b, p| {
        let x = b.of_rank(4, p)?;
        let (kernel, mut steps) = window(&b.shape(x), p)?;
        steps.dilation = [1; 2];
        if kernel.contains(&1) {
            steps.padding = [0; 2];
        }
        steps.windows([b.shape(x)[2], b.shape(x)[3]], kernel).ok()?;
        let padding = p.below(2) == 0;
        b.step(
            Op::AvgPool2d {
                kernel,
                steps,
                padding,
            },
            &[x],
        )
    }),
    ("where", |b, p| {
        let x = b.any(p);
        let shape = b.shape(x);
        let all = [(); 3].map(|()| b.together(&shape, p));
        let shapes: Vec<_> = all.iter().map(|p| b.shape(*p)).collect();
        let fit = |i: usize, j: usize| super::build::broadcasts(&shapes[i], &shapes[j]);
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

/// A kernel that fits into a picture of `[n, channels, height, width]`, and how it moves.
fn window(shape: &[usize], p: &mut Picks<'_>) -> Option<([usize; 2], Steps)> {
    let kernel = [1 + p.below(3.min(shape[2])), 1 + p.below(3.min(shape[3]))];
    let steps = Steps {
        stride: [1 + p.below(2), 1 + p.below(2)],
        padding: [p.below(2), p.below(2)],
        dilation: [1 + p.below(2), 1 + p.below(2)],
    };
    steps.windows([shape[2], shape[3]], kernel).ok()?;
    Some((kernel, steps))
}
