//! Limits of the machine: multiply-adds in registers, memory bandwidth.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

use autograd::kernels::multiply_adds;

/// Tries of each probe; the best counts.
const TRIES: usize = 20;
/// Rounds of the chains of multiply-adds in one try: about a millisecond.
const ROUNDS: u32 = 200_000;
/// Numbers of eight bytes that each thread reads: 64 MiB, more than its share of the caches.
const NUMBERS: usize = 8 << 20;

/// The limits of this machine for a number of threads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    /// Threads at once.
    pub(crate) threads: usize,
    /// GFLOP/s of all threads together.
    pub(crate) gflops: f64,
    /// Memory read bandwidth in GB/s of all threads together.
    pub(crate) gigabytes: f64,
}

impl Machine {
    /// Measures the limits, in a few hundred milliseconds.
    pub(crate) fn probe(threads: usize) -> Self {
        let numbers: Vec<u64> = (0..(threads * NUMBERS) as u64).collect();
        Self {
            threads,
            gflops: together(threads, |_| {
                let start = Instant::now();
                let operations = multiply_adds(black_box(ROUNDS));
                operations as f64 / start.elapsed().as_nanos() as f64
            }),
            gigabytes: together(threads, |thread| {
                let share = &numbers[thread * NUMBERS..][..NUMBERS];
                let start = Instant::now();
                black_box(sum(share));
                size_of_val(share) as f64 / start.elapsed().as_nanos() as f64
            }),
        }
    }

    /// Describes the limits in words.
    pub(crate) fn describe(&self) -> String {
        format!(
            "{:?}, {} thread{}: {:.0} GFLOP/s of multiply-adds, {:.1} GB/s read from memory",
            autograd::isa(),
            self.threads,
            if self.threads == 1 { "" } else { "s" },
            self.gflops,
            self.gigabytes
        )
    }
}

/// The best of several tries of the sum over threads that run at once.
fn together(threads: usize, probe: impl Fn(usize) -> f64 + Sync) -> f64 {
    let probe = &probe;
    let once = || {
        thread::scope(|scope| {
            let running: Vec<_> = (0..threads)
                .map(|i| scope.spawn(move || probe(i)))
                .collect();
            running.into_iter().filter_map(|t| t.join().ok()).sum()
        })
    };
    (0..TRIES).map(|_| once()).fold(0.0, f64::max)
}

/// The sum in eight chains, so that the memory is what it waits for.
fn sum(numbers: &[u64]) -> u64 {
    let mut sums = [0u64; 8];
    for chunk in numbers.as_chunks::<8>().0 {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum = sum.wrapping_add(*x);
        }
    }
    sums.into_iter().fold(0, u64::wrapping_add)
}
