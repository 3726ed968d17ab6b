//! NaN and infinity: a NaN is never lost, and an infinity has the values of the limit where there is one.

use autograd::prelude::*;
use autograd::{Tape, Tensor};

use super::{assert_near, slope};

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

/// burn #5290, #5155, #4859, tinygrad #1298, #1334.
#[test]
fn extremes_keep_a_nan() {
    for n in [3, 16, 17, 100] {
        for place in [0, 1, n / 2, n - 1] {
            let x = Tensor::from_fn(&[n], |i| if i == place { NAN } else { i as f64 });
            assert!(
                x.max().item().is_nan() && x.min().item().is_nan(),
                "{place} of {n}"
            );
            assert_eq!(x.argmax(0).as_slice(), [place as u32]);
            let column = x.unsqueeze(1).broadcast_to(&[n, 3]);
            assert!(column.max_axes(&[0]).to_vec().iter().all(|x| x.is_nan()));
            assert!(x.sum().item().is_nan() && x.logsumexp_axes(&[0]).item().is_nan());
            assert!(x.softmax(0).to_vec().iter().all(|x| x.is_nan()));
        }
    }
    let (a, b) = (Tensor::from([NAN, 1.0]), Tensor::from([1.0, NAN]));
    for y in [a.maximum(&b), a.minimum(&b), b.maximum(&a), b.minimum(&a)] {
        assert!(y.to_vec().iter().all(|x| x.is_nan()));
    }
}

#[test]
fn functions_keep_a_nan() {
    let x = Tensor::from([NAN]);
    for activation in Activation::NAMES {
        let activation = Activation::parse(activation).expect("a name of the list");
        assert!(activation.apply(&x).item().is_nan(), "{activation:?}");
    }
    for y in [
        x.clamp(-1.0, 1.0),
        x.abs(),
        x.sign(),
        x.sqrt(),
        x.erf(),
        x.exp(),
        x.sin(),
    ] {
        assert!(y.item().is_nan());
    }
    let labels = autograd::Indices::from([0]);
    assert!(
        Tensor::from([[1.0, NAN]])
            .cross_entropy(&labels, 0.0)
            .item()
            .is_nan()
    );
    assert!(x.bce_with_logits(&Tensor::from([1.0])).item().is_nan());
}

#[test]
fn extremes_of_infinities() {
    assert_eq!(Tensor::from([-INF, -INF]).max().item(), -INF);
    assert_eq!(Tensor::from([INF, INF]).min().item(), INF);
    assert_eq!(slope(|x| x.max(), &[-INF, -INF]), [0.5, 0.5]);
    assert_eq!(slope(|x| x.max(), &[INF, 1.0]), [1.0, 0.0]);
}

/// mlx #740, #3708.
#[test]
fn logsumexp_of_infinities() {
    let lse = |x: &[f64]| Tensor::new(&[x.len()], x).logsumexp_axes(&[0]).item();
    assert_eq!(lse(&[-INF, -INF]), -INF);
    assert_eq!(lse(&[INF, 1.0]), INF);
    assert_eq!(lse(&[INF, -INF]), INF);
    assert_eq!(lse(&[-INF, 2.0]), 2.0);
    assert_near(
        &[lse(&[1e4, 1e4]), lse(&[-1e4, -1e4])],
        &[1e4 + 2.0f64.ln(), -1e4 + 2.0f64.ln()],
    );
    let gradient = |x: &[f64]| slope(|x| x.logsumexp_axes(&[0]), x);
    assert_eq!(gradient(&[-INF, -INF]), [0.0, 0.0]);
    assert_eq!(gradient(&[INF, 1.0]), [1.0, 0.0]);
    assert_eq!(gradient(&[-INF, 2.0]), [0.0, 1.0]);
    let tape = Tape::new();
    let x = tape.leaf(Tensor::from([[-INF, -INF], [INF, 0.0], [-INF, 0.0]]));
    let traced = tape.grad(x.logsumexp_axes(&[1]).sum(), &[x])[0];
    assert_eq!(traced.tensor().to_vec(), [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
}

/// burn #2095, #2272, #4697: a mask of −∞, and rows that are masked altogether.
#[test]
fn masked_logits() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([[1.0, 2.0, 2.0], [3.0, 4.0, 5.0]]));
    let mask = tape.constant(Tensor::from([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]));
    let masked = Compare::select(&mask, &x, &x.scalar(-INF));
    let p = masked.softmax(1);
    assert_eq!(p.tensor().at(&[0, 2]), 0.0);
    assert_eq!(p.tensor().at(&[1, 0]), 1.0);
    let weight = tape.constant(Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
    let g = tape.backward((p * weight).sum()).wrt(x);
    assert!(g.to_vec().iter().all(|g| g.is_finite()), "{g:?}");
    assert_eq!(g.at(&[0, 2]), 0.0);
    // As documented, there is no distribution over nothing.
    let nothing = Tensor::from([[-INF, -INF]]).softmax(1);
    assert!(nothing.to_vec().iter().all(|x| x.is_nan()));
}

/// Where a function has no value in the branch that is not taken, it gets a safe argument: 0·∞ in its own derivative
/// would be a NaN, as anywhere else.
#[test]
fn a_safe_argument_in_the_branch_not_taken() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([0.0, 1.0, -3.0]));
    let positive = x.gt(&x.scalar(0.0));
    let safe = Compare::select(&positive, &x, &x.scalar(1.0));
    let y = Compare::select(&positive, &safe.ln(), &x);
    assert_eq!(tape.backward(y.sum()).wrt(x).to_vec(), [1.0, 1.0, 1.0]);
    assert_eq!(
        tape.grad(y.sum(), &[x])[0].tensor().to_vec(),
        [1.0, 1.0, 1.0]
    );
}
