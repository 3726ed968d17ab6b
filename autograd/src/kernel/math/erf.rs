//! The error function.

use super::exp::moderate_exp;
use super::format::Format;
use super::{num, polynomial, select, signed};
use crate::kernel::lane::Lane;

/// erf x: an odd polynomial up to 1; from there on 1 − erfc |x|, where the logarithm of erfc is a polynomial.
#[inline(always)]
pub(in crate::kernel) fn erf<L: Lane<Elem: Format>>(x: L) -> L {
    let size = x.abs();
    let inner = polynomial(x * x, L::Elem::ERF_INNER).fma(size, size);

    let top = L::new(L::Elem::ERF_ONE);
    let bounded = select(size > top, top, size);
    let complement = moderate_exp(polynomial(bounded - num(1.0), L::Elem::ERF_OUTER));
    let outer = num::<L>(1.0) - complement;
    signed(select(size < num(1.0), inner, outer), x)
}
