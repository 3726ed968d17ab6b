//! A test file beside a training file, rows in their order, and groups of rows.

use std::path::Path;

use datasets::split::Division;
use datasets::{
    DataError, Missing, Origin, RawData, ReadOptions, Request, Resolver, Task, TestSplit, Unseen,
};

use super::folders::grey;
use super::{Files, npz, request, rows, targets};

const TRAIN: &str =
    "id,age,city,code,y\n7,22,Oslo,007,a\n8,,Bergen,010,b\n7,30,Oslo,007,a\n9,26,,010,b\n";

/// A training and a test file.
fn both(train: &str, test: &str, options: ReadOptions, task: Task) -> Result<RawData, DataError> {
    let files = Files::new();
    let path = files.write("a.csv", train);
    let options = ReadOptions {
        test: Some(files.write("b.csv", test)),
        ..options
    };
    datasets::read(&request("csv", &path, task, options), &Resolver::default())
}

fn classes(test: &str, options: ReadOptions) -> Result<RawData, DataError> {
    both(TRAIN, test, options, Task::Classification)
}

/// What is said of a test file that is refused.
fn refused(test: &str, options: ReadOptions) -> String {
    let said = classes(test, options).unwrap_err().to_string();
    let at = said.find("b.csv ").expect("the test file is named");
    said[at..].to_owned()
}

#[test]
fn a_test_file_is_read_by_the_columns_of_the_training_file() {
    // Columns in another order, one that is not known, a city that is new, and a separator of its own.
    let test = "y;city;extra;code;age;id\nb;Bergen;1;010;40;1\na;Moss;2;007;;2\n";
    let raw = classes(test, ReadOptions::default()).unwrap();
    let parts = raw.partition(TestSplit::Official, 0).unwrap();
    assert_eq!((parts.train.len(), parts.test.as_slice()), (4, &[4, 5][..]));
    assert_eq!(targets(&raw), [0.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
    let (set, encoder) = raw.encode(&[0, 1, 2, 3]).unwrap();
    assert_eq!(set.official_test, Some(4..6));
    assert_eq!(
        encoder.unwrap().names(),
        [
            "id",
            "age",
            "age (missing)",
            "city=Bergen",
            "city=Oslo",
            "city=(missing)",
            "code"
        ]
    );
    let inputs = &set.part.inputs;
    assert_eq!(inputs.row(4), [1.0, 40.0, 0.0, 1.0, 0.0, 0.0, 10.0]);
    // The median of the training ages, 26, and no city that is known.
    assert_eq!(inputs.row(5), [2.0, 26.0, 1.0, 0.0, 0.0, 0.0, 7.0]);
    assert_eq!(raw.origin(4), Origin::Line(2));
    assert_eq!(raw.origin(5), Origin::Line(3));
    let said = set.notes.join("\n");
    assert!(
        said.contains("b.csv: columns that the training file does not have are left out: extra"),
        "{said}"
    );
    assert!(
        said.contains("city has categories that no training row has, and is zero there: Moss"),
        "{said}"
    );
    // What the training file is taken for does not depend on the test file.
    assert_eq!(raw.description().unwrap().rows, 4);
    assert!(raw.provenance().contains("b.csv"));
}

#[test]
fn leading_zeros_stay_classes() {
    let train = "x,y\n1,007\n2,010\n3,007\n4,010\n";
    let raw = both(
        train,
        "y,x\n010,5\n",
        ReadOptions::default(),
        Task::Classification,
    )
    .unwrap();
    assert_eq!(targets(&raw), [0.0, 1.0, 0.0, 1.0, 1.0]);
}

#[test]
fn what_does_not_fit_the_training_file_is_refused() {
    let plain = ReadOptions::default;
    assert!(refused("age,code,y\n1,2,a\n", plain()).starts_with("b.csv has no column"));
    let class = refused(
        "id,age,city,code,y\n1,1,Oslo,1,a\n\n1,2,Oslo,1,c\n",
        plain(),
    );
    assert!(
        class.starts_with("b.csv has the class \"c\" in line 4, which no sample of"),
        "{class}"
    );
    let kind = refused("id,age,city,code,y\n1,old,Oslo,1,a\n", plain());
    assert_eq!(
        kind,
        "b.csv has \"old\" in line 2, column \"age\", which is not written as in training"
    );
    let ragged = refused("id,age,city,code,y\n1,2,Oslo,1,a\n1,2\n", plain());
    assert_eq!(ragged, "b.csv has 2 cells in line 3 where 5 are expected");
    let gap = refused("id,age,city,code,y\n1,2,Oslo,1,\n", plain());
    assert!(
        gap.starts_with("b.csv has no value in line 2, column \"y\""),
        "{gap}"
    );
    assert!(refused("id,age,city,code,y\n", plain()).contains("no rows"));

    let whole = "id,age,city,code,y\n7,22,Oslo,007,a\n8,5,Bergen,010,b\n";
    let refuse = ReadOptions {
        missing: Missing::Refuse,
        ..plain()
    };
    let gap = both(
        whole,
        "id,age,city,code,y\n1,,Oslo,1,a\n",
        refuse,
        Task::Classification,
    );
    let gap = gap.unwrap_err().to_string();
    assert!(
        gap.contains("b.csv has no value in line 2, column \"age\""),
        "{gap}"
    );

    // What is refused only by what was learnt names the test file and its line, too.
    let unseen = ReadOptions {
        unseen: Unseen::Refuse,
        ..plain()
    };
    let raw = classes("id,age,city,code,y\n1,2,Oslo,1,a\n1,3,Moss,1,a\n", unseen).unwrap();
    let said = raw.encode(&[0, 1, 2, 3]).unwrap_err().to_string();
    assert!(
        said.contains("b.csv has ") && said.contains("Moss") && said.contains("line 3"),
        "{said}"
    );
}

#[test]
fn rows_with_gaps_are_left_out_of_both_files() {
    let drop = ReadOptions {
        missing: Missing::Drop,
        ..ReadOptions::default()
    };
    let train = "x,z,y\n1,2,a\n2,,b\n3,1,b\n4,,a\n";
    let test = "x,z,y\n1,,a\n1,2,a\n";
    let raw = both(train, test, drop, Task::Classification).unwrap();
    let parts = raw.partition(TestSplit::Official, 0).unwrap();
    assert_eq!((parts.train.len(), parts.test.len()), (2, 1));
    let said = raw.notes().join("\n");
    assert!(
        said.contains("2 of 4 rows lack a value")
            && said.contains("b.csv: 1 of 2 rows lack a value"),
        "{said}"
    );
}

#[test]
fn a_test_file_has_hashes_of_its_own() {
    let print = |train: &str, test: &str| {
        let raw = both(train, test, ReadOptions::default(), Task::Classification);
        raw.unwrap().fingerprint()
    };
    let test = "id,age,city,code,y\n1,2,Oslo,1,a\n";
    let was = print(TRAIN, test);
    assert_eq!(was.difference(&print(TRAIN, test)), None);
    let other = print(TRAIN, &test.replace("Oslo", "Moss"));
    assert_eq!(
        was.difference(&other).as_deref(),
        Some("is as it was, but its test file has other cells in city")
    );
    assert_ne!(was.digest(), other.digest());
    let other = print(&TRAIN.replace("22", "23"), test);
    assert_eq!(
        was.difference(&other).as_deref(),
        Some("has other cells in age")
    );
    let json = serde_json::to_string(&was).unwrap();
    assert_eq!(
        serde_json::from_str::<datasets::Fingerprint>(&json).unwrap(),
        was
    );
}

#[test]
fn arrays_and_images_have_test_files() {
    let files = Files::new();
    let (train, test) = (files.path("a.npz"), files.path("b.npz"));
    let bytes: Vec<u8> = (0..8).collect();
    npz::write(
        &train,
        &[
            ("x", "|u1", "(4, 2)", &bytes),
            ("y", "|u1", "(4,)", &[0, 1, 0, 1]),
        ],
    );
    let read = |train: &Path, kind: &str, test: &Path| {
        let options = ReadOptions {
            test: Some(test.to_owned()),
            ..ReadOptions::default()
        };
        datasets::read(
            &request(kind, train, Task::Classification, options),
            &Resolver::default(),
        )
    };
    npz::write(
        &test,
        &[
            ("x", "|u1", "(2, 2)", &[9, 9, 1, 1]),
            ("y", "|u1", "(2,)", &[1, 0]),
        ],
    );
    let raw = read(&train, "npz", &test).unwrap();
    assert_eq!(raw.partition(TestSplit::Official, 0).unwrap().test, [4, 5]);
    assert_eq!(raw.origin(4), Origin::Sample(1));
    assert_eq!(rows(&raw)[4], [9.0, 9.0]);
    assert_eq!(raw.fingerprint().rows, 4);
    npz::write(
        &test,
        &[
            ("x", "|u1", "(2, 2)", &[9, 9, 1, 1]),
            ("y", "|u1", "(2,)", &[1, 2]),
        ],
    );
    let said = read(&train, "npz", &test).unwrap_err().to_string();
    assert!(
        said.contains("b.npz has the class \"2\" in sample 2"),
        "{said}"
    );

    for (file, shade) in [
        ("p/x/0.png", 1),
        ("p/z/0.png", 2),
        ("p/x/1.png", 5),
        ("q/z/0.png", 3),
    ] {
        files.write(file, grey([2, 2], shade));
    }
    let raw = read(&files.path("p"), "images", &files.path("q")).unwrap();
    assert_eq!(raw.partition(TestSplit::Official, 0).unwrap().test, [3]);
    assert_eq!(targets(&raw), [0.0, 0.0, 1.0, 1.0]);
    assert_eq!(raw.origin(3), Origin::File(&files.path("q/z/0.png")));
    assert_eq!(raw.fingerprint().rows, 3);
    files.write("q/new/0.png", grey([2, 2], 4));
    let said = read(&files.path("p"), "images", &files.path("q"))
        .unwrap_err()
        .to_string();
    assert!(said.contains("is the folder of a class that"), "{said}");
}

#[test]
fn the_last_rows_are_the_test_rows_in_order() {
    let text: String = (0..10).map(|i| format!("{i}.5,{i}\n")).collect();
    let raw = super::numbers(format!("x,y\n{text}"));
    let parts = raw.partition(TestSplit::Ordered(None), 3).unwrap();
    assert_eq!(parts.test, [8, 9]);
    assert_eq!(raw.division(TestSplit::Ordered(None)), Division::Ordered);
}

#[test]
fn a_column_of_groups_is_no_input_and_keeps_its_rows_together() {
    let group = |name: &str| ReadOptions {
        group: Some(name.to_owned()),
        ..ReadOptions::default()
    };
    let one = |options| super::table_with(TRAIN, Task::Classification, options);
    let raw = one(group("id")).unwrap();
    let (set, encoder) = raw.encode(&[0, 1, 2, 3]).unwrap();
    let encoder = encoder.unwrap();
    assert!(!encoder.inputs().any(|name| name == "id"));
    assert_eq!(set.part.inputs.row_len(), encoder.width());
    let of = |raw: &RawData| match raw.division(TestSplit::Fraction(0.2)) {
        Division::Grouped(groups) => groups.to_vec(),
        other => panic!("{other:?}"),
    };
    assert_eq!(of(&raw), [0, 1, 0, 2]);
    for seed in 0..10 {
        let parts = raw.partition(TestSplit::Fraction(0.4), seed).unwrap();
        assert_eq!(parts.test.contains(&0), parts.test.contains(&2), "{seed}");
    }
    assert_eq!(raw.group(), Some("id"));
    // A customer is one, however the number is written.
    let raw = super::table_with(
        "customer,x,y\n\"1,024\",1,a\n1024,2,b\n7,3,a\n\"2,048\",4,b\n",
        Task::Classification,
        group("customer"),
    );
    assert_eq!(of(&raw.unwrap()), [0, 0, 1, 2]);
    let raw = one(group("id")).unwrap();
    // Arranging columns moves the group with them.
    let mut moved = raw.clone();
    moved.arrange(&["city", "age"]);
    assert_eq!(rows(&moved).len(), 4);
    assert!(
        !moved
            .encode(&[0, 1, 2, 3])
            .unwrap()
            .1
            .unwrap()
            .inputs()
            .any(|name| name == "id")
    );

    let said = one(group("who")).unwrap_err().to_string();
    assert!(said.contains("has no column \"who\" to group by"), "{said}");
    let files = Files::new();
    let path = files.write("a.csv", TRAIN);
    let named = Request {
        targets: vec!["y".to_owned()],
        ..request("csv", &path, Task::Classification, group("y"))
    };
    let said = datasets::read(&named, &Resolver::default());
    let said = said.unwrap_err().to_string();
    assert!(
        said.starts_with("--group y: the column is to be predicted"),
        "{said}"
    );
    let said = one(group("city")).unwrap_err().to_string();
    assert!(
        said.contains("has no value in line 5, column \"city\""),
        "{said}"
    );

    // A test file need not have the column; where it has, groups in both files are told.
    let raw = classes("age,city,code,y\n1,Oslo,1,a\n", group("id")).unwrap();
    assert!(!raw.notes().iter().any(|note| note.contains("groups")));
    let raw = classes(
        "age,city,code,y,id\n1,Oslo,1,a,7\n1,Oslo,1,a,5\n",
        group("id"),
    )
    .unwrap();
    let said = raw.notes().join("\n");
    assert!(
        said.contains(
            "1 of the 2 groups of the test file by id have rows in the training file, too"
        ),
        "{said}"
    );
}
