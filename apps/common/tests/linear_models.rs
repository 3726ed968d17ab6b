//! Linear models against scikit-learn's, on standardised powers of x.

use autograd::data::Rows;
use common::baselines::{self, LinearModel, Method, Polynomial};
use serde_json::Value;

const GOLDENS: &str = include_str!("goldens/linear_models.json");

fn list(value: &Value) -> Vec<f64> {
    let items = value.as_array().unwrap();
    items.iter().map(|x| x.as_f64().unwrap()).collect()
}

struct Case {
    inputs: Rows,
    targets: Rows,
    rows: Vec<u32>,
    polynomial: Polynomial,
}

impl Case {
    fn new(cases: &Value) -> Self {
        let (x, y) = (list(&cases[0]["x"]), list(&cases[0]["y"]));
        Self {
            rows: (0..x.len() as u32).collect(),
            inputs: Rows::reals64(&[1], x),
            targets: Rows::reals64(&[1], y),
            polynomial: Polynomial::new(1, 10).unwrap(),
        }
    }

    fn fit(&self, method: Method) -> LinearModel {
        LinearModel::fit(
            &self.polynomial,
            &self.inputs,
            &self.targets,
            &self.rows,
            method,
        )
    }

    fn mse(&self, model: &LinearModel) -> f64 {
        let said = model.predict(&self.inputs, &self.rows);
        let errors = self
            .rows
            .iter()
            .zip(said)
            .map(|(row, said)| said - self.targets.row(*row as usize)[0]);
        errors.map(|e| e * e).sum::<f64>() / self.rows.len() as f64
    }
}

#[track_caller]
fn close(got: f64, want: f64, relative: f64, absolute: f64) {
    let bar = relative * want.abs() + absolute;
    assert!((got - want).abs() <= bar, "{got} instead of {want}");
}

#[test]
fn weights_are_those_of_scikit_learn() {
    let cases: Value = serde_json::from_str(GOLDENS).unwrap();
    let case = Case::new(&cases);
    for want in cases.as_array().unwrap() {
        let alpha = want["alpha"].as_f64();
        let (method, relative, absolute) = match (want["model"].as_str().unwrap(), alpha) {
            ("ols", _) => (Method::Ols, 1e-9, 1e-12),
            ("ridge", Some(alpha)) => (Method::Ridge(alpha), 1e-9, 1e-12),
            ("lasso", Some(alpha)) => (Method::Lasso(alpha), 1e-7, 1e-9),
            other => panic!("{other:?}"),
        };
        let model = case.fit(method);
        assert!(model.exact());
        for (got, want) in model.weights(0).iter().zip(list(&want["coef"])) {
            close(*got, want, relative, absolute);
            assert_eq!(*got == 0.0, want == 0.0, "{method:?}");
        }
        close(
            model.intercepts()[0],
            want["intercept"].as_f64().unwrap(),
            1e-9,
            1e-12,
        );
        close(
            case.mse(&model),
            want["mse"].as_f64().unwrap(),
            relative,
            absolute,
        );
    }
}

#[test]
fn columns_that_depend_on_each_other_share_their_weight() {
    let cells: Vec<f64> = (0..40)
        .flat_map(|i| [f64::from(i), 2.0 * f64::from(i) + 1.0, 5.0])
        .collect();
    let inputs = Rows::reals64(&[3], cells);
    let targets = Rows::reals64(
        &[1],
        (0..40)
            .map(|i| 3.0 * f64::from(i) - 7.0)
            .collect::<Vec<_>>(),
    );
    let rows: Vec<u32> = (0..40).collect();
    let polynomial = Polynomial::new(3, 1).unwrap();
    for model in [
        baselines::ols(&polynomial, &inputs, &targets, &rows),
        baselines::ridge(&polynomial, &inputs, &targets, &rows, 0),
        baselines::lasso(&polynomial, &inputs, &targets, &rows, 0),
    ] {
        assert!(model.exact());
        let said = model.predict(&inputs, &rows);
        for (i, said) in said.iter().enumerate() {
            close(*said, 3.0 * i as f64 - 7.0, 1e-2, 0.05);
        }
        assert_eq!(
            model.weights(0)[2],
            0.0,
            "a constant column counts for nothing"
        );
    }
    let ols = baselines::ols(&polynomial, &inputs, &targets, &rows);
    close(ols.weights(0)[0], ols.weights(0)[1], 1e-9, 0.0);
}

#[test]
fn more_columns_than_rows_are_fitted() {
    let cell = |i: usize| ((i * i % 101) as f64 * 0.37).sin();
    let inputs = Rows::reals64(&[30], (0..300).map(cell).collect::<Vec<_>>());
    let targets = Rows::reals64(&[2], (0..20).map(|i| cell(i + 7)).collect::<Vec<_>>());
    let rows: Vec<u32> = (0..10).collect();
    let polynomial = Polynomial::new(30, 1).unwrap();
    let ols = baselines::ols(&polynomial, &inputs, &targets, &rows);
    for (got, i) in ols.predict(&inputs, &rows).iter().zip(0..) {
        close(*got, cell(i + 7), 0.0, 1e-9);
    }
    let lasso = baselines::lasso(&polynomial, &inputs, &targets, &rows, 0);
    assert_eq!(lasso.penalties().len(), 2);
    assert!(lasso.weights(0).iter().filter(|w| **w != 0.0).count() <= 10);
}

/// Rows that were not fitted to change nothing, whatever is in them.
#[test]
fn held_out_rows_are_never_looked_at() {
    let cases: Value = serde_json::from_str(GOLDENS).unwrap();
    let case = Case::new(&cases);
    let (mut x, mut y) = (list(&cases[0]["x"]), list(&cases[0]["y"]));
    (x[39], y[39]) = (1e6, -1e9);
    let (inputs, targets) = (Rows::reals64(&[1], x), Rows::reals64(&[1], y));
    let rows = &case.rows[..39];
    let weights = |inputs: &Rows, targets: &Rows| {
        let p = &case.polynomial;
        [
            baselines::ols(p, inputs, targets, rows).weights(0),
            baselines::ridge(p, inputs, targets, rows, 1).weights(0),
            baselines::lasso(p, inputs, targets, rows, 1).weights(0),
        ]
    };
    assert_eq!(
        weights(&inputs, &targets),
        weights(&case.inputs, &case.targets)
    );
}

/// As in a table of buildings: one area is the sum of two others, and few shapes are in many rows. On the way to the LASSO
/// a weight then often stays exactly as it is.
#[test]
fn the_lasso_takes_columns_that_depend_on_each_other() {
    let draws = |purpose: &str| autograd::random::stream(1, purpose, 0, 0);
    let (mut shape, mut rest) = (draws("shape"), draws("rest"));
    let uniform = |rng: &mut autograd::random::Stream| autograd::random::unit(rng);
    let shapes: Vec<[f64; 5]> = (0..12)
        .map(|i| {
            let (walls, roof) = (
                245.0 + 24.5 * (i % 8) as f64,
                110.25 + 36.75 * (i % 4) as f64,
            );
            let surface = walls + 2.0 * roof;
            let height = if i < 6 { 7.0 } else { 3.5 };
            [
                400.0 / surface + 0.1 * uniform(&mut shape),
                surface,
                walls,
                roof,
                height,
            ]
        })
        .collect();
    let (mut cells, mut values) = (Vec::new(), Vec::new());
    for row in 0..240 {
        let [compact, surface, walls, roof, height] = shapes[row % 12];
        let (turned, glazing) = (2.0 + (row / 12 % 4) as f64, 0.1 * (row / 48) as f64);
        cells.extend([compact, surface, walls, roof, height, turned, glazing]);
        let noise = uniform(&mut rest);
        values
            .push(3.0 * height + 0.05 * walls - 20.0 * compact * compact + 15.0 * glazing + noise);
    }
    let (inputs, targets) = (Rows::reals64(&[7], cells), Rows::reals64(&[1], values));
    let polynomial = Polynomial::new(7, 1).unwrap();
    for seed in 0..100 {
        let mut rows: Vec<u32> = (0..240).collect();
        rows.retain(|_| uniform(&mut rest) < 0.8);
        let model = baselines::lasso(&polynomial, &inputs, &targets, &rows, seed);
        let said = model.predict(&inputs, &rows);
        assert!(
            said.iter().all(|x| x.is_finite()),
            "seed {seed}: {:?}",
            model.weights(0)
        );
        assert!(model.exact(), "seed {seed}");
    }
}
