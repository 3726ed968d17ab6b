//! The operations of the catalogue that work element by element, and so on operands of any shape.

use std::panic::catch_unwind;
use std::sync::OnceLock;

use autograd::{Case, Tensor, catalogue};

/// Them, found by trying: a number gives a number, and two numbers give what each would.
pub(crate) fn elementwise() -> &'static [Case<f64>] {
    static CASES: OnceLock<Vec<Case<f64>>> = OnceLock::new();
    CASES.get_or_init(|| {
        let all = catalogue::<f64>().into_iter();
        all.filter(|case| is_elementwise(case)).collect()
    })
}

fn is_elementwise(case: &Case<f64>) -> bool {
    // An example of something special has a name of several words.
    if case.name.contains(' ') {
        return false;
    }
    let (eager, draws) = (case.eager, case.inputs.clone());
    let pair = |shape: &'static [usize], from: f64| {
        let inputs = draws.iter().map(|d| {
            let mut u = from;
            Tensor::from_fn(shape, |_| {
                u += 0.25;
                d.number(u)
            })
        });
        inputs.collect::<Vec<_>>()
    };
    let tried = catch_unwind(|| {
        let single = [0.0, 0.25].map(|from| eager(&pair(&[], from)));
        let both = eager(&pair(&[2], 0.0));
        single[0].shape().is_empty() && both.shape() == [2] && {
            let [a, b] = single.map(|t| t.item());
            both.to_vec() == [a, b]
        }
    });
    tried.unwrap_or(false)
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
