use crate::Targets;
use proptest::prelude::*;

use super::*;
use crate::kind::{InputKind, Task};
use crate::reading::ReadOptions;
use crate::source::Contents;

mod targets;

fn table(text: impl AsRef<[u8]>) -> Result<Table, DataError> {
    read(text, &ReadOptions::default())
}

fn read(text: impl AsRef<[u8]>, options: &ReadOptions) -> Result<Table, DataError> {
    let path = Path::new("dir/a.csv");
    parse(&TableText::of_bytes(path, text.as_ref().to_vec())?, options)
}

fn contents(text: &str, task: Task, targets: &[&str]) -> Result<Contents, DataError> {
    table(text)?.contents_of(task, targets)
}

fn refused(text: impl AsRef<[u8]>) -> String {
    table(text).unwrap_err().to_string()
}

fn not_learnt(text: &str, task: Task, targets: &[&str]) -> String {
    contents(text, task, targets).err().unwrap().to_string()
}

fn columns(contents: &Contents) -> &[String] {
    match &contents.input {
        InputKind::Table { columns } => columns,
        InputKind::Image { .. } => panic!("this is a table"),
    }
}

fn inputs(contents: &Contents) -> Vec<Vec<f64>> {
    let rows = &contents.part.inputs;
    (0..rows.len()).map(|i| rows.row(i)).collect()
}

fn values(contents: &Contents) -> Vec<Vec<f64>> {
    match &contents.part.targets {
        Targets::Values(rows) => (0..rows.len()).map(|i| rows.row(i)).collect(),
        _ => panic!("these are values"),
    }
}

fn labels(contents: &Contents) -> &[u32] {
    match &contents.part.targets {
        Targets::Classes { labels, .. } => labels,
        _ => panic!("these are classes"),
    }
}

#[test]
fn numbers_are_read_as_they_are_written() {
    let read = contents("a,b,y\n1,-2.5,3\n+4e-1, 5 ,1e300\n", Task::Regression, &[]).unwrap();
    assert_eq!(columns(&read), ["a", "b"]);
    assert_eq!(inputs(&read), [[1.0, -2.5], [0.4, 5.0]]);
    assert_eq!(values(&read), [[3.0], [1e300]]);
    assert!(read.class_names.is_empty() && read.notes.is_empty());
}

#[test]
fn separators_line_ends_quotes_and_byte_order_marks_make_no_difference() {
    let expected = [[1.0, 2.0], [3.0, 4.0]];
    for text in [
        "a b,y,b\n1,0,2\n3,0,4\n",
        "a b;y;b\r\n1;0;2\r\n3;0;4\r\n",
        "a b\ty\tb\n1\t0\t2\n3\t0\t4",
        "\u{feff}\"a b\",\"y\",\"b\"\n\"1\",0,2\n\n3,0,\"4\"\n\n",
        "\r\n\"a b\";y;b\r\n\r\n1;0;2\r\n3;0;4\r\n".trim_start(),
        "\"a b\" , y , b\n 1 , 0 , 2 \n 3 , 0 , 4 \n",
    ] {
        let read = contents(text, Task::Regression, &["y"]).unwrap();
        assert_eq!(columns(&read), ["a b", "b"], "{text:?}");
        assert_eq!(inputs(&read), expected, "{text:?}");
    }
    // A separator within quotes is none.
    let read = contents("\"a;b;c\",y\n1,2\n", Task::Regression, &[]).unwrap();
    assert_eq!(columns(&read), ["a;b;c"]);
}

#[test]
fn between_semicolons_a_comma_may_be_the_decimal_point() {
    let read = contents("a;y\n-1,5;2\n3;0,25\n", Task::Regression, &[]).unwrap();
    assert_eq!(inputs(&read), [[-1.5], [3.0]]);
    assert_eq!(values(&read), [[2.0], [0.25]]);
    assert_eq!(
        read.notes,
        ["the comma in numbers is read as the decimal point: a, y"]
    );
    let read = contents("a;y\n1,2,3;2\n1,;0\n", Task::Regression, &[]).unwrap();
    assert_eq!(columns(&read), ["a=1,", "a=1,2,3"]);
}

#[test]
fn text_becomes_a_column_of_ones_and_zeros_for_each_value() {
    let text = "size,city,y\n1,Oslo,0\n2,Bergen,1\n3,\"Oslo\",0\n4, Ålesund ,1\n";
    let read = contents(text, Task::Classification, &[]).unwrap();
    assert_eq!(
        columns(&read),
        ["size", "city=Bergen", "city=Oslo", "city=Ålesund"]
    );
    assert_eq!(
        inputs(&read),
        [
            [1.0, 0.0, 1.0, 0.0],
            [2.0, 1.0, 0.0, 0.0],
            [3.0, 0.0, 1.0, 0.0],
            [4.0, 0.0, 0.0, 1.0]
        ]
    );
}

#[test]
fn what_is_no_table_is_said_with_line_and_column() {
    for (text, complaint) in [
        ("", "is empty; a table begins with a line of column names"),
        (
            "\u{feff}\r\n",
            "is empty; a table begins with a line of column names",
        ),
        ("a,b\n", "has a line of column names and no rows"),
        ("a,b", "has a line of column names and no rows"),
        (
            "a,,b\n1,2,3\n",
            "has no name for column 2 in line 1; every column needs one",
        ),
        (
            "a,b,a\n1,2,3\n",
            "has the name \"a\" twice in line 1, for columns 1 and 3",
        ),
        (
            "a,b\n1,2\n\n3\n",
            "has 1 cells in line 4 where 2 are expected",
        ),
        (
            "a,b\r\n1,2\r\n3,4,5\r\n",
            "has 3 cells in line 3 where 2 are expected",
        ),
        (
            "a,b\n1,2\n3,inf\n",
            "has an infinite number in line 3, column \"b\"",
        ),
        (
            "a,b\n1,2\n3,-1e999\n",
            "has an infinite number in line 3, column \"b\"",
        ),
        (
            "a,b\n1,2\n3,four\n",
            "has the text \"four\" in line 3, column \"b\", and the number 2 in line 2; \
             a column holds one or the other, unless it is named as categorical",
        ),
        (
            "a,b\n1,two\n3,x\n5,6\n",
            "has the text \"two\" in line 2, column \"b\", and the number 6 in line 4; \
             a column holds one or the other, unless it is named as categorical",
        ),
    ] {
        assert_eq!(refused(text), format!("dir/a.csv {complaint}"), "{text:?}");
    }
}

#[test]
fn a_missing_cell_is_never_a_number_or_a_category() {
    for word in [
        "", " ", "?", "NA", "N/A", "NaN", "nan", "NAN", "-nan", "null", "\"\"",
    ] {
        for above in ["2", "two"] {
            let said = not_learnt(
                &format!("b,a\n{above},1\n{word},3\n"),
                Task::Regression,
                &[],
            );
            let start = "dir/a.csv has no value in line 3, column \"b\" (it says \"";
            assert!(said.starts_with(start), "{word:?}: {said}");
        }
    }
    assert!(
        not_learnt("a,b\n1,1\n?,1\n", Task::Regression, &[])
            .contains("line 3, column \"a\" (it says \"?\"); fill it in")
    );
}

#[test]
fn what_is_no_utf8_is_said_with_its_place() {
    assert_eq!(
        refused(b"a,b\n1,2\n3,\xe5\n"),
        "dir/a.csv is not UTF-8 text in line 3, column 2; save it as UTF-8"
    );
    assert_eq!(
        refused(b"a,\xe5\n1,2\n"),
        "dir/a.csv is not UTF-8 text in line 1, column 2; save it as UTF-8"
    );
    // UTF-16, as some spreadsheets write it.
    assert_eq!(
        refused(b"\xff\xfea\0,\0b\0\n\0"),
        "dir/a.csv is UTF-16 text; save it as UTF-8"
    );
}

#[test]
fn a_million_columns_are_refused_at_once() {
    let names: Vec<String> = (0..1_000_000).map(|i| format!("c{i}")).collect();
    let text = format!("{}\n", names.join(","));
    assert_eq!(
        refused(text),
        "dir/a.csv has 1000000 cells in line 1; at most 100000 are read"
    );
    assert_eq!(
        refused(vec![b'x'; 20 << 20]),
        "dir/a.csv has a first line of more than 16777216 bytes, which cannot be a line of column names"
    );
}

#[test]
fn what_a_user_should_know_is_noted() {
    let text = "a,b,c,co,t,y\n5,1,x,2.5,-3,1\n5,2,x,-200,4,2\n5,3,x,1.5,-200,2\n";
    let read = contents(text, Task::Regression, &[]).unwrap();
    assert_eq!(
        read.notes,
        [
            "the same in every row: a, c",
            "-200 looks like a mark for a missing value and is read as a number: co, t"
        ]
    );
    // A number among others, or the only one there is, stands for itself.
    let text = "a,b,y\n-200,-99,1\n-150,-99,2\n-250,-99,3\n";
    let read = contents(text, Task::Regression, &[]).unwrap();
    assert_eq!(read.notes, ["the same in every row: b"]);
}

#[test]
fn a_model_reads_its_own_columns_in_its_own_order() {
    let known = ["size", "city=Bergen", "city=Oslo"].map(String::from);
    let read = |text: &str| table(text).unwrap().inputs_for(&known);
    let rows = read("city,more,size\nOslo,1,2\nBergen,2,3\nOslo,3,4\n").unwrap();
    assert_eq!(rows.row(0), [2.0, 0.0, 1.0]);
    assert_eq!(rows.row(1), [3.0, 1.0, 0.0]);
    // A text that does not occur is a column of zeros.
    let rows = read("city,size\nOslo,2\n").unwrap();
    assert_eq!(rows.row(0), [2.0, 0.0, 1.0]);
    for (text, complaint) in [
        (
            "city\nOslo\n",
            "has no column \"size\", which the model reads; it has city",
        ),
        (
            "city,size\nOslo,big\n",
            "has no column \"size\", which the model reads; it has city, size",
        ),
        (
            "city,size\n7,2\n",
            "has no column \"city=Bergen\", which the model reads; it has city, size",
        ),
        (
            "city,size\nOslo,2\n\nParis,3\n",
            "has the text \"Paris\" in line 4, column \"city\", which the model has never seen",
        ),
    ] {
        assert_eq!(
            read(text).unwrap_err().to_string(),
            format!("dir/a.csv {complaint}")
        );
    }
}

#[test]
fn what_is_learnt_from_is_what_a_model_reads() {
    let text = "city,y,size,a=b\nOslo,1,2,1\nBergen,2,3,0\nOslo,3,4,1\n";
    let read = contents(text, Task::Regression, &["y"]).unwrap();
    let again = table(text).unwrap().inputs_for(columns(&read)).unwrap();
    let again: Vec<Vec<f64>> = (0..again.len()).map(|i| again.row(i)).collect();
    assert_eq!(inputs(&read), again);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever a file holds, reading it ends in rows or in one sentence.
    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(table) = table(&bytes) {
            let _ = table.contents_of(Task::Classification, &[]);
        }
    }

    #[test]
    fn no_table_is_too_strange(
        cells in prop::collection::vec(
            prop::collection::vec("|[a-c]|-?[0-9]{1,3}(\\.[0-9])?|\"[a,;\n]\"|NA|inf|\"", 1..4), 1..6),
        separator in "[,;\t]",
        end in "\n|\r\n",
    ) {
        let lines: Vec<String> = cells.iter().map(|row| row.join(&separator)).collect();
        match table(lines.join(&end)) {
            Ok(table) => for task in [Task::Classification, Task::Regression] {
                if let Ok(contents) = table.contents_of(task, &[]) {
                    prop_assert_eq!(contents.part.inputs.len(), contents.part.targets.len());
                    prop_assert!(inputs(&contents).iter().flatten().all(|x| x.is_finite()));
                }
            },
            Err(e) => prop_assert!(!e.to_string().contains('\n')),
        }
    }
}
