use super::*;
use std::panic::panic_any;
use std::sync::atomic::AtomicBool;
use std::thread::ThreadId;

/// Splits into `parts` and checks that each runs once.
fn each_once(parts: usize) {
    let runs: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
    split(parts, &|i| {
        runs[i].fetch_add(1, Ordering::Relaxed);
    });
    assert!(runs.iter().all(|n| n.load(Ordering::Relaxed) == 1));
}

#[test]
fn without_a_pool_parts_run_in_order_on_the_caller() {
    let order = Mutex::new(Vec::new());
    let caller = std::thread::current().id();
    split(5, &|i| {
        assert_eq!(std::thread::current().id(), caller);
        order.lock().unwrap().push(i);
    });
    assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(threads(), 1);
}

#[test]
fn every_part_runs_once_for_any_pool() {
    for help in [0, 1, 2, 3, 16] {
        ThreadPool::with_help(17, help).install(|| {
            for parts in [0, 1, 2, 3, 7, 64, 1000] {
                each_once(parts);
            }
        });
    }
}

#[test]
fn parts_run_on_several_threads_at_once() {
    ThreadPool::with_help(3, 2).install(|| {
        // Each part waits until all three have begun: one thread alone would never end.
        let begun = AtomicUsize::new(0);
        split(3, &|_| {
            begun.fetch_add(1, Ordering::SeqCst);
            while begun.load(Ordering::SeqCst) < 3 {
                std::thread::yield_now();
            }
        });
    });
}

#[test]
fn a_hundred_thousand_splits_publish_what_their_parts_wrote() {
    // Under Miri a split takes long.
    let rounds = if cfg!(miri) { 500 } else { 100_000 };
    ThreadPool::with_help(2, 1).install(|| {
        let sums = [AtomicUsize::new(0), AtomicUsize::new(0)];
        for round in 1..=rounds {
            split(2, &|i| {
                // Not atomic as a whole: two parts of one index, or of two splits, at once would lose a count.
                sums[i].store(sums[i].load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            });
            assert_eq!(sums[0].load(Ordering::Relaxed), round);
            assert_eq!(sums[1].load(Ordering::Relaxed), round);
        }
    });
}

#[test]
fn workers_come_back_after_a_sleep() {
    let pool = ThreadPool::with_help(2, 1);
    pool.install(|| {
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(2));
            // On a busy machine the last split may have stalled, and the caller would do both parts in turn, for ever.
            while pool.shared.backs_off() {
                std::thread::yield_now();
            }
            let begun = AtomicUsize::new(0);
            split(2, &|_| {
                begun.fetch_add(1, Ordering::SeqCst);
                while begun.load(Ordering::SeqCst) < 2 {
                    std::thread::yield_now();
                }
            });
        }
    });
}

/// Runs a part on each of two threads at once, and returns what it says on the worker.
fn on_the_worker<R: Send>(pool: &ThreadPool, part: impl Fn() -> R + Sync) -> R {
    while pool.shared.backs_off() {
        std::thread::yield_now();
    }
    let (caller, begun) = (std::thread::current().id(), AtomicUsize::new(0));
    let said = Mutex::new(None);
    split(2, &|_| {
        begun.fetch_add(1, Ordering::SeqCst);
        while begun.load(Ordering::SeqCst) < 2 {
            std::thread::yield_now();
        }
        if std::thread::current().id() != caller {
            *said.lock().unwrap() = Some(part());
        }
    });
    said.into_inner().unwrap().unwrap()
}

#[test]
fn workers_that_sleep_for_long_give_their_memory_back() {
    let pool = ThreadPool::with_help(2, 1);
    pool.install(|| {
        on_the_worker(&pool, || drop(buffer::Buffer::<f32>::recycled(1 << 20)));
        std::thread::sleep(IDLE + Duration::from_millis(500));
        assert_eq!(on_the_worker(&pool, buffer::release), 0);
    });
}

#[test]
fn a_split_inside_of_a_part_is_sequential() {
    ThreadPool::with_help(4, 3).install(|| {
        assert_eq!(sharing_threads(), 4);
        split(4, &|_| {
            assert_eq!(sharing_threads(), 1);
            let here = std::thread::current().id();
            split(10, &|_| assert_eq!(std::thread::current().id(), here));
        });
    });
}

#[test]
fn a_panic_reaches_the_caller_after_the_other_parts() {
    ThreadPool::with_help(3, 2).install(|| {
        for bad in 0..10 {
            let ended = AtomicUsize::new(0);
            let result = catch_unwind(AssertUnwindSafe(|| {
                split(10, &|i| {
                    if i == bad {
                        panic_any(i);
                    }
                    ended.fetch_add(1, Ordering::Relaxed);
                });
            }));
            assert_eq!(result.unwrap_err().downcast_ref::<usize>(), Some(&bad));
            assert_eq!(ended.load(Ordering::Relaxed), 9);
            each_once(10);
        }
    });
}

/// The parts of a split that is not cut over threads run to the end, too.
#[test]
fn without_a_pool_a_panic_reaches_the_caller_after_the_other_parts() {
    let ended = AtomicUsize::new(0);
    let result = catch_unwind(AssertUnwindSafe(|| {
        split(5, &|i| {
            if i == 1 || i == 3 {
                panic_any(i);
            }
            ended.fetch_add(1, Ordering::Relaxed);
        });
    }));
    assert_eq!(result.unwrap_err().downcast_ref::<usize>(), Some(&1));
    assert_eq!(ended.load(Ordering::Relaxed), 3);
}

/// What a panic carries may panic when it is dropped: that must not end a split while its parts run.
#[test]
fn panics_whose_payloads_panic_do_not_end_a_split_early() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("dropped");
            }
        }
    }
    let ended = AtomicUsize::new(0);
    // Under Miri a panic takes long.
    let rounds = if cfg!(miri) { 5 } else { 100 };
    ThreadPool::with_help(3, 2).install(|| {
        for _ in 0..rounds {
            let result = catch_unwind(AssertUnwindSafe(|| {
                split(8, &|i| {
                    if i % 2 == 0 {
                        panic_any(Bomb);
                    }
                    ended.fetch_add(1, Ordering::Relaxed);
                });
            }));
            std::mem::forget(result.unwrap_err());
            each_once(8);
        }
    });
    assert_eq!(ended.load(Ordering::Relaxed), 4 * rounds);
}

#[test]
fn pools_nest_and_a_panic_restores_the_outer_one() {
    let (outer, inner) = (ThreadPool::new(3), ThreadPool::new(5));
    outer.install(|| {
        assert_eq!(threads(), 3);
        inner.install(|| assert_eq!(threads(), 5));
        assert_eq!(threads(), 3);
        let result = catch_unwind(AssertUnwindSafe(|| inner.install(|| panic_any(1))));
        assert!(result.is_err());
        assert_eq!(threads(), 3);
    });
    assert_eq!(threads(), 1);
}

#[test]
fn many_pools_work_at_once() {
    std::thread::scope(|scope| {
        for n in 1..9 {
            scope.spawn(move || {
                ThreadPool::with_help(n, n - 1)
                    .install(|| (0..300).for_each(|i| each_once(i % 20)));
            });
        }
    });
}

#[test]
fn threads_may_share_a_pool() {
    let splits = if cfg!(miri) { 50 } else { 2000 };
    let pool = ThreadPool::with_help(2, 1);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| pool.install(|| (0..splits).for_each(|i| each_once(i % 8))));
        }
    });
}

#[test]
fn dropping_a_pool_joins_its_workers() {
    let pool = ThreadPool::with_help(8, 7);
    pool.install(|| each_once(100));
    let shared = Arc::downgrade(&pool.shared);
    drop(pool);
    assert_eq!(shared.strong_count(), 0);
    drop(ThreadPool::new(1024));
}

#[test]
#[should_panic(expected = "a pool of 0 threads: it takes 1 to 1024")]
fn a_pool_has_threads() {
    ThreadPool::new(0);
}

/// The part of the other thread lasts much longer than that of the caller.
fn stall(caller: ThreadId) {
    let (start, begun, done) = (Instant::now(), AtomicUsize::new(0), AtomicBool::new(false));
    split(2, &|_| {
        begun.fetch_add(1, Ordering::SeqCst);
        while begun.load(Ordering::SeqCst) < 2 {
            std::thread::yield_now();
        }
        if std::thread::current().id() == caller {
            done.store(true, Ordering::SeqCst);
            return;
        }
        while !done.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        std::thread::sleep(2 * start.elapsed() + Duration::from_millis(20));
    });
}

/// On a busy machine the caller may lose its processor where it would see the stall, or for as long as the back-off lasts:
/// then there is another stall.
#[test]
fn after_a_stall_the_caller_works_alone_for_a_while() {
    let caller = std::thread::current().id();
    let pool = ThreadPool::with_help(2, 1);
    let parts_of_others = || {
        let others = AtomicUsize::new(0);
        split(2, &|_| {
            if std::thread::current().id() != caller {
                others.fetch_add(1, Ordering::SeqCst);
            }
            std::thread::sleep(Duration::from_micros(50));
        });
        others.into_inner()
    };
    pool.install(|| {
        let start = Instant::now();
        let mut alone = 0;
        while alone == 0 {
            assert!(start.elapsed() < Duration::from_secs(60));
            // Alone, the caller would wait in vain for the other part to begin.
            while pool.shared.backs_off() {
                std::thread::yield_now();
            }
            stall(caller);
            let until = pool.shared.back_off.until();
            let now = || pool.shared.started.get().unwrap().elapsed();
            let sharing = sharing_threads();
            assert!(sharing == 1 || now() >= until, "{sharing} threads share");
            for _ in 0..100 {
                match parts_of_others() {
                    0 => alone += usize::from(now() < until),
                    _ => assert!(now() >= until),
                }
            }
        }
        // The back-off ends: in time both are at work again.
        let start = Instant::now();
        while parts_of_others() == 0 {
            assert!(start.elapsed() < Duration::from_secs(60));
        }
    });
}
