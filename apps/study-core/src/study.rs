//! Studies: declarations of cases, figures and claims.

use claims::outcome::Outcome;
use claims::{Claim, Finding, Question};
use datasets::Task;
use experiment::AppError;

use crate::context::Context;
use crate::figure_spec::Drawn;
use crate::setup::Setup;

/// An experiment of the reports: cases, trials, figures and claims.
pub struct Study {
    /// Name in `study list`, and of its folder.
    pub name: &'static str,
    /// Its source file below the project's root, as the registry fills it in; empty of a study from a file of settings.
    pub source: &'static str,
    /// Letters of the reports it is from: `"A"`, or `"C, E"`.
    pub reports: &'static str,
    /// Finding, in a sentence without a full stop.
    pub shows: &'static str,
    /// Required data sets.
    pub data: Vec<&'static str>,
    /// Time of a full run on two cores, in minutes.
    pub minutes: f64,
    /// Number of trials per case.
    pub trials: usize,
    /// Compared cases.
    pub cases: Vec<Case>,
    /// The figures.
    pub drawn: Vec<Drawn>,
    /// Claims of the reports.
    pub claims: Vec<Claim>,
    /// Questions, answered without a verdict.
    pub questions: Vec<Question>,
    /// Findings worth knowing, for the front page of the results.
    pub findings: Vec<Finding>,
    /// What is trained, in words, where the networks of a case are chosen from many and the settings of one would mislead.
    pub chosen: Option<&'static str>,
    /// Inconsistencies of the reports, and definitions of their own that are used here, a sentence each.
    pub notes: Vec<&'static str>,
}

/// One configuration of a study.
pub struct Case {
    /// Name, unique in the study.
    pub name: String,
    /// Factors that distinguish it: names and values, for heat maps and tables.
    pub factors: Vec<(String, String)>,
    /// Work of a trial.
    pub work: Work,
    /// Number of trials, if not the study's.
    pub trials: Option<usize>,
    /// Not random: one trial decides.
    pub deterministic: bool,
    /// Training of a custom case, for the record.
    pub trains: Option<Box<Setup>>,
    /// What is added to the outcome of a plain training.
    pub then: Option<Then>,
    /// Whether its trials go together with those of the same number of other cases.
    pub pairs: Pairs,
}

/// Whether trials of the same number of two cases go together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pairs {
    /// If their settings give them the same data or split in the same trial.
    #[default]
    AsSet,
    /// With those of all cases that say the same.
    With(String),
    /// With none.
    Alone,
}

/// Work of a trial.
pub enum Work {
    /// A plain training with the usual metrics.
    Train(Box<Setup>),
    /// Anything else.
    Own(fn(&Context<'_>) -> Result<Outcome, AppError>),
}

/// Adds to what a plain training came to.
pub type Then = fn(&Context<'_>, Outcome) -> Result<Outcome, AppError>;

impl Study {
    /// Creates a study of 5 trials without cases.
    pub fn new(name: &'static str, reports: &'static str, shows: &'static str) -> Self {
        Self {
            name,
            source: "",
            reports,
            shows,
            data: Vec::new(),
            minutes: 1.0,
            trials: 5,
            cases: Vec::new(),
            drawn: Vec::new(),
            claims: Vec::new(),
            questions: Vec::new(),
            findings: Vec::new(),
            chosen: None,
            notes: Vec::new(),
        }
    }

    /// Adds a required data set.
    pub fn data(mut self, name: &'static str) -> Self {
        self.data.push(name);
        self
    }

    /// Sets the time of a full run on two cores.
    pub fn minutes(mut self, minutes: f64) -> Self {
        self.minutes = minutes;
        self
    }

    /// Number of trials per case.
    pub fn trials(mut self, trials: usize) -> Self {
        self.trials = trials;
        self
    }

    /// Says what is trained where the networks of a case are chosen from many: pages show it in place of settings.
    pub fn chosen(mut self, what: &'static str) -> Self {
        self.chosen = Some(what);
        self
    }

    /// Adds a case.
    pub fn case(mut self, case: Case) -> Self {
        self.cases.push(case);
        self
    }

    /// Adds cases.
    pub fn cases(mut self, cases: impl IntoIterator<Item = Case>) -> Self {
        self.cases.extend(cases);
        self
    }

    /// Adds a figure.
    pub fn draw(mut self, figure: impl Into<Drawn>) -> Self {
        self.drawn.push(figure.into());
        self
    }

    /// Adds a finding worth knowing.
    pub fn finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    /// Adds a claim.
    pub fn claim(mut self, claim: Claim) -> Self {
        self.claims.push(claim);
        self
    }

    /// Adds a question.
    pub fn question(mut self, question: Question) -> Self {
        self.questions.push(question);
        self
    }

    /// Adds what several studies share.
    pub fn with(self, shared: impl FnOnce(Self) -> Self) -> Self {
        shared(self)
    }

    /// Adds a note: a sentence that ends in a full stop.
    pub fn note(mut self, note: &'static str) -> Self {
        self.notes.push(note);
        self
    }

    /// Names of the data sets it needs, each once: those it declares, or else those of its cases' settings, with the task
    /// they are for.
    pub fn data_names(&self) -> Vec<(&str, Option<Task>)> {
        let mut found: Vec<(&str, Option<Task>)> =
            self.data.iter().map(|name| (*name, None)).collect();
        for case in self.cases.iter().filter(|_| self.data.is_empty()) {
            if let Some(setup) = case.training() {
                let needed = (setup.data_name(), Some(setup.experiment.kind().task()));
                if !found.contains(&needed) {
                    found.push(needed);
                }
            }
        }
        found
    }

    /// The case of a name.
    pub fn find(&self, case: &str) -> Option<&Case> {
        self.cases.iter().find(|c| c.name == case)
    }

    /// Number of trials of a case: `--trials`, else its own number, else the study's; in a quick run at most
    /// two, and one if it is not random.
    pub fn trials_of(&self, case: &Case, asked: Option<usize>, quick: bool) -> usize {
        let usual = match case.deterministic {
            true => 1,
            false => asked.or(case.trials).unwrap_or(self.trials),
        };
        if quick {
            usual.min(crate::quick::TRIALS)
        } else {
            usual
        }
    }
}

impl Case {
    /// Creates a case that is a plain training.
    pub fn train(name: impl Into<String>, setup: Setup) -> Self {
        Self::of(name.into(), Work::Train(Box::new(setup)))
    }

    /// Creates a custom case.
    pub fn own(
        name: impl Into<String>,
        work: fn(&Context<'_>) -> Result<Outcome, AppError>,
    ) -> Self {
        Self::of(name.into(), Work::Own(work))
    }

    fn of(name: String, work: Work) -> Self {
        Self {
            name,
            factors: Vec::new(),
            work,
            trials: None,
            deterministic: false,
            trains: None,
            then: None,
            pairs: Pairs::AsSet,
        }
    }

    /// Adds to what a plain training comes to, in each trial.
    ///
    /// # Panics
    /// If the case has work of its own, which can do that itself.
    #[track_caller]
    pub fn then(mut self, add: Then) -> Self {
        let is_plain = matches!(self.work, Work::Train(_));
        assert!(is_plain, "{:?} is no plain training", self.name);
        self.then = Some(add);
        self
    }

    /// Declares the training of a custom case: it stands in the report, and results of other settings are refused.
    pub fn trains(mut self, setup: &Setup) -> Self {
        self.trains = Some(Box::new(setup.clone()));
        self
    }

    /// Adds a factor.
    pub fn factor(mut self, name: &str, value: impl ToString) -> Self {
        self.factors.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets the number of trials, instead of the study's.
    pub fn trials(mut self, trials: usize) -> Self {
        self.trials = Some(trials);
        self
    }

    /// Marks the case as not random: run once, and decided by its one value.
    pub fn deterministic(mut self) -> Self {
        self.deterministic = true;
        self
    }

    /// Says that trials of the same number share data or splits with those of other cases of the same key: comparisons
    /// are then made within trials. Only needed where settings do not say it.
    pub fn paired(mut self, key: impl Into<String>) -> Self {
        self.pairs = Pairs::With(key.into());
        self
    }

    /// Says that its trials share nothing with those of other cases.
    pub fn independent(mut self) -> Self {
        self.pairs = Pairs::Alone;
        self
    }

    /// The key of the cases that its trials go together with; `None` if with none. By default those on the same made data
    /// or on the same split of real data, where trials have data or splits of their own.
    pub fn pairing(&self) -> Option<String> {
        match &self.pairs {
            Pairs::With(key) => Some(key.clone()),
            Pairs::Alone => None,
            Pairs::AsSet => self
                .training()
                .filter(|setup| setup.differs_per_trial())
                .map(|setup| setup.data_name().to_owned()),
        }
    }

    /// The value of a factor.
    pub fn value(&self, factor: &str) -> Option<&str> {
        let found = self.factors.iter().find(|(name, _)| name == factor);
        found.map(|(_, value)| value.as_str())
    }

    /// Its training; of a custom case the one that it declares.
    pub fn training(&self) -> Option<&Setup> {
        match &self.work {
            Work::Train(setup) => Some(setup),
            Work::Own(_) => self.trains.as_deref(),
        }
    }

    /// Maximum number of epochs; `None` if it does not train.
    pub fn epochs(&self) -> Option<u64> {
        self.training()
            .map(|setup| setup.experiment.training.epochs)
    }

    /// Settings in parts: of a case with work of its own its declared training, and its factors.
    pub fn words(&self) -> Vec<String> {
        let mut words = self.training().map_or_else(Vec::new, Setup::words);
        if matches!(self.work, Work::Own(_)) || self.then.is_some() {
            words.extend(self.factors.iter().map(|(n, v)| format!("{n} {v}")));
        }
        words
    }

    /// Settings on one line: a folder continues only with the same.
    pub fn settings(&self) -> String {
        let mut text: Vec<String> = self
            .factors
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        text.extend(self.training().map(Setup::settings));
        if self.deterministic {
            text.push("deterministic".to_owned());
        }
        text.join("; ")
    }
}
