//! A steady training step asks nothing of the system.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use autograd::{Activation, ThreadPool};
use datasets::{Rows, Targets};
use nn::layers::{Cnn, Mlp, Sequential};
use nn::optim::Hyperparameters;
use nn::{
    CrossEntropy, DataView, Init, L1, L1Form, L2, L2Form, Model, ParamsBuilder, Schedule,
    TrainConfig, Trainer, optim,
};

thread_local! {
    static REQUESTS: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting the requests of each thread.
struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        REQUESTS.set(REQUESTS.get() + 1);
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller's.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Steps of a trainer after the first two epochs make no request.
fn steady(
    what: &str,
    (layers, params): (Sequential<f32>, ParamsBuilder),
    (optimizer, config): (&str, TrainConfig),
    threads: usize,
) {
    let n = 500;
    let cells: Vec<u8> = (0..n * 64).map(|i| (i * 31 % 251) as u8).collect();
    let inputs = Rows::bytes(&[1, 8, 8], cells);
    let labels: Vec<u32> = (0..n as u32).map(|i| i % 10).collect();
    let targets = Targets::classes(labels, 10);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let params = params.build(1, 1 << 30).unwrap();
    let hyper = Hyperparameters {
        weight_decay: 1e-4,
        ..Hyperparameters::new(1e-3)
    };
    let optimizer = optim::by_name(optimizer, hyper).unwrap();
    let mut trainer = Trainer::new(Model { layers, params }, optimizer, CrossEntropy::new())
        .with_config(config)
        .clip_norm(1.0);
    trainer.plan_epochs(20);
    let rows: Vec<u32> = (0..n as u32).collect();
    ThreadPool::new(threads).install(|| {
        // Three whole batches and a short one, the last of an epoch.
        let epoch = |trainer: &mut Trainer<f32>| {
            for (step, batch) in rows.chunks(128).enumerate() {
                trainer.step(data, batch, step as u64);
            }
        };
        epoch(&mut trainer);
        epoch(&mut trainer);
        let before = REQUESTS.get();
        for _ in 0..10 {
            epoch(&mut trainer);
        }
        let asked = REQUESTS.get() - before;
        assert_eq!(asked, 0, "{what}");
    });
}

#[test]
fn a_steady_step_allocates_nothing() {
    let plain = TrainConfig {
        seed: 1,
        ..TrainConfig::default()
    };
    let penalized = TrainConfig {
        l1: Some(L1 {
            strength: 1e-4,
            form: L1Form::Proximal,
        }),
        l2: Some(L2 {
            strength: 1e-3,
            form: L2Form::PerSample,
        }),
        max_norm: Some(0.5),
        schedule: Schedule::OneCycle,
        warmup: 1,
        ..plain
    };
    for (optimizer, dropout, activation, threads, settings, batch_norm) in [
        ("adam", 0.0, Activation::Relu, 1, plain, false),
        ("sgd", 0.3, Activation::Gelu, 1, penalized, true),
        ("rmsprop", 0.3, Activation::Tanh, 2, plain, false),
    ] {
        let mlp = Mlp {
            inputs: 64,
            hidden: vec![96, 48],
            outputs: 10,
            activation,
            batch_norm,
            dropout,
            init: Init::HE_NORMAL,
        };
        let mut builder = ParamsBuilder::new();
        let layers = mlp.declare(&mut builder);
        let what = format!("{optimizer} with dropout {dropout}");
        steady(&what, (layers, builder), (optimizer, settings), threads);
    }
    for threads in [1, 2] {
        let cnn = Cnn {
            blocks: vec![8, 12],
            ..Cnn::new([1, 8, 8], 10)
        };
        let mut builder = ParamsBuilder::new();
        let layers = cnn.declare(&mut builder);
        steady("a CNN", (layers, builder), ("adam", plain), threads);
    }
}
