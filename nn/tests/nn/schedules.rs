//! Learning rates against PyTorch's, and how schedules are written.

use crate::golden::{self, close};
use nn::schedule::{Plateau, Position, Schedule, ScheduleError};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    schedule: String,
    base_lr: f64,
    attrs: Attrs,
    lr: Vec<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attrs {
    step_size: u64,
    gamma: f64,
    eta_min: f64,
    total_iters: u64,
}

/// The rates of a run, step after step.
fn rates(schedule: Schedule, lr: f64, warmup: u64, epochs: u64, steps_per_epoch: u64) -> Vec<f64> {
    let at = |t: u64| Position {
        epoch: t / steps_per_epoch,
        step: t % steps_per_epoch,
        steps_per_epoch,
        epochs,
    };
    let rate = |t| schedule.rate(lr, warmup, at(t), &Plateau::default());
    (0..epochs * steps_per_epoch).map(rate).collect()
}

#[test]
fn the_goldens() {
    let cases = golden::read::<Case>("schedules.json");
    assert_eq!(cases.len(), 5);
    for case in cases {
        let Attrs {
            step_size,
            gamma,
            eta_min,
            total_iters,
        } = case.attrs;
        let (warmup, schedule) = match case.schedule.as_str() {
            "step" => (
                0,
                Schedule::Step {
                    every: step_size,
                    factor: gamma,
                },
            ),
            "exponential" => (0, Schedule::Exponential { factor: gamma }),
            "cosine" => (0, Schedule::Cosine { end: eta_min }),
            "linear_warmup" => (total_iters, Schedule::Constant),
            "one_cycle" => (0, Schedule::OneCycle),
            other => panic!("{other}"),
        };
        // Twenty epochs of a step each.
        let got = rates(schedule, case.base_lr, warmup, 20, 1);
        assert_eq!(got.len(), case.lr.len());
        for (t, (got, want)) in got.into_iter().zip(case.lr).enumerate() {
            close(got, want, 1e-9, &format!("{schedule} at {t}"));
        }
    }
}

#[test]
fn one_cycle_and_warming_up_go_by_steps_and_the_others_by_epochs() {
    let cycle = rates(Schedule::OneCycle, 0.1, 0, 20, 1);
    assert_eq!(rates(Schedule::OneCycle, 0.1, 0, 4, 5), cycle);
    assert_eq!(rates(Schedule::OneCycle, 0.1, 0, 1, 20), cycle);
    let by_epoch: Schedule = "step:2,0.1".parse().unwrap();
    let got = rates(by_epoch, 1.0, 0, 6, 3);
    for (t, rate) in got.into_iter().enumerate() {
        close(rate, 0.1f64.powi(t as i32 / 6), 1e-15, &format!("step {t}"));
    }
    // Two epochs of two steps: four rates on a line, and the fifth is where the schedule starts.
    let warm = rates(Schedule::Constant, 2.0, 2, 3, 2);
    for (got, want) in warm.into_iter().zip([0.2, 0.65, 1.1, 1.55, 2.0, 2.0]) {
        close(got, want, 1e-15, "warming up");
    }
}

#[test]
fn a_schedule_has_the_epochs_after_warming_up() {
    for text in ["step:3,0.5", "exponential:0.9", "cosine", "one-cycle"] {
        let schedule: Schedule = text.parse().unwrap();
        let alone = rates(schedule, 0.3, 0, 10, 4);
        let warmed = rates(schedule, 0.3, 5, 15, 4);
        assert_eq!(warmed[20..], alone[..], "{text}");
        assert!(warmed[..21].windows(2).all(|w| w[0] < w[1]), "{text}");
        close(warmed[0], 0.1 * alone[0], 1e-15, text);
    }
}

#[test]
fn the_shortest_runs_have_finite_rates() {
    for text in [
        "constant",
        "step:1,0.5",
        "cosine",
        "one-cycle",
        "plateau:0,0.5",
    ] {
        let schedule: Schedule = text.parse().unwrap();
        for (warmup, epochs, steps) in [(0, 1, 1), (1, 1, 1), (3, 1, 2), (2, 4, 1), (0, 2, 1)] {
            for rate in rates(schedule, 0.1, warmup, epochs, steps) {
                assert!((0.0..=0.1).contains(&rate), "{text}: {rate}");
            }
        }
    }
}

#[test]
fn no_number_of_epochs_is_too_large() {
    let rate = |schedule: Schedule, warmup, epoch| {
        let at = Position {
            epoch,
            step: 3,
            steps_per_epoch: 4,
            epochs: u64::MAX,
        };
        schedule.rate(1.0, warmup, at, &Plateau::default())
    };
    close(rate(Schedule::OneCycle, 0, 0), 0.04, 1e-9, "the start");
    let top = u64::MAX / 10 * 3;
    close(rate(Schedule::OneCycle, 0, top), 1.0, 1e-9, "the top");
    let half = rate(Schedule::Constant, u64::MAX, u64::MAX / 2);
    close(half, 0.55, 1e-9, "half of warming up");
}

/// `ReduceLROnPlateau(patience=2, factor=0.5)` by hand.
#[test]
fn a_plateau_is_waited_for() {
    let schedule = Schedule::Plateau {
        patience: 2,
        factor: 0.5,
    };
    let mut seen = Plateau::default();
    let at = Position {
        epoch: 0,
        step: 0,
        steps_per_epoch: 1,
        epochs: 0,
    };
    let mut got = Vec::new();
    // 0.99995 is no progress on 1: less than a ten-thousandth.
    for loss in [
        1.0,
        0.99995,
        f64::NAN,
        1.2,
        0.9,
        0.9,
        0.9,
        0.9,
        0.9,
        0.9,
        0.9,
        0.1,
    ] {
        seen.observe(loss, 2);
        got.push(schedule.rate(1.0, 0, at, &seen));
    }
    let (half, quarter) = (0.5, 0.25);
    assert_eq!(
        got,
        [
            1.0, 1.0, 1.0, half, half, half, half, quarter, quarter, quarter, 0.125, 0.125
        ]
    );
    assert_eq!(seen.reductions(), 3);
}

#[test]
fn only_two_depend_on_the_total() {
    let depends: Vec<bool> = [
        "constant",
        "step:1,1",
        "exponential:1",
        "cosine",
        "one-cycle",
        "plateau:1,0.5",
    ]
    .map(|text| text.parse::<Schedule>().unwrap().depends_on_total())
    .to_vec();
    assert_eq!(depends, [false, false, false, true, true, false]);
}

#[test]
fn names_parse_and_print() {
    for text in [
        "constant",
        "step:30,0.1",
        "exponential:0.95",
        "cosine",
        "cosine:0.0001",
        "one-cycle",
        "plateau:5,0.5",
    ] {
        assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
    }
    for bad in [
        "constant:1",
        "step",
        "step:3",
        "step:0,0.1",
        "step:1.5,0.1",
        "step:3,0",
        "step:3,NaN",
        "step:3,0.1,2",
        "exponential",
        "exponential:-1",
        "exponential:inf",
        "cosine:-1",
        "cosine:",
        "one-cycle:3",
        "plateau:5,1",
        "plateau:-5,0.5",
    ] {
        let e = bad.parse::<Schedule>().unwrap_err();
        assert!(matches!(e, ScheduleError::Numbers { .. }), "{bad}: {e}");
    }
    assert_eq!(
        "step:3".parse::<Schedule>().unwrap_err().to_string(),
        "the numbers of the schedule \"step:3\" cannot be used; write it as step:K,G, K a number of epochs from 1 on and G a factor above 0"
    );
    assert_eq!(
        "cyclic".parse::<Schedule>().unwrap_err().to_string(),
        "there is no schedule \"cyclic\"; choose one of constant step:K,G exponential:G cosine one-cycle plateau:K,G"
    );
}
