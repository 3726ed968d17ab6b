//! Sums of products over axes named by letters, against one loop over all of them.

use autograd::prelude::*;
use autograd::{Tensor, check_gradients, random};
use proptest::prelude::{prop, proptest};
use proptest::test_runner::Config;

/// Σ over all letters that `out` does not have, of the product of the elements that the letters name.
fn by_loops(left: &str, right: &str, out: &str, a: &Tensor<f64>, b: &Tensor<f64>) -> Tensor<f64> {
    let mut sizes = std::collections::BTreeMap::new();
    for (names, x) in [(left, a), (right, b)] {
        sizes.extend(names.chars().zip(x.shape().iter().copied()));
    }
    let all: Vec<char> = sizes.keys().copied().collect();
    let shape: Vec<_> = out.chars().map(|c| sizes[&c]).collect();
    let mut y = Tensor::zeros(&shape);
    let total: usize = sizes.values().product();
    for flat in 0..total {
        let mut rest = flat;
        let mut index = std::collections::BTreeMap::new();
        for c in &all {
            index.insert(*c, rest % sizes[c]);
            rest /= sizes[c];
        }
        let of = |names: &str| names.chars().map(|c| index[&c]).collect::<Vec<_>>();
        let place = out.chars().fold(0, |at, c| at * sizes[&c] + index[&c]);
        y.as_mut_slice()[place] += a.at(&of(left)) * b.at(&of(right));
    }
    y
}

/// Eighths between −2 and 2: their sums of products are exact in any order.
fn draw(shape: &[usize], seed: u64) -> Tensor<f64> {
    let mut rng = random::stream(seed, "einsum", 0, 0);
    Tensor::from_fn(shape, |_| {
        (random::unit(&mut rng) * 32.0).floor() / 8.0 - 2.0
    })
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    /// Every letter is in the left operand, the right one or both, and in the result or not; the axes in any order.
    #[test]
    fn any_letters(
        sizes in prop::collection::vec(0usize..4, 0..6),
        homes in prop::array::uniform6((0usize..3, prop::bool::ANY)),
        turns in prop::array::uniform3(0usize..6),
        rank in 0usize..1000,
    ) {
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        for ((i, size), (home, kept)) in sizes.iter().enumerate().zip(homes) {
            let axis = (char::from(b'a' + i as u8), *size);
            for (list, there) in lists.iter_mut().zip([home != 1, home != 0, kept]) {
                if there {
                    list.push(axis);
                }
            }
        }
        for (list, turn) in lists.iter_mut().zip(turns) {
            let n = list.len().max(1);
            list.rotate_left(turn % n);
            if turn % 2 == 1 && list.len() > 1 {
                list.swap(0, rank % n);
            }
        }
        let names = lists.each_ref().map(|l| l.iter().map(|(c, _)| *c).collect::<String>());
        let shapes = lists.each_ref().map(|l| l.iter().map(|(_, n)| *n).collect::<Vec<_>>());
        let [left, right, out] = &names;
        let (a, b) = (draw(&shapes[0], 1), draw(&shapes[1], 2));
        let y = a.einsum(&format!("{left},{right}->{out}"), &b);
        assert_eq!(y, by_loops(left, right, out, &a, &b), "{left},{right}->{out}");
    }
}

#[test]
fn the_usual_products() {
    let (a, b) = (draw(&[3, 4], 3), draw(&[4, 5], 4));
    assert_eq!(a.einsum("ij,jk->ik", &b), a.matmul(&b));
    assert_eq!(
        a.einsum(" ij , jk -> ki ", &b),
        a.matmul(&b).transpose().contiguous()
    );
    // Without an arrow: the letters that appear once, in alphabetical order.
    assert_eq!(a.einsum("zj,jb", &b), a.matmul(&b).transpose().contiguous());
    let (u, v) = (draw(&[4], 5), draw(&[4], 6));
    assert_eq!(u.einsum("i,i", &v), u.dot(&v));
    assert_eq!(u.einsum("i,j", &v), u.outer(&v));
    assert_eq!(u.einsum("i,->i", &Tensor::scalar(2.0)), &u * 2.0);
    // Inputs that are views.
    let transposed = draw(&[4, 3], 3).transpose();
    assert_eq!(transposed.einsum("ij,jk->ik", &b), transposed.matmul(&b));
}

#[test]
fn gradients() {
    let (a, b) = (draw(&[2, 3, 4], 7), draw(&[4, 2, 5], 8));
    for spec in [
        "bij,jbk->bik",
        "bij,jbk->kib",
        "bij,jbk->b",
        "bij,jbk->",
        "bij,jbk",
    ] {
        check_gradients(
            |x| x[0].einsum(spec, &x[1]).square(),
            &[a.clone(), b.clone()],
        )
        .unwrap();
    }
}
