//! Conditions of claims: a small algebra over measures. Predicates are data, so that tests can synthesize results that
//! support, refute and leave open each of them.

use super::bar::{Bar, Whose};
use super::measure::{Measure, deviation, median};

/// Condition under which a claim holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// A measure is on one side of a bar: decided by its 95 % interval.
    Threshold {
        /// Measure.
        measure: Measure,
        /// Claimed side.
        side: Side,
        /// Bar.
        bar: Bar,
    },
    /// A measure is between two numbers, ends included: an equivalence test. It holds if the 95 % interval lies inside, which
    /// is two one-sided tests at 2.5 % each, and does not if it lies outside.
    Within {
        /// Measure.
        measure: Measure,
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
        /// Upper end, and whose both are.
        bar: Bar,
    },
    /// A measure of a single trial is on one side of a bar in so many trials: decided by what was observed.
    Observed {
        /// In which trials.
        which: Which,
        /// Measure of a trial, see [`figure`](super::figure).
        measure: Measure,
        /// Claimed side.
        side: Side,
        /// Bar.
        bar: Bar,
    },
    /// A measure is ahead of each of some rivals. Each pair is tested, with Holm's (1979) correction: it holds if ahead of
    /// all, does not if one rival is clearly ahead.
    Best {
        /// The measure that is claimed to be ahead.
        leader: Measure,
        /// Its rivals.
        rivals: Vec<Measure>,
        /// Whether more is better.
        more: bool,
    },
    /// A report's value of a single run is a likely draw from our trials: it lies in the 95 % interval for one more of them.
    Likely {
        /// The case's name.
        case: String,
        /// The figure's name.
        number: String,
        /// The report's value.
        bar: Bar,
    },
    /// All of these hold.
    All(Vec<Predicate>),
    /// One of these holds.
    Any(Vec<Predicate>),
}

/// In which trials something is observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// In every trial.
    Every,
    /// In at least one.
    Some,
    /// In none.
    No,
}

/// A side of a bar.
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
    /// Equal to the bit.
    Equal,
}

/// A measure of single trials and in which of them something is claimed of it.
#[derive(Clone, Debug, PartialEq)]
pub struct InTrials {
    which: Which,
    measure: Measure,
}

/// In every trial, the measure is …
pub fn in_every_trial(measure: Measure) -> InTrials {
    InTrials {
        which: Which::Every,
        measure,
    }
}

/// In at least one trial, the measure is …
pub fn in_some_trial(measure: Measure) -> InTrials {
    InTrials {
        which: Which::Some,
        measure,
    }
}

/// In no trial, the measure is …
pub fn in_no_trial(measure: Measure) -> InTrials {
    InTrials {
        which: Which::No,
        measure,
    }
}

impl InTrials {
    fn is(self, side: Side, bar: Bar) -> Predicate {
        let Self { which, measure } = self;
        Predicate::Observed {
            which,
            measure,
            side,
            bar,
        }
    }

    /// … at least this.
    pub fn at_least(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::AtLeast, bar.into())
    }

    /// … above this.
    pub fn above(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::Above, bar.into())
    }

    /// … at most this.
    pub fn at_most(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::AtMost, bar.into())
    }

    /// … below this.
    pub fn below(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::Below, bar.into())
    }

    /// … above 0.
    pub fn positive(self) -> Predicate {
        self.is(Side::Above, Bar::sign(0.0))
    }

    /// … below 0.
    pub fn negative(self) -> Predicate {
        self.is(Side::Below, Bar::sign(0.0))
    }

    /// … this, to the bit.
    pub fn equal(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::Equal, bar.into())
    }
}

impl Measure {
    fn is(self, side: Side, bar: Bar) -> Predicate {
        Predicate::Threshold {
            measure: self,
            side,
            bar,
        }
    }

    /// Claims at least this bar.
    pub fn at_least(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::AtLeast, bar.into())
    }

    /// Claims at most this bar.
    pub fn at_most(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::AtMost, bar.into())
    }

    /// Claims more than this bar.
    pub fn above(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::Above, bar.into())
    }

    /// Claims less than this bar.
    pub fn below(self, bar: impl Into<Bar>) -> Predicate {
        self.is(Side::Below, bar.into())
    }

    /// Claims more than 0, as of a difference.
    pub fn positive(self) -> Predicate {
        self.is(Side::Above, Bar::sign(0.0))
    }

    /// Claims less than 0, as of a difference.
    pub fn negative(self) -> Predicate {
        self.is(Side::Below, Bar::sign(0.0))
    }

    /// Claims a value between these, ends included; the bar is the upper end.
    pub fn within(self, low: f64, high: impl Into<Bar>) -> Predicate {
        let bar = high.into();
        Predicate::Within {
            measure: self,
            low,
            high: bar.value,
            bar,
        }
    }

    /// Claims a value no further than this margin from a target.
    pub fn near(self, target: f64, margin: impl Into<Bar>) -> Predicate {
        let bar = margin.into();
        Predicate::Within {
            measure: self,
            low: target - bar.value,
            high: target + bar.value,
            bar,
        }
    }

    /// Claims more than each of these.
    pub fn ahead_of(self, rivals: impl IntoIterator<Item = Self>) -> Predicate {
        let rivals = rivals.into_iter().collect();
        Predicate::Best {
            leader: self,
            rivals,
            more: true,
        }
    }

    /// Claims less than each of these.
    pub fn under(self, rivals: impl IntoIterator<Item = Self>) -> Predicate {
        let rivals = rivals.into_iter().collect();
        Predicate::Best {
            leader: self,
            rivals,
            more: false,
        }
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
            Self::Equal => value == bar,
        }
    }

    /// True for the upper side.
    pub fn is_upper(self) -> bool {
        matches!(self, Self::AtLeast | Self::Above)
    }
}

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
        .is(Side::Below, Bar::sign(1.0))
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

impl Predicate {
    /// Measures it compares, each once.
    pub fn measures(&self) -> Vec<Measure> {
        let mut found: Vec<Measure> = Vec::new();
        for leaf in self.leaves() {
            let measures = match leaf {
                Self::Threshold { measure, .. }
                | Self::Within { measure, .. }
                | Self::Observed { measure, .. } => vec![measure.clone()],
                Self::Best { leader, rivals, .. } => rivals
                    .iter()
                    .map(|rival| leader.clone().minus(rival.clone()))
                    .collect(),
                Self::Likely { case, number, .. } => vec![median(case, number)],
                Self::All(_) | Self::Any(_) => continue,
            };
            for measure in measures {
                if !found.contains(&measure) {
                    found.push(measure);
                }
            }
        }
        found
    }

    /// Bars it is held against, each once, without those that are no choice.
    pub fn bars(&self) -> Vec<&Bar> {
        let mut found = Vec::new();
        for leaf in self.leaves() {
            if let Self::Threshold { bar, .. }
            | Self::Within { bar, .. }
            | Self::Observed { bar, .. }
            | Self::Likely { bar, .. } = leaf
                && bar.whose != Whose::Sign
                && !found.contains(&bar)
            {
                found.push(bar);
            }
        }
        found
    }

    /// Checks that it is decided by what was observed, so that nothing but missing trials leaves it open.
    pub fn is_observed(&self) -> bool {
        match self {
            Self::Observed { .. } | Self::Likely { .. } => true,
            Self::Threshold { measure, .. } | Self::Within { measure, .. } => measure.is_observed(),
            Self::Best { .. } => false,
            Self::All(of) | Self::Any(of) => of.iter().all(Self::is_observed),
        }
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
