//! Every claim of every study can come to every verdict, and holds for nothing that is missing.

use claims::outcome::Outcome;
use claims::results::{Results, Trial};
use claims::{Claim, Predicate, Verdict, evaluate};
use records::Number;
use study::registry;
use study_core::study::Study;

/// Every predicate of every claim, with results that support it.
fn each_predicate(mut check: impl FnMut(&Study, &str, &Predicate, Results)) {
    for study in registry::all() {
        for claim in &study.claims {
            for predicate in claim.predicates() {
                let at = format!("{}: \"{}\"", study.name, claim.sentence);
                let supported = made_up(&study, predicate, Verdict::Holds)
                    .unwrap_or_else(|| panic!("nothing supports {at}: {predicate:?}"));
                check(&study, &at, predicate, supported);
            }
        }
    }
}

fn made_up(study: &Study, predicate: &Predicate, verdict: Verdict) -> Option<Results> {
    let deterministic = |case: &str| study.find(case).is_some_and(|c| c.deterministic);
    let found = predicate.synthesize(verdict, &deterministic)?;
    assert_eq!(evaluate(predicate, &found).verdict, verdict);
    Some(found)
}

#[test]
fn results_support_refute_and_leave_open() {
    each_predicate(|study, at, predicate, supported| {
        assert!(
            made_up(study, predicate, Verdict::DoesNotHold).is_some(),
            "nothing refutes {at}"
        );
        let chance = supported.cases.values().any(|case| !case.deterministic)
            && predicate.leaves().iter().any(|leaf| !leaf.is_observed());
        let open = made_up(study, predicate, Verdict::Undecided);
        assert_eq!(
            open.is_some(),
            chance,
            "can {at} be left open? {predicate:?}"
        );
    });
}

#[test]
fn nothing_missing_makes_a_claim_hold() {
    each_predicate(|_, at, predicate, supported| {
        let any_of = matches!(predicate, Predicate::Any(_));
        for (case, number) in predicate.figures() {
            if number == claims::results::SECONDS {
                continue;
            }
            let changed = |change: &dyn Fn(&mut Option<Trial>)| {
                let mut results = supported.clone();
                let trials = results.cases.get_mut(&case).map(|c| &mut c.trials);
                change(&mut trials.expect("the claim is about it")[0]);
                results
            };
            let missing = changed(&|trial| *trial = None);
            let numbers = |trial: &mut Option<Trial>, change: &dyn Fn(&mut Outcome)| {
                change(&mut trial.as_mut().expect("it was made up").outcome);
            };
            let undefined = changed(&|trial| {
                numbers(trial, &|o| {
                    o.numbers.insert(number.clone(), Number(f64::NAN));
                });
            });
            let absent = changed(&|trial| {
                numbers(trial, &|o| {
                    o.numbers.remove(&number);
                });
            });
            for results in [missing, undefined, absent] {
                let found = evaluate(predicate, &results);
                assert_ne!(
                    found.verdict,
                    Verdict::Holds,
                    "{at} without {number} of {case}"
                );
                assert!(
                    any_of || found.missing.is_some(),
                    "{at} says what is missing"
                );
            }
        }
        let nothing = evaluate(predicate, &Results::default());
        assert_eq!(nothing.verdict, Verdict::Undecided, "{at}");
    });
}

#[test]
fn every_claim_has_its_place_and_its_readings() {
    for study in registry::all() {
        for claim in &study.claims {
            let at = format!("{}: \"{}\"", study.name, claim.sentence);
            let report = study_report::reports::find(claim.report);
            let report = report.unwrap_or_else(|| panic!("{at}: no report {}", claim.report));
            assert!(
                report.position(claim.place).is_some(),
                "{at}: no place {:?}",
                claim.place
            );
            assert!(
                claim.allowed().count() > 0,
                "{at}: no reading that the report allows"
            );
            let named = |claim: &Claim| claim.readings.iter().all(|r| !r.name.is_empty());
            assert!(
                claim.readings.len() == 1 || named(claim),
                "{at}: readings without names"
            );
        }
        for question in &study.questions {
            let report = study_report::reports::find(question.report);
            let place = report.and_then(|r| r.position(question.place));
            assert!(place.is_some(), "{}: \"{}\"", study.name, question.text);
        }
    }
}

#[test]
fn every_report_stands_for_a_few_statements() {
    let studies = registry::all();
    for report in &study_report::reports::ALL {
        let claims = studies.iter().flat_map(|study| &study.claims);
        let main = claims.filter(|claim| claim.is_main && claim.report == report.letter);
        let count = main.count();
        assert!((5..=10).contains(&count), "{}: {count}", report.letter);
    }
}

#[test]
fn figures_are_placed_in_the_outlines() {
    for study in registry::all() {
        for (letter, place) in study.drawn.iter().flat_map(|drawn| &drawn.places) {
            let report = study_report::reports::find(letter);
            assert!(
                report.is_some_and(|r| r.position(place).is_some()),
                "{}: {letter} {place}",
                study.name
            );
        }
    }
}
