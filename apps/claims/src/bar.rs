//! Thresholds of claims, and whose they are.

use std::fmt;

/// A threshold or margin. A report's bar quotes the report; one of ours gives its reason, and cannot be made without:
///
/// ```
/// use claims::Bar;
///
/// let stated = Bar::of_report(0.9751, "97.51 % test accuracy");
/// let chosen = Bar::ours(0.03, "an error of 0.03 is a fiftieth of the range, and not seen in a figure");
/// assert!(stated.to_string().starts_with("the report's"));
/// ```
///
/// ```compile_fail
/// let bar = claims::Bar::ours(0.03);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its value; of a margin, the larger of its two ends.
    pub value: f64,
    /// Whose it is.
    pub whose: Whose,
}

/// Whose a bar is.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    /// The report states it, in these words.
    Report(String),
    /// It is ours, for this reason.
    Ours(String),
    /// No choice: 0 of a difference, 1 of a ratio.
    Sign,
}

impl Bar {
    /// A bar that the report states, with its words.
    ///
    /// # Panics
    /// If there are no words.
    #[track_caller]
    pub fn of_report(value: f64, words: impl Into<String>) -> Self {
        let words = words.into();
        assert!(
            !words.trim().is_empty(),
            "a report's bar of {value} quotes nothing"
        );
        Self {
            value,
            whose: Whose::Report(words),
        }
    }

    /// A bar of ours, with its reason.
    ///
    /// # Panics
    /// If there is no reason.
    #[track_caller]
    pub fn ours(value: f64, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        assert!(
            !reason.trim().is_empty(),
            "our bar of {value} has no reason"
        );
        Self {
            value,
            whose: Whose::Ours(reason),
        }
    }

    /// The value at which neither of two is ahead: 0 of a difference, 1 of a ratio.
    pub fn sign(value: f64) -> Self {
        Self {
            value,
            whose: Whose::Sign,
        }
    }
}

/// Tests of predicates need no reasons.
#[cfg(test)]
impl From<f64> for Bar {
    fn from(value: f64) -> Self {
        Self::ours(value, "a number of a test")
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.whose {
            Whose::Report(words) => write!(f, "the report's: {words}"),
            Whose::Ours(reason) => write!(f, "ours: {reason}"),
            Whose::Sign => f.write_str("the sign"),
        }
    }
}
