//! Rules: an operation's value and its vector-Jacobian product, written once for both carriers.

use std::any::Any;

use crate::forward;
use crate::real::Real;
use crate::tensor::Tensor;
use crate::value::Value;
use crate::var::Var;

/// How an operation depends on its inputs, and with it how a tangent is pushed forward through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linearity {
    /// Linear in all inputs together: the tangent of the value is the operation on the tangents of the inputs.
    Linear,
    /// Linear in the first input and linear in the second, as a product is. Only these two are inputs.
    Bilinear,
    /// Anything else. The tangent is had from the vector-Jacobian product: it is linear in the cotangent, and its
    /// transpose is the Jacobian-vector product.
    Nonlinear,
}

/// A differentiable operation.
///
/// The vector-Jacobian product is written in operations on [`Value`]s. Run on tensors it is a plain first-order
/// backward pass; run on variables it records itself, so gradients of any order follow from the same text. It sees the
/// inputs, the output and the cotangent as values, never numbers cached by the forward pass: those would be constants
/// to the next order.
///
/// ```
/// use autograd::{Rule, Sink, Tape, Tensor, Value, prelude::*};
///
/// /// x ↦ x³
/// struct Cube;
/// impl Rule<f64> for Cube {
///     fn name(&self) -> &'static str { "cube" }
///     fn forward(&self, x: &[&Tensor<f64>]) -> Tensor<f64> { x[0].square() * x[0] }
///     fn vjp<V: Value<T = f64>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
///         out.add(0, || x[0].square() * 3.0 * g);
///     }
/// }
///
/// let tape = Tape::new();
/// let x = tape.leaf(Tensor::scalar(2.0));
/// let y = Value::apply(Cube, &[&x]);
/// let first = tape.grad(y, &[x])[0];
/// let second = tape.grad(first, &[x])[0];
/// assert_eq!((first.item(), second.item()), (12.0, 12.0));
/// ```
pub trait Rule<T: Real>: 'static {
    /// How the value depends on the inputs. It saves time in [`jvp`](Rule::jvp), and nothing else hangs on it.
    const LINEARITY: Linearity = Linearity::Nonlinear;

    /// The name in messages, graphs and anomaly reports.
    fn name(&self) -> &'static str;

    /// Whether the inputs fit; the error says why not, and becomes a panic at the caller's line.
    fn check(&self, _inputs: &[&Tensor<T>]) -> Result<(), String> {
        Ok(())
    }

    /// The value.
    fn forward(&self, inputs: &[&Tensor<T>]) -> Tensor<T>;

    /// Pushes the product of the cotangent `g` (of the output's shape) with the Jacobian into the sink, input by input.
    fn vjp<V: Value<T = T>>(&self, inputs: &[&V], output: &V, g: &V, out: &mut Sink<'_, V>);

    /// The product of the Jacobian with a tangent of each input, of the output's shape; an input without a tangent does
    /// not move. It follows from [`LINEARITY`](Rule::LINEARITY) and the vector-Jacobian product, so it need not be
    /// written.
    fn jvp(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Tensor<T>
    where
        Self: Sized,
    {
        forward::jvp(self, inputs, output, tangents)
    }
}

/// The form of a [`Rule`] that a tape keeps: its product once for tensors and once for variables. Every rule has it.
pub trait DynRule<T: Real>: 'static {
    /// See [`Rule::name`].
    fn name(&self) -> &'static str;
    /// See [`Rule::check`].
    fn check(&self, inputs: &[&Tensor<T>]) -> Result<(), String>;
    /// See [`Rule::forward`].
    fn forward(&self, inputs: &[&Tensor<T>]) -> Tensor<T>;
    /// [`Rule::vjp`] on tensors.
    fn eager(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        g: &Tensor<T>,
        out: &mut Sink<'_, Tensor<T>>,
    );
    /// [`Rule::vjp`] on variables.
    fn traced<'t>(
        &self,
        inputs: &[&Var<'t, T>],
        output: &Var<'t, T>,
        g: &Var<'t, T>,
        out: &mut Sink<'_, Var<'t, T>>,
    );
    /// See [`Rule::jvp`].
    fn jvp(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Tensor<T>;
    /// The rule as it was, so that a tape can put the next rule of its kind in its place.
    #[doc(hidden)]
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: Real, R: Rule<T>> DynRule<T> for R {
    fn name(&self) -> &'static str {
        Rule::name(self)
    }
    fn check(&self, inputs: &[&Tensor<T>]) -> Result<(), String> {
        Rule::check(self, inputs)
    }
    fn forward(&self, inputs: &[&Tensor<T>]) -> Tensor<T> {
        Rule::forward(self, inputs)
    }
    fn eager(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        g: &Tensor<T>,
        out: &mut Sink<'_, Tensor<T>>,
    ) {
        self.vjp(inputs, output, g, out);
    }
    fn traced<'t>(
        &self,
        inputs: &[&Var<'t, T>],
        output: &Var<'t, T>,
        g: &Var<'t, T>,
        out: &mut Sink<'_, Var<'t, T>>,
    ) {
        self.vjp(inputs, output, g, out);
    }
    fn jvp(
        &self,
        inputs: &[&Tensor<T>],
        output: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Tensor<T> {
        Rule::jvp(self, inputs, output, tangents)
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Where a rule leaves the cotangents of its inputs.
///
/// The first arrival at an input is stored, later ones are added in place. An input whose gradient nobody asked for
/// costs nothing: closures for it are not called.
pub struct Sink<'s, V: Value> {
    slots: &'s mut dyn Slots<V>,
    inputs: &'s [u32],
}

/// The places for cotangents of one backward pass, by node.
pub(crate) trait Slots<V: Value> {
    fn wants(&self, node: u32) -> bool;
    /// Takes a cotangent of the node's own shape, or of one that it was broadcast to.
    fn add(&mut self, node: u32, cotangent: V);
    /// Takes the product of two matrices.
    fn matmul(&mut self, node: u32, a: &V, b: &V);
}

impl<'s, V: Value> Sink<'s, V> {
    pub(crate) fn new(slots: &'s mut dyn Slots<V>, inputs: &'s [u32]) -> Self {
        Self { slots, inputs }
    }

    /// Is the gradient of input `i` asked for?
    #[inline]
    pub fn wants(&self, i: usize) -> bool {
        self.slots.wants(self.inputs[i])
    }

    /// Adds a cotangent to input `i`. It has the input's shape, or a shape that the input broadcasts to: then it is
    /// summed over the axes along which the input was repeated.
    #[inline]
    #[track_caller]
    pub fn add(&mut self, i: usize, cotangent: impl FnOnce() -> V) {
        if self.wants(i) {
            self.slots.add(self.inputs[i], cotangent());
        }
    }

    /// Adds a cotangent that exists already, as [`add`](Sink::add) does.
    #[inline]
    #[track_caller]
    pub fn pass(&mut self, i: usize, cotangent: &V) {
        self.add(i, || cotangent.clone());
    }

    /// Adds the matrix product a·b, of the shape of input `i`, straight into its place.
    #[inline]
    #[track_caller]
    pub fn matmul(&mut self, i: usize, a: &V, b: &V) {
        if self.wants(i) {
            self.slots.matmul(self.inputs[i], a, b);
        }
    }
}
