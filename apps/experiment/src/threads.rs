//! Work on several threads: inside a step, or a piece a core.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use autograd::ThreadPool;
use ranks::World;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;

/// The share of this process in the cores, where others on the machine do a part of the same work; 0 where none do.
static SHARE: AtomicUsize = AtomicUsize::new(0);

/// Says how many cores are this process's share, where others on the machine do a part of the same work.
pub fn share(cores: usize) {
    SHARE.store(cores, Ordering::Relaxed);
}

/// Runs `work` with as many threads inside a step as the flags say.
pub fn on_threads<R>(threads: Option<usize>, work: impl FnOnce() -> R) -> R {
    ThreadPool::new(threads.unwrap_or_else(available)).install(work)
}

/// The cores that this process may use, or its share of them.
pub fn available() -> usize {
    match SHARE.load(Ordering::Relaxed) {
        0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
        share => share,
    }
    .min(1024)
}

/// [`each_on_a_core`] of all ranks: does `work` of each of these pieces, on so many threads of every rank, and hands each result
/// to `done` on the root, in the order they come. Only the root's pieces count: other ranks need know none.
///
/// # Errors
/// If another rank failed.
pub fn each_on_ranks<P, R>(
    world: &World,
    pieces: &[P],
    threads: usize,
    work: impl Fn(&P) -> R + Sync,
    mut done: impl FnMut(&P, R) -> ControlFlow<()>,
) -> Result<(), AppError>
where
    P: Clone + Send + Sync + Serialize + DeserializeOwned,
    R: Send + Serialize + DeserializeOwned,
{
    if world.is_alone() {
        let piece = |i: usize| &pieces[i];
        each_on_a_core(
            pieces.len(),
            threads,
            |i| work(piece(i)),
            |i, result| done(piece(i), result),
        );
        return Ok(());
    }
    let mut left = pieces.iter().cloned();
    let dealt = world.deal(
        threads,
        |_| left.next(),
        |piece| work(&piece),
        |_, piece, result| done(&piece, result),
    );
    Ok(dealt?)
}

/// Does `work(0)`, …, `work(count − 1)` on so many threads, each piece on one thread alone, and hands each result to
/// `done` on this thread, in the order they come. After a `Break` no other piece is begun. Where the system gives fewer
/// threads, those that there are do all pieces, if need be this one.
pub fn each_on_a_core<R: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> R + Sync,
    done: impl FnMut(usize, R) -> ControlFlow<()>,
) {
    each_on(count, threads, &mut thread::Builder::new, work, done);
}

/// [`each_on_a_core`], on threads that are begun by what `builder` gives.
fn each_on<R: Send>(
    count: usize,
    threads: usize,
    builder: &mut dyn FnMut() -> thread::Builder,
    work: impl Fn(usize) -> R + Sync,
    mut done: impl FnMut(usize, R) -> ControlFlow<()>,
) {
    let next = AtomicUsize::new(0);
    let (next, work) = (&next, &work);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        let mut begun = 0;
        for _ in 0..threads.min(count) {
            let send = send.clone();
            let thread = builder().spawn_scoped(scope, move || {
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= count || send.send((piece, work(piece))).is_err() {
                        break;
                    }
                }
            });
            // A limit that refuses one thread refuses the next as well.
            if thread.is_err() {
                break;
            }
            begun += 1;
        }
        drop(send);
        if begun == 0 {
            for piece in 0..count {
                if done(piece, work(piece)).is_break() {
                    break;
                }
            }
        }
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
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

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

    /// A stack of this size is refused as a limit of threads would refuse any.
    fn refused() -> thread::Builder {
        thread::Builder::new().stack_size(usize::MAX / 4)
    }

    #[test]
    fn fewer_threads_than_asked_for_do_every_piece_once() {
        assert!(refused().spawn(|| ()).is_err());
        for given in [0, 1, 3] {
            let (mut begun, mut found) = (0, [0; 20]);
            let mut builder = || {
                begun += 1;
                match begun <= given {
                    true => thread::Builder::new(),
                    false => refused(),
                }
            };
            each_on(
                20,
                8,
                &mut builder,
                |i| i,
                |i, same| {
                    assert_eq!(i, same);
                    found[i] += 1;
                    ControlFlow::Continue(())
                },
            );
            assert_eq!((begun, found), (given + 1, [1; 20]));
        }
    }

    /// What is begun while the break is on its way takes its time, so that a thread that goes on after it is noticed.
    #[test]
    fn nothing_is_begun_after_a_break() {
        for given in [0, 1] {
            let (begun, said) = (AtomicUsize::new(0), AtomicBool::new(false));
            let work = |piece| {
                begun.fetch_add(1, Ordering::Relaxed);
                while piece > 0 && !said.load(Ordering::Relaxed) {
                    thread::yield_now();
                }
                thread::sleep(Duration::from_millis(if piece > 0 { 10 } else { 0 }));
            };
            let mut builder = || match given {
                0 => refused(),
                _ => thread::Builder::new(),
            };
            let mut ended = 0;
            each_on(1000, 1, &mut builder, work, |_, ()| {
                ended += 1;
                said.store(true, Ordering::Relaxed);
                ControlFlow::Break(())
            });
            assert_eq!(ended, 1);
            let begun = begun.into_inner();
            assert!(begun < 100, "{begun} pieces were begun");
        }
        let none = AtomicUsize::new(0);
        let work = |_| none.fetch_add(1, Ordering::Relaxed);
        each_on_a_core(0, 4, work, |_, _| ControlFlow::Break(()));
        assert_eq!(none.into_inner(), 0);
    }
}
