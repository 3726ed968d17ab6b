//! The Hessian of a run, and two runs compared.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Place, classifier, iris, number, place, read_json, regressor, text};

/// Few vectors and iterations, for tests that do not look at the numbers.
const QUICK: [&str; 10] = [
    "--top",
    "2",
    "--bottom",
    "1",
    "--steps",
    "8",
    "--trace-vectors",
    "2",
    "--density-vectors",
    "1",
];

fn quick(place: &Place, line: &[&str]) -> Value {
    // So few iterations do not converge, which is warned of.
    let done = place.run(&[line, &QUICK, &["--json", "-q"]].concat());
    done.fine().json()
}

fn page(place: &Place, file: &str) -> String {
    fs::read_to_string(place.join(file)).unwrap()
}

/// 2400 samples of two classes, three of four of the first.
fn large(file: &Path) {
    let row = |i: u32| {
        let (class, x) = (
            if i.is_multiple_of(4) { "b" } else { "a" },
            f64::from(i % 97) / 97.0,
        );
        format!("{x},{},{class}\n", x * f64::from(i % 4))
    };
    let rows: String = (0..2700).map(row).collect();
    fs::write(file, format!("x,y,class\n{rows}")).unwrap();
}

#[test]
fn layers_have_the_names_of_the_model_file() {
    let place = place();
    let hessian = quick(&place, &["hessian", text(iris()), "--out", "h"]);
    assert_eq!(hessian, read_json(place.join("h/hessian.json")));
    let names: Vec<_> = hessian["per_layer"].as_array().unwrap().iter().collect();
    assert_eq!(names[0]["parameters"], json!(["0.weight", "0.bias"]));
    assert_eq!(names[0]["layer"], "Linear(4, 16) + relu");
    assert_eq!(names.len(), 3);
    let bytes = fs::read(iris().join("model.safetensors")).unwrap();
    let head = String::from_utf8_lossy(&bytes[..4096.min(bytes.len())]).into_owned();
    let report = page(&place, "h/report.html");
    let run = place.run(&[&["hessian", text(iris()), "--out", "i", "-q"][..], &QUICK].concat());
    let printed = run.fine().out;
    for block in names {
        let both: Vec<&str> = block["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_str().unwrap())
            .collect();
        for name in &both {
            assert!(head.contains(&format!("\"{name}\"")), "{name}");
        }
        let name = both.join(", ");
        assert!(report.contains(&name), "{name}");
        assert!(
            printed.contains(&format!("{name}: {}", block["layer"].as_str().unwrap())),
            "{printed}"
        );
    }
    assert!(
        printed
            .lines()
            .all(|line| line.starts_with("run") || line.chars().count() <= 80),
        "{printed}"
    );
    assert!(report.contains("<title>run: Hessian of the loss on 30 test samples of iris</title>"));
}

#[test]
fn more_than_ten_layers_stand_in_the_order_of_the_network() {
    let place = place();
    classifier(
        &place.join("deep"),
        "--data iris --hidden 4,4,4,4,4,4 --epochs 1",
    );
    let hessian = quick(&place, &["hessian", "deep", "--out", "h"]);
    let layers = hessian["per_layer"].as_array().unwrap();
    let first = |i: usize| layers[i]["parameters"][0].as_str().unwrap().to_owned();
    assert_eq!(layers.len(), 7);
    assert_eq!(
        [first(0), first(1), first(5), first(6)],
        ["0.weight", "2.weight", "10.weight", "12.weight"]
    );
}

#[test]
fn large_data_are_sampled_unless_all_are_asked_for() {
    let place = place();
    large(&place.join("many.csv"));
    let data = format!(
        "--data csv:{} --target class --hidden 2 --epochs 1 --split 0.1 --val-fraction 0",
        text(&place.join("many.csv"))
    );
    classifier(&place.join("a"), &data);
    let train = read_json(place.join("a/metrics.json"))["rows"]["train"]
        .as_u64()
        .unwrap();
    assert!(train > 2000, "{train}");
    let line = ["hessian", "a", "--split", "train", "--no-layers", "--out"];
    let done = place
        .run(&[&line[..], &["h", "--json"], &QUICK].concat())
        .fine();
    let words = format!(
        "2000 of {train} training samples of many.csv, drawn by seed 0, in proportion to their classes"
    );
    assert!(
        done.err
            .contains(&format!("a: curvature on {words}; --samples all takes all")),
        "{}",
        done.err
    );
    let hessian = done.json();
    assert_eq!(
        (&hessian["samples"], &hessian["available"]),
        (&2000.into(), &train.into())
    );
    assert_eq!(
        (&hessian["sample_seed"], &hessian["by_class"]),
        (&0.into(), &true.into())
    );
    assert!(page(&place, "h/report.html").contains(&words));
    let all = quick(&place, &[&line[..], &["i", "--samples", "all"]].concat());
    assert_eq!(
        (&all["samples"], &all["sample_seed"]),
        (&train.into(), &Value::Null)
    );
    let some = quick(
        &place,
        &[&line[..], &["j", "--samples", "100", "--seed", "3"]].concat(),
    );
    assert_eq!(
        (&some["samples"], &some["sample_seed"]),
        (&100.into(), &3.into())
    );
    // Another seed takes other samples; a sample as large as the split is the split.
    assert_ne!(hessian["top"], all["top"]);
    // Small data are taken whole.
    let small = quick(&place, &["hessian", text(iris()), "--out", "k"]);
    assert_eq!(
        (&small["samples"], &small["sample_seed"]),
        (&30.into(), &Value::Null)
    );
    // A slice takes all unless it is told otherwise.
    let slice = place.json(&[
        "a", "--split", "train", "--x", "0:1:2", "--y", "none", "--out", "s",
    ]);
    assert_eq!(slice["samples"], train);
}

#[test]
fn settings_that_differ_are_named_and_numbers_are_explained() {
    let place = place();
    classifier(
        &place.join("small"),
        "--data iris --hidden 8 --epochs 3 --batch-size 8",
    );
    classifier(
        &place.join("large"),
        "--data iris --hidden 8 --epochs 3 --batch-size 64 --seed 7 --batch-norm",
    );
    let line = [
        "compare",
        "small",
        "large",
        "--x",
        "-1:1:3",
        "--y",
        "-1:1:3",
        "--sharpness",
        "0.1",
        "--no-layers",
    ];
    let done = place
        .run(&[&line[..], &["--out", "c"], &QUICK].concat())
        .fine();
    let comparison = read_json(place.join("c/compare.json"));
    assert_eq!(
        comparison["differences"],
        json!([
            {"setting": "--batch-norm", "values": ["off", "on"]},
            {"setting": "--batch-size", "values": ["8", "64"]},
            {"setting": "--seed", "values": ["0", "7"]},
        ])
    );
    let train = &read_json(place.join("small/metrics.json"))["rows"]["train"];
    let announced = format!("small: slice and curvature on all {train} training samples of iris");
    let title = format!(
        "<title>small and large: loss surface and curvature on {train} training samples of iris</title>"
    );
    let report = page(&place, "c/compare.html");
    let said = format!("{}{}", done.out, done.err.replace("\n  ", " "));
    for part in [
        "settings that differ",
        "--batch-size",
        "largest eigenvalue: Curvature λ of the loss",
        "Hessian trace: Sum of all eigenvalues",
        "sharpness: Largest increase of the loss",
        "training loss: Mean loss over all training samples",
        "test loss: Mean loss over all test samples",
        "compare runs at equal training loss",
        &announced,
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    for part in [
        "Settings that differ",
        "--batch-norm",
        "What the numbers mean",
        "Sum of all eigenvalues",
        "compare runs at equal training loss",
        &title,
    ] {
        assert!(report.contains(part), "{part}");
    }
    assert!(
        done.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        done.out
    );
    let sharpness = number(&comparison["runs"][0]["hessian"]["sharpness"]["growth"]);
    assert!(
        done.out.contains(&format!("{sharpness:.4}")),
        "{}",
        done.out
    );
    // A run beside itself.
    let same = place.run(
        &[
            &[
                "compare",
                "small",
                "small",
                "--x",
                "-1:1:3",
                "--y",
                "none",
                "--no-layers",
                "--out",
                "d",
            ][..],
            &QUICK,
        ]
        .concat(),
    );
    let same = same.fine();
    assert!(
        same.out.contains("none: both runs have the same settings"),
        "{}",
        same.out
    );
    assert!(same.err.contains("0.0 % apart"), "{}", same.err);
}

#[test]
fn values_are_drawn_without_classes() {
    let place = place();
    regressor(
        &place.join("a"),
        "--data runge --n 400 --hidden 4 --epochs 1",
    );
    let line = [
        "hessian",
        "a",
        "--samples",
        "20",
        "--split",
        "train",
        "--out",
        "h",
        "--json",
    ];
    let done = place.run(&[&line[..], &QUICK].concat()).fine();
    assert!(
        done.err.contains("drawn by seed 0; --samples all"),
        "{}",
        done.err
    );
    assert_eq!(done.json()["by_class"], false);
}

#[test]
fn as_many_iterations_are_allowed_as_can_be_asked_for() {
    let place = place();
    let most = "9223372036854775807";
    let line = ["hessian", text(iris()), "--json", "-q", "--steps", most];
    let few = ["--top", "1", "--bottom", "1", "--trace-vectors", "2"];
    let line = [&line[..], &few, &["--density-vectors", "1"]].concat();
    let hessian = place.run(&line).fine().json();
    assert!(number(&hessian["top"][0]) > 0.0, "{hessian}");
}
