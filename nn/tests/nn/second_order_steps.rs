//! What holds at each step of L-BFGS and Levenberg-Marquardt, and how they end.

use crate::second_order::{Fit, near};
use nn::optim::{OptimizerState, Termination, minimize};
use nn::{Lbfgs, LevenbergMarquardt};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each step satisfies the strong Wolfe conditions of (Nocedal and Wright 2006, equation 3.7), with c₁ = 10⁻⁴ and
    /// c₂ = 0.9, along itself, on functions with many minima.
    #[test]
    fn each_step_satisfies_the_strong_wolfe_conditions(
        start in prop::collection::vec(-3.0..3.0_f64, 2..7),
        scale in 0.01..100.0_f64,
        waves in 0.0..3.0_f64,
        history_size in 1..6_usize,
    ) {
        let mut function = |x: &[f64], g: &mut [f64]| {
            let mut value = 0.0;
            g.fill(0.0);
            for i in 0..x.len() {
                let next = (i + 1) % x.len();
                let (c, d) = (scale * (i + 1) as f64, x[i] - 0.5 * x[next]);
                value += 0.5 * c * x[i] * x[i] + d.powi(4) + waves * (3.0 * x[i]).cos();
                g[i] += c * x[i] + 4.0 * d.powi(3) - 3.0 * waves * (3.0 * x[i]).sin();
                g[next] -= 2.0 * d.powi(3);
            }
            value
        };
        let n = start.len();
        let rule = Lbfgs { history_size, ..Lbfgs::new() };
        let mut state = OptimizerState::over(rule, n, Vec::new());
        let mut x = start;
        let mut steps = 0;
        while state.termination().is_none() && steps < 200 {
            let before = x.clone();
            let (mut g0, mut g1) = (vec![0.0; n], vec![0.0; n]);
            let f0 = function(&before, &mut g0);
            let length = state.full_batch_step(&mut function, &mut x);
            if length == 0.0 {
                prop_assert_eq!(&x, &before);
                break;
            }
            steps += 1;
            let f1 = function(&x, &mut g1);
            let along = |g: &[f64]| -> f64 {
                g.iter().zip(x.iter().zip(&before)).map(|(g, (to, from))| g * (to - from)).sum()
            };
            let (s0, s1) = (along(&g0), along(&g1));
            // The step that was taken is the one that was looked for but for rounding.
            let rounding = 4.0 * f64::EPSILON * f0.abs().max(f1.abs());
            prop_assert!(s0 < 0.0, "uphill: {s0}");
            prop_assert!(f1 <= f0 + 1e-4 * s0 + rounding, "{f0} to {f1} along {s0}");
            prop_assert!(s1.abs() <= 0.9 * s0.abs() * (1.0 + 1e-6) + rounding, "{s0} to {s1}");
        }
        prop_assert!(steps > 0);
        prop_assert!(state.termination().is_some(), "no end after {steps} steps");
    }
}

#[test]
fn a_run_without_a_way_down_ends_with_the_reason() {
    // A gradient that points the wrong way.
    let mut calls = 0;
    let mut wrong = |x: &[f64], g: &mut [f64]| {
        calls += 1;
        g[0] = -2.0 * x[0];
        x[0] * x[0]
    };
    let mut x = [3.0];
    let end = minimize(&Lbfgs::new(), &mut wrong, &mut x, 10);
    assert_eq!((end, x), (Some(Termination::LineSearch), [3.0]));
    assert!(calls > 10, "{calls}");

    let mut nan = |_: &[f64], g: &mut [f64]| {
        g[0] = 1.0;
        f64::NAN
    };
    let end = minimize(&Lbfgs::new(), &mut nan, &mut x, 10);
    assert_eq!((end, x), (Some(Termination::NotFinite), [3.0]));

    // The residual never gets less, whatever its slope says.
    let mut stuck = Fit(|p: &[f64], _| (1.0 + p[0].abs(), vec![1.0]), 1);
    let mut x = [0.0];
    let end = minimize(&LevenbergMarquardt::new(), &mut stuck, &mut x, 10);
    assert_eq!((end, x), (Some(Termination::Damping), [0.0]));
}

/// Where no step along the direction of the history is acceptable, the steepest descent is tried before the run is given up.
#[test]
fn a_failed_line_search_starts_anew_along_the_steepest_descent() {
    use std::cell::Cell;
    let blocked = Cell::new(0);
    let mut valley = |x: &[f64], g: &mut [f64]| {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        (g[0], g[1]) = (-2.0 * a - 400.0 * x[0] * b, 200.0 * b);
        if blocked.get() > 0 {
            blocked.set(blocked.get() - 1);
            return f64::INFINITY;
        }
        a * a + 100.0 * b * b
    };
    let mut state = OptimizerState::over(Lbfgs::new(), 2, Vec::new());
    let mut x = [-1.2, 1.0];
    let remembered = |state: &OptimizerState<f64>| {
        let mut vectors = state.state();
        vectors.find(|(name, _)| *name == "s").unwrap().1.len() / 2
    };
    for _ in 0..5 {
        state.full_batch_step(&mut valley, &mut x);
    }
    assert_eq!(remembered(&state), 5);
    // As many points as a line search looks at.
    blocked.set(25);
    let mut gradient = [0.0; 2];
    let before = x;
    let length = state.full_batch_step(&mut valley, &mut x);
    assert_eq!((blocked.get(), state.termination()), (0, None));
    assert_eq!(remembered(&state), 1);
    valley(&before, &mut gradient);
    near(&x, &[0, 1].map(|i| before[i] - length * gradient[i]), 1e-14);
    // It leads on from there.
    for _ in 0..3 {
        state.full_batch_step(&mut valley, &mut x);
    }
    blocked.set(50);
    let before = x;
    assert_eq!(state.full_batch_step(&mut valley, &mut x), 0.0);
    assert_eq!((blocked.get(), x), (0, before));
    assert_eq!(state.termination(), Some(Termination::LineSearch));
}
