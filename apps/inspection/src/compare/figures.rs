//! Learning curves of groups, and means as text.

use records::EpochRecord;

use super::Group;
use super::interval::Mean;
use super::runs::ComparedRun;

/// What a curve shows over the epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Score {
    /// The loss.
    Loss,
    /// The accuracy of a classifier.
    Accuracy,
    /// The R² of a regressor: 1 less its mean squared error over the variance of the targets, which is that of the figures of
    /// the finished run.
    R2,
    /// The mean squared error of a regressor, where a variance is not known or there are several targets.
    Mse,
}

/// Means over the runs of a group, epoch by epoch, as far as all of them went.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Epochs and means.
    pub points: Vec<(f64, f64)>,
    /// The least and the greatest of the runs at each; none of a single run.
    pub band: Vec<(f64, f64)>,
}

/// The curves of a group in training and in validation; `None` where the runs have no validation samples.
pub fn curves(group: &Group, score: Score) -> [Option<Curve>; 2] {
    [false, true].map(|validation| curve(group, score, validation))
}

fn curve(group: &Group, score: Score, validation: bool) -> Option<Curve> {
    let epochs = group.runs.iter().map(|run| run.history.len()).min()?;
    let (mut points, mut band) = (Vec::new(), Vec::new());
    for epoch in 0..epochs {
        let at = |run: &ComparedRun| value(run, &run.history[epoch], score, validation);
        let values: Option<Vec<f64>> = group.runs.iter().map(at).collect();
        let values = values?;
        let mean = Mean::of(&values).map_or(f64::NAN, |m| m.mean);
        points.push((group.runs[0].history[epoch].epoch as f64, mean));
        if group.runs.len() > 1 {
            let all = || values.iter().copied();
            band.push((all().fold(mean, f64::min), all().fold(mean, f64::max)));
        }
    }
    Some(Curve { points, band })
}

fn value(run: &ComparedRun, record: &EpochRecord, score: Score, validation: bool) -> Option<f64> {
    let figures = match validation {
        true => record.validation?,
        false => record.train,
    };
    Some(match score {
        Score::Loss => figures.loss.0,
        Score::Accuracy | Score::Mse => figures.score.value(),
        Score::R2 => {
            let part = if validation { "validation" } else { "train" };
            1.0 - figures.score.value() / run.variance(part)?
        }
    })
}

impl ComparedRun {
    /// The variance of the one target of a part: its mean squared error over 1 − R². `None` where that says nothing.
    pub fn variance(&self, part: &str) -> Option<f64> {
        let (mse, r2) = (self.figure(part, "mse")?, self.figure(part, "r2")?);
        let variance = mse / (1.0 - r2);
        (variance.is_finite() && variance > 0.0).then_some(variance)
    }
}

/// A mean with its interval, as text: `0.9333 ± 0.0143`; a dash where it is not defined.
pub fn in_words(mean: Option<Mean>) -> String {
    let Some(Mean { mean, half }) = mean else {
        return "–".to_owned();
    };
    let text = report::significant(mean);
    let decimals = match text.split_once('.') {
        Some((_, decimals)) if decimals.chars().all(|c| c.is_ascii_digit()) => Some(decimals.len()),
        None if text.parse::<i64>().is_ok() => Some(0),
        _ => None,
    };
    match (half, decimals) {
        (None, _) => text,
        (Some(half), Some(decimals)) => format!("{text} ± {half:.decimals$}"),
        (Some(half), None) => format!("{text} ± {}", report::significant(half)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_have_the_decimals_of_their_mean() {
        let words = |mean, half| in_words(Some(Mean { mean, half }));
        assert_eq!(words(0.933_33, Some(0.014_34)), "0.9333 ± 0.0143");
        assert_eq!(words(12_345.6, Some(8.5)), "12346 ± 8");
        assert_eq!(words(1.5e-9, Some(2e-10)), "1.500e-9 ± 2.000e-10");
        assert_eq!(words(0.5, None), "0.5000");
        assert_eq!(in_words(None), "–");
    }
}
