//! Logistic regression against scikit-learn's, on tables of the program.

use baselines::Logistic;
use datasets::Targets;
use datasets::{Request, Resolver, Scaler, Spec, load};
use serde_json::Value;

const GOLDENS: &str = include_str!("../goldens/logistic.json");

fn list(value: &Value) -> Vec<f64> {
    let items = value.as_array().unwrap();
    items.iter().map(|x| x.as_f64().unwrap()).collect()
}

/// scikit-learn's optimizer stops at a gradient of 1e-13 and still is off by some 1e-8 where columns are alike.
#[test]
fn weights_are_those_of_scikit_learn() {
    let cases: Value = serde_json::from_str(GOLDENS).unwrap();
    for case in cases.as_array().unwrap() {
        let spec: Spec = case["data"].as_str().unwrap().parse().unwrap();
        let set = load(&Request::from(spec), &Resolver::default()).unwrap();
        let Targets::Classes { labels, classes } = &set.part.targets else {
            panic!("these are classes");
        };
        let rows: Vec<u32> = (0..set.len() as u32).collect();
        let scaler = Scaler::Standardize.fit(&set.part.inputs, &rows);
        let inputs = set.part.inputs.scaled(scaler);
        let (model, warning) = Logistic::fit(&inputs, &rows, labels, None, *classes, || false);
        assert_eq!(warning, None);

        let want: Vec<Vec<f64>> = case["coef"].as_array().unwrap().iter().map(list).collect();
        let outputs = want.len();
        let got = model.weights();
        let columns = inputs.row_len();
        for j in 0..columns {
            for (k, want) in want.iter().enumerate() {
                let got = got[j * outputs + k];
                assert!((got - want[j]).abs() < 1e-7, "{got} {}", want[j]);
            }
        }
        // Intercepts of several classes are known but for a common number.
        let intercepts = &got[columns * outputs..];
        let mean = intercepts.iter().sum::<f64>() / outputs as f64;
        for (got, want) in intercepts.iter().zip(list(&case["intercept"])) {
            let got = if outputs == 1 { *got } else { got - mean };
            assert!((got - want).abs() < 1e-7, "{got} {want}");
        }
    }
}
