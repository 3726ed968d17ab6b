//! Where values lie along an axis, and what is drawn of them.

use super::*;

#[test]
fn values_lie_where_the_series_says() {
    let outcome = Outcome::new()
        .series("loss", [3.0, 2.0, 1.0])
        .series("dead/1", [0.0, 0.5])
        .series("probe_epoch", [1.0, 20.0]);
    let thin = Outcome::new()
        .series("loss", [3.0, 2.0, 1.0])
        .series("epoch", [1.0, 101.0, 200.0]);
    let at = |outcome: &Outcome, name: &str, places: &Places| {
        let (points, _) = over_trials(&[outcome], name, places, Summary::Interquartile);
        points.iter().map(|(x, _)| *x).collect::<Vec<_>>()
    };
    assert_eq!(at(&outcome, "loss", &Places::Epochs), [1.0, 2.0, 3.0]);
    assert_eq!(at(&outcome, "loss", &Places::FromStart), [0.0, 1.0, 2.0]);
    assert_eq!(at(&outcome, "dead/1", &Places::Epochs), [1.0, 20.0]);
    assert_eq!(at(&thin, "loss", &Places::Epochs), [1.0, 101.0, 200.0]);
    // The first trial stopped early.
    let short = Outcome::new()
        .series("dead/1", [0.0])
        .series("probe_epoch", [1.0]);
    let both = [&short, &outcome];
    let (points, _) = over_trials(&both, "dead/1", &Places::Epochs, Summary::Interquartile);
    assert_eq!(points, [(1.0, 0.0), (20.0, 0.5)]);
    let snapshots = Places::At(vec![0.0, 5.0, 50.0, 100.0]);
    assert_eq!(at(&outcome, "loss", &snapshots), [0.0, 5.0, 50.0]);
    let across = Places::Across("α".to_owned(), [-1.0, 1.0]);
    assert_eq!(at(&outcome, "loss", &across), [-1.0, 0.0, 1.0]);
}

#[test]
fn layers_are_those_that_trials_have() {
    let case = Case::train("one", study_core::setup::Setup::on("xor"));
    let outcome = Outcome::new()
        .series("dead/1", [0.0])
        .series("dead/2", [0.0])
        .series("probe_epoch", [0.0]);
    let trial = claims::results::Trial {
        outcome,
        seconds: 0.0,
    };
    let results = claims::results::CaseResults {
        trials: vec![None, Some(trial)],
        ..Default::default()
    };
    let series = ["loss".to_owned(), "dead/*".to_owned()];
    let found = every_layer(&series, &[(&case, &results)]);
    assert_eq!(found, ["loss", "dead/1", "dead/2"]);
}

#[test]
fn means_have_student_intervals() {
    let outcomes: Vec<Outcome> = [1.0, 2.0, 3.0]
        .map(|x| Outcome::new().series("loss", [x]))
        .into();
    let all: Vec<&Outcome> = outcomes.iter().collect();
    let (points, band) = over_trials(&all, "loss", &Places::Epochs, Summary::Mean);
    assert_eq!(points, [(1.0, 2.0)]);
    // 2 ± 4.302653 / √3 with 2 degrees of freedom.
    assert!((band[0].0 - (2.0 - 2.484_138)).abs() < 1e-5, "{band:?}");
}

#[test]
fn no_color_and_dash_stand_for_two_lines() {
    let line = |name: String, dashed| Curve {
        dashed,
        ..curve(name, vec![(1.0, 1.0), (2.0, 3.0)], Vec::new())
    };
    let groups = (0..14).map(|i| {
        vec![
            line(format!("case {i} solid"), false),
            line(format!("case {i} dashed"), true),
        ]
    });
    let drawn = multiples(
        "Loss",
        ("epoch", Along::Counting, true),
        ["low", "high"],
        groups.collect(),
    );
    assert_eq!(drawn.len(), 3);
    assert_eq!(drawn[2].figure.title(), "Loss, 3 of 3");
    let shown = drawn
        .iter()
        .map(|d| d.figure.to_svg().matches("case ").count())
        .sum::<usize>();
    assert_eq!(shown, 28);
}
