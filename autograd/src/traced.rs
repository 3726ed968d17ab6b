//! Backward passes on variables: what they compute is recorded, so that it can be differentiated again.

use crate::backward::one_for;
use crate::few::{Few, with_few};
use crate::ops::{LinearAlgebra, Reductions};
use crate::real::Real;
use crate::rule::{Sink, Slots, Value};
use crate::scratch::{DeferredProduct, Scratch};
use crate::tape::{Origin, Tape, Var};
use crate::tensor::Tensor;

impl<T: Real> Tape<T> {
    /// The gradient of `y`, which has one element, with respect to each of `wrt`, as variables: they can be
    /// differentiated again.
    ///
    /// # Panics
    /// If `y` does not have exactly one element, or is of another tape.
    #[track_caller]
    pub fn grad<'t>(&'t self, y: Var<'t, T>, wrt: &[Var<'t, T>]) -> Vec<Var<'t, T>> {
        let one = self.constant(one_for(y));
        self.vjp(y, one, wrt)
    }

    /// The product of the cotangent `g`, of `y`'s shape, with the Jacobian of `y` with respect to each of `wrt`, as
    /// variables. It can be differentiated again, with respect to `g` too.
    ///
    /// # Panics
    /// If `g` does not have the shape of `y`, or a variable is of another tape.
    #[track_caller]
    pub fn vjp<'t>(&'t self, y: Var<'t, T>, g: Var<'t, T>, wrt: &[Var<'t, T>]) -> Vec<Var<'t, T>> {
        for x in wrt.iter().chain([&y, &g]) {
            self.expect_own("vjp", *x);
        }
        assert!(
            g.dims() == y.dims(),
            "vjp: the cotangent does not have the shape of the value"
        );
        let mut scratch = std::mem::take(&mut *self.scratch.borrow_mut());
        let targets = || wrt.iter().map(|x| x.id as usize);
        let first = targets().min().unwrap_or(0);
        let mark = |active: &mut [bool]| {
            for id in targets() {
                if let Some(a) = active.get_mut(id - first) {
                    *a = true;
                }
            }
        };
        self.trace(y.id, g, first, mark, &mut scratch, None);
        let result = wrt
            .iter()
            .map(|x| match scratch.arrived(x.id as usize) {
                Some(id) => Var { tape: self, id },
                None => self.constant(Tensor::zeros(&x.dims())),
            })
            .collect();
        *self.scratch.borrow_mut() = scratch;
        result
    }

    /// Traces the gradient of node `y` back to the nodes from `first` on that `targets` marks in a list beginning there;
    /// `scratch` then knows the nodes of the cotangents. What was recorded before `first` is not looked at, so a loop
    /// that takes the gradient of each of its steps is linear in its length. A cotangent of a parameter that is nothing
    /// but one product is left out of the tape and put on the list `products`, if there is one.
    pub(crate) fn trace<'t>(
        &'t self,
        y: u32,
        g: Var<'t, T>,
        first: usize,
        targets: impl FnOnce(&mut [bool]),
        scratch: &mut Scratch<T>,
        products: Option<&mut Vec<DeferredProduct>>,
    ) {
        let n = (y as usize + 1).saturating_sub(first);
        scratch.first = first;
        scratch.traced.clear();
        scratch.traced.resize(n, None);
        scratch.active.clear();
        scratch.active.resize(n, false);
        if n == 0 {
            return;
        }
        targets(&mut scratch.active);
        self.spread(first, &mut scratch.active);
        let mut pass = Traced {
            tape: self,
            first,
            slots: &mut scratch.traced,
            active: &scratch.active,
            products,
        };
        if pass.wants(y) {
            pass.add(y, g);
        }
        let var = |id: u32| Var { tape: self, id };
        for id in (first..first + n).rev() {
            let Some(g) = pass.slots[id - first] else {
                continue;
            };
            // The rule will record, so nothing of the tape stays borrowed.
            let step = self.read(|nodes, edges| match &nodes[id].origin {
                Origin::Rule(rule) => {
                    let node = &nodes[id];
                    Some((rule.clone(), Few::new(node.inputs(edges)), node.caller()))
                }
                _ => None,
            });
            let Some((rule, inputs, line)) = step else {
                continue;
            };
            let _site = self.record_for(line);
            with_few(inputs.iter().map(|i| var(*i)), |values| {
                with_few(values.iter(), |x| {
                    let mut sink = Sink::new(&mut pass, &inputs);
                    rule.get().traced(x, &var(id as u32), &var(g), &mut sink);
                });
            });
        }
    }

    /// Marks the nodes that depend on a marked one, in a list that begins with node `first`.
    fn spread(&self, first: usize, active: &mut [bool]) {
        self.read(|nodes, edges| {
            for (i, node) in nodes[first..first + active.len()].iter().enumerate() {
                if !active[i] {
                    let mut inputs = node.inputs(edges).iter();
                    active[i] = inputs.any(|id| marked(active, first, *id));
                }
            }
        });
    }
}

/// Whether a node is marked in a list that begins with node `first`; those before it are not.
fn marked(active: &[bool], first: usize, id: u32) -> bool {
    (id as usize).checked_sub(first).is_some_and(|i| active[i])
}

/// The slots of a traced pass: the nodes that hold the sums so far.
struct Traced<'a, 't, T: Real> {
    tape: &'t Tape<T>,
    /// The node of the first slot.
    first: usize,
    slots: &'a mut [Option<u32>],
    active: &'a [bool],
    products: Option<&'a mut Vec<DeferredProduct>>,
}

impl<'t, T: Real> Traced<'_, 't, T> {
    /// Takes a parameter's product off the list, to be added to something.
    fn recall(&mut self, node: u32) -> Option<Var<'t, T>> {
        let list = self.products.as_deref_mut()?;
        let at = list.iter().position(|p| p.node == node)?;
        let DeferredProduct { a, b, .. } = list.swap_remove(at);
        let var = |id| Var {
            tape: self.tape,
            id,
        };
        Some(var(a).matmul(&var(b)))
    }
}

impl<'t, T: Real> Slots<Var<'t, T>> for Traced<'_, 't, T> {
    fn wants(&self, node: u32) -> bool {
        marked(self.active, self.first, node)
    }

    fn add(&mut self, node: u32, cotangent: Var<'t, T>) {
        let dims = self.tape.dims(node);
        let cotangent = if cotangent.dims() == dims {
            cotangent
        } else {
            cotangent.sum_to(&dims)
        };
        let cotangent = match self.recall(node) {
            Some(before) => before + cotangent,
            None => cotangent,
        };
        let slot = &mut self.slots[node as usize - self.first];
        let tape = self.tape;
        *slot = Some(match *slot {
            None => cotangent.id,
            Some(id) => (Var { tape, id } + cotangent).id,
        });
    }

    fn matmul(&mut self, node: u32, a: &Var<'t, T>, b: &Var<'t, T>) {
        let alone = self.slots[node as usize - self.first].is_none();
        if let Some(list) = self.products.as_deref_mut()
            && alone
            && list.iter().all(|p| p.node != node)
            && self.tape.is_parameter(node)
        {
            let (a, b) = (a.id, b.id);
            list.push(DeferredProduct { node, a, b });
            return;
        }
        let product = a.matmul(b);
        self.add(node, product);
    }
}
