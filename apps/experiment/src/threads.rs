//! Work on several threads: inside a step, or a piece a core.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use autograd::ThreadPool;

/// Runs `work` with as many threads inside a step as the flags say.
pub fn on_threads<R>(threads: Option<usize>, work: impl FnOnce() -> R) -> R {
    ThreadPool::new(threads.unwrap_or_else(available)).install(work)
}

/// The cores that this process may use.
pub fn available() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(1024))
}

/// Does `work(0)`, …, `work(count − 1)` on so many threads, each piece on one thread alone, and hands each result to
/// `done` on this thread, in the order they come. After a `Break` no other piece is begun.
pub fn each_on_a_core<R: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> R + Sync,
    mut done: impl FnMut(usize, R) -> ControlFlow<()>,
) {
    let next = AtomicUsize::new(0);
    let (next, work) = (&next, &work);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            let send = send.clone();
            scope.spawn(move || {
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= count || send.send((piece, work(piece))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (piece, result) in receive {
            if done(piece, result).is_break() {
                // Nobody takes what is sent from here on, so every thread ends with the piece it has.
                next.store(count, Ordering::Relaxed);
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_done_once() {
        for threads in [1, 3, 50] {
            let mut found = [0; 20];
            each_on_a_core(
                20,
                threads,
                |i| i * i,
                |i, square| {
                    assert_eq!(square, i * i);
                    found[i] += 1;
                    ControlFlow::Continue(())
                },
            );
            assert_eq!(found, [1; 20]);
        }
    }

    #[test]
    fn nothing_is_begun_after_a_break() {
        let begun = AtomicUsize::new(0);
        let work = |_| begun.fetch_add(1, Ordering::Relaxed);
        each_on_a_core(1000, 1, work, |_, _| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            ControlFlow::Break(())
        });
        let none = AtomicUsize::new(0);
        each_on_a_core(
            0,
            4,
            |_| none.fetch_add(1, Ordering::Relaxed),
            |_, _| ControlFlow::Break(()),
        );
        assert_eq!(none.into_inner(), 0);
    }
}
