//! Test files, samples in their order, and groups: which samples are for what.

use std::collections::BTreeSet;
use std::fs;

use testing::Place;

use crate::support::{number, place, read_json};

/// So many rows from the number `from` on: y follows from x and city, four rows a patient.
fn rows(from: usize, count: usize) -> String {
    let mut text = "patient,x,city,y\n".to_owned();
    for i in from..from + count {
        let x = (i * 37 % 101) as f64 / 10.0;
        let (city, more) = [("Oslo", 0.0), ("Bergen", 3.0)][i * 7 % 5 % 2];
        text += &format!("p{},{x},{city},{}\n", i * 13 % 40, 2.0 * x + more);
    }
    text
}

const SHORT: [&str; 4] = ["--epochs", "30", "--schedule", "constant"];

fn lines(place: &Place, run: &str) -> Vec<usize> {
    let table = fs::read_to_string(place.join(&format!("{run}/predictions.csv"))).unwrap();
    assert!(table.starts_with("line,"), "{table}");
    let rows = table.lines().skip(1);
    rows.map(|row| row.split(',').next().unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_test_file_is_what_is_tested_on() {
    let place = place();
    place.write("train.csv", rows(0, 160));
    // Other columns in another order, and a city that is not known.
    let test = rows(160, 40).replacen("Oslo", "Moss", 1);
    let swapped: String = test
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{},{},7\n", cells[3], cells[2], cells[1])
        })
        .collect();
    let swapped = swapped.replacen(",7\n", ",weight\n", 1);
    place.write("test.csv", &swapped);
    let line = [
        &[
            "--data",
            "csv:train.csv",
            "--drop",
            "patient",
            "--test",
            "test.csv",
            "--out",
            "a",
        ],
        &SHORT[..],
    ]
    .concat();
    let said = place.run(&line).fine().err;
    for part in [
        "144 training, 16 validation, 40 test samples",
        "columns that the training file does not have are left out: weight",
        "city has categories that no training row has, and is zero there: Moss",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let metrics = read_json(place.join("a/metrics.json"));
    assert_eq!(metrics["test_data"], "test.csv");
    // Each line of the test file.
    assert_eq!(lines(&place, "a"), (2..42).collect::<Vec<_>>());
    let settings = fs::read_to_string(place.join("a/config.toml")).unwrap();
    assert!(
        settings.contains("test = \"test.csv\"") && settings.contains("split = \"official\""),
        "{settings}"
    );
    // The figures are those of the answers to the same file.
    let again = place.json(&["eval", "a"]);
    assert_eq!(again["r2"], metrics["test"]["r2"]);
    let answers = place.run(&["predict", "a", "test.csv"]).fine().out;
    let table = fs::read_to_string(place.join("a/predictions.csv")).unwrap();
    for (answer, row) in answers.lines().zip(table.lines().skip(1)) {
        assert_eq!(
            answer.rsplit_once(' ').unwrap().1,
            row.rsplit_once(',').unwrap().1
        );
    }
    assert_eq!(answers.lines().count(), 40);
    // A run that goes on is the one that was not interrupted.
    place
        .run(&["--resume", "a", "--epochs", "35", "--quiet"])
        .fine();
    let other = |flag: &&'static str| match *flag {
        "a" => "b",
        "30" => "35",
        flag => flag,
    };
    let longer: Vec<&str> = line.iter().map(other).collect();
    place.run(&longer).fine();
    let model = |run: &str| fs::read(place.join(&format!("{run}/model.safetensors"))).unwrap();
    assert_eq!(model("a"), model("b"));
    // A change of the test file is noticed, and named.
    place.write("test.csv", swapped.replace("Bergen", "Oslo"));
    place
        .run(&["eval", "a", "-q"])
        .refused(1, &["its test file has other cells in city"]);
    place
        .run(&["--resume", "a", "--epochs", "40", "-q"])
        .refused(1, &["its test file"]);
}

#[test]
fn what_does_not_go_with_a_test_file_is_refused() {
    let place = place();
    place.write("train.csv", rows(0, 40));
    place.write("test.csv", "x,city\n1,Oslo\n");
    let both = |more: &[&str]| {
        let line = [
            "--data",
            "csv:train.csv",
            "--test",
            "test.csv",
            "--out",
            "a",
        ];
        place.run(&[&line[..], more].concat())
    };
    both(&["--drop", "patient"]).refused(1, &["test.csv has no column", "y"]);
    both(&["--split", "0.3"]).refused(2, &["--split 0.3", "--test test.csv"]);
    both(&["--split", "ordered:0.3"]).refused(2, &["--split ordered:0.3"]);
    let named = place.run(&["--data", "diabetes", "--test", "test.csv"]);
    named.refused(2, &["--test test.csv", "diabetes is no csv:FILE"]);
    let group = [
        "--data",
        "csv:train.csv",
        "--group",
        "patient",
        "--split",
        "ordered",
    ];
    place
        .run(&group)
        .refused(2, &["--group patient", "--split ordered"]);
    place
        .run(&["--data", "diabetes", "--group", "sex"])
        .refused(2, &["--group sex"]);
    place
        .run(&["--data", "csv:train.csv", "--split", "half"])
        .refused(2, &["ordered"]);
    assert!(!place.join("a").exists());
}

#[test]
fn samples_in_order_are_tested_on_the_last_ones() {
    let place = place();
    place.write("a.csv", rows(0, 100));
    let line = [
        "--data",
        "csv:a.csv",
        "--drop",
        "patient",
        "--split",
        "ordered",
        "--folds",
        "4",
        "--out",
        "a",
        "--epochs",
        "20",
    ];
    let said = place.run(&line).fine().err;
    let part = "samples stay in their order, nothing is drawn: training lines 2 to 73, validation lines 74 to 81, test lines 82 to 101";
    assert!(said.contains(part), "{said}");
    assert_eq!(lines(&place, "a"), (82..102).collect::<Vec<_>>());
    let page = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(page.contains("trained on the samples of the training set before it"));
    let metrics = read_json(place.join("a/metrics.json"));
    assert_eq!(metrics["folds"].as_array().unwrap().len(), 4);
    // A test file beside it: the last samples of the training file validate.
    place.write("b.csv", rows(100, 20));
    let line = [
        "--data",
        "csv:a.csv",
        "--drop",
        "patient",
        "--split",
        "ordered",
        "--test",
        "b.csv",
        "--out",
        "b",
        "--epochs",
        "5",
    ];
    let said = place.run(&line).fine().err;
    assert!(
        said.contains("training lines 2 to 91, validation lines 92 to 101\n"),
        "{said}"
    );
    place.json(&["eval", "b"]);
}

#[test]
fn groups_are_in_one_part_and_no_input() {
    let place = place();
    let text = rows(0, 200);
    place.write("a.csv", &text);
    let patients: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|l| l.split(',').next().unwrap())
        .collect();
    let line = [
        "--data",
        "csv:a.csv",
        "--group",
        "patient",
        "--out",
        "a",
        "--epochs",
        "10",
        "--folds",
        "3",
        "--schedule",
        "constant",
    ];
    let said = place.run(&line).fine().err;
    assert!(said.contains("groups by patient: 29 for training, 3 for validation, 8 for test, none of them in two parts"), "{said}");
    let tested: BTreeSet<usize> = lines(&place, "a")
        .into_iter()
        .map(|line| line - 2)
        .collect();
    let of = |wanted: bool| -> BTreeSet<&str> {
        (0..200)
            .filter(|i| tested.contains(i) == wanted)
            .map(|i| patients[i])
            .collect()
    };
    assert!(of(true).is_disjoint(&of(false)));
    assert_eq!(of(true).len(), 8);
    // The column is no input: a file without it is answered.
    place.write("new.csv", "x,city\n1.5,Oslo\n");
    let answered = place.run(&["predict", "a", "new.csv"]).fine();
    assert_eq!(answered.out.lines().count(), 1);
    place.json(&["eval", "a"]);
    // A sweep and a resumed run divide alike.
    let grid = [
        "--data",
        "csv:a.csv",
        "--group",
        "patient",
        "--grid",
        "lr=0.01,0.001",
        "--epochs",
        "3",
        "--out",
        "g",
    ];
    place.run(&grid).fine();
    place
        .run(&["--resume", "a", "--epochs", "12", "--quiet"])
        .fine();
    assert!(number(&read_json(place.join("a/metrics.json"))["test"]["r2"]).is_finite());
    place
        .run(&[
            "--data",
            "csv:a.csv",
            "--group",
            "patient",
            "--folds",
            "40",
            "-q",
        ])
        .refused(1, &["--folds 40", "32 groups of rows make 2 to 32 folds"]);
    place.write(
        "one.csv",
        text.replace("p0,", "p1,")
            .lines()
            .filter(|l| l.starts_with("p1,") || l.starts_with("patient"))
            .map(|l| format!("{l}\n"))
            .collect::<String>(),
    );
    place
        .run(&["--data", "csv:one.csv", "--group", "patient", "-q"])
        .refused(1, &["two parts need two groups of rows, and there are 1"]);
}
