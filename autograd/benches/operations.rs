//! What single operations and the kernels under them cost, besides products (`matmul.rs`).
//!
//! `cargo bench -p gradus-autograd --bench operations -- [PART-OF-NAME]`; the environment variable `GRADUS_ISA` chooses
//! the instruction set.

use autograd::kernels::{CellMap, gather};
use autograd::kernels::{column_sums, cross_entropy, cross_entropy_with_gradient};
use autograd::{Lane, Tape, Tensor, Update, isa, kept_square, prelude::*, update};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Operations on single numbers in a chain: nothing but the cost of an operation.
mod scalar_chain {
    use super::*;

    const OPERATIONS: usize = 1000;

    fn chain(tape: &Tape<f32>) -> (autograd::Var<'_, f32>, autograd::Var<'_, f32>) {
        let x = tape.leaf(Tensor::scalar(0.5));
        let mut z = x;
        for _ in 0..OPERATIONS / 4 {
            z = (z * x + 1.0).tanh() * 0.5;
        }
        (x, z)
    }

    #[divan::bench]
    fn forward(bencher: Bencher) {
        let mut tape = Tape::new();
        bencher
            .counter(ItemsCount::new(OPERATIONS))
            .bench_local(|| {
                tape.reset();
                black_box(chain(&tape).1.item())
            });
    }

    #[divan::bench]
    fn forward_and_backward(bencher: Bencher) {
        let mut tape = Tape::new();
        bencher
            .counter(ItemsCount::new(OPERATIONS))
            .bench_local(|| {
                tape.reset();
                let (x, z) = chain(&tape);
                black_box(tape.backward(z).wrt(x))
            });
    }
}

/// One operation, forward and backward, by the number of elements.
mod recorded {
    use super::*;

    const SIZES: [usize; 4] = [1, 64, 2048, 65536];

    fn step(
        bencher: Bencher,
        n: usize,
        f: impl for<'t> Fn(autograd::Var<'t>) -> autograd::Var<'t>,
    ) {
        let mut tape = Tape::new();
        let (at, g) = (Tensor::linspace(-2.0, 2.0, n), Tensor::ones(&[n]));
        bencher.counter(ItemsCount::new(n)).bench_local(|| {
            tape.reset();
            let x = tape.leaf(at.clone());
            let y = f(x);
            black_box(tape.backward_vjp(y, g.clone()).wrt(x))
        });
    }

    #[divan::bench(args = SIZES)]
    fn relu(bencher: Bencher, n: usize) {
        step(bencher, n, |x| x.relu());
    }

    #[divan::bench(args = SIZES)]
    fn tanh(bencher: Bencher, n: usize) {
        step(bencher, n, |x| x.tanh());
    }

    #[divan::bench(args = SIZES)]
    fn gelu(bencher: Bencher, n: usize) {
        step(bencher, n, |x| x.gelu());
    }

    #[divan::bench(args = SIZES)]
    fn times_itself(bencher: Bencher, n: usize) {
        step(bencher, n, |x| x * x);
    }
}

/// Functions on tensors, without a tape.
mod functions {
    use super::*;

    const SIZES: [usize; 2] = [2048, 65536];

    fn map(bencher: Bencher, n: usize, f: impl Fn(&Tensor) -> Tensor) {
        let x = Tensor::linspace(0.1, 4.0, n);
        bencher
            .counter(ItemsCount::new(n))
            .bench_local(|| f(black_box(&x)));
    }

    #[divan::bench(args = SIZES)]
    fn exp(bencher: Bencher, n: usize) {
        map(bencher, n, |x| x.exp());
    }

    #[divan::bench(args = SIZES)]
    fn ln(bencher: Bencher, n: usize) {
        map(bencher, n, |x| x.ln());
    }

    #[divan::bench(args = SIZES)]
    fn sigmoid(bencher: Bencher, n: usize) {
        map(bencher, n, |x| x.sigmoid());
    }

    #[divan::bench(args = SIZES)]
    fn erf(bencher: Bencher, n: usize) {
        map(bencher, n, |x| x.erf());
    }

    #[divan::bench(args = SIZES)]
    fn sum(bencher: Bencher, n: usize) {
        map(bencher, n, |x| x.sum());
    }
}

/// The loops of a training step.
mod kernels {
    use super::*;

    const BATCHES: [usize; 2] = [32, 128];
    const CLASSES: usize = 10;

    fn numbers(n: usize) -> Vec<f32> {
        (0..n).map(|i| (i as f32 * 0.7).sin()).collect()
    }

    fn labels(rows: usize) -> Vec<u32> {
        (0..rows).map(|i| (i * 7 % CLASSES) as u32).collect()
    }

    #[divan::bench(args = BATCHES)]
    fn softmax_cross_entropy(bencher: Bencher, rows: usize) {
        let (logits, labels) = (numbers(rows * CLASSES), labels(rows));
        bencher
            .counter(ItemsCount::new(rows))
            .bench_local(|| cross_entropy(black_box(&logits), &labels, 0.0));
    }

    #[divan::bench(args = BATCHES)]
    fn softmax_cross_entropy_with_gradient(bencher: Bencher, rows: usize) {
        let (logits, labels) = (numbers(rows * CLASSES), labels(rows));
        let mut out = vec![0.0; logits.len()];
        bencher.counter(ItemsCount::new(rows)).bench_local(|| {
            cross_entropy_with_gradient(black_box(&logits), &labels, 0.0, 0.01, &mut out)
        });
    }

    #[divan::bench(args = [10, 64, 512])]
    fn bias_gradient(bencher: Bencher, width: usize) {
        let (x, mut out) = (numbers(128 * width), vec![0.0; width]);
        bencher
            .counter(ItemsCount::new(x.len()))
            .bench_local(|| column_sums(black_box(&x), &mut out));
    }

    #[divan::bench(args = BATCHES)]
    fn gather_pixels(bencher: Bencher, rows: usize) {
        let pixels: Vec<u8> = (0..60_000 * 784).map(|i| (i * 31 % 251) as u8).collect();
        let mut at = 0;
        let mut out = vec![0f32; rows * 784];
        bencher.counter(ItemsCount::new(out.len())).bench_local(|| {
            // Another place each time, as in a shuffled epoch: the table is larger than the caches.
            at = (at + 7919) % 50_000;
            let batch: Vec<u32> = (0..rows as u32).map(|i| (at + i * 59) % 60_000).collect();
            let scaled = CellMap::Uniform(1.0 / 255.0, 0.0);
            gather(isa(), (&pixels[..], 784), &batch, scaled, &mut out);
        });
    }

    /// The arithmetic of Adam.
    #[derive(Clone, Copy)]
    struct Adam;
    impl Update<2> for Adam {
        #[inline(always)]
        fn eval<L: Lane>(&self, p: L, g: L, [m, v]: [L; 2]) -> (L, [L; 2]) {
            let m = m.fma(m.lift(0.9), g * g.lift(0.1));
            let v = kept_square(g).fma(g.lift(0.001), v * g.lift(0.999));
            (p - m.lift(1e-3) * m / (v.sqrt() + v.lift(1e-8)), [m, v])
        }
    }

    #[divan::bench(args = [5_000, 55_000, 670_000])]
    fn optimizer_pass(bencher: Bencher, n: usize) {
        let (mut p, g) = (numbers(n), numbers(n));
        let (mut m, mut v) = (vec![0.1; n], vec![0.1; n]);
        bencher
            .counter(ItemsCount::new(n))
            .bench_local(|| update(&Adam, &mut p, &g, [&mut m, &mut v]));
    }
}
