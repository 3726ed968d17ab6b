//! Values and rules: what operations are done on, and an operation with its vector-Jacobian product, written once for both
//! carriers. Each is defined by the other, so they stand together.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::algebra::Pointwise;
use crate::layout::Dims;
use crate::real::Real;
use crate::tensor::Tensor;

/// A [`Tensor`] or a [`Var`](crate::Var). Code generic over it runs as plain arithmetic on the one and is recorded on
/// the other, so a model is written once for training and for use.
///
/// Its operations are the methods of the traits in [`prelude`](crate::prelude) and the operators `+ - * /` and `+= -= *= /=`
/// with another value or an element. Where the carrier is known, elements may stand on the left as well, and a variable
/// meets a tensor as a constant.
pub trait Value:
    Clone
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
    + Add<Self::T, Output = Self>
    + Sub<Self::T, Output = Self>
    + Mul<Self::T, Output = Self>
    + Div<Self::T, Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + for<'a> AddAssign<&'a Self>
    + for<'a> SubAssign<&'a Self>
    + for<'a> MulAssign<&'a Self>
    + for<'a> DivAssign<&'a Self>
    + AddAssign<Self::T>
    + SubAssign<Self::T>
    + MulAssign<Self::T>
    + DivAssign<Self::T>
{
    /// The element type.
    type T: Real;

    /// The numbers, as a handle on the same storage.
    fn tensor(&self) -> Tensor<Self::T>;

    /// The sizes of the axes, outermost first.
    fn dims(&self) -> Dims;

    /// A constant of the same carrier: it has no gradient.
    fn constant(&self, tensor: Tensor<Self::T>) -> Self;

    /// Applies a rule.
    ///
    /// # Panics
    /// If the rule's [`check`](Rule::check) refuses the inputs.
    #[track_caller]
    fn apply<R: Rule<Self::T>>(rule: R, inputs: &[&Self]) -> Self;

    /// An expression taken element by element: one fused loop on tensors, its operations recorded on variables.
    #[track_caller]
    fn pointwise<P: Pointwise<N>, const N: usize>(p: &P, inputs: [&Self; N]) -> Self;

    /// A fused operation: its kernel on tensors, its definition on variables.
    #[track_caller]
    fn fused<F: FusedOp<Self::T>>(f: &F, inputs: &[&Self]) -> Self;

    /// One number of the same carrier, of shape `[]`; a constant.
    fn scalar(&self, x: f64) -> Self {
        self.constant(Tensor::scalar(Self::T::from_f64(x)))
    }
}

/// An operation with a kernel of its own and a definition in operations that record themselves.
///
/// The definition is what second and higher orders go through, and the oracle that the kernel is tested against.
pub trait FusedOp<T: Real> {
    /// Computes the operation in one go.
    fn kernel(&self, inputs: &[&Tensor<T>]) -> Tensor<T>;
    /// Says the same in smaller operations.
    fn definition<V: Value<T = T>>(&self, inputs: &[&V]) -> V;
}

/// Dependence of an operation on its inputs, and with it how a tangent is pushed forward through it.
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
    /// not move. `None`, if there is no shorter way than what follows from [`LINEARITY`](Rule::LINEARITY) and the
    /// vector-Jacobian product; so it need not be written.
    fn jvp(
        &self,
        _inputs: &[&Tensor<T>],
        _output: &Tensor<T>,
        _tangents: &[Option<&Tensor<T>>],
    ) -> Option<Tensor<T>> {
        None
    }
}

/// Receiver of the cotangents of a rule's inputs.
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

/// The tangent of a product of the first two inputs.
pub(crate) fn bilinear<T: Real>(
    product: impl Fn([&Tensor<T>; 2]) -> Tensor<T>,
    x: &[&Tensor<T>],
    y: &Tensor<T>,
    tangents: &[Option<&Tensor<T>>],
) -> Tensor<T> {
    let left = tangents[0].map(|v| product([v, x[1]]));
    let right = tangents[1].map(|v| product([x[0], v]));
    both(left, right, y)
}

/// The sum of two tangents of `y`, each of which may be missing.
pub(crate) fn both<T: Real>(
    left: Option<Tensor<T>>,
    right: Option<Tensor<T>>,
    y: &Tensor<T>,
) -> Tensor<T> {
    match (left, right) {
        (Some(a), Some(b)) => a + b,
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Tensor::zeros(&Value::dims(y)),
    }
}

/// What is wrong, with the operation and the shapes.
#[cold]
pub(crate) fn refusal<T: Real>(name: &str, inputs: &[&Tensor<T>], why: &str) -> String {
    let shapes: Vec<_> = inputs.iter().map(|x| x.dims()).collect();
    format!("{name} of shapes {shapes:?}: {why}")
}
