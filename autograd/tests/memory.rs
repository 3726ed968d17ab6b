//! What a training step asks of the system once it has warmed up: nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use autograd::prelude::*;
use autograd::{Indices, Tape, Tensor, Var, random};

thread_local! {
    static REQUESTS: Cell<usize> = const { Cell::new(0) };
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

fn count(bytes: usize) {
    REQUESTS.set(REQUESTS.get() + 1);
    LARGEST.set(LARGEST.get().max(bytes));
}

/// The system's allocator, counting the requests of each thread.
struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: as the caller's.
        unsafe { System.realloc(at, layout, size) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller's.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many times `f` asks the system for memory.
fn requests(f: impl FnOnce()) -> usize {
    let before = REQUESTS.get();
    f();
    REQUESTS.get() - before
}

const SIZES: [usize; 4] = [20, 48, 30, 5];

/// A classifier over one flat vector, with data for a batch and for a shorter last one.
struct Setting {
    theta: Tensor<f32>,
    gradient: Vec<f32>,
    batches: [(Tensor<f32>, Indices); 2],
    dropout: random::Stream,
}

impl Setting {
    fn new() -> Self {
        let layers = SIZES.windows(2);
        let n: usize = layers.map(|w| (w[0] + 1) * w[1]).sum();
        let number = |i: usize| 0.3 * (1.7 * i as f32).sin();
        let batch = |rows: usize| {
            let labels: Vec<u32> = (0..rows as u32).map(|i| i % SIZES[3] as u32).collect();
            let x = Tensor::from_fn(&[rows, SIZES[0]], |i| 4.0 * number(i));
            (x, Indices::from(&labels[..]))
        };
        Self {
            theta: Tensor::from_fn(&[n], number),
            gradient: vec![0.0; n],
            batches: [batch(32), batch(7)],
            dropout: random::stream(1, "dropout", 0, 0),
        }
    }

    /// The loss of a batch, with weights and biases that are views of the flat vector.
    fn loss<'t>(&mut self, tape: &'t Tape<f32>, batch: usize, smooth: bool) -> Var<'t, f32> {
        let (x, labels) = &self.batches[batch];
        let mut x = tape.constant(x.clone());
        let mut offset = 0;
        for layer in SIZES.windows(2) {
            let mut take = |shape: &[usize]| {
                let len = shape.iter().product();
                let view = self.theta.narrow(0, offset, len).reshape(shape);
                assert!(view.shares_storage(&self.theta));
                offset += len;
                tape.parameter(view, offset - len)
            };
            let (w, b) = (take(layer), take(&layer[1..]));
            let last = layer[1] == SIZES[3];
            let activation = match (last, smooth) {
                (true, _) => Activation::Identity,
                (false, true) => Activation::Gelu,
                (false, false) => Activation::Relu,
            };
            x = x.linear(&w, Some(&b), activation);
            if !last {
                x = x.dropout(0.2, &mut self.dropout);
            }
        }
        let penalty = x.square().mean() * 1e-3;
        x.cross_entropy(labels, 0.1) + penalty
    }

    /// A step of stochastic gradient descent.
    fn step(&mut self, tape: &mut Tape<f32>, batch: usize) {
        let loss = self.loss(tape, batch, false);
        tape.backward_into(loss, &mut self.gradient);
        tape.reset();
        // No view is left, so writing copies nothing.
        assert!(self.theta.is_unique());
        for (p, g) in self.theta.as_mut_slice().iter_mut().zip(&self.gradient) {
            *p -= 0.01 * g;
        }
    }
}

#[test]
fn a_steady_step_allocates_nothing() {
    let mut setting = Setting::new();
    let mut tape = Tape::new();
    let warm_up = requests(|| {
        for batch in [0, 0, 1] {
            setting.step(&mut tape, batch);
        }
    });
    assert!(warm_up > 0, "the allocator does not count");
    let steady = requests(|| {
        for batch in [0, 1, 0, 0, 1, 1, 0, 0] {
            setting.step(&mut tape, batch);
        }
    });
    assert_eq!(steady, 0);
}

#[test]
fn a_steady_product_with_the_hessian_allocates_nothing() {
    let mut setting = Setting::new();
    let mut tape = Tape::new();
    let v: Vec<f32> = (0..setting.theta.len()).map(|i| (i as f32).cos()).collect();
    let mut product = vec![0.0; v.len()];
    let mut gradient = vec![0.0; v.len()];
    let mut round = |batch: usize| {
        let mut kept = tape.linearize(|tape| setting.loss(tape, batch, true));
        kept.gradient(&mut gradient);
        for _ in 0..3 {
            kept.hessian_vector(&v, &mut product);
        }
        assert!(product.iter().any(|x| *x != 0.0));
    };
    for batch in [0, 1, 0, 1] {
        round(batch);
    }
    assert_eq!(requests(|| [0, 1, 0, 1].into_iter().for_each(round)), 0);
}

/// On a thread whose pool is still empty, a weight matrix of a megabyte meets two rows: nothing of its size is asked for,
/// so neither the weight nor its gradient is copied, in whatever order the product takes its operands.
#[test]
fn a_step_copies_no_weight_and_no_gradient() {
    const N: usize = 512;
    let step = || {
        let theta = Tensor::<f32>::full(&[2 * N * N + N], 0.01);
        let mut gradient = vec![0.0; theta.len()];
        LARGEST.set(0);
        let mut tape = Tape::new();
        {
            let w = tape.parameter(theta.narrow(0, 0, N * N).reshape(&[N, N]), 0);
            let b = tape.parameter(theta.narrow(0, N * N, N), N * N);
            let v = theta.narrow(0, N * N + N, N * N).reshape(&[N, N]);
            let v = tape.parameter(v, N * N + N);
            let x = tape.constant(Tensor::ones(&[2, N]));
            let y = x.linear(&w, Some(&b), Activation::Tanh);
            // The same matrix again: its second gradient is added where the first stands.
            let z = y.matmul(&v) + y.matmul(&w);
            tape.backward_into(z.square().mean(), &mut gradient);
        }
        tape.reset();
        let largest = LARGEST.get();
        assert!(gradient.iter().all(|g| *g != 0.0));
        assert!(
            largest < N * N * size_of::<f32>() / 2,
            "{largest} bytes at once"
        );
    };
    let thread = std::thread::spawn(step);
    thread.join().expect("nothing of that size was asked for");
}

/// Evaluation on tensors, without a tape.
#[test]
fn steady_evaluation_allocates_nothing() {
    let x = Tensor::<f32>::full(&[16, 20], 0.3);
    let w = Tensor::full(&[20, 5], 0.1);
    let b = Tensor::full(&[5], 0.2);
    let labels = Indices::from([1; 16]);
    let round = || {
        let y = x.linear(&w, Some(&b), Activation::Silu);
        let loss = y.cross_entropy(&labels, 0.0) + &y.transpose().softmax(0).max();
        assert!(loss.item() > 0.0);
    };
    round();
    assert_eq!(requests(round), 0);
}

/// Resident memory, in pages, of the process.
#[cfg(target_os = "linux")]
fn resident_pages() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux has this file");
    let field = text.split(' ').nth(1).expect("it has seven fields");
    field.parse().expect("they are numbers")
}

#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_steps_leave_memory_flat() {
    let mut setting = Setting::new();
    let mut tape = Tape::new();
    for step in 0..100 {
        setting.step(&mut tape, usize::from(step % 10 == 9));
    }
    let before = resident_pages();
    for step in 0..10_000 {
        setting.step(&mut tape, usize::from(step % 10 == 9));
    }
    let grown = resident_pages().saturating_sub(before);
    // Other tests of this file run beside this one, so a little may come of them: two megabytes.
    assert!(grown < 512, "{grown} pages more after 10 000 steps");
    assert!(setting.theta.to_vec().iter().all(|p| p.is_finite()));
}
