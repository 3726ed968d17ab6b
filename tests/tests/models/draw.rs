//! Random models: from numbers to layers whose sizes fit.

use autograd::Activation;
use autograd::prelude::*;
use nn::{Init, L1, L1Form, L2, L2Form, LossFunction};
use proptest::prelude::{Strategy, any, prop};

use crate::model::{Block, Spec};

pub(crate) const ACTIVATIONS: [Activation; 12] = [
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

/// Every loss, and whether its targets are labels of classes.
pub(crate) const LOSSES: [(LossFunction, bool); 7] = [
    (LossFunction::CrossEntropy { smoothing: 0.0 }, true),
    (LossFunction::CrossEntropy { smoothing: 0.1 }, true),
    (LossFunction::BceWithLogits, true),
    (LossFunction::BceWithLogits, false),
    (LossFunction::Mse, false),
    (LossFunction::Mae, false),
    (LossFunction::Huber { delta: 0.7 }, false),
];

/// Every initializer, by the names that they are parsed from.
pub(crate) fn initializers() -> Vec<Init> {
    let named = Init::names().map(|name| match name {
        "constant" => Init::Constant(0.2),
        "uniform" => Init::Uniform(0.7),
        other => other.parse().expect("a name of its own list"),
    });
    named.collect()
}

/// Every penalty on absolute weights and every one on squares, and none.
pub(crate) fn penalties() -> Vec<(Option<L1>, Option<L2>)> {
    let l1 = L1Form::NAMES.iter().map(|name| {
        let form = name.parse().expect("a name of its own list");
        Some(L1 {
            strength: 0.03,
            form,
        })
    });
    let l2 = L2Form::NAMES.iter().map(|name| {
        let form = name.parse().expect("a name of its own list");
        Some(L2 {
            strength: 0.05,
            form,
        })
    });
    let l1: Vec<_> = [None].into_iter().chain(l1).collect();
    let l2: Vec<_> = [None].into_iter().chain(l2).collect();
    let pair = |l1: &Option<L1>| l2.iter().map(|l2| (*l1, *l2)).collect::<Vec<_>>();
    l1.iter().flat_map(pair).collect()
}

/// What a model is made from.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    seed: u64,
    rows: usize,
    images: bool,
    numbers: [u8; 6],
    blocks: Vec<(u8, [u8; 4])>,
}

/// Recipes for models of up to 6 layers before the last.
pub(crate) fn recipes() -> impl Strategy<Value = Recipe> {
    let block = (any::<u8>(), any::<[u8; 4]>());
    let blocks = prop::collection::vec(block, 0..=6);
    (
        0..1_000_000u64,
        2..=5usize,
        any::<bool>(),
        any::<[u8; 6]>(),
        blocks,
    )
        .prop_map(|(seed, rows, images, numbers, blocks)| Recipe {
            seed,
            rows,
            images,
            numbers,
            blocks,
        })
}

fn of<T: Clone>(all: &[T], number: u8) -> T {
    all[usize::from(number) % all.len()].clone()
}

impl Recipe {
    /// The model.
    pub(crate) fn spec(&self) -> Spec {
        let n = self.numbers;
        let small = |i: usize, from: usize, to: usize| from + usize::from(n[i]) % (to - from + 1);
        let row = if self.images {
            vec![small(0, 1, 2), small(1, 3, 5), small(2, 3, 5)]
        } else {
            vec![small(0, 1, 4)]
        };
        let (loss, labels) = of(&LOSSES, n[3]);
        let outputs = match loss {
            LossFunction::BceWithLogits if labels => 1,
            LossFunction::CrossEntropy { .. } => small(0, 2, 4),
            _ => small(0, 1, 3),
        };
        let (l1, l2) = of(&penalties(), n[5]);
        let mut shape = row.clone();
        let mut blocks = Vec::new();
        for (kind, numbers) in &self.blocks {
            if let Some(block) = block(&mut shape, *kind, *numbers) {
                blocks.push(block);
            }
        }
        if shape.len() > 1 {
            shape = vec![shape.iter().product()];
            blocks.push(Block::Flatten);
        }
        blocks.push(Block::Linear(shape[0], outputs, Activation::Identity));
        Spec {
            seed: self.seed,
            rows: self.rows,
            row,
            blocks,
            outputs,
            init: of(&initializers(), n[4]),
            loss,
            labels,
            l1,
            l2,
        }
    }
}

/// A layer for rows of this shape, which becomes that of its output; none where it does not fit.
fn block(shape: &mut Vec<usize>, kind: u8, [a, b, c, d]: [u8; 4]) -> Option<Block> {
    let activation = of(&ACTIVATIONS, a);
    let block = match (kind % 10, &shape[..]) {
        (0 | 1, [inputs]) => {
            let (inputs, outputs) = (*inputs, 1 + usize::from(b) % 5);
            *shape = vec![outputs];
            Block::Linear(inputs, outputs, activation)
        }
        (2, _) => Block::Activate(activation),
        (3, _) => Block::Dropout(of(&[0.2, 0.5], a)),
        (4, [n]) => Block::BatchNorm1d(*n),
        (4, [n, ..]) => Block::BatchNorm2d(*n),
        (5, _) => Block::LayerNorm(shape[usize::from(a) % shape.len()..].to_vec()),
        (6 | 7, [channels, height, width]) => {
            let kernel = [1 + usize::from(a) % 3, 1 + usize::from(b) % 3];
            let window = Conv2dParams {
                stride: [1 + usize::from(c & 1), 1 + usize::from(c >> 1 & 1)],
                padding: [usize::from(c >> 2 & 1), usize::from(c >> 3 & 1)],
                dilation: [1 + usize::from(c >> 4 & 1), 1],
            };
            let [rows, columns] = window.windows([*height, *width], kernel).ok()?;
            let channels = [*channels, 1 + usize::from(d >> 1) % 3];
            *shape = vec![channels[1], rows, columns];
            Block::Conv2d(channels, kernel, window, d & 1 == 0)
        }
        (8, &[channels, height, width]) if height.min(width) >= 2 => {
            *shape = vec![channels, height / 2, width / 2];
            if a & 1 == 0 {
                Block::MaxPool2d(2)
            } else {
                Block::AvgPool2d(2)
            }
        }
        (9, [_, _, _]) => {
            *shape = vec![shape.iter().product()];
            Block::Flatten
        }
        _ => return None,
    };
    Some(block)
}
