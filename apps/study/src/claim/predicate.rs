//! Conditions of claims: a small algebra over measures. Predicates are data, so that tests can synthesize results that
//! support, refute and leave open each of them.

use super::measure::{Measure, median, spread};

/// Condition under which a claim holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// A measure is on one side of a threshold.
    Bar(Bar),
    /// A measure is between two numbers, ends included.
    Within {
        /// Measure.
        measure: Measure,
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// A figure has this value in every trial. Nothing about it is random, so it is never undecided once all
    /// trials are there.
    Exactly {
        /// The case's name.
        case: String,
        /// The figure's name.
        number: String,
        /// The value.
        value: f64,
    },
    /// All of these hold.
    All(Vec<Predicate>),
    /// One of these holds.
    Any(Vec<Predicate>),
}

/// A measure on one side of a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Measure.
    pub measure: Measure,
    /// Claimed side.
    pub side: Side,
    /// Threshold.
    pub bar: f64,
}

/// A side of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Greater or equal.
    AtLeast,
    /// Greater.
    Above,
    /// Less or equal.
    AtMost,
    /// Less.
    Below,
}

impl Measure {
    /// Claims at least this threshold.
    pub fn at_least(self, bar: f64) -> Predicate {
        Predicate::Bar(Bar::new(self, Side::AtLeast, bar))
    }

    /// Claims at most this threshold.
    pub fn at_most(self, bar: f64) -> Predicate {
        Predicate::Bar(Bar::new(self, Side::AtMost, bar))
    }

    /// Claims more than this threshold.
    pub fn above(self, bar: f64) -> Predicate {
        Predicate::Bar(Bar::new(self, Side::Above, bar))
    }

    /// Claims less than this threshold.
    pub fn below(self, bar: f64) -> Predicate {
        Predicate::Bar(Bar::new(self, Side::Below, bar))
    }

    /// Claims a value between these, ends included.
    pub fn within(self, low: f64, high: f64) -> Predicate {
        Predicate::Within {
            measure: self,
            low,
            high,
        }
    }
}

impl Bar {
    pub(super) fn new(measure: Measure, side: Side, bar: f64) -> Self {
        Self { measure, side, bar }
    }
}

impl Side {
    /// Checks that a value is on this side.
    pub fn has(self, value: f64, bar: f64) -> bool {
        match self {
            Self::AtLeast => value >= bar,
            Self::Above => value > bar,
            Self::AtMost => value <= bar,
            Self::Below => value < bar,
        }
    }

    /// True for the upper side.
    pub fn is_upper(self) -> bool {
        matches!(self, Self::AtLeast | Self::Above)
    }
}

/// The median of a figure is at least this threshold.
pub fn at_least(case: &str, number: &str, bar: f64) -> Predicate {
    median(case, number).at_least(bar)
}

/// The median of a figure is above this threshold.
pub fn above(case: &str, number: &str, bar: f64) -> Predicate {
    median(case, number).above(bar)
}

/// The median of a figure is at most this threshold.
pub fn at_most(case: &str, number: &str, bar: f64) -> Predicate {
    median(case, number).at_most(bar)
}

/// The median of a figure is below this threshold.
pub fn below(case: &str, number: &str, bar: f64) -> Predicate {
    median(case, number).below(bar)
}

/// The median of a figure is no further than this from a target.
pub fn within(case: &str, number: &str, target: f64, tolerance: f64) -> Predicate {
    median(case, number).within(target - tolerance, target + tolerance)
}

/// The first case has the higher median.
pub fn higher(a: &str, b: &str, number: &str) -> Predicate {
    median(a, number).minus(median(b, number)).above(0.0)
}

/// The first case has the lower median.
pub fn lower(a: &str, b: &str, number: &str) -> Predicate {
    median(a, number).minus(median(b, number)).below(0.0)
}

/// The medians of two cases are no further apart than this.
pub fn close(a: &str, b: &str, number: &str, tolerance: f64) -> Predicate {
    median(a, number)
        .minus(median(b, number))
        .within(-tolerance, tolerance)
}

/// The ratio of the first case's median to the second's is at most this threshold.
pub fn ratio_at_most(a: &str, b: &str, number: &str, bar: f64) -> Predicate {
    median(a, number).over(median(b, number)).at_most(bar)
}

/// The ratio of the first case's median to the second's is at least this threshold.
pub fn ratio_at_least(a: &str, b: &str, number: &str, bar: f64) -> Predicate {
    median(a, number).over(median(b, number)).at_least(bar)
}

/// The first case's interquartile range is below the second's.
pub fn lower_variance(a: &str, b: &str, number: &str) -> Predicate {
    spread(a, number).over(spread(b, number)).below(1.0)
}

/// The case has the highest median of all these; it may be named among them.
pub fn best_of<'a>(
    case: &str,
    among: impl IntoIterator<Item = &'a str>,
    number: &str,
) -> Predicate {
    let others = among.into_iter().filter(|other| *other != case);
    let best = Measure::largest(others.map(|other| median(other, number)));
    median(case, number).minus(best).above(0.0)
}

/// The case has the lowest median of all these; it may be named among them.
pub fn least_of<'a>(
    case: &str,
    among: impl IntoIterator<Item = &'a str>,
    number: &str,
) -> Predicate {
    let others = among.into_iter().filter(|other| *other != case);
    let least = Measure::smallest(others.map(|other| median(other, number)));
    median(case, number).minus(least).below(0.0)
}

/// The medians of these cases fall from the first to the last.
pub fn ordered<'a>(cases: impl IntoIterator<Item = &'a str>, number: &str) -> Predicate {
    let cases: Vec<&str> = cases.into_iter().collect();
    all(cases
        .windows(2)
        .map(|pair| higher(pair[0], pair[1], number)))
}

/// The figure has this value in every trial, to the bit.
pub fn exactly(case: &str, number: &str, value: f64) -> Predicate {
    Predicate::Exactly {
        case: case.to_owned(),
        number: number.to_owned(),
        value,
    }
}

/// All of these hold.
pub fn all(of: impl IntoIterator<Item = Predicate>) -> Predicate {
    Predicate::All(of.into_iter().collect())
}

/// One of these holds.
pub fn any(of: impl IntoIterator<Item = Predicate>) -> Predicate {
    Predicate::Any(of.into_iter().collect())
}

impl Predicate {
    /// Measures it compares, each once.
    pub fn measures(&self) -> Vec<Measure> {
        let mut found: Vec<Measure> = Vec::new();
        for leaf in self.leaves() {
            let measure = match leaf {
                Self::Bar(bar) => bar.measure.clone(),
                Self::Within { measure, .. } => measure.clone(),
                Self::Exactly { case, number, .. } => median(case, number),
                Self::All(_) | Self::Any(_) => continue,
            };
            if !found.contains(&measure) {
                found.push(measure);
            }
        }
        found
    }

    /// Cases and figures it needs, each once.
    pub fn figures(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for measure in self.measures() {
            for part in measure.parts() {
                if let Measure::Trials { case, number, .. } = part {
                    let figure = (case.clone(), number.clone());
                    if !found.contains(&figure) {
                        found.push(figure);
                    }
                }
            }
        }
        found
    }

    /// Comparisons it consists of.
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().flat_map(Self::leaves).collect(),
            leaf => vec![leaf],
        }
    }
}
