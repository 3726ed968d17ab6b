//! Counts of claims by verdict.

use claims::Verdict;

use crate::rows::{Finding, Row};

/// Claims of a report, or of all, by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) hold: usize,
    pub(crate) fail: usize,
    pub(crate) undecided: usize,
    pub(crate) not_evaluated: usize,
}

impl Score {
    /// Counts rows; questions are no claims.
    pub(crate) fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut score = Self::default();
        for row in rows.into_iter().filter(|row| !row.asks) {
            match &row.finding {
                Finding::Evaluated(found) => match found.verdict {
                    Verdict::Holds => score.hold += 1,
                    Verdict::DoesNotHold => score.fail += 1,
                    Verdict::Undecided => score.undecided += 1,
                },
                Finding::Open => {}
                Finding::Quick | Finding::NotRun => score.not_evaluated += 1,
            }
        }
        score
    }

    pub(crate) fn all(self) -> usize {
        self.hold + self.fail + self.undecided + self.not_evaluated
    }

    /// The counts as a clause.
    pub(crate) fn in_words(self) -> String {
        let mut text = format!(
            "{} of {} claims hold, {} do not hold, {} are undecided",
            self.hold,
            self.all(),
            self.fail,
            self.undecided
        );
        if self.not_evaluated > 0 {
            text.push_str(&format!(", {} were not evaluated", self.not_evaluated));
        }
        text
    }
}
