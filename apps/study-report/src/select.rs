//! Selection of the cases and trials that a figure shows.

use claims::results::{CaseResults, Results, Trial};

use study_core::study::{Case, Study};

/// Cases of these names with finished trials; no names stand for all.
pub(crate) fn cases<'a>(
    study: &'a Study,
    results: &'a Results,
    names: &[String],
) -> Vec<(&'a Case, &'a CaseResults)> {
    let wanted = |case: &&Case| names.is_empty() || names.contains(&case.name);
    study
        .cases
        .iter()
        .filter(wanted)
        .filter_map(|case| Some((case, results.case(&case.name)?)))
        .filter(|(_, results)| results.done().next().is_some())
        .collect()
}

/// Metrics that rank trials; `true` where higher is better.
const BY: [(&str, bool); 4] = [
    ("test_accuracy", true),
    ("test_mse_true", false),
    ("test_mse", false),
    ("test_loss", false),
];

/// Trials of a case from worst to best, with their numbers. Those without the metric come first.
fn ranked(case: &CaseResults) -> (Vec<(usize, &Trial)>, &'static str) {
    let known = BY.iter().find(|(name, _)| !case.known(name).is_empty());
    let (name, more) = known.copied().unwrap_or(("", true));
    let value = |trial: &Trial| {
        let worst = f64::NEG_INFINITY;
        let value = trial.get(name).map_or(worst, |x| if more { x } else { -x });
        if value.is_nan() { worst } else { value }
    };
    let mut trials: Vec<(usize, &Trial)> = case
        .trials
        .iter()
        .enumerate()
        .filter_map(|(i, trial)| Some((i, trial.as_ref()?)))
        .collect();
    trials.sort_by(|a, b| value(a.1).total_cmp(&value(b.1)));
    (trials, name)
}

/// The median and the worst trial with labels: `median trial: test accuracy 0.98`.
pub(crate) fn median_and_worst(case: &CaseResults) -> Vec<(String, &Trial)> {
    let (trials, name) = ranked(case);
    let words = |which: &str, trial: &Trial| match trial.get(name) {
        Some(x) => format!(
            "{which} trial: {} {}",
            crate::names::words(name),
            report::significant(x)
        ),
        None => format!("{which} trial"),
    };
    match trials.as_slice() {
        [] => Vec::new(),
        [(_, only)] => vec![(words("only", only), only)],
        trials => {
            let (_, median) = trials[(trials.len() - 1) / 2];
            let (_, worst) = trials[0];
            vec![
                (words("median", median), median),
                (words("worst", worst), worst),
            ]
        }
    }
}

/// The first finished trial.
pub(crate) fn first<'a>(results: &'a Results, case: &str) -> Option<&'a Trial> {
    results.case(case)?.done().next()
}

/// The values of a factor, in the order of the cases.
pub(crate) fn values_of<'a>(cases: &[(&'a Case, &CaseResults)], factor: &str) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for (case, _) in cases {
        if let Some(value) = case.value(factor)
            && !found.contains(&value)
        {
            found.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use claims::outcome::Outcome;

    #[test]
    fn the_worst_trial_is_the_worst_by_its_metric() {
        let case = |name: &str, values: &[f64]| CaseResults {
            deterministic: false,
            paired: None,
            trials: values
                .iter()
                .map(|x| {
                    Some(Trial {
                        outcome: Outcome::new().number(name, *x),
                        seconds: 0.0,
                    })
                })
                .chain([None])
                .collect(),
        };
        let words = |case: &CaseResults| -> Vec<String> {
            median_and_worst(case).into_iter().map(|(w, _)| w).collect()
        };
        assert_eq!(
            words(&case("test_accuracy", &[0.9, 0.5, 1.0])),
            [
                "median trial: test accuracy 0.9000",
                "worst trial: test accuracy 0.5000"
            ]
        );
        assert_eq!(
            words(&case("test_mse", &[0.5, f64::NAN, 0.25])),
            ["median trial: test MSE 0.5000", "worst trial"]
        );
    }
}
