//! Backward passes on variables: what they compute is recorded, so that it can be differentiated again.

use crate::backward::{Scratch, one_for};
use crate::few::{Few, with_few};
use crate::linearise::Product;
use crate::ops::{LinearAlgebra, Reductions};
use crate::real::Real;
use crate::rule::{Sink, Slots};
use crate::tape::{Origin, Tape};
use crate::tensor::Tensor;
use crate::value::Value;
use crate::var::Var;

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
        let targets = wrt.iter().map(|x| x.id);
        self.trace(
            y.id,
            g,
            |active| targets.for_each(|id| mark(active, id)),
            &mut scratch,
            None,
        );
        let result = wrt
            .iter()
            .map(|x| match scratch.traced.get(x.id as usize) {
                Some(Some(id)) => Var {
                    tape: self,
                    id: *id,
                },
                _ => self.constant(Tensor::zeros(&x.dims())),
            })
            .collect();
        *self.scratch.borrow_mut() = scratch;
        result
    }

    /// Traces the gradient of node `y` back to the nodes that `targets` marks; `scratch.traced` then holds the nodes
    /// of the cotangents. A cotangent of a parameter that is nothing but one product is left out of the tape and put on
    /// the list `products`, if there is one.
    pub(crate) fn trace<'t>(
        &'t self,
        y: u32,
        g: Var<'t, T>,
        targets: impl FnOnce(&mut [bool]),
        scratch: &mut Scratch<T>,
        products: Option<&mut Vec<Product>>,
    ) {
        let n = y as usize + 1;
        scratch.traced.clear();
        scratch.traced.resize(n, None);
        scratch.active.clear();
        scratch.active.resize(n, false);
        targets(&mut scratch.active);
        self.spread(&mut scratch.active);
        let mut pass = Traced {
            tape: self,
            slots: &mut scratch.traced,
            active: &scratch.active,
            products,
        };
        if pass.wants(y) {
            pass.add(y, g);
        }
        let var = |id: u32| Var { tape: self, id };
        for id in (0..n).rev() {
            let Some(g) = pass.slots[id] else { continue };
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

    /// Marks the nodes that depend on a marked one.
    fn spread(&self, active: &mut [bool]) {
        self.read(|nodes, edges| {
            for (id, node) in nodes[..active.len()].iter().enumerate() {
                if !active[id] {
                    active[id] = node.inputs(edges).iter().any(|i| active[*i as usize]);
                }
            }
        });
    }
}

fn mark(active: &mut [bool], id: u32) {
    if let Some(a) = active.get_mut(id as usize) {
        *a = true;
    }
}

/// The slots of a traced pass: the nodes that hold the sums so far.
struct Traced<'a, 't, T: Real> {
    tape: &'t Tape<T>,
    slots: &'a mut [Option<u32>],
    active: &'a [bool],
    products: Option<&'a mut Vec<Product>>,
}

impl<'t, T: Real> Traced<'_, 't, T> {
    /// Takes a parameter's product off the list, to be added to something.
    fn recall(&mut self, node: u32) -> Option<Var<'t, T>> {
        let list = self.products.as_deref_mut()?;
        let at = list.iter().position(|p| p.node == node)?;
        let Product { a, b, .. } = list.swap_remove(at);
        let var = |id| Var {
            tape: self.tape,
            id,
        };
        Some(var(a).matmul(&var(b)))
    }
}

impl<'t, T: Real> Slots<Var<'t, T>> for Traced<'_, 't, T> {
    fn wants(&self, node: u32) -> bool {
        self.active[node as usize]
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
        let slot = &mut self.slots[node as usize];
        let tape = self.tape;
        *slot = Some(match *slot {
            None => cotangent.id,
            Some(id) => (Var { tape, id } + cotangent).id,
        });
    }

    fn matmul(&mut self, node: u32, a: &Var<'t, T>, b: &Var<'t, T>) {
        let first = self.slots[node as usize].is_none();
        if let Some(list) = self.products.as_deref_mut()
            && first
            && list.iter().all(|p| p.node != node)
            && self.tape.is_parameter(node)
        {
            let (a, b) = (a.id, b.id);
            list.push(Product { node, a, b });
            return;
        }
        let product = a.matmul(b);
        self.add(node, product);
    }
}
