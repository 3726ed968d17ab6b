//! Ranks as threads of one process, so that what ranks tell each other is tested without MPI.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::wire::{Kind, Message, Wire};
use crate::{Stop, World};

enum Post {
    Message(Message),
    /// Of a collective function.
    Collective(usize, Vec<u8>),
}

struct TestWire {
    rank: usize,
    others: Vec<Sender<Post>>,
    inbox: Receiver<Post>,
    messages: RefCell<VecDeque<Message>>,
    /// By rank, what it has sent in collective functions.
    collective: RefCell<Vec<VecDeque<Vec<u8>>>>,
}

impl TestWire {
    fn sort(&self, post: Post) {
        match post {
            Post::Message(message) => self.messages.borrow_mut().push_back(message),
            Post::Collective(from, bytes) => self.collective.borrow_mut()[from].push_back(bytes),
        }
    }

    fn put(&self, to: usize, bytes: Vec<u8>) {
        let _ = self.others[to].send(Post::Collective(self.rank, bytes));
    }

    fn take(&self, from: usize) -> Vec<u8> {
        loop {
            let found = self.collective.borrow_mut()[from].pop_front();
            if let Some(bytes) = found {
                return bytes;
            }
            let waiting = self.inbox.recv_timeout(Duration::from_secs(60));
            self.sort(waiting.expect("a rank does not answer"));
        }
    }
}

impl Wire for TestWire {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.others.len()
    }

    fn local_size(&self) -> usize {
        self.others.len()
    }

    fn cores(&self) -> usize {
        1
    }

    fn send(&self, to: usize, kind: Kind, bytes: &[u8]) {
        let (from, bytes) = (self.rank, bytes.to_vec());
        let _ = self.others[to].send(Post::Message(Message { from, kind, bytes }));
    }

    fn receive(&self) -> Option<Message> {
        while let Ok(post) = self.inbox.try_recv() {
            self.sort(post);
        }
        self.messages.borrow_mut().pop_front()
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        match self.rank {
            0 => (1..self.size()).for_each(|rank| self.put(rank, bytes.clone())),
            _ => *bytes = self.take(0),
        }
    }

    fn all_to_all(&self, parts: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        for (rank, part) in parts.into_iter().enumerate() {
            self.put(rank, part);
        }
        (0..self.size()).map(|rank| self.take(rank)).collect()
    }

    fn gather(&self, own: Vec<u8>) -> Vec<Vec<u8>> {
        self.put(0, own);
        match self.rank {
            0 => (0..self.size()).map(|rank| self.take(rank)).collect(),
            _ => Vec::new(),
        }
    }

    fn abort(&self, code: u8) -> ! {
        panic!("aborted with {code}")
    }
}

/// Nobody asks, and nobody hears.
const STOP: Stop = Stop {
    requested: || false,
    request: || {},
};

/// A process that was started by itself.
pub(crate) fn single() -> World {
    World::alone(STOP)
}

/// Does `work` on so many ranks, and returns what each has returned.
pub(crate) fn on_ranks<R: Send>(size: usize, work: impl Fn(World) -> R + Sync) -> Vec<R> {
    on_ranks_that_stop(size, STOP, work)
}

/// [`on_ranks`], which are asked to stop by this.
pub(crate) fn on_ranks_that_stop<R: Send>(
    size: usize,
    stop: Stop,
    work: impl Fn(World) -> R + Sync,
) -> Vec<R> {
    let (senders, inboxes): (Vec<_>, Vec<_>) = (0..size).map(|_| channel()).unzip();
    let work = &work;
    thread::scope(|scope| {
        let begun: Vec<_> = inboxes
            .into_iter()
            .enumerate()
            .map(|(rank, inbox)| {
                let others = senders.clone();
                scope.spawn(move || {
                    let wire = TestWire {
                        rank,
                        others,
                        inbox,
                        messages: RefCell::default(),
                        collective: RefCell::new(vec![VecDeque::new(); size]),
                    };
                    let mut world = World::alone(stop);
                    if size > 1 {
                        world.wire = Some(Box::new(wire));
                    }
                    work(world)
                })
            })
            .collect();
        begun.into_iter().map(|rank| rank.join().unwrap()).collect()
    })
}
