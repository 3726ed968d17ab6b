//! Messages between ranks by MPI.

use mpi::Threading;
use mpi::datatype::{Partition, PartitionMut};
use mpi::environment::{Universe, initialize_with_threading, library_version};
use mpi::point_to_point::MatchedReceiveVec;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator, CommunicatorCollectives, Destination, Root, Source};

use crate::cores;
use crate::launch::{Launch, StartError};
use crate::wire::{Kind, Message, Wire};

/// The communicator of all ranks, and MPI itself, which ends with it.
pub(crate) struct MpiWire {
    all: SimpleCommunicator,
    rank: usize,
    size: usize,
    local_size: usize,
    cores: usize,
    _mpi: Universe,
}

impl MpiWire {
    /// Initializes MPI, for this thread alone among several.
    ///
    /// # Errors
    /// If it does not allow that, or does not find the other processes.
    pub(crate) fn start(launch: &Launch) -> Result<Self, StartError> {
        let started = initialize_with_threading(Threading::Funneled);
        let Some((universe, threading)) = started else {
            return Err(launch.failed());
        };
        if threading < Threading::Funneled {
            return Err(launch.failed());
        }
        let all = universe.world();
        let number = |number: i32| usize::try_from(number).expect("ranks are counted from 0");
        let (rank, size) = (number(all.rank()), number(all.size()));
        if size == 1 {
            let library = library_version().unwrap_or_default();
            let name = library.split([',', '\n', '\0']).next().unwrap_or_default();
            return Err(launch.another(size, name.trim()));
        }
        let local = all.split_shared(0);
        let own = cores::own();
        let mut masks = vec![0; own.len() * number(local.size())];
        local.all_gather_into(&own[..], &mut masks[..]);
        let masks: Vec<&[u8]> = masks.chunks(own.len()).collect();
        let available = std::thread::available_parallelism().map_or(1, |n| n.get());
        Ok(Self {
            rank,
            size,
            local_size: masks.len(),
            cores: cores::share(available, &own, &masks),
            all,
            _mpi: universe,
        })
    }
}

/// A length as MPI counts.
fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or_else(|_| {
        panic!(
            "a message of {length} bytes: MPI takes at most {}",
            i32::MAX
        )
    })
}

/// Where parts of these lengths begin in a whole.
fn places(lengths: &[i32]) -> (Vec<i32>, usize) {
    let mut whole = 0;
    let places = lengths.iter().map(|length| {
        let place = count(whole);
        whole += *length as usize;
        place
    });
    (places.collect(), whole)
}

/// What stands behind each part of a collective message, so that none is empty: where some are and others large, Open MPI 4.1
/// fails with "known error not in list".
const END: u8 = 0;

/// A whole in parts of these lengths, without their ends.
fn parts(whole: &[u8], lengths: &[i32]) -> Vec<Vec<u8>> {
    let mut rest = whole;
    let parts = lengths.iter().map(|length| {
        let (part, after) = rest.split_at(*length as usize);
        rest = after;
        part[..part.len() - 1].to_vec()
    });
    parts.collect()
}

impl Wire for MpiWire {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn local_size(&self) -> usize {
        self.local_size
    }

    fn cores(&self) -> usize {
        self.cores
    }

    fn send(&self, to: usize, kind: Kind, bytes: &[u8]) {
        count(bytes.len());
        let to = self.all.process_at_rank(count(to));
        to.send_with_tag(bytes, kind as i32);
    }

    fn receive(&self) -> Option<Message> {
        let found = self.all.any_process().immediate_matched_probe()?;
        let (bytes, status) = found.matched_receive_vec::<u8>();
        Some(Message {
            from: status.source_rank() as usize,
            kind: Kind::ALL[status.tag() as usize],
            bytes,
        })
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        let root = self.all.process_at_rank(0);
        let mut length = bytes.len() as u64;
        root.broadcast_into(&mut length);
        bytes.resize(length as usize, 0);
        count(bytes.len());
        root.broadcast_into(&mut bytes[..]);
    }

    fn all_to_all(&self, mut own: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        own.iter_mut().for_each(|part| part.push(END));
        let lengths: Vec<i32> = own.iter().map(|part| count(part.len())).collect();
        let mut theirs = vec![0; self.size];
        self.all.all_to_all_into(&lengths[..], &mut theirs[..]);
        let (from, _) = places(&lengths);
        let (to, whole) = places(&theirs);
        let (own, mut found) = (own.concat(), vec![0; whole]);
        let sent = Partition::new(&own[..], &lengths[..], &from[..]);
        let mut received = PartitionMut::new(&mut found[..], &theirs[..], &to[..]);
        self.all.all_to_all_varcount_into(&sent, &mut received);
        parts(&found, &theirs)
    }

    fn gather(&self, mut own: Vec<u8>) -> Vec<Vec<u8>> {
        own.push(END);
        let root = self.all.process_at_rank(0);
        let length = count(own.len());
        if self.rank > 0 {
            root.gather_into(&length);
            root.gather_varcount_into(&own[..]);
            return Vec::new();
        }
        let mut lengths = vec![0; self.size];
        root.gather_into_root(&length, &mut lengths[..]);
        let (to, whole) = places(&lengths);
        let mut found = vec![0; whole];
        let mut received = PartitionMut::new(&mut found[..], &lengths[..], &to[..]);
        root.gather_varcount_into_root(&own[..], &mut received);
        parts(&found, &lengths)
    }

    fn abort(&self, code: u8) -> ! {
        self.all.abort(code.into())
    }
}
