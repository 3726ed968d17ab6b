//! What people take away from a run: predictions as tables, and which columns decide.

use std::fs;

use serde_json::json;

use crate::files::{passengers, trained};
use crate::support::{Done, number, place, read_json};

/// The cells of a CSV file without quotes, a line each.
fn cells(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(',').collect()).collect()
}

#[test]
fn predictions_of_test_rows_are_a_table() {
    let place = place();
    let text = passengers(120);
    place.write("ship.csv", &text);
    trained(&place, &["--drop", "name"]);
    let table = fs::read_to_string(place.join("a/predictions.csv")).unwrap();
    let table = cells(&table);
    assert_eq!(table[0], ["line", "true", "predicted", "p(no)", "p(yes)"]);
    assert_eq!(table.len(), 25);
    let lines: Vec<&str> = text.lines().collect();
    let mut right = 0.0;
    for row in &table[1..] {
        let line: usize = row[0].parse().unwrap();
        assert!(lines[line - 1].ends_with(row[1]), "{row:?}");
        let [no, yes] = [row[3], row[4]].map(|p| p.parse::<f64>().unwrap());
        assert!((no + yes - 1.0).abs() < 1e-6, "{row:?}");
        assert_eq!(row[2], if yes > no { "yes" } else { "no" });
        right += f64::from(u8::from(row[1] == row[2]));
    }
    let metrics = read_json(place.join("a/metrics.json"));
    assert!((number(&metrics["test"]["accuracy"]) - right / 24.0).abs() < 1e-12);

    // The same answers for the same rows as a file and from standard input.
    let asked: Vec<&str> = table[1..]
        .iter()
        .map(|row| lines[row[0].parse::<usize>().unwrap() - 1])
        .collect();
    place.write("new.csv", format!("{}\n{}\n", lines[0], asked.join("\n")));
    let line = ["predict", "a", "new.csv", "--out", "answers.csv"];
    let done = place.run(&line).fine();
    assert_eq!(done.out, "");
    let answers = fs::read_to_string(place.join("answers.csv")).unwrap();
    let answers = cells(&answers);
    assert_eq!(answers[0], ["file", "line", "predicted", "p(no)", "p(yes)"]);
    for (i, (answer, row)) in answers[1..].iter().zip(&table[1..]).enumerate() {
        assert_eq!(answer[..2], ["new.csv", &(i + 2).to_string()]);
        assert_eq!(answer[2..], row[2..]);
    }
    assert_eq!(answers.len(), table.len());
    place
        .run(&line)
        .refused(1, &["answers.csv exists", "--force"]);
    place.run(&[&line[..], &["--force"]].concat()).fine();
    let mut piped = place.command(&["predict", "a", "-"]);
    let new = fs::File::open(place.join("new.csv")).unwrap();
    let piped = Done::of(piped.stdin(new).output().unwrap()).fine();
    let printed = place.run(&["predict", "a", "new.csv"]).fine();
    assert_eq!(
        piped.out,
        printed.out.replace("new.csv:", "standard input:")
    );
}

/// Who lived depends on sex and class alone, and categories are dealt as a whole.
#[test]
fn importance_ranks_the_columns_that_decide_first() {
    let place = place();
    place.write("ship.csv", passengers(240));
    trained(&place, &["--drop", "id,name"]);
    let line = ["importance", "a", "--repeats", "20", "--json", "-q"];
    let found = place.run(&line).fine().json();
    assert_eq!(
        (&found["samples"], &found["repeats"]),
        (&json!(48), &json!(20))
    );
    let metrics = read_json(place.join("a/metrics.json"));
    assert_eq!(found["baseline"], metrics["test"]["accuracy"]);
    let columns = found["columns"].as_array().unwrap();
    let names: Vec<&str> = columns
        .iter()
        .map(|c| c["column"].as_str().unwrap())
        .collect();
    assert_eq!(names[0], "sex", "{found}");
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["age", "class", "fare", "port", "sex"]);
    for column in columns {
        let [mean, low, high] = [
            &column["mean"],
            &column["interval"][0],
            &column["interval"][1],
        ]
        .map(number);
        assert!(low <= mean && mean <= high, "{column}");
    }
    assert!(number(&columns[0]["interval"][0]) > 0.1, "{found}");
    assert_eq!(place.run(&line).fine().json(), found);
    place
        .run(&["importance", "a", "--repeats", "0"])
        .refused(2, &["--repeats"]);
    let printed = place.run(&["importance", "a", "-q"]).fine();
    assert_eq!(printed.out.lines().count(), 7, "{printed:?}");
}
