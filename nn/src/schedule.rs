//! How the learning rate goes over a run.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::optim::StateError;

/// A course of the learning rate. Formulas are those of `torch.optim.lr_scheduler`.
///
/// As text ([`FromStr`]): the spelling that stands at each variant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Schedule {
    /// `constant`: it stays.
    #[default]
    Constant,
    /// `step:K,G`: times G every K epochs.
    Step {
        /// K, at least 1.
        every: u64,
        /// G, above 0.
        factor: f64,
    },
    /// `exponential:G`: times G every epoch.
    Exponential {
        /// G, above 0.
        factor: f64,
    },
    /// `cosine`: half a cosine over all epochs, towards a last value that the epoch after the last would have
    /// (Loshchilov and Hutter 2017). `cosine:E` ends at the rate E instead of 0.
    Cosine {
        /// The rate at the end, at least 0.
        end: f64,
    },
    /// `one-cycle`: a step at a time, from a 25th of the rate up to it over the first 0.3 of all steps, then down to a
    /// 250 000th, both along half a cosine (Smith and Topin 2019). Momentum is left alone.
    OneCycle,
    /// `plateau:K,G`: times G when the loss on the validation rows, or on the training rows where there are no others,
    /// has not fallen below 0.9999 of its least for more than K epochs. K more are then waited for.
    Plateau {
        /// K.
        patience: u64,
        /// G, above 0 and below 1.
        factor: f64,
    },
}

/// Position of a step in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The epoch, from 0.
    pub epoch: u64,
    /// The step within it, from 0.
    pub step: u64,
    /// Steps an epoch.
    pub steps_per_epoch: u64,
    /// Epochs in all. Only schedules that [depend on it](Schedule::depends_on_total) read it.
    pub epochs: u64,
}

/// What warming up starts from, as a share of the rate.
const WARMUP_START: f64 = 0.1;

impl Schedule {
    /// The spellings that can be parsed.
    pub const SPELLINGS: [&'static str; 6] = [
        "constant",
        "step:K,G",
        "exponential:G",
        "cosine",
        "one-cycle",
        "plateau:K,G",
    ];

    /// Checks whether the rates of the first epochs depend on how many there are in all. A run with such a schedule cannot be
    /// made longer afterwards.
    pub fn depends_on_total(self) -> bool {
        matches!(self, Self::Cosine { .. } | Self::OneCycle)
    }

    /// The learning rate of a step, where `lr` is the rate that the schedule scales, and `plateau` what became of it so
    /// far under [`Schedule::Plateau`].
    ///
    /// The first `warmup` epochs rise step by step, on a line from a tenth of the rate to where the schedule starts
    /// (`LinearLR` with a start factor of 0.1); the schedule has the epochs after them.
    pub fn rate(self, lr: f64, warmup: u64, at: Position, plateau: &Plateau) -> f64 {
        let per_epoch = at.steps_per_epoch.max(1);
        let Some(epoch) = at.epoch.checked_sub(warmup) else {
            let share = steps(at.epoch, per_epoch, at.step) / steps(warmup, per_epoch, 0);
            let start = self.after_warmup(lr, 0, at, warmup, plateau);
            return start * (WARMUP_START + (1.0 - WARMUP_START) * share);
        };
        self.after_warmup(lr, epoch, at, warmup, plateau)
    }

    /// The rate `epoch` epochs after warming up.
    fn after_warmup(
        self,
        lr: f64,
        epoch: u64,
        at: Position,
        warmup: u64,
        plateau: &Plateau,
    ) -> f64 {
        let epochs = at.epochs.saturating_sub(warmup).max(1);
        match self {
            Self::Constant => lr,
            Self::Step { every, factor } => {
                assert!(every > 0, "Schedule::Step: a factor every 0 epochs");
                lr * power(factor, epoch / every)
            }
            Self::Exponential { factor } => lr * power(factor, epoch),
            Self::Cosine { end } => along_cosine(lr, end, epoch as f64 / epochs as f64),
            Self::OneCycle => {
                let per_epoch = at.steps_per_epoch.max(1);
                // While warming up this is the start of the cycle.
                let step = if at.epoch < warmup { 0 } else { at.step };
                one_cycle(
                    lr,
                    steps(epoch, per_epoch, step),
                    steps(epochs, per_epoch, 0),
                )
            }
            Self::Plateau { factor, .. } => lr * power(factor, plateau.reductions),
        }
    }
}

/// The number of steps in so many epochs and `more`. In 128 bits, so that no number of epochs is too large.
fn steps(epochs: u64, per_epoch: u64, more: u64) -> f64 {
    (u128::from(epochs) * u128::from(per_epoch) + u128::from(more)) as f64
}

/// `factor` to the power of a whole number.
fn power(factor: f64, exponent: u64) -> f64 {
    factor.powf(exponent as f64)
}

/// From `start` to `end` along half a cosine, `share` of the way.
fn along_cosine(start: f64, end: f64, share: f64) -> f64 {
    end + 0.5 * (start - end) * (1.0 + (PI * share.min(1.0)).cos())
}

/// `OneCycleLR` with its defaults, at `step` of `steps`.
fn one_cycle(highest: f64, step: f64, steps: f64) -> f64 {
    let first = highest / 25.0;
    let last = first / 1e4;
    let (top, end) = (0.3 * steps - 1.0, steps - 1.0);
    if step <= top {
        along_cosine(first, highest, step / top)
    } else {
        along_cosine(highest, last, (step - top) / (end - top))
    }
}

/// State of [`Schedule::Plateau`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    /// The least loss.
    #[serde(with = "crate::bits")]
    best: f64,
    /// Epochs since it was reached or the rate was last reduced.
    waited: u64,
    /// How many times the rate was reduced.
    reductions: u64,
}

impl Default for Plateau {
    /// Nothing seen yet.
    fn default() -> Self {
        Self {
            best: f64::INFINITY,
            waited: 0,
            reductions: 0,
        }
    }
}

impl Plateau {
    /// Takes an epoch's loss in (PyTorch's `ReduceLROnPlateau` with its defaults, but for `eps`: rates go on falling
    /// below 10⁻⁸). NaN is no progress.
    pub fn observe(&mut self, loss: f64, patience: u64) {
        if loss < self.best * (1.0 - 1e-4) {
            (self.best, self.waited) = (loss, 0);
            return;
        }
        self.waited += 1;
        if self.waited > patience {
            self.reductions += 1;
            self.waited = 0;
        }
    }

    /// Refuses what no run comes to.
    pub(crate) fn check(&self) -> Result<(), StateError> {
        StateError::refuse_too_many("epochs without progress", self.waited)?;
        StateError::refuse_too_many("reductions of the rate", self.reductions)
    }

    /// Number of times that the rate was reduced.
    pub fn reductions(&self) -> u64 {
        self.reductions
    }
}

/// Text that names no schedule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// An unknown name.
    #[error("there is no schedule {0:?}; choose one of {list}", list = Schedule::SPELLINGS.join(" "))]
    Unknown(String),
    /// Numbers that are missing, too many, or out of range.
    #[error("the numbers of the schedule {text:?} cannot be used; write it as {spelling}, {range}")]
    Numbers {
        /// What was given.
        text: String,
        /// What should have been.
        spelling: &'static str,
        /// What the numbers may be.
        range: &'static str,
    },
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let (name, numbers) = match text.split_once(':') {
            Some((name, numbers)) => (name, numbers.split(',').collect()),
            None => (text, Vec::new()),
        };
        let whole = |s: &str| s.parse::<u64>().ok();
        let number = |s: &str| s.parse::<f64>().ok().filter(|x| x.is_finite());
        let factor = |s: &str| number(s).filter(|x| *x > 0.0);
        let (spelling, range, parsed) = match (name, numbers.as_slice()) {
            ("constant", given) => (
                "constant",
                "without numbers",
                given.is_empty().then_some(Self::Constant),
            ),
            ("step", given) => (
                "step:K,G",
                "K a number of epochs from 1 on and G a factor above 0",
                match given {
                    [k, g] => whole(k).filter(|k| *k > 0).zip(factor(g)),
                    _ => None,
                }
                .map(|(every, factor)| Self::Step { every, factor }),
            ),
            ("exponential", given) => (
                "exponential:G",
                "G a factor above 0",
                match given {
                    [g] => factor(g),
                    _ => None,
                }
                .map(|factor| Self::Exponential { factor }),
            ),
            ("cosine", given) => (
                "cosine or cosine:E",
                "E the last rate, at least 0",
                match given {
                    [] => Some(0.0),
                    [e] => number(e).filter(|e| *e >= 0.0),
                    _ => None,
                }
                .map(|end| Self::Cosine { end }),
            ),
            ("one-cycle", given) => (
                "one-cycle",
                "without numbers",
                given.is_empty().then_some(Self::OneCycle),
            ),
            ("plateau", given) => (
                "plateau:K,G",
                "K a number of epochs and G a factor above 0 and below 1",
                match given {
                    [k, g] => whole(k).zip(factor(g).filter(|g| *g < 1.0)),
                    _ => None,
                }
                .map(|(patience, factor)| Self::Plateau { patience, factor }),
            ),
            _ => return Err(ScheduleError::Unknown(text.to_owned())),
        };
        parsed.ok_or_else(|| ScheduleError::Numbers {
            text: text.to_owned(),
            spelling,
            range,
        })
    }
}

/// The text that parses back to it.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => f.write_str("constant"),
            Self::Step { every, factor } => write!(f, "step:{every},{factor}"),
            Self::Exponential { factor } => write!(f, "exponential:{factor}"),
            Self::Cosine { end: 0.0 } => f.write_str("cosine"),
            Self::Cosine { end } => write!(f, "cosine:{end}"),
            Self::OneCycle => f.write_str("one-cycle"),
            Self::Plateau { patience, factor } => write!(f, "plateau:{patience},{factor}"),
        }
    }
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
