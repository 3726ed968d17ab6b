//! Conditions of claims: a small algebra over measures. Predicates are data, so that tests can synthesize results that
//! support, refute and leave open each of them.

use crate::bar::Bar;
use crate::measure::{Measure, median};

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

/// What is held against a bar: a measure by its interval, or what is observed in the trials.
pub trait Against: Sized {
    /// Claims this side of a bar.
    fn against(self, side: Side, bar: Bar) -> Predicate;

    /// Claims at least this bar.
    fn at_least(self, bar: impl Into<Bar>) -> Predicate {
        self.against(Side::AtLeast, bar.into())
    }

    /// Claims at most this bar.
    fn at_most(self, bar: impl Into<Bar>) -> Predicate {
        self.against(Side::AtMost, bar.into())
    }

    /// Claims more than this bar.
    fn above(self, bar: impl Into<Bar>) -> Predicate {
        self.against(Side::Above, bar.into())
    }

    /// Claims less than this bar.
    fn below(self, bar: impl Into<Bar>) -> Predicate {
        self.against(Side::Below, bar.into())
    }

    /// Claims more than 0, as of a difference.
    fn positive(self) -> Predicate {
        self.against(Side::Above, Bar::sign(0.0))
    }

    /// Claims less than 0, as of a difference.
    fn negative(self) -> Predicate {
        self.against(Side::Below, Bar::sign(0.0))
    }
}

impl Against for InTrials {
    fn against(self, side: Side, bar: Bar) -> Predicate {
        let Self { which, measure } = self;
        Predicate::Observed {
            which,
            measure,
            side,
            bar,
        }
    }
}

impl Against for Measure {
    fn against(self, side: Side, bar: Bar) -> Predicate {
        Predicate::Threshold {
            measure: self,
            side,
            bar,
        }
    }
}

impl InTrials {
    /// Claims this value, to the bit.
    pub fn equal(self, bar: impl Into<Bar>) -> Predicate {
        self.against(Side::Equal, bar.into())
    }
}

impl Measure {
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
