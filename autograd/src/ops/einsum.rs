//! Sums of products of two tensors over axes named by letters.
//!
//! A letter of both operands and the result is an axis of a batch, one of both operands alone is summed in a matrix
//! product, one of one operand alone is kept or summed beforehand. So every case is axes put in order, one product of
//! matrices, and axes put in order again.

use super::matmul::MatMul;
use super::reduce::Reductions;
use super::shape::Shaping;
use crate::layout::Dims;
use crate::rule::Value;

/// The letters of the two operands and of the result.
struct Spec {
    left: Vec<char>,
    right: Vec<char>,
    out: Vec<char>,
}

impl Spec {
    /// Reads `"ij,jk->ik"`; without an arrow the result has the letters that appear once, in alphabetical order.
    fn parse(text: &str) -> Result<Self, String> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (inputs, out) = match compact.split_once("->") {
            Some((inputs, out)) => (inputs, Some(letters(out)?)),
            None => (&compact[..], None),
        };
        let operands: Vec<_> = inputs.split(',').collect();
        let [left, right] = operands[..] else {
            return Err(format!("it names {} operands, there are 2", operands.len()));
        };
        let (left, right) = (letters(left)?, letters(right)?);
        let out = out.unwrap_or_else(|| {
            let once = |(a, b): (&[char], &[char])| {
                let alone = a.iter().filter(|c| !b.contains(c));
                alone.copied().collect::<Vec<_>>()
            };
            let mut out = [once((&left, &right)), once((&right, &left))].concat();
            out.sort_unstable();
            out
        });
        if let Some(c) = out.iter().find(|c| !left.contains(c) && !right.contains(c)) {
            return Err(format!("axis {c} of the result is in no operand"));
        }
        Ok(Self { left, right, out })
    }

    /// The size of the axis that a letter names.
    fn size(&self, c: char, (a, b): (&Dims, &Dims)) -> usize {
        let of = |letters: &[char], dims: &Dims| {
            let axis = letters.iter().position(|l| *l == c);
            axis.map(|axis| dims[axis])
        };
        let size = of(&self.left, a).or_else(|| of(&self.right, b));
        size.expect("every letter is in an operand")
    }

    /// Do the operands have the axes named, and letters of both one size?
    fn check(&self, (a, b): (&Dims, &Dims)) -> Result<(), String> {
        for (letters, dims) in [(&self.left, a), (&self.right, b)] {
            if letters.len() != dims.len() {
                let named: String = letters.iter().collect();
                return Err(format!(
                    "{named:?} does not name the axes of shape {dims:?}"
                ));
            }
        }
        for (axis, c) in self.right.iter().enumerate() {
            let size = self.size(*c, (a, b));
            if size != b[axis] {
                return Err(format!("axis {c} has size {size} and size {}", b[axis]));
            }
        }
        Ok(())
    }
}

/// The letters of an operand or the result, each once.
fn letters(text: &str) -> Result<Vec<char>, String> {
    let mut found = Vec::new();
    for c in text.chars() {
        if !c.is_ascii_alphabetic() {
            return Err(format!("{c:?} is no letter"));
        }
        if found.contains(&c) {
            return Err(format!("axis {c} is named twice in {text:?}"));
        }
        found.push(c);
    }
    Ok(found)
}

#[track_caller]
pub(super) fn einsum<V: Value>(text: &str, a: &V, b: &V) -> V {
    let dims = (&a.dims(), &b.dims());
    let spec = Spec::parse(text).and_then(|spec| spec.check(dims).map(|()| spec));
    let spec = match spec {
        Ok(spec) => spec,
        // Not in a closure, which would be the caller.
        Err(why) => panic!(
            "einsum {text:?} of shapes {:?} and {:?}: {why}",
            dims.0, dims.1
        ),
    };
    let (left, right, out) = (&spec.left[..], &spec.right[..], &spec.out[..]);
    let those = |of: &[char], keep: &dyn Fn(&char) -> bool| -> Vec<char> {
        of.iter().copied().filter(|c| keep(c)).collect()
    };
    let shared = those(left, &|c| right.contains(c));
    let batch = those(&shared, &|c| out.contains(c));
    let inner = those(&shared, &|c| !out.contains(c));
    let rows = those(left, &|c| !right.contains(c) && out.contains(c));
    let columns = those(right, &|c| !left.contains(c) && out.contains(c));

    let count = |of: &[char]| of.iter().map(|c| spec.size(*c, dims)).product::<usize>();
    let [n, m, k, l] = [&batch, &rows, &inner, &columns].map(|of| count(of));
    let a = ordered(a, left, &[&batch[..], &rows, &inner].concat());
    let b = ordered(b, right, &[&batch[..], &inner, &columns].concat());
    let product = if inner.is_empty() {
        a.reshape(&[n, m, 1]) * &b.reshape(&[n, 1, l])
    } else if batch.is_empty() {
        V::apply(MatMul, &[&a.reshape(&[m, k]), &b.reshape(&[k, l])])
    } else {
        V::apply(MatMul, &[&a.reshape(&[n, m, k]), &b.reshape(&[n, k, l])])
    };
    let found = [&batch[..], &rows, &columns].concat();
    let sizes: Vec<_> = found.iter().map(|c| spec.size(*c, dims)).collect();
    ordered(&product.reshape(&sizes), &found, out)
}

/// The axes of `x`, which have the names `from`, in the order `to`; those that are not in it are summed.
#[track_caller]
fn ordered<V: Value>(x: &V, from: &[char], to: &[char]) -> V {
    let gone: Vec<_> = (0..from.len())
        .filter(|i| !to.contains(&from[*i]))
        .collect();
    let kept: Vec<_> = from.iter().filter(|c| to.contains(c)).collect();
    let place = |c: &char| kept.iter().position(|k| *k == c);
    let order: Vec<_> = to.iter().filter_map(place).collect();
    let x = if gone.is_empty() {
        x.clone()
    } else {
        x.sum_axes(&gone)
    };
    x.permute(&order)
}
