//! Missing values and categories, as fitted on training rows.

use datasets::{Encoder, Missing, ReadOptions, Resolver, TableText, Task, Unseen};

use super::{Files, RawData, names, request, table_with};

/// Six training rows, and two to test on with a category that those do not have.
const PASSENGERS: &str = "age,fare,city,y\n22,7.25,Oslo,1\n,71.5,Bergen,2\n26,,Oslo,3\n35,8.5,,4\n54,51.75,Tromsø,5\n\
                          2,21,Bergen,6\nNA,30,Paris,7\n27,#N/A,null,8\n";
const TRAIN: [u32; 6] = [0, 1, 2, 3, 4, 5];

fn read(text: &str, options: ReadOptions) -> RawData {
    table_with(text, Task::Regression, options).unwrap()
}

fn options(missing: Missing, unseen: Unseen) -> ReadOptions {
    ReadOptions {
        missing,
        unseen,
        ..ReadOptions::default()
    }
}

fn encoder(text: &str) -> Encoder {
    read(text, ReadOptions::default())
        .encode(&TRAIN)
        .unwrap()
        .1
        .unwrap()
}

#[test]
fn imputation_and_one_hot_are_those_of_scikit_learn() {
    // scikit-learn 1.9.1, pandas 3.1.1: SimpleImputer(strategy="median", add_indicator=True) on age and fare;
    // SimpleImputer(strategy="constant", fill_value="(missing)"), then OneHotEncoder(handle_unknown="ignore") on city;
    // fitted on the first six rows. Columns: age, its indicator, fare, its indicator, Bergen, Oslo, Tromsø, (missing).
    let expected = [
        [22.0, 0.0, 7.25, 0.0, 0.0, 1.0, 0.0, 0.0],
        [26.0, 1.0, 71.5, 0.0, 1.0, 0.0, 0.0, 0.0],
        [26.0, 0.0, 21.0, 1.0, 0.0, 1.0, 0.0, 0.0],
        [35.0, 0.0, 8.5, 0.0, 0.0, 0.0, 0.0, 1.0],
        [54.0, 0.0, 51.75, 0.0, 0.0, 0.0, 1.0, 0.0],
        [2.0, 0.0, 21.0, 0.0, 1.0, 0.0, 0.0, 0.0],
        [26.0, 1.0, 30.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [27.0, 0.0, 21.0, 1.0, 0.0, 0.0, 0.0, 1.0],
    ];
    let raw = read(PASSENGERS, ReadOptions::default());
    let (set, encoder) = raw.encode(&TRAIN).unwrap();
    assert_eq!(
        encoder.unwrap().names(),
        [
            "age",
            "age (missing)",
            "fare",
            "fare (missing)",
            "city=Bergen",
            "city=Oslo",
            "city=Tromsø",
            "city=(missing)"
        ]
    );
    let rows: Vec<Vec<f64>> = (0..set.len()).map(|i| set.part.inputs.row(i)).collect();
    assert_eq!(rows, expected);
    assert_eq!(
        set.notes,
        ["city has categories that no training row has, and is zero there: Paris"]
    );
    // Of an even number, the median is the mean of the two in the middle.
    let raw = read("x,y\n1,1\n4,2\n,3\n10,4\n5,5\n", ReadOptions::default());
    assert_eq!(
        raw.encode(&[0, 1, 2, 3, 4]).unwrap().0.part.inputs.row(2),
        [4.5, 1.0]
    );
}

#[test]
fn nothing_is_learnt_from_test_rows() {
    let fitted = encoder(PASSENGERS);
    for (test, other) in [
        ("NA,30,Paris,7", "1e9,-5,Oslo,7"),
        ("NA,30,Paris,7", "NA,,Rom,-9"),
        ("27,#N/A,null,8", "0.5,1e-9,København,1e6"),
        ("27,#N/A,null,8", "2,3,(missing),4"),
    ] {
        let changed = PASSENGERS.replace(test, other);
        assert_ne!(changed, PASSENGERS);
        assert_eq!(encoder(&changed), fitted, "{other}");
    }
    // The test can fail: what is in a training row moves the fit.
    assert_ne!(encoder(&PASSENGERS.replace("26,,Oslo", "27,,Oslo")), fitted);
    assert_ne!(encoder(&PASSENGERS.replace("Tromsø", "Troms")), fitted);
}

#[test]
fn missing_cells_can_be_refused_or_dropped() {
    let refused = read(PASSENGERS, options(Missing::Refuse, Unseen::Zero)).encode(&TRAIN);
    let said = refused.unwrap_err().to_string();
    assert!(said.ends_with("has no value in line 3, column \"age\" (it says \"\"); fill it in, or leave out the row or the column"), "{said}");
    let raw = read(PASSENGERS, options(Missing::Drop, Unseen::Zero));
    assert_eq!(
        (raw.len(), raw.table().unwrap().lines()),
        (3, &[2, 6, 7][..])
    );
    assert_eq!(raw.notes()[0], "5 of 8 rows lack a value and are left out");
    let unseen = read(PASSENGERS, options(Missing::Impute, Unseen::Refuse)).encode(&TRAIN);
    let said = unseen.unwrap_err().to_string();
    assert!(
        said.ends_with(
            "has the text \"Paris\" in line 8, column \"city\", which the model has never seen"
        ),
        "{said}"
    );
    // Where nobody says which rows are trained on, nothing is imputed.
    let files = Files::new();
    let path = files.write("a.csv", PASSENGERS);
    let request = request("csv", &path, Task::Regression, ReadOptions::default());
    let said = datasets::load(&request, &Resolver::default())
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("has no value in line 3, column \"age\""),
        "{said}"
    );
}

#[test]
fn a_column_without_values_is_left_out_and_named() {
    let raw = read("a,b,y\n1.5,,1\n2.5,NA,2\n3.5,,3\n", ReadOptions::default());
    let (set, _) = raw.encode(&[0, 1]).unwrap();
    assert_eq!(set.notes, ["b is left out: no value in any row"]);
    assert_eq!(set.part.inputs.row_len(), 1);
    let raw = read("a,b,y\n1.5,,1\n2.5,NA,2\n3.5,4,3\n", ReadOptions::default());
    let (set, _) = raw.encode(&[0, 1]).unwrap();
    assert_eq!(set.notes, ["b is left out: no value in any training row"]);
}

#[test]
fn a_later_file_is_read_by_the_names_of_its_columns() {
    let files = Files::new();
    let encoder = encoder(PASSENGERS);
    let later = files.write(
        "new.csv",
        "city;more;fare;age\nOslo;1;8;30\nBergen;2;-;old\n\"Rom\";3;9;31\nOslo;4;9\n;5;1,5;\n?;6;10;41\n",
    );
    let encoded = encoder.read(&later).unwrap();
    let lines: Vec<u64> = encoded.refused.iter().map(|row| row.line).collect();
    let said: Vec<String> = encoded.refused.iter().map(|row| row.to_string()).collect();
    assert_eq!(lines, [3, 5, 6]);
    assert_eq!(
        said,
        [
            "has \"old\" in line 3, column \"age\", which is not written as in training",
            "has 3 cells in line 5 where 4 are expected",
            "has \"1,5\" in line 6, column \"fare\", which is not written as in training"
        ]
    );
    assert_eq!(
        (encoded.lines, encoded.kept),
        (vec![2, 4, 7], vec![0, 1, 2])
    );
    assert_eq!(
        encoded.rows.row(0),
        [30.0, 0.0, 8.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    );
    assert_eq!(
        encoded.rows.row(2),
        [41.0, 0.0, 10.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    );
    assert_eq!(
        encoded.warnings,
        [
            "columns that the model does not know are left out: more",
            "city has categories that no training row has, and is zero there: Rom"
        ]
    );
    // Targets may be there, and are no surprise.
    let encoded = encoder.read(&files.write("b.csv", PASSENGERS)).unwrap();
    assert_eq!((encoded.rows.len(), encoded.refused.len()), (8, 0));
    let said = encoder
        .read(&files.write("c.csv", "age,city\n1,Oslo\n"))
        .unwrap_err()
        .to_string();
    assert!(
        said.ends_with("has no column \"fare\", which the model reads; it has age, city"),
        "{said}"
    );
    let open = encoder.read(&files.write("d.csv", "age,city,fare\n1,\"Oslo,2\n1,Oslo,2\n"));
    assert!(
        open.unwrap_err()
            .to_string()
            .contains("has a quote in line 2 that is never closed")
    );
}

#[test]
fn a_cell_that_is_missing_for_the_first_time_is_imputed_aloud() {
    let files = Files::new();
    let text = "age,city,day,y\n1,a,2020-01-01,1\n3,b,2020-01-03,2\n8,a,2020-01-02,3\n";
    let raw = read(text, ReadOptions::default());
    let encoder = raw.encode(&[0, 1, 2]).unwrap().1.unwrap();
    let encoded = encoder
        .read(&files.write("a.csv", "age,city,day\n,a,2020-01-01\n1,,\n"))
        .unwrap();
    assert_eq!(encoded.rows.row(0), [3.0, 1.0, 0.0, 18_262.0, 1.0, 3.0]);
    assert_eq!(encoded.rows.row(1), [1.0, 0.0, 0.0, 18_263.0, 1.0, 4.0]);
    assert_eq!(
        encoded.warnings,
        [
            "age has no value in 1 row, and had one in every training row; their median, 3, stands there",
            "city has no value in 1 row, and had one in every training row; it is zero there",
            "day has no value in 1 row, and had one in every training row; their median stands there"
        ]
    );
}

#[test]
fn numbers_are_read_as_they_were_written_in_training() {
    let files = Files::new();
    let raw = read(
        "price;y\n1.200,50 €;1\n900,5 €;2\n3 €;3\n",
        ReadOptions::default(),
    );
    let encoder = raw.encode(&[0, 1, 2]).unwrap().1.unwrap();
    let encoded = encoder
        .read(&files.write("a.csv", "price\n2.000,5 €\n7 $\n8.5 €\n-4 €\n"))
        .unwrap();
    assert_eq!(
        [encoded.rows.row(0), encoded.rows.row(1)],
        [[2000.5], [-4.0]]
    );
    assert_eq!(encoded.refused.len(), 2);
}

/// 1,234 may be 1.234 of another notation: it is not taken for 1234 where no number of training had a mark between thousands.
#[test]
fn marks_that_training_does_not_know_are_refused() {
    let files = Files::new();
    let plain = encoder("x,y\n1.5,1\n2.5,2\n3.5,3\n4.5,4\n5.5,5\n6.5,6\n");
    let new = files.write("a.csv", "x;note\n1,234;a\n2,5;b\n7;c\n");
    let encoded = plain.read(&new).unwrap();
    assert_eq!((encoded.refused.len(), encoded.rows.row(0)), (2, vec![7.0]));
    let comma = encoder("x;y\n1,5;1\n2,5;2\n3,5;3\n4,5;4\n5,5;5\n6,5;6\n");
    let new = files.write("b.csv", "x\n1.234\n1,234\n");
    let encoded = comma.read(&new).unwrap();
    assert_eq!(
        (encoded.refused.len(), encoded.rows.row(0)),
        (1, vec![1.234])
    );
}

#[test]
fn a_later_file_has_each_name_once() {
    let files = Files::new();
    let encoder = encoder("x,y\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n");
    let said = encoder.read(&files.write("a.csv", "x,x\n1,2\n"));
    let said = said.unwrap_err().to_string();
    assert!(said.contains("\"x\""), "{said}");
}

#[test]
fn names_may_look_like_numbers() {
    let files = Files::new();
    let rows = "1,2,1\n2,3,2\n3,5,3\n4,7,4\n5,11,5\n6,13,6\n";
    let encoder = encoder(&format!("2018,2019,y\n{rows}"));
    let text = files.write("a.csv", "2019,2018\n1,2\n");
    let text = TableText::read(&text).unwrap();
    assert!(encoder.has_names_in(&text));
    let encoded = encoder.read_text(&text).unwrap();
    assert_eq!(
        (encoded.lines, encoded.rows.row(0)),
        (vec![2], vec![2.0, 1.0])
    );
}

#[test]
fn an_encoder_stands_in_a_file() {
    let text = "age;day;city;rate;y\n1,5;2020-01-01;a;5%;1\n;;b;;2\n2,5;2020-01-03;;7%;3\n1;2020-01-02;a;6%;4\n";
    let raw = read(text, options(Missing::Impute, Unseen::Refuse));
    let (set, encoder) = raw.encode(&[0, 1, 2, 3]).unwrap();
    let encoder = encoder.unwrap();
    let json = serde_json::to_string(&encoder).unwrap();
    let back: Encoder = serde_json::from_str(&json).unwrap();
    assert_eq!(back, encoder);
    let again = back.transform(raw.table().unwrap()).unwrap();
    let rows = |rows: &datasets::Rows| (0..rows.len()).map(|i| rows.row(i)).collect::<Vec<_>>();
    assert_eq!(rows(&again.rows), rows(&set.part.inputs));
    assert_eq!(
        encoder.inputs().collect::<Vec<_>>(),
        names(&["age", "day", "city", "rate"])
    );
}
