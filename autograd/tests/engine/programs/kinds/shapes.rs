//! Views, joins and indexing.

use autograd::prelude::*;

use super::super::op::Op;
use super::{Add, over, whole};

pub(super) const ROWS: &[(&str, Add)] = &[
    ("reshape", |b, p| {
        let x = b.any(p);
        let shape = b.shape(x);
        let n = shape.iter().product();
        let transposed: Vec<_> = shape.iter().rev().copied().collect();
        let dims = p.of(&[vec![n, 1], transposed, vec![1, n, 1], vec![n]]);
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
    ("slice_step", |b, p| {
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
];
