//! Measures: statistics of a figure over the trials of a case, and arithmetic with them.

use std::fmt;

use nn::metrics::Quartiles;

/// A number made of the trials of one or more cases.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// A statistic over the trials of a case.
    Trials {
        /// The case's name.
        case: String,
        /// The figure's name; `seconds` is the time.
        number: String,
        /// Statistic over the trials.
        by: Statistic,
    },
    /// The first minus the second.
    Difference(Box<Measure>, Box<Measure>),
    /// The first divided by the second.
    Ratio(Box<Measure>, Box<Measure>),
    /// The largest of some.
    Largest(Vec<Measure>),
    /// The smallest of some.
    Smallest(Vec<Measure>),
}

/// A statistic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The median.
    Median,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
    /// The standard deviation, with n - 1. There is an interval for the ratio of two, but none for a single one: that depends
    /// on the tails of the distribution, of which a few trials say too little.
    Deviation,
    /// The spread between the first and the third quartile.
    Spread,
}

impl Statistic {
    /// Its value; NaN without values.
    pub fn of(self, values: &[f64]) -> f64 {
        let found = match self {
            Self::Median => Quartiles::new(values).map(|q| q.median),
            Self::Deviation => deviation_of(values),
            Self::Spread => Quartiles::new(values).map(|q| q.q3 - q.q1),
            Self::Minimum => values.iter().copied().reduce(f64::min),
            Self::Maximum => values.iter().copied().reduce(f64::max),
        };
        found.unwrap_or(f64::NAN)
    }

    /// Checks that it says how far trials lie apart, and not where they lie.
    pub(crate) fn is_of_spread(self) -> bool {
        matches!(self, Self::Deviation | Self::Spread)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Median => "median",
            Self::Minimum => "smallest",
            Self::Maximum => "largest",
            Self::Deviation => "standard deviation",
            Self::Spread => "interquartile range",
        }
    }
}

/// The median of a figure over the trials of a case.
pub fn median(case: &str, number: &str) -> Measure {
    Measure::trials(case, number, Statistic::Median)
}

/// The smallest of a figure.
pub fn minimum(case: &str, number: &str) -> Measure {
    Measure::trials(case, number, Statistic::Minimum)
}

/// The largest of a figure.
pub fn maximum(case: &str, number: &str) -> Measure {
    Measure::trials(case, number, Statistic::Maximum)
}

/// The standard deviation of a figure over the trials of a case, for ratios; what a claim says of a single case is held
/// against its [`spread`].
pub fn deviation(case: &str, number: &str) -> Measure {
    Measure::trials(case, number, Statistic::Deviation)
}

/// The spread of a figure over the trials of a case: the third quartile minus the first, between which half of the trials
/// lie.
pub fn spread(case: &str, number: &str) -> Measure {
    Measure::trials(case, number, Statistic::Spread)
}

/// A figure of a single trial, for claims about every, some or no trial.
pub fn figure(case: &str, number: &str) -> Measure {
    // Of one trial, the median is its value.
    median(case, number)
}

fn deviation_of(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    (n > 1.0).then(|| (squares / (n - 1.0)).sqrt())
}

impl Measure {
    fn trials(case: &str, number: &str, by: Statistic) -> Self {
        Self::Trials {
            case: case.to_owned(),
            number: number.to_owned(),
            by,
        }
    }

    /// Subtracts another measure.
    pub fn minus(self, other: Self) -> Self {
        Self::Difference(Box::new(self), Box::new(other))
    }

    /// Divides by another measure.
    pub fn over(self, other: Self) -> Self {
        Self::Ratio(Box::new(self), Box::new(other))
    }

    /// The largest of some.
    pub fn largest(of: impl IntoIterator<Item = Self>) -> Self {
        Self::Largest(of.into_iter().collect())
    }

    /// The smallest of some.
    pub fn smallest(of: impl IntoIterator<Item = Self>) -> Self {
        Self::Smallest(of.into_iter().collect())
    }

    /// Computes the value; `values` returns the figures of a case's trials.
    pub fn value(&self, values: &dyn Fn(&str, &str) -> Vec<f64>) -> f64 {
        match self {
            Self::Trials { case, number, by } => by.of(&values(case, number)),
            Self::Difference(a, b) => a.value(values) - b.value(values),
            Self::Ratio(a, b) => a.value(values) / b.value(values),
            Self::Largest(of) => folded(of.iter().map(|m| m.value(values)), f64::max),
            Self::Smallest(of) => folded(of.iter().map(|m| m.value(values)), f64::min),
        }
    }

    /// Statistics it consists of, in order, each once.
    pub fn parts(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    /// Cases it is about, each once.
    pub fn cases(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for part in self.parts() {
            if let Self::Trials { case, .. } = part
                && !found.contains(&case.as_str())
            {
                found.push(case);
            }
        }
        found
    }

    /// Checks that it consists of smallest and largest trials, which are observed and not estimated.
    pub fn is_observed(&self) -> bool {
        let extreme = |part: &&Self| {
            matches!(
                part,
                Self::Trials {
                    by: Statistic::Minimum | Statistic::Maximum,
                    ..
                }
            )
        };
        let parts = self.parts();
        !parts.is_empty() && parts.iter().all(extreme)
    }

    /// The statistics that it adds up and their factors; `None` if it is no sum.
    pub(crate) fn terms(&self) -> Option<Vec<(f64, &Self)>> {
        match self {
            Self::Trials { .. } => Some(vec![(1.0, self)]),
            Self::Difference(a, b) => {
                let below = b.terms()?.into_iter().map(|(factor, m)| (-factor, m));
                Some(a.terms()?.into_iter().chain(below).collect())
            }
            _ => None,
        }
    }

    fn collect<'a>(&'a self, into: &mut Vec<&'a Self>) {
        match self {
            Self::Trials { .. } => {
                if !into.contains(&self) {
                    into.push(self);
                }
            }
            Self::Difference(a, b) | Self::Ratio(a, b) => {
                a.collect(into);
                b.collect(into);
            }
            Self::Largest(of) | Self::Smallest(of) => of.iter().for_each(|m| m.collect(into)),
        }
    }
}

/// Folds values; one NaN makes the result NaN.
fn folded(values: impl Iterator<Item = f64>, by: fn(f64, f64) -> f64) -> f64 {
    let either = |a: f64, b: f64| {
        if a.is_nan() || b.is_nan() {
            f64::NAN
        } else {
            by(a, b)
        }
    };
    values.reduce(either).unwrap_or(f64::NAN)
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, of: &[Self]| {
            for (i, measure) in of.iter().enumerate() {
                write!(f, "{}{measure}", if i == 0 { "" } else { ", " })?;
            }
            f.write_str(")")
        };
        match self {
            Self::Trials { case, number, by } => write!(f, "{} {number} of {case}", by.name()),
            Self::Difference(a, b) => write!(f, "{a} minus {b}"),
            Self::Ratio(a, b) => write!(f, "{a} over {b}"),
            Self::Largest(of) => f.write_str("the largest of (").and_then(|()| list(f, of)),
            Self::Smallest(of) => f.write_str("the smallest of (").and_then(|()| list(f, of)),
        }
    }
}
