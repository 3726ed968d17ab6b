//! Finished trials of a study, by case.

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
    /// True if nothing in it is random.
    pub deterministic: bool,
    /// What its trials share with those of the same number of other cases, such as data or splits: cases of the same name
    /// here are paired. `None` if they share nothing.
    pub paired: Option<String>,
    /// A place for each declared trial; `None` where it is missing.
    pub trials: Vec<Option<Trial>>,
}

/// A finished trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    /// Outcome.
    pub outcome: Outcome,
    /// Time of its training steps in seconds, or of its work where it does not train.
    pub seconds: f64,
}

/// Name of a trial's time as a figure.
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
    /// Finished trials.
    pub fn done(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().flatten()
    }

    /// The figure of each trial that has it, with the trial's number.
    pub fn numbered(&self, number: &str) -> Vec<(usize, f64)> {
        let trials = self.trials.iter().enumerate();
        trials
            .filter_map(|(i, trial)| Some((i, trial.as_ref()?.get(number)?)))
            .collect()
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
    /// If trials are missing, in words: only all trials together are an answer.
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
