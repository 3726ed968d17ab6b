//! Temperature scaling.

use super::RowWeights;

/// The temperature T > 0 whose probabilities softmax(z / T) give the true classes of some rows the least mean −ln p (Guo and
/// others, *On calibration of modern neural networks*, ICML 2017, section 4.2); `logits` are row-major, a column a class.
/// `None` where no finite T > 0 does: without rows that count, where every row's true class has the greatest logit, so that
/// the loss falls with T down to 0, or where logits mislead, so that it falls with T up to infinity.
///
/// In β = 1/T the loss is convex, and its slope is the mean over rows of Σₖ pₖzₖ − z of the true class. The slope's root is
/// bracketed and then found by bisection with steps of Newton's method where these stay in the bracket.
///
/// # Panics
/// If `logits` is not rows × `classes`, a label is not below `classes`, or there are not as many weights as rows.
#[track_caller]
pub fn temperature(
    truth: &[u32],
    logits: &[f64],
    classes: usize,
    weights: RowWeights<'_>,
) -> Option<f64> {
    super::ranking::check(truth, logits, classes);
    weights.check(truth.len());
    let total = weights.total(truth.len());
    if classes == 0 || total <= 0.0 || logits.iter().any(|z| !z.is_finite()) {
        return None;
    }
    let slope = |beta: f64| -> (f64, f64) {
        let (mut slope, mut bend) = (0.0, 0.0);
        for (i, (class, row)) in truth.iter().zip(logits.chunks_exact(classes)).enumerate() {
            let weight = weights.row(i) / total;
            let (mean, variance) = moments(row, beta);
            slope += weight * (mean - row[*class as usize]);
            bend += weight * variance;
        }
        (slope, bend)
    };
    // The slope rises with β, to the mean distance of the true class from the greatest logit.
    let distances = truth.iter().zip(logits.chunks_exact(classes)).enumerate();
    let limit: f64 = distances
        .map(|(i, (class, row))| {
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            weights.row(i) * (most - row[*class as usize])
        })
        .sum();
    let (mut low, mut high) = (0.0, 1.0);
    if slope(low).0 >= 0.0 || limit <= 0.0 {
        return None;
    }
    while slope(high).0 < 0.0 {
        (low, high) = (high, 2.0 * high);
        if !high.is_finite() {
            return None;
        }
    }
    let mut beta = 0.5 * (low + high);
    for _ in 0..200 {
        let (at, bend) = slope(beta);
        match at < 0.0 {
            true => low = beta,
            false => high = beta,
        }
        let newton = beta - at / bend;
        let next = match low < newton && newton < high {
            true => newton,
            false => 0.5 * (low + high),
        };
        let moved = (next - beta).abs();
        beta = next;
        if moved <= 1e-15 * beta {
            break;
        }
    }
    Some(1.0 / beta)
}

/// The mean and the variance of some logits under the probabilities softmax(β·z).
fn moments(logits: &[f64], beta: f64) -> (f64, f64) {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut sum, mut first) = (0.0, 0.0);
    for z in logits {
        let p = (beta * (z - most)).exp();
        sum += p;
        first += p * z;
    }
    let mean = first / sum;
    let second: f64 = logits
        .iter()
        .map(|z| (beta * (z - most)).exp() * (z - mean).powi(2))
        .sum();
    (mean, second / sum)
}
