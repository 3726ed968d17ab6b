//! The first layer of a network at a point of the plane.

use autograd::prelude::*;
use autograd::{
    ActivationVisitor, Algebra, FlushSubnormal, Pointwise, Real, Tensor, Unary, kernels,
};

/// `activation(s + α·x + β·y + b)` for columns `[out, n]` and a bias `[out]`, in one pass, as n rows in column-major order:
/// s, x and y are the products of the layer's inputs with its weights at the origin and with their parts of the two
/// directions, transposed. As of any layer, subnormal results become 0.
pub(super) struct FirstLayer<'a, T: Real> {
    /// s, x and y.
    pub(super) columns: [&'a Tensor<T>; 3],
    /// α and β.
    pub(super) point: (f64, f64),
    /// b, at the point.
    pub(super) bias: &'a Tensor<T>,
}

impl<T: Real> ActivationVisitor for FirstLayer<'_, T> {
    type Output = Tensor<T>;

    fn visit<U: Unary>(self, activation: U) -> Tensor<T> {
        let (alpha, beta) = self.point;
        let expression = FlushSubnormal(Element {
            alpha,
            beta,
            activation,
        });
        let bias = self.bias.contiguous();
        let [s, x, y] = self.columns.map(Tensor::elements);
        let out = Tensor::written(self.columns[0].dims(), |out| {
            if !out.is_empty() {
                kernels::map_columns(&expression, [s, x, y, bias.elements()], out);
            }
        });
        out.transpose()
    }
}

/// One element.
#[derive(Clone, Copy)]
struct Element<U> {
    alpha: f64,
    beta: f64,
    activation: U,
}

impl<U: Unary> Pointwise<4> for Element<U> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [s, x, y, b]: [E; 4]) -> E {
        let sums = s + x * s.lift(self.alpha) + y * s.lift(self.beta);
        (sums + b).unary(self.activation)
    }
}
