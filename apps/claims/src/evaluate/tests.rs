use super::*;
use crate::outcome::Outcome;
use crate::results::{CaseResults, Trial};
use crate::{
    Against, Bar, all, any, best_of, higher, in_every_trial, in_no_trial, in_some_trial, likely,
    median, similar,
};

fn results(cases: &[(&str, &[f64])]) -> Results {
    let trial = |x: &f64| {
        Some(Trial {
            outcome: Outcome::new().number("x", *x),
            seconds: 0.0,
        })
    };
    let case = |values: &[f64]| CaseResults {
        deterministic: false,
        paired: Some("data".to_owned()),
        trials: values.iter().map(trial).collect(),
    };
    let cases = cases
        .iter()
        .map(|(name, values)| ((*name).to_owned(), case(values)));
    Results {
        cases: cases.collect(),
    }
}

fn verdict(predicate: &Predicate, results: &Results) -> Verdict {
    evaluate(predicate, results).verdict
}

/// Evenly spread about a centre.
fn about(centre: f64, spread: f64, n: usize) -> Vec<f64> {
    (0..n)
        .map(|i| centre + spread * (2.0 * i as f64 / (n - 1) as f64 - 1.0))
        .collect()
}

#[test]
fn pairs_show_what_spread_between_trials_hides() {
    let a = about(1.0, 0.5, 15);
    let b: Vec<f64> = a.iter().map(|x| x - 0.01).collect();
    let mut both = results(&[("a", &a), ("b", &b)]);
    assert_eq!(verdict(&higher("a", "b", "x"), &both), Verdict::Holds);
    for case in both.cases.values_mut() {
        case.paired = None;
    }
    let alone = evaluate(&higher("a", "b", "x"), &both);
    assert_eq!(alone.verdict, Verdict::Undecided);
    assert!(alone.needed.unwrap() > 1000.0, "{alone:?}");
}

#[test]
fn extremes_are_what_was_observed() {
    let found = results(&[("a", &[0.97, 0.98, 0.99])]);
    let of = || median("a", "x");
    let bar = |x| Bar::of_report(x, "said");
    assert_eq!(
        verdict(&in_every_trial(of()).at_least(bar(0.97)), &found),
        Verdict::Holds
    );
    assert_eq!(
        verdict(&in_every_trial(of()).above(bar(0.97)), &found),
        Verdict::DoesNotHold
    );
    assert_eq!(
        verdict(&in_some_trial(of()).at_least(bar(0.99)), &found),
        Verdict::Holds
    );
    assert_eq!(
        verdict(&in_some_trial(of()).above(bar(0.99)), &found),
        Verdict::DoesNotHold
    );
    assert_eq!(
        verdict(&in_no_trial(of()).above(bar(0.99)), &found),
        Verdict::Holds
    );
    let count = evaluate(&in_no_trial(of()).above(bar(0.97)), &found);
    assert_eq!(
        (count.verdict, count.observed),
        (Verdict::DoesNotHold, Some((2, 3)))
    );
}

#[test]
fn best_of_some_is_open_while_one_rival_is_close() {
    let leader = about(1.0, 0.1, 15);
    let close: Vec<f64> = about(0.999, 0.1, 15).into_iter().rev().collect();
    let names = ["a", "b", "c"];
    let of = |b: &[f64], c: &[f64]| {
        let found = results(&[("a", &leader), ("b", b), ("c", c)]);
        evaluate(&best_of("a", names, "x"), &found)
    };
    let (behind, ahead) = (about(0.5, 0.1, 15), about(2.0, 0.1, 15));
    assert_eq!(of(&behind, &behind).verdict, Verdict::Holds);
    let open = of(&close, &behind);
    assert_eq!(open.verdict, Verdict::Undecided);
    assert!(open.what_would_decide().is_some());
    // One clear rival decides, whatever the others do.
    assert_eq!(of(&close, &ahead).verdict, Verdict::DoesNotHold);
}

#[test]
fn similar_needs_a_narrow_interval_not_a_wide_one() {
    let margin = Bar::ours(0.1, "a tenth of the range");
    let of = |spread: f64, apart: f64| {
        let a = about(1.0, spread, 15);
        let b: Vec<f64> = about(1.0 + apart, spread, 15).into_iter().rev().collect();
        verdict(
            &similar("a", "b", "x", margin.clone()),
            &results(&[("a", &a), ("b", &b)]),
        )
    };
    assert_eq!(
        [of(0.05, 0.0), of(1.0, 0.0), of(0.05, 0.5)],
        [Verdict::Holds, Verdict::Undecided, Verdict::DoesNotHold]
    );
}

#[test]
fn a_single_run_is_held_against_the_spread_over_trials() {
    let at = |value| likely("a", "x", Bar::of_report(value, "one run"));
    let many = results(&[("a", &about(1.0, 0.5, 15))]);
    assert_eq!(verdict(&at(1.4), &many), Verdict::Holds);
    assert_eq!(verdict(&at(2.4), &many), Verdict::DoesNotHold);
    let few = evaluate(&at(1.0), &results(&[("a", &[1.0; 14])]));
    assert_eq!(
        few.missing.as_deref(),
        Some("14 of at least 15 trials of a")
    );
}

#[test]
fn what_is_open_says_how_many_trials_decide_it() {
    let spread = about(0.1, 1.0, 16);
    let found = evaluate(&median("a", "x").positive(), &results(&[("a", &spread)]));
    let needed = found.needed.unwrap();
    // Ends lie about half of the range out; ten times that distance away is a hundred times the trials.
    assert!(needed > 16.0 * 15.0 && needed < 16.0 * 40.0, "{needed}");
    let words = found.what_would_decide().unwrap();
    assert!(
        words.starts_with("about ") && words.contains("trials"),
        "{words}"
    );
}

/// A needed number of trials, and the verdict it comes to.
fn open(predicate: &Predicate, results: &Results) -> (f64, Verdict) {
    let found = evaluate(predicate, results);
    assert_eq!(found.verdict, Verdict::Undecided, "{predicate:?}");
    (found.needed.unwrap(), found.leaning.unwrap())
}

#[test]
fn of_several_the_part_that_settles_them_says_what_is_needed() {
    let found = results(&[("a", &about(0.1, 1.0, 16))]);
    let bar = |x| Bar::ours(x, "a number of a test");
    // At 0.1: the nearer the bar, the more trials.
    let (soon_true, late_true) = (
        median("a", "x").above(bar(0.0)),
        median("a", "x").above(bar(0.09)),
    );
    let (soon_false, late_false) = (
        median("a", "x").above(bar(0.2)),
        median("a", "x").above(bar(0.11)),
    );
    let alone = |predicate: &Predicate| open(predicate, &found);
    assert!(alone(&soon_true).0 < alone(&late_true).0);
    assert!(alone(&soon_false).0 < alone(&late_false).0);
    let both = |a: &Predicate, b: &Predicate| [a.clone(), b.clone()];
    for (predicate, decides) in [
        // One that fails settles all, however long the other takes.
        (all(both(&late_true, &soon_false)), &soon_false),
        (all(both(&soon_true, &late_false)), &late_false),
        (all(both(&soon_false, &late_false)), &soon_false),
        (all(both(&soon_true, &late_true)), &late_true),
        // One that holds settles any.
        (any(both(&late_true, &soon_false)), &late_true),
        (any(both(&soon_true, &late_false)), &soon_true),
        (any(both(&soon_true, &late_true)), &soon_true),
        (any(both(&soon_false, &late_false)), &late_false),
    ] {
        assert_eq!(open(&predicate, &found), alone(decides), "{predicate:?}");
    }
}

/// Trials of a leader at 0 and of rivals below it: five leads about 1 that reach down to `1 - half`.
fn leads(halves: &[f64]) -> Results {
    let rivals: Vec<(String, Vec<f64>)> = halves
        .iter()
        .enumerate()
        .map(|(i, half)| {
            let values = about(-1.0, *half, 5);
            (format!("rival {i}"), values)
        })
        .collect();
    let leader = [0.0; 5];
    let rivals = rivals.iter().map(|(name, x)| (name.as_str(), x.as_slice()));
    results(
        &std::iter::once(("leader", &leader[..]))
            .chain(rivals)
            .collect::<Vec<_>>(),
    )
}

#[test]
fn the_clearest_lead_has_to_be_clearest() {
    // The range of 5 is stretched by 1.11 for 95 %, by 1.51 for 97.5 % and by 1.80 for 98.3 %: a lead that reaches down to
    // 1 - 0.8 is clear at the first alone, 1 - 0.65 at the second and 1 - 0.5 at all of them.
    let rivals = ["rival 0", "rival 1", "rival 2"];
    let of = |halves: &[f64]| {
        let found = leads(halves);
        let best = best_of("leader", rivals[..halves.len()].iter().copied(), "x");
        evaluate(&best, &found)
    };
    assert_eq!(of(&[0.8]).verdict, Verdict::Holds);
    assert_eq!(of(&[0.8, 0.65, 0.5]).verdict, Verdict::Holds);
    for halves in [[0.8, 0.8, 0.8], [0.65, 0.65, 0.65], [0.8, 0.8, 0.5]] {
        let found = of(&halves);
        assert_eq!(found.verdict, Verdict::Undecided, "{halves:?}");
        // More than there are, though each lead is clear by itself.
        assert!(found.needed.unwrap() > 5.0, "{found:?}");
        assert_eq!(found.leaning, Some(Verdict::Holds));
    }
}

#[test]
fn a_rival_that_is_ahead_but_not_by_enough_needs_more_trials_than_there_are() {
    let mut found = leads(&[0.8, 0.8]);
    // The first rival leads by as much: clear at 95 %, not at 97.5 %.
    let case = found.cases.get_mut("rival 0").unwrap();
    case.trials = results(&[("x", &about(1.0, 0.8, 5))]).cases["x"]
        .trials
        .clone();
    let best = best_of("leader", ["rival 0", "rival 1"], "x");
    let (needed, leaning) = open(&best, &found);
    assert!(needed > 5.0 && needed < 50.0, "{needed}");
    assert_eq!(leaning, Verdict::DoesNotHold);
}

#[test]
fn an_end_that_lies_on_the_bar_needs_another_trial() {
    // Most trials tie with the bar, and so does the end of the interval.
    let values = [
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
    ];
    let results = results(&[("a", &values)]);
    let above = median("a", "x").above(Bar::sign(0.0));
    let found = evaluate(&above, &results);
    assert_eq!(found.verdict, Verdict::Undecided);
    assert_eq!(found.needed, Some(16.0));
}
