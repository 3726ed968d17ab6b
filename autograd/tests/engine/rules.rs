//! Every operation of the catalogue against finite differences: over the ways a tensor can lie in memory, with operands
//! that are constants, and with inputs that are used more than once.
//!
//! The cases come from the operations themselves, so a new operation is tested here without a line in this file.

use crate::layouts::{Layout, repeated_along};
use autograd::prelude::*;
use autograd::testing::{Case, InputSampler, catalogue};
use autograd::{Tape, Tensor, Var, check_gradients_to, random};

/// A tensor of a draw, the same one every time.
fn drawn(case: &Case, input: usize, draw: InputSampler) -> Tensor<f64> {
    let mut rng = random::stream(7, &case.name, 0, input as u64);
    Tensor::from_fn(draw.dims(), |_| draw.number(random::unit(&mut rng)))
}

fn draws(case: &Case) -> Vec<Tensor<f64>> {
    let all = case.inputs.iter().enumerate();
    all.map(|(i, d)| drawn(case, i, *d)).collect()
}

/// Runs `check` over the catalogue and fails with the list of what it found.
#[track_caller]
fn for_every_case(mut check: impl FnMut(&Case, &mut Vec<String>)) {
    let mut failures = Vec::new();
    for case in catalogue::<f64>() {
        check(&case, &mut failures);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// [`Case::traced`] with the lifetime of its variables left to the compiler.
fn call<'t>(case: &Case, x: &[Var<'t, f64>]) -> Var<'t, f64> {
    (case.traced)(x)
}

/// The gradients of ⟨f(x), cotangent⟩ for a fixed irregular cotangent.
fn gradients(case: &Case, inputs: &[Tensor<f64>]) -> Vec<Tensor<f64>> {
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|t| tape.leaf(t.clone())).collect();
    let y = call(case, &x);
    let g = Tensor::from_fn(&y.dims(), |i| (1.0 + i as f64).sin());
    let all = tape.backward_vjp(y, g);
    x.iter().map(|x| all.wrt(*x)).collect()
}

fn close(a: &Tensor<f64>, b: &Tensor<f64>) -> bool {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
    a.shape() == b.shape() && a.to_vec().iter().zip(&b.to_vec()).all(near)
}

fn all_close(a: &[Tensor<f64>], b: &[Tensor<f64>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(a, b))
}

#[test]
fn orders_one_and_two_in_every_layout() {
    for_every_case(|case, failures| {
        for layout in Layout::ALL {
            let inputs: Vec<_> = draws(case).iter().map(|t| layout.of(t)).collect();
            if let Err(e) = check_gradients_to(case.order, |x| call(case, x), &inputs) {
                failures.push(format!("{}, {layout:?}: {e}", case.name));
            }
        }
    });
}

/// One input in each layout and the others contiguous, against all of them contiguous.
#[test]
fn no_value_and_no_gradient_depends_on_the_layout() {
    for_every_case(|case, failures| {
        let plain = draws(case);
        let (value, grads) = ((case.eager)(&plain), gradients(case, &plain));
        for layout in Layout::ALL {
            for i in 0..plain.len() {
                let mut inputs = plain.clone();
                inputs[i] = layout.of(&plain[i]);
                let same_value = close(&(case.eager)(&inputs), &value);
                if !same_value || !all_close(&gradients(case, &inputs), &grads) {
                    failures.push(format!("{}, input {i}, {layout:?}", case.name));
                }
            }
        }
    });
}

/// A view with stride 0 repeats its elements. It is compared with its copy, and, where no ties and no root of 0 come of
/// it, with differences.
#[test]
fn repeated_elements() {
    for_every_case(|case, failures| {
        let originals = draws(case);
        for (i, original) in originals.iter().enumerate() {
            for axis in 0..original.rank() {
                let what = format!("{}, input {i} repeated along {axis}", case.name);
                let mut views = originals.clone();
                views[i] = repeated_along(original, axis);
                let mut copies = views.clone();
                copies[i] = Tensor::new(original.shape(), &views[i].to_vec());
                let same_value = close(&(case.eager)(&views), &(case.eager)(&copies));
                if !same_value || !all_close(&gradients(case, &views), &gradients(case, &copies)) {
                    failures.push(format!("{what}: unlike its copy"));
                }
                let smooth = case.order > 1 && !case.name.starts_with("std");
                if smooth && let Err(e) = check_gradients_to(2, |x| call(case, x), &views) {
                    failures.push(format!("{what}: {e}"));
                }
            }
        }
    });
}

#[test]
fn each_operand_constant_in_turn() {
    for_every_case(|case, failures| {
        let inputs = draws(case);
        for constant in 0..inputs.len() {
            let mut others = inputs.clone();
            let held = others.remove(constant);
            if others.is_empty() {
                // A value of constants is one.
                let tape = Tape::new();
                let y = call(case, &[tape.constant(held)]);
                assert_eq!(y.tape().grad(y.sum(), &[y])[0].dims(), y.dims());
                continue;
            }
            let result = check_gradients_to(
                case.order,
                |x| {
                    let mut all = x.to_vec();
                    all.insert(constant, x[0].tape().constant(held.clone()));
                    call(case, &all)
                },
                &others,
            );
            if let Err(e) = result {
                failures.push(format!("{}, input {constant} constant: {e}", case.name));
            }
        }
    });
}

/// One leaf in the place of all inputs of its shape, drawn from the narrowest of their intervals.
#[test]
fn one_leaf_for_several_inputs() {
    let mut tried = 0;
    for_every_case(|case, failures| {
        let shape = case.inputs[0].dims();
        let alike = |d: &&InputSampler| d.dims() == shape;
        if case.inputs.iter().filter(alike).count() < 2 {
            return;
        }
        tried += 1;
        let width = |d: &&InputSampler| d.number(1.0) - d.number(0.0);
        let narrowest = case.inputs.iter().filter(alike);
        let narrowest = narrowest.min_by(|a, b| width(a).total_cmp(&width(b)));
        let x = drawn(case, 0, *narrowest.expect("there are two"));
        let rest = draws(case);
        let result = check_gradients_to(
            case.order,
            |x| {
                let inputs = rest.iter().map(|t| match t.shape() == shape {
                    true => x[0],
                    false => x[0].tape().constant(t.clone()),
                });
                call(case, &inputs.collect::<Vec<_>>())
            },
            &[x],
        );
        if let Err(e) = result {
            failures.push(format!("{}: {e}", case.name));
        }
    });
    assert!(tried >= 10, "{tried} operations take two inputs of a shape");
}

/// f(x) + f(x through views), so that every cotangent arrives twice and by two ways.
#[test]
fn every_input_twice() {
    for_every_case(|case, failures| {
        let inputs = draws(case);
        let result = check_gradients_to(
            case.order,
            |x| {
                let again: Vec<_> = x.iter().map(through_views).collect();
                call(case, x) + call(case, &again)
            },
            &inputs,
        );
        if let Err(e) = result {
            failures.push(format!("{}: {e}", case.name));
        }
    });
}

/// The same value, by views.
fn through_views<'t>(x: &Var<'t, f64>) -> Var<'t, f64> {
    let axes: Vec<_> = (0..x.dims().len()).collect();
    x.flip(&axes).unsqueeze(0).squeeze(0).flip(&axes)
}

/// f(x) + f(x) of the same variables.
#[test]
fn every_operation_twice_doubles_its_gradient() {
    for_every_case(|case, failures| {
        let inputs = draws(case);
        let once = gradients(case, &inputs);
        let tape = Tape::new();
        let x: Vec<_> = inputs.iter().map(|t| tape.leaf(t.clone())).collect();
        let y = call(case, &x) + call(case, &x);
        let g = Tensor::from_fn(&y.dims(), |i| (1.0 + i as f64).sin());
        let all = tape.backward_vjp(y, g);
        for (x, once) in x.iter().zip(&once) {
            if !close(&all.wrt(*x), &(once.clone() * 2.0)) {
                failures.push(case.name.clone());
            }
        }
    });
}
