//! An operation of your own: its value and its vector-Jacobian product, checked against finite differences.
//!
//! `cargo run -p gradus-autograd --example custom_rule`

use autograd::prelude::*;
use autograd::{Rule, Sink, Tape, Tensor, check_gradients};

/// The inverse of a matrix of two rows and two columns.
struct Inverse;

impl Rule<f64> for Inverse {
    fn name(&self) -> &'static str {
        "inverse"
    }

    /// What inputs it takes. An error becomes a panic at the caller's line, with the name and the shapes.
    fn check(&self, x: &[&Tensor<f64>]) -> Result<(), String> {
        match x[0].shape() {
            [2, 2] => Ok(()),
            _ => Err("it takes two rows and two columns".into()),
        }
    }

    /// The value, in any Rust.
    fn forward(&self, x: &[&Tensor<f64>]) -> Tensor<f64> {
        let [a, b, c, d] = [[0, 0], [0, 1], [1, 0], [1, 1]].map(|i| x[0].at(&i));
        let determinant = a * d - b * c;
        Tensor::from([[d, -b], [-c, a]]) * (1.0 / determinant)
    }

    /// With Y = X⁻¹, dY = −Y dX Y, so the cotangent G goes back as −Yᵀ G Yᵀ. It is written in operations on values, and
    /// the output is one of them: so the second derivative, and any other, follows from these lines.
    fn vjp<V: Value<T = f64>>(&self, _x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let transposed = y.transpose();
            -transposed.matmul(g).matmul(&transposed)
        });
    }
}

/// The method, for tensors and for variables.
fn inverse<V: Value<T = f64>>(x: &V) -> V {
    V::apply(Inverse, &[x])
}

fn main() {
    let x = Tensor::from([[2.0, 1.0], [0.5, 1.5]]);
    println!("X      = {:?}", x.to_vec());
    println!("X⁻¹    = {:?}", inverse(&x).to_vec());

    // First and second derivatives against central differences: an error would name the first that differs.
    check_gradients(|x| inverse(&x[0]), std::slice::from_ref(&x)).expect("the rule is right");

    // As any other operation: the gradient of the trace of the inverse, −(X⁻²)ᵀ.
    let tape = Tape::new();
    let v = tape.leaf(x);
    let trace = (inverse(&v) * v.constant(Tensor::eye(2))).sum();
    println!("d tr X⁻¹/dX = {:?}", tape.backward(trace).wrt(v).to_vec());
}

#[test]
fn it_runs() {
    main();
}
