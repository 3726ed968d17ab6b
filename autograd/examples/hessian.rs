//! Curvature: a whole Hessian of a small function, and products with a Hessian too large to write down.
//!
//! `cargo run -p gradus-autograd --example hessian`

use autograd::prelude::*;
use autograd::{Tape, Tensor, Value, functional};

/// Rosenbrock's function (1960), a curved valley with its minimum at (1, 1, …).
fn rosenbrock<V: Value<T = f64>>(x: &V) -> V {
    let n = x.dims()[0];
    let (head, tail) = (x.narrow(0, 0, n - 1), x.narrow(0, 1, n - 1));
    let valley = (tail - &head.square()).square() * 100.0;
    (valley + &(head - 1.0).square()).sum()
}

fn main() {
    // In two dimensions the Hessian at the minimum is [[802, −400], [−400, 200]].
    let minimum = Tensor::ones(&[2]);
    let h = functional::hessian(|x| rosenbrock(&x), &minimum);
    assert_eq!(h, Tensor::from([[802.0, -400.0], [-400.0, 200.0]]));
    println!("at {:?} the Hessian is {:?}", minimum.to_vec(), h.to_vec());

    // In a hundred thousand it has 10¹⁰ elements, but a product with a vector costs a few gradients. The tape keeps the loss and
    // its gradient, so that each further product is one more backward pass.
    let n = 100_000;
    let mut tape = Tape::new();
    let mut kept = tape.linearize(|tape| rosenbrock(&tape.parameter(Tensor::ones(&[n]), 0)));

    // The power method: the largest eigenvalue, from below. Inside, the rows are (−400, 1002, −400), so it is near 1802.
    let mut v: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect();
    let mut hv = vec![0.0; n];
    let mut largest = 0.0;
    for _ in 0..50 {
        let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        v.iter_mut().for_each(|x| *x /= length);
        kept.hessian_vector(&v, &mut hv);
        largest = v.iter().zip(&hv).map(|(a, b)| a * b).sum();
        std::mem::swap(&mut v, &mut hv);
    }
    assert!((1700.0..1802.0).contains(&largest));
    println!("in {n} dimensions its largest eigenvalue is about {largest:.0}");
}

#[test]
fn it_runs() {
    main();
}
