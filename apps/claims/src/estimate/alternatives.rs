//! The largest or smallest in a measure, brought to its outside.

use crate::measure::Measure;

/// A measure as the largest or smallest of measures without any.
pub(crate) enum Alternatives {
    One(Measure),
    Largest(Vec<Alternatives>),
    Smallest(Vec<Alternatives>),
}

impl Alternatives {
    pub(super) fn leaves(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Largest(of) | Self::Smallest(of) => of.iter().map(Self::leaves).sum(),
        }
    }

    fn map(self, f: &dyn Fn(Measure) -> Self, turned: bool) -> Self {
        let all = |of: Vec<Self>| of.into_iter().map(|part| part.map(f, turned)).collect();
        match (self, turned) {
            (Self::One(measure), _) => f(measure),
            (Self::Largest(of), false) | (Self::Smallest(of), true) => Self::Largest(all(of)),
            (Self::Smallest(of), false) | (Self::Largest(of), true) => Self::Smallest(all(of)),
        }
    }
}

impl Measure {
    /// The measure as alternatives, if there is a largest or smallest in it: a difference of the largest is the largest
    /// of differences. Of ratios so only for positive numbers.
    pub(crate) fn alternatives(&self) -> Option<Alternatives> {
        self.has_alternatives().then(|| self.spread_out())
    }

    fn has_alternatives(&self) -> bool {
        match self {
            Self::Trials { .. } => false,
            Self::Difference(a, b) | Self::Ratio(a, b) => {
                a.has_alternatives() || b.has_alternatives()
            }
            Self::Largest(_) | Self::Smallest(_) => true,
        }
    }

    fn spread_out(&self) -> Alternatives {
        let all = |of: &[Self]| of.iter().map(Self::spread_out).collect();
        let pairs = |a: &Self, b: &Self, make: fn(Self, Self) -> Self| {
            let below = b.clone();
            a.spread_out().map(
                &move |a: Self| {
                    below
                        .spread_out()
                        .map(&|b: Self| Alternatives::One(make(a.clone(), b)), true)
                },
                false,
            )
        };
        match self {
            Self::Trials { .. } => Alternatives::One(self.clone()),
            Self::Largest(of) => Alternatives::Largest(all(of)),
            Self::Smallest(of) => Alternatives::Smallest(all(of)),
            Self::Difference(a, b) => pairs(a, b, Self::minus),
            Self::Ratio(a, b) => pairs(a, b, Self::over),
        }
    }
}
