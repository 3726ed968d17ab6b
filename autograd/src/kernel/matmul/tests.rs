use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::kernel::{Lane, ThreadPool};

/// Numbers in (−1, 1), a few of them 0.
fn numbers<T: Real>(n: usize, seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let x = (state >> 40) as f64 / (1u64 << 23) as f64 - 1.0;
        T::from_f64(if state.is_multiple_of(31) { 0.0 } else { x })
    };
    (0..n).map(|_| next()).collect()
}

/// Whether these are the same to the bit.
fn same<T: Real>(x: &[T], y: &[T]) -> bool {
    let same_bits = |(x, y): (&T, &T)| x.to_f64().to_bits() == y.to_f64().to_bits();
    x.len() == y.len() && x.iter().zip(y).all(same_bits)
}

/// A matrix that owns its data.
struct Owned<T> {
    data: Vec<T>,
    offset: usize,
    shape: [usize; 2],
    strides: [isize; 2],
}

/// The ways in which a matrix may lie in memory.
const LAYOUTS: usize = 8;

impl<T: Real> Owned<T> {
    fn new(rows: usize, cols: usize, layout: usize, seed: u64) -> Self {
        let (r, c) = (rows as isize, cols as isize);
        let (offset, strides) = match layout % LAYOUTS {
            0 => (0, [c, 1]),
            1 => (0, [1, r]),
            // With gaps between rows, between columns, between both.
            2 => (3, [c + 5, 1]),
            3 => (2, [1, r + 3]),
            4 => (1, [3 * c + 1, 3]),
            // Rows upwards; columns backwards.
            5 => (rows.saturating_sub(1) * cols, [-c, 1]),
            6 => (rows * cols.saturating_sub(1), [1, -r]),
            // One row, repeated.
            _ => (4, [0, 1]),
        };
        let reach = |n: usize, s: isize| n.saturating_sub(1) * s.max(0) as usize;
        let len = offset + reach(rows, strides[0]) + reach(cols, strides[1]) + 1;
        Self {
            data: numbers(len, seed),
            offset,
            shape: [rows, cols],
            strides,
        }
    }

    fn mat(&self) -> Mat<'_, T> {
        let ([rows, cols], [rs, cs]) = (self.shape, self.strides);
        Mat::new(&self.data, self.offset, rows, cols, rs, cs)
    }

    fn at(&self, i: usize, j: usize) -> T {
        let at = i as isize * self.strides[0] + j as isize * self.strides[1];
        self.data[(self.offset as isize + at) as usize]
    }
}

/// A case: operands, and what C holds before, in rows with gaps.
struct Case<T> {
    a: Owned<T>,
    b: Owned<T>,
    c: Vec<T>,
    row_stride: usize,
    add: bool,
}

impl<T: Real> Case<T> {
    fn new([m, k, n]: [usize; 3], [a, b]: [usize; 2], add: bool) -> Self {
        let row_stride = n + (m + n) % 3;
        Self {
            a: Owned::new(m, k, a, 1),
            b: Owned::new(k, n, b, 2),
            c: numbers(m * row_stride, 3),
            row_stride,
            add,
        }
    }

    fn sizes(&self) -> [usize; 3] {
        [self.a.shape[0], self.a.shape[1], self.b.shape[1]]
    }

    fn run(&self, isa: Isa, epilogue: Epilogue<'_, T>) -> Vec<T> {
        let [m, _, n] = self.sizes();
        let mut c = self.c.clone();
        let into = MatMut::new(&mut c, m, n, self.row_stride);
        matmul_on(isa, self.a.mat(), self.b.mat(), into, self.add, epilogue);
        c
    }

    /// What an element has to be to the bit: one chain in the order of k.
    fn chain(&self, fused: bool, i: usize, j: usize) -> T {
        let start = if self.add {
            self.c[i * self.row_stride + j]
        } else {
            T::ZERO
        };
        (0..self.sizes()[1]).fold(start, |sum, p| {
            let (x, y) = (self.a.at(i, p), self.b.at(p, j));
            if fused {
                let (x, y, sum) = (T::Fused::new(x), T::Fused::new(y), T::Fused::new(sum));
                x.fma(y, sum).get()
            } else {
                x * y + sum
            }
        })
    }

    /// An element in `f64`, and a bound of the error of any order of summation.
    fn exact(&self, i: usize, j: usize) -> (f64, f64) {
        let start = if self.add {
            self.c[i * self.row_stride + j].to_f64()
        } else {
            0.0
        };
        let k = self.sizes()[1];
        let terms = (0..k).map(|p| self.a.at(i, p).to_f64() * self.b.at(p, j).to_f64());
        let (sum, size) = terms.fold((start, start.abs()), |(sum, size), x| {
            (sum + x, size + x.abs())
        });
        // Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., (3.5): γ_n Σ|x·y|, doubled for `sum` itself.
        (sum, 2.0 * (k + 1) as f64 * T::EPSILON.to_f64() * size)
    }

    /// Runs on every instruction set, with and without `epilogue`, and checks every element and every gap.
    fn check(&self) {
        let [m, k, n] = self.sizes();
        let what = format!(
            "{m}x{k}x{n} of {} with strides {:?} and {:?}, add {}",
            T::NAME,
            self.a.strides,
            self.b.strides,
            self.add
        );
        let mut expected = [self.c.clone(), self.c.clone()];
        for (fused, expected) in [false, true].into_iter().zip(&mut expected) {
            for i in 0..m {
                for j in 0..n {
                    expected[i * self.row_stride + j] = self.chain(fused, i, j);
                }
            }
        }
        for isa in Isa::available() {
            let fuses = isa > Isa::Portable || cfg!(target_arch = "aarch64");
            let expected = &expected[usize::from(fuses)];
            let got = self.run(isa, None);
            if m == 1 && n == 1 {
                let (exact, bound) = self.exact(0, 0);
                let error = (got[0].to_f64() - exact).abs();
                assert!(error <= bound, "{what} on {isa:?}: off by {error:e}");
            } else {
                assert!(same(&got, expected), "{what} on {isa:?}");
            }
            // Applied twice, or to a wrong column, this gives something else.
            let elements = AtomicUsize::new(0);
            let twist = |x: T, column: usize| -x + T::from_f64(1.0 + column as f64);
            let epilogue = |piece: &mut [T], first: usize| {
                elements.fetch_add(piece.len(), Ordering::Relaxed);
                for (j, x) in piece.iter_mut().enumerate() {
                    *x = twist(*x, (first + j) % n);
                }
            };
            let finished = self.run(isa, Some(&epilogue));
            assert_eq!(elements.into_inner(), m * n, "{what} on {isa:?}");
            for (i, (x, y)) in finished.iter().zip(&got).enumerate() {
                let column = i % self.row_stride;
                let inside = column < n;
                let y = if inside { twist(*y, column) } else { self.c[i] };
                assert!(same(&[*x], &[y]), "{what} on {isa:?}: finished element {i}");
            }
        }
    }
}

const SIZES: [usize; 16] = [0, 1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100, 130];

fn every_size<T: Real>() {
    let mut number = 0;
    for m in SIZES {
        for k in SIZES {
            for n in SIZES {
                // Runs through all pairs of layouts, with and without adding.
                let layouts = [number % LAYOUTS, number / LAYOUTS % LAYOUTS];
                Case::<T>::new([m, k, n], layouts, number % 3 == 0).check();
                number += 5;
            }
        }
    }
}

#[test]
fn every_size_has_the_bits_of_one_chain_f32() {
    every_size::<f32>();
}

#[test]
fn every_size_has_the_bits_of_one_chain_f64() {
    every_size::<f64>();
}

#[test]
fn every_pair_of_layouts_at_every_kind_of_shape() {
    for a in 0..LAYOUTS {
        for b in 0..LAYOUTS {
            for add in [false, true] {
                for sizes in [
                    [30, 20, 70],
                    [50, 9, 3],
                    [1, 40, 37],
                    [37, 40, 1],
                    [1, 600, 1],
                ] {
                    Case::<f32>::new(sizes, [a, b], add).check();
                    Case::<f64>::new(sizes, [a, b], add).check();
                }
            }
        }
    }
}

#[test]
fn blocks_of_rows_and_of_k_continue_the_chains() {
    for (sizes, layouts) in [
        ([530, 600, 70], [0, 0]),
        ([530, 600, 20], [1, 1]),
        ([40, 1000, 150], [2, 3]),
        ([700, 300, 2], [0, 0]),
        ([700, 300, 2], [1, 4]),
    ] {
        Case::<f32>::new(sizes, layouts, false).check();
        Case::<f64>::new(sizes, layouts, true).check();
    }
    // Rows enough for several blocks of A, and few steps of k: copies of B serve all of them.
    for layouts in [[0, 0], [1, 0], [0, 1]] {
        Case::<f32>::new([700, 100, 150], layouts, false).check();
        Case::<f64>::new([700, 100, 150], layouts, true).check();
    }
    // Wide enough for copies of the columns of A.
    Case::<f32>::new([300, 70, 1600], [1, 0], false).check();
    Case::<f64>::new([180, 200, 800], [3, 1], true).check();
}

#[test]
fn sums_are_near_those_in_f64() {
    for sizes in [
        [20, 300, 70],
        [1, 1, 1],
        [1, 31, 1],
        [1, 5000, 1],
        [90, 77, 2],
    ] {
        let case = Case::<f32>::new(sizes, [0, 0], true);
        for isa in Isa::available() {
            let got = case.run(isa, None);
            for i in 0..sizes[0] {
                for j in 0..sizes[2] {
                    let (exact, bound) = case.exact(i, j);
                    let error = (f64::from(got[i * case.row_stride + j]) - exact).abs();
                    assert!(
                        error <= bound,
                        "{sizes:?} on {isa:?}: {error:e} > {bound:e}"
                    );
                }
            }
        }
    }
}

#[test]
fn one_element_has_the_same_bits_on_all_fusing_instruction_sets() {
    for k in [1, 31, 32, 33, 100, 784] {
        let case = Case::<f32>::new([1, k, 1], [0, 0], false);
        let contiguous: Vec<_> = Isa::available().map(|isa| case.run(isa, None)).collect();
        let gaps = Case {
            b: Owned {
                data: case.b.data.iter().flat_map(|x| [*x, 0.0]).collect(),
                offset: 0,
                shape: [k, 1],
                strides: [2, 7],
            },
            ..case
        };
        for (isa, contiguous) in Isa::available().zip(&contiguous) {
            assert_eq!(gaps.run(isa, None), *contiguous, "{k} terms on {isa:?}");
        }
        assert!(
            contiguous.windows(2).skip(1).all(|w| w[0] == w[1]),
            "{k} terms"
        );
    }
}

#[test]
fn the_bits_do_not_depend_on_threads() {
    for (sizes, layouts) in [
        ([128, 784, 64], [0, 0]),
        ([784, 128, 64], [1, 0]),
        ([131, 100, 517], [0, 1]),
        ([9, 800, 900], [0, 0]),
        ([9000, 100, 1], [0, 0]),
        ([3000, 90, 3], [1, 4]),
    ] {
        let case = Case::<f32>::new(sizes, layouts, true);
        let double = |piece: &mut [f32], first: usize| {
            for (j, x) in piece.iter_mut().enumerate() {
                *x = *x * 2.0 + ((first + j) % sizes[2]) as f32;
            }
        };
        for isa in Isa::available() {
            let alone = case.run(isa, Some(&double));
            for threads in [1, 2, 3, 4, 7, 64] {
                // More threads than processors cut as many parts as there are threads.
                let pool = ThreadPool::with_help(threads, threads - 1);
                let together = pool.install(|| case.run(isa, Some(&double)));
                assert!(
                    same(&together, &alone),
                    "{sizes:?} on {isa:?} with {threads} threads"
                );
            }
        }
    }
}

#[test]
fn infinities_and_nans_go_where_they_belong() {
    // A masked lane or a padded copy must not spread 0·∞ into its neighbours.
    let (m, k, n) = (13, 9, 21);
    let mut case = Case::<f32>::new([m, k, n], [0, 1], false);
    case.a.data[4 * k + 2] = f32::INFINITY;
    case.b.data[20 * k + 3] = f32::NAN;
    for isa in Isa::available() {
        let got = case.run(isa, None);
        for i in 0..m {
            for j in 0..n {
                let x = got[i * case.row_stride + j];
                assert_eq!(x.is_finite(), i != 4 && j != 20, "({i}, {j}) on {isa:?}");
            }
        }
    }
}

#[test]
fn an_epilogue_may_multiply() {
    let case = Case::<f32>::new([40, 30, 50], [0, 1], false);
    let alone = case.run(isa(), None);
    let epilogue = |_: &mut [f32], _: usize| assert_eq!(case.run(isa(), None), alone);
    assert_eq!(case.run(isa(), Some(&epilogue)), alone);
}

#[test]
#[should_panic(expected = "a product of 2x3 and 4x2 into 2x2")]
fn inner_sizes_must_agree() {
    let (a, b, mut c) = ([0.0; 6], [0.0; 8], [0.0; 4]);
    let into = MatMut::row_major(&mut c, 2, 2);
    matmul(
        Mat::row_major(&a, 2, 3),
        Mat::row_major(&b, 4, 2),
        into,
        false,
        None,
    );
}

/// One that is done at once though it takes less time transposed was twice to three times as slow.
#[test]
fn small_products_of_one_column_are_transposed() {
    let numbers = [1.0_f32; 50 * 32];
    for isa in Isa::available() {
        let is_small = |a: Mat<'_, f32>, cols: usize| {
            let (rows, depth) = (a.rows(), a.cols());
            let b = Mat::row_major(&numbers[..depth * cols], depth, cols);
            let mut c = vec![0.0; rows * cols];
            let mut into = MatMut::row_major(&mut c, rows, cols);
            let product = gemm(isa, a, b, &mut into, false, None);
            product.is_small(rows * depth * cols)
        };
        let transposed = Mat::row_major(&numbers, 32, 50).transposed();
        assert!(!is_small(transposed, 1), "{isa:?}");
        assert!(
            is_small(Mat::row_major(&numbers[..32 * 8], 32, 8), 2),
            "{isa:?}"
        );
    }
}
