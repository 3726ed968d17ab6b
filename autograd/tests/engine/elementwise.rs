//! The operations of the catalogue that work element by element, and so on operands of any shape.

use std::sync::OnceLock;

use autograd::testing::{Case, catalogue};
use autograd::{Tensor, random};

/// Them, found by trying: an element that is moved moves no other element.
pub(crate) fn elementwise() -> &'static [Case<f64>] {
    static CASES: OnceLock<Vec<Case<f64>>> = OnceLock::new();
    CASES.get_or_init(|| {
        let all = catalogue::<f64>().into_iter();
        all.filter(is_elementwise).collect()
    })
}

fn is_elementwise(case: &Case<f64>) -> bool {
    // An example of something special has a name of several words.
    if case.name.contains(' ') || case.inputs.len() > 2 {
        return false;
    }
    let draws = case.inputs.iter().zip(0..);
    let x: Vec<_> = draws
        .map(|(draw, i)| {
            let mut rng = random::stream(13, &case.name, 0, i);
            Tensor::from_fn(draw.dims(), |_| draw.number(random::unit(&mut rng)))
        })
        .collect();
    let y = (case.eager)(&x);
    let together = x.iter().all(|x| {
        let axes = x.shape().iter().rev().zip(y.shape().iter().rev());
        x.rank() <= y.rank() && axes.into_iter().all(|(n, m)| n == m || *n == 1)
    });
    if !together || y.shape() != x[0].shape() {
        return false;
    }
    (0..x[0].len()).all(|k| {
        let mut moved = x.clone();
        moved[0].as_mut_slice()[k] = case.inputs[0].number(0.9);
        let pairs = (case.eager)(&moved).to_vec().into_iter().zip(y.to_vec());
        pairs.enumerate().all(|(i, (a, b))| i == k || a == b)
    })
}

#[test]
fn they_are_found() {
    let names: Vec<_> = elementwise().iter().map(|c| c.name.as_str()).collect();
    for name in [
        "powf", "relu", "clamp", "erf", "over", "pow", "maximum", "select", "xlogy",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    for name in ["sum", "softmax", "transpose", "matmul", "mse", "stack"] {
        assert!(!names.contains(&name), "{names:?}");
    }
}
