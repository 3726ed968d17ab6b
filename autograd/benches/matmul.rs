//! Speed of products at the shapes of layers, beside `matrixmultiply`, in GFLOP/s (the best of many runs).
//!
//! `cargo bench -p gradus-autograd --bench matmul`; `GRADUS_ISA` chooses the instruction set.

use std::hint::black_box;
use std::time::Instant;

use autograd::kernels::{Mat, MatMut, matmul};
use autograd::{Real, Team};

/// How A and B lie in memory.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Both row by row: forward.
    Plain,
    /// A column by column: the gradient of W.
    TurnedA,
    /// B column by column: the gradient of x.
    TurnedB,
}
use Form::{Plain, TurnedA, TurnedB};

const SHAPES: &[(usize, usize, usize, Form)] = &[
    (128, 784, 64, Plain),
    (784, 128, 64, TurnedA),
    (128, 64, 784, TurnedB),
    (128, 64, 32, Plain),
    (64, 128, 32, TurnedA),
    (128, 32, 64, TurnedB),
    (128, 32, 10, Plain),
    (32, 128, 10, TurnedA),
    (128, 10, 32, TurnedB),
    (128, 512, 512, Plain),
    (512, 128, 512, TurnedA),
    (128, 512, 512, TurnedB),
    (64, 784, 100, Plain),
    (784, 64, 100, TurnedA),
    (64, 100, 100, Plain),
    (100, 64, 100, TurnedA),
    (64, 100, 100, TurnedB),
    (128, 3072, 1024, Plain),
    (3072, 128, 1024, TurnedA),
    (128, 1024, 3072, TurnedB),
    (3072, 1024, 128, Plain),
    (512, 512, 512, Plain),
    (32, 64, 64, Plain),
    (64, 32, 64, TurnedA),
    (32, 64, 64, TurnedB),
    (128, 32, 1, Plain),
    (128, 32, 2, Plain),
    (128, 32, 3, Plain),
    (128, 32, 4, Plain),
    (128, 32, 5, Plain),
    (128, 32, 6, Plain),
    (128, 32, 7, Plain),
    (128, 32, 8, Plain),
    (128, 32, 9, Plain),
    (128, 32, 11, Plain),
    (128, 32, 12, Plain),
    (32, 128, 1, TurnedA),
    (32, 128, 2, TurnedA),
    (32, 128, 3, TurnedA),
    (32, 128, 4, TurnedA),
    (32, 128, 6, TurnedA),
    (32, 128, 8, TurnedA),
    (32, 128, 12, TurnedA),
    (32, 128, 14, TurnedA),
    (32, 50, 1, Plain),
    (50, 32, 1, TurnedA),
    (32, 1, 50, Plain),
    (32, 2, 8, Plain),
    (1, 784, 64, Plain),
    (1, 64, 784, TurnedB),
    (10000, 784, 1, Plain),
    (1, 784, 1, Plain),
];

/// The product as `matrixmultiply` does it.
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
        let inner = if best < 1e-5 { 16 } else { 1 };
        let t = Instant::now();
        for _ in 0..inner {
            f();
        }
        best = best.min(t.elapsed().as_secs_f64() / f64::from(inner));
        runs += 1;
    }
    best
}

fn numbers<T: Real>(n: usize, mut seed: u64) -> Vec<T> {
    (0..n)
        .map(|_| {
            seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            T::from_f64((seed >> 33) as f64 / (1u64 << 30) as f64 - 1.0)
        })
        .collect()
}

fn table<T: Peer>(only: Option<&str>) {
    println!(
        "{:24} {:>10} {:>10} {:>8}",
        T::NAME,
        "ours",
        "peer",
        "ratio"
    );
    for &(m, k, n, form) in SHAPES {
        let name = format!(
            "{m}x{k}x{n}{}",
            match form {
                Plain => "",
                TurnedA => " (A turned)",
                TurnedB => " (B turned)",
            }
        );
        if only.is_some_and(|o| !name.contains(o)) {
            continue;
        }
        let (a, b) = (numbers::<T>(m * k, 1), numbers::<T>(k * n, 2));
        let mut c = vec![T::ZERO; m * n];
        let a_strides = if form == TurnedA {
            [1, m as isize]
        } else {
            [k as isize, 1]
        };
        let b_strides = if form == TurnedB {
            [1, k as isize]
        } else {
            [n as isize, 1]
        };
        let ours = fastest(|| {
            let a = Mat::new(&a, 0, m, k, a_strides[0], a_strides[1]);
            let b = Mat::new(&b, 0, k, n, b_strides[0], b_strides[1]);
            matmul(
                a,
                b,
                MatMut::row_major(black_box(&mut c), m, n),
                false,
                None,
            );
        });
        let peer = fastest(|| {
            T::gemm(
                [m, k, n],
                (&a, a_strides),
                (&b, b_strides),
                black_box(&mut c),
            )
        });
        let speed = 2e-9 * (m * k * n) as f64;
        println!(
            "{name:24} {:10.1} {:10.1} {:8.2}   {:.2} us",
            speed / ours,
            speed / peer,
            peer / ours,
            ours * 1e6
        );
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let at = args.iter().position(|a| a == name)?;
        args.get(at + 1)?.parse().ok()
    };
    Team::new(number("--threads").unwrap_or(1)).install(|| run(&args));
}

fn run(args: &[String]) {
    let only = args
        .get(1)
        .map(String::as_str)
        .filter(|a| !a.starts_with("--"));
    println!("{:?}", autograd::isa());
    if args.iter().all(|a| a != "--f64") {
        table::<f32>(only);
    }
    if args.iter().all(|a| a != "--f32") {
        table::<f64>(only);
    }
}
