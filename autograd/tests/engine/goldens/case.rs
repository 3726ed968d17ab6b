//! A function of tensors with its answers.

use autograd::prelude::*;
use autograd::{Tape, Tensor, Var};
use serde::Deserialize;

use super::{Array, assert_same};

/// A call with the value, the product of `cotangent` with the Jacobian, and `hvp`, the gradient of ⟨grads, v⟩ with the
/// cotangent held fixed.
#[derive(Deserialize)]
pub(super) struct Case<A> {
    pub(super) op: String,
    pub(super) attrs: A,
    inputs: Vec<Array>,
    output: Array,
    cotangent: Array,
    grads: Vec<Array>,
    v: Option<Vec<Array>>,
    hvp: Option<Vec<Array>>,
}

impl<A> Case<A> {
    /// Compares an operation on tensors, and its first two derivatives on variables.
    #[track_caller]
    pub(super) fn compare(
        &self,
        eager: impl Fn(&[Tensor<f64>]) -> Tensor<f64>,
        traced: impl for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
    ) {
        let shapes: Vec<_> = self.inputs.iter().map(|x| &x.shape).collect();
        let what = |part: &str| format!("{part} of {} of {shapes:?}", self.op);
        let tensors: Vec<_> = self.inputs.iter().map(Array::tensor).collect();
        assert_same(&eager(&tensors), &self.output, &what("the value"));

        let tape = Tape::new();
        let x: Vec<_> = tensors.iter().map(|t| tape.leaf(t.clone())).collect();
        let y = traced(&x);
        assert_same(&y.tensor(), &self.output, &what("the recorded value"));
        let gradients = tape.backward_vjp(y, self.cotangent.tensor());
        for (x, want) in x.iter().zip(&self.grads) {
            assert_same(&gradients.wrt(*x), want, &what("the gradient"));
        }

        let g = tape.constant(self.cotangent.tensor());
        let gradients = tape.vjp(y, g, &x);
        for (got, want) in gradients.iter().zip(&self.grads) {
            assert_same(&got.tensor(), want, &what("the recorded gradient"));
        }
        if let (Some(v), Some(hvp)) = (&self.v, &self.hvp) {
            let mut s = tape.constant(Tensor::scalar(0.0));
            for (g, v) in gradients.iter().zip(v) {
                s += (*g * tape.constant(v.tensor())).sum();
            }
            let second = tape.backward(s);
            for (x, want) in x.iter().zip(hvp) {
                assert_same(&second.wrt(*x), want, &what("the second derivative"));
            }
        }
    }
}
