//! How each operation chooses its operands and settings: so that they fit, and so that every way of using it comes up.

mod networks;
mod shapes;

use std::sync::OnceLock;

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
        let others = [REDUCTIONS, shapes::ROWS, networks::ROWS];
        let others = others.into_iter().flatten();
        let others = others.map(|(name, add)| Kind::Other(name, *add));
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

use {along, over, whole};

/// Reductions.
const REDUCTIONS: &[(&str, Add)] = &[
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
];
