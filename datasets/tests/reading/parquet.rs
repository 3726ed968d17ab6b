//! Parquet files, as pandas, polars and others write them: the tables of the CSV files beside them.

use std::path::{Path, PathBuf};

use datasets::{ColumnKind, Encoder, RawData, ReadOptions, Resolver, Task};

use super::{Files, request, rows, targets};

/// A file that `goldens/parquet/make.py` has written.
fn golden(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/parquet");
    folder.join(name)
}

fn read_with(kind: &str, path: &Path, options: ReadOptions) -> Result<RawData, String> {
    let request = request(kind, path, Task::Regression, options);
    let read = datasets::read(&request, &Resolver::default());
    // What is said, without the name of the file.
    read.map_err(|e| e.to_string().split_once(".parquet ").unwrap().1.to_owned())
}

fn read(path: &Path) -> RawData {
    read_with("parquet", path, ReadOptions::default()).unwrap()
}

fn table() -> RawData {
    read_with("csv", &golden("table.csv"), ReadOptions::default()).unwrap()
}

/// The rows as a network takes them, and the targets, bit by bit.
fn bits(raw: &RawData) -> Vec<Vec<u64>> {
    let bits = |row: Vec<f64>| row.into_iter().map(f64::to_bits).collect();
    let mut all: Vec<Vec<u64>> = rows(raw).into_iter().map(bits).collect();
    all.push(bits(targets(raw)));
    all
}

fn encoder(raw: &RawData) -> Encoder {
    let all: Vec<u32> = (0..raw.len() as u32).collect();
    raw.encode(&all).unwrap().1.unwrap()
}

#[test]
fn files_of_pandas_polars_and_duckdb_are_the_csv_file_to_the_bit() {
    let csv = table();
    for name in ["pandas", "polars", "duckdb", "second", "old"] {
        let found = read(&golden(&format!("{name}.parquet")));
        assert_eq!(bits(&found), bits(&csv), "{name}");
        assert_eq!(encoder(&found), encoder(&csv), "{name}");
        assert_eq!(found.fingerprint(), csv.fingerprint(), "{name}");
        assert_eq!(found.description(), csv.description(), "{name}");
        assert_eq!(found.notes(), csv.notes(), "{name}");
    }
}

#[test]
fn columns_are_what_they_are_in_text() {
    let raw = read(&golden("pandas.parquet"));
    let kinds = raw.description().unwrap().columns.iter().map(|column| {
        let kind = match &column.kind {
            ColumnKind::Number { .. } => "number",
            ColumnKind::Category { .. } => "category",
            ColumnKind::Date { .. } => "date",
            other => panic!("{}: {other:?}", column.name),
        };
        (column.name.as_str(), kind, column.missing)
    });
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [
            ("x", "number", 0),
            ("gap", "number", 29),
            ("single", "number", 40),
            ("small", "number", 22),
            ("count", "number", 0),
            ("unsigned", "number", 18),
            ("flag", "category", 16),
            ("tree", "category", 12),
            ("coded", "category", 0),
            ("price", "number", 11),
            ("day", "date", 9),
            ("moment", "date", 0),
            ("midnight", "date", 0),
            ("y", "number", 0),
        ]
    );
    let names = encoder(&raw).names();
    assert!(names.contains(&"moment.hour".to_owned()), "{names:?}");
    assert!(!names.contains(&"midnight.hour".to_owned()), "{names:?}");
}

#[test]
fn the_index_of_pandas_is_no_column() {
    let raw = read(&golden("index.parquet"));
    let note = "the index that pandas has written (__index_level_0__) is left out";
    assert!(
        raw.notes().iter().any(|said| said == note),
        "{:?}",
        raw.notes()
    );
    assert_eq!(raw.len(), 80);
    assert!(
        raw.provenance().ends_with("predicts y, the last column"),
        "{}",
        raw.provenance()
    );
}

#[test]
fn columns_that_are_no_cells_are_refused_unless_they_are_left_out() {
    let path = golden("nested.parquet");
    let dropping = |columns: &[&str]| {
        let options = ReadOptions {
            drop: super::names(columns),
            ..ReadOptions::default()
        };
        read_with("parquet", &path, options)
    };
    for (dropped, said) in [
        (&[][..], "has lists, structs or maps in column \"list\""),
        (&["list"], "has lists, structs or maps in column \"struct\""),
        (
            &["list", "struct"],
            "has bytes that are no text in column \"bytes\"",
        ),
    ] {
        let refused = dropping(dropped).unwrap_err();
        assert!(refused.starts_with(said), "{refused}");
        assert!(refused.ends_with("leave the column out"), "{refused}");
    }
    let raw = dropping(&["list", "struct", "bytes"]).unwrap();
    assert_eq!(rows(&raw), [[1.5], [2.5], [3.5], [4.5]]);
    assert_eq!(targets(&raw), [0.5, 1.5, 2.5, 3.5]);
}

#[test]
fn a_trained_table_takes_files_of_both_kinds() {
    let encoder = encoder(&table());
    let text = encoder.read(&golden("table.csv")).unwrap();
    let found = encoder.read(&golden("polars.parquet")).unwrap();
    assert_eq!(found.lines, text.lines);
    assert_eq!(found.warnings, text.warnings);
    assert_eq!(found.rows.len(), 200);
    for i in 0..200 {
        assert_eq!(found.rows.row(i), text.rows.row(i), "row {i}");
    }
    let tested = |file: &str| {
        let options = ReadOptions {
            test: Some(golden(file)),
            ..ReadOptions::default()
        };
        bits(&read_with("parquet", &golden("index.parquet"), options).unwrap())
    };
    assert_eq!(tested("duckdb.parquet"), tested("table.csv"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let whole = std::fs::read(golden("pandas.parquet")).unwrap();
    let files = Files::new();
    let refused = |bytes: &[u8]| {
        let path = files.write("a.parquet", bytes);
        read_with("parquet", &path, ReadOptions::default()).unwrap_err()
    };
    for (bytes, said) in [
        (&b"a,b\n1,2\n"[..], "it does not begin with PAR1"),
        (
            b"PAR1",
            "it does not end with a footer; it may have been cut short",
        ),
        (
            &whole[..9000],
            "it does not end with a footer; it may have been cut short",
        ),
        (b"PAR1\0\0\0\0PARE", "it is encrypted"),
        (
            b"PAR1\xff\xff\xff\x7fPAR1",
            "it does not end with a footer; it may have been cut short",
        ),
        (b"PAR1\0\0\0\0PAR1", "a struct does not end"),
    ] {
        assert_eq!(refused(bytes), format!("cannot be read as Parquet: {said}"));
    }
    let lz4 = std::fs::read(golden("lz4.parquet")).unwrap();
    assert_eq!(
        refused(&lz4),
        "cannot be read as Parquet: in column \"a\", it is compressed with LZ4; write it with snappy, gzip, zstd or none"
    );
    // A page of the file whose pages have checksums.
    let mut changed = std::fs::read(golden("second.parquet")).unwrap();
    changed[300] ^= 1;
    let damaged = refused(&changed);
    assert!(
        damaged.ends_with("a page is damaged: its checksum is another"),
        "{damaged}"
    );
    let text = read_with("csv", &golden("pandas.parquet"), ReadOptions::default());
    assert_eq!(text.unwrap_err(), "is a Parquet file; name it parquet:FILE");
}
