//! Many products with one Hessian.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};

use crate::backward::{Eager, one_for};
use crate::matrix;
use crate::real::Real;
use crate::rule::Slots;
use crate::scratch::{Arrived, ParameterGradient};
use crate::tape::{Origin, Tape, Var};
use crate::tensor::Tensor;

/// A loss and its gradient on a tape, kept so that each product of the Hessian with a vector costs one more backward
/// pass and nothing of the first two. It holds node numbers and the tape itself, so no variable can outlive a reset.
pub struct Linearized<'a, T: Real = f32> {
    tape: TapeHandle<'a, T>,
    loss: u32,
    gradients: Vec<ParameterGradient>,
}

/// The tape: somebody's, or its own.
enum TapeHandle<'a, T: Real> {
    Borrowed(&'a mut Tape<T>),
    Owned(Box<Tape<T>>),
}

impl<T: Real> Deref for TapeHandle<'_, T> {
    type Target = Tape<T>;

    fn deref(&self) -> &Tape<T> {
        match self {
            Self::Borrowed(tape) => tape,
            Self::Owned(tape) => tape,
        }
    }
}

impl<T: Real> DerefMut for TapeHandle<'_, T> {
    fn deref_mut(&mut self) -> &mut Tape<T> {
        match self {
            Self::Borrowed(tape) => tape,
            Self::Owned(tape) => tape,
        }
    }
}

impl<T: Real> Tape<T> {
    /// Resets the tape, records a loss of one element and traces its gradient with respect to every
    /// [`parameter`](Tape::parameter).
    ///
    /// ```
    /// use autograd::{Tape, Tensor, prelude::*};
    /// // ½ wᵀ A w with A = diag(1, 10): H v = A v
    /// let mut tape = Tape::<f64>::new();
    /// let mut quadratic = tape.linearize(|tape| {
    ///     let w = tape.parameter(Tensor::from([0.3, 0.4]), 0);
    ///     let a = tape.constant(Tensor::from([1.0, 10.0]));
    ///     (w * w * a).sum() * 0.5
    /// });
    /// let mut hv = [0.0; 2];
    /// quadratic.hessian_vector(&[1.0, 1.0], &mut hv);
    /// assert_eq!(hv, [1.0, 10.0]);
    /// ```
    ///
    /// # Panics
    /// If the loss does not have exactly one element.
    #[track_caller]
    pub fn linearize<F>(&mut self, loss: F) -> Linearized<'_, T>
    where
        F: for<'t> FnOnce(&'t Tape<T>) -> Var<'t, T>,
    {
        let (loss, gradients) = self.traced(loss);
        Linearized {
            tape: TapeHandle::Borrowed(self),
            loss,
            gradients,
        }
    }

    /// As [`linearize`](Tape::linearize), for a linearized loss that has the tape for itself.
    ///
    /// # Panics
    /// If the loss does not have exactly one element.
    #[track_caller]
    pub fn into_linearized<F>(mut self, loss: F) -> Linearized<'static, T>
    where
        F: for<'t> FnOnce(&'t Tape<T>) -> Var<'t, T>,
    {
        let (loss, gradients) = self.traced(loss);
        Linearized {
            tape: TapeHandle::Owned(Box::new(self)),
            loss,
            gradients,
        }
    }

    /// Records a loss on the tape and traces its gradient: the node of the loss, and where gradients are.
    #[track_caller]
    fn traced<F>(&mut self, loss: F) -> (u32, Vec<ParameterGradient>)
    where
        F: for<'t> FnOnce(&'t Tape<T>) -> Var<'t, T>,
    {
        self.reset();
        let mut gradients = std::mem::take(&mut self.scratch.get_mut().places);
        gradients.clear();
        let id = {
            let tape = &*self;
            let y = loss(tape);
            let mut scratch = std::mem::take(&mut *tape.scratch.borrow_mut());
            let one = tape.constant(one_for(y));
            let parameters = |active: &mut [bool]| {
                tape.read(|nodes, _| {
                    for (a, node) in active.iter_mut().zip(nodes) {
                        *a = matches!(node.origin, Origin::Parameter(_));
                    }
                });
            };
            let mut products = std::mem::take(&mut scratch.products);
            products.clear();
            tape.trace(y.id, one, 0, parameters, &mut scratch, Some(&mut products));
            tape.read(|nodes, _| {
                for (id, node) in nodes[..=y.id as usize].iter().enumerate() {
                    if let Origin::Parameter(offset) = node.origin {
                        gradients.push(ParameterGradient {
                            gradient: match scratch.arrived(id) {
                                Some(node) => Arrived::Node(node),
                                None => products
                                    .iter()
                                    .find(|p| p.node == id as u32)
                                    .map_or(Arrived::Never, |p| Arrived::Product(p.a, p.b)),
                            },
                            offset,
                            dims: node.value.dims(),
                        });
                    }
                }
            });
            scratch.products = products;
            *tape.scratch.borrow_mut() = scratch;
            y.id
        };
        (id, gradients)
    }
}

impl<T: Real> Linearized<'_, T> {
    /// The loss.
    pub fn loss(&self) -> T {
        self.tape.value(self.loss).item()
    }

    /// Bytes that the tape's values take; views count once, with what they are views of.
    pub fn bytes(&self) -> usize {
        let elements: usize = self.tape.read(|nodes, _| {
            let storages = nodes.iter().map(|n| n.value.storage());
            let storages: HashMap<_, _> = storages.map(|s| (s.as_ptr(), s.len())).collect();
            storages.values().sum()
        });
        elements * size_of::<T>()
    }

    /// Writes the gradient into the places of the parameters; zeros where the loss does not depend on one.
    ///
    /// # Panics
    /// If a parameter's place is outside `out`.
    #[track_caller]
    pub fn gradient(&self, out: &mut [T]) {
        self.tape.expect_places("gradient", out.len());
        for p in &self.gradients {
            let place = &mut out[p.range()];
            match p.gradient {
                Arrived::Node(id) => self.tape.value(id).copy_to(place),
                Arrived::Product(a, b) => {
                    let (a, b) = (self.tape.value(a), self.tape.value(b));
                    matrix::product(&a, &b, place, false);
                }
                Arrived::Never => place.fill(T::ZERO),
            }
        }
    }

    /// Writes the product of the Hessian with `v` into `out`; both are flat vectors with the places of the parameters.
    ///
    /// # Panics
    /// If a parameter's place is outside `v` or `out`.
    #[track_caller]
    pub fn hessian_vector(&mut self, v: &[T], out: &mut [T]) {
        self.tape.expect_places("hessian_vector", v.len());
        self.tape.expect_places("hessian_vector", out.len());
        let seed = |pass: &mut Eager<'_, '_, T>| {
            for p in &self.gradients {
                let v = || Tensor::new(&p.dims, &v[p.range()]);
                match p.gradient {
                    Arrived::Never => {}
                    Arrived::Node(id) => pass.add(id, v()),
                    Arrived::Product(a, b) => pass.vjp_of_product(a, b, &v()),
                }
            }
        };
        self.tape.sweep(self.tape.len(), seed, Some(out), |_, _| {});
    }
}

impl<T: Real> Drop for Linearized<'_, T> {
    /// Gives the list back for the next one.
    fn drop(&mut self) {
        self.tape.scratch.get_mut().places = std::mem::take(&mut self.gradients);
    }
}
