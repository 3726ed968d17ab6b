//! Backward passes on tensors. Those on variables stand in [`traced`](crate::traced).

use crate::anomaly::all_finite;
use crate::few::with_few;
use crate::matrix;
use crate::ops::{Shaping, sum_to};
use crate::pointwise;
use crate::real::Real;
use crate::rule::{Sink, Slots, Value};
use crate::scratch::Slot;
use crate::tape::{Node, Origin, Tape, Var};
use crate::tensor::Tensor;

/// The gradient of one value with respect to the leaves of a tape.
pub struct Gradients<T: Real = f32> {
    /// The number of the tape.
    tape: u64,
    by_leaf: Vec<(u32, Tensor<T>)>,
}

impl<T: Real> Gradients<T> {
    /// The gradient with respect to a leaf, of the leaf's shape; zeros if the value does not depend on it.
    ///
    /// # Panics
    /// If `x` is of another tape, or not a leaf: the gradient of an intermediate value is had from [`Tape::grad`].
    #[track_caller]
    pub fn wrt(&self, x: Var<'_, T>) -> Tensor<T> {
        assert!(
            x.tape.number == self.tape,
            "Gradients::wrt: a variable of another tape was given"
        );
        let is_leaf = x.tape.read(|nodes, _| {
            matches!(
                nodes[x.id as usize].origin,
                Origin::Leaf | Origin::Parameter(_)
            )
        });
        assert!(
            is_leaf,
            "Gradients::wrt takes a leaf; ask Tape::grad for the gradient of other values"
        );
        match self.by_leaf.binary_search_by_key(&x.id, |(id, _)| *id) {
            Ok(i) => self.by_leaf[i].1.clone(),
            Err(_) => Tensor::zeros(&x.dims()),
        }
    }
}

impl<T: Real> Tape<T> {
    /// The gradient of `loss` with respect to every leaf.
    ///
    /// # Panics
    /// If `loss` does not have exactly one element, or is of another tape.
    #[track_caller]
    pub fn backward(&self, loss: Var<'_, T>) -> Gradients<T> {
        self.backward_vjp(loss, one_for(loss))
    }

    /// The product of the cotangent `g`, of `y`'s shape, with the Jacobian of `y` with respect to every leaf.
    ///
    /// # Panics
    /// If `g` does not have the shape of `y`, or `y` is of another tape.
    #[track_caller]
    pub fn backward_vjp(&self, y: Var<'_, T>, g: Tensor<T>) -> Gradients<T> {
        self.expect_own("backward_vjp", y);
        assert!(
            g.shape() == &y.dims()[..],
            "backward_vjp: the cotangent does not have the shape of the value"
        );
        self.backward_vjps(vec![(y, g)])
    }

    /// The sum of [`backward_vjp`](Tape::backward_vjp) over several values.
    pub(crate) fn backward_vjps<'t>(&'t self, seeds: Vec<(Var<'t, T>, Tensor<T>)>) -> Gradients<T> {
        let len = seeds.iter().map(|(y, _)| y.id as usize + 1).max();
        let seed = |pass: &mut Eager<'_, '_, T>| {
            for (y, g) in seeds {
                pass.add(y.id, g);
            }
        };
        let mut by_leaf = Vec::new();
        self.sweep(len.unwrap_or(0), seed, None, |id, cotangent| {
            by_leaf.push((id, cotangent));
        });
        by_leaf.reverse();
        Gradients {
            tape: self.number,
            by_leaf,
        }
    }

    /// The gradient of `loss` with respect to every [`parameter`](Tape::parameter), written over `gradient`: products
    /// and row sums straight into their places, zeros where the loss does not depend on a parameter. Elements that
    /// belong to no parameter are left as they are.
    ///
    /// # Panics
    /// If `loss` does not have exactly one element, or a parameter's place is outside `gradient`.
    #[track_caller]
    pub fn backward_into(&self, loss: Var<'_, T>, gradient: &mut [T]) {
        self.expect_own("backward_into", loss);
        self.expect_places("backward_into", gradient.len());
        self.vjp_into_places(loss, one_for(loss), gradient);
    }

    /// The product of the cotangent `g`, of `y`'s shape, with the Jacobian of `y` with respect to every parameter, written over
    /// `gradient` as [`backward_into`](Tape::backward_into) does: its gradient, where `g` is that of a loss with respect to `y`.
    ///
    /// # Panics
    /// If `g` does not have the shape of `y`, `y` is of another tape, or a parameter's place is outside `gradient`.
    #[track_caller]
    pub fn vjp_into(&self, y: Var<'_, T>, g: Tensor<T>, gradient: &mut [T]) {
        self.expect_own("vjp_into", y);
        self.expect_places("vjp_into", gradient.len());
        assert!(
            g.shape() == &y.dims()[..],
            "vjp_into: a cotangent of shape {:?} for a value of shape {:?}",
            g.shape(),
            y.dims()
        );
        self.vjp_into_places(y, g, gradient);
    }

    fn vjp_into_places(&self, y: Var<'_, T>, g: Tensor<T>, gradient: &mut [T]) {
        let seed = |pass: &mut Eager<'_, '_, T>| pass.add(y.id, g);
        self.sweep(self.len(), seed, Some(gradient), |_, _| {});
    }

    /// Goes down the first `len` nodes of the list once. `seed` puts down the cotangents to start from; those of
    /// parameters end in `flat`, those of leaves (and of parameters without `flat`) go to `leaf`, latest first.
    pub(crate) fn sweep(
        &self,
        len: usize,
        seed: impl FnOnce(&mut Eager<'_, '_, T>),
        flat: Option<&mut [T]>,
        mut leaf: impl FnMut(u32, Tensor<T>),
    ) {
        let mut slots = std::mem::take(&mut self.scratch.borrow_mut().slots);
        slots.clear();
        self.read(|nodes, edges| {
            let nodes = &nodes[..len];
            slots.resize_with(len, || Slot::Empty);
            let mut pass = Eager {
                nodes,
                slots: &mut slots,
                flat,
            };
            seed(&mut pass);
            for id in (0..len).rev() {
                let node = &nodes[id];
                match &node.origin {
                    Origin::Rule(rule) => {
                        if let Slot::Held(g) = std::mem::replace(&mut pass.slots[id], Slot::Empty) {
                            let inputs = node.inputs(edges);
                            let values = inputs.iter().map(|i| &nodes[*i as usize].value);
                            with_few(values, |x| {
                                let mut sink = Sink::new(&mut pass, inputs);
                                rule.get().eager(x, &node.value, &g, &mut sink);
                            });
                            if self.is_watching() {
                                for i in inputs {
                                    if let Slot::Held(c) = &pass.slots[*i as usize] {
                                        let finite = all_finite(&g);
                                        self.inspect(rule, c, finite, true, node.caller());
                                    }
                                }
                            }
                        }
                    }
                    Origin::Parameter(offset) if pass.flat.is_some() => {
                        if let Slot::Empty = pass.slots[id] {
                            pass.place(*offset, node.value.len()).fill(T::ZERO);
                        }
                    }
                    Origin::Constant => {}
                    Origin::Leaf | Origin::Parameter(_) => {
                        if let Slot::Held(g) = std::mem::replace(&mut pass.slots[id], Slot::Empty) {
                            leaf(id as u32, g);
                        }
                    }
                }
            }
        });
        self.scratch.borrow_mut().slots = slots;
    }
}

#[track_caller]
pub(crate) fn one_for<T: Real>(y: Var<'_, T>) -> Tensor<T> {
    let dims = y.dims();
    assert!(
        dims.count() == 1,
        "the gradient of a value of shape {dims:?} was asked for; it takes one element, or a cotangent for each"
    );
    Tensor::ones(&dims)
}

/// The slots of an eager pass.
pub(crate) struct Eager<'a, 'f, T: Real> {
    nodes: &'a [Node<T>],
    slots: &'a mut [Slot<T>],
    flat: Option<&'f mut [T]>,
}

impl<T: Real> Eager<'_, '_, T> {
    fn place(&mut self, offset: usize, len: usize) -> &mut [T] {
        let flat = self.flat.as_deref_mut();
        let flat = flat.expect("a place is asked for only where there is a flat gradient");
        &mut flat[offset..offset + len]
    }

    /// Gives `write` the place of a node's cotangent, and whether it holds a sum to be added to. A contiguous place is
    /// found for every node: its part of the flat gradient, the tensor that it holds, or a new one.
    fn with_place(&mut self, node: u32, write: impl FnOnce(&mut [T], bool)) {
        let id = node as usize;
        let arrived = !matches!(self.slots[id], Slot::Empty);
        let dims = self.nodes[id].value.dims();
        if let (Origin::Parameter(offset), true) = (&self.nodes[id].origin, self.flat.is_some()) {
            write(self.place(*offset, dims.count()), arrived);
            self.slots[id] = Slot::Placed;
            return;
        }
        match &mut self.slots[id] {
            Slot::Held(t) => write(t.as_mut_slice(), true),
            slot => *slot = Slot::Held(Tensor::written(dims, |out| write(out, false))),
        }
    }
}

impl<T: Real> Eager<'_, '_, T> {
    /// Takes the cotangent of the product of two nodes.
    pub(crate) fn vjp_of_product(&mut self, a: u32, b: u32, g: &Tensor<T>) {
        let value = |id: u32| self.nodes[id as usize].value.transpose();
        let (at, bt) = (value(a), value(b));
        if self.wants(a) {
            self.matmul(a, g, &bt);
        }
        if self.wants(b) {
            self.matmul(b, &at, g);
        }
    }
}

impl<T: Real> Slots<Tensor<T>> for Eager<'_, '_, T> {
    #[inline]
    fn wants(&self, node: u32) -> bool {
        self.nodes[node as usize].tracked
    }

    fn add(&mut self, node: u32, cotangent: Tensor<T>) {
        let (id, nodes) = (node as usize, self.nodes);
        let (value, origin) = (&nodes[id].value, &nodes[id].origin);
        if !cotangent.is_shaped_as(value) {
            let dims = value.dims();
            self.with_place(node, |out, arrived| sum_to(&cotangent, &dims, out, arrived));
            return;
        }
        let placed = self.flat.is_some() && matches!(origin, Origin::Parameter(_));
        if !placed && matches!(self.slots[id], Slot::Empty) {
            self.slots[id] = Slot::Held(cotangent);
            return;
        }
        self.with_place(node, |out, arrived| {
            if arrived {
                pointwise::accumulate(out, &cotangent);
            } else {
                cotangent.copy_to(out);
            }
        });
    }

    fn matmul(&mut self, node: u32, a: &Tensor<T>, b: &Tensor<T>) {
        self.with_place(node, |out, arrived| {
            matrix::product(a, b, out, arrived);
        });
    }
}
