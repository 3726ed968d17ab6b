//! Pieces of work dealt out to ranks as they come free.
//!
//! Every rank has *lanes*, threads that compute a piece at a time. A lane asks for a piece, on the root the main thread, elsewhere
//! by way of the main thread and a message. The root answers with the next piece or says that there is none, and takes in what
//! comes out. So a fast rank gets more pieces than a slow one, and none waits for another before the last piece.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::agree::{Disagreement, Status, failed_on};
use crate::wire::{Kind, Message, Pauses, Wire};
use crate::{Stop, World};

/// What a lane tells the main thread of its rank.
enum Told<R> {
    /// It wants a piece.
    Free(usize),
    Done(usize, R),
    Panicked,
}

/// The lanes of a rank, seen from its main thread.
struct Lanes<P, R> {
    give: Vec<Sender<Option<P>>>,
    told: Receiver<Told<R>>,
    /// Lanes that may ask for more.
    at_work: usize,
}

impl<P, R> Lanes<P, R> {
    /// Answers a lane that wants a piece.
    fn answer(&mut self, lane: usize, piece: Option<P>) {
        self.at_work -= usize::from(piece.is_none());
        // A lane that has asked waits for the answer.
        let _ = self.give[lane].send(piece);
    }

    /// The next word of a lane, if one comes within the pause.
    fn next(&self, pauses: &mut Pauses) -> Option<Told<R>> {
        let pause = pauses.next();
        match self.told.recv_timeout(pause) {
            Ok(told) => {
                pauses.again();
                Some(told)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                thread::sleep(pause);
                None
            }
        }
    }
}

impl World {
    /// Deals out pieces of work. On the root `next` gives a piece for a lane of the rank that is named, until there is none, and
    /// `accept` takes what `compute` made of it, in the order in which that comes. After a `Break` nothing more is accepted or
    /// begun, and ranks are asked to stop what they are at. On other ranks `next` and `accept` are not called.
    ///
    /// `compute` runs on `lanes` threads of each rank, at least one, a piece at a time on each. In a process that was started by
    /// itself it runs on this thread, a piece after the other.
    ///
    /// # Errors
    /// If another rank failed; on other ranks than the root, if that has ended.
    pub fn deal<P, R>(
        &self,
        lanes: usize,
        mut next: impl FnMut(usize) -> Option<P>,
        compute: impl Fn(P) -> R + Sync,
        mut accept: impl FnMut(usize, P, R) -> ControlFlow<()>,
    ) -> Result<(), Disagreement>
    where
        P: Clone + Send + Serialize + DeserializeOwned,
        R: Send + Serialize + DeserializeOwned,
    {
        let Some(wire) = &self.wire else {
            while let Some(piece) = next(0) {
                if accept(0, piece.clone(), compute(piece)).is_break() {
                    break;
                }
            }
            return Ok(());
        };
        let wire = wire.as_ref();
        let compute = &compute;
        thread::scope(|scope| {
            let (tell, told) = channel();
            let mut give = Vec::new();
            for lane in 0..lanes.max(1) {
                let (give_one, pieces) = channel();
                let tell = tell.clone();
                let begun = thread::Builder::new()
                    .spawn_scoped(scope, move || work(lane, &pieces, &tell, compute));
                // A limit that refuses one thread refuses the next as well.
                if begun.is_err() {
                    break;
                }
                give.push(give_one);
            }
            drop(tell);
            let lanes = Lanes {
                at_work: give.len(),
                give,
                told,
            };
            if lanes.at_work == 0 {
                return Err(Disagreement(
                    "the system gives this process no thread to compute on".to_owned(),
                ));
            }
            match wire.rank() {
                0 => Root {
                    wire,
                    lanes,
                    next: &mut next,
                    accept: &mut accept,
                    under_way: HashMap::new(),
                    present: wire.size() - 1,
                    is_over: false,
                    has_told: false,
                    failed: None,
                }
                .serve(self.stop),
                _ => self.ask(wire, lanes),
            }
        })
    }

    /// On another rank than the root: hands on between lanes and the root.
    fn ask<P: DeserializeOwned, R: Serialize>(
        &self,
        wire: &dyn Wire,
        mut lanes: Lanes<P, R>,
    ) -> Result<(), Disagreement> {
        let mut pauses = Pauses::new();
        while lanes.at_work > 0 {
            match lanes.next(&mut pauses) {
                Some(Told::Free(lane)) => wire.send(0, Kind::Ask, &of_lane(lane, &())),
                Some(Told::Done(lane, result)) => {
                    wire.send(0, Kind::Result, &of_lane(lane, &result));
                }
                Some(Told::Panicked) => wire.abort(1),
                None => {}
            }
            while let Some(message) = wire.receive() {
                pauses.again();
                match message.kind {
                    Kind::Piece => {
                        let (lane, piece) = in_lane(&message)?;
                        lanes.answer(lane, Some(piece));
                    }
                    Kind::NoMore => lanes.answer(in_lane::<()>(&message)?.0, None),
                    Kind::Stop => (self.stop.request)(),
                    Kind::End => {
                        self.is_over(&message.bytes);
                        (self.stop.request)();
                        // Those that have asked get no other answer; those at work ask once more.
                        for give in &lanes.give {
                            let _ = give.send(None);
                        }
                        return Err(Disagreement::over());
                    }
                    _ => {}
                }
            }
        }
        wire.send(0, Kind::Left, &[]);
        Ok(())
    }
}

/// What a lane does: asks, computes and tells, until it gets no piece.
fn work<P, R>(
    lane: usize,
    pieces: &Receiver<Option<P>>,
    tell: &Sender<Told<R>>,
    compute: &impl Fn(P) -> R,
) {
    while tell.send(Told::Free(lane)).is_ok() {
        let Ok(Some(piece)) = pieces.recv() else {
            return;
        };
        let told = match catch_unwind(AssertUnwindSafe(|| compute(piece))) {
            Ok(result) => Told::Done(lane, result),
            Err(_) => Told::Panicked,
        };
        if tell.send(told).is_err() {
            return;
        }
    }
}

/// The root while it deals out.
struct Root<'a, P, R> {
    wire: &'a dyn Wire,
    lanes: Lanes<P, R>,
    next: &'a mut dyn FnMut(usize) -> Option<P>,
    accept: &'a mut dyn FnMut(usize, P, R) -> ControlFlow<()>,
    /// By rank and lane.
    under_way: HashMap<(usize, usize), P>,
    /// Other ranks that have lanes at work.
    present: usize,
    /// Whether nothing more is dealt out or accepted.
    is_over: bool,
    /// Whether other ranks were asked to stop.
    has_told: bool,
    failed: Option<Disagreement>,
}

impl<P, R> Root<'_, P, R>
where
    P: Clone + Serialize,
    R: DeserializeOwned,
{
    fn serve(mut self, stop: Stop) -> Result<(), Disagreement> {
        let mut pauses = Pauses::new();
        while self.present > 0 || self.lanes.at_work > 0 {
            match self.lanes.next(&mut pauses) {
                Some(Told::Free(lane)) => {
                    let piece = self.piece(0, lane);
                    self.lanes.answer(lane, piece);
                }
                Some(Told::Done(lane, result)) => self.take(0, lane, result),
                Some(Told::Panicked) => self.wire.abort(1),
                None => {}
            }
            while let Some(message) = self.wire.receive() {
                pauses.again();
                if let Err(e) = self.hear(&message) {
                    self.fail(e);
                }
            }
            if (stop.requested)() {
                self.tell_to_stop();
            }
        }
        self.failed.map_or(Ok(()), Err)
    }

    fn hear(&mut self, message: &Message) -> Result<(), Disagreement> {
        let from = message.from;
        match message.kind {
            Kind::Ask => {
                let (lane, ()) = in_lane(message)?;
                match self.piece(from, lane) {
                    Some(piece) => self.wire.send(from, Kind::Piece, &of_lane(lane, &piece)),
                    None => self.wire.send(from, Kind::NoMore, &of_lane(lane, &())),
                }
            }
            Kind::Result => {
                let (lane, result) = in_lane(message)?;
                self.take(from, lane, result);
            }
            Kind::Left => self.present -= 1,
            Kind::Status => {
                // It did not come here, and never will.
                if let Status::Failed(why) = Status::of(&message.bytes) {
                    self.present -= 1;
                    return Err(failed_on(from, &why));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The next piece, for a lane of a rank.
    fn piece(&mut self, rank: usize, lane: usize) -> Option<P> {
        let piece = match self.is_over {
            true => None,
            false => (self.next)(rank),
        };
        if let Some(piece) = &piece {
            self.under_way.insert((rank, lane), piece.clone());
        }
        piece
    }

    fn take(&mut self, rank: usize, lane: usize, result: R) {
        let Some(piece) = self.under_way.remove(&(rank, lane)) else {
            return;
        };
        if !self.is_over && (self.accept)(rank, piece, result).is_break() {
            self.is_over = true;
            self.tell_to_stop();
        }
    }

    fn fail(&mut self, why: Disagreement) {
        self.failed.get_or_insert(why);
        self.is_over = true;
        self.tell_to_stop();
    }

    fn tell_to_stop(&mut self) {
        if !self.has_told {
            self.has_told = true;
            (1..self.wire.size()).for_each(|rank| self.wire.send(rank, Kind::Stop, &[]));
        }
    }
}

/// A message about a lane.
fn of_lane(lane: usize, content: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(&(lane, content)).expect("pieces and results can be written as JSON")
}

/// The lane that a message is about, and what it says.
fn in_lane<C: DeserializeOwned>(message: &Message) -> Result<(usize, C), Disagreement> {
    serde_json::from_slice(&message.bytes)
        .map_err(|e| failed_on(message.from, &format!("a message is not understood: {e}")))
}

#[cfg(test)]
mod tests;
