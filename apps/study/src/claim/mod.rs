//! Claims of the reports, as predicates over the results of single trials, and their verdicts.

mod evaluate;
mod measure;
mod predicate;
mod synthesize;

pub use evaluate::{Estimate, Evaluation, Verdict, estimate, evaluate};
pub use measure::{Measure, Statistic, iqm, maximum, median, minimum, spread};
pub use predicate::{
    Bar, Predicate, Side, above, all, any, at_least, at_most, below, best_of, close, exactly,
    higher, least_of, lower, lower_variance, ordered, ratio_at_least, ratio_at_most, within,
};

/// A claim of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Letter of the report.
    pub report: &'static str,
    /// Claim, as a sentence without a full stop.
    pub text: String,
    /// Figure of the report, or its words where it gives none.
    pub claimed: String,
    /// Condition under which it holds.
    pub predicate: Predicate,
}

impl Claim {
    /// Creates a claim.
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

/// A question that measurements answer without a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Letter of the report.
    pub report: &'static str,
    /// Question, as a sentence.
    pub text: String,
    /// Measures.
    pub asks: Vec<Measure>,
}

impl Question {
    /// Creates a question.
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
