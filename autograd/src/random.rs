//! Named streams of random numbers.
//!
//! Everything random has a stream of its own: the weights of each layer, the shuffle of each epoch, the dropout of each
//! step. A stream depends on nothing but its name, so drawing more or less from one never moves another.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random numbers: ChaCha with 8 rounds.
pub type Stream = ChaCha8Rng;

/// The stream named by a seed, a purpose and two counters, keyed by all four.
///
/// The 256-bit key is four 64-bit words. Word `j` starts as `j` and takes in the seed, the FNV-1a hash of the purpose, the
/// epoch and the index in turn, each by exclusive or followed by the SplitMix64 finalizer. Every such turn is a bijection,
/// so two names that differ in one number alone never share a key. This derivation does not change between versions.
///
/// Purposes in use have the form `init/0.weight`, `shuffle`, `dropout`: a word, and after a slash what it is for.
pub fn stream(seed: u64, purpose: &str, epoch: u64, index: u64) -> Stream {
    let parts = [seed, fnv1a(purpose.as_bytes()), epoch, index];
    let mut key = [0; 32];
    for (j, word) in (0u64..).zip(key.chunks_exact_mut(8)) {
        let mixed = parts.iter().fold(j, |h, part| splitmix64(h ^ part));
        word.copy_from_slice(&mixed.to_le_bytes());
    }
    Stream::from_seed(key)
}

/// A number in [0, 1), uniform over the multiples of 2⁻⁵³. One draw of 64 bits.
pub fn unit(rng: &mut impl Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 * (-53f64).exp2()
}

/// An integer in `0..n`, by the high half of a 128-bit product. One draw of 64 bits; the bias is below n·2⁻⁶⁴.
///
/// # Panics
/// If `n` is 0.
#[track_caller]
pub fn below(rng: &mut impl Rng, n: usize) -> usize {
    assert!(n > 0, "below: there is no integer in 0..0");
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo).
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// One step of SplitMix64 from the state `x` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
fn splitmix64(x: u64) -> u64 {
    let z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_the_published_ones() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
        // The first outputs of SplitMix64 from the state 1234567.
        assert_eq!(splitmix64(1_234_567), 6_457_827_717_110_365_317);
        let second = 1_234_567u64.wrapping_add(0x9e37_79b9_7f4a_7c15);
        assert_eq!(splitmix64(second), 3_203_168_211_198_807_973);
    }

    /// The numbers come from a second implementation of the derivation and of ChaCha8.
    #[test]
    fn a_name_gives_its_bits_in_every_version() {
        let mut rng = stream(42, "init/0.weight", 0, 0);
        assert_eq!(
            [rng.next_u64(), rng.next_u64()],
            [2_525_949_971_589_496_534, 4_864_777_362_368_224_310]
        );
        let mut rng = stream(0, "shuffle", 3, 7);
        assert_eq!(
            [rng.next_u64(), rng.next_u64()],
            [2_532_616_841_625_744_710, 1_401_534_724_613_096_640]
        );
    }

    #[test]
    fn every_part_of_the_name_counts() {
        let names = [
            (1, "a", 0, 0),
            (0, "a", 1, 0),
            (0, "a", 0, 1),
            (0, "b", 0, 0),
            (0, "a", 0, 0),
            (0, "", 0, 0),
        ];
        let mut firsts = names.map(|(s, p, e, i)| stream(s, p, e, i).next_u64());
        firsts.sort_unstable();
        assert!(firsts.windows(2).all(|w| w[0] != w[1]), "{firsts:?}");
    }

    #[test]
    fn draws_stay_in_range_and_reach_it_all() {
        let mut rng = stream(1, "test", 0, 0);
        let mut seen = [0; 5];
        let mut sum = 0.0;
        for _ in 0..10_000 {
            let u = unit(&mut rng);
            assert!((0.0..1.0).contains(&u));
            sum += u;
            seen[below(&mut rng, 5)] += 1;
        }
        // Five standard errors around the mean of each.
        assert!((sum / 10_000.0 - 0.5).abs() < 5.0 * (1.0 / 12.0f64).sqrt() / 100.0);
        assert!(
            seen.iter().all(|n| (*n as f64 - 2000.0).abs() < 200.0),
            "{seen:?}"
        );
    }
}
