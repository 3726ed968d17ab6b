//! The affine map of a layer with its activation, fused.

use super::elementwise::{
    Elu, Evaluate, Gelu, GeluTanh, LeakyRelu, Relu, Selu, Sigmoid, Silu, Softplus, Softsign, Tanh,
    UnaryRule, Vjp,
};
use super::reduce::Reductions;
use super::shape::Shaping;
use crate::algebra::{Algebra, Pointwise, SavedForBackward, Unary};
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel::{self, FlushSubnormal, flush_subnormal};
use crate::layout::AxisSet;
use crate::matrix;
use crate::real::Real;
use crate::rule::{FusedOp, Rule, Sink, Value, bilinear};
use crate::tensor::Tensor;

/// `activation(x·w + b)` in one rule, for an activation whose derivative its output tells. With a leading axis in all three,
/// as many of these as it has entries.
struct LinearRule<U> {
    activation: U,
}

/// The cotangent of the sums, from the output y and its cotangent g: flushed on tensors, since every number of the products
/// that follow meets it.
struct SumsCotangent<U>(U);

impl<T: Real, U: Unary> FusedOp<T> for SumsCotangent<U> {
    fn kernel(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (y, g) = (x[0], x[1]);
        if const { U::SAVED_FOR_BACKWARD.is_nothing() } {
            return Tensor::pointwise(&FlushSubnormal(Evaluate(Identity)), [g]);
        }
        Tensor::pointwise(&FlushSubnormal(Vjp(self.0)), [y, y, g])
    }

    fn definition<V: Value<T = T>>(&self, x: &[&V]) -> V {
        let (y, g) = (x[0], x[1]);
        if const { U::SAVED_FOR_BACKWARD.is_nothing() } {
            return g.clone();
        }
        V::pointwise(&Vjp(self.0), [y, y, g])
    }
}

/// No activation.
#[derive(Clone, Copy)]
struct Identity;
impl Unary for Identity {
    const NAME: &'static str = "identity";
    const SAVED_FOR_BACKWARD: SavedForBackward = SavedForBackward::Nothing;
    #[inline(always)]
    fn value<L: crate::Lane>(self, x: L) -> L {
        x
    }
    #[inline(always)]
    fn derivative<E: Algebra>(self, x: E, _y: E) -> E {
        x.lift(1.0)
    }
}

/// An activation of a layer: its subnormal values become 0.
#[derive(Clone, Copy)]
struct OfLayer<U>(U);
impl<U: Unary> Unary for OfLayer<U> {
    const NAME: &'static str = U::NAME;
    const SAVED_FOR_BACKWARD: SavedForBackward = U::SAVED_FOR_BACKWARD;
    #[inline(always)]
    fn value<L: crate::Lane>(self, x: L) -> L {
        flush_subnormal(self.0.value(x))
    }
    #[inline(always)]
    fn derivative<E: Algebra>(self, x: E, y: E) -> E {
        self.0.derivative(x, y)
    }
}

/// Bias and activation of one element.
#[derive(Clone, Copy)]
struct BiasThen<U>(U);
impl<U: Unary> Pointwise<2> for BiasThen<U> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, b]: [E; 2]) -> E {
        (x + b).unary(self.0)
    }
}

/// What is wrong with the shapes of input, weight and bias. Apart from the rule, so that it is not compiled for every
/// activation.
fn check_shapes<T: Real>(x: &[&Tensor<T>]) -> Result<(), String> {
    let (input, weight) = (x[0].shape(), x[1].shape());
    if input.len() != weight.len() || !(2..=3).contains(&input.len()) {
        return Err("input and weight have two axes each, [rows, in] and [in, out], or a leading axis of networks before these".into());
    }
    let (networks, rows) = input.split_at(input.len() - 2);
    let (others, sizes) = weight.split_at(weight.len() - 2);
    if networks != others {
        return Err(format!(
            "input of {} networks meets a weight of {}",
            networks[0], others[0]
        ));
    }
    if rows[1] != sizes[0] {
        return Err(format!(
            "rows of {} numbers meet a weight for {}",
            rows[1], sizes[0]
        ));
    }
    let mut inputs = AxisSet::default();
    inputs.insert(others.len());
    let wanted = x[1].dims().reduced(&inputs, false);
    match x.get(2) {
        Some(b) if b.dims() != wanted => Err(format!("the bias is not of shape {wanted:?}")),
        _ => Ok(()),
    }
}

/// A bias, or its tangent, as it broadcasts to the sums: `[out]`, or `[networks, 1, out]`.
fn along_rows<V: Value>(bias: &V) -> V {
    match bias.dims().len() {
        1 => bias.clone(),
        _ => bias.unsqueeze(1),
    }
}

/// The most columns of a weight that is read column by column, as the left factor: with 300 a point of a landscape takes 15%
/// less time, with 512 it takes 12% more.
const NARROW: usize = 320;

impl<U: Unary> LinearRule<U> {
    /// The result for a column-major input, column-major too: the transpose of wᵀ·xᵀ, whose elements are summed in the same
    /// order. Where there are many rows and few columns, all lanes are in use, and so they are in what follows.
    fn column_major<T: Real>(
        &self,
        input: &Tensor<T>,
        weight: &Tensor<T>,
        bias: Option<&[T]>,
    ) -> Tensor<T> {
        let (input, weight) = (input.transpose(), weight.transpose());
        let dims = input.dims().with(0, weight.shape()[0]);
        let out = Tensor::written(dims, |out| {
            matrix::product(&weight, &input, out, false);
            match bias {
                Some(b) => {
                    let finish = FlushSubnormal(BiasThen(self.activation));
                    kernel::map_columns_in_place(&finish, out, [b, b]);
                }
                None => {
                    let finish = FlushSubnormal(Evaluate(self.activation));
                    kernel::map_in_place(&finish, out, [&[]]);
                }
            }
        });
        out.transpose()
    }
}

impl<T: Real, U: Unary> Rule<T> for LinearRule<U> {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        check_shapes(x)
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (input, weight) = (x[0], x[1]);
        let bias = x.get(2).map(|b| b.contiguous());
        let bias = bias.as_ref().and_then(|b| b.as_slice());
        let last = input.rank() - 1;
        let outputs = weight.shape()[last];
        if last == 1 && (1..=NARROW).contains(&outputs) && input.column_major().is_some() {
            return self.column_major(input, weight, bias);
        }
        let dims = input.dims().with(last, outputs);
        Tensor::written(dims, |out| {
            matrix::each_product(input, weight, out, |network, input, weight, out| {
                let bias = bias.map(|b| &b[network * outputs..][..outputs]);
                // Each piece gets bias and activation while it is still in the cache.
                let epilogue = |piece: &mut [T], column: usize| match bias {
                    Some(b) => {
                        let b = &b[column..b.len().min(column + piece.len())];
                        let finish = FlushSubnormal(BiasThen(self.activation));
                        kernel::map_rows_in_place(&finish, piece, [b, b]);
                    }
                    None => {
                        let finish = FlushSubnormal(Evaluate(self.activation));
                        kernel::map_in_place(&finish, piece, [&[]]);
                    }
                };
                kernel::matmul(input, weight, out, false, Some(&epilogue));
            });
        })
    }

    /// The tangent of the sums, of which products are flushed like those of the layer, times the slope of the activation.
    fn jvp(
        &self,
        x: &[&Tensor<T>],
        y: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Option<Tensor<T>> {
        let sums = LinearRule {
            activation: Identity,
        };
        let mut before = bilinear(|factors| sums.forward(&factors), x, y, tangents);
        if let Some(bias) = tangents.get(2).copied().flatten() {
            before += &along_rows(bias);
        }
        if const { U::SAVED_FOR_BACKWARD.is_nothing() } {
            return Some(before);
        }
        Some(Tensor::pointwise(&Vjp(self.activation), [y, y, &before]))
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        let before = V::fused(&SumsCotangent(self.activation), &[y, g]);
        out.matmul(1, &x[0].transpose(), &before);
        match x.get(2).map(|bias| bias.dims().len()) {
            None => {}
            Some(1) => out.pass(2, &before),
            Some(_) => out.add(2, || before.sum_axes(&[1])),
        }
        if out.wants(0) {
            out.matmul(0, &before, &x[1].transpose());
        }
    }
}

macro_rules! activations {
    ($($(#[$doc:meta])* $variant:ident $(($field:ident))? = $name:literal: $unary:expr;)*) => {
        /// Activation of a layer: the function that it applies to its sums.
        #[derive(Clone, Copy, Debug, PartialEq, Default)]
        pub enum Activation {
            /// Nothing.
            #[default]
            Identity,
            $($(#[$doc])* $variant $({
                #[allow(missing_docs)]
                $field: f64
            })?,)*
        }

        impl Activation {
            /// The names that [`parse`](Activation::parse) takes.
            pub const NAMES: &'static [&'static str] = &["identity", $($name),*];

            /// From a name: those in PyTorch's functional interface, with usual parameters.
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    "identity" => Some(Self::Identity),
                    $($name => Some(Self::$variant $({ $field: default_of($name) })?),)*
                    _ => None,
                }
            }

            /// The name.
            pub fn name(self) -> &'static str {
                match self {
                    Self::Identity => "identity",
                    $(Self::$variant $({ $field: _ })? => $name,)*
                }
            }

            /// The activation of every element. As of a layer with it, subnormal results become 0.
            #[track_caller]
            pub fn apply<V: Value>(self, x: &V) -> V {
                match self {
                    Self::Identity => x.clone(),
                    $(Self::$variant $({ $field })? => UnaryRule::on(OfLayer($unary), x),)*
                }
            }

            /// Calls the visitor with the function of this activation: a loop over it is compiled for each function, and
            /// chosen once.
            #[track_caller]
            pub fn visit<A: ActivationVisitor>(self, visitor: A) -> A::Output {
                match self {
                    Self::Identity => visitor.visit(Identity),
                    $(Self::$variant $({ $field })? => visitor.visit($unary),)*
                }
            }
        }
    };
}

activations! {
    /// [`Elementwise::relu`](crate::prelude::Elementwise::relu)
    Relu = "relu": Relu {};
    /// [`Elementwise::leaky_relu`](crate::prelude::Elementwise::leaky_relu)
    LeakyRelu(slope) = "leaky-relu": LeakyRelu { slope };
    /// [`Elementwise::elu`](crate::prelude::Elementwise::elu)
    Elu(alpha) = "elu": Elu { alpha };
    /// [`Elementwise::selu`](crate::prelude::Elementwise::selu)
    Selu = "selu": Selu {};
    /// [`Elementwise::gelu`](crate::prelude::Elementwise::gelu)
    Gelu = "gelu": Gelu {};
    /// [`Elementwise::gelu_tanh`](crate::prelude::Elementwise::gelu_tanh)
    GeluTanh = "gelu-tanh": GeluTanh {};
    /// [`Elementwise::silu`](crate::prelude::Elementwise::silu)
    Silu = "silu": Silu {};
    /// [`Elementwise::softplus`](crate::prelude::Elementwise::softplus)
    Softplus = "softplus": Softplus {};
    /// [`Elementwise::softsign`](crate::prelude::Elementwise::softsign)
    Softsign = "softsign": Softsign {};
    /// [`Elementwise::tanh`](crate::prelude::Elementwise::tanh)
    Tanh = "tanh": Tanh {};
    /// [`Elementwise::sigmoid`](crate::prelude::Elementwise::sigmoid)
    Sigmoid = "sigmoid": Sigmoid {};
}

/// The parameter that goes with a bare name, PyTorch's default.
fn default_of(name: &str) -> f64 {
    if name == "leaky-relu" { 0.01 } else { 1.0 }
}

/// A computation with the function of an [`Activation`], whichever it is. [`Activation::visit`] calls it.
pub trait ActivationVisitor {
    /// The result.
    type Output;
    /// Computes it with this function.
    #[track_caller]
    fn visit<U: Unary>(self, function: U) -> Self::Output;
}

/// The affine map of these inputs and an activation. Fused where the output tells the derivative; else the sums are kept
/// as a node of their own.
struct Affine<'a, V>(&'a [&'a V]);

impl<V: Value> ActivationVisitor for Affine<'_, V> {
    type Output = V;

    #[track_caller]
    fn visit<U: Unary>(self, activation: U) -> V {
        // What a constant decides is left out of the compiled program: there is no fused form of the others.
        if const { U::SAVED_FOR_BACKWARD.is_input() } {
            let sums = V::apply(
                LinearRule {
                    activation: Identity,
                },
                self.0,
            );
            UnaryRule::on(OfLayer(activation), &sums)
        } else {
            V::apply(LinearRule { activation }, self.0)
        }
    }
}

/// Layers as operations.
pub trait Layers: Value {
    /// `activation(self·weight + bias)` for rows `[n, in]`, a weight `[in, out]` and a bias `[out]`. Subnormal results, such as
    /// the sigmoid of −90 in `f32`, become 0 (see [`FlushSubnormal`](crate::FlushSubnormal)).
    ///
    /// With a leading axis in all three it is this for each network along it, `[networks, n, in]`, `[networks, in, out]` and
    /// `[networks, out]`, to the same bits, and tiny networks share the cost of an operation.
    ///
    /// # Panics
    /// If the shapes do not fit.
    #[track_caller]
    fn linear(&self, weight: &Self, bias: Option<&Self>, activation: Activation) -> Self {
        match bias {
            Some(b) => activation.visit(Affine(&[self, weight, b])),
            None => activation.visit(Affine(&[self, weight])),
        }
    }
}
impl<V: Value> Layers for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const X: InputSampler = InputSampler::REAL_LINE.shape(&[5, 3]);
    const W: InputSampler = InputSampler::between(-1.0, 1.0).shape(&[3, 4]);
    const B: InputSampler = InputSampler::REAL_LINE.shape(&[4]);
    Vec::from(cases! {
        "linear", order 2, [X, W, B] => |x| x[0].linear(&x[1], Some(&x[2]), Activation::Identity);
        "linear without bias", order 2, [X, W] => |x| x[0].linear(&x[1], None, Activation::Tanh);
        "linear with tanh", order 2, [X, W, B] => |x| x[0].linear(&x[1], Some(&x[2]), Activation::Tanh);
        "linear with sigmoid", order 2, [X, W, B] => |x| x[0].linear(&x[1], Some(&x[2]), Activation::Sigmoid);
        "linear of two networks", order 2, [InputSampler::REAL_LINE.shape(&[2, 5, 3]), InputSampler::between(-1.0, 1.0).shape(&[2, 3, 4]), InputSampler::REAL_LINE.shape(&[2, 4])] => |x| x[0].linear(&x[1], Some(&x[2]), Activation::Tanh);
        "linear with gelu", order 2, [X, W, B] => |x| x[0].linear(&x[1], Some(&x[2]), Activation::Gelu);
        "linear with silu", order 2, [X, W, B] => |x| x[0].linear(&x[1], Some(&x[2]), Activation::Silu);
        "linear with softplus", order 2, [X, W, B] => |x| x[0].linear(&x[1], Some(&x[2]), Activation::Softplus);
    })
}
