//! `export`: the graph of a run says what `predict` says, computed by an interpreter that knows nothing of the engine.

use std::fs;

use autograd::Activation;
use serde_json::Value;
use testing::onnx::{Graph, Tensor};

use crate::support::{Place, number, place};

/// Trains with these flags to `run`, exports the model, and returns the graph.
fn exported(place: &Place, flags: &[&str], export: &[&str]) -> Graph {
    let train = [flags, &["--quiet", "--force", "--out", "run"]].concat();
    place.run(&train).fine();
    let export = [&["export", "run", "model.onnx", "--force"], export].concat();
    place.run(&export).fine();
    Graph::of(&fs::read(place.join("model.onnx")).unwrap())
}

/// What `predict` says of the rows of `rows.csv`: the probabilities of the classes, and the number of the class.
fn predicted(place: &Place, classes: &[String]) -> Vec<(Vec<f64>, f64)> {
    let answer = place.run(&["predict", "run", "rows.csv", "--json"]).fine();
    let rows = answer.json()["rows"].as_array().unwrap().clone();
    let row = |row: &Value| {
        let probabilities = row["probabilities"].as_array().unwrap();
        let class = classes.iter().position(|name| row["label"] == **name);
        (
            probabilities.iter().map(number).collect(),
            class.unwrap() as f64,
        )
    };
    rows.iter().map(row).collect()
}

fn names(graph: &Graph, key: &str) -> Vec<String> {
    serde_json::from_str(&graph.metadata[key]).unwrap()
}

#[track_caller]
fn agrees(place: &Place, graph: &Graph, rows: &[Vec<f64>], tolerance: f64) {
    let classes = names(graph, "classes");
    let expected = predicted(place, &classes);
    let found = graph.run(rows);
    let (probabilities, class): (&Tensor, &Tensor) = (&found["probabilities"], &found["class"]);
    assert_eq!(expected.len(), rows.len());
    for (i, (found, (expected, expected_class))) in
        probabilities.rows().iter().zip(expected).enumerate()
    {
        for (found, expected) in found.iter().zip(&expected) {
            let off = (found - expected).abs();
            assert!(off < tolerance, "row {i}: {found} and {expected}");
        }
        assert_eq!(class.data[i], expected_class, "row {i}");
    }
}

/// Rows as a file for `predict`, under these names.
fn write(place: &Place, names: &[String], rows: &[Vec<f64>]) {
    let cell = |x: &f64| match x.is_nan() {
        true => String::new(),
        false => x.to_string(),
    };
    let mut lines = vec![names.join(",")];
    for row in rows {
        lines.push(row.iter().map(cell).collect::<Vec<_>>().join(","));
    }
    place.write("rows.csv", lines.join("\n") + "\n");
}

/// Irises and others, as single precision has them.
fn irises() -> Vec<Vec<f64>> {
    let row = |i: usize| {
        let cell = |j: usize| f64::from(((i * 7 + j * 3) % 13) as f32 * 0.61 + 0.1);
        (0..4).map(cell).collect()
    };
    (0..20).map(row).collect()
}

#[test]
fn perceptrons_with_each_activation_agree() {
    let place = place();
    for activation in Activation::NAMES {
        for precision in ["--no-f64", "--f64"] {
            let flags = [
                "--data", "iris", "--epochs", "3", "--hidden", "9,7", precision,
            ];
            let flags = [&flags[..], &["--activation", activation]].concat();
            let graph = exported(&place, &flags, &[]);
            write(&place, &names(&graph, "inputs"), &irises());
            let tolerance = if precision == "--f64" { 1e-9 } else { 1e-5 };
            agrees(&place, &graph, &irises(), tolerance);
        }
    }
}

#[test]
fn batch_normalization_and_dropout_are_those_of_use() {
    let place = place();
    let flags = [
        "--data",
        "iris",
        "--epochs",
        "5",
        "--batch-norm",
        "--dropout",
        "0.3",
    ];
    let graph = exported(&place, &flags, &[]);
    assert!(graph.operators().contains(&"BatchNormalization"));
    write(&place, &names(&graph, "inputs"), &irises());
    agrees(&place, &graph, &irises(), 1e-5);
}

#[test]
fn a_convolutional_network_takes_pixels() {
    let place = place();
    let flags = [
        "--model",
        "cnn",
        "--channels",
        "3,4",
        "--hidden",
        "8",
        "--epochs",
        "1",
    ];
    let graph = exported(&place, &flags, &[]);
    assert_eq!(graph.inputs, [("x".to_owned(), vec![1, 8, 8])]);
    let image = |i: usize| (0..64).map(|j| ((i * 5 + j * j) % 17) as f64).collect();
    let images: Vec<Vec<f64>> = (0..6).map(image).collect();
    let lines = images.iter().map(|image: &Vec<f64>| {
        image
            .iter()
            .map(f64::to_string)
            .collect::<Vec<_>>()
            .join(",")
    });
    place.write("rows.csv", lines.collect::<Vec<_>>().join("\n"));
    agrees(&place, &graph, &images, 1e-5);
}

#[test]
fn thresholds_and_temperatures_are_in_the_graph() {
    let place = place();
    for flags in [
        &["--calibrate"][..],
        &["--threshold", "0.7"],
        &["--head", "sigmoid"],
        &["--head", "sigmoid", "--threshold", "auto", "--calibrate"],
    ] {
        let data = [
            "--data", "moons", "--n", "300", "--noise", "0.4", "--epochs", "8",
        ];
        let graph = exported(&place, &[&data, flags].concat(), &[]);
        let calibrated = flags.contains(&"--calibrate");
        assert_eq!(graph.metadata.contains_key("temperature"), calibrated);
        let point = |i: usize| {
            vec![
                f64::from((i % 9) as f32 * 0.4 - 1.2),
                f64::from((i / 9) as f32 * 0.3 - 0.9),
            ]
        };
        let points: Vec<Vec<f64>> = (0..63).map(point).collect();
        write(&place, &names(&graph, "inputs"), &points);
        agrees(&place, &graph, &points, 1e-5);
    }
}

/// A table with numbers that are missing, texts, dates, and years, which are far from 0.
fn mixed_table() -> String {
    let mut lines = vec!["age,city,joined,year,kind".to_owned()];
    for i in 0..120_usize {
        let age = match i % 5 {
            0 => String::new(),
            k => (20 + 3 * k + i % 7).to_string(),
        };
        let city = ["Oslo", "Bergen", "Turku"][i % 3];
        let kind = if (i % 5 + i % 3) % 2 == 0 { "a" } else { "b" };
        let (month, day) = (1 + i % 12, 1 + i % 28);
        let year = 2_000_000 + i % 4;
        lines.push(format!(
            "{age},{city},2024-{month:02}-{day:02},{year},{kind}"
        ));
    }
    lines.join("\n") + "\n"
}

#[test]
fn missing_numbers_are_imputed_in_the_graph_and_texts_are_columns() {
    let place = place();
    place.write("t.csv", mixed_table());
    let flags = ["--data", "csv:t.csv", "--target", "kind", "--epochs", "4"];
    let graph = exported(&place, &flags, &[]);
    assert_eq!(
        names(&graph, "inputs"),
        [
            "age",
            "city=Bergen",
            "city=Oslo",
            "city=Turku",
            "joined.days",
            "joined.month",
            "joined.weekday",
            "year"
        ]
    );
    // 2024-05-06, a Monday, is day 19849.
    let row = |age: f64, city: usize, year: f64| {
        let mut row = vec![age, 0.0, 0.0, 0.0, 19849.0, 5.0, 1.0, year];
        row[1 + city] = 1.0;
        row
    };
    let rows = vec![
        row(31.0, 0, 2_000_001.0),
        row(f64::NAN, 1, 2_000_003.0),
        row(f64::NAN, 2, 2_000_000.0),
        row(25.0, 1, 2_000_002.0),
    ];
    place.write(
        "rows.csv",
        "age,city,joined,year\n31,Bergen,2024-05-06,2000001\n,Oslo,2024-05-06,2000003\n,Turku,2024-05-06,2000000\n\
         25,Oslo,2024-05-06,2000002\n",
    );
    agrees(&place, &graph, &rows, 1e-5);
    let said = place.run(&["export", "run", "again.onnx"]).fine();
    assert!(
        said.err
            .contains("in place of city, joined its input has the numbers"),
        "{}",
        said.err
    );
    let rounded = "single precision, which have seven digits, and those of joined.days, year lie so far from 0";
    assert_eq!(said.err.matches(rounded).count(), 1, "{}", said.err);
    assert!(
        said.out
            .starts_with("input   x  float [rows, 8]: age, city=Bergen, "),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("output  class  int64 [rows]: "),
        "{}",
        said.out
    );
}

#[test]
fn a_model_of_double_precision_is_rounded_on_request() {
    let place = place();
    let flags = [
        "--data",
        "iris",
        "--epochs",
        "3",
        "--f64",
        "--activation",
        "gelu",
    ];
    let train = [&flags[..], &["--quiet", "--out", "run"]].concat();
    place.run(&train).fine();
    let double = place.run(&["export", "run", "double.onnx"]).fine();
    assert!(double.out.contains("x  double [rows, 4]"), "{}", double.out);
    assert!(
        double
            .err
            .contains("onnxruntime computes Erf in single precision only"),
        "{}",
        double.err
    );
    let single = place
        .run(&["export", "run", "single.onnx", "--single"])
        .fine();
    assert!(single.out.contains("x  float [rows, 4]"), "{}", single.out);
    assert_eq!(single.err, "");
    let graph = Graph::of(&fs::read(place.join("single.onnx")).unwrap());
    write(&place, &names(&graph, "inputs"), &irises());
    agrees(&place, &graph, &irises(), 1e-5);
}

#[test]
fn files_are_not_overwritten_and_other_runs_not_taken() {
    let place = place();
    let train = ["--data", "iris", "--epochs", "1", "--quiet", "--out", "run"];
    place.run(&train).fine();
    place.write("model.onnx", "mine");
    let refused = place.run(&["export", "run", "model.onnx"]);
    refused.refused(1, &["model.onnx exists", "--force"]);
    assert_eq!(
        fs::read_to_string(place.join("model.onnx")).unwrap(),
        "mine"
    );
    place
        .run(&["export", "nowhere", "a.onnx"])
        .refused(1, &["nowhere is not a folder"]);
    assert!(!place.join("a.onnx").exists());
}
