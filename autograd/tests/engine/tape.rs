//! The tape: its length, its order, what it keeps between recordings, and what it tells.

use autograd::prelude::*;
use autograd::{Rule, Sink, Tape, Tensor, check_gradients_to};

/// A chain as long as an unrolled simulation: nothing in recording, gradients or dropping goes down it by recursion.
#[test]
fn a_chain_of_100_000_operations_on_a_small_stack() {
    let run = || {
        let mut tape = Tape::<f64>::new();
        for _ in 0..2 {
            let x = tape.leaf(Tensor::scalar(0.5));
            let mut y = x;
            for i in 0..100_000 {
                y = if i % 2 == 0 { y + x } else { y.mul_scalar(0.5) };
            }
            // y ← (y + x)/2 has the fixed point x, so dy/dx is 1.
            assert_eq!(y.item(), 0.5);
            assert_eq!(tape.backward(y).wrt(x).item(), 1.0);
            let traced = tape.grad(y, &[x])[0];
            assert_eq!(traced.item(), 1.0);
            assert!(tape.len() > 200_000);
            tape.reset();
        }
        drop(tape);
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let thread = thread.spawn(run).expect("a thread can be started");
    thread.join().expect("the chain fits on a stack of 1 MiB");
}

#[test]
fn backward_twice_gives_equal_gradients() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([0.3, -0.7]));
    let y = (x.tanh() * x + x.exp()).sum();
    let first = tape.backward(y).wrt(x);
    assert_eq!(tape.backward(y).wrt(x), first);
    assert_eq!(tape.grad(y, &[x])[0].tensor(), first);
    assert_eq!(tape.backward(y).wrt(x), first);
}

#[test]
fn every_path_of_a_diamond_counts_once() {
    let tape = Tape::<f64>::new();
    let a = tape.leaf(Tensor::scalar(1.0));
    let b = a + a;
    let c = b + b;
    assert_eq!(tape.backward(c).wrt(a).item(), 4.0);
    // y = (a² + a)·(a² − a) = a⁴ − a²
    let square = a * a;
    let y = (square + a) * (square - a);
    assert_eq!(tape.backward(y).wrt(a).item(), 2.0);
    assert_eq!(tape.grad(y, &[square])[0].item(), 2.0);
}

#[test]
fn gradients_with_respect_to_intermediate_values() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([2.0, 3.0]));
    let square = x * x;
    let y = (square * x).sum();
    let both = tape.grad(y, &[square, x]);
    assert_eq!(both[0].tensor().to_vec(), [2.0, 3.0]);
    // With respect to x all paths count, also the one through the square.
    assert_eq!(both[1].tensor().to_vec(), [12.0, 27.0]);
    // With respect to itself a value has gradient 1, to a later one 0.
    let own = tape.grad(y, &[y])[0].item();
    let later = y.exp();
    assert_eq!((own, tape.grad(y, &[later])[0].item()), (1.0, 0.0));
}

#[test]
fn third_and_fourth_derivatives() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::scalar(0.7));
    let mut y = x.sin() * x.exp();
    // The fourth derivative of eˣ sin x is −4 eˣ sin x, the third 2 eˣ (cos x − sin x).
    let mut all = Vec::new();
    for _ in 0..4 {
        y = tape.grad(y, &[x])[0];
        all.push(y.item());
    }
    let (e, s, c) = (0.7f64.exp(), 0.7f64.sin(), 0.7f64.cos());
    let want = [e * (s + c), 2.0 * e * c, 2.0 * e * (c - s), -4.0 * e * s];
    for (got, want) in all.iter().zip(want) {
        assert!((got - want).abs() < 1e-12, "{got} {want}");
    }
}

#[test]
fn third_derivatives_of_a_layer_by_differences() {
    let draw = |shape: &[usize]| Tensor::from_fn(shape, |i| (1.0 + i as f64).sin());
    let inputs = [draw(&[3, 2]), draw(&[2, 4]), draw(&[4])];
    let labels = autograd::Indices::from([1, 3, 0]);
    for activation in [Activation::Tanh, Activation::Gelu, Activation::Softplus] {
        check_gradients_to(
            3,
            |x| {
                let y = x[0].linear(&x[1], Some(&x[2]), activation);
                y.cross_entropy(&labels, 0.1)
            },
            &inputs,
        )
        .unwrap_or_else(|e| panic!("{activation:?}: {e}"));
    }
}

#[test]
fn a_tape_is_used_again() {
    let mut tape = Tape::<f64>::new();
    let mut seen = Vec::new();
    for n in [3, 1, 4] {
        assert!(tape.is_empty());
        let x = tape.leaf(Tensor::full(&[n], 2.0));
        let y = (x * x).mul_scalar(n as f64).sum();
        seen.push(tape.backward(y).wrt(x).to_vec());
        tape.reset();
    }
    assert_eq!(seen, [vec![12.0; 3], vec![4.0; 1], vec![16.0; 4]]);
}

#[test]
fn what_has_no_gradient() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([0.5, -0.5]));
    let unused = tape.leaf(Tensor::zeros(&[2, 3]));
    let constant = tape.constant(Tensor::from([2.0, 3.0]));
    // Operations on constants are constants: nothing is recorded that a gradient would pass.
    let y = (x * constant.exp()).sum() + x.detach().sum() + x.sign().sum();
    let gradients = tape.backward(y);
    assert_eq!(gradients.wrt(x), constant.tensor().exp());
    assert_eq!(gradients.wrt(unused), Tensor::zeros(&[2, 3]));
    assert_eq!(tape.grad(y, &[unused])[0].tensor(), Tensor::zeros(&[2, 3]));
    assert_eq!(
        tape.grad(x.gt(&constant).sum(), &[x])[0].tensor(),
        Tensor::zeros(&[2])
    );
}

/// Gradients of parameters go to their places; what belongs to none is left alone.
#[test]
fn gradients_in_a_flat_vector() {
    let tape = Tape::<f64>::new();
    let theta = Tensor::from([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    let w = tape.parameter(theta.narrow(0, 1, 4).reshape(&[2, 2]), 1);
    let unused = tape.parameter(theta.narrow(0, 5, 1), 5);
    assert!(w.tensor().shares_storage(&theta) && unused.tensor().shares_storage(&theta));
    let x = tape.leaf(Tensor::from([[1.0, -1.0]]));
    // w is used as itself and transposed: both add up in one place.
    let y = (x.matmul(&w) + x.matmul(&w.transpose())).sum();
    let mut flat = [-9.0; 7];
    tape.backward_into(y, &mut flat);
    assert_eq!(flat, [-9.0, 2.0, 0.0, 0.0, -2.0, 0.0, -9.0]);
    // Without a flat vector they are leaves as any other.
    let gradients = tape.backward(y);
    assert_eq!(gradients.wrt(w).to_vec(), [2.0, 0.0, 0.0, -2.0]);
}

/// x ↦ xⁿ by a rule with a field.
struct Power(i32);

impl Rule<f64> for Power {
    fn name(&self) -> &'static str {
        "power"
    }
    fn forward(&self, x: &[&Tensor<f64>]) -> Tensor<f64> {
        Tensor::from_fn(x[0].shape(), {
            let x = x[0].to_vec();
            move |i| x[i].powi(self.0)
        })
    }
    fn vjp<V: Value<T = f64>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let n = f64::from(self.0);
        out.add(0, || V::apply(Power(self.0 - 1), &[x[0]]) * n * g);
    }
}

#[test]
fn a_rule_of_the_users_own() {
    let x = Tensor::from([[0.3, -0.7], [1.1, 0.2]]);
    check_gradients_to(3, |x| power(4, &x[0]), std::slice::from_ref(&x)).unwrap();
    let tape = Tape::new();
    let v = tape.leaf(x.clone());
    assert_eq!(power(4, &v).tensor(), power(4, &x));
}

fn power<V: Value<T = f64>>(n: i32, x: &V) -> V {
    V::apply(Power(n), &[x])
}

/// A backward pass inside of a rule's forward pass, on a tape of its own: the slope of x³ by the engine.
struct Slope;

impl Rule<f64> for Slope {
    fn name(&self) -> &'static str {
        "slope"
    }
    fn forward(&self, x: &[&Tensor<f64>]) -> Tensor<f64> {
        autograd::functional::grad(|x| (x * x * x).sum(), x[0])
    }
    fn vjp<V: Value<T = f64>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || x[0].mul_scalar(6.0) * g);
    }
}

#[test]
fn a_backward_pass_inside_an_operation() {
    let x = Tensor::from([0.4, -1.2]);
    check_gradients_to(2, |x| Value::apply(Slope, &[&x[0]]), &[x]).unwrap();
}

#[test]
fn the_graph_as_text() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::zeros(&[2, 3]));
    let w = tape.parameter(Tensor::zeros(&[3, 1]), 0);
    let c = tape.constant(Tensor::scalar(1.0));
    let y = x.matmul(&w) + c;
    y.mean();
    let want = r#"digraph {
  rankdir=LR
  node [shape=box]
  0 [label="leaf\n[2, 3]" shape=ellipse]
  1 [label="parameter\n[3, 1]" shape=ellipse style=filled]
  2 [label="constant\n[]" shape=ellipse style=dashed]
  3 [label="matmul\n[2, 1]"]
  0 -> 3
  1 -> 3
  4 [label="plus\n[2, 1]"]
  3 -> 4
  2 -> 4
  5 [label="sum\n[]"]
  4 -> 5
  6 [label="mul_scalar\n[]"]
  5 -> 6
}
"#;
    assert_eq!(tape.to_dot(), want);
}
