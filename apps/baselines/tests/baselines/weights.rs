//! Baselines fitted to samples that do not all count the same, against scikit-learn 1.9.1 with `sample_weight`.

use baselines::{LinearModel, Logistic, Method, Polynomial};
use datasets::Rows;

const N: usize = 12;
const WEIGHTS: [f64; N] = [1.0, 0.5, 2.0, 0.0, 3.0, 1.0, 0.25, 1.5, 2.5, 1.0, 0.75, 4.0];

fn labels() -> Vec<u32> {
    (0..N as u32).map(|k| (k * 5 + k / 3) % 3).collect()
}

fn inputs() -> Rows {
    let cell = |k: usize, c: usize| {
        let own = labels()[k] as usize == c;
        2.0 * (1.3 * (k + 1) as f64 + 0.7 * c as f64).sin() + if own { 1.1 } else { 0.0 }
    };
    Rows::reals64(
        &[3],
        (0..3 * N).map(|i| cell(i / 3, i % 3)).collect::<Vec<_>>(),
    )
}

fn targets() -> Rows {
    let value = |k: usize| (0.9 * (k + 1) as f64).sin() * 3.0;
    Rows::reals64(&[1], (0..N).map(value).collect::<Vec<_>>())
}

/// Of the mean 1.
fn normalized() -> Vec<f64> {
    let mean = WEIGHTS.iter().sum::<f64>() / N as f64;
    WEIGHTS.iter().map(|w| w / mean).collect()
}

#[track_caller]
fn close(got: &[f64], want: &[f64], within: f64) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < within, "{got}, expected {want}");
    }
}

#[test]
fn linear_models_are_those_of_scikit_learn() {
    let all: Vec<u32> = (0..N as u32).collect();
    let terms = Polynomial::new(3, 1).unwrap();
    let weights = normalized();
    let fit =
        |method| LinearModel::fit(&terms, &inputs(), &targets(), &all, Some(&weights), method);
    // LinearRegression: its first two predictions.
    let ols = fit(Method::Ols).predict(&inputs(), &[0, 1]);
    close(&ols, &[-2.0461611207791233, 2.683906028251337], 1e-12);
    // Ridge(2) and Lasso(0.1) on columns scaled by StandardScaler with these weights.
    let ridge = fit(Method::Ridge(2.0));
    close(ridge.intercepts(), &[-0.3112616421197493], 1e-13);
    let want = [
        -0.31838715388680205,
        -1.3766975413831952,
        1.1506058290070216,
    ];
    close(&ridge.weights(0), &want, 1e-12);
    let lasso = fit(Method::Lasso(0.1));
    assert!(lasso.exact());
    close(
        &lasso.weights(0),
        &[0.0, -2.18883460715697, 1.6535339167695358],
        1e-7,
    );
    close(
        &baselines::mean(&targets(), &all, Some(&weights), 1),
        &[-0.3112616421197493],
        1e-13,
    );
}

#[test]
fn logistic_regression_is_that_of_scikit_learn() {
    let all: Vec<u32> = (0..N as u32).collect();
    let weights = normalized();
    let (model, warning) = Logistic::fit(&inputs(), &all, &labels(), Some(&weights), 3, || false);
    assert_eq!(warning, None);
    let want = [
        0.5048561086819808,
        0.021472030990843827,
        0.47367186032717534,
    ];
    close(&model.probabilities(&inputs(), &[0]), &want, 1e-7);
    let two: Vec<u32> = labels().iter().map(|l| u32::from(*l == 1)).collect();
    let (model, _) = Logistic::fit(&inputs(), &all, &two, Some(&weights), 2, || false);
    let want = [
        -0.501851097146384,
        -0.1435563299280395,
        -1.3287348854388252,
        -0.585340132634655,
    ];
    close(&model.weights(), &want, 1e-6);
}

/// Penalties are chosen by rows that count alone: what stands in others changes nothing.
#[test]
fn rows_of_weight_0_change_nothing() {
    let all: Vec<u32> = (0..N as u32).collect();
    let terms = Polynomial::new(3, 1).unwrap();
    let weights = normalized();
    let fit = |targets: &Rows| {
        [
            baselines::ridge(&terms, &inputs(), targets, &all, Some(&weights), 1),
            baselines::lasso(&terms, &inputs(), targets, &all, Some(&weights), 1),
        ]
        .map(|model| (model.penalties().to_vec(), model.weights(0)))
    };
    let far = |i: usize| if i == 3 { 1e6 } else { targets().row(i)[0] };
    let changed: Vec<f64> = (0..N).map(far).collect();
    for ((a, w), (b, v)) in fit(&targets())
        .iter()
        .zip(fit(&Rows::reals64(&[1], changed)))
    {
        close(a, &b, 1e-12);
        close(w, &v, 1e-9);
    }
}
