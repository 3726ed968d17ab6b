//! Linear models against scikit-learn's, on standardized powers of x.

use baselines::{LinearModel, Method, Polynomial};
use datasets::Rows;
use serde_json::Value;

const GOLDENS: &str = include_str!("../goldens/linear_models.json");

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
            None,
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
        baselines::ols(&polynomial, &inputs, &targets, &rows, None),
        baselines::ridge(&polynomial, &inputs, &targets, &rows, None, 0),
        baselines::lasso(&polynomial, &inputs, &targets, &rows, None, 0),
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
    let ols = baselines::ols(&polynomial, &inputs, &targets, &rows, None);
    close(ols.weights(0)[0], ols.weights(0)[1], 1e-9, 0.0);
}

#[test]
fn more_columns_than_rows_are_fitted() {
    let cell = |i: usize| ((i * i % 101) as f64 * 0.37).sin();
    let inputs = Rows::reals64(&[30], (0..300).map(cell).collect::<Vec<_>>());
    let targets = Rows::reals64(&[2], (0..20).map(|i| cell(i + 7)).collect::<Vec<_>>());
    let rows: Vec<u32> = (0..10).collect();
    let polynomial = Polynomial::new(30, 1).unwrap();
    let ols = baselines::ols(&polynomial, &inputs, &targets, &rows, None);
    for (got, i) in ols.predict(&inputs, &rows).iter().zip(0..) {
        close(*got, cell(i + 7), 0.0, 1e-9);
    }
    let lasso = baselines::lasso(&polynomial, &inputs, &targets, &rows, None, 0);
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
            baselines::ols(p, inputs, targets, rows, None).weights(0),
            baselines::ridge(p, inputs, targets, rows, None, 1).weights(0),
            baselines::lasso(p, inputs, targets, rows, None, 1).weights(0),
        ]
    };
    assert_eq!(
        weights(&inputs, &targets),
        weights(&case.inputs, &case.targets)
    );
}

/// The twelve shapes of the buildings of Tsanas and Xifara (2012): relative compactness, areas of surface, walls and roof,
/// and height. The surface is the walls and twice the roof.
const SHAPES: [[f64; 5]; 12] = [
    [0.98, 514.5, 294.0, 110.25, 7.0],
    [0.9, 563.5, 318.5, 122.5, 7.0],
    [0.86, 588.0, 294.0, 147.0, 7.0],
    [0.82, 612.5, 318.5, 147.0, 7.0],
    [0.79, 637.0, 343.0, 147.0, 7.0],
    [0.76, 661.5, 416.5, 122.5, 7.0],
    [0.74, 686.0, 245.0, 220.5, 3.5],
    [0.71, 710.5, 269.5, 220.5, 3.5],
    [0.69, 735.0, 294.0, 220.5, 3.5],
    [0.66, 759.5, 318.5, 220.5, 3.5],
    [0.64, 784.0, 343.0, 220.5, 3.5],
    [0.62, 808.5, 367.5, 220.5, 3.5],
];

/// On the way to the LASSO a weight may then stay exactly as it is, and so never become 0.
#[test]
fn the_lasso_takes_columns_that_depend_on_each_other() {
    let mut draws = autograd::random::stream(1, "rows", 0, 0);
    let mut uniform = || autograd::random::unit(&mut draws);
    let (mut cells, mut values) = (Vec::new(), Vec::new());
    for row in 0..768 {
        let (shape, turned, window) = (row / 4 % 12, row % 4, row / 48);
        let [compact, _, walls, roof, height] = SHAPES[shape];
        let glazing = [0.0, 0.1, 0.25, 0.4][window.div_ceil(5)];
        let lies = if window == 0 { 0 } else { 1 + (window - 1) % 5 };
        cells.extend(SHAPES[shape]);
        cells.extend([2.0 + turned as f64, glazing, lies as f64]);
        let heat = 4.0 * height + 0.03 * walls - 0.05 * roof - 30.0 * compact * (1.2 - compact);
        values.push(heat + 18.0 * glazing * (1.0 + 0.1 * height) + 2.0 * uniform());
    }
    let (inputs, targets) = (Rows::reals64(&[8], cells), Rows::reals64(&[1], values));
    let polynomial = Polynomial::new(8, 1).unwrap();
    for seed in 0..100 {
        let mut rows: Vec<u32> = (0..768).collect();
        rows.retain(|_| uniform() < 0.8);
        let model = baselines::lasso(&polynomial, &inputs, &targets, &rows, None, seed);
        let weights = model.weights(0);
        assert!(
            weights.iter().all(|w| w.is_finite()),
            "seed {seed}: {weights:?}"
        );
        assert!(model.exact(), "seed {seed}");
    }
}
