//! Random shapes of operations that loop over several axes, against loops of the plainest kind.

use autograd::prelude::*;
use autograd::{Tensor, random};
use proptest::prelude::{any, prop, proptest};
use proptest::test_runner::Config;

/// Numbers between −2 and 2 in eighths: their sums and products are exact in any order.
fn draw(shape: &[usize], seed: u64) -> Tensor<f64> {
    let mut rng = random::stream(seed, "draw", 0, 0);
    Tensor::from_fn(shape, |_| {
        (random::unit(&mut rng) * 32.0).floor() / 8.0 - 2.0
    })
}

/// All indices of a shape, in row-major order.
fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for n in shape {
        let longer = |index: &Vec<usize>| {
            let index = index.clone();
            (0..*n).map(move |i| [&index[..], &[i]].concat())
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The index of an operand that was broadcast.
fn operand_index(index: &[usize], shape: &[usize]) -> Vec<usize> {
    let inner = &index[index.len() - shape.len()..];
    inner
        .iter()
        .zip(shape)
        .map(|(i, n)| if *n == 1 { 0 } else { *i })
        .collect()
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn broadcasting(
        full in prop::collection::vec(0usize..6, 0..5),
        ones in any::<[bool; 5]>(),
        skip in 0usize..5,
        long in prop::bool::weighted(0.1),
    ) {
        let mut full = full;
        // Longer than the stage of the loops at times.
        if long && !full.is_empty() {
            full[0] = 700;
        }
        let mut smaller = full[skip.min(full.len())..].to_vec();
        for (n, one) in smaller.iter_mut().zip(ones) {
            if one {
                *n = 1;
            }
        }
        let (a, b) = (draw(&full, 1), draw(&smaller, 2));
        let want: Vec<f64> = indices(&full)
            .iter()
            .map(|i| a.at(i) - 3.0 * b.at(&operand_index(i, &smaller)))
            .collect();
        let tripled = b * 3.0;
        assert_eq!((a.clone() - &tripled).to_vec(), want);
        assert_eq!((a - &tripled).shape(), full);
    }

    #[test]
    fn reductions(
        shape in prop::collection::vec(0usize..5, 1..5),
        axes in any::<[bool; 4]>(),
        turn in 0usize..4,
    ) {
        let x = draw(&shape, 3);
        let mut order: Vec<_> = (0..shape.len()).collect();
        order.rotate_left(turn % shape.len());
        let x = x.permute(&order);
        let shape = x.shape();
        let named: Vec<_> = (0..shape.len()).filter(|a| axes[*a]).collect();
        let kept: Vec<_> = (0..shape.len()).filter(|a| !axes[*a]).collect();
        let small: Vec<_> = kept.iter().map(|a| shape[*a]).collect();
        let mut sum = Tensor::zeros(&small);
        let mut max = Tensor::full(&small, f64::NEG_INFINITY);
        let place = |index: &[usize]| {
            kept.iter().fold(0, |at, a| at * shape[*a] + index[*a])
        };
        for index in indices(shape) {
            sum.as_mut_slice()[place(&index)] += x.at(&index);
            let largest = &mut max.as_mut_slice()[place(&index)];
            *largest = largest.max(x.at(&index));
        }
        assert_eq!(x.sum_axes(&named), sum);
        assert_eq!(x.sum_keep(&named).flatten(), sum.flatten());
        if named.iter().all(|a| shape[*a] > 0) {
            assert_eq!(x.max_axes(&named), max);
        }
    }

    #[test]
    fn products(
        [m, k, n] in [0usize..40, 0usize..40, 0usize..40],
        outer in prop::collection::vec(1usize..3, 0..3),
        [a_turned, b_turned] in any::<[bool; 2]>(),
        shared in any::<bool>(),
    ) {
        let matrix = |rows: usize, columns: usize, transposed: bool, outer: &[usize], seed: u64| {
            let last = if transposed { [columns, rows] } else { [rows, columns] };
            let x = draw(&[outer, &last[..]].concat(), seed);
            if transposed { x.transpose() } else { x }
        };
        let a = matrix(m, k, a_turned, &outer, 4);
        let b = matrix(k, n, b_turned, if shared { &[] } else { &outer }, 5);
        let y = a.matmul(&b);
        assert_eq!(y.shape(), [&outer[..], &[m, n]].concat());
        for index in indices(&[&outer[..], &[m, n]].concat()) {
            let (at, [i, j]) = index.split_at(outer.len()) else { unreachable!("two axes are left") };
            let of_b = if shared { &[] } else { at };
            let terms = (0..k).map(|l| a.at(&[at, &[*i, l]].concat()) * b.at(&[of_b, &[l, *j]].concat()));
            assert_eq!(y.at(&index), terms.sum::<f64>());
        }
    }

    #[test]
    fn running_sums_and_products(shape in prop::collection::vec(1usize..5, 1..4), axis in 0usize..3) {
        let axis = axis % shape.len();
        let x = draw(&shape, 6);
        let (sums, products) = (x.cumsum(axis), x.prod_axes(&[axis]));
        for index in indices(&shape) {
            let line = |i: usize| {
                let mut index = index.clone();
                index[axis] = i;
                x.at(&index)
            };
            assert_eq!(sums.at(&index), (0..=index[axis]).map(line).sum::<f64>());
            let mut rest = index.clone();
            rest.remove(axis);
            assert_eq!(products.at(&rest), (0..shape[axis]).map(line).product::<f64>());
        }
    }
}
