//! Descents by which reports C and E train on a few points: what of them both leave open, and claims with each reading.

use claims::{Claim, Predicate};

use study_core::setup::Setup;

/// A descent: the name of its case, its report, its optimizer, and whether the gradient is summed over the samples of a step.
pub(crate) type Descent = (&'static str, &'static str, &'static str, bool);

/// Those of report C, then those of report E.
pub(crate) const DESCENTS: [Descent; 6] = [
    ("C, SGD", "C", "sgd", false),
    ("C, SGD, gradients summed", "C", "sgd", true),
    ("C, Adam", "C", "adam", false),
    ("E, SGD", "E", "sgd", false),
    ("E, SGD, gradients summed", "E", "sgd", true),
    ("E, Adam", "E", "adam", false),
];
/// Samples to train on: four in five of 200.
const TRAINED: f64 = 160.0;
const BATCH: usize = 32;
const RATE: f64 = 0.01;

/// Names of the cases of report C, and of report E.
pub(crate) fn names() -> [[&'static str; 3]; 2] {
    [0, 3].map(|from| [0, 1, 2].map(|i| DESCENTS[from + i].0))
}

/// Report C: all samples in a step, as its algorithm goes, for 1000 epochs. Report E: batches of 32 for 256 epochs.
pub(crate) fn in_form(setup: Setup, report: &str) -> Setup {
    match report {
        "C" => setup.full_batch().epochs(1000),
        _ => setup.batch(BATCH).epochs(256),
    }
}

/// The learning rate. A gradient that is summed is that of the mean, times the samples of a step, which all steps have alike.
pub(crate) fn rate(report: &str, summed: bool) -> f64 {
    match (summed, report) {
        (true, "C") => RATE * TRAINED,
        (true, _) => RATE * BATCH as f64,
        _ => RATE,
    }
}

/// Trials of a case: report C has 100; report E has 25, which are fewer than ours.
pub(crate) fn trials(report: &str) -> usize {
    if report == "C" { 100 } else { 50 }
}

/// A claim with each descent of its report as a reading. Report C prints plain gradient descent as its algorithm, so Adam
/// stands beside; report E names no optimizer.
pub(crate) fn with_readings(claim: Claim, holds: &dyn Fn(&str) -> Predicate) -> Claim {
    let [[c_mean, c_sum, c_adam], [e_mean, e_sum, e_adam]] = names();
    match claim.report {
        "C" => claim
            .reading(
                "SGD on mean gradients, as of the printed loss",
                holds(c_mean),
            )
            .reading(
                "SGD on summed gradients, as the algorithm is printed",
                holds(c_sum),
            )
            .beside("Adam", holds(c_adam)),
        _ => claim
            .reading("SGD on mean gradients", holds(e_mean))
            .reading(
                "SGD on summed gradients, as the algorithm (Fig. 1) is printed",
                holds(e_sum),
            )
            .reading("Adam", holds(e_adam)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_named_by_report_and_rates_of_sums_are_those_of_the_mean_times_its_samples() {
        let of = |report: &'static str| {
            let own = DESCENTS.iter().filter(move |descent| descent.1 == report);
            own.map(|descent| descent.0)
        };
        let [c, e] = names();
        assert!(of("C").eq(c) && of("E").eq(e));
        assert_eq!([rate("C", false), rate("E", false)], [0.01; 2]);
        assert_eq!([rate("C", true), rate("E", true)], [1.6, 0.32]);
    }
}
