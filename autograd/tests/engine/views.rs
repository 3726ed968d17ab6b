//! Any chain of views, against the same chain carried out element by element.

use autograd::prelude::*;
use autograd::{MAX_RANK, Tape, Tensor};
use proptest::prelude::{any, prop, proptest};
use proptest::test_runner::Config;

/// A view as a shape and, in row-major order, the positions of its elements in the original.
#[derive(Clone, Debug)]
struct Model {
    shape: Vec<usize>,
    positions: Vec<usize>,
}

impl Model {
    fn new(shape: &[usize]) -> Self {
        let count = shape.iter().product();
        Self {
            shape: shape.to_vec(),
            positions: (0..count).collect(),
        }
    }

    /// The view of another shape whose element at an index is this one's at `source(index)`.
    fn moved(&self, shape: Vec<usize>, source: impl Fn(&[usize]) -> Vec<usize>) -> Self {
        let count: usize = shape.iter().product();
        let positions = (0..count).map(|flat| {
            let mut index = vec![0; shape.len()];
            let mut rest = flat;
            for axis in (0..shape.len()).rev() {
                index[axis] = rest % shape[axis];
                rest /= shape[axis];
            }
            let from = source(&index).into_iter().zip(&self.shape);
            self.positions[from.fold(0, |at, (i, n)| at * n + i)]
        });
        Self {
            positions: positions.collect(),
            shape,
        }
    }
}

/// A step of a chain; what its numbers mean depends on the shape that it meets.
#[derive(Clone, Debug)]
struct Step {
    kind: usize,
    numbers: [usize; 4],
}

/// Carries out a step both ways, if the shape allows it.
fn take<V: Value<T = f64>>(step: &Step, model: &Model, view: &V) -> Option<(Model, V)> {
    let rank = model.shape.len();
    let [a, b, c, d] = step.numbers;
    let axis = a.checked_rem(rank);
    let resized = |axis: usize, n: usize| {
        let mut shape = model.shape.clone();
        shape[axis] = n;
        shape
    };
    Some(match step.kind {
        // Transposed by one axis, then two exchanged.
        0 => {
            let mut order: Vec<_> = (0..rank).collect();
            order.rotate_left(axis?);
            order.swap(0, b % rank);
            let shape = order.iter().map(|a| model.shape[*a]).collect();
            let source = |index: &[usize]| {
                let mut from = vec![0; rank];
                for (i, a) in order.iter().enumerate() {
                    from[*a] = index[i];
                }
                from
            };
            (model.moved(shape, source), view.permute(&order))
        }
        // A stretch of an axis, forwards or backwards.
        1 => {
            let axis = axis?;
            let n = model.shape[axis];
            let start = b.checked_rem(n)?;
            let step = 1 + (c % 3) as isize;
            let (room, step) = if d % 2 == 0 {
                (n - 1 - start, step)
            } else {
                (start, -step)
            };
            let len = (d / 2) % (room / step.unsigned_abs() + 2);
            let source = |index: &[usize]| {
                let mut from = index.to_vec();
                from[axis] = (start as isize + index[axis] as isize * step) as usize;
                from
            };
            let stretch = model.moved(resized(axis, len), source);
            (stretch, view.slice_step(axis, start, len, step))
        }
        2 => {
            let axis = axis?;
            let n = model.shape[axis];
            let source = |index: &[usize]| {
                let mut from = index.to_vec();
                from[axis] = n - 1 - index[axis];
                from
            };
            (model.moved(model.shape.clone(), source), view.flip(&[axis]))
        }
        3 if rank < MAX_RANK => {
            let axis = a % (rank + 1);
            let mut shape = model.shape.clone();
            shape.insert(axis, 1);
            let same = Model {
                shape,
                positions: model.positions.clone(),
            };
            (same, view.unsqueeze(axis))
        }
        4 if model.shape.get(axis?) == Some(&1) => {
            let mut shape = model.shape.clone();
            shape.remove(axis?);
            let same = Model {
                shape,
                positions: model.positions.clone(),
            };
            (same, view.squeeze(axis?))
        }
        // An axis of size 1 repeated.
        5 if model.shape.get(axis?) == Some(&1) => {
            let axis = axis?;
            let shape = resized(axis, b % 4);
            let source = |index: &[usize]| {
                let mut from = index.to_vec();
                from[axis] = 0;
                from
            };
            (
                model.moved(shape.clone(), source),
                view.broadcast_to(&shape),
            )
        }
        // Two neighbouring axes merged, or an axis cut into two.
        6 if a + 1 < rank => {
            let mut shape = model.shape.clone();
            shape[a] *= shape.remove(a + 1);
            let same = Model {
                shape: shape.clone(),
                positions: model.positions.clone(),
            };
            (same, view.reshape(&shape))
        }
        7 if rank < MAX_RANK => {
            let axis = axis?;
            let part = 1 + b % 4;
            let mut shape = resized(axis, model.shape[axis] / part);
            if !model.shape[axis].is_multiple_of(part) {
                return None;
            }
            shape.insert(axis + 1, part);
            let same = Model {
                shape: shape.clone(),
                positions: model.positions.clone(),
            };
            (same, view.reshape(&shape))
        }
        _ => return None,
    })
}

proptest! {
    #![proptest_config(Config { cases: 2000, failure_persistence: None, ..Config::default() })]

    /// The elements, their sums, their gradients, and the copy are those of the model after every chain.
    #[test]
    fn any_chain_of_views(
        shape in prop::collection::vec(0usize..5, 0..4),
        steps in prop::collection::vec((0usize..8, any::<[u8; 4]>()), 0..8),
    ) {
        let tape = Tape::new();
        let mut model = Model::new(&shape);
        let source = Tensor::from_fn(&shape, |i| 1.0 + i as f64);
        let leaf = tape.leaf(source.clone());
        let (mut tensor, mut variable) = (source.clone(), leaf);
        for (kind, numbers) in steps {
            let step = Step { kind, numbers: numbers.map(usize::from) };
            let Some((next, view)) = take(&step, &model, &tensor) else { continue };
            if next.positions.len() > 2000 {
                continue;
            }
            let (_, same) = take(&step, &model, &variable).expect("the shapes are equal");
            (model, tensor, variable) = (next, view, same);
        }
        let want: Vec<f64> = model.positions.iter().map(|p| 1.0 + *p as f64).collect();
        assert_eq!(tensor.shape(), model.shape);
        assert_eq!(tensor.to_vec(), want);
        assert_eq!(variable.tensor(), tensor);
        assert_eq!(tensor.contiguous().as_slice(), Some(&want[..]));
        assert_eq!(tensor.sum().item(), want.iter().sum::<f64>());
        // In a loop beside an operand that repeats along every axis.
        let shifted: Vec<_> = want.iter().map(|x| x + 0.5).collect();
        let half = Tensor::scalar(0.5).broadcast_to(&model.shape);
        assert_eq!((half + &tensor).to_vec(), shifted);

        let g = Tensor::from_fn(&model.shape, |i| 1.0 + (i % 7) as f64);
        let mut gradient = vec![0.0; source.len()];
        for (p, g) in model.positions.iter().zip(g.to_vec()) {
            gradient[*p] += g;
        }
        assert_eq!(tape.backward_vjp(variable, g.clone()).wrt(leaf).to_vec(), gradient);
        assert_eq!(tape.vjp(variable, tape.constant(g), &[leaf])[0].tensor().to_vec(), gradient);
    }
}
