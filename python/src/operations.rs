//! The operations of the engine by name, on whichever carrier.

use autograd::prelude::*;
use autograd::{Indices, Value};

/// An operation with its constants.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub(crate) name: &'a str,
    /// Axes, sizes or indices.
    pub(crate) axes: &'a [isize],
    pub(crate) numbers: &'a [f64],
}

impl Operation<'_> {
    /// Applies it; `None` if there is none of that name for so many inputs.
    ///
    /// # Panics
    /// If it refuses the shapes.
    pub(crate) fn on<V: Value<T = f64>>(&self, x: &[&V]) -> Option<V> {
        match *x {
            [x] => self
                .elementwise(x)
                .or_else(|| self.reducing(x))
                .or_else(|| self.shaping(x))
                .or_else(|| self.of_networks(&[x]))
                .or_else(|| self.joining(&[x])),
            [a, b] => self
                .binary(a, b)
                .or_else(|| self.of_networks(x))
                .or_else(|| self.joining(x)),
            [a, b, c] if self.name == "where" => Some(a.select(b, c)),
            _ => self.of_networks(x).or_else(|| self.joining(x)),
        }
    }

    fn elementwise<V: Value<T = f64>>(&self, x: &V) -> Option<V> {
        let number = |i: usize| self.numbers.get(i).copied();
        Some(match self.name {
            "negative" => x.negated(),
            "exp" => x.exp(),
            "expm1" => x.expm1(),
            "log" => x.ln(),
            "log2" => x.log2(),
            "log10" => x.log10(),
            "log1p" => x.log1p(),
            "sqrt" => x.sqrt(),
            "rsqrt" => x.rsqrt(),
            "cbrt" => x.cbrt(),
            "square" => x.square(),
            "reciprocal" => x.recip(),
            "abs" => x.abs(),
            "sign" => x.sign(),
            "sin" => x.sin(),
            "cos" => x.cos(),
            "tan" => x.tan(),
            "arcsin" => x.asin(),
            "arccos" => x.acos(),
            "arctan" => x.atan(),
            "sinh" => x.sinh(),
            "cosh" => x.cosh(),
            "tanh" => x.tanh(),
            "arcsinh" => x.asinh(),
            "arccosh" => x.acosh(),
            "arctanh" => x.atanh(),
            "sigmoid" => x.sigmoid(),
            "relu" => x.relu(),
            "leaky_relu" => x.leaky_relu(number(0)?),
            "elu" => x.elu(number(0)?),
            "selu" => x.selu(),
            "gelu" => x.gelu(),
            "gelu_tanh" => x.gelu_tanh(),
            "silu" => x.silu(),
            "softplus" => x.softplus(),
            "softsign" => x.softsign(),
            "erf" => x.erf(),
            "clip" => x.clamp(number(0)?, number(1)?),
            "power" => power(x, number(0)?),
            _ => return None,
        })
    }

    fn reducing<V: Value<T = f64>>(&self, x: &V) -> Option<V> {
        let axes = self.axes;
        let first = axes.first().copied();
        let correction = || self.numbers.first().map(|c| *c as usize);
        Some(match self.name {
            "sum" => x.sum_axes(axes),
            "sum_keep" => x.sum_keep(axes),
            "mean" => x.mean_axes(axes),
            "mean_keep" => x.mean_keep(axes),
            "max" => x.max_axes(axes),
            "max_keep" => x.max_keep(axes),
            "min" => x.min_axes(axes),
            "min_keep" => x.min_keep(axes),
            "prod" => x.prod_axes(axes),
            "var" => x.var_axes(axes, correction()?),
            "std" => x.std_axes(axes, correction()?),
            "logsumexp" => x.logsumexp_axes(axes),
            "norm" => x.norm_axes(axes),
            "cumsum" => x.cumsum(first?),
            "softmax" => x.softmax(first?),
            "log_softmax" => x.log_softmax(first?),
            _ => return None,
        })
    }

    fn shaping<V: Value<T = f64>>(&self, x: &V) -> Option<V> {
        let axes = self.axes;
        Some(match (self.name, axes) {
            ("reshape", _) => x.reshape(axes),
            ("transpose", _) => x.permute(axes),
            ("broadcast_to", _) => x.broadcast_to(&sizes(axes)?),
            ("repeat", _) => x.repeat(&sizes(axes)?),
            ("squeeze", &[axis]) => x.squeeze(axis),
            ("expand_dims", &[axis]) => x.unsqueeze(axis),
            ("flip", _) => x.flip(axes),
            ("index", &[axis, index]) => x.select_index(axis, index),
            ("slice", &[axis, start, len, step]) => x.slice_step(
                axis,
                usize::try_from(start).ok()?,
                usize::try_from(len).ok()?,
                step,
            ),
            ("take", &[axis, ref indices @ ..]) => {
                x.index_select(axis, &numbered(&[indices.len()], indices)?)
            }
            ("pad", &[axis, before, after]) => {
                let (before, after) = (usize::try_from(before).ok()?, usize::try_from(after).ok()?);
                x.pad(axis, before, after, self.numbers.first().copied()?)
            }
            _ => return None,
        })
    }

    fn binary<V: Value<T = f64>>(&self, a: &V, b: &V) -> Option<V> {
        Some(match self.name {
            "add" => a.plus(b),
            "subtract" => a.minus(b),
            "multiply" => a.times(b),
            "divide" => a.over(b),
            "power" => a.pow(b),
            "arctan2" => a.atan2(b),
            "maximum" => a.maximum(b),
            "minimum" => a.minimum(b),
            "greater" => a.gt(b),
            "greater_equal" => a.ge(b),
            "less" => a.lt(b),
            "less_equal" => a.le(b),
            "equal" => a.equals(b),
            "matmul" => a.matmul(b),
            "outer" => a.outer(b),
            "xlogy" => a.xlogy(b),
            _ => match self.name.strip_prefix("einsum:") {
                Some(axes) => a.einsum(axes, b),
                None => return None,
            },
        })
    }

    fn joining<V: Value<T = f64>>(&self, parts: &[&V]) -> Option<V> {
        let axis = self.axes.first().copied()?;
        match self.name {
            "concatenate" => Some(V::concat(parts, axis)),
            "stack" => Some(V::stack(parts, axis)),
            _ => None,
        }
    }
}

/// Whole numbers as sizes; `None` if one is below 0.
pub(crate) fn sizes(of: &[isize]) -> Option<Vec<usize>> {
    of.iter().map(|n| usize::try_from(*n).ok()).collect()
}

/// Whole numbers as indices of a shape; `None` if one cannot be an index.
pub(crate) fn numbered(shape: &[usize], of: &[isize]) -> Option<Indices> {
    let numbers: Option<Vec<u32>> = of.iter().map(|i| u32::try_from(*i).ok()).collect();
    Some(Indices::new(shape, &numbers?))
}

/// A power by a number; of a whole one the integer power, which negative numbers have, too.
fn power<V: Value<T = f64>>(x: &V, exponent: f64) -> V {
    match exponent.fract() == 0.0 && exponent.abs() <= f64::from(i32::MAX) {
        true => x.powi(exponent as i32),
        false => x.powf(exponent),
    }
}
