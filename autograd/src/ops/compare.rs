//! Comparisons, signs and selection.
//!
//! Comparisons and signs have no gradient: their results are constants, masks of zeros and ones.

use crate::algebra::{Algebra, Cmp, Pointwise};
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::real::Real;
use crate::rule::{Rule, Sink, Value};
use crate::tensor::Tensor;

/// 1 where the comparison of two values holds, else 0.
#[derive(Clone, Copy)]
pub(crate) struct Comparison(pub(crate) Cmp);
impl Pointwise<2> for Comparison {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [a, b]: [E; 2]) -> E {
        a.select(self.0, b, a.lift(1.0), a.lift(0.0))
    }
}

#[derive(Clone, Copy)]
struct Sign;
impl Pointwise<1> for Sign {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x]: [E; 1]) -> E {
        let zero = x.lift(0.0);
        let negative = x.select(Cmp::Lt, zero, x.lift(-1.0), x);
        x.select(Cmp::Gt, zero, x.lift(1.0), negative)
    }
}

/// `mask ≠ 0 ? yes : no`.
#[derive(Clone, Copy)]
struct Choose;
impl Pointwise<3> for Choose {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [mask, yes, no]: [E; 3]) -> E {
        mask.select(Cmp::Eq, mask.lift(0.0), no, yes)
    }
}

/// Takes the second input where the first is not 0, else the third. The first has no gradient.
pub(crate) struct Select;
impl<T: Real> Rule<T> for Select {
    fn name(&self) -> &'static str {
        "select"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let pair = x[0].dims().broadcast(&x[1].dims());
        match pair.and_then(|d| d.broadcast(&x[2].dims())) {
            Some(_) => Ok(()),
            None => Err("they do not broadcast together".into()),
        }
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Value::pointwise(&Choose, [x[0], x[1], x[2]])
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        // The branch not taken gets an exact 0, whatever its value is.
        let zero = g.scalar(0.0);
        let mask = x[0].constant(x[0].tensor());
        out.add(1, || V::apply(Self, &[&mask, g, &zero]));
        out.add(2, || V::apply(Self, &[&mask, &zero, g]));
    }
}

/// Comparisons and selection, element by element, broadcast as NumPy does.
pub trait Compare: Value {
    /// 1 where `self > other`, else 0. No gradient.
    #[track_caller]
    fn gt(&self, other: &Self) -> Self {
        compare(Cmp::Gt, self, other)
    }
    /// 1 where `self >= other`, else 0. No gradient.
    #[track_caller]
    fn ge(&self, other: &Self) -> Self {
        compare(Cmp::Ge, self, other)
    }
    /// 1 where `self < other`, else 0. No gradient.
    #[track_caller]
    fn lt(&self, other: &Self) -> Self {
        compare(Cmp::Lt, self, other)
    }
    /// 1 where `self <= other`, else 0. No gradient.
    #[track_caller]
    fn le(&self, other: &Self) -> Self {
        compare(Cmp::Le, self, other)
    }
    /// 1 where `self == other`, else 0. No gradient.
    #[doc(alias = "eq")]
    #[track_caller]
    fn equals(&self, other: &Self) -> Self {
        compare(Cmp::Eq, self, other)
    }
    /// −1, 0 or 1 (0 and NaN stay as they are). No gradient.
    fn sign(&self) -> Self {
        self.constant(Tensor::pointwise(&Sign, [&self.tensor()]))
    }
    /// With `self` as a mask: `yes` where it is not 0, else `no`.
    ///
    /// The derivatives of the one not taken are exactly 0, of every order, though it be infinite or NaN there: `x > 0 ?
    /// ln x : 0` has gradient 0 at x = 0, where PyTorch and JAX have NaN. The promise holds through functions and
    /// arithmetic of single elements, sums and views. A product of matrices that meets an infinity or NaN sums it up with
    /// the others: mask its operands.
    #[doc(alias = "where")]
    #[track_caller]
    fn select(&self, yes: &Self, no: &Self) -> Self {
        Self::apply(Select, &[self, yes, no])
    }
}
impl<V: Value> Compare for V {}

#[track_caller]
fn compare<V: Value>(cmp: Cmp, a: &V, b: &V) -> V {
    let (x, y) = (a.dims(), b.dims());
    assert!(
        x.broadcast(&y).is_some(),
        "comparison of shapes {:?}: they do not broadcast together",
        [x, y]
    );
    a.constant(Tensor::pointwise(
        &Comparison(cmp),
        [&a.tensor(), &b.tensor()],
    ))
}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    Vec::from(cases! {
        "select", order 2, [InputSampler::REAL_LINE.shape(&[3, 4]).apart(), InputSampler::REAL_LINE.shape(&[4]).apart()] => |x| Compare::select(&x[0].gt(&x[1]), &(x[0].clone() * &x[1]), &x[1].square());
    })
}
