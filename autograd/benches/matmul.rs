//! Speed of products at the shapes of layers, beside `matrixmultiply` on one thread, in GFLOP/s: the best of many runs.
//!
//! `cargo bench -p gradus-autograd --bench matmul -- [TYPE] [PART-OF-NAME] [threads=N]`, TYPE being `f32` or `f64`;
//! the environment variable `GRADUS_ISA` chooses the instruction set.

use std::hint::black_box;
use std::time::{Duration, Instant};

use autograd::kernels::{Mat, MatMut, matmul, split};
use autograd::{Real, ThreadPool};

/// How A and B lie in memory.
#[derive(Clone, Copy)]
enum Form {
    /// Both row by row: forward.
    Plain,
    /// A column by column: the gradient of W.
    TransposedA,
    /// B column by column: the gradient of x.
    TransposedB,
}
use Form::{Plain, TransposedA, TransposedB};

/// Rows, terms, columns, form.
const SHAPES: &[(usize, usize, usize, Form)] = &[
    (128, 784, 64, Plain),
    (784, 128, 64, TransposedA),
    (128, 64, 784, TransposedB),
    (128, 64, 32, Plain),
    (64, 128, 32, TransposedA),
    (128, 32, 64, TransposedB),
    (128, 32, 10, Plain),
    (32, 128, 10, TransposedA),
    (128, 10, 32, TransposedB),
    (128, 512, 512, Plain),
    (512, 128, 512, TransposedA),
    (128, 512, 512, TransposedB),
    (64, 784, 100, Plain),
    (784, 64, 100, TransposedA),
    (64, 100, 100, Plain),
    (100, 64, 100, TransposedA),
    (64, 100, 100, TransposedB),
    (128, 3072, 1024, Plain),
    (3072, 128, 1024, TransposedA),
    (128, 1024, 3072, TransposedB),
    (3072, 1024, 128, Plain),
    (512, 512, 512, Plain),
    (32, 64, 64, Plain),
    (64, 32, 64, TransposedA),
    (32, 64, 64, TransposedB),
    (32, 50, 50, Plain),
    (32, 50, 1, Plain),
    (50, 32, 1, TransposedA),
    (32, 1, 50, Plain),
    (32, 8, 2, Plain),
    (1, 784, 64, Plain),
    (1, 64, 784, TransposedB),
    (10000, 784, 1, Plain),
    (1, 784, 1, Plain),
];

impl Form {
    fn name(self) -> &'static str {
        match self {
            Plain => "",
            TransposedA => " (A transposed)",
            TransposedB => " (B transposed)",
        }
    }
}

/// The product as `matrixmultiply` does it: sizes, then slices with their strides.
trait Peer: Real {
    fn gemm(size: [usize; 3], a: (&[Self], [isize; 2]), b: (&[Self], [isize; 2]), c: &mut [Self]);
}

macro_rules! peer {
    ($t:ident, $f:ident) => {
        impl Peer for $t {
            fn gemm(
                [m, k, n]: [usize; 3],
                (a, [ar, ac]): (&[$t], [isize; 2]),
                (b, [br, bc]): (&[$t], [isize; 2]),
                c: &mut [$t],
            ) {
                let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
                // SAFETY: the strides fit the slices, as `Mat` has checked for the same.
                unsafe {
                    matrixmultiply::$f(m, k, n, 1.0, a, ar, ac, b, br, bc, 0.0, c, n as isize, 1);
                }
            }
        }
    };
}
peer!(f32, sgemm);
peer!(f64, dgemm);

/// Seconds of the fastest run.
fn fastest(mut f: impl FnMut()) -> f64 {
    f();
    let start = Instant::now();
    let (mut best, mut runs) = (f64::MAX, 0);
    while start.elapsed().as_secs_f64() < 0.06 || runs < 5 {
        // Short runs are timed together, or the clock would be part of them.
        let together = if best < 1e-5 { 16 } else { 1 };
        let t = Instant::now();
        (0..together).for_each(|_| f());
        best = best.min(t.elapsed().as_secs_f64() / f64::from(together));
        runs += 1;
    }
    best
}

/// Numbers in (−1, 1).
fn numbers<T: Real>(n: usize, mut seed: u64) -> Vec<T> {
    let next = || {
        // Knuth's MMIX generator.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        T::from_f64((seed >> 33) as f64 / f64::from(1 << 30) - 1.0)
    };
    std::iter::repeat_with(next).take(n).collect()
}

fn table<T: Peer>(only: &str) {
    println!(
        "{:24} {:>9} {:>9} {:>9} {:>9}",
        T::NAME,
        "GFLOP/s",
        "peer",
        "ratio",
        "µs"
    );
    for &(m, k, n, form) in SHAPES {
        let name = format!("{m}x{k}x{n}{}", form.name());
        if !name.contains(only) {
            continue;
        }
        let (a, b) = (numbers::<T>(m * k, 1), numbers::<T>(k * n, 2));
        let mut c = vec![T::ZERO; m * n];
        let (down, across) = ([k as isize, 1], [n as isize, 1]);
        let (a_strides, b_strides) = match form {
            Plain => (down, across),
            TransposedA => ([1, m as isize], across),
            TransposedB => (down, [1, k as isize]),
        };
        let ours = fastest(|| {
            let a = Mat::new(&a, 0, m, k, a_strides[0], a_strides[1]);
            let b = Mat::new(&b, 0, k, n, b_strides[0], b_strides[1]);
            let c = MatMut::row_major(black_box(&mut c), m, n);
            matmul(a, b, c, false, None);
        });
        let (a, b) = ((&*a, a_strides), (&*b, b_strides));
        let peer = fastest(|| T::gemm([m, k, n], a, b, black_box(&mut c)));
        let work = 2e-9 * (m * k * n) as f64;
        println!(
            "{name:24} {:9.1} {:9.1} {:9.2} {:9.2}",
            work / ours,
            work / peer,
            peer / ours,
            ours * 1e6
        );
    }
}

fn main() {
    // Cargo adds --bench.
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let threads = args.iter().find_map(|a| a.strip_prefix("threads="));
    let threads = threads.map_or(1, |n| n.parse().expect("threads=N takes a number"));
    let chosen = |t: &str| args.iter().any(|a| a == t);
    let only = args
        .iter()
        .find(|a| !a.contains('=') && !a.starts_with('f'))
        .map_or("", String::as_str);

    ThreadPool::new(threads).install(|| {
        // Parts that last as long as those of a small product.
        let part = Duration::from_micros(5);
        let wait = |_| {
            let t = Instant::now();
            while t.elapsed() < part {}
        };
        let over = fastest(|| split(threads, &wait)) - part.as_secs_f64();
        println!(
            "{:?}, {threads} threads; {threads} parts of 5 µs take {:.1} µs more",
            autograd::isa(),
            over * 1e6
        );
        if !chosen("f64") {
            table::<f32>(only);
        }
        if !chosen("f32") {
            table::<f64>(only);
        }
    });
}
