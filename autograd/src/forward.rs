//! Forward mode: tangents pushed through what a tape has recorded.
//!
//! A rule has one text of its derivative, the vector-Jacobian product. It is linear in the cotangent, and the transpose
//! of a linear map is the reverse pass over it: so a tangent is had from the same text, rule by rule, without a tape of
//! second order as long as the program. Rules that say that they are linear or bilinear need not even that: their
//! tangents are the operation itself. Elementwise functions read their slope from the text directly.

use crate::few::with_few;
use crate::ops::{LinearAlgebra, Shaping};
use crate::real::Real;
use crate::rule::{Linearity, Sink, Slots, Value, bilinear};
use crate::tape::{DynRule, Origin, Tape, Var};
use crate::tensor::Tensor;

impl<T: Real> Tape<T> {
    /// The product of the Jacobian of `y` with tangents of some variables, each of its variable's shape: the derivative
    /// of `y` as these move along them and everything else that was given stands still. One pass over the record, at
    /// about the cost of the recording; nothing is recorded.
    ///
    /// A variable need not be a leaf: what was computed from others moves along its tangent instead.
    ///
    /// ```
    /// use autograd::{Tape, Tensor, prelude::*};
    /// let tape = Tape::new();
    /// let x = tape.leaf(Tensor::from([3.0, 4.0f64]));
    /// let y = x.square();
    /// assert_eq!(tape.jvp(y, &[(x, Tensor::from([1.0, 0.5]))]).to_vec(), [6.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If a tangent does not have the shape of its variable, or a variable is of another tape.
    #[track_caller]
    pub fn jvp(&self, y: Var<'_, T>, along: &[(Var<'_, T>, Tensor<T>)]) -> Tensor<T> {
        self.expect_own("jvp", y);
        for (x, v) in along {
            self.expect_own("jvp", *x);
            assert!(
                v.shape() == &x.dims()[..],
                "jvp of a variable of shape {:?}: the tangent is of shape {:?}",
                x.dims(),
                v.shape()
            );
        }
        let zeros = || Tensor::zeros(&y.dims());
        let Some(first) = along.iter().map(|(x, _)| x.id as usize).min() else {
            return zeros();
        };
        let Some(n) = (y.id as usize + 1).checked_sub(first) else {
            return zeros();
        };
        let mut tangents: Vec<Option<Tensor<T>>> = vec![None; n];
        self.read(|all, edges| {
            let nodes = &all[first..first + n];
            let needed = needed(nodes.iter().map(|node| node.inputs(edges)), first);
            for (x, v) in along {
                if let Some(place) = tangents.get_mut(x.id as usize - first) {
                    *place = Some(match place.take() {
                        Some(before) => before + v,
                        None => v.clone(),
                    });
                }
            }
            for (i, node) in nodes.iter().enumerate() {
                let Origin::Rule(rule) = &node.origin else {
                    continue;
                };
                if !needed[i] || tangents[i].is_some() {
                    continue;
                }
                let inputs = node.inputs(edges);
                let values = inputs.iter().map(|id| &all[*id as usize].value);
                let moving = inputs.iter().map(|id| of(&tangents, first, *id));
                let moved = with_few(moving, |v| {
                    let moves = v.iter().any(Option::is_some);
                    moves.then(|| with_few(values, |x| rule.get().jvp(x, &node.value, v)))
                });
                tangents[i] = moved;
            }
        });
        tangents.pop().flatten().unwrap_or_else(zeros)
    }
}

/// The tangent of a node, in a list that begins with node `first`; what was recorded before does not move.
fn of<T: Real>(tangents: &[Option<Tensor<T>>], first: usize, id: u32) -> Option<&Tensor<T>> {
    tangents[(id as usize).checked_sub(first)?].as_ref()
}

/// Which nodes the last one depends on, in a list of inputs that begins with node `first`.
fn needed<'e>(
    inputs: impl DoubleEndedIterator<Item = &'e [u32]> + ExactSizeIterator,
    first: usize,
) -> Vec<bool> {
    let mut needed = vec![false; inputs.len()];
    if let Some(last) = needed.last_mut() {
        *last = true;
    }
    for (i, inputs) in inputs.enumerate().rev() {
        if needed[i] {
            for id in inputs {
                if let Some(place) = (*id as usize).checked_sub(first) {
                    needed[place] = true;
                }
            }
        }
    }
    needed
}

/// The tangent of a rule's output, as it follows from the linearity of the rule and from the rest of it. Compiled once for
/// all rules.
pub(crate) fn tangent<T: Real>(
    rule: &dyn DynRule<T>,
    linearity: Linearity,
    x: &[&Tensor<T>],
    y: &Tensor<T>,
    tangents: &[Option<&Tensor<T>>],
) -> Tensor<T> {
    match linearity {
        Linearity::Linear => {
            let zeros = |i: usize| Tensor::zeros(&Value::dims(x[i]));
            let along: Vec<Tensor<T>> = tangents
                .iter()
                .enumerate()
                .map(|(i, v)| v.map_or_else(|| zeros(i), Tensor::clone))
                .collect();
            with_few(along.iter(), |v| rule.forward(v))
        }
        Linearity::Bilinear => bilinear(|factors| rule.forward(&factors), x, y, tangents),
        Linearity::Nonlinear => transposed(rule, x, y, tangents),
    }
}

/// The vector-Jacobian product recorded for a cotangent of zeros, and its transpose applied to the tangents.
fn transposed<T: Real>(
    rule: &dyn DynRule<T>,
    x: &[&Tensor<T>],
    y: &Tensor<T>,
    tangents: &[Option<&Tensor<T>>],
) -> Tensor<T> {
    let tape = Tape::new();
    let inputs: Vec<Var<'_, T>> = x.iter().map(|x| tape.constant((*x).clone())).collect();
    let output = tape.constant(y.clone());
    let g = tape.leaf(Tensor::zeros(&Value::dims(y)));
    let mut collected = Collected {
        wanted: tangents.iter().map(Option::is_some).collect(),
        cotangents: Vec::new(),
    };
    let ids: Vec<u32> = (0..x.len() as u32).collect();
    with_few(inputs.iter(), |inputs| {
        rule.traced(inputs, &output, &g, &mut Sink::new(&mut collected, &ids));
    });
    let seeds = collected.cotangents.into_iter().filter_map(|(i, c)| {
        // A cotangent may have a shape that the input broadcasts to.
        tangents[i as usize].map(|v| (c, v.broadcast_to(&c.dims())))
    });
    tape.backward_vjps(seeds.collect()).wrt(g)
}

/// The cotangents that a rule hands to its inputs, in the order of arrival.
struct Collected<'t, T: Real> {
    wanted: Vec<bool>,
    cotangents: Vec<(u32, Var<'t, T>)>,
}

impl<'t, T: Real> Slots<Var<'t, T>> for Collected<'t, T> {
    fn wants(&self, node: u32) -> bool {
        self.wanted[node as usize]
    }
    fn add(&mut self, node: u32, cotangent: Var<'t, T>) {
        self.cotangents.push((node, cotangent));
    }
    fn matmul(&mut self, node: u32, a: &Var<'t, T>, b: &Var<'t, T>) {
        let product = a.matmul(b);
        self.cotangents.push((node, product));
    }
}
