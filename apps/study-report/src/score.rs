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
        let verb = |count: usize, one: &'static str, more: &'static str| match count {
            1 => one,
            _ => more,
        };
        let mut text = format!(
            "{} of {} claims hold, {} {}, {} {}",
            self.hold,
            self.all(),
            self.fail,
            verb(self.fail, "does not hold", "do not hold"),
            self.undecided,
            verb(self.undecided, "is undecided", "are undecided"),
        );
        if self.not_evaluated > 0 {
            let were = verb(self.not_evaluated, "was not", "were not");
            text.push_str(&format!(", {} {were} evaluated", self.not_evaluated));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_verbs() {
        let score = |hold, fail, undecided, not_evaluated| Score {
            hold,
            fail,
            undecided,
            not_evaluated,
        };
        assert_eq!(
            score(3, 1, 1, 1).in_words(),
            "3 of 6 claims hold, 1 does not hold, 1 is undecided, 1 was not evaluated"
        );
        assert_eq!(
            score(1, 0, 2, 0).in_words(),
            "1 of 3 claims hold, 0 do not hold, 2 are undecided"
        );
    }
}
