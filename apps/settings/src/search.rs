//! Searches: which choices of settings a sweep tries, where that is not every point of its grid.
//!
//! Random search draws each choice from the axes (Bergstra and Bengio, *Random search for hyper-parameter optimization*,
//! 2012). An axis may then have ranges beside values: `lr=1e-4..1e-1`. Each setting of each choice has a stream of its own,
//! so that more choices, or another axis, leave those that are drawn already as they are.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use autograd::random::{Stream, below, stream, unit};

use crate::error::{SettingsError, WrongUsage};
use crate::experiment::Kind;
use crate::field::Field;
use crate::fields::fields;
use crate::options::Settings;
use crate::resolve::{Given, field};
use crate::sweep::{Axis, Point, point, points};
use crate::values::count;

/// The fewest choices, and the fewest epochs, that halving has something to do with.
const LEAST: usize = 3;

/// Draws for each choice that is asked for, before it is said that there are not so many different ones.
const PATIENCE: usize = 200;

/// Significant digits of a number that is drawn.
const DIGITS: usize = 4;

/// How a sweep finds its choices and how long it trains each, where it does not train every point of a grid to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// `random:N`: so many choices, drawn from the axes.
    Random(usize),
    /// `halving`: all points of the grid, or with `halving:N` so many choices drawn from the axes; the best third of them is
    /// trained longer, and the best third of that longer again.
    Halving(Option<usize>),
}

impl Search {
    /// The number of choices that are drawn; `None` where they are the points of a grid.
    pub fn drawn(self) -> Option<usize> {
        match self {
            Self::Random(count) => Some(count),
            Self::Halving(count) => count,
        }
    }
}

impl FromStr for Search {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(count(number))),
            None => (text, None),
        };
        match (name, number) {
            ("random", Some(Ok(count))) => Ok(Self::Random(count)),
            ("halving", None) => Ok(Self::Halving(None)),
            ("halving", Some(Ok(count))) => Ok(Self::Halving(Some(count))),
            _ => Err(
                "it takes random:N, halving or halving:N, with N a number of choices of settings"
                    .to_owned(),
            ),
        }
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Random(count) => write!(f, "random:{count}"),
            Self::Halving(None) => f.write_str("halving"),
            Self::Halving(Some(count)) => write!(f, "halving:{count}"),
        }
    }
}

/// The scale on which a number is drawn from a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Its logarithm is uniform: learning rates, strengths.
    Log,
    /// It is uniform: probabilities, shares.
    Linear,
    /// A whole number, each as likely: epochs.
    Whole,
    /// A whole number whose logarithm is about uniform: widths, batch sizes.
    LogWhole,
}

/// A range of an axis, both ends included: `1e-4..1e-1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    low: f64,
    high: f64,
    scale: Scale,
}

impl Bounds {
    /// The range that a value on an axis of a field is; `None` where it is a plain value.
    pub fn of(field: &Field, value: &str) -> Option<Result<Self, String>> {
        let (low, high) = value.split_once("..")?;
        let scale = field.scale?;
        let read = |end: &str| -> Result<f64, String> {
            let end = end.trim();
            field.check(&field.from_axis(end))?;
            let number = end.parse().ok().filter(|x: &f64| x.is_finite());
            number.ok_or_else(|| format!("a range has two numbers, and {end} is none"))
        };
        let bounds = |low: f64, high: f64| match scale {
            _ if low >= high => Err("the lower end of a range comes first".to_owned()),
            Scale::Log | Scale::LogWhole if low <= 0.0 => Err(format!(
                "a range is drawn from on a logarithmic scale, so its lower end is above 0; 0 may stand beside it: {}=0,1e-5..1e-2",
                field.key
            )),
            _ => Ok(Self { low, high, scale }),
        };
        Some(read(low).and_then(|low| bounds(low, read(high)?)))
    }

    /// The value at a share of the way, from 0 to below 1, as text: four digits of a number that is not whole.
    fn at(self, share: f64) -> String {
        let Self { low, high, scale } = self;
        let along = |low: f64, high: f64| low * (high / low).powf(share);
        let x = match scale {
            Scale::Log => along(low, high),
            Scale::Linear => low + share * (high - low),
            Scale::Whole => low + (share * (high - low + 1.0)).floor(),
            Scale::LogWhole => along(low, high + 1.0).floor(),
        };
        let x = match scale {
            Scale::Log | Scale::Linear => rounded(x),
            Scale::Whole | Scale::LogWhole => x,
        };
        // Neither rounding may lead out of the range.
        let x = x.clamp(low, high);
        match x != 0.0 && x.abs() < 1e-4 {
            true => format!("{x:e}"),
            false => x.to_string(),
        }
    }
}

/// A number with [`DIGITS`] significant digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.*e}", DIGITS - 1).parse().unwrap_or(x)
}

/// A value of an axis: each of its values and ranges is as likely.
fn draw(field: &Field, axis: &Axis, rng: &mut Stream) -> String {
    let value = &axis.values[below(rng, axis.values.len())];
    match Bounds::of(field, value) {
        Some(Ok(bounds)) => bounds.at(unit(rng)),
        _ => value.clone(),
    }
}

/// So many different choices, drawn by a seed. With a greater `count` the first are the same.
///
/// # Errors
/// If a value is refused, settings exclude each other, or there are not so many different choices.
pub fn drawn(
    fields: &[Field],
    kind: Kind,
    given: &[Given],
    axes: &[Axis],
    (count, seed): (usize, u64),
) -> Result<Vec<Point>, SettingsError> {
    let mut choices: Vec<Vec<(&'static str, String)>> = Vec::new();
    let mut known = HashSet::new();
    let mut number = 0;
    while choices.len() < count {
        if number >= PATIENCE * count {
            return Err(SettingsError::Usage(WrongUsage(format!(
                "--search asks for {count} different choices of settings, and {number} draws found {} only; --grid without --search tries them all",
                choices.len()
            ))));
        }
        let value = |axis: &Axis| {
            let mut rng = stream(seed, &format!("search/{}", axis.key), 0, number as u64);
            let field = fields.iter().find(|field| field.key == axis.key);
            let value = field.map(|field| draw(field, axis, &mut rng));
            (axis.key, value.unwrap_or_default())
        };
        let choice: Vec<(&'static str, String)> = axes.iter().map(value).collect();
        if known.insert(choice.clone()) {
            choices.push(choice);
        }
        number += 1;
    }
    let choices = choices.into_iter();
    choices
        .map(|values| point(fields, kind, given, values))
        .collect()
}

impl Settings {
    /// All choices of values that the sweep of these settings tries, given besides what is `given`.
    ///
    /// # Errors
    /// If a value is refused, settings exclude each other, or there are fewer choices than are to be drawn.
    pub fn choices(&self, given: &[Given]) -> Result<Vec<Point>, SettingsError> {
        let (kind, axes) = (self.experiment.kind(), &self.options.grid);
        match self.options.search.and_then(Search::drawn) {
            None => points(kind, given, axes),
            Some(count) => drawn(fields(), kind, given, axes, (count, self.experiment.seed())),
        }
    }

    /// The number of choices that the sweep tries; `None` if it is out of bounds.
    pub(crate) fn choice_count(&self) -> Option<usize> {
        match self.options.search.and_then(Search::drawn) {
            Some(count) => Some(count),
            None => {
                let mut sizes = self.options.grid.iter().map(|axis| axis.values.len());
                sizes.try_fold(1_usize, |all, n| all.checked_mul(n))
            }
        }
    }

    /// Checks what a search needs of the other settings of a sweep.
    pub(crate) fn check_search(&self) -> Result<(), WrongUsage> {
        let (options, epochs) = (&self.options, self.experiment.training.epochs);
        let is_range =
            |key: &str, value: &str| field(key).is_some_and(|f| Bounds::of(f, value).is_some());
        let Some(search) = options.search else {
            return self.refuse_ranges("a grid", is_range);
        };
        if options.grid.is_empty() {
            return Err(WrongUsage(format!(
                "--search {search} has nothing to choose among; say which settings with --grid, as in --grid lr=1e-4..1e-1"
            )));
        }
        if search.drawn().is_none() {
            self.refuse_ranges("halving without a number", is_range)?;
        }
        if !matches!(search, Search::Halving(_)) {
            return Ok(());
        }
        if options.grid.iter().any(|axis| axis.key == "epochs") {
            return Err(WrongUsage(format!(
                "--search {search} deals out epochs by itself; leave epochs out of --grid"
            )));
        }
        if self.choice_count().is_some_and(|n| n < LEAST) || epochs < LEAST as u64 {
            return Err(WrongUsage(format!(
                "--search {search} needs {LEAST} choices of settings and --epochs {LEAST} or more; --grid alone compares fewer"
            )));
        }
        Ok(())
    }

    fn refuse_ranges(
        &self,
        what: &str,
        is_range: impl Fn(&str, &str) -> bool,
    ) -> Result<(), WrongUsage> {
        for axis in &self.options.grid {
            if let Some(range) = axis.values.iter().find(|value| is_range(axis.key, value)) {
                return Err(WrongUsage(format!(
                    "--grid {}={range}: {what} takes values; a range is drawn from with --search random:N or halving:N",
                    axis.key
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::settle;

    fn axes(texts: &[&str]) -> Vec<Axis> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn values(texts: &[&str], count: usize, seed: u64) -> Vec<Vec<(&'static str, String)>> {
        let kind = Kind::Classification;
        let points = drawn(fields(), kind, &[], &axes(texts), (count, seed)).unwrap();
        points.into_iter().map(|point| point.values).collect()
    }

    #[test]
    fn a_search_is_read_and_shown_alike() {
        for text in ["random:50", "halving", "halving:27"] {
            assert_eq!(text.parse::<Search>().unwrap().to_string(), text);
        }
        for wrong in ["", "random", "random:0", "random:x", "halving:", "grid"] {
            wrong.parse::<Search>().unwrap_err();
        }
    }

    #[test]
    fn more_choices_and_more_axes_leave_the_first_as_they_are() {
        let texts = ["lr=1e-4..1e-1", "hidden=16,32,64x32", "dropout=0..0.5"];
        let all = values(&texts, 40, 3);
        assert_eq!(values(&texts, 10, 3), all[..10]);
        assert_ne!(values(&texts, 10, 4), all[..10]);
        let fewer = values(&texts[..1], 40, 3);
        assert!(fewer.iter().zip(&all).all(|(a, b)| a[0] == b[0]));
    }

    #[test]
    fn ranges_are_drawn_on_their_scales_and_to_their_ends() {
        let numbers = |text: &str| -> Vec<f64> {
            let drawn = values(&[text, "lr=1e-9..1"], 600, 0);
            drawn.iter().map(|v| v[0].1.parse().unwrap()).collect()
        };
        let share = |of: &[f64], below: f64| {
            of.iter().filter(|x| **x < below).count() as f64 / of.len() as f64
        };
        // Half of the draws lie below the middle of each scale: within four standard errors of 600.
        for (text, [low, high], middle) in [
            ("l2=1e-6..1e-2", [1e-6, 1e-2], 1e-4),
            ("dropout=0.1..0.5", [0.1, 0.5], 0.3),
            ("epochs=10..19", [10.0, 19.0], 15.0),
            ("batch-size=8..127", [8.0, 127.0], 32.0),
        ] {
            let all = numbers(text);
            assert!(all.iter().all(|x| (low..=high).contains(x)), "{text}");
            assert!((share(&all, middle) - 0.5).abs() < 0.082, "{text}");
        }
        let epochs = numbers("epochs=10..12");
        for n in [10.0, 11.0, 12.0] {
            assert!((share(&epochs, n + 0.5) - (n - 9.0) / 3.0).abs() < 0.08);
        }
        // Values and ranges of an axis are as likely.
        let mixed = numbers("l2=0,1e-6..1e-2");
        assert!((share(&mixed, 1e-9) - 0.5).abs() < 0.082);
    }

    #[test]
    fn numbers_have_four_digits_and_stay_within() {
        let at = |low, high, share| {
            let scale = Scale::Log;
            Bounds { low, high, scale }.at(share)
        };
        assert_eq!(at(1e-4, 1e-2, 0.5), "0.001");
        assert_eq!(at(1e-6, 1e-4, 0.25), "3.162e-6");
        assert_eq!(at(1.0, 1.000_04, 0.9), "1");
        assert_eq!(at(0.123_45, 0.123_46, 0.1), "0.12346");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        for wrong in [
            "lr=0..1",
            "lr=0.1..0.01",
            "lr=..",
            "lr=1e-4..x",
            "dropout=0..1",
            "epochs=1..2.5",
            "hidden=0..4",
        ] {
            wrong.parse::<Axis>().unwrap_err();
        }
        // A field without a scale takes its values as they are; what is wrong with them is said when they are set.
        let kind = Kind::Classification;
        let activation = axes(&["activation=relu..tanh"]);
        drawn(fields(), kind, &[], &activation, (1, 0)).unwrap_err();
        let few = drawn(fields(), kind, &[], &axes(&["lr=1,2"]), (3, 0));
        assert!(few.unwrap_err().to_string().contains("found 2 only"));
        let two = drawn(fields(), kind, &[], &axes(&["lr=1,2"]), (2, 0));
        assert_eq!(two.unwrap().len(), 2);
    }

    #[test]
    fn a_choice_repeats_as_flags() {
        let kind = Kind::Classification;
        let points = drawn(
            fields(),
            kind,
            &[],
            &axes(&["lr=1e-9..1e-1", "hidden=4..64"]),
            (20, 1),
        );
        for point in points.unwrap() {
            let flag = |(key, text): &(&'static str, String)| Given {
                key,
                text: text.clone(),
                origin: crate::resolve::Origin::Flag,
            };
            let flags: Vec<Given> = point.values.iter().map(flag).collect();
            assert_eq!(settle(kind, &flags).unwrap().experiment, point.experiment);
        }
    }
}
