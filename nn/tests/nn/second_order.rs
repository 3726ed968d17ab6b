//! L-BFGS and Levenberg-Marquardt reach the optima of other implementations.
//!
//! Reference values are SciPy 1.17.1's: `minimize(method="L-BFGS-B")` and `least_squares(method="lm")`, which is MINPACK,
//! both with their tolerances as small as they take.

use autograd::Real;
use datasets::{Rows, Samples, Targets};
use nn::optim::{LeastSquares, Objective, Termination, minimize};
use nn::{
    CrossEntropy, L2, Lbfgs, LevenbergMarquardt, Mse, Optimizer, Sequential, StopReason,
    TrainConfig, Trainer,
};

const EXACT_LBFGS: Lbfgs = Lbfgs {
    history_size: 10,
    tolerance_grad: 0.0,
    tolerance_change: 0.0,
};

const EXACT_LM: LevenbergMarquardt = LevenbergMarquardt {
    tolerance_grad: 0.0,
    tolerance_change: 0.0,
};

#[track_caller]
pub(crate) fn near(got: &[f64], want: &[f64], within: f64) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!(
            (got - want).abs() <= within * want.abs().max(1.0),
            "{got}, expected {want}"
        );
    }
}

/// Sixty samples of three classes.
fn classes() -> Samples {
    let x = |i: usize, j: usize| (1.3 * (i * (j + 1)) as f64 + j as f64).sin();
    let class = |i: usize| match i % 7 {
        0 => (i % 3) as u32,
        _ if x(i, 0) + 0.5 * x(i, 1) > 0.3 => 0,
        _ if x(i, 2) > 0.0 => 1,
        _ => 2,
    };
    let cells = (0..60).flat_map(|i| (0..3).map(move |j| x(i, j)));
    let inputs = Rows::reals64(&[3], cells.collect::<Vec<_>>());
    Samples::new(
        inputs,
        Targets::classes((0..60).map(class).collect::<Vec<_>>(), 3),
    )
}

/// Forty points of a wave with a ripple.
pub(crate) fn wave() -> Samples {
    let x = |i: usize| -2.0 + 4.0 * i as f64 / 39.0;
    let inputs = (0..40).map(x).collect::<Vec<_>>();
    let targets = inputs
        .iter()
        .map(|x| (1.5 * x).sin() + 0.1 * (20.0 * x).cos());
    let targets = Targets::Values(Rows::reals64(&[1], targets.collect::<Vec<_>>()));
    Samples::new(Rows::reals64(&[1], inputs), targets)
}

/// A hidden layer of two units for it, and where its weights start.
pub(crate) fn network<T: Real>(optimizer: impl Optimizer<T> + 'static) -> Trainer<T> {
    let model = Sequential::input([1])
        .linear(2)
        .tanh()
        .linear(1)
        .init(0)
        .unwrap();
    let mut trainer = Trainer::new(model, optimizer, Mse)
        .batch_size(TrainConfig::FULL_BATCH)
        .penalty(L2::new(1e-3));
    let start = [0.5, 1.0, 0.1, -0.3, 0.7, -0.4, 0.05].map(T::from_f64);
    trainer
        .model_mut()
        .params
        .values_mut()
        .copy_from_slice(&start);
    trainer
}

#[test]
fn lbfgs_reaches_the_optimum_of_logistic_regression() {
    let samples = classes();
    let model = Sequential::input([3]).linear(3).init::<f64>(1).unwrap();
    let mut trainer = Trainer::new(model, EXACT_LBFGS, CrossEntropy::new())
        .batch_size(TrainConfig::FULL_BATCH)
        .penalty(L2::new(0.01));
    let history = trainer.fit(&samples, 200).unwrap();
    // All that rounding leaves.
    assert!(
        matches!(history.reason, StopReason::Optimizer(_)),
        "{:?}",
        history.reason
    );
    let last = history.epochs.last().unwrap();
    near(
        &[last.train.loss + last.train.penalty],
        &[0.6306290347738387],
        1e-13,
    );
    let params = trainer.model().params.values();
    let weights = [
        1.8928424954113576,
        -1.0230864424618213,
        -0.8697560529495365,
        0.4788559023393208,
        -0.00671527850613449,
        -0.4721406238331862,
        0.11339751003834274,
        0.6032663017988603,
        -0.7166638118372027,
    ];
    near(&params[..9], &weights, 1e-7);
    // A constant that is added to all biases changes nothing.
    let mean = params[9..].iter().sum::<f64>() / 3.0;
    let biases: Vec<f64> = params[9..].iter().map(|b| b - mean).collect();
    near(
        &biases,
        &[0.5346572212422109, -0.1252235641763698, -0.4094336570658411],
        1e-7,
    );
}

#[test]
fn lbfgs_reaches_the_optimum_of_a_quadratic() {
    let mut quadratic = |x: &[f64], g: &mut [f64]| {
        for (i, g) in g.iter_mut().enumerate() {
            let row = |j: usize| 1.0 / (i + j + 1) as f64 + if i == j { 0.1 } else { 0.0 };
            *g = x.iter().enumerate().map(|(j, x)| row(j) * x).sum();
        }
        let b = |i: usize| (i as f64).cos();
        let value = x
            .iter()
            .zip(&*g)
            .enumerate()
            .map(|(i, (x, g))| x * (0.5 * g - b(i)))
            .sum();
        g.iter_mut().enumerate().for_each(|(i, g)| *g -= b(i));
        value
    };
    let optimum = [
        1.6315022697629344,
        3.8132681886837165,
        -4.5000983462442665,
        -10.018937216300131,
        -6.691253936051861,
        2.586895964565643,
        9.25461422960745,
        7.1079535346461995,
    ];
    let mut x = [0.0; 8];
    assert!(minimize(&EXACT_LBFGS, &mut quadratic, &mut x, 200).is_some());
    near(&x, &optimum, 1e-6);
    let value = quadratic(&x, &mut [0.0; 8]);
    near(&[value], &[-17.417701214122257], 1e-14);
}

#[test]
fn lbfgs_goes_along_rosenbrocks_valley() {
    let mut calls = 0;
    let mut valley = |x: &[f64], g: &mut [f64]| {
        calls += 1;
        g.fill(0.0);
        let mut sum = 0.0;
        for i in 0..x.len() - 1 {
            let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
            sum += a * a + 100.0 * b * b;
            g[i] += -2.0 * a - 400.0 * x[i] * b;
            g[i + 1] += 200.0 * b;
        }
        sum
    };
    let mut x = [-1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0];
    let end = minimize(&Lbfgs::new(), &mut valley, &mut x, 500);
    assert!(
        matches!(end, Some(Termination::Gradient | Termination::Change)),
        "{end:?}"
    );
    near(&x, &[1.0; 10], 1e-4);
    // SciPy's takes 80 values and gradients.
    assert!(calls < 160, "{calls} values and gradients");
}

/// A sum of squares by its residuals; slopes by central differences of high accuracy would blur the comparison, so each has
/// its row of the Jacobian.
pub(crate) struct Fit<F>(pub(crate) F, pub(crate) usize);

impl<F: Fn(&[f64], usize) -> (f64, Vec<f64>)> Objective<f64> for Fit<F> {
    fn value_and_grad(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let half = self.linearize(x).half_gradient();
        gradient
            .iter_mut()
            .zip(half)
            .for_each(|(g, half)| *g = 2.0 * half);
        self.value(x)
    }

    fn value(&mut self, x: &[f64]) -> f64 {
        (0..self.1).map(|i| self.0(x, i).0.powi(2)).sum()
    }

    fn linearize(&mut self, x: &[f64]) -> LeastSquares {
        let mut system = LeastSquares::new(x.len(), self.1);
        for i in 0..self.1 {
            let (residual, row) = self.0(x, i);
            system.push(&[residual], &row);
        }
        system
    }
}

#[test]
fn levenberg_marquardt_reaches_minpacks_solutions() {
    let mut decay = Fit(
        |p: &[f64], i: usize| {
            let t = 0.25 * i as f64;
            let seen = 2.5 * (-1.3 * t).exp() + 0.5 + 0.05 * (9.0 * t).sin();
            let e = (-p[1] * t).exp();
            (p[0] * e + p[2] - seen, vec![e, -p[0] * t * e, 1.0])
        },
        20,
    );
    let mut p = [1.0, 0.1, 0.0];
    let end = minimize(&EXACT_LM, &mut decay, &mut p, 200);
    assert!(end.is_some());
    near(
        &p,
        &[2.5095326612052062, 1.2985671968102661, 0.49708799788454033],
        1e-7,
    );
    near(&[decay.value(&p)], &[0.02438959965675644], 1e-14);

    // Misra1a of the NIST's reference datasets for nonlinear regression, whose certified values these are to 11 digits;
    // its parameters are of sizes 10² and 10⁻⁴.
    let y: [f64; 14] = [
        10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47,
        81.78,
    ];
    let x: [f64; 14] = [
        77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1,
        760.0,
    ];
    let mut misra = Fit(
        |p: &[f64], i: usize| {
            let e = (-p[1] * x[i]).exp();
            (p[0] * (1.0 - e) - y[i], vec![1.0 - e, p[0] * x[i] * e])
        },
        14,
    );
    let mut p = [500.0, 1e-4];
    minimize(&EXACT_LM, &mut misra, &mut p, 2000);
    near(
        &[p[0], 1e4 * p[1]],
        &[238.9421211032458, 5.501564535102199],
        1e-6,
    );
    near(&[misra.value(&p)], &[0.12455138894448661], 1e-12);
}

#[test]
fn both_reach_minpacks_network() {
    let optimum = [
        1.2736015521049908,
        0.34284294007206567,
        -0.00475711086644624,
        -0.01287266314985057,
        2.3090594194123777,
        -3.204853970247127,
        -0.03195382978791722,
    ];
    let mut lm = network::<f64>(EXACT_LM);
    let history = lm.fit(&wave(), 500).unwrap();
    let last = history.epochs.last().unwrap().train;
    near(&[last.loss + last.penalty], &[0.022562622197973805], 1e-13);
    near(lm.model().params.values(), &optimum, 1e-6);
    assert!(history.epochs.len() < 60, "{} steps", history.epochs.len());

    let mut lbfgs = network::<f64>(EXACT_LBFGS);
    let history = lbfgs.fit(&wave(), 2000).unwrap();
    let last = history.epochs.last().unwrap().train;
    near(&[last.loss + last.penalty], &[0.022562622197973805], 1e-12);
}

/// With more parameters than residuals, where the step is had from the smaller system, and with more than one output.
#[test]
fn levenberg_marquardt_fits_what_can_be_fitted() {
    let x: Vec<f64> = (0..12).map(|i| f64::from(i) / 6.0 - 1.0).collect();
    let targets = x
        .iter()
        .flat_map(|x| [(3.0 * x).sin(), x * x])
        .collect::<Vec<_>>();
    let targets = Targets::Values(Rows::reals64(&[2], targets));
    let samples = Samples::new(Rows::reals64(&[1], x), targets);
    let model = Sequential::input([1])
        .linear(16)
        .tanh()
        .linear(2)
        .init::<f64>(3)
        .unwrap();
    let mut trainer =
        Trainer::new(model, LevenbergMarquardt::new(), Mse).batch_size(TrainConfig::FULL_BATCH);
    let history = trainer.fit(&samples, 200).unwrap();
    assert!(
        matches!(history.reason, StopReason::Optimizer(_)),
        "{:?}",
        history.reason
    );
    assert!(trainer.evaluate(&samples).unwrap().loss < 1e-8);
}
