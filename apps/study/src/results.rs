//! The trials of a study that are there, by case.

use std::collections::BTreeMap;

use crate::outcome::Outcome;

/// The trials of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Those of each case, by its name.
    pub cases: BTreeMap<String, CaseResults>,
}

/// The trials of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseResults {
    /// Whether nothing in it is drawn at random.
    pub deterministic: bool,
    /// A place for each trial that there should be; empty where it is missing.
    pub trials: Vec<Option<Trial>>,
}

/// A trial that was done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    /// What it left.
    pub outcome: Outcome,
    /// How long its training steps took, or its work where it is none.
    pub seconds: f64,
}

/// The name under which the time of a trial can be asked for like a figure.
pub const SECONDS: &str = "seconds";

impl Trial {
    /// A figure of it, if it is there and defined.
    pub fn get(&self, number: &str) -> Option<f64> {
        match number {
            SECONDS => Some(self.seconds),
            name => self.outcome.get(name),
        }
    }
}

impl CaseResults {
    /// The trials that are there.
    pub fn done(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().flatten()
    }

    /// The figures of the trials that have it.
    pub fn known(&self, number: &str) -> Vec<f64> {
        self.done().filter_map(|trial| trial.get(number)).collect()
    }
}

impl Results {
    /// The case of a name.
    pub fn case(&self, name: &str) -> Option<&CaseResults> {
        self.cases.get(name)
    }

    /// A figure of every trial of a case.
    ///
    /// # Errors
    /// What is missing, in words: only all trials together are an answer.
    pub fn all(&self, case: &str, number: &str) -> Result<Vec<f64>, String> {
        let found = self
            .case(case)
            .ok_or_else(|| format!("no trials of {case}"))?;
        let due = found.trials.len();
        let done = found.done().count();
        if done < due || due == 0 {
            return Err(format!("{done} of {due} trials of {case}"));
        }
        let known = found.known(number);
        if known.len() < due {
            let lacking = due - known.len();
            return Err(format!(
                "{lacking} of {due} trials of {case} have no {number}"
            ));
        }
        Ok(known)
    }
}
