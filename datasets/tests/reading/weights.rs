//! A column that says how much each row counts.

use datasets::{ColumnKind, Missing, ReadOptions, Resolver, Task};

use super::{Files, RawData, names, request, rows, table_with};

const TABLE: &str = "a,w,y\n1,2,10\n2,0.5,20\n3,0,30\n4,1.5,40\n";

fn weighed_by(column: &str) -> ReadOptions {
    ReadOptions {
        sample_weight: Some(column.to_owned()),
        ..ReadOptions::default()
    }
}

fn weighed(text: &str, task: Task) -> RawData {
    table_with(text, task, weighed_by("w")).unwrap()
}

#[test]
fn the_column_is_no_input_and_goes_with_the_rows() {
    let raw = weighed(TABLE, Task::Regression);
    assert_eq!(raw.sample_weight(), Some("w"));
    assert_eq!(rows(&raw), [[1.0], [2.0], [3.0], [4.0]]);
    let (set, encoder) = raw.encode(&[0, 1]).unwrap();
    let targets = &set.part.targets;
    assert_eq!(targets.weights(), Some(&[2.0, 0.5, 0.0, 1.5][..]));
    assert_eq!(set.samples().view().targets.total_weight(&[0, 3]), 3.5);
    assert_eq!(encoder.unwrap().names(), ["a"]);
    let columns = &raw.description().unwrap().columns;
    let roles: Vec<(bool, bool)> = columns.iter().map(|c| (c.target, c.weight)).collect();
    assert_eq!(roles, [(false, false), (false, true), (true, false)]);
    assert!(matches!(columns[1].kind, ColumnKind::Number { .. }));
    let text = raw.description().unwrap().to_string();
    assert!(text.contains("0 to 2 (weight)"), "{text}");
}

#[test]
fn the_target_is_the_last_column_that_does_not_weigh() {
    let raw = weighed("a,y,w\n1,b,1\n2,c,2\n", Task::Classification);
    let (set, _) = raw.encode(&[0, 1]).unwrap();
    assert_eq!(set.target_names, ["y"]);
    assert_eq!(set.class_names, ["b", "c"]);
    assert_eq!(set.part.targets.weights(), Some(&[1.0, 2.0][..]));
}

/// The split is that of rows without weights, and columns that change their places keep their weights.
#[test]
fn weights_move_no_split() {
    let plain = table_with(TABLE, Task::Regression, ReadOptions::default()).unwrap();
    let mut raw = weighed(TABLE, Task::Regression);
    let split = |raw: &RawData| raw.partition(0.5.into(), 3).unwrap();
    assert_eq!(split(&raw).test, split(&plain).test);
    raw.arrange(&["y", "w", "a"]);
    let (set, _) = raw.encode(&[0, 1]).unwrap();
    assert_eq!(set.part.inputs.row(3), [4.0]);
    assert_eq!(set.part.targets.weights(), Some(&[2.0, 0.5, 0.0, 1.5][..]));
    assert_ne!(
        raw.fingerprint().digest(),
        weighed(&TABLE.replace("1.5", "1.25"), Task::Regression)
            .fingerprint()
            .digest()
    );
}

#[test]
fn what_is_no_weight_is_refused_with_its_place() {
    let said = |text: &str, column: &str| {
        let error = table_with(text, Task::Regression, weighed_by(column)).unwrap_err();
        error.to_string()
    };
    let cell = |cell: &str| said(&TABLE.replace("0.5", cell), "w");
    for (found, part) in [
        (
            cell("-1"),
            "has -1 in line 3, column \"w\", which is to weigh the rows",
        ),
        (cell(""), "has no value in line 3, column \"w\""),
        (cell("inf"), "line 3, column \"w\""),
        (
            said(TABLE, "weight"),
            "has no column \"weight\" to weigh the rows; it has a, w, y",
        ),
        (
            said("a,w,y\n1,b,1\n2,c,2\n", "w"),
            "column \"w\", which is to weigh the rows; weights are numbers",
        ),
        (
            said("a,w,y\n1,0,1\n2,0,2\n", "w"),
            "has 0 in every row of column \"w\"",
        ),
        (
            said("w,y\n1,1\n2,2\n", "w"),
            "has no column left to predict y from",
        ),
    ] {
        assert!(found.contains(part) && found.contains("a.csv"), "{found}");
    }
    let files = Files::new();
    let path = files.write("a.csv", TABLE);
    let mut request = request("csv", &path, Task::Regression, weighed_by("y"));
    request.targets = names(&["y"]);
    let error = datasets::read(&request, &Resolver::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("which cannot weigh the rows as well"),
        "{error}"
    );
    let mut iris = datasets::Request::from("iris".parse::<datasets::Spec>().unwrap());
    iris.options = weighed_by("w");
    let error = datasets::read(&iris, &Resolver::default()).unwrap_err();
    assert!(
        error.to_string().contains("names a column of a CSV file"),
        "{error}"
    );
}

#[test]
fn rows_that_are_dropped_take_their_weights_along() {
    let options = ReadOptions {
        missing: Missing::Drop,
        ..weighed_by("w")
    };
    let text = TABLE.replace("\n1,2,", "\n,2,").replace("0.5", "");
    let raw = table_with(text, Task::Regression, options).unwrap();
    assert_eq!(raw.targets().weights(), Some(&[0.0, 1.5][..]));
}

#[test]
fn a_model_leaves_the_column_out_and_says_so() {
    let raw = weighed(TABLE, Task::Regression);
    let (_, encoder) = raw.encode(&[0, 1]).unwrap();
    let encoder = encoder.unwrap();
    let files = Files::new();
    let with = encoder
        .read(&files.write("with.csv", "w,a\n7,1\n"))
        .unwrap();
    assert_eq!(with.rows.row(0), [1.0]);
    assert_eq!(
        with.warnings,
        ["the column w, which weighed the samples in training, is left out"]
    );
    let without = encoder.read(&files.write("without.csv", "a\n1\n")).unwrap();
    assert!(without.warnings.is_empty(), "{:?}", without.warnings);
}

/// A class of a test file that the training file does not have is refused with weights as without.
#[test]
fn a_class_of_a_test_file_alone_is_refused() {
    let files = Files::new();
    let test = files.write("b.csv", "a,w,y\n1,1,c\n");
    let train = files.write("a.csv", "a,w,y\n1,1,a\n2,3,b\n");
    let options = ReadOptions {
        test: Some(test),
        ..weighed_by("w")
    };
    let request = request("csv", &train, Task::Classification, options);
    let said = datasets::read(&request, &Resolver::default()).unwrap_err();
    assert!(said.to_string().contains("has the class \"c\""), "{said}");
}
