//! The functions in loops over slices, compiled for each instruction set, as the kernels use them.

use crate::kernel::{Isa, Lane};
use crate::real::Real;

/// A function under test.
pub(super) trait Function: Copy + Sync {
    const NAME: &'static str;
    /// The lane's own.
    fn of<L: Lane>(x: L) -> L;
    /// An independent one, within 1 ulp in `f64`.
    fn reference(x: f64) -> f64;
}

macro_rules! functions {
    ($($name:ident $f:ident $reference:expr;)*) => {
        $(
            #[derive(Clone, Copy)]
            pub(super) struct $name;
            impl Function for $name {
                const NAME: &'static str = stringify!($f);
                #[inline(always)]
                fn of<L: Lane>(x: L) -> L {
                    x.$f()
                }
                fn reference(x: f64) -> f64 {
                    $reference(x)
                }
            }
        )*
        /// Calls `$visit!(Function)` for every function.
        macro_rules! every {
            ($visit:ident) => { $($visit!($name);)* };
        }
        pub(super) use every;
    };
}
functions! {
    Exp exp f64::exp;
    ExpM1 exp_m1 f64::exp_m1;
    Ln ln f64::ln;
    Ln1p ln_1p f64::ln_1p;
    Sin sin f64::sin;
    Cos cos f64::cos;
    Tan tan f64::tan;
    Asin asin f64::asin;
    Acos acos f64::acos;
    Atan atan f64::atan;
    Sinh sinh f64::sinh;
    Cosh cosh f64::cosh;
    Tanh tanh f64::tanh;
    Asinh asinh libm::asinh;
    Acosh acosh inverse_cosh;
    Atanh atanh libm::atanh;
    Log2 log2 f64::log2;
    Log10 log10 f64::log10;
    Cbrt cbrt f64::cbrt;
    Sigmoid sigmoid logistic;
    Erf erf libm::erf;
    Sqrt sqrt f64::sqrt;
    Abs abs f64::abs;
}

fn logistic(x: f64) -> f64 {
    let z = (-x.abs()).exp();
    if x < 0.0 {
        z / (1.0 + z)
    } else {
        1.0 / (1.0 + z)
    }
}

/// `libm`'s, which is not NaN for large negative numbers.
fn inverse_cosh(x: f64) -> f64 {
    if x < 1.0 { f64::NAN } else { libm::acosh(x) }
}

#[inline(always)]
fn map<F: Function, L: Lane>(x: &[L::Elem], out: &mut [L::Elem]) {
    for (x, out) in x.iter().zip(out) {
        *out = F::of(L::new(*x)).get();
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn avx512<F: Function, T: Real>(x: &[T], out: &mut [T]) {
    map::<F, T::Fused>(x, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<F: Function, T: Real>(x: &[T], out: &mut [T]) {
    map::<F, T::Fused>(x, out);
}

#[inline(never)]
fn portable<F: Function, T: Real>(x: &[T], out: &mut [T]) {
    map::<F, T::Plain>(x, out);
}

/// `out[i] = F(x[i])` on `isa`, which the processor must have.
pub(super) fn run<F: Function, T: Real>(isa: Isa, x: &[T], out: &mut [T]) {
    assert!(isa <= Isa::best());
    match isa {
        Isa::Portable => portable::<F, T>(x, out),
        // SAFETY: the processor has the features, checked above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2::<F, T>(x, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512::<F, T>(x, out) },
        #[cfg(not(target_arch = "x86_64"))]
        _ => unreachable!("only x86-64 has other sets"),
    }
}
