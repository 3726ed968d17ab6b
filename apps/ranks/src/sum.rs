//! Sums over all ranks whose bits do not depend on how many there are.

use std::ops::Range;

use crate::World;
use crate::wire::Wire;

/// The most numbers of each vector that a rank adds up in a round. MPI counts the bytes of a message in 31 bits, so that a rank
/// may get those of 32 000 vectors of f64 at a time.
const ROUND: usize = 1 << 13;

/// A number that ranks add up. Its default is 0.
pub trait Element: Copy + Default + 'static {
    /// The sum with another, rounded once.
    fn plus(self, other: Self) -> Self;
    /// Appends its bytes, as many as it has in memory.
    fn put_bytes(self, to: &mut Vec<u8>);
    /// The number of so many bytes.
    fn of_bytes(bytes: &[u8]) -> Self;
}

macro_rules! element {
    ($number:ty) => {
        impl Element for $number {
            fn plus(self, other: Self) -> Self {
                self + other
            }
            fn put_bytes(self, to: &mut Vec<u8>) {
                to.extend(self.to_le_bytes());
            }
            fn of_bytes(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<Self>()];
                own.copy_from_slice(bytes);
                Self::from_le_bytes(own)
            }
        }
    };
}
element!(f32);
element!(f64);

/// Numbers as bytes.
fn put<E: Element>(numbers: &[E]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size_of_val(numbers));
    numbers
        .iter()
        .for_each(|number| number.put_bytes(&mut bytes));
    bytes
}

/// Bytes as numbers.
fn get<E: Element>(bytes: &[u8]) -> impl Iterator<Item = E> {
    bytes.chunks_exact(size_of::<E>()).map(E::of_bytes)
}

impl World {
    /// The part of `count` consecutive things that a rank has, where each has as many as any other, or one more.
    pub fn part(&self, rank: usize, count: usize) -> Range<usize> {
        let end = |rank: usize| count * rank / self.size();
        end(rank)..end(rank + 1)
    }

    /// Adds up vectors of `width` numbers that lie one behind the other in `own`: those of the first rank in their order, then
    /// those of the next, each number one chain of additions from 0. So where ranks have consecutive blocks of a sum, the sum is
    /// that of one process to the bit. The root gets it, the others nothing.
    ///
    /// Each rank adds up a part of every vector, so that all have as much to do and to send.
    ///
    /// # Panics
    /// If `own` is no whole number of vectors.
    pub fn sum<E: Element>(&self, width: usize, own: &[E]) -> Vec<E> {
        assert!(
            own.len().is_multiple_of(width.max(1)),
            "{} numbers are no vectors of {width}",
            own.len()
        );
        self.sum_in_rounds(width, own, ROUND)
    }

    /// [`sum`](Self::sum), with so many numbers for each rank in a round.
    fn sum_in_rounds<E: Element>(&self, width: usize, own: &[E], most: usize) -> Vec<E> {
        let Some(wire) = &self.wire else {
            let mut sum = vec![E::default(); width];
            let vectors = own.chunks_exact(width.max(1));
            vectors.for_each(|vector| add(&mut sum, vector.iter().copied()));
            return sum;
        };
        let mut whole = Vec::new();
        let round = most * self.size();
        for start in (0..width).step_by(round) {
            let columns = start..width.min(start + round);
            let vectors = own
                .chunks_exact(width)
                .map(|vector| &vector[columns.clone()]);
            whole.extend(self.round(wire.as_ref(), columns.len(), vectors));
        }
        whole
    }

    /// Adds up vectors of `width` numbers, of which each rank adds up a part.
    fn round<'v, E: Element>(
        &self,
        wire: &dyn Wire,
        width: usize,
        vectors: impl Iterator<Item = &'v [E]> + Clone,
    ) -> Vec<E> {
        let part_for = |rank: usize| {
            let range = self.part(rank, width);
            let parts = vectors
                .clone()
                .flat_map(|vector| put(&vector[range.clone()]));
            parts.collect()
        };
        let parts = (0..self.size()).map(part_for).collect();
        let mut sum = vec![E::default(); self.part(self.rank(), width).len()];
        let bytes = size_of_val(&sum[..]).max(1);
        for parts in wire.all_to_all(parts) {
            for part in parts.chunks_exact(bytes) {
                add(&mut sum, get(part));
            }
        }
        let parts = wire.gather(put(&sum));
        parts.iter().flat_map(|part| get(part)).collect()
    }

    /// Hands bytes of the root to all ranks.
    pub fn broadcast(&self, bytes: &mut Vec<u8>) {
        if let Some(wire) = &self.wire {
            wire.broadcast(bytes);
        }
    }

    /// Hands numbers of the root to all ranks.
    pub fn broadcast_numbers<E: Element>(&self, numbers: &mut Vec<E>) {
        if let Some(wire) = &self.wire {
            let mut bytes = put(numbers);
            wire.broadcast(&mut bytes);
            *numbers = get(&bytes).collect();
        }
    }
}

fn add<E: Element>(sum: &mut [E], more: impl Iterator<Item = E>) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum = sum.plus(more);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_wire::{on_ranks, single};

    /// Numbers of very different sizes, so that another order of additions has other bits.
    fn vectors(count: usize, width: usize) -> Vec<f32> {
        let number = |i: usize| 1e8 / (1 + (i * 7919) % 1000).pow(3) as f32;
        (0..count * width).map(number).collect()
    }

    #[test]
    fn sums_have_the_bits_of_one_process() {
        for (count, width) in [(7, 5), (3, 2), (1, 1), (0, 4), (12, 1)] {
            let all = vectors(count, width);
            let one = single().sum(width, &all);
            for size in [1, 2, 3, 5] {
                // A number a round, two, and all in one.
                for most in [1, 2, super::ROUND] {
                    let sums = on_ranks(size, |world| {
                        let own = world.part(world.rank(), count);
                        world.sum_in_rounds(width, &all[own.start * width..own.end * width], most)
                    });
                    let bits = |of: &[f32]| of.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                    assert_eq!(bits(&sums[0]), bits(&one), "{count} {width} {size} {most}");
                    assert!(sums[1..].iter().all(Vec::is_empty));
                }
            }
        }
    }

    #[test]
    fn the_order_of_additions_is_seen_in_the_bits() {
        let forth = [1e8f32, 3.0, 3.0, 3.0];
        let back = [3.0, 3.0, 3.0, 1e8];
        assert_ne!(single().sum(1, &forth), single().sum(1, &back));
    }

    #[test]
    fn all_ranks_get_the_numbers_of_the_root() {
        let found = on_ranks(3, |world| {
            let mut numbers = match world.is_root() {
                true => vec![0.1, f64::NAN, -0.0],
                false => Vec::new(),
            };
            world.broadcast_numbers(&mut numbers);
            numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        });
        assert_eq!(found[0], found[1]);
        assert_eq!(found[0], found[2]);
    }
}
