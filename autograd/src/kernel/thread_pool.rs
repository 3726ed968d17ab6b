//! A fork-join of our own for work inside of a training step.
//!
//! A step splits work into parts of a few microseconds, many times in a row. Waking a sleeping thread takes longer than
//! such a part, so workers spin for a moment before they sleep: inside of a step they are found awake. Parts are
//! claimed from a counter, so the caller never waits for a worker that the system has not scheduled: it does the work
//! itself, and at the end waits for parts only that somebody has begun. Where such a part stalls, because the system gave
//! the worker's processor to another program, soon after the last such stall, the pool backs off for a while, the longer the
//! more tries end so: stalls of milliseconds take a seventeenth of the time at most, and far less beside a program that never
//! rests.

mod back_off;
mod job;

use std::any::Any;
use std::cell::RefCell;
use std::fmt::{self, Debug, Formatter};
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use back_off::BackOff;
use job::{Job, Line};

use super::matmul;
use crate::buffer;

/// How long an idle worker looks out for the next split before it sleeps: longer than the serial stretches of a step.
const SPIN: Duration = Duration::from_micros(100);

/// How long a worker sleeps before it gives back the memory that it keeps for the next step.
const IDLE: Duration = Duration::from_secs(1);

/// The most threads of a [`ThreadPool`].
const MOST: usize = 1024;

/// Threads of this process that may be at work: workers awake, and callers inside of [`ThreadPool::install`].
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

/// Threads that share the work of kernels.
///
/// Inside of [`install`](Self::install), large operations are split over the pool; elsewhere they run on the calling
/// thread alone. Results have the same bits for any number of threads.
///
/// Threads start with the first split. A pool never starts more of them than processors are available to the process,
/// since these would only take turns.
///
/// ```
/// let pool = autograd::ThreadPool::new(2);
/// pool.install(|| assert_eq!(autograd::threads(), 2));
/// assert_eq!(autograd::threads(), 1);
/// ```
pub struct ThreadPool {
    shared: Arc<Shared>,
}

/// Number of threads of the pool that is installed on this thread; 1 where none is.
pub fn threads() -> usize {
    CURRENT.with_borrow(|pool| pool.as_ref().map_or(1, |pool| pool.threads))
}

/// Number of threads that would share a split now, no more than there are processors: 1 inside of another, and while the pool
/// backs off. Work that is cut for them alone is not cut in vain, then.
pub(super) fn sharing_threads() -> usize {
    let shares = |pool: &Shared| !pool.busy.load(Ordering::Relaxed) && !pool.backs_off();
    CURRENT.with_borrow(|pool| match pool {
        Some(pool) if shares(pool) => pool.threads.min(pool.help + 1),
        _ => 1,
    })
}

/// Runs `work(0)`, …, `work(parts − 1)` on the installed pool, in any order, and returns when all have ended.
///
/// Sequential where no pool is installed, and inside of a part.
///
/// # Panics
/// With the first panic of a part, after the others have ended.
pub fn split(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    if parts > 1
        && let Some(pool) = CURRENT.with_borrow(|pool| pool.clone())
        && let Ok(count) = u32::try_from(parts)
        && pool.help > 0
        && !pool.backs_off()
        && !pool.busy.swap(true, Ordering::Acquire)
    {
        pool.split(count, work);
    } else {
        let mut first = None;
        for part in 0..parts {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(part))) {
                keep_first(&mut first, panic);
            }
        }
        if let Some(panic) = first {
            resume_unwind(panic);
        }
    }
}

/// Keeps a panic for the caller, if it is the first. Others are leaked: dropping what they carry runs code of the user's,
/// whose own panic would unwind out of a worker while other parts still run.
fn keep_first(first: &mut Option<Box<dyn Any + Send>>, panic: Box<dyn Any + Send>) {
    match first {
        None => *first = Some(panic),
        Some(_) => std::mem::forget(panic),
    }
}

impl ThreadPool {
    /// A pool of `threads` threads, the installing one among them: 1 to 1024, which may exceed the processors.
    ///
    /// # Panics
    /// If `threads` is 0 or above 1024.
    #[track_caller]
    pub fn new(threads: usize) -> Self {
        Self::with_help(threads, threads.min(available()).saturating_sub(1))
    }

    /// A pool that starts `help` threads, whatever the processors.
    #[track_caller]
    pub(super) fn with_help(threads: usize, help: usize) -> Self {
        assert!(
            (1..=MOST).contains(&threads),
            "a pool of {threads} threads: it takes 1 to {MOST}"
        );
        let shared = Shared {
            threads,
            help,
            ..Shared::default()
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Number of threads.
    pub fn threads(&self) -> usize {
        self.shared.threads
    }

    /// Makes this the pool of the calling thread while `f` runs.
    pub fn install<R>(&self, f: impl FnOnce() -> R) -> R {
        /// Brings back the pool that was installed before, in a panic as well.
        struct Before(Option<Arc<Shared>>);
        impl Drop for Before {
            fn drop(&mut self) {
                if self.0.is_none() {
                    AT_WORK.fetch_sub(1, Ordering::Relaxed);
                }
                CURRENT.set(self.0.take());
            }
        }
        let before = Before(CURRENT.replace(Some(self.shared.clone())));
        if before.0.is_none() {
            AT_WORK.fetch_add(1, Ordering::Relaxed);
        }
        f()
    }
}

impl Debug for ThreadPool {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadPool")
            .field("threads", &self.threads())
            .finish()
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        let workers = std::mem::take(&mut self.shared.lock().workers);
        self.shared.wake.notify_all();
        for worker in workers {
            // A worker catches the panics of parts, and has none of its own.
            let _ = worker.join();
        }
    }
}

/// What the threads of a pool share.
#[derive(Default)]
struct Shared {
    threads: usize,
    /// Threads to start.
    help: usize,
    /// Somebody splits: further splits, from parts or other threads, run sequentially.
    busy: AtomicBool,
    /// The split in progress.
    job: Job,
    /// Parts that have ended.
    ended: Line<AtomicUsize>,
    /// Whether splits are shared now.
    back_off: BackOff,
    /// Workers that were started: fewer than `help` where the system refuses one.
    workers: AtomicUsize,
    /// Those of them that sleep, or are about to.
    asleep: AtomicUsize,
    /// The caller sleeps until the last part has ended.
    caller_asleep: AtomicBool,
    panicked: AtomicBool,
    stop: AtomicBool,
    started: OnceLock<Instant>,
    state: Mutex<State>,
    wake: Condvar,
    all_ended: Condvar,
}

#[derive(Default)]
struct State {
    workers: Vec<JoinHandle<()>>,
    panic: Option<Box<dyn Any + Send>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A split by the only caller, who has set `busy`.
    fn split(self: &Arc<Self>, parts: u32, work: &(dyn Fn(usize) + Sync)) {
        let started = *self.started.get_or_init(|| self.start());
        let begun = Instant::now();
        self.ended.0.store(0, Ordering::Relaxed);
        self.job.post(parts, &work);
        self.wake_for(parts as usize - 1);
        self.run_parts();
        if !self.is_over(parts as usize) {
            let waiting = Instant::now();
            self.wait_for(parts as usize);
            let (own, waited) = (waiting - begun, waiting.elapsed());
            self.back_off.waited(own, waited, || started.elapsed());
        }
        let panic = if self.panicked.swap(false, Ordering::Relaxed) {
            self.lock().panic.take()
        } else {
            None
        };
        self.busy.store(false, Ordering::Release);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// Whether the pool leaves its work to the caller for now.
    fn backs_off(&self) -> bool {
        let age = || self.started.get().map_or(Duration::ZERO, Instant::elapsed);
        self.back_off.is_on(age)
    }

    /// Starts the workers, and says when. Where the system refuses one, the pool does with those it has.
    fn start(self: &Arc<Self>) -> Instant {
        let mut state = self.lock();
        for i in 1..=self.help {
            let shared = self.clone();
            let named = std::thread::Builder::new().name(format!("autograd-{i}"));
            match named.spawn(move || shared.serve()) {
                Ok(worker) => state.workers.push(worker),
                Err(_) => break,
            }
        }
        self.workers.store(state.workers.len(), Ordering::SeqCst);
        Instant::now()
    }

    /// The life of a worker.
    fn serve(&self) {
        AT_WORK.fetch_add(1, Ordering::Relaxed);
        while !self.stop.load(Ordering::SeqCst) {
            self.run_parts();
            let called = || self.job.is_open() || self.stop.load(Ordering::Relaxed);
            if !spin_until(called) {
                let state = self.lock();
                self.asleep.fetch_add(1, Ordering::SeqCst);
                // Either this sees the split or stop, or who made it sees a sleeper, and takes the lock to wake it.
                if !self.job.is_open() && !self.stop.load(Ordering::SeqCst) {
                    AT_WORK.fetch_sub(1, Ordering::Relaxed);
                    self.sleep(state);
                    AT_WORK.fetch_add(1, Ordering::Relaxed);
                }
                self.asleep.fetch_sub(1, Ordering::SeqCst);
            }
        }
        AT_WORK.fetch_sub(1, Ordering::Relaxed);
    }

    /// Sleeps until it is woken. Memory that is not asked for within [`IDLE`] goes back to the system.
    fn sleep(&self, state: MutexGuard<'_, State>) {
        let waited = self.wake.wait_timeout(state, IDLE);
        let (state, slept) = waited.unwrap_or_else(PoisonError::into_inner);
        if !slept.timed_out() {
            return;
        }
        drop(state);
        buffer::release();
        matmul::release();
        let state = self.lock();
        // Who posted a split meanwhile may have woken nobody.
        if !self.job.is_open() && !self.stop.load(Ordering::SeqCst) {
            drop(self.wake.wait(state));
        }
    }

    /// Wakes as many sleepers as there are parts for, beyond those who are awake.
    fn wake_for(&self, parts: usize) {
        let asleep = self.asleep.load(Ordering::SeqCst);
        if asleep > 0 {
            let awake = self.workers.load(Ordering::SeqCst).saturating_sub(asleep);
            // Whoever counts as asleep has the lock until it can be woken.
            drop(self.lock());
            for _ in 0..parts.saturating_sub(awake).min(asleep) {
                self.wake.notify_one();
            }
        }
    }

    /// Runs parts of the current split while there are any left to begin.
    fn run_parts(&self) {
        while let Some((part, work)) = self.job.claim() {
            // SAFETY: the caller of the split keeps `work` alive until all parts have ended, and this one has not.
            let work = unsafe { *work };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(part))) {
                keep_first(&mut self.lock().panic, panic);
                self.panicked.store(true, Ordering::Relaxed);
            }
            // Publishes what the part wrote. From here on the split may be over: nothing of it is touched.
            self.ended.0.fetch_add(1, Ordering::SeqCst);
            if self.caller_asleep.load(Ordering::SeqCst) {
                drop(self.lock());
                self.all_ended.notify_one();
            }
        }
    }

    /// Whether all parts have ended.
    fn is_over(&self, parts: usize) -> bool {
        self.ended.0.load(Ordering::SeqCst) == parts
    }

    /// Waits until all parts have ended.
    fn wait_for(&self, parts: usize) {
        let over = || self.is_over(parts);
        if !spin_until(over) {
            let mut state = self.lock();
            self.caller_asleep.store(true, Ordering::SeqCst);
            while !over() {
                state = self
                    .all_ended
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            self.caller_asleep.store(false, Ordering::SeqCst);
        }
    }
}

/// Spins until `done` or for [`SPIN`]; hardly at all if threads outnumber processors, where it would only keep somebody
/// from running. Whether it was done.
fn spin_until(done: impl Fn() -> bool) -> bool {
    let patient = AT_WORK.load(Ordering::Relaxed) <= available();
    let mut start = None;
    loop {
        for _ in 0..32 {
            if done() {
                return true;
            }
            spin_loop();
        }
        if !patient || start.get_or_insert_with(Instant::now).elapsed() > SPIN {
            return done();
        }
    }
}

/// Processors available to the process.
fn available() -> usize {
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    *AVAILABLE.get_or_init(|| std::thread::available_parallelism().map_or(1, |n| n.get()))
}

#[cfg(test)]
mod tests;
