//! The carrier that computes and records: variables, handles on the nodes of a tape.

use std::fmt;

use crate::algebra::{Algebra, Binary, Cmp, Pointwise, Unary};
use crate::layout::Dims;
use crate::ops::{BinaryRule, Comparison, Select, UnaryRule};
use crate::real::Real;
use crate::rule::{FusedOp, Rule, Value};
use crate::tape::{Tape, Var};
use crate::tensor::Tensor;

impl<'t, T: Real> Var<'t, T> {
    /// The tape that it is recorded on.
    pub fn tape(&self) -> &'t Tape<T> {
        self.tape
    }

    /// The position on the tape, at which [`Tape::var`] finds it again.
    ///
    /// ```
    /// use autograd::{Tape, prelude::*};
    /// let tape = Tape::new();
    /// let y = tape.leaf(3.0.into()).square();
    /// assert_eq!(tape.var(y.position()).item(), 9.0);
    /// ```
    pub fn position(&self) -> usize {
        self.id as usize
    }

    /// The numbers, as a handle on the same storage.
    pub fn tensor(&self) -> Tensor<T> {
        self.tape.value(self.id)
    }

    /// The sizes of the axes, outermost first.
    pub fn shape(&self) -> Dims {
        self.tape.dims(self.id)
    }

    /// The only element.
    ///
    /// # Panics
    /// If there is not exactly one.
    #[track_caller]
    pub fn item(&self) -> T {
        self.tensor().item()
    }

    /// The same numbers as a constant: no gradient flows through it.
    pub fn detach(&self) -> Self {
        self.tape.constant(self.tensor())
    }
}

impl<T: Real> fmt::Debug for Var<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Var {}: {:?}", self.id, self.tensor())
    }
}

impl<T: Real> Value for Var<'_, T> {
    type T = T;

    fn tensor(&self) -> Tensor<T> {
        Var::tensor(self)
    }

    fn dims(&self) -> Dims {
        self.tape.dims(self.id)
    }

    fn constant(&self, tensor: Tensor<T>) -> Self {
        self.tape.constant(tensor)
    }

    fn apply<R: Rule<T>>(rule: R, inputs: &[&Self]) -> Self {
        let tape = tape_of(inputs);
        tape.record(tape.keep(rule), inputs)
    }

    fn pointwise<P: Pointwise<N>, const N: usize>(p: &P, inputs: [&Self; N]) -> Self {
        let _site = inputs[0].tape.record_here();
        p.eval(copied(inputs))
    }

    fn fused<F: FusedOp<T>>(f: &F, inputs: &[&Self]) -> Self {
        let _site = tape_of(inputs).record_here();
        f.definition(inputs)
    }
}

/// The items themselves. Apart from [`Value::pointwise`], so that it is not compiled for every expression.
fn copied<X: Copy, const N: usize>(items: [&X; N]) -> [X; N] {
    items.map(|x| *x)
}

#[track_caller]
fn tape_of<'t, T: Real>(inputs: &[&Var<'t, T>]) -> &'t Tape<T> {
    let tape = inputs
        .first()
        .expect("an operation on a tape has at least one input")
        .tape;
    for x in inputs {
        assert!(
            std::ptr::eq(x.tape, tape),
            "an operation has inputs from two tapes"
        );
    }
    tape
}

impl<T: Real> Algebra for Var<'_, T> {
    fn lift(self, c: f64) -> Self {
        self.tape.constant(Tensor::scalar(T::from_f64(c)))
    }

    fn select(self, cmp: Cmp, other: Self, yes: Self, no: Self) -> Self {
        let mask = Tensor::pointwise(&Comparison(cmp), [&self.tensor(), &other.tensor()]);
        Self::apply(Select, &[&self.tape.constant(mask), &yes, &no])
    }

    fn unary<U: Unary>(self, u: U) -> Self {
        UnaryRule::on(u, &self)
    }

    fn binary<B: Binary>(self, b: B, other: Self) -> Self {
        BinaryRule::on(b, &self, &other)
    }
}
