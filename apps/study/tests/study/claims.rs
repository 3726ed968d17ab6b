//! Every claim of every study can come to every verdict, and holds for nothing that is missing.

use records::Number;
use study::claim::{Claim, Predicate, Verdict, evaluate};
use study::outcome::Outcome;
use study::registry;
use study::results::{Results, Trial};
use study::study::Study;

/// Every claim, with results that support it.
fn each_claim(mut check: impl FnMut(&Study, &Claim, Results)) {
    for study in registry::all() {
        for claim in &study.claims {
            let supported = made_up(&study, claim, Verdict::Holds)
                .unwrap_or_else(|| panic!("{}: nothing supports \"{}\"", study.name, claim.text));
            check(&study, claim, supported);
        }
    }
}

fn made_up(study: &Study, claim: &Claim, verdict: Verdict) -> Option<Results> {
    let deterministic = |case: &str| study.find(case).is_some_and(|c| c.deterministic);
    let found = claim.predicate.synthesize(verdict, &deterministic)?;
    assert_eq!(evaluate(&claim.predicate, &found).verdict, verdict);
    Some(found)
}

#[test]
fn results_support_refute_and_leave_open() {
    each_claim(|study, claim, supported| {
        let at = format!("{}: \"{}\"", study.name, claim.text);
        assert!(
            made_up(study, claim, Verdict::DoesNotHold).is_some(),
            "nothing refutes {at}"
        );
        let chance = supported.cases.values().any(|case| !case.deterministic)
            && claim
                .predicate
                .leaves()
                .iter()
                .any(|leaf| !matches!(leaf, Predicate::Exactly { .. }));
        let open = made_up(study, claim, Verdict::Undecided);
        assert_eq!(open.is_some(), chance, "can {at} be left open?");
    });
}

#[test]
fn nothing_missing_makes_a_claim_hold() {
    each_claim(|study, claim, supported| {
        let at = format!("{}: \"{}\"", study.name, claim.text);
        let any_of = matches!(claim.predicate, Predicate::Any(_));
        for (case, number) in claim.predicate.figures() {
            if number == study::results::SECONDS {
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
                let found = evaluate(&claim.predicate, &results);
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
        let nothing = evaluate(&claim.predicate, &Results::default());
        assert_eq!(nothing.verdict, Verdict::Undecided, "{at}");
    });
}
