//! Chance that stays the same: across versions, machines and numbers of threads.

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The stream of a seed for one purpose; `index` tells apart the streams of one purpose.
///
/// The key of the ChaCha generator is the seed and the purpose, side by side, so that no two share a stream.
///
/// # Panics
/// If the purpose is longer than 24 bytes.
#[track_caller]
pub(crate) fn stream(seed: u64, purpose: &str, index: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    let (number, words) = key.split_at_mut(8);
    assert!(
        purpose.len() <= words.len(),
        "the purpose \"{purpose}\" is longer than {} bytes",
        words.len()
    );
    number.copy_from_slice(&seed.to_le_bytes());
    words[..purpose.len()].copy_from_slice(purpose.as_bytes());
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(index);
    rng
}

/// Puts the items into a random order, each equally likely (Fisher and Yates, in Durstenfeld's form: Algorithm 235,
/// CACM 7, 1964).
pub(crate) fn shuffle<T>(items: &mut [T], rng: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(last as u64 + 1, rng) as usize);
    }
}

/// A whole number in `0..n`, each equally likely (D. Lemire, Fast random integer generation in an interval, ACM TOMACS
/// 29, 2019).
fn below(n: u64, rng: &mut ChaCha8Rng) -> u64 {
    let uneven = n.wrapping_neg() % n;
    loop {
        let product = u128::from(rng.next_u64()) * u128::from(n);
        if product as u64 >= uneven {
            return (product >> 64) as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_equally_likely() {
        let mut rng = stream(1, "test", 0);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items, &mut rng);
            *counts.entry(items).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 24);
        // 1000 of each are expected, with a standard deviation of 31.
        assert!(counts.values().all(|count| (840..1160).contains(count)));
    }

    #[test]
    fn seed_purpose_and_index_each_move_the_stream() {
        let first = |seed, purpose, index| stream(seed, purpose, index).next_u64();
        let base = first(7, "test", 0);
        assert_eq!(base, first(7, "test", 0));
        assert_ne!(base, first(8, "test", 0));
        assert_ne!(base, first(7, "validation", 0));
        assert_ne!(base, first(7, "test", 1));
    }
}
