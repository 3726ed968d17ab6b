//! What the reports claim, as predicates over the results of single trials, and what becomes of it.

mod judge;
mod measure;
mod predicate;
mod synthesize;

pub use judge::{Estimate, Judged, Verdict, estimate, judge};
pub use measure::{Measure, Statistic, iqm, maximum, median, minimum, spread};
pub use predicate::{
    Bar, Predicate, Side, above, all, any, at_least, at_most, below, best_of, close, exactly,
    higher, least_of, lower, ordered, ratio_at_least, ratio_at_most, steadier, within,
};

/// Something that a report claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The report, by its letter.
    pub report: &'static str,
    /// What is claimed, as a sentence without a full stop.
    pub text: String,
    /// The figure that the report gives, or its words where it gives none.
    pub claimed: String,
    /// When it holds.
    pub predicate: Predicate,
}

impl Claim {
    /// A claim.
    pub fn new(
        report: &'static str,
        text: impl Into<String>,
        claimed: impl Into<String>,
        predicate: Predicate,
    ) -> Self {
        Self {
            report,
            text: text.into(),
            claimed: claimed.into(),
            predicate,
        }
    }
}

/// Something that is asked and answered by measuring, without a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The report, by its letter.
    pub report: &'static str,
    /// What is asked, as a sentence.
    pub text: String,
    /// What is measured.
    pub asks: Vec<Measure>,
}

impl Question {
    /// A question.
    pub fn new(
        report: &'static str,
        text: impl Into<String>,
        asks: impl IntoIterator<Item = Measure>,
    ) -> Self {
        Self {
            report,
            text: text.into(),
            asks: asks.into_iter().collect(),
        }
    }
}
