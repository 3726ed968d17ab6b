//! The best of several networks after several numbers of epochs.

/// Metrics of a network after a number of epochs.
#[derive(Clone, Copy)]
pub(crate) struct Stop<N> {
    pub(crate) network: N,
    pub(crate) epoch: usize,
    pub(crate) validation_accuracy: f64,
    pub(crate) validation_loss: f64,
    pub(crate) test_accuracy: f64,
}

/// The best on validation samples, by the loss among equals.
pub(crate) fn by_validation<N: Copy>(stops: &[Stop<N>]) -> Option<Stop<N>> {
    let key = |s: &Stop<N>| (s.validation_accuracy, -s.validation_loss);
    let defined = stops.iter().filter(|s| !s.validation_loss.is_nan());
    defined
        .copied()
        .reduce(|a, b| if key(&b) > key(&a) { b } else { a })
}

/// The best on the test set: the way of a report that has no other samples.
pub(crate) fn by_test<N: Copy>(stops: &[Stop<N>]) -> Option<Stop<N>> {
    let better = |b: f64, a: f64| b > a || a.is_nan() && !b.is_nan();
    let best = |a: Stop<N>, b: Stop<N>| match better(b.test_accuracy, a.test_accuracy) {
        true => b,
        false => a,
    };
    stops.iter().copied().reduce(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_on_validation_samples_never_looks_at_the_test_set() {
        let stop = |network, validation_accuracy, validation_loss, test_accuracy| Stop {
            network,
            epoch: 500,
            validation_accuracy,
            validation_loss,
            test_accuracy,
        };
        let stops = [
            stop(4, f64::NAN, f64::NAN, f64::NAN),
            stop(1, 0.97, 0.30, 0.99),
            stop(2, 0.98, 0.20, 0.95),
            stop(3, 0.98, 0.10, 0.94),
        ];
        assert_eq!(by_validation(&stops).map(|s| s.network), Some(3));
        assert_eq!(by_test(&stops).map(|s| s.network), Some(1));
    }
}
