//! How long the loops take: run by hand, to see that they vectorize.

use std::time::Instant;

use super::loops::*;
use crate::kernel::Isa;
use crate::real::Real;

/// Nanoseconds an element, the best of many passes over 8192 elements of [−4, 4].
fn nanoseconds<F: Function, T: Real>(isa: Isa) -> f64 {
    let n = 8192;
    let x: Vec<T> = (0..n)
        .map(|i| T::from_f64((i as f64 / n as f64 - 0.5) * 8.0))
        .collect();
    let mut out = vec![T::ZERO; n];
    let passes = (0..300).map(|_| {
        let start = Instant::now();
        run::<F, T>(isa, &x, &mut out);
        start.elapsed().as_secs_f64()
    });
    passes.fold(f64::INFINITY, f64::min) * 1e9 / n as f64
}

#[test]
#[ignore = "a measurement: cargo test --release -p gradus-autograd speed -- --ignored --nocapture"]
fn speed() {
    for isa in Isa::available() {
        macro_rules! visit {
            ($f:ident) => {
                let (single, double) = (nanoseconds::<$f, f32>(isa), nanoseconds::<$f, f64>(isa));
                println!("{isa:?} {:8} {single:6.2} {double:6.2} ns", $f::NAME);
            };
        }
        every!(visit);
    }
}
