//! Claims, questions and findings as a study declares them.

use crate::evaluate::{Evaluation, Verdict, evaluate};
use crate::measure::Measure;
use crate::predicate::Predicate;
use crate::results::Results;

/// A claim of a report: a row of the results.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Letter of the report.
    pub report: &'static str,
    /// Its place there, as the report's outline names it: `Fig. 3`. Empty if it is not said yet.
    pub place: &'static str,
    /// What it claims, as a sentence without a full stop.
    pub sentence: String,
    /// Figure of the report, or its words where it gives none.
    pub claimed: String,
    /// Its readings, at least one.
    pub readings: Vec<Reading>,
    /// Why it does not hold, as far as runs under other settings can tell.
    pub why: Vec<Why>,
    /// Why it does not hold, in words, without a full stop.
    pub because: Option<String>,
    /// One of the few statements that the report stands for: the front page of the results has its verdict.
    pub is_main: bool,
}

/// A reading of a claim: settings under which it is tested.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its settings, in a few words; empty where the report leaves nothing open.
    pub name: String,
    /// Condition under which it holds.
    pub predicate: Predicate,
    /// Whether the report allows it; readings of ours stand below the row and decide nothing.
    pub allowed: bool,
}

/// Why a claim does not hold: what is found under another setting. It is shown with its own verdict and figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// The setting, in words.
    pub setting: String,
    /// What is tested under it.
    pub predicate: Predicate,
}

/// The verdict on a claim and on its readings.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimEvaluation {
    /// The row's verdict.
    pub verdict: Verdict,
    /// The name of the first allowed reading under which it holds.
    pub under: Option<String>,
    /// Its place among the readings.
    pub deciding: Option<usize>,
    /// The evaluation of each reading, in their order.
    pub readings: Vec<Evaluation>,
}

impl Claim {
    /// Creates a claim of a report, at a place of its outline; readings are added with [`reading`](Self::reading), or a
    /// single one with [`holds_if`](Self::holds_if).
    pub fn at(
        report: &'static str,
        place: &'static str,
        sentence: impl Into<String>,
        claimed: impl Into<String>,
    ) -> Self {
        Self {
            report,
            place,
            sentence: sentence.into(),
            claimed: claimed.into(),
            readings: Vec::new(),
            why: Vec::new(),
            because: None,
            is_main: false,
        }
    }

    /// Marks it as one of the few statements that the report stands for.
    pub fn main(mut self) -> Self {
        self.is_main = true;
        self
    }

    /// Adds the only reading.
    pub fn holds_if(self, predicate: Predicate) -> Self {
        self.reading("", predicate)
    }

    /// Adds a reading that the report allows, with its settings in a few words.
    pub fn reading(mut self, name: impl Into<String>, predicate: Predicate) -> Self {
        let name = name.into();
        self.readings.push(Reading {
            name,
            predicate,
            allowed: true,
        });
        self
    }

    /// Adds readings that the report allows.
    pub fn readings<N: Into<String>>(self, of: impl IntoIterator<Item = (N, Predicate)>) -> Self {
        of.into_iter().fold(self, |claim, (name, predicate)| {
            claim.reading(name, predicate)
        })
    }

    /// Adds a reading of ours, which the report does not allow: it is shown and decides nothing.
    pub fn beside(mut self, name: impl Into<String>, predicate: Predicate) -> Self {
        let name = name.into();
        self.readings.push(Reading {
            name,
            predicate,
            allowed: false,
        });
        self
    }

    /// Names another setting and what is tested under it; shown only if the claim does not hold.
    pub fn why_under(mut self, setting: impl Into<String>, predicate: Predicate) -> Self {
        self.why.push(Why {
            setting: setting.into(),
            predicate,
        });
        self
    }

    /// Says in words why it does not hold; shown only if it does not.
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.because = Some(why.into());
        self
    }

    /// Readings that the report allows.
    pub fn allowed(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| reading.allowed)
    }

    /// All its predicates, those of [`why_under`](Self::why_under) included.
    pub fn predicates(&self) -> Vec<&Predicate> {
        let why = self.why.iter().map(|why| &why.predicate);
        self.readings
            .iter()
            .map(|reading| &reading.predicate)
            .chain(why)
            .collect()
    }

    /// Evaluates its readings, and the claim by those that the report allows.
    pub fn evaluate(&self, results: &Results) -> ClaimEvaluation {
        let readings: Vec<Evaluation> = self
            .readings
            .iter()
            .map(|r| evaluate(&r.predicate, results))
            .collect();
        let allowed = || {
            let both = self.readings.iter().zip(&readings).enumerate();
            both.filter(|(_, (reading, _))| reading.allowed)
        };
        let holding = allowed().find(|(_, (_, e))| e.verdict == Verdict::Holds);
        let verdict = match holding {
            Some(_) => Verdict::Holds,
            None if allowed().count() > 0
                && allowed().all(|(_, (_, e))| e.verdict == Verdict::DoesNotHold) =>
            {
                Verdict::DoesNotHold
            }
            None => Verdict::Undecided,
        };
        let under = holding
            .map(|(_, (reading, _))| reading.name.clone())
            .filter(|name| !name.is_empty());
        ClaimEvaluation {
            verdict,
            under,
            deciding: holding.map(|(place, _)| place),
            readings,
        }
    }
}

/// A question that measurements answer without a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Letter of the report.
    pub report: &'static str,
    /// Its place in the report's outline; empty if it is not said yet.
    pub place: &'static str,
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
            place: "",
            text: text.into(),
            asks: asks.into_iter().collect(),
        }
    }

    /// Places it in the report.
    pub fn at(mut self, place: &'static str) -> Self {
        self.place = place;
        self
    }
}

/// A finding worth knowing: a sentence for the front page, with figures from the trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its rank among all findings; the first ten stand on the front page.
    pub rank: u32,
    /// A sentence; `{}` stands for the value of a measure, in their order.
    pub text: String,
    /// Its figures.
    pub figures: Vec<Measure>,
}

impl Finding {
    /// Creates a finding.
    ///
    /// # Panics
    /// If there are not as many `{}` as measures.
    #[track_caller]
    pub fn new(
        rank: u32,
        text: impl Into<String>,
        figures: impl IntoIterator<Item = Measure>,
    ) -> Self {
        let (text, figures) = (text.into(), figures.into_iter().collect::<Vec<_>>());
        let places = text.matches("{}").count();
        assert_eq!(
            places,
            figures.len(),
            "{text:?} has {places} places for {} figures",
            figures.len()
        );
        Self {
            rank,
            text,
            figures,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bar::Bar;
    use crate::measure::median;
    use crate::outcome::Outcome;
    use crate::predicate::Against;
    use crate::results::{CaseResults, Trial};

    #[test]
    fn a_claim_holds_under_one_allowed_reading_and_never_by_one_of_ours() {
        let mut results = Results::default();
        for (name, value) in [("good", 1.0), ("bad", 0.0)] {
            let trial = Trial {
                outcome: Outcome::new().number("x", value),
                seconds: 0.0,
            };
            let case = CaseResults {
                deterministic: true,
                paired: None,
                trials: vec![Some(trial)],
            };
            results.cases.insert(name.to_owned(), case);
        }
        let claim = || Claim::at("A", "Fig. 1", "x is large", "large");
        let holds = |case: &str| median(case, "x").at_least(Bar::ours(0.5, "half"));
        let one = claim()
            .reading("bad data", holds("bad"))
            .reading("good data", holds("good"));
        let found = one.evaluate(&results);
        assert_eq!(
            (found.verdict, found.under.as_deref(), found.deciding),
            (Verdict::Holds, Some("good data"), Some(1))
        );
        let ours = claim()
            .reading("bad data", holds("bad"))
            .beside("good data", holds("good"));
        assert_eq!(ours.evaluate(&results).verdict, Verdict::DoesNotHold);
        let open = claim()
            .reading("bad data", holds("bad"))
            .reading("never run", holds("absent"));
        assert_eq!(open.evaluate(&results).verdict, Verdict::Undecided);
        let none = claim().beside("good data", holds("good"));
        assert_eq!(none.evaluate(&results).verdict, Verdict::Undecided);
    }
}
