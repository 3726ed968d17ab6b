//! Messages between ranks.

use std::thread;
use std::time::Duration;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the root: whether preparations succeeded, and with which settings.
    Status,
    /// From the root: all ranks are ready.
    Go,
    /// From the root: work is over; the exit code.
    End,
    /// To the root: the last message of a rank.
    Bye,
    /// To the root: a lane wants a piece.
    Ask,
    /// From the root: a piece for a lane.
    Piece,
    /// From the root: there is none for a lane any more.
    NoMore,
    /// To the root: what came out of a lane's piece.
    Result,
    /// From the root: pieces under way are not wanted any more.
    Stop,
    /// To the root: no lane has anything to do.
    Left,
}

#[cfg(feature = "mpi")]
impl Kind {
    /// In the order of their numbers.
    pub(crate) const ALL: [Self; 10] = [
        Self::Status,
        Self::Go,
        Self::End,
        Self::Bye,
        Self::Ask,
        Self::Piece,
        Self::NoMore,
        Self::Result,
        Self::Stop,
        Self::Left,
    ];
}

/// A message that has come.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) from: usize,
    pub(crate) kind: Kind,
    pub(crate) bytes: Vec<u8>,
}

/// The way from a rank to the others. Messages from one rank to another come in the order in which they were sent. Those of
/// the collective functions are apart from the others; all ranks call these in the same order.
pub(crate) trait Wire {
    fn rank(&self) -> usize;
    fn size(&self) -> usize;
    /// Ranks on this machine.
    fn local_size(&self) -> usize;
    /// This rank's share of the cores.
    fn cores(&self) -> usize;
    fn send(&self, to: usize, kind: Kind, bytes: &[u8]);
    /// The next message, if one is there.
    fn receive(&self) -> Option<Message>;
    /// Hands the root's bytes to all; what is in those of others is lost.
    fn broadcast(&self, bytes: &mut Vec<u8>);
    /// Sends a part to each rank, and returns what each has sent here, in the order of ranks.
    fn all_to_all(&self, parts: Vec<Vec<u8>>) -> Vec<Vec<u8>>;
    /// What each rank has, in the order of ranks, at the root; nothing elsewhere.
    fn gather(&self, own: Vec<u8>) -> Vec<Vec<u8>>;
    fn abort(&self, code: u8) -> !;
}

/// The pauses of somebody who looks again and again whether a message has come: short ones at first. A rank that waits leaves
/// its core to the threads that compute.
#[derive(Debug)]
pub(crate) struct Pauses(Duration);

impl Pauses {
    const SHORTEST: Duration = Duration::from_micros(20);
    const LONGEST: Duration = Duration::from_millis(1);

    pub(crate) fn new() -> Self {
        Self(Self::SHORTEST)
    }

    /// How long the next pause is.
    pub(crate) fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (2 * pause).min(Self::LONGEST);
        pause
    }

    /// Begins with short ones again.
    pub(crate) fn again(&mut self) {
        self.0 = Self::SHORTEST;
    }
}

/// Waits for the next message.
pub(crate) fn wait(wire: &dyn Wire) -> Message {
    let mut pauses = Pauses::new();
    loop {
        if let Some(message) = wire.receive() {
            return message;
        }
        thread::sleep(pauses.next());
    }
}
