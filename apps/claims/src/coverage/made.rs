//! Studies that are drawn, of laws whose truth is known.

use autograd::random::{Stream, unit};

use crate::outcome::Outcome;
use crate::results::{CaseResults, Results, Trial};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Law {
    Normal,
    Lognormal,
    Exponential,
}

/// A standard normal number (Box and Muller 1958).
pub(super) fn normal(rng: &mut Stream) -> f64 {
    let radius = (-2.0 * (1.0 - unit(rng)).ln()).sqrt();
    radius * (std::f64::consts::TAU * unit(rng)).cos()
}

pub(super) const LAWS: [Law; 3] = [Law::Normal, Law::Lognormal, Law::Exponential];

impl Law {
    pub(super) fn draw(self, z: f64) -> f64 {
        match self {
            Self::Normal => z,
            Self::Lognormal => z.exp(),
            // By the normal's tail probability, so that correlated normals give correlated values.
            Self::Exponential => -(0.5 * libm::erfc(z / std::f64::consts::SQRT_2)).ln(),
        }
    }

    pub(super) fn median(self) -> f64 {
        match self {
            Self::Normal => 0.0,
            Self::Lognormal => 1.0,
            Self::Exponential => std::f64::consts::LN_2,
        }
    }

    /// The third quartile minus the first.
    pub(super) fn spread(self) -> f64 {
        // The third quartile of the normal distribution.
        let z = 0.674_489_750_196_081_7_f64;
        match self {
            Self::Normal => 2.0 * z,
            Self::Lognormal => z.exp() - (-z).exp(),
            Self::Exponential => 3_f64.ln(),
        }
    }
}

/// The trials of cases `0`, `1`, … of this law, correlated between cases within a trial.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    law: Law,
    cases: usize,
    trials: usize,
    paired: bool,
    correlation: f64,
}

impl Made {
    pub(super) fn new(law: Law, trials: usize) -> Self {
        Self {
            law,
            cases: 2,
            trials,
            paired: false,
            correlation: 0.0,
        }
    }

    pub(super) fn paired(self, correlation: f64) -> Self {
        Self {
            paired: true,
            correlation,
            ..self
        }
    }

    pub(super) fn of(self, cases: usize) -> Self {
        Self { cases, ..self }
    }

    /// `shaped` makes a figure from case and value.
    pub(super) fn draw(self, rng: &mut Stream, shaped: &dyn Fn(usize, f64) -> f64) -> Results {
        let mut values = vec![Vec::new(); self.cases];
        for _ in 0..self.trials {
            let common = normal(rng);
            for (case, values) in values.iter_mut().enumerate() {
                let own = normal(rng);
                let z = self.correlation.sqrt() * common + (1.0 - self.correlation).sqrt() * own;
                values.push(shaped(case, self.law.draw(z)));
            }
        }
        let trial = |x: f64| {
            Some(Trial {
                outcome: Outcome::new().number("x", x),
                seconds: 0.0,
            })
        };
        let case = |values: Vec<f64>| CaseResults {
            deterministic: false,
            paired: self.paired.then(|| "data".to_owned()),
            trials: values.into_iter().map(trial).collect(),
        };
        let cases = values.into_iter().map(case).enumerate();
        Results {
            cases: cases.map(|(i, case)| (i.to_string(), case)).collect(),
        }
    }
}
