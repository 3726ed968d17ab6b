//! Axes of size 0 and 1 in every operation of the catalogue.

use std::panic::{AssertUnwindSafe, catch_unwind};

use autograd::prelude::*;
use autograd::testing::{Case, catalogue};
use autograd::{Tape, Tensor, Var, check_gradients_to, random};

/// The inputs of a case, with one axis of one of them set to another size.
fn resized(case: &Case, input: usize, axis: usize, size: usize) -> Vec<Tensor<f64>> {
    let inputs = case.inputs.iter().enumerate();
    inputs
        .map(|(i, draw)| {
            let mut shape = draw.dims().to_vec();
            if i == input {
                shape[axis] = size;
            }
            let mut rng = random::stream(3, &case.name, 0, i as u64);
            Tensor::from_fn(&shape, |_| draw.number(random::unit(&mut rng)))
        })
        .collect()
}

/// The message of a panic.
fn message(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => other.downcast_ref::<&str>().unwrap_or(&"").to_string(),
    }
}

/// Calls `test` with every axis of every input of every operation set to `size`.
pub(crate) fn every_axis(
    size: usize,
    mut test: impl FnMut(&Case, &[Tensor<f64>]) -> Result<(), String>,
) {
    let mut failures = Vec::new();
    let mut refused = 0;
    let mut done = 0;
    for case in catalogue::<f64>() {
        for (input, draw) in case.inputs.iter().enumerate() {
            for axis in 0..draw.dims().len() {
                let inputs = resized(&case, input, axis, size);
                let shapes: Vec<_> = inputs.iter().map(Tensor::dims).collect();
                let result = catch_unwind(AssertUnwindSafe(|| test(&case, &inputs)));
                let why = match result {
                    Ok(Ok(())) => {
                        done += 1;
                        continue;
                    }
                    Ok(Err(why)) => why,
                    Err(panic) => {
                        let text = message(panic);
                        // A refusal says what of which shape; a slip inside an operation does not.
                        if text.contains("of shape") || text.contains("do not add up") {
                            refused += 1;
                            continue;
                        }
                        text
                    }
                };
                failures.push(format!("{} of {shapes:?}: {why}", case.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(done > refused, "{done} worked, {refused} were refused");
}

#[test]
fn axes_of_size_one() {
    every_axis(1, |case, inputs| {
        // The deviation of a single number from itself has a root of 0 (or of 0/0).
        if case.name.starts_with("std") {
            return Ok(());
        }
        check_gradients_to(case.order, |x| (case.traced)(x), inputs).map_err(|e| e.to_string())
    });
}

/// Values and gradients have the right shapes, the gradients of empty inputs are empty, and no element is made up.
#[test]
fn axes_of_size_zero() {
    every_axis(0, |case, inputs| {
        let tape = Tape::new();
        let x: Vec<_> = inputs.iter().map(|t| tape.leaf(t.clone())).collect();
        let y = (case.traced)(&x);
        if (case.eager)(inputs).shape() != &y.dims()[..] {
            return Err("tensor and variable differ".into());
        }
        let ones = Tensor::ones(&y.dims());
        let eager = tape.backward_vjp(y, ones.clone());
        let traced = tape.vjp(y, tape.constant(ones), &x);
        let second = traced.iter().map(|g| g.sum());
        let second = second.reduce(|a, b| a + b).expect("there is an input");
        let again = tape.backward(second);
        for ((x, t), traced) in x.iter().zip(inputs).zip(traced) {
            let gradients = [eager.wrt(*x), traced.tensor(), again.wrt(*x)];
            for g in gradients {
                if g.shape() != t.shape() || g.len() != g.to_vec().len() {
                    return Err(format!("a gradient has shape {:?}", g.shape()));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn nothing_reduces_to_the_neutral_element() {
    let none = Tensor::<f64>::zeros(&[2, 0]);
    assert_eq!(none.sum().item(), 0.0);
    assert_eq!(none.sum_axes(&[1]).to_vec(), [0.0, 0.0]);
    assert_eq!(none.sum_axes(&[0]).shape(), [0]);
    assert_eq!(none.prod().item(), 1.0);
    assert_eq!(none.prod_axes(&[1]).to_vec(), [1.0, 1.0]);
    assert!(none.mean().item().is_nan());
    assert!(none.mean_axes(&[1]).to_vec().iter().all(|x| x.is_nan()));
    assert!(none.var_axes(&[1], 0).to_vec().iter().all(|x| x.is_nan()));
    assert_eq!(none.norm().item(), 0.0);
    assert_eq!(none.logsumexp_axes(&[1]).to_vec(), [-f64::INFINITY; 2]);
    assert_eq!(none.softmax(1).shape(), [2, 0]);
    assert_eq!(none.cumsum(1).shape(), [2, 0]);
    // An extreme over an axis that has elements is an empty tensor, not an error.
    assert_eq!(none.max_axes(&[0]).shape(), [0]);
}

#[test]
fn there_is_no_extreme_of_nothing() {
    let none = Tensor::<f64>::zeros(&[2, 0]);
    let calls: [(&str, &dyn Fn()); 5] = [
        ("max of shapes [[2, 0]]", &|| drop(none.max())),
        ("max of shapes [[2, 0]]", &|| drop(none.max_axes(&[1]))),
        ("min of shapes [[2, 0]]", &|| drop(none.min())),
        ("min of shapes [[2, 0]]", &|| drop(none.min_keep(&[1]))),
        ("argmax of shape [2, 0]", &|| drop(none.argmax(1))),
    ];
    for (what, call) in calls {
        let panic = catch_unwind(AssertUnwindSafe(call)).expect_err(what);
        let text = message(panic);
        assert!(text.starts_with(what), "{text}");
    }
}

/// A product over no inner elements is a matrix of zeros, and one without rows or columns is empty.
#[test]
fn products_of_empty_matrices() {
    for [m, k, n] in [[2, 0, 3], [0, 4, 3], [2, 4, 0], [0, 0, 0]] {
        let tape = Tape::new();
        let a = tape.leaf(Tensor::<f64>::ones(&[m, k]));
        let b = tape.leaf(Tensor::ones(&[k, n]));
        let y = a.matmul(&b);
        assert_eq!(y.tensor(), Tensor::full(&[m, n], k as f64));
        let c = tape.leaf(Tensor::ones(&[n]));
        let z = a.linear(&b, Some(&c), Activation::Tanh);
        assert_eq!(z.dims()[..], [m, n]);
        let gradients = tape.backward((y + z).sum());
        assert_eq!(gradients.wrt(a).shape(), [m, k]);
        assert_eq!(gradients.wrt(b).shape(), [k, n]);
        let slope = 1.0 - (k as f64 + 1.0).tanh().powi(2);
        let bias = gradients.wrt(c).to_vec();
        assert!(bias.iter().all(|g| (g - m as f64 * slope).abs() < 1e-15));
    }
    let batch = Tensor::<f64>::ones(&[0, 2, 3]).matmul(&Tensor::ones(&[3, 4]));
    assert_eq!(batch.shape(), [0, 2, 4]);
    let inner = Tensor::<f64>::ones(&[5, 2, 0]).matmul(&Tensor::ones(&[5, 0, 4]));
    assert_eq!(inner, Tensor::zeros(&[5, 2, 4]));
}

/// The loss of no rows is the mean of nothing.
#[test]
fn losses_of_no_rows() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::zeros(&[0, 3]));
    let none = autograd::Indices::new(&[0], &[]);
    let y = x.cross_entropy(&none, 0.0);
    assert!(y.item().is_nan());
    assert_eq!(tape.backward(y).wrt(x).shape(), [0, 3]);
    assert_eq!(x.pick(&none).dims()[..], [0]);
    let empty: Var<'_, f64> = x.index_select(1, &none);
    assert_eq!(empty.dims()[..], [0, 0]);
}

/// Whatever strides are left of an empty tensor, it has any shape without elements.
#[test]
fn a_view_of_nothing_is_reshaped() {
    let x = Tensor::<f64>::zeros(&[0, 2, 2]);
    let transposed = x.permute(&[1, 2, 0]).flip(&[0]).swap_axes(0, 2);
    for shape in [&[0, 4][..], &[2, 0, 2], &[4, 0], &[0], &[1, 0, 3]] {
        assert_eq!(transposed.reshape(shape).shape(), shape);
        assert_eq!(x.swap_axes(1, 2).reshape(shape).shape(), shape);
    }
}
