//! Every rule in the form that a tape holds.

use std::any::Any;

use crate::forward;
use crate::real::Real;
use crate::rule::{Rule, Sink};
use crate::tape::{DynRule, Var};
use crate::tensor::Tensor;

impl<T: Real, R: Rule<T>> DynRule<T> for R {
    fn name(&self) -> &'static str {
        Rule::name(self)
    }
    fn check(&self, inputs: &[&Tensor<T>]) -> Result<(), String> {
        Rule::check(self, inputs)
    }
    #[inline(never)]
    fn forward(&self, inputs: &[&Tensor<T>]) -> Tensor<T> {
        Rule::forward(self, inputs)
    }
    #[inline(never)]
    fn eager(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        g: &Tensor<T>,
        out: &mut Sink<'_, Tensor<T>>,
    ) {
        self.vjp(inputs, output, g, out);
    }
    #[inline(never)]
    fn traced<'t>(
        &self,
        inputs: &[&Var<'t, T>],
        output: &Var<'t, T>,
        g: &Var<'t, T>,
        out: &mut Sink<'_, Var<'t, T>>,
    ) {
        self.vjp(inputs, output, g, out);
    }
    #[inline(never)]
    fn jvp(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Tensor<T> {
        match Rule::jvp(self, inputs, output, tangents) {
            Some(tangent) => tangent,
            None => forward::tangent(self, R::LINEARITY, inputs, output, tangents),
        }
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
