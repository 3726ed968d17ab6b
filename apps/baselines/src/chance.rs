//! Baselines that ignore the features.

use autograd::random;

/// Predictions of a baseline classifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Guesses {
    /// Predicted class of each sample.
    pub classes: Vec<u32>,
    /// The probability of each class, `[rows, classes]`, row-major.
    pub probabilities: Vec<f64>,
    /// Mean cross-entropy; `None` for a baseline without probabilities.
    pub loss: Option<f64>,
}

/// Uniform random classes for `rows` samples.
pub fn random(rows: usize, classes: usize, seed: u64) -> Guesses {
    let mut rng = random::stream(seed, "baseline/random", 0, 0);
    Guesses {
        classes: (0..rows)
            .map(|_| random::below(&mut rng, classes) as u32)
            .collect(),
        probabilities: vec![1.0 / classes as f64; rows * classes],
        loss: (rows > 0).then(|| (classes as f64).ln()),
    }
}

/// The majority class of the training set (the first among equals) for `rows` samples: the class of the greatest weight, where
/// `weights` says how much each training sample counts.
pub fn majority(training: &[u32], weights: Option<&[f64]>, rows: usize, classes: usize) -> Guesses {
    let mut counts = vec![0.0; classes];
    for (i, class) in training.iter().enumerate() {
        counts[*class as usize] += weights.map_or(1.0, |weights| weights[i]);
    }
    let mut commonest = 0;
    for (class, count) in counts.iter().enumerate() {
        if *count > counts[commonest] {
            commonest = class;
        }
    }
    let mut certain = vec![0.0; classes];
    if let Some(p) = certain.get_mut(commonest) {
        *p = 1.0;
    }
    Guesses {
        classes: vec![commonest as u32; rows],
        probabilities: certain.repeat(rows),
        loss: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_says_every_class_and_repeats_itself() {
        let said = random(3000, 3, 7);
        assert_eq!(said, random(3000, 3, 7));
        assert_ne!(said.classes, random(3000, 3, 8).classes);
        for class in 0..3 {
            let share = said.classes.iter().filter(|c| **c == class).count() as f64 / 3000.0;
            assert!((share - 1.0 / 3.0).abs() < 0.05, "{share}");
        }
        assert_eq!(said.loss, Some(3.0_f64.ln()));
    }

    #[test]
    fn the_commonest_class_is_said_of_all() {
        let said = majority(&[0, 2, 1, 2, 1], None, 2, 3);
        assert_eq!(said.classes, [1, 1]);
        assert_eq!(said.probabilities, [0.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(said.loss, None);
        let weights = [4.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(
            majority(&[0, 2, 1, 2, 1], Some(&weights), 1, 3).classes,
            [0]
        );
    }
}
