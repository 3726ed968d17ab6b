//! Runge's function, and curves that were fitted to it.

use autograd::Real;
use claims::outcome::Outcome;

use study_core::train::{Trained, predictions};

/// Points of [-1, 1] at which a curve is drawn.
const ALONG: usize = 201;

/// 1/(1 + 25x²).
pub(crate) fn runge(x: f64) -> f64 {
    1.0 / (1.0 + 25.0 * x * x)
}

/// Places at equal distances from -1 to 1.
pub(crate) fn places() -> Vec<f64> {
    let at = |i: usize| 2.0 * i as f64 / (ALONG - 1) as f64 - 1.0;
    (0..ALONG).map(at).collect()
}

/// The curve that a network of one input has fitted, at [`places`].
pub(crate) fn fitted<T: Real>(trained: &Trained<T>) -> Vec<f64> {
    predictions(trained, places())
}

/// The outcome with a curve as the series `fit`, and `variation`: how far the curve goes up and down on [-1, 1], over how
/// far Runge's function does. A curve that oscillates has more.
pub(crate) fn with_fit(outcome: Outcome, curve: Vec<f64>) -> Outcome {
    let truth: Vec<f64> = places().into_iter().map(runge).collect();
    let variation = total_variation(&curve) / total_variation(&truth);
    outcome.number("variation", variation).series("fit", curve)
}

fn total_variation(y: &[f64]) -> f64 {
    y.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_itself_has_a_variation_of_1_and_a_ripple_has_more() {
        let truth: Vec<f64> = places().into_iter().map(runge).collect();
        let of = |curve: Vec<f64>| with_fit(Outcome::new(), curve).get("variation");
        assert_eq!(of(truth.clone()), Some(1.0));
        // Up to 1 at the middle and down again.
        assert!((total_variation(&truth) - 2.0 * (1.0 - 1.0 / 26.0)).abs() < 1e-12);
        let ripple = |(x, y): (f64, f64)| y + 0.05 * (30.0 * x).sin();
        let rippled = places().into_iter().zip(truth).map(ripple).collect();
        assert!(of(rippled).unwrap() > 1.2);
    }
}
