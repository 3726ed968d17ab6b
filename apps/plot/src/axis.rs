//! Axes: range, ticks and tick labels.
//!
//! The library's own axes search for round ticks without end when a range is extreme (values that differ in the last
//! bit, or a loss near overflow), so ticks are found here.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// Larger numbers are left out of figures: they would flatten everything else.
const LARGEST: f64 = 1e100;
/// Pixels from its start beyond which a place on an axis is as good as any other: no figure is so large, and the library
/// adds to places.
const FAR: f64 = 1e6;
/// Positive values that span more than this factor get a logarithmic axis, where that is wanted.
pub(super) const LOG_FROM: f64 = 30.0;

/// Mapping of numbers to places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Linear.
    Linear,
    /// Decimal logarithm.
    Logarithmic,
}

/// An axis as the plotting library takes it.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    scale: Scale,
    /// Places of the start and the end, never equal.
    range: (f64, f64),
    /// Numbers at the ticks.
    ticks: Vec<f64>,
}

/// Checks that a number can be drawn: it is finite and at most 1e100 in size.
pub fn drawable(x: f64) -> bool {
    x.abs() <= LARGEST
}

impl Axis {
    /// An axis of whole numbers, such as epochs.
    pub(super) fn counting(values: impl Iterator<Item = f64>, most_ticks: usize) -> Option<Self> {
        let (low, high) = extent(values)?;
        let step = nice_step((high - low) / most_ticks as f64).max(1.0);
        Some(Self {
            scale: Scale::Linear,
            range: (low, high),
            ticks: multiples(step, low, high),
        })
    }

    /// An axis of measured numbers, logarithmic if that is wanted and fits them.
    pub(super) fn measuring(
        values: impl Iterator<Item = f64> + Clone,
        most_ticks: usize,
        may_be_log: bool,
    ) -> Option<Self> {
        let (lowest, highest) = values
            .clone()
            .filter(|v| drawable(*v))
            .map(|v| (v, v))
            .reduce(|(low, high), (v, _)| (low.min(v), high.max(v)))?;
        let scale = if may_be_log && lowest > 0.0 && highest / lowest > LOG_FROM {
            Scale::Logarithmic
        } else {
            Scale::Linear
        };
        let place = |v| scale.place(v);
        let (low, high) = extent([lowest, highest].into_iter().map(place))?;
        let room = 0.06 * (high - low);
        let (mut low, high) = (low - room, high + room);
        if scale == Scale::Linear && lowest >= 0.0 {
            // Losses and shares end at 0; room below it would suggest otherwise.
            low = low.max(0.0);
        }
        let places = match scale {
            Scale::Linear => multiples(nice_step((high - low) / most_ticks as f64), low, high),
            Scale::Logarithmic => decades(low, high, most_ticks),
        };
        let ticks = places.into_iter().map(|p| scale.value(p)).collect();
        Some(Self {
            scale,
            range: (low, high),
            ticks,
        })
    }

    /// An axis from one number to another, without room beyond them.
    pub(super) fn exactly(low: f64, high: f64, most_ticks: usize) -> Option<Self> {
        let range = extent([low, high].into_iter())?;
        let step = nice_step((range.1 - range.0) / most_ticks as f64);
        Some(Self {
            scale: Scale::Linear,
            range,
            ticks: multiples(step, range.0, range.1),
        })
    }

    /// A linear axis of numbers of either sign, with room beyond the outermost.
    pub(super) fn measuring_with_room(
        values: impl Iterator<Item = f64>,
        most_ticks: usize,
    ) -> Option<Self> {
        let (low, high) = extent(values)?;
        let room = 0.04 * (high - low);
        Self::exactly(low - room, high + room, most_ticks)
    }

    /// A logarithmic axis from one positive number to another.
    pub(super) fn logarithmic(low: f64, high: f64, most_ticks: usize) -> Option<Self> {
        let range = extent([low.log10(), high.log10()].into_iter())?;
        let places = decades(range.0, range.1, most_ticks);
        Some(Self {
            scale: Scale::Logarithmic,
            range,
            ticks: places.into_iter().map(|p| 10_f64.powf(p)).collect(),
        })
    }

    /// Relative place of a number on the axis: 0 at its start, 1 at its end.
    pub(super) fn share(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        (self.scale.place(value) - low) / (high - low)
    }

    /// Numbers at the start and the end.
    pub(super) fn ends(&self) -> (f64, f64) {
        (
            self.scale.value(self.range.0),
            self.scale.value(self.range.1),
        )
    }

    /// Numbers at the ticks and their labels.
    pub(super) fn labeled(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        self.ticks.iter().map(|tick| (*tick, short(*tick)))
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        let place = f64::from(end - start) * self.share(*value);
        start + place.round().clamp(-FAR, FAR) as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.scale.value(self.range.0)..self.scale.value(self.range.1)
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(value: &f64) -> String {
        short(*value)
    }
}

impl Scale {
    pub(super) fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => value.log10(),
        }
    }

    pub(super) fn value(self, place: f64) -> f64 {
        match self {
            Self::Linear => place,
            Self::Logarithmic => 10_f64.powf(place),
        }
    }
}

/// The smallest and the greatest number that can be drawn, apart by enough for ticks between them to differ.
fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = values
        .filter(|v| drawable(*v))
        .map(|v| (v, v))
        .reduce(|(low, high), (v, _)| (low.min(v), high.max(v)))?;
    let size = low.abs().max(high.abs());
    if high - low > 1e-6 * size && high - low > 1e-100 {
        return Some((low, high));
    }
    let room = if size > 1e-100 { 0.5 * size } else { 0.5 };
    Some((low - room, high + room))
}

/// The next of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … that is not smaller.
pub(super) fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// Multiples of a step in a range, at most 100.
pub(super) fn multiples(step: f64, low: f64, high: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    let count = (last - first + 1.0).clamp(0.0, 100.0) as usize;
    (0..count).map(|i| (first + i as f64) * step).collect()
}

/// Places of powers of ten; over few of them also of numbers between.
fn decades(low: f64, high: f64, most_ticks: usize) -> Vec<f64> {
    let factors: &[f64] = if high - low < 1.0 {
        &[1.0, 2.0, 3.0, 5.0, 7.0]
    } else if high - low < 2.0 {
        &[1.0, 2.0, 5.0]
    } else if high - low < 3.0 {
        &[1.0, 3.0]
    } else {
        &[1.0]
    };
    let step = ((high - low) / most_ticks as f64).ceil().max(1.0);
    multiples(step, low.floor(), high)
        .into_iter()
        .flat_map(|power| factors.iter().map(move |factor| power + factor.log10()))
        .filter(|place| (low..=high).contains(place))
        .collect()
}

/// A number in a few characters: `0.25`, `30`, `1e-5`.
pub(super) fn short(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && !(1e-4 * (1.0 - 1e-9)..1e6).contains(&size) {
        let text = format!("{x:.1e}");
        return text.replace(".0e", "e");
    }
    let digits = format!("{x:.7}");
    let text = digits.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], may_be_log: bool) -> Vec<String> {
        let axis = Axis::measuring(values.iter().copied(), 6, may_be_log).unwrap();
        axis.ticks.iter().map(Axis::format).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(
            labels(&[0.0, 1.0], false),
            ["0", "0.2", "0.4", "0.6", "0.8", "1"]
        );
        assert_eq!(
            labels(&[0.913, 0.978], false),
            ["0.92", "0.94", "0.96", "0.98"]
        );
        assert_eq!(
            labels(&[1e-5, 1.0], true),
            ["1e-5", "0.0001", "0.001", "0.01", "0.1", "1"]
        );
        assert_eq!(
            labels(&[0.02, 1.0], true),
            ["0.02", "0.05", "0.1", "0.2", "0.5", "1"]
        );
    }

    #[test]
    fn counting_axes_have_whole_ticks() {
        let axis = Axis::counting([1.0, 3.0].into_iter(), 8).unwrap();
        assert_eq!(axis.ticks, [1.0, 2.0, 3.0]);
        let axis = Axis::counting([1.0, 100.0].into_iter(), 8).unwrap();
        assert_eq!(axis.ticks, [20.0, 40.0, 60.0, 80.0, 100.0]);
        let axis = Axis::counting([1.0].into_iter(), 8).unwrap();
        assert_eq!(axis.ticks, [1.0]);
    }

    #[test]
    fn extremes_have_ranges_and_few_ticks() {
        for values in [
            vec![0.0],
            vec![1.0, 1.0 + f64::EPSILON],
            vec![0.0, 5e-324],
            vec![-1e100, 1e100],
            vec![5e-324, 1e100],
            vec![f64::MAX, 1.0],
        ] {
            for may_be_log in [false, true] {
                let axis = Axis::measuring(values.iter().copied(), 6, may_be_log).unwrap();
                assert!(axis.range.0 < axis.range.1, "{axis:?}");
                assert!((1..=12).contains(&axis.ticks.len()), "{values:?} {axis:?}");
            }
        }
        assert!(Axis::measuring([f64::NAN, f64::INFINITY].into_iter(), 6, true).is_none());
    }

    #[test]
    fn labels_are_short() {
        let labels = [0.0, 0.25, 30.0, 1e-5, -0.1, 2.5e7, -0.0].map(short);
        assert_eq!(labels, ["0", "0.25", "30", "1e-5", "-0.1", "2.5e7", "0"]);
    }
}
