//! Every operation of the catalogue against finite differences.

use autograd::{Case, Tensor, catalogue, check_gradients_to, random};
use rand::RngExt;

fn draw(case: &Case) -> Vec<Tensor<f64>> {
    let mut rng = random::stream(7, &case.name, 0, 0);
    let mut one = |d: &autograd::Draw| Tensor::from_fn(d.dims(), |_| d.number(rng.random()));
    case.inputs.iter().map(&mut one).collect()
}

#[test]
fn gradients_of_every_operation() {
    let mut failures = Vec::new();
    for case in catalogue() {
        let inputs = draw(&case);
        if let Err(e) = check_gradients_to(case.order, |x| (case.traced)(x), &inputs) {
            failures.push(format!("{}: {e}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
