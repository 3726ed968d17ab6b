//! What a study is: a declaration of cases, figures and claims.

use experiment::AppError;

use crate::claim::{Claim, Question};
use crate::context::Context;
use crate::figure_spec::FigureSpec;
use crate::outcome::Outcome;
use crate::setup::Setup;

/// An experiment of the reports: what is done, how often, what is drawn of it, and what is claimed.
pub struct Study {
    /// Its name in `study list`, and that of its folder.
    pub name: &'static str,
    /// The reports it is from: `"A"`, or `"C, E"`.
    pub reports: &'static str,
    /// What it shows, in a sentence without a full stop.
    pub shows: &'static str,
    /// The data sets it needs.
    pub data: Vec<&'static str>,
    /// What a full run takes on two cores, in minutes.
    pub minutes: f64,
    /// How often each case is repeated.
    pub trials: usize,
    /// What is compared.
    pub cases: Vec<Case>,
    /// The figures.
    pub drawn: Vec<FigureSpec>,
    /// What the reports claim.
    pub claims: Vec<Claim>,
    /// What is asked and answered without a verdict.
    pub questions: Vec<Question>,
    /// Inconsistencies of the reports, and definitions of their own that are used here, a sentence each.
    pub notes: Vec<&'static str>,
}

/// What work of its own trains.
#[derive(Clone, Debug)]
pub enum Trains {
    /// A plain training.
    Setup(Box<Setup>),
    /// Something else: its words, its command line, say, and its epochs.
    Words(String, u64),
}

/// One configuration of a study.
pub struct Case {
    /// Its name, unique in the study.
    pub name: String,
    /// What distinguishes it: names and values, for heat maps and tables.
    pub factors: Vec<(String, String)>,
    /// What a trial of it does.
    pub work: Work,
    /// How often it is repeated, where that is not the study's number.
    pub trials: Option<usize>,
    /// Nothing in it is drawn at random: one trial says everything.
    pub deterministic: bool,
    /// What work of its own trains, for the record.
    pub trains: Option<Trains>,
}

/// What a trial does.
pub enum Work {
    /// A plain training, judged in the usual ways.
    Train(Box<Setup>),
    /// Anything else.
    Own(fn(&Context<'_>) -> Result<Outcome, AppError>),
}

impl Study {
    /// A study of 5 trials without cases.
    pub fn new(name: &'static str, reports: &'static str, shows: &'static str) -> Self {
        Self {
            name,
            reports,
            shows,
            data: Vec::new(),
            minutes: 1.0,
            trials: 5,
            cases: Vec::new(),
            drawn: Vec::new(),
            claims: Vec::new(),
            questions: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// With another data set that it needs.
    pub fn data(mut self, name: &'static str) -> Self {
        self.data.push(name);
        self
    }

    /// What a full run takes on two cores.
    pub fn minutes(mut self, minutes: f64) -> Self {
        self.minutes = minutes;
        self
    }

    /// How often each case is repeated.
    pub fn trials(mut self, trials: usize) -> Self {
        self.trials = trials;
        self
    }

    /// With another case.
    pub fn case(mut self, case: Case) -> Self {
        self.cases.push(case);
        self
    }

    /// With more cases.
    pub fn cases(mut self, cases: impl IntoIterator<Item = Case>) -> Self {
        self.cases.extend(cases);
        self
    }

    /// With another figure.
    pub fn draw(mut self, figure: FigureSpec) -> Self {
        self.drawn.push(figure);
        self
    }

    /// With another claim.
    pub fn claim(mut self, claim: Claim) -> Self {
        self.claims.push(claim);
        self
    }

    /// With another open question.
    pub fn question(mut self, question: Question) -> Self {
        self.questions.push(question);
        self
    }

    /// Adds what several studies share.
    pub fn with(self, shared: impl FnOnce(Self) -> Self) -> Self {
        shared(self)
    }

    /// With another note: a sentence that ends in a full stop.
    pub fn note(mut self, note: &'static str) -> Self {
        self.notes.push(note);
        self
    }

    /// The case of a name.
    pub fn find(&self, case: &str) -> Option<&Case> {
        self.cases.iter().find(|c| c.name == case)
    }

    /// How often a case is repeated: as it says itself, else as `--trials` says, else as the study does; in the quick
    /// form at most twice.
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
    /// A case that is a plain training.
    pub fn train(name: impl Into<String>, setup: Setup) -> Self {
        Self::of(name.into(), Work::Train(Box::new(setup)))
    }

    /// A case of any other kind.
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
        }
    }

    /// Says what work of its own trains: it then stands in the report, and results of another setting are refused.
    pub fn trains(mut self, setup: &Setup) -> Self {
        self.trains = Some(Trains::Setup(Box::new(setup.clone())));
        self
    }

    /// As [`trains`](Self::trains), of what is no setting of a plain training.
    pub fn trains_by(mut self, words: impl Into<String>, epochs: u64) -> Self {
        self.trains = Some(Trains::Words(words.into(), epochs));
        self
    }

    /// With another factor.
    pub fn factor(mut self, name: &str, value: impl ToString) -> Self {
        self.factors.push((name.to_owned(), value.to_string()));
        self
    }

    /// Repeated so often, whatever the study's number is.
    pub fn trials(mut self, trials: usize) -> Self {
        self.trials = Some(trials);
        self
    }

    /// Without chance: run once, and decided by its one value.
    pub fn deterministic(mut self) -> Self {
        self.deterministic = true;
        self
    }

    /// The value of a factor.
    pub fn value(&self, factor: &str) -> Option<&str> {
        let found = self.factors.iter().find(|(name, _)| name == factor);
        found.map(|(_, value)| value.as_str())
    }

    /// The most epochs that it trains for; `None` if it does not train.
    pub fn epochs(&self) -> Option<u64> {
        match (&self.work, &self.trains) {
            (Work::Train(setup), _) | (_, Some(Trains::Setup(setup))) => {
                Some(setup.experiment.training.epochs)
            }
            (_, Some(Trains::Words(_, epochs))) => Some(*epochs),
            _ => None,
        }
    }

    /// Its setting, in parts: of work of its own what it says to train, and its factors.
    pub fn words(&self) -> Vec<String> {
        let own = |trains: &Option<Trains>| match trains {
            Some(Trains::Setup(setup)) => setup.words(),
            Some(Trains::Words(words, _)) => vec![words.clone()],
            None => Vec::new(),
        };
        match &self.work {
            Work::Train(setup) => setup.words(),
            Work::Own(_) => {
                let factors = self.factors.iter().map(|(n, v)| format!("{n} {v}"));
                own(&self.trains).into_iter().chain(factors).collect()
            }
        }
    }

    /// What defines it, on one line: what a folder has to have been begun with to be gone on with.
    pub fn settings(&self) -> String {
        let mut text: Vec<String> = self
            .factors
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        match &self.work {
            Work::Train(setup) => text.push(setup.settings()),
            Work::Own(_) => text.extend(self.trains.as_ref().map(|trains| match trains {
                Trains::Setup(setup) => setup.settings(),
                Trains::Words(words, _) => words.clone(),
            })),
        }
        if self.deterministic {
            text.push("deterministic".to_owned());
        }
        text.join("; ")
    }
}
