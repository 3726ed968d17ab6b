use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::test_wire::{on_ranks, on_ranks_that_stop};

#[test]
fn every_piece_is_done_once_and_accepted_by_the_root() {
    for (size, lanes) in [(1, 1), (2, 1), (3, 4), (5, 2)] {
        let found = on_ranks(size, |world| {
            let (mut pieces, mut found) = (0..40u64, [0; 40]);
            let dealt = world.deal(
                lanes,
                |_| pieces.next(),
                |piece| piece * piece,
                |_, piece, square| {
                    assert_eq!(square, piece * piece);
                    found[piece as usize] += 1;
                    ControlFlow::Continue(())
                },
            );
            dealt.unwrap();
            assert_eq!(world.end(0, None), 0);
            found
        });
        assert_eq!(found[0], [1; 40]);
        assert!(found[1..].iter().all(|other| *other == [0; 40]));
    }
}

/// A rank that is slow has fewer pieces, and all have some.
#[test]
fn ranks_have_pieces_as_they_come_free() {
    let of_rank = on_ranks(3, |world| {
        let (mut pieces, mut of_rank) = (0..60, [0; 3]);
        let pause = Duration::from_millis(if world.rank() == 1 { 40 } else { 4 });
        let dealt = world.deal(
            1,
            |_| pieces.next(),
            |_: usize| thread::sleep(pause),
            |rank, _, ()| {
                of_rank[rank] += 1;
                ControlFlow::Continue(())
            },
        );
        dealt.unwrap();
        world.end(0, None);
        of_rank
    });
    let [root, slow, fast] = of_rank[0];
    assert!(
        slow > 0 && slow < root && slow < fast,
        "{root} {slow} {fast}"
    );
}

#[test]
fn after_a_break_nothing_is_accepted_and_all_are_asked_to_stop() {
    static ASKED: AtomicBool = AtomicBool::new(false);
    let stop = Stop {
        requested: || false,
        request: || ASKED.store(true, Ordering::Relaxed),
    };
    let begun = AtomicUsize::new(0);
    let accepted = on_ranks_that_stop(3, stop, |world| {
        let (mut pieces, mut accepted) = (0..1000, 0);
        let dealt = world.deal(
            2,
            |_| pieces.next(),
            |_: usize| begun.fetch_add(1, Ordering::Relaxed),
            |_, _, _| {
                accepted += 1;
                match accepted {
                    5 => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            },
        );
        dealt.unwrap();
        assert_eq!(world.end(130, None), 130);
        accepted
    });
    assert_eq!(accepted, [5, 0, 0]);
    assert!(ASKED.load(Ordering::Relaxed));
    assert!(begun.into_inner() < 100);
}

#[test]
fn a_wish_to_stop_at_the_root_reaches_all() {
    static ASKED: AtomicBool = AtomicBool::new(false);
    static HEARD: AtomicUsize = AtomicUsize::new(0);
    let stop = Stop {
        requested: || ASKED.load(Ordering::Relaxed),
        request: || {
            HEARD.fetch_add(1, Ordering::Relaxed);
        },
    };
    on_ranks_that_stop(3, stop, |world| {
        let mut pieces = 0..6;
        let dealt = world.deal(
            1,
            |_| pieces.next(),
            |piece: usize| {
                ASKED.fetch_or(piece == 2, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(20));
            },
            |_, _, ()| ControlFlow::Continue(()),
        );
        dealt.unwrap();
        world.end(130, None);
    });
    assert_eq!(HEARD.load(Ordering::Relaxed), 2);
}

/// The root may fail where others wait for pieces, and another rank on its way to them.
#[test]
fn a_rank_that_fails_meanwhile_ends_all() {
    for failing in [0, 1] {
        let codes = on_ranks(3, |world| {
            if world.rank() == failing {
                thread::sleep(Duration::from_millis(30));
                return world.end(1, Some("no room on the disk"));
            }
            let mut pieces = 0..10_000;
            let dealt = world.deal(
                2,
                |_| pieces.next(),
                |_: usize| thread::sleep(Duration::from_millis(1)),
                |_, _, ()| ControlFlow::Continue(()),
            );
            let code = match dealt {
                Err(e) if world.is_root() => {
                    assert_eq!(e.to_string(), "on rank 1: no room on the disk");
                    1
                }
                _ => 0,
            };
            world.end(code, None)
        });
        assert_eq!(codes, [1; 3]);
    }
}
