//! What must come out the same by two ways: on tensors and recorded, fused and by definition, in either precision.

use autograd::prelude::*;
use autograd::testing::{Case, catalogue};
use autograd::{Indices, Real, Tape, Tensor, Var, random};

/// The inputs of a case in either precision, drawn from the same numbers.
fn draws<T: Real>(case: &Case<T>) -> Vec<Tensor<T>> {
    let inputs = case.inputs.iter().zip(0..);
    inputs
        .map(|(draw, i)| {
            let mut rng = random::stream(11, &case.name, 0, i);
            Tensor::from_fn(draw.dims(), |_| {
                T::from_f64(draw.number(random::unit(&mut rng)))
            })
        })
        .collect()
}

/// An irregular cotangent; another one for each `phase`.
fn cotangent<T: Real>(shape: &[usize], phase: f64) -> Tensor<T> {
    Tensor::from_fn(shape, |i| T::from_f64((phase + 1.3 * i as f64).sin()))
}

/// The value of a case and the gradients of ⟨value, cotangent⟩ by the eager pass.
fn vjp<T: Real>(case: &Case<T>, phase: impl Fn(&[usize]) -> Tensor<T>) -> Vec<Tensor<T>> {
    let tape = Tape::new();
    let x: Vec<_> = draws(case).iter().map(|t| tape.leaf(t.clone())).collect();
    let y = (case.traced)(&x);
    let gradients = tape.backward_vjp(y, phase(&y.dims()));
    let wrt = x.iter().map(|x| gradients.wrt(*x));
    [y.tensor()].into_iter().chain(wrt).collect()
}

/// The largest difference, relative to the numbers above 1; infinite for other shapes or a NaN.
fn difference<T: Real, U: Real>(a: &Tensor<T>, b: &Tensor<U>) -> f64 {
    if a.shape() != b.shape() {
        return f64::INFINITY;
    }
    let pairs = a.to_vec().into_iter().zip(b.to_vec());
    pairs.fold(0.0, |worst: f64, (a, b)| {
        let (a, b) = (a.to_f64(), b.to_f64());
        let off = (a - b).abs() / b.abs().max(1.0);
        if off.is_nan() {
            f64::INFINITY
        } else {
            worst.max(off)
        }
    })
}

fn furthest<T: Real, U: Real>(a: &[Tensor<T>], b: &[Tensor<U>]) -> f64 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| difference(a, b)).fold(0.0, f64::max)
}

#[test]
fn tensors_and_variables() {
    for case in catalogue::<f64>() {
        let value = &vjp(&case, |shape| cotangent(shape, 0.0))[0];
        let off = difference(&(case.eager)(&draws(&case)), value);
        assert!(off < 1e-13, "{}: {off:e}", case.name);
    }
}

/// An eager pass goes through fused kernels, a traced one through their definitions.
#[test]
fn eager_and_traced_gradients() {
    for case in catalogue::<f64>() {
        let eager = vjp(&case, |shape| cotangent(shape, 0.5));
        let tape = Tape::new();
        let x: Vec<_> = draws(&case).iter().map(|t| tape.leaf(t.clone())).collect();
        let y = (case.traced)(&x);
        let traced = tape.vjp(y, tape.constant(cotangent(&y.dims(), 0.5)), &x);
        let traced: Vec<_> = traced.iter().map(Var::tensor).collect();
        let off = furthest(&traced, &eager[1..]);
        assert!(off < 1e-13, "{}: {off:e}", case.name);
    }
}

#[test]
fn gradients_are_linear_in_the_cotangent() {
    for case in catalogue::<f64>() {
        let a = vjp(&case, |shape| cotangent(shape, 0.5));
        let b = vjp(&case, |shape| cotangent(shape, 2.0));
        let both = vjp(&case, |shape| {
            cotangent(shape, 0.5) * 3.0 - cotangent(shape, 2.0)
        });
        let sum: Vec<_> = a.iter().zip(&b).map(|(a, b)| a.clone() * 3.0 - b).collect();
        let off = furthest(&both[1..], &sum[1..]);
        assert!(off < 1e-12, "{}: {off:e}", case.name);
    }
}

#[test]
fn single_and_double_precision() {
    for (single, double) in catalogue::<f32>().iter().zip(catalogue::<f64>()) {
        assert_eq!(single.name, double.name);
        let a = vjp(single, |shape| cotangent(shape, 0.5));
        let b = vjp(&double, |shape| cotangent(shape, 0.5));
        // Twenty roundings of numbers of the size of the largest intermediate, some ten times the results.
        let off = furthest(&a, &b);
        assert!(
            off < 200.0 * f64::from(f32::EPSILON),
            "{}: {off:e}",
            single.name
        );
    }
}

const ACTIVATIONS: [Activation; 12] = [
    Activation::Identity,
    Activation::Relu,
    Activation::LeakyRelu { slope: 0.1 },
    Activation::Elu { alpha: 1.3 },
    Activation::Selu,
    Activation::Gelu,
    Activation::GeluTanh,
    Activation::Silu,
    Activation::Softplus,
    Activation::Softsign,
    Activation::Tanh,
    Activation::Sigmoid,
];

/// The fused layer against product, sum and activation as three operations, with their gradients of first and second
/// order; with and without a bias, with a weight that is a transposed view, and with one wide enough for every kernel.
#[test]
fn linear_and_its_definition() {
    for (activation, [n, inside, outside]) in ACTIVATIONS
        .iter()
        .flat_map(|a| [[5, 3, 4], [1, 1, 1], [33, 20, 67]].map(|size| (*a, size)))
    {
        for (transposed, with_bias) in [(false, true), (true, true), (false, false)] {
            let number = |i: usize| (1.0 + 0.7 * i as f64).sin();
            let w = Tensor::from_fn(&[outside, inside], number).transpose();
            let inputs = [
                Tensor::from_fn(&[n, inside], |i| number(i) * 1.5),
                if transposed { w } else { w.contiguous() },
                Tensor::from_fn(&[outside], |i| number(i + 3)),
            ];
            let run = |fused: bool| {
                let tape = Tape::new();
                let x = inputs.each_ref().map(|t| tape.leaf(t.clone()));
                let y = match (fused, with_bias) {
                    (true, true) => x[0].linear(&x[1], Some(&x[2]), activation),
                    (true, false) => x[0].linear(&x[1], None, activation),
                    (false, true) => activation.apply(&(x[0].matmul(&x[1]) + x[2])),
                    (false, false) => activation.apply(&x[0].matmul(&x[1])),
                };
                let first = tape.vjp(y, tape.constant(cotangent(&y.dims(), 0.0)), &x);
                let s = (first[0].square().sum() + first[1].square().sum()) * 0.1;
                let second = tape.backward(s);
                let first = first.iter().map(Var::tensor);
                let second = x.iter().map(|x| second.wrt(*x));
                let all: Vec<_> = [y.tensor()]
                    .into_iter()
                    .chain(first)
                    .chain(second)
                    .collect();
                all
            };
            let off = furthest(&run(true), &run(false));
            assert!(
                off < 1e-12,
                "{activation:?}, {n}x{inside}x{outside}: {off:e}"
            );
        }
    }
}

#[test]
fn activations_by_name() {
    for name in Activation::NAMES {
        let parsed = Activation::parse(name).map(Activation::name);
        assert_eq!(parsed, Some(*name));
    }
    assert_eq!(Activation::NAMES.len(), ACTIVATIONS.len());
    assert_eq!(Activation::parse("swish"), None);
}

/// The gradient of cross-entropy is a kernel in the eager pass and softmax minus target in the traced one.
#[test]
fn the_gradient_of_cross_entropy_and_its_definition() {
    fn off<T: Real>(rows: usize, classes: usize, smoothing: f64) -> f64 {
        let number = |i: usize| T::from_f64(4.0 * (0.3 + 0.7 * i as f64).sin());
        let logits = Tensor::from_fn(&[rows, classes], number);
        let labels: Vec<u32> = (0..rows).map(|i| (i * 7 % classes) as u32).collect();
        let tape = Tape::new();
        let x = tape.leaf(logits.clone());
        let y = x.cross_entropy(&Indices::from(&labels[..]), smoothing);
        let kernel = tape.backward(y).wrt(x);
        let definition = tape.grad(y, &[x])[0].tensor();
        let loss = {
            let q = Indices::from(&labels[..]).one_hot(classes) * T::from_f64(1.0 - smoothing)
                + T::from_f64(smoothing / classes as f64);
            -(logits.log_softmax(1) * &q).sum() / T::from_f64(rows as f64)
        };
        difference(&kernel, &definition).max(difference(&y.tensor(), &loss))
    }
    for (rows, classes) in [(1, 1), (1, 2), (5, 3), (7, 10), (4, 64), (3, 65), (2, 1000)] {
        for smoothing in [0.0, 0.1, 1.0] {
            let double = off::<f64>(rows, classes, smoothing);
            let single = off::<f32>(rows, classes, smoothing);
            let what = format!("{rows}x{classes}, smoothing {smoothing}");
            assert!(double < 1e-14, "{what}: {double:e}");
            assert!(single < 8.0 * f64::from(f32::EPSILON), "{what}: {single:e}");
        }
    }
}
