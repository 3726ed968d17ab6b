//! Claims on the numbers of repeated trials, and their verdicts.
//!
//! A trial leaves an [`Outcome`](outcome::Outcome): numbers by name. All trials of a study are its
//! [`Results`](results::Results). A [`Measure`] is a statistic of them, the median accuracy of a case, say, or a ratio of
//! two, and [`estimate`] gives its value with a 95 % interval. A [`Predicate`] holds measures against a [`Bar`] or against
//! each other, and [`evaluate`] says whether it [`Holds`](Verdict::Holds), does not hold, or is undecided because the
//! interval lies on both sides.
//!
//! A [`Claim`] is one sentence or figure of a report. Where the report leaves its setting open, each [`Reading`] is run:
//! the claim holds if it holds under a reading that the report allows, does not hold if all of these fail, and is
//! undecided otherwise.
//!
//! ```
//! use claims::outcome::Outcome;
//! use claims::results::{CaseResults, Results, Trial};
//! use claims::{Claim, Verdict, higher};
//!
//! let mut results = Results::default();
//! for (case, accuracy) in [("adam", 0.97), ("sgd", 0.91)] {
//!     let trial = |t: i32| Trial { outcome: Outcome::new().number("accuracy", accuracy + 0.001 * f64::from(t)), seconds: 1.0 };
//!     let trials = (0..8).map(|t| Some(trial(t))).collect();
//!     results.cases.insert(case.to_owned(), CaseResults { trials, ..CaseResults::default() });
//! }
//! let claim = Claim::at("C", "Fig. 8", "Adam is ahead of gradient descent", "97 % against 91 %")
//!     .holds_if(higher("adam", "sgd", "accuracy"));
//! assert_eq!(claim.evaluate(&results).verdict, Verdict::Holds);
//! ```
//!
//! `interval.rs` says how intervals are made, and `coverage.rs` tests that they cover the truth as often as they promise.

mod bar;
mod claim;
#[cfg(test)]
mod coverage;
mod estimate;
mod evaluate;
mod interval;
mod measure;
pub mod outcome;
mod predicate;
pub mod results;
mod shorthand;
mod synthesize;

pub use bar::{Bar, Whose};
pub use claim::{Claim, ClaimEvaluation, Finding, Question, Reading, Why};
pub use estimate::{Estimate, estimate};
pub use evaluate::{Evaluation, Verdict, evaluate, prediction};
pub use measure::{Measure, Statistic, deviation, figure, maximum, median, minimum, spread};
pub use predicate::{
    Against, InTrials, Predicate, Side, Which, in_every_trial, in_no_trial, in_some_trial,
};
pub use shorthand::{
    above, all, any, at_least, at_most, below, best_of, exactly, higher, least_of, likely, lower,
    lower_variance, ordered, ratio_at_least, ratio_at_most, similar, similar_ratio, within,
};
