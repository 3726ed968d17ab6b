//! The steps of a program: each an operation with its settings, that can be carried out and written as source text.
//!
//! A row says a call once. It is compiled for operands, and for their names, of which it makes the text.

use autograd::prelude::*;
use autograd::testing::Case;
use autograd::{Tensor, Var, random};

use crate::elementwise::elementwise;

/// What a step is carried out on.
pub(super) trait Operand: Value<T = f64> {
    /// The call of a case.
    fn case(case: &Case, x: &[Self]) -> Self;
}

impl Operand for Tensor<f64> {
    fn case(case: &Case, x: &[Self]) -> Self {
        (case.eager)(x)
    }
}

impl Operand for Var<'_, f64> {
    fn case(case: &Case, x: &[Self]) -> Self {
        (case.traced)(x)
    }
}

/// The name of an operand in source text.
#[derive(Clone, Debug)]
pub(super) struct Name(pub(super) String);

/// An argument as source text.
trait Code {
    fn code(&self) -> String;
}

impl Code for Name {
    fn code(&self) -> String {
        format!("&{}", self.0)
    }
}
impl Code for Option<&Name> {
    fn code(&self) -> String {
        match self {
            Some(name) => format!("Some(&{})", name.0),
            None => String::from("None"),
        }
    }
}
impl Code for Vec<usize> {
    fn code(&self) -> String {
        format!("&{self:?}")
    }
}
impl Code for Indices {
    fn code(&self) -> String {
        format!("&Indices::new(&{:?}, &{:?})", self.shape(), self.as_slice())
    }
}
impl Code for Activation {
    fn code(&self) -> String {
        format!("Activation::{self:?}")
    }
}
macro_rules! by_debug {
    ($($type:ty),*) => {$(
        impl Code for $type {
            fn code(&self) -> String {
                format!("{self:?}")
            }
        }
    )*};
}
by_debug!(
    usize,
    isize,
    f64,
    bool,
    [usize; 2],
    Conv2dParams,
    Pool2dParams
);

/// `Name { settings } (operands) => call;` rows, and others whose text does not have the form of a method's call:
/// `Name { settings } (operands) as name => { call } { text };`.
macro_rules! operations {
    (
        methods { $($name:ident $({ $($field:ident: $type:ty),+ })? ($($operand:ident),+)
            => $receiver:ident.$method:ident($($argument:expr),*);)* }
        others { $($other:ident $({ $($setting:ident: $kind:ty),+ })? ($($value:ident),+) as $called:ident
            => { $call:expr } { $text:expr };)* }
    ) => {
        /// An operation with its settings.
        #[derive(Clone, Debug)]
        pub(super) enum Op {
            /// Number i of the [elementwise](elementwise()) cases.
            Elementwise(usize),
            $($name $({ $($field: $type),+ })?,)*
            $($other $({ $($setting: $kind),+ })?,)*
        }

        impl Op {
            /// What the operation is called.
            pub(super) fn name(&self) -> &'static str {
                match self {
                    Self::Elementwise(i) => &elementwise()[*i].name,
                    $(Self::$name { .. } => stringify!($method),)*
                    $(Self::$other { .. } => stringify!($called),)*
                }
            }

            /// Carries it out.
            #[allow(unused_variables)]
            pub(super) fn apply<V: Operand>(&self, operands: &[&V]) -> V {
                match self {
                    Self::Elementwise(i) => {
                        let operands: Vec<V> = operands.iter().map(|x| (*x).clone()).collect();
                        V::case(&elementwise()[*i], &operands)
                    }
                    $(Self::$name $({ $($field),+ })? => {
                        let &[$($operand),+] = operands else { unreachable!() };
                        $receiver.$method($($argument),*)
                    })*
                    $(Self::$other $({ $($setting),+ })? => {
                        let &[$($value),+] = operands else { unreachable!() };
                        $call
                    })*
                }
            }

            /// Its call.
            #[allow(unused_variables)]
            pub(super) fn code(&self, operands: &[Name]) -> String {
                match self {
                    Self::Elementwise(i) => {
                        let named = operands.iter().enumerate();
                        // The compiler puts spaces where it likes.
                        let call = elementwise()[*i].call.replace(char::is_whitespace, "");
                        let call = call.replace(',', ", ");
                        named.fold(call, |call, (i, name)| {
                            call.replace(&format!("x[{i}]"), &name.0)
                        })
                    }
                    $(Self::$name $({ $($field),+ })? => {
                        let [$($operand),+] = operands else { unreachable!() };
                        let arguments: &[String] = &[$($argument.code()),*];
                        let method = stringify!($method);
                        format!("{}.{method}({})", $receiver.0, arguments.join(", "))
                    })*
                    $(Self::$other $({ $($setting),+ })? => {
                        let [$(Name($value)),+] = operands else { unreachable!() };
                        $text
                    })*
                }
            }
        }
    };
}

operations! { methods {
    Tanh (x) => x.tanh();
    MulScalar { c: f64 } (x) => x.mul_scalar(*c);
    AddScalar { c: f64 } (x) => x.add_scalar(*c);

    Sum (x) => x.sum();
    SumAxes { axes: Vec<usize> } (x) => x.sum_axes(axes);
    SumKeep { axes: Vec<usize> } (x) => x.sum_keep(axes);
    SumTo { dims: Vec<usize> } (x) => x.sum_to(dims);
    Mean (x) => x.mean();
    MeanAxes { axes: Vec<usize> } (x) => x.mean_axes(axes);
    MeanKeep { axes: Vec<usize> } (x) => x.mean_keep(axes);
    Max (x) => x.max();
    MaxAxes { axes: Vec<usize> } (x) => x.max_axes(axes);
    MaxKeep { axes: Vec<usize> } (x) => x.max_keep(axes);
    Min (x) => x.min();
    MinAxes { axes: Vec<usize> } (x) => x.min_axes(axes);
    MinKeep { axes: Vec<usize> } (x) => x.min_keep(axes);
    Prod (x) => x.prod();
    ProdAxes { axes: Vec<usize> } (x) => x.prod_axes(axes);
    VarAxes { axes: Vec<usize>, correction: usize } (x) => x.var_axes(axes, *correction);
    StdAxes { axes: Vec<usize>, correction: usize } (x) => x.std_axes(axes, *correction);
    LogSumExp { axes: Vec<usize> } (x) => x.logsumexp_axes(axes);
    Norm (x) => x.norm();
    NormAxes { axes: Vec<usize> } (x) => x.norm_axes(axes);
    Cumsum { axis: usize } (x) => x.cumsum(*axis);

    Reshape { dims: Vec<usize> } (x) => x.reshape(dims);
    Flatten (x) => x.flatten();
    Permute { order: Vec<usize> } (x) => x.permute(order);
    SwapAxes { a: usize, b: usize } (x) => x.swap_axes(*a, *b);
    Transpose (x) => x.transpose();
    BroadcastTo { dims: Vec<usize> } (x) => x.broadcast_to(dims);
    Narrow { axis: usize, start: usize, len: usize } (x) => x.narrow(*axis, *start, *len);
    Slice { axis: usize, start: usize, len: usize, step: isize } (x) => x.slice_step(*axis, *start, *len, *step);
    SelectIndex { axis: usize, index: usize } (x) => x.select_index(*axis, *index);
    Flip { axes: Vec<usize> } (x) => x.flip(axes);
    Squeeze { axis: usize } (x) => x.squeeze(*axis);
    Unsqueeze { axis: usize } (x) => x.unsqueeze(*axis);

    Pad { axis: usize, before: usize, after: usize, with: f64 } (x) => x.pad(*axis, *before, *after, *with);
    Repeat { times: Vec<usize> } (x) => x.repeat(times);
    IndexSelect { axis: usize, index: Indices } (x) => x.index_select(*axis, index);
    Gather { axis: usize, index: Indices } (x) => x.gather(*axis, index);
    ScatterAdd { axis: usize, index: Indices } (x, y) => x.scatter_add(*axis, index, y);
    Pick { index: Indices } (x) => x.pick(index);

    MatMul (x, y) => x.matmul(y);
    Dot (x, y) => x.dot(y);
    Outer (x, y) => x.outer(y);
    Linear { activation: Activation } (x, w, b) => x.linear(w, Some(b), *activation);
    LinearWithoutBias { activation: Activation } (x, w) => x.linear(w, None, *activation);

    Softmax { axis: usize } (x) => x.softmax(*axis);
    LogSoftmax { axis: usize } (x) => x.log_softmax(*axis);
    CrossEntropy { labels: Indices, smoothing: f64 } (x) => x.cross_entropy(labels, *smoothing);
    Mse (x, y) => x.mse(y);

    BatchNorm { eps: f64 } (x, scale, shift) => x.batch_norm(scale, shift, *eps);
    Normalize { eps: f64 } (x, mean, variance, scale, shift) => x.normalize(mean, variance, scale, shift, *eps);
    LayerNorm { eps: f64 } (x, scale, shift) => x.layer_norm(scale, shift, *eps);

    Conv2d { params: Conv2dParams } (x, w, b) => x.conv2d(w, Some(b), *params);
    Conv2dWithoutBias { params: Conv2dParams } (x, w) => x.conv2d(w, None, *params);
    MaxPool2d { kernel: [usize; 2], params: Pool2dParams } (x) => x.max_pool2d(*kernel, *params);
    AvgPool2d { kernel: [usize; 2], params: Pool2dParams, padding: bool } (x) => x.avg_pool2d(*kernel, *params, *padding);

} others {
    Concat { axis: usize } (x, y) as concat
        => { V::concat(&[x, y], *axis) } { format!("Joining::concat(&[&{x}, &{y}], {axis})") };
    Stack { axis: usize } (x, y) as stack
        => { V::stack(&[x, y], *axis) } { format!("Joining::stack(&[&{x}, &{y}], {axis})") };
    Split { sizes: Vec<usize>, axis: usize, part: usize } (x) as split
        => { x.split(sizes, *axis)[*part].clone() } { format!("{x}.split(&{sizes:?}, {axis})[{part}]") };
    Where (a, b, yes, no) as where_greater
        => { Compare::select(&a.gt(b), yes, no) } { format!("{a}.gt(&{b}).select(&{yes}, &{no})") };
    Dropout { p: f64, seed: u64 } (x) as dropout
        => { x.dropout(*p, &mut random::stream(*seed, "dropout", 0, 0)) }
        { format!("{x}.dropout({p:?}, &mut random::stream({seed}, \"dropout\", 0, 0))") };
} }
