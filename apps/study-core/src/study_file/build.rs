//! From the parts of a file to a study.

use experiment::AppError;
use settings::{Given, Kind, settle};

use super::{Factor, Head};
use crate::figure_spec::FigureSpec;
use crate::setup::Setup;
use crate::study::{Case, Study, Work};

/// The most cases of a file.
const MOST_CASES: usize = 1000;

/// What a study of one's own can have drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draw {
    /// Losses and accuracies over epochs, as mean and 95 % interval over trials.
    LearningCurves,
    /// The norm of each layer's gradient, over layers and over epochs.
    GradientNorms,
    /// The share of units that are 0 on all samples that are looked at, over epochs.
    DeadUnits,
    /// Box plots of test metrics over trials.
    Boxes,
    /// A confusion matrix of each case.
    Confusion,
    /// Medians, quartiles and intervals of test metrics.
    Table,
}

impl Draw {
    /// All of them.
    pub(super) const ALL: [Self; 6] = [
        Self::LearningCurves,
        Self::GradientNorms,
        Self::DeadUnits,
        Self::Boxes,
        Self::Confusion,
        Self::Table,
    ];

    /// What is drawn by default.
    pub(super) const USUAL: [Self; 3] = [Self::LearningCurves, Self::Boxes, Self::Table];

    /// Its name in a file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::LearningCurves => "learning-curves",
            Self::GradientNorms => "gradient-norms",
            Self::DeadUnits => "dead-units",
            Self::Boxes => "boxes",
            Self::Confusion => "confusion",
            Self::Table => "table",
        }
    }

    /// Whether layers have to be probed while they learn.
    fn looks_into_layers(self) -> bool {
        matches!(self, Self::GradientNorms | Self::DeadUnits)
    }
}

/// Every combination of factors, the last moving fastest.
pub(super) fn cases(
    head: &Head,
    base: &[Given],
    factors: &[Factor],
) -> Result<Vec<Case>, AppError> {
    let mut choices: Vec<Vec<(&Factor, &str)>> = vec![Vec::new()];
    for factor in factors {
        let mut longer = Vec::new();
        for choice in &choices {
            for value in &factor.values {
                let mut next = choice.clone();
                next.push((factor, value.as_str()));
                longer.push(next);
            }
        }
        choices = longer;
        if choices.len() > MOST_CASES {
            return Err(AppError::Failure(format!(
                "the factors of {} make more than {MOST_CASES} cases",
                head.name
            )));
        }
    }
    let looks = head.draw.iter().any(|draw| draw.looks_into_layers());
    let case = |choice: &Vec<(&Factor, &str)>| -> Result<Case, AppError> {
        let given = choice.iter().map(|(factor, value)| Given {
            key: factor.key,
            text: (*value).to_owned(),
            origin: factor.origin.clone(),
        });
        let given: Vec<Given> = base.iter().cloned().chain(given).collect();
        let setup = Setup::of(settle(head.kind, &given)?.experiment);
        let setup = if looks { setup.probes(1) } else { setup };
        let names: Vec<String> = choice
            .iter()
            .map(|(_, value)| value.replace(',', "-"))
            .collect();
        let name = if names.is_empty() {
            "one".to_owned()
        } else {
            names.join(", ")
        };
        let case = Case::train(name, setup);
        Ok(choice
            .iter()
            .fold(case, |case, (factor, value)| case.factor(factor.key, value)))
    };
    choices.iter().map(case).collect()
}

/// A text for the whole run of the program: a study from a file is read once.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// The study of these cases.
pub(super) fn study(head: Head, cases: Vec<Case>) -> Study {
    let mut setups = cases.iter().filter_map(|case| match &case.work {
        Work::Train(setup) => Some(setup),
        Work::Own(_) => None,
    });
    let validated = setups.any(|setup| setup.experiment().data.val_fraction > 0.0);
    let (measure, name) = match head.kind {
        Kind::Classification => ("accuracy", "accuracy"),
        _ => ("mse", "MSE"),
    };
    let names: Vec<String> = cases.iter().map(|case| case.name.clone()).collect();
    let mut study = Study::new(kept(head.name), "", kept(head.shows))
        .trials(head.trials)
        .cases(cases);
    let parts = |part: &str| format!("{part}_{measure}");
    for drawn in &head.draw {
        let specs: Vec<FigureSpec> = match drawn {
            Draw::LearningCurves => {
                let curve =
                    |title: String, series: &str| FigureSpec::curves(&title, [series]).means();
                let mut specs = vec![
                    curve("Training loss".to_owned(), "train_loss"),
                    curve(format!("Training {name}"), &parts("train")),
                ];
                if validated {
                    specs.push(curve("Validation loss".to_owned(), "validation_loss"));
                    specs.push(curve(format!("Validation {name}"), &parts("validation")));
                }
                specs
            }
            Draw::GradientNorms => {
                let all = FigureSpec::layers(
                    "Gradient norm per layer, first and last look",
                    "gradient_norm",
                );
                let each = per_layer(&names, "gradient norm", "gradient_norm");
                std::iter::once(all).chain(each).collect()
            }
            Draw::DeadUnits => per_layer(&names, "dead units", "dead"),
            Draw::Boxes => vec![FigureSpec::boxes(&format!("Test {name}"), &parts("test"))],
            Draw::Confusion => names
                .iter()
                .map(|case| FigureSpec::confusion(case))
                .collect(),
            Draw::Table => vec![FigureSpec::table(
                "Test set",
                [parts("test").as_str(), "test_loss", "epochs", "seconds"],
            )],
        };
        study = specs
            .into_iter()
            .fold(study, |study, spec| study.draw(spec));
    }
    study
}

/// A series of each layer over epochs, a figure per case.
fn per_layer(cases: &[String], title: &str, series: &str) -> Vec<FigureSpec> {
    let all = format!("{series}/*");
    let figure = |case: &String| {
        FigureSpec::curves(&format!("{case}: {title}"), [all.as_str()])
            .of([case.as_str()])
            .means()
    };
    cases.iter().map(figure).collect()
}
