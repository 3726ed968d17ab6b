//! Random orders that stay the same: across versions, machines and numbers of threads.

use autograd::random::{Stream, below};

/// Puts the items into a random order, each equally likely (Fisher and Yates, in Durstenfeld's form: Algorithm 235,
/// CACM 7, 1964).
pub fn shuffle<T>(items: &mut [T], rng: &mut Stream) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}

#[cfg(test)]
mod tests {
    use autograd::random::stream;

    use super::*;

    #[test]
    fn every_order_is_equally_likely() {
        let mut rng = stream(1, "test", 0, 0);
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
}
