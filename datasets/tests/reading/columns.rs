//! What the cells of a column are taken for.

use datasets::{ColumnKind, Task};

use super::{
    RawData, ReadOptions, class_names, classes, names, numbers, refused, rows, table_with, targets,
};

/// The numbers of column `x` of a file in which `y` counts.
fn column(separator: char, cells: &[&str]) -> Vec<f64> {
    rows(&numbers(text(separator, cells)))
        .into_iter()
        .map(|row| row[0])
        .collect()
}

fn text(separator: char, cells: &[&str]) -> String {
    let quoted = |cell: &&str| format!("\"{cell}\"{separator}7\n");
    format!(
        "x{separator}y\n{}",
        cells.iter().map(quoted).collect::<String>()
    )
}

fn kind<'a>(raw: &'a RawData, name: &str) -> &'a ColumnKind {
    let columns = &raw.description().unwrap().columns;
    &columns
        .iter()
        .find(|column| column.name == name)
        .unwrap()
        .kind
}

#[test]
fn numbers_are_read_in_whatever_way_they_are_written() {
    for (separator, cells, expected) in [
        (
            ',',
            ["5,910", "849", "1,004,249"],
            [5910.0, 849.0, 1_004_249.0],
        ),
        (',', ["1,046", "2,046", "3,046"], [1046.0, 2046.0, 3046.0]),
        (',', ["1,234.5", "2,046", "3"], [1234.5, 2046.0, 3.0]),
        ('\t', ["1,5", "0,4", "3,0"], [1.5, 0.4, 3.0]),
        (',', ["1,5", "0,4", "3,0"], [1.5, 0.4, 3.0]),
        (';', ["554,60", "7.739", "588,2"], [554.6, 7739.0, 588.2]),
        (
            ';',
            ["1.234,56", "1.234.567,5", "2"],
            [1234.56, 1_234_567.5, 2.0],
        ),
        (';', ["1.234.567", "2.000", "3"], [1_234_567.0, 2000.0, 3.0]),
        (';', ["1.234", "2.5", "3"], [1.234, 2.5, 3.0]),
        (
            ',',
            ["1\u{a0}234", "12", "1\u{a0}000\u{a0}000"],
            [1234.0, 12.0, 1e6],
        ),
        (
            ';',
            ["1\u{202f}234,5", "12", "3 000"],
            [1234.5, 12.0, 3000.0],
        ),
        (',', ["1'234.5", "12'000", "3"], [1234.5, 12_000.0, 3.0]),
        (',', ["$1,200", "$900.50", "-$3"], [1200.0, 900.5, -3.0]),
        (';', ["12,5 €", "1.200 €", "0 €"], [12.5, 1200.0, 0.0]),
        (',', ["(12)", "3", "(4.5)"], [-12.0, 3.0, -4.5]),
        (',', ["12%", "3.5 %", "0"], [12.0, 3.5, 0.0]),
        (',', ["70kg", "81.5 kg", "0kg"], [70.0, 81.5, 0.0]),
        (',', ["\u{2212}3", "4", "+5"], [-3.0, 4.0, 5.0]),
        (',', ["1e3", "2E-1", ".5"], [1000.0, 0.2, 0.5]),
    ] {
        assert_eq!(column(separator, &cells), expected, "{cells:?}");
    }
}

/// Beside decimal commas a point stands between thousands, though every number of its column would be whole without it.
#[test]
fn thousands_with_a_point_are_no_ones_with_three_zeros() {
    let raw = numbers("pay;grade;y\n45.000;1,5;1\n50.000;2,5;2\n1.000.000;3,5;3\n");
    let pay: Vec<f64> = rows(&raw).into_iter().map(|row| row[0]).collect();
    assert_eq!(pay, [45_000.0, 50_000.0, 1_000_000.0]);
    let raw = numbers("pay;grade;y\n45.000;1,5;1\n50.000;2,5;2\n");
    assert_eq!(rows(&raw), [[45_000.0, 1.5], [50_000.0, 2.5]]);
}

#[test]
fn the_way_numbers_are_written_is_said() {
    let raw = numbers("umsatz;gewinn;rate\n554,60;58,46;5 %\n7.739;776,90;3 %\n588,20;61,82;2 %\n");
    assert_eq!(
        raw.notes(),
        [
            "the comma in numbers is read as the decimal point: umsatz, gewinn",
            "marks between thousands are left out of numbers: umsatz",
            "the unit beside numbers is left out: rate (%)"
        ]
    );
    // Points between thousands are recognized by the commas of another column.
    let raw = numbers("netto;y\n4.780;1,5\n5.100;2,5\n");
    assert_eq!(rows(&raw), [[4780.0], [5100.0]]);
}

#[test]
fn numbers_that_can_be_read_in_two_ways_are_refused() {
    for (text, said) in [
        (
            text(';', &["1,5", "2.25", "3"]),
            "has 2.25 in line 3 and 1,5 in line 2 of column \"x\"; write all its numbers with a decimal point",
        ),
        (
            text(';', &["1,234", "2,345", "3"]),
            "has 1,234 in line 2, column \"x\", whose mark may stand between thousands or be the decimal one; \
             write it without the first, or with a decimal point and other digits",
        ),
        (
            "x;u;y\n1.234;1,5;0.5\n2.345;2,5;0.25\n".into(),
            "has 1.234 in line 2, column \"x\", whose mark may stand between thousands or be the decimal one; \
             write it without the first, or with a decimal point and other digits",
        ),
        (
            text(',', &["70 kg", "800 g", "3 kg"]),
            "has a number with the unit kg in line 2 and one with the unit g in line 3, column \"x\"; \
             bring them to one unit",
        ),
        (
            text(',', &["5%", "0.05", "3%"]),
            "has a number with the unit % in line 2 and one with no unit in line 3, column \"x\"; \
             bring them to one unit",
        ),
        (
            text(',', &["$5", "€5", "$3"]),
            "has a number with the unit $ in line 2 and one with the unit € in line 3, column \"x\"; \
             bring them to one unit",
        ),
    ] {
        assert_eq!(refused(text, Task::Regression), said);
    }
}

#[test]
fn names_that_begin_with_digits_are_categories() {
    for cells in [
        ["12A", "12B", "14C"],
        ["1-2", "3-4", "5-6"],
        ["1st", "2nd", "3rd"],
        ["v1.2.3", "v1.2.4", "v2"],
        ["4x4", "2x4", "4x2"],
    ] {
        let raw = numbers(text(',', &cells));
        assert!(
            matches!(kind(&raw, "x"), ColumnKind::Category { count: 3, .. }),
            "{cells:?}"
        );
    }
}

#[test]
fn marks_of_missing_values_are_no_values() {
    for mark in [
        "", "NA", "N/A", "n/a", "nan", "NaN", "-nan", "null", "NULL", "Null", "None", "#N/A",
        "#N/A N/A", "#NA", "<NA>", "NaT", "\\N", "(null)", "?", "-1.#IND", "1.#QNAN", "#DIV/0!",
    ] {
        for there in [
            ["7.5", "1.2"],
            ["Oslo", "Bergen"],
            ["2020-01-05", "2021-01-05"],
        ] {
            let raw = numbers(text(',', &[there[0], mark, there[1], there[0]]));
            assert_eq!(
                raw.description().unwrap().columns[0].missing,
                1,
                "{mark} among {there:?}"
            );
        }
        let said = refused(
            format!("x,label\n1,A\n2,B\n3,\"{mark}\"\n"),
            Task::Classification,
        );
        assert_eq!(
            said,
            format!(
                "has no value in line 4, column \"label\" (it says \"{mark}\"); fill it in, or leave out the row or \
                 the column"
            )
        );
    }
    // Signs that are values elsewhere are missing among numbers and dates.
    for mark in ["-", "--", ".", "none", "na"] {
        let raw = numbers(text(',', &["7.5", mark, "1.2"]));
        assert_eq!(raw.description().unwrap().columns[0].missing, 1, "{mark}");
    }
    let raw = classes("x,y\n1,+\n2,-\n3,+\n4,-\n");
    assert_eq!(class_names(&raw), ["+", "-"]);
    assert_eq!(
        raw.notes()[0],
        "words such as none or - are a category like others: y"
    );
}

#[test]
fn labels_keep_their_identity() {
    let raw = classes(
        "x,id\n1,9007199254740992\n2,9007199254740993\n3,9007199254740995\n4,9007199254740992\n",
    );
    assert_eq!(
        class_names(&raw),
        ["9007199254740992", "9007199254740993", "9007199254740995"]
    );
    assert_eq!(targets(&raw), [0.0, 1.0, 2.0, 0.0]);
    let raw = classes("x,zip\n1,01234\n2,1234\n3,00501\n4,90210\n");
    assert_eq!(class_names(&raw), ["00501", "01234", "1234", "90210"]);
    assert!(
        raw.notes()[0].starts_with("whole numbers with leading zeros"),
        "{:?}",
        raw.notes()
    );
    // Whatever stands in other cells of the row, and with a sign.
    let raw = classes("text,id\n\"a \"\"x\"\"\",007\n\"b \"\"y\"\"\",7\n\"c \"\"z\"\"\",9\nd,9\n");
    assert_eq!(class_names(&raw), ["007", "7", "9"]);
    let raw = classes("x,id\n1,+007\n2,7\n3,+007\n");
    assert_eq!(class_names(&raw), ["7", "+007"]);
    let raw = classes("x,y\n1,5kg\n2,10kg\n3,5kg\n");
    assert_eq!(class_names(&raw), ["10kg", "5kg"]);
    // Numbers that f64 holds are ordered and printed as numbers.
    let raw = classes("x,y\n1,10\n2,9\n3,1e1\n4,9.0\n");
    assert_eq!(class_names(&raw), ["9", "10"]);
    // As an input, leading zeros are nothing, unless it is a category.
    let zips = "zip,y\n00501,1\n01234,2\n00501,3\n";
    assert_eq!(rows(&numbers(zips)), [[501.0], [1234.0], [501.0]]);
    let options = ReadOptions {
        categorical: names(&["zip"]),
        ..ReadOptions::default()
    };
    let raw = table_with(zips, Task::Regression, options).unwrap();
    assert_eq!(
        raw.encode(&[0, 1]).unwrap().1.unwrap().names(),
        ["zip=00501", "zip=01234"]
    );
}

#[test]
fn text_among_numbers_is_a_mistake_or_makes_text() {
    assert_eq!(
        refused(text(',', &["1", "2", "four", "5"]), Task::Regression),
        "has the text \"four\" in line 4, column \"x\", and the number 1 in line 2; a column holds one or the other, \
         unless it is named as categorical"
    );
    // Tickets: many numbers, and much text.
    let ticket = |i: usize| match i % 4 {
        0 => format!("A/5 {},{i}\n", i % 3),
        _ => format!("{},{i}\n", 1000 + i % 3),
    };
    let raw = numbers(format!(
        "ticket,y\n{}",
        (0..60).map(ticket).collect::<String>()
    ));
    assert!(matches!(
        kind(&raw, "ticket"),
        ColumnKind::Category { count: 6, .. }
    ));
    let options = |numeric: bool| ReadOptions {
        categorical: if numeric { Vec::new() } else { names(&["x"]) },
        numeric: if numeric { names(&["x"]) } else { Vec::new() },
        ..ReadOptions::default()
    };
    let mixed = text(',', &["1", "2", "four", "5"]);
    let raw = table_with(&mixed, Task::Regression, options(false)).unwrap();
    assert!(matches!(
        kind(&raw, "x"),
        ColumnKind::Category { count: 4, .. }
    ));
    let said = table_with(&mixed, Task::Regression, options(true))
        .unwrap_err()
        .to_string();
    assert!(
        said.ends_with("has \"four\" in line 4, column \"x\", which is to be taken for numbers"),
        "{said}"
    );
}

#[test]
fn dates_are_numbers_or_refused() {
    let raw = numbers("day,y\n2020-01-31,1\n,2\n2019-12-01,3\n");
    let (set, encoder) = raw.encode(&[0, 2]).unwrap();
    assert_eq!(
        encoder.unwrap().names(),
        ["day.days", "day.month", "day.weekday"]
    );
    assert_eq!(set.part.inputs.row(0), [18_292.0, 1.0, 5.0]);
    assert_eq!(set.part.inputs.row(2), [18_231.0, 12.0, 7.0]);
    assert_eq!(
        kind(&raw, "day"),
        &ColumnKind::Date {
            first: "2019-12-01".into(),
            last: "2020-01-31".into()
        }
    );
    for cells in [
        ["31.01.2020", "01.12.2019"],
        ["31/1/2020", "1/12/2019"],
        ["1/31/2020", "12/1/2019"],
        ["Jan 31, 2020", "December 1, 2019"],
        ["31-Jan-2020", "01-Dec-2019"],
        ["2020/01/31", "2019/12/01"],
    ] {
        assert_eq!(column(',', &cells), [18_292.0, 18_231.0], "{cells:?}");
    }
    let raw = numbers("at,y\n2020-01-31T06:00:00Z,1\n2020-01-31 18:30,2\n");
    assert_eq!(
        rows(&raw),
        [
            [18_292.25, 1.0, 5.0, 6.0],
            [18_292.0 + 18.5 / 24.0, 1.0, 5.0, 18.5]
        ]
    );
    assert_eq!(column(',', &["06:30", "23:00"]), [6.5, 23.0]);
    assert_eq!(
        refused(text(',', &["03/04/2020", "05/06/2020"]), Task::Regression),
        "has dates such as 03/04/2020 in line 2, column \"x\", in which the day or the month may come first; \
         write them as 2020-12-31, or leave the column out"
    );
    // Left out, they are not looked at.
    let options = ReadOptions {
        drop: names(&["x"]),
        ..ReadOptions::default()
    };
    let text = "x,z,y\n03/04/2020,1.5,2\n05/06/2020,2.5,3\n";
    assert_eq!(
        rows(&table_with(text, Task::Regression, options).unwrap()),
        [[1.5], [2.5]]
    );
    assert_eq!(
        refused("a,day\n1,2020-01-31\n2,2020-02-01\n", Task::Regression),
        "has dates in column \"day\", which is to be predicted as a number"
    );
}

#[test]
fn options_name_columns_that_are_there() {
    let options = ReadOptions {
        drop: names(&["b"]),
        ..ReadOptions::default()
    };
    let said = table_with("a,y\n1,2\n2,3\n", Task::Regression, options)
        .unwrap_err()
        .to_string();
    assert!(
        said.ends_with("has no column \"b\" to drop; it has a, y"),
        "{said}"
    );
}
