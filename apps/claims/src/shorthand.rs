//! The usual claims, by the names of cases and figures.

use crate::bar::Bar;
use crate::measure::{deviation, median};
use crate::predicate::{Against, Predicate, in_every_trial};

/// The median of a figure is at least this threshold.
pub fn at_least(case: &str, number: &str, bar: impl Into<Bar>) -> Predicate {
    median(case, number).at_least(bar)
}

/// The median of a figure is above this threshold.
pub fn above(case: &str, number: &str, bar: impl Into<Bar>) -> Predicate {
    median(case, number).above(bar)
}

/// The median of a figure is at most this threshold.
pub fn at_most(case: &str, number: &str, bar: impl Into<Bar>) -> Predicate {
    median(case, number).at_most(bar)
}

/// The median of a figure is below this threshold.
pub fn below(case: &str, number: &str, bar: impl Into<Bar>) -> Predicate {
    median(case, number).below(bar)
}

/// The median of a figure is no further than this from a target.
pub fn within(case: &str, number: &str, target: f64, margin: impl Into<Bar>) -> Predicate {
    median(case, number).near(target, margin)
}

/// The first case has the higher median.
pub fn higher(a: &str, b: &str, number: &str) -> Predicate {
    median(a, number).minus(median(b, number)).positive()
}

/// The first case has the lower median.
pub fn lower(a: &str, b: &str, number: &str) -> Predicate {
    median(a, number).minus(median(b, number)).negative()
}

/// Two cases are similar: their figures are no further apart than this margin (an equivalence test: the 95 % interval of
/// the difference lies inside).
pub fn similar(a: &str, b: &str, number: &str, margin: impl Into<Bar>) -> Predicate {
    median(a, number).minus(median(b, number)).near(0.0, margin)
}

/// Two cases are similar: the ratio of their figures is no further from 1 than this factor, either way.
pub fn similar_ratio(a: &str, b: &str, number: &str, factor: impl Into<Bar>) -> Predicate {
    let factor = factor.into();
    median(a, number)
        .over(median(b, number))
        .within(1.0 / factor.value, factor)
}

/// A report's value of a single run is a likely draw from our trials.
pub fn likely(case: &str, number: &str, value: impl Into<Bar>) -> Predicate {
    Predicate::Likely {
        case: case.to_owned(),
        number: number.to_owned(),
        bar: value.into(),
    }
}

/// The ratio of the first case's median to the second's is at most this threshold.
pub fn ratio_at_most(a: &str, b: &str, number: &str, bar: impl Into<Bar>) -> Predicate {
    median(a, number).over(median(b, number)).at_most(bar)
}

/// The ratio of the first case's median to the second's is at least this threshold.
pub fn ratio_at_least(a: &str, b: &str, number: &str, bar: impl Into<Bar>) -> Predicate {
    median(a, number).over(median(b, number)).at_least(bar)
}

/// The first case's standard deviation over trials is below the second's.
pub fn lower_variance(a: &str, b: &str, number: &str) -> Predicate {
    deviation(a, number)
        .over(deviation(b, number))
        .below(Bar::sign(1.0))
}

/// The case has the highest median of all these; it may be named among them.
pub fn best_of<'a>(
    case: &str,
    among: impl IntoIterator<Item = &'a str>,
    number: &str,
) -> Predicate {
    let rivals = among.into_iter().filter(|other| *other != case);
    median(case, number).ahead_of(rivals.map(|other| median(other, number)))
}

/// The case has the lowest median of all these; it may be named among them.
pub fn least_of<'a>(
    case: &str,
    among: impl IntoIterator<Item = &'a str>,
    number: &str,
) -> Predicate {
    let rivals = among.into_iter().filter(|other| *other != case);
    median(case, number).under(rivals.map(|other| median(other, number)))
}

/// The medians of these cases fall from the first to the last.
pub fn ordered<'a>(cases: impl IntoIterator<Item = &'a str>, number: &str) -> Predicate {
    let cases: Vec<&str> = cases.into_iter().collect();
    all(cases
        .windows(2)
        .map(|pair| higher(pair[0], pair[1], number)))
}

/// The figure has this value in every trial, to the bit.
pub fn exactly(case: &str, number: &str, value: impl Into<Bar>) -> Predicate {
    in_every_trial(median(case, number)).equal(value)
}

/// All of these hold.
pub fn all(of: impl IntoIterator<Item = Predicate>) -> Predicate {
    Predicate::All(of.into_iter().collect())
}

/// One of these holds.
pub fn any(of: impl IntoIterator<Item = Predicate>) -> Predicate {
    Predicate::Any(of.into_iter().collect())
}
