//! Readings of report B's claims on its networks with and without a penalty.

use claims::{Claim, Predicate};

use crate::parts::sparse::POINTS;

/// The case of a model on points that lie so.
pub(crate) fn name(model: &str, points: &str) -> String {
    format!("{model}, {points}")
}

/// Each reading: where points lie, and what n is in a penalty λ/(2n). `predicate` gets the names of the networks with L1 and
/// L2, and where points lie.
fn readings(predicate: impl Fn([&str; 2], &str) -> Predicate) -> Vec<(String, Predicate)> {
    let penalties = [
        ("n training samples", ["L1", "L2"]),
        (
            "n of the batch",
            ["L1, n of the batch", "L2, n of the batch"],
        ),
    ];
    let readings = POINTS.into_iter().flat_map(|points| {
        let predicate = &predicate;
        penalties.map(|(of, nets)| {
            let names = nets.map(|net| name(net, points));
            let names = [names[0].as_str(), names[1].as_str()];
            (format!("{points}, {of}"), predicate(names, points))
        })
    });
    readings.collect()
}

/// A claim with each reading.
pub(crate) fn claim(
    place: &'static str,
    sentence: &str,
    claimed: &str,
    predicate: impl Fn([&str; 2], &str) -> Predicate,
) -> Claim {
    Claim::at("B", place, sentence, claimed).readings(readings(predicate))
}

/// A claim with each reading, of errors on the 4 points and of this one on new points.
pub(crate) fn on_both(
    claim: Claim,
    new: &'static str,
    predicate: impl Fn([&str; 2], &str, &'static str) -> Predicate,
) -> Claim {
    let of = [
        ("on the 4 points", "log10_points_mse"),
        ("on new points", new),
    ];
    of.into_iter().fold(claim, |claim, (on, number)| {
        let readings = readings(|nets, points| predicate(nets, points, number));
        claim.readings(
            readings
                .into_iter()
                .map(|(name, predicate)| (format!("{name}, {on}"), predicate)),
        )
    })
}
