//! Forward mode: tangents pushed through the record, against the transpose of the reverse pass.

use std::time::{Duration, Instant};

use autograd::functional::{self, gauss_newton_product};
use autograd::prelude::*;
use autograd::testing::{Case, catalogue};
use autograd::{Rule, Sink, Tape, Tensor, Var, random};
use rand::RngExt;

/// The product of the Jacobian of `y` with tangents, by two reverse passes: the derivative of the vector-Jacobian
/// product by the cotangent.
fn two_reverse_passes<'t>(
    tape: &'t Tape<f64>,
    y: Var<'t, f64>,
    along: &[(Var<'t, f64>, Tensor<f64>)],
) -> Tensor<f64> {
    let u = tape.leaf(Tensor::zeros(&y.dims()));
    let wrt: Vec<_> = along.iter().map(|(x, _)| *x).collect();
    let products = tape.vjp(y, u, &wrt);
    let sum = products.into_iter().zip(along);
    let sum = sum.map(|(p, (_, v))| (p * tape.constant(v.clone())).sum());
    let sum = sum.reduce(|a, b| a + b).expect("something moves");
    tape.grad(sum, &[u])[0].tensor()
}

fn drawn(case: &Case, seed: u64) -> Vec<Tensor<f64>> {
    let mut rng = random::stream(seed, "forward", 0, 0);
    let draws = case.inputs.iter();
    draws
        .map(|d| Tensor::from_fn(d.dims(), |_| d.number(rng.random())))
        .collect()
}

#[track_caller]
fn assert_close(name: &str, got: &Tensor<f64>, want: &Tensor<f64>) {
    assert_eq!(got.shape(), want.shape(), "{name}");
    let scale = want.to_vec().iter().fold(1.0f64, |m, x| m.max(x.abs()));
    for (a, b) in got.to_vec().iter().zip(want.to_vec()) {
        assert!((a - b).abs() <= 1e-12 * scale, "{name}: {a}, not {b}");
    }
}

#[test]
fn every_operation_pushes_tangents_as_two_reverse_passes_do() {
    let mut compared = 0;
    for case in catalogue::<f64>() {
        let inputs = drawn(&case, 0);
        let mut rng = random::stream(1, "forward", 0, 0);
        let tangents: Vec<Tensor<f64>> = inputs
            .iter()
            .map(|x| Tensor::from_fn(x.shape(), |_| rng.random_range(-1.0..1.0)))
            .collect();
        // All inputs move, and each of them alone.
        let all = (0..inputs.len()).map(|i| vec![i]);
        for moving in all.chain([(0..inputs.len()).collect()]) {
            let tape = Tape::new();
            let x: Vec<_> = inputs.iter().map(|x| tape.leaf(x.clone())).collect();
            let y = (case.traced)(&x);
            let along: Vec<_> = moving
                .iter()
                .map(|i| (x[*i], tangents[*i].clone()))
                .collect();
            let forward = tape.jvp(y, &along);
            assert_close(&case.name, &forward, &two_reverse_passes(&tape, y, &along));
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn hessian_products_forward_over_reverse_equal_those_of_two_reverse_passes() {
    for case in catalogue::<f64>() {
        let inputs = drawn(&case, 2);
        let tape = Tape::new();
        let x: Vec<_> = inputs.iter().map(|x| tape.leaf(x.clone())).collect();
        let y = (case.traced)(&x);
        let loss = (y * y).sum();
        let v = Tensor::from_fn(inputs[0].shape(), |i| (i as f64 + 1.0).cos());
        let gradient = tape.grad(loss, &x)[0];
        let forward = tape.jvp(gradient, &[(x[0], v.clone())]);
        let reverse = tape.backward_vjp(gradient, v).wrt(x[0]);
        assert_close(&case.name, &forward, &reverse);
    }
}

#[test]
fn a_rule_from_outside_needs_no_text_for_tangents() {
    /// x ↦ (Σx²)·x
    struct Own;
    impl Rule<f64> for Own {
        fn name(&self) -> &'static str {
            "own"
        }
        fn forward(&self, x: &[&Tensor<f64>]) -> Tensor<f64> {
            x[0].square().sum() * x[0]
        }
        fn vjp<V: Value<T = f64>>(&self, x: &[&V], _: &V, g: &V, out: &mut Sink<'_, V>) {
            out.add(0, || x[0].square().sum() * g);
            out.add(0, || (g.clone() * x[0]).sum() * x[0] * 2.0);
        }
    }
    let (x, v) = (Tensor::from([1.0, 2.0]), Tensor::from([0.5, -1.0]));
    let (_, moved) = functional::jvp(|x| Value::apply(Own, &[&x]), &x, &v);
    // (Σx²)·v + 2·(x·v)·x = 5·[0.5, −1] + 2·(−1.5)·[1, 2]
    assert_eq!(moved.to_vec(), [-0.5, -11.0]);
}

#[test]
fn what_moves_may_be_an_intermediate_value_and_may_be_named_twice() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::scalar(3.0));
    let square = x * x;
    let y = square * x;
    let one = Tensor::scalar(1.0);
    assert_eq!(tape.jvp(y, &[(x, one.clone())]).item(), 27.0);
    assert_eq!(tape.jvp(y, &[(square, one.clone())]).item(), 3.0);
    assert_eq!(
        tape.jvp(y, &[(x, one.clone()), (x, one.clone())]).item(),
        54.0
    );
    // A value moves along itself; one that came before does not move, and neither does one of nothing.
    assert_eq!(tape.jvp(y, &[(y, one.clone())]).item(), 1.0);
    assert_eq!(tape.jvp(square, &[(y, one)]).item(), 0.0);
    assert_eq!(tape.jvp(y, &[]).item(), 0.0);
}

#[test]
#[should_panic(expected = "jvp of a variable of shape [2]: the tangent is of shape [3]")]
fn a_tangent_has_the_shape_of_its_variable() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::zeros(&[2]));
    tape.jvp(x, &[(x, Tensor::zeros(&[3]))]);
}

#[test]
fn a_gauss_newton_product_is_the_jacobian_around_the_hessian_of_the_loss() {
    let x = Tensor::from([0.3, -0.7, 1.1]);
    let v = Tensor::from([1.0, 0.5, -2.0]);
    let weights = || Tensor::from([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]);
    let product = gauss_newton_product(
        |x| x.tanh().matmul(&x.constant(weights())).sin(),
        |z| z.exp().sum(),
        &x,
        &v,
    );
    let jacobian = functional::jacobian(|x| x.tanh().matmul(&x.constant(weights())).sin(), &x);
    let z = x.tanh().matmul(&weights()).sin();
    let hessian = functional::hessian(|z| z.exp().sum(), &z);
    let want = jacobian
        .transpose()
        .matmul(&hessian.matmul(&jacobian.matmul(&v)));
    assert_close("Gauss-Newton", &product, &want);
}

/// The time of a step of a loop on one tape that takes a gradient by its last state, after `before` nodes. The least of
/// several, so that other work on the machine does not count.
fn step_after(before: usize) -> Duration {
    let tape = Tape::<f64>::new();
    let mut state = tape.leaf(Tensor::scalar(0.5));
    while tape.len() < before {
        state = state.sin();
    }
    let mut least = Duration::MAX;
    for _ in 0..50 {
        let start = Instant::now();
        let loss = (state * state).exp();
        let slope = tape.grad(loss, &[state])[0];
        state -= slope * 0.01;
        least = least.min(start.elapsed());
    }
    least
}

#[test]
fn a_step_of_an_unrolled_loop_does_not_look_at_the_steps_before() {
    let (early, late) = (step_after(1_000), step_after(100_000));
    // Where every step went over the whole tape, this was a factor of 40.
    assert!(
        late < 4 * early + Duration::from_micros(20),
        "{early:?}, {late:?}"
    );
}

#[test]
fn watching_can_be_switched_off() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::scalar(0.0));
    tape.watch(true);
    tape.watch(false);
    let _ = x.recip();
    assert!(tape.anomaly().is_none());
    tape.watch(true);
    let _ = x.recip();
    assert!(tape.anomaly().is_some());
}
