use super::*;
use crate::{
    Against, all, any, at_least, best_of, exactly, figure, higher, in_no_trial, in_some_trial,
    least_of, likely, lower_variance, maximum, minimum, ordered, ratio_at_most, similar, spread,
    within,
};

fn verdicts(predicate: &Predicate) -> [bool; 3] {
    [Verdict::Holds, Verdict::DoesNotHold, Verdict::Undecided]
        .map(|verdict| predicate.synthesize(verdict, &|_| false).is_some())
}

#[test]
fn every_kind_of_predicate_can_come_to_every_verdict() {
    let predicates = [
        at_least("a", "test_accuracy", 0.97),
        within("a", "test_accuracy", 0.96, 0.005),
        higher("a", "b", "test_accuracy"),
        similar("a", "b", "test_accuracy", 0.01),
        ratio_at_most("a", "b", "test_mse_true", 0.1),
        lower_variance("a", "b", "test_accuracy"),
        spread("a", "train_loss").at_most(0.05),
        spread("a", "slope").above(0.01),
        best_of("a", ["a", "b", "c", "d"], "test_accuracy"),
        least_of("a", ["a", "b", "c", "d"], "test_loss"),
        ordered(["a", "b", "c", "d"], "test_accuracy"),
        all([
            at_least("a", "test_accuracy", 0.97),
            minimum("b", "test_accuracy").below(0.99),
            higher("b", "a", "test_loss"),
        ]),
        any([
            at_least("a", "test_accuracy", 0.97),
            higher("a", "b", "test_accuracy"),
        ]),
        // Where trials lie and how far apart, of the same figure.
        all([
            median("b", "test_accuracy")
                .minus(median("a", "test_accuracy"))
                .at_most(0.005),
            lower_variance("a", "b", "test_accuracy"),
        ]),
        // One trial apart from the median.
        all([
            at_least("a", "test_accuracy", 0.95),
            in_some_trial(figure("a", "test_accuracy")).below(0.95),
        ]),
        all([
            at_least("a", "test_accuracy", 0.95),
            minimum("a", "test_accuracy").within(0.5, 0.95),
        ]),
    ];
    for predicate in predicates {
        assert_eq!(verdicts(&predicate), [true; 3], "{predicate:?}");
    }
}

#[test]
fn what_chance_has_no_part_in_is_never_open() {
    for predicate in [
        exactly("a", "asymmetry", 0.0),
        in_some_trial(figure("a", "x").minus(figure("b", "x"))).positive(),
        in_no_trial(figure("a", "x")).above(2.0),
        minimum("a", "test_accuracy").below(0.95),
        maximum("a", "seconds").below(10.0),
        likely("a", "x", 0.97),
    ] {
        assert!(predicate.is_observed());
        assert_eq!(verdicts(&predicate), [true, true, false], "{predicate:?}");
    }
    let predicate = at_least("a", "agreement", 1.0);
    let open = predicate.synthesize(Verdict::Undecided, &|_| true);
    assert_eq!(open, None);
}

#[test]
fn a_contradiction_cannot_be_supported() {
    let predicate = all([higher("a", "b", "x"), higher("b", "a", "x")]);
    assert_eq!(predicate.synthesize(Verdict::Holds, &|_| false), None);
}
