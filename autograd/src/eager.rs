//! The carrier that computes: tensors.

use crate::algebra::Pointwise;
use crate::layout::Dims;
use crate::pointwise;
use crate::real::Real;
use crate::rule::{FusedOp, Rule, Value, refusal};
use crate::tensor::Tensor;

impl<T: Real> Value for Tensor<T> {
    type T = T;

    fn tensor(&self) -> Tensor<T> {
        self.clone()
    }

    fn dims(&self) -> Dims {
        Tensor::dims(self)
    }

    fn constant(&self, tensor: Tensor<T>) -> Self {
        tensor
    }

    fn apply<R: Rule<T>>(rule: R, inputs: &[&Self]) -> Self {
        if let Err(why) = rule.check(inputs) {
            panic!("{}", refusal(rule.name(), inputs, &why));
        }
        rule.forward(inputs)
    }

    fn pointwise<P: Pointwise<N>, const N: usize>(p: &P, inputs: [&Self; N]) -> Self {
        pointwise::compute(p, inputs)
    }

    fn fused<F: FusedOp<T>>(f: &F, inputs: &[&Self]) -> Self {
        f.kernel(inputs)
    }
}
