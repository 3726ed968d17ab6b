//! Samples that do not all count the same, and files of class weights.

use std::fs;

use serde_json::Value;

use crate::support::{Place, number, place, read_json};

/// Two clouds that overlap, a point a row, of two classes and with a weight from 0 to 3.
pub(crate) fn clouds(rows: u32) -> String {
    let mut text = "x,y,w,kind\n".to_owned();
    for i in 0..rows {
        let noise = |k: u32| f64::from((i * k) % 101) / 50.0 - 1.0;
        let (kind, shift) = match i % 4 {
            0 => ("late", 0.7),
            _ => ("early", 0.0),
        };
        let weight = i * 5 % 7 / 2;
        text += &format!(
            "{},{},{weight},{kind}\n",
            noise(37) + shift,
            noise(59) + shift
        );
    }
    text
}

const LINE: [&str; 8] = [
    "--data",
    "csv:clouds.csv",
    "--hidden",
    "6",
    "--epochs",
    "6",
    "--sample-weight",
    "w",
];

fn run(place: &Place, flags: &[&str], out: &str) -> Value {
    let line = [&LINE[..], flags, &["-q", "--out", out]].concat();
    place.run(&line).fine();
    read_json(place.join(out).join("metrics.json"))
}

/// The weight, the true class, the predicted one and the probability of the true one.
type Row = (f64, String, String, f64);

fn model(place: &Place, run: &str) -> Vec<u8> {
    fs::read(place.join(run).join("model.safetensors")).unwrap()
}

/// What is true and what is said of each test row.
fn predictions(place: &Place, run: &str) -> Vec<Row> {
    let text = fs::read_to_string(place.join("clouds.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let table = fs::read_to_string(place.join(run).join("predictions.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let source: Vec<&str> = lines[cells[0].parse::<usize>().unwrap() - 1]
            .split(',')
            .collect();
        assert_eq!(source[3], cells[1]);
        let own = if cells[1] == "early" {
            cells[3]
        } else {
            cells[4]
        };
        (
            source[2].parse().unwrap(),
            cells[1].to_owned(),
            cells[2].to_owned(),
            own.parse().unwrap(),
        )
    };
    table.lines().skip(1).map(row).collect()
}

#[test]
fn figures_count_samples_by_their_weights() {
    let place = place();
    place.write("clouds.csv", clouds(240));
    let metrics = run(&place, &["--f64"], "a");
    let test = &metrics["test"];
    let rows = predictions(&place, "a");
    let sum = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).sum::<f64>();
    let total = sum(&|row| row.0);
    assert!(total != rows.len() as f64);
    let near = |got: &Value, want: f64| {
        let got = number(got);
        assert!((got - want).abs() < 1e-12 * want.max(1.0), "{got} {want}");
    };
    near(
        &test["accuracy"],
        sum(&|row| if row.1 == row.2 { row.0 } else { 0.0 }) / total,
    );
    near(&test["loss"], sum(&|row| -row.0 * row.3.ln()) / total);
    for (i, truth) in ["early", "late"].into_iter().enumerate() {
        for (j, said) in ["early", "late"].into_iter().enumerate() {
            let own = |row: &Row| row.1 == truth && row.2 == said;
            near(
                &test["weighted_confusion"][i][j],
                sum(&|row| if own(row) { row.0 } else { 0.0 }),
            );
            let count = rows.iter().filter(|row| own(row)).count();
            assert_eq!(test["confusion"][i][j].as_u64(), Some(count as u64));
        }
    }
    let late = sum(&|row| if row.1 == "late" { row.0 } else { 0.0 });
    near(
        &metrics["baselines"]["majority"]["accuracy"],
        (total - late) / total,
    );
    assert_eq!(
        place.run(&["eval", "a", "--json", "-q"]).fine().json(),
        *test
    );
    let plain = [
        &LINE[..6],
        &["--drop", "w", "-q", "--f64", "--out", "plain"],
    ]
    .concat();
    place.run(&plain).fine();
    let plain = read_json(place.join("plain/metrics.json"));
    assert!(plain["test"].get("weighted_confusion").is_none());
    for key in [
        "accuracy",
        "loss",
        "roc_auc",
        "average_precision",
        "calibration_error",
    ] {
        let of = |metrics: &Value| number(&metrics["baselines"]["logistic"][key]);
        assert_ne!(of(&plain), of(&metrics), "{key}");
    }
}

#[test]
fn the_column_is_told_kept_and_left_out_of_predictions() {
    let place = place();
    place.write("clouds.csv", clouds(120));
    let done = place.run(&[&LINE[..], &["--out", "a"]].concat()).fine();
    for part in [
        "(weight)",
        "samples weigh by w: from ",
        "divided by their mean, ",
    ] {
        assert!(done.err.contains(part), "{part:?} is not in {}", done.err);
    }
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(
        report.contains("Samples weigh by w: from") && report.contains("counts are of samples")
    );
    let config = fs::read_to_string(place.join("a/config.toml")).unwrap();
    assert!(config.contains("sample-weight = \"w\"\n"), "{config}");
    let record = fs::read_to_string(place.join("a/data.json")).unwrap();
    assert!(record.contains("\"w\""), "{record}");
    let said = place
        .run(&["predict", "a", "clouds.csv", "--out", "with.csv"])
        .fine();
    assert!(
        said.err
            .contains("the column w, which weighed the samples in training, is left out"),
        "{said:?}"
    );
    let without: String = clouds(120)
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{}\n", cells[0], cells[1])
        })
        .collect();
    place.write("without.csv", without);
    let said = place
        .run(&["predict", "a", "without.csv", "--out", "without.out.csv"])
        .fine();
    assert_eq!(said.err, "");
    let answers = |file: &str| fs::read_to_string(place.join(file)).unwrap();
    assert_eq!(
        answers("with.csv").replace("clouds.csv", "without.csv"),
        answers("without.out.csv")
    );
    // Weights that changed are other data.
    place.write("clouds.csv", clouds(120).replacen(",0,", ",2,", 1));
    place
        .run(&["eval", "a", "-q"])
        .refused(1, &["csv:clouds.csv has other cells in w"]);
}

#[test]
fn a_run_with_weights_goes_on_in_folds_and_sweeps() {
    let place = place();
    place.write("clouds.csv", clouds(160));
    let weights = ["--class-weight", "balanced", "--schedule", "constant"];
    run(&place, &weights, "whole");
    let half = [
        &LINE[..4],
        &["--epochs", "3"],
        &LINE[6..],
        &weights,
        &["-q", "--out", "half"],
    ]
    .concat();
    place.run(&half).fine();
    place
        .run(&["--resume", "half", "--epochs", "6", "-q"])
        .fine();
    assert!(model(&place, "half") == model(&place, "whole"));
    let folds = run(&place, &["--folds", "3"], "folds");
    assert_eq!(folds["folds"].as_array().unwrap().len(), 3);
    // Sums of weights over folds are those of all rows that were divided.
    let cells = |of: &Value| -> f64 {
        let rows = of["weighted_confusion"].as_array().unwrap();
        rows.iter()
            .flat_map(|row| row.as_array().unwrap())
            .map(number)
            .sum()
    };
    let parts: f64 = folds["folds"].as_array().unwrap().iter().map(cells).sum();
    assert!((cells(&folds["test"]) - parts).abs() < 1e-9);
    let test: f64 = predictions(&place, "folds").iter().map(|row| row.0).sum();
    let all: u32 = (0..160).map(|i| i * 5 % 7 / 2).sum();
    assert!((parts + test - f64::from(all)).abs() < 1e-9);
    let grid = [
        &LINE[..],
        &[
            "--grid",
            "class-weight=none,balanced",
            "--out",
            "grid",
            "-q",
            "--json",
        ],
    ]
    .concat();
    let swept = place.run(&grid).fine().json();
    assert!(swept.is_object(), "{swept}");
    place.write("settings.toml", "data = \"csv:clouds.csv\"\nhidden = [6]\nepochs = 6\nsample-weight = \"w\"\nclass-weight = \"balanced\"\nschedule = \"constant\"\n");
    place
        .run(&["--config", "settings.toml", "-q", "--out", "file"])
        .fine();
    assert!(model(&place, "file") == model(&place, "whole"));
}

#[test]
fn what_cannot_weigh_is_refused() {
    let place = place();
    let train = |text: String, flags: &[&str]| {
        place.write("clouds.csv", text);
        place.run(&[&LINE[..], flags, &["-q"]].concat())
    };
    let cell = |cell: &str| clouds(40).replacen(",0,", &format!(",{cell},"), 1);
    train(cell("-2"), &[]).refused(1, &["clouds.csv has -2 in line 2, column \"w\""]);
    train(cell(""), &[]).refused(1, &["has no value in line 2, column \"w\""]);
    train(clouds(40), &["--drop", "w"]).refused(1, &["has no column \"w\" to weigh the rows"]);
    train(clouds(40), &["--target", "w"]).refused(1, &["cannot weigh the rows as well"]);
    let far = clouds(40).replacen(",1,", ",1e300,", 1);
    let far = far.replace(",2,", ",0,").replace(",3,", ",1e-300,");
    train(far.replace(",1,", ",1e-300,"), &["--seed", "1"]).refused(1, &["--sample-weight"]);
    place
        .run(&["--data", "iris", "--sample-weight", "w", "-q"])
        .refused(
            2,
            &["--sample-weight w names a column of a CSV file, and iris is none"],
        );
}

#[test]
fn a_file_of_class_weights_is_what_it_says() {
    let place = place();
    place.write("clouds.csv", clouds(80));
    place.write("weights.csv", "class,weight\nlate,2.5\n\"early\",0.5\n");
    run(&place, &["--class-weight", "weights.csv"], "a");
    let done = place
        .run(
            &[
                &LINE[..],
                &["--class-weight", "late=2.5,early=0.5", "--out", "b"],
            ]
            .concat(),
        )
        .fine();
    assert!(model(&place, "a") == model(&place, "b"));
    assert!(
        done.err.contains("classes weigh in the losses: early "),
        "{}",
        done.err
    );
    let config = fs::read_to_string(place.join("a/config.toml")).unwrap();
    assert!(
        config.contains("class-weight = \"late=2.5,early=0.5\"\n"),
        "{config}"
    );
    let refused = |text: &str, parts: &[&str]| {
        place.write("weights.csv", text);
        let line = [&LINE[..], &["--class-weight", "weights.csv", "-q"]].concat();
        place.run(&line).refused(2, parts);
    };
    refused(
        "class,weight\nlate,0\n",
        &["weights.csv has \"0\" for the weight of late", "in line 2"],
    );
    refused("late,2\n", &["for the headings class,weight in line 1"]);
    fs::remove_file(place.join("weights.csv")).unwrap();
    place
        .run(&[&LINE[..], &["--class-weight", "weights.csv", "-q"]].concat())
        .refused(2, &["cannot read weights.csv"]);
}

/// The logistic regression beside a weighted network is weighted like it.
#[test]
fn baselines_have_the_weights_of_classes() {
    let place = place();
    place.write("clouds.csv", clouds(300));
    let recall = |flags: &[&str], out: &str| {
        let metrics = run(&place, flags, out);
        number(&metrics["baselines"]["logistic"]["per_class"][1]["recall"])
    };
    let (plain, balanced) = (
        recall(&[], "a"),
        recall(&["--class-weight", "balanced"], "b"),
    );
    assert!(balanced > plain + 0.1, "{balanced} {plain}");
    let report = fs::read_to_string(place.join("b/report.html")).unwrap();
    assert!(report.contains("logistic regression among the baselines weigh classes"));
}
