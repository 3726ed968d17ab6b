//! Tables of text: separators, quotes, line ends, headers, encodings.

use std::io::Write;

use datasets::{Resolver, Task};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{
    Files, ReadOptions, class_names, classes, names, numbers, refused, request, rows, table_with,
    targets,
};

/// Rows of two numbers and a label, the quote of `open` never closed.
fn open_at(open: usize, rows: usize) -> String {
    let row = |i: usize| {
        let quote = if i == open { "\"" } else { "" };
        format!("{i}.5,{},{quote}{}\n", 2 * i, ["a", "b"][i % 2])
    };
    format!("x1,x2,label\n{}", (0..rows).map(row).collect::<String>())
}

#[test]
fn an_open_quote_is_an_error_that_names_its_line() {
    for (open, line) in [(0, 2), (20, 22), (59, 61)] {
        assert_eq!(
            refused(open_at(open, 60), Task::Classification),
            format!(
                "has a quote in line {line} that is never closed, so that all rows after it are one cell"
            )
        );
    }
    // The second of two open quotes closes the first, with text behind.
    let two = open_at(5, 60).replace("30.5,60,a", "30.5,60,\"a");
    assert_eq!(
        refused(two, Task::Classification),
        "has a quote in line 7 that is not closed there; the next one, in line 32, is followed by more text"
    );
    // In the names, too; and in a file of a classic Mac.
    assert!(refused("\"a,b\n1,2\n", Task::Regression).contains("quote in line 1 that is never"));
    assert!(refused(open_at(3, 9).replace('\n', "\r"), Task::Classification).contains("in line 5"));
}

#[test]
fn closed_quotes_may_hold_anything() {
    let raw = classes("a,b,y\n1,\"x, \"\"y\"\"; z\nand more\",u\n2,\"\",v\n3, \"w\" ,u\n");
    assert_eq!(raw.table().unwrap().lines(), [2, 4, 5]);
    assert_eq!(
        raw.notes()[0],
        "a cell in line 2 has line breaks within its quotes"
    );
    let (set, encoder) = raw.encode(&[0, 2]).unwrap();
    assert_eq!(
        encoder.unwrap().names(),
        ["a", "b=w", "b=x, \"y\"; z\nand more"]
    );
    assert_eq!(set.part.inputs.row(0), [1.0, 0.0, 1.0]);
    // Within a cell a quote is a letter like others.
    let raw = classes("inch,y\n5\" pipe,u\n\"7\" pipe,v\n5\" pipe,v\n");
    assert_eq!(
        raw.encode(&[0, 1]).unwrap().1.unwrap().names(),
        ["inch=\"7\" pipe", "inch=5\" pipe"]
    );
}

#[test]
fn the_separator_is_judged_by_all_lines() {
    // A comma in a name, and a decimal comma in every row.
    let raw = classes("weight, kg;label\n7,5;B\n1,2;A\n8,7;B\n1,4;A\n");
    assert_eq!(
        (rows(&raw)[0][0], class_names(&raw)),
        (7.5, names(&["A", "B"]))
    );
    assert_eq!(raw.description().unwrap().columns[0].name, "weight, kg");
    for (text, first) in [
        ("a|b|y\n7.5|15.0|0\n1.2|2.4|1\n", [7.5, 15.0]),
        ("a\tb\ty\n7.5\t15\t0\n1.2\t2.4\t1\n", [7.5, 15.0]),
        ("sep=;\na;b;y\n7,5;15;0\n1,2;2,4;1\n", [7.5, 15.0]),
        ("a;b;y\r\n7.5;15;0\r\n1.2;2.4;1\r\n", [7.5, 15.0]),
        ("a,b,y\r7.5,15,0\r1.2,2.4,1", [7.5, 15.0]),
        (
            "\u{feff}a, b, y\n7.5, 15, 0\n\n1.2, 2.4, 1\n\n",
            [7.5, 15.0],
        ),
        (
            "# made by hand\na,b,y\n7.5,15,0\n# a, remark\n1.2,2.4,1\n,,\n",
            [7.5, 15.0],
        ),
    ] {
        let raw = table_with(text, Task::Classification, ReadOptions::default()).unwrap();
        assert_eq!(
            (rows(&raw)[0].as_slice(), raw.len()),
            (&first[..], 2),
            "{text:?}"
        );
    }
    let notes = numbers("# x\na,y\n1,2\n# y, z, u\n3,4\n,\n")
        .notes()
        .to_vec();
    assert_eq!(
        notes[..2],
        [
            "1 comment after # passed over",
            "1 line without any value passed over"
        ]
    );
    // Semicolons in sentences, and the first thousand lines without any.
    let text: String = (0..1200)
        .map(|i| format!("{i}.5,ok; {},{i}\n", i % 2))
        .collect();
    assert_eq!(numbers(format!("a,b,y\n{text}")).len(), 1200);
    // A column alone may have decimal commas.
    assert_eq!(
        refused("y\n1,5\n2\n3,25\n", Task::Regression),
        "has no column left to predict y from"
    );
    // Whatever a table is separated by, a row that does not fit is named.
    assert_eq!(
        refused("a;b\n1;2\n3;4;5\n6;7\n", Task::Regression),
        "has 3 cells in line 3 where 2 are expected"
    );
    assert_eq!(
        refused("a b y\n1 2 3\n", Task::Regression),
        "has no column left to predict a b y from; columns are separated by commas, semicolons, tabs or |, and it has \
         one column, a b y"
    );
}

#[test]
fn a_missing_line_of_names_is_noticed() {
    let flowers = "4.5,3.0,1.20,setosa\n4.6,3.1,1.21,setosa\n6.1,2.9,4.7,versicolor\n5.9,3.0,4.2,versicolor\n";
    let raw = classes(flowers);
    assert_eq!((raw.len(), targets(&raw)), (4, vec![0.0, 0.0, 1.0, 1.0]));
    assert_eq!(
        raw.notes()[0],
        "the first line (4.5, 3.0, 1.20) is read as a row: is the line of names missing? columns are called x1, x2, …"
    );
    assert!(raw.provenance().ends_with("predicts x4, the last column"));
    // Letters, all of which occur again.
    let raw = classes("p,x,s\ne,x,y\np,b,s\ne,x,s\np,x,y\n");
    assert_eq!((raw.len(), class_names(&raw)), (5, names(&["s", "y"])));
    // Numbers alone; and columns that are called by years or by their places.
    assert_eq!(numbers("1.5,2\n2.5,3\n3.5,4\n").len(), 3);
    for named in [
        "country,2019,2020\nA,1,2\nB,3,4\n",
        "0,1,2\n1.5,2,3\n2.5,3,4\n",
    ] {
        let raw = numbers(named);
        assert_eq!(raw.len(), 2, "{named}");
        assert!(
            raw.notes()[0].contains("is read as names, though it has numbers"),
            "{named}"
        );
    }
    // Either can be said.
    for (header, len) in [(true, 3), (false, 4)] {
        let options = ReadOptions {
            header: Some(header),
            ..ReadOptions::default()
        };
        assert_eq!(
            table_with(flowers, Task::Classification, options)
                .unwrap()
                .len(),
            len
        );
    }
}

#[test]
fn names_are_trimmed_and_refused_where_they_are_none() {
    let raw = numbers(" a b , \"c\" ,y\n1.5,2,3\n2,3,4\n");
    let description = raw.description().unwrap();
    let found: Vec<&str> = description
        .columns
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(found, ["a b", "c", "y"]);
    assert_eq!(
        refused("a,b,a\n1,2,3\n", Task::Regression),
        "has the name \"a\" twice in line 1, for columns 1 and 3"
    );
    assert_eq!(
        refused("a,,y\n1,2,3\n3,4,5\n", Task::Regression),
        "has no name for column 2 in line 1; every column needs one"
    );
    // A separator at the end of every line makes no column; numbers before the rows are no input.
    let raw = numbers(",a,y,\n0,1.5,2,\n1,2.5,3,\n2,3.5,5,\n");
    assert_eq!(rows(&raw), [[1.5], [2.5], [3.5]]);
    assert_eq!(
        raw.notes()[0],
        "a first column that has no name and counts the rows is left out"
    );
}

#[test]
fn names_with_commas_can_be_asked_for() {
    let text = "\"price, EUR\",area\n20685.0,5910\n14871.5,4249\n30415.0,8690\n";
    let files = Files::new();
    let path = files.write("p.csv", text);
    for wanted in [
        &["price, EUR"][..],
        &["price", " EUR"],
        &["\"price", " EUR\""],
    ] {
        for task in [Task::Regression, Task::Classification] {
            let mut request = request("csv", &path, task, ReadOptions::default());
            request.targets = names(wanted);
            let raw = datasets::read(&request, &Resolver::default()).unwrap();
            assert!(raw.provenance().ends_with("predicts price, EUR"));
            assert_eq!(rows(&raw), [[5910.0], [4249.0], [8690.0]]);
        }
    }
    let mut request = request("csv", &path, Task::Regression, ReadOptions::default());
    request.targets = names(&["price", " USD"]);
    let said = datasets::read(&request, &Resolver::default())
        .unwrap_err()
        .to_string();
    assert!(
        said.ends_with("has no column \"price\" to predict; it has price, EUR, area"),
        "{said}"
    );
    request.task = Task::Classification;
    request.targets = names(&["price, EUR", "area"]);
    let said = datasets::read(&request, &Resolver::default())
        .unwrap_err()
        .to_string();
    assert!(
        said.ends_with("--target price, EUR, area: classification has one target"),
        "{said}"
    );
}

#[test]
fn packed_files_are_unpacked_and_others_named() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"a,y\n1.5,2\n2,3\n").unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(rows(&numbers(&packed)), [[1.5], [2.0]]);
    let cut = refused(&packed[..packed.len() - 9], Task::Regression);
    assert!(
        cut.starts_with("is compressed with gzip and cannot be unpacked: "),
        "{cut}"
    );
    let utf16: Vec<u8> = "a,y\n1,2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (bytes, said) in [
        (
            &b"PK\x03\x04..."[..],
            "is a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV",
        ),
        (
            b"\xd0\xcf\x11\xe0...",
            "is an old Excel workbook; save the sheet as CSV",
        ),
        (b"BZh9...", "is compressed with bzip2; unpack it"),
        (b"PAR1...", "is a Parquet file; name it parquet:FILE"),
        (b"\xff\xfea\0,\0b\0", "is UTF-16 text; save it as UTF-8"),
        (b"\xfe\xff\0a\0,\0b", "is UTF-16 text; save it as UTF-8"),
        (
            &utf16,
            "is UTF-16 text without a byte order mark, or no text at all; save it as UTF-8",
        ),
        (
            b"a,y\n1,Stra\xdfe\n",
            "is not UTF-8 text in line 2, column 2; save it as UTF-8",
        ),
    ] {
        assert_eq!(refused(bytes, Task::Regression), said);
    }
}

#[test]
#[cfg(not(feature = "parquet"))]
fn parquet_files_need_a_feature() {
    let files = Files::new();
    let path = files.write("a.parquet", b"PAR1 and so on");
    let asked = request("parquet", &path, Task::Regression, ReadOptions::default());
    let said = datasets::read(&asked, &Resolver::default())
        .unwrap_err()
        .to_string();
    let expected = "is a Parquet file, and this program was built without their reader: build it with --features parquet, or save \
                    the file as CSV";
    assert!(said.ends_with(expected), "{said}");
}
