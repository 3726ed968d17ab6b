//! Text of files that acts where it is shown: escape sequences on terminals, formulas in spreadsheets; and answers that
//! are no numbers.

use std::fs;

use crate::support::{Done, Place, place};

/// A label that colors a terminal and rings its bell, and one that a spreadsheet would run.
const LABELS: [&str; 2] = ["\u{1b}[31mred\u{7}\u{9b}2J", "=HYPERLINK(\"http://x\")"];

/// A table whose names of columns and classes are hostile, in a file with such a name; a run on it in `a`.
fn trained(place: &Place) -> Done {
    let mut text = "x\u{1b}[2J,+y,kind\n".to_owned();
    for i in 0..60 {
        let label = LABELS[i % 2].replace('"', "\"\"");
        text.push_str(&format!("{},{},\"{label}\"\n", i % 2 * 10 + i / 20, i % 7));
    }
    place.write("e\u{1b}[31m.csv", text);
    let line = [
        "--data",
        "csv:e\u{1b}[31m.csv",
        "--epochs",
        "200",
        "--lr",
        "0.01",
        "--out",
        "a",
    ];
    place.run(&line).fine()
}

/// Asserts that a text holds nothing that a terminal obeys.
#[track_caller]
fn is_inert(text: &str) {
    let bad: Vec<char> = text
        .chars()
        .filter(|c| c.is_control() && !matches!(c, '\n' | '\t'))
        .collect();
    assert!(bad.is_empty(), "{bad:?} in {text:?}");
}

#[test]
fn escape_sequences_reach_no_terminal_and_no_file_that_is_shown() {
    let place = place();
    let mut shown = vec![trained(&place)];
    let line = ["--data", "csv:e\u{1b}[31m.csv", "--describe"];
    shown.push(place.run(&line).fine());
    place.write("new\u{1b}c.csv", "x\u{1b}[2J,+y\n0,0\n12,3\n");
    let predicted = place.run(&["predict", "a", "new\u{1b}c.csv"]).fine();
    assert!(predicted.out.contains("\\u001b[31mred\\u0007\\u009b2J"));
    let json = place
        .run(&["predict", "a", "new\u{1b}c.csv", "--json"])
        .fine();
    // What is printed as JSON means what stands in the file.
    let found = &json.json()["rows"];
    let labels = [&found[0]["label"], &found[1]["label"]].map(|l| l.as_str().unwrap());
    assert_eq!(labels, LABELS, "{found}");
    shown.extend([predicted, json, place.run(&["eval", "a"]).fine()]);
    shown.push(place.run(&["predict", "a", "absent\u{1b}[0m.csv"]));
    assert_eq!(shown.last().unwrap().code, Some(1));
    for done in &shown {
        is_inert(&done.out);
        is_inert(&done.err);
    }
    let figures = fs::read_dir(place.join("a/figures")).unwrap();
    let figures: Vec<_> = figures.map(|e| e.unwrap().path()).collect();
    assert!(!figures.is_empty());
    for file in [place.join("a/report.html"), place.join("a/predictions.csv")]
        .into_iter()
        .chain(figures)
    {
        is_inert(&fs::read_to_string(file).unwrap());
    }
}

#[test]
fn tables_hold_no_formulas_and_read_back() {
    let place = place();
    trained(&place);
    let table = fs::read_to_string(place.join("a/predictions.csv")).unwrap();
    let mut formulas = 0;
    for (i, line) in table.lines().enumerate() {
        let cells = cells(line);
        assert_eq!(cells.len(), 5, "{line}");
        for cell in &cells[..] {
            let is_number = cell.parse::<f64>().is_ok();
            assert!(
                is_number || !cell.starts_with(['=', '+', '-', '@']),
                "{line}"
            );
        }
        if i > 0 && cells[1].starts_with('\'') {
            formulas += 1;
            assert_eq!(cells[1].strip_prefix('\''), Some(LABELS[1]));
        }
    }
    assert_eq!(formulas, 6, "{table}");
    place.write("new.csv", "x\u{1b}[2J,+y\n0,0\n");
    place
        .run(&["predict", "a", "new.csv", "--out", "answers.csv"])
        .fine();
    let answers = fs::read_to_string(place.join("answers.csv")).unwrap();
    is_inert(&answers);
    assert_eq!(cells(answers.lines().next().unwrap())[2..].len(), 3);
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.next_if_eq(&'"').is_some() => cells.last_mut().unwrap().push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

#[test]
fn answers_that_are_not_finite_are_said_and_fail() {
    let place = place();
    place
        .run(&["--data", "iris", "--epochs", "2", "--out", "a", "-q"])
        .fine();
    place.write("p.csv", "5,3,1,0.2\n1e308,1,1,1\n1e308,1e308,1,1\n");
    for more in [&[][..], &["--json"], &["--out", "answers.csv"]] {
        let done = place.run(&[&["predict", "a", "p.csv"], more].concat());
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(
            done.err
                .contains("warning: p.csv:2: the answer is not finite, as 2 of 3 in this file"),
            "{done:?}"
        );
        assert!(
            done.err.contains("error: 2 answers are not finite"),
            "{done:?}"
        );
    }
    // Those of other rows are there all the same.
    let table = fs::read_to_string(place.join("answers.csv")).unwrap();
    assert_eq!(table.lines().count(), 4);
    place.write("q.csv", "5,3,1,0.2\n");
    place.run(&["predict", "a", "q.csv"]).fine();
}

#[test]
fn figures_that_are_not_finite_are_said_and_fail() {
    let place = place();
    let line = "--data iris --optimizer sgd --lr 1e30 --schedule constant --epochs 2 --out a -q";
    place.run(&line.split(' ').collect::<Vec<_>>()).fine();
    for more in [&[][..], &["--json"]] {
        let done = place.run(&[&["eval", "a"], more].concat());
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(
            done.err
                .contains("error: figures of the test rows are not finite")
        );
        assert!(done.out.contains("loss"), "{done:?}");
    }
}
