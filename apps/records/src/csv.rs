//! Tables as CSV (RFC 4180, with line feeds alone) that spreadsheets take as data.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, wherever the text came from. So a cell
//! that begins with one of these, blanks and apostrophes before it passed over, and is no number gets an apostrophe in
//! front; whoever reads the file takes one apostrophe away from such a cell and has the text as it was. Characters that
//! act instead of being seen stand as `\u001b` ([`visible`]). (The danger and its remedy: OWASP, CSV injection.)

use std::borrow::Cow;

use crate::text::visible;

/// What formulas begin with, also in full width, as some spreadsheets take them.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Joins cells to a line of a CSV file, with its line feed.
pub fn csv_line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let mut line = String::new();
    for (i, text) in cells.into_iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        line.push_str(&cell(text.as_ref()));
    }
    // A line without anything is read as none.
    if line.is_empty() {
        line.push_str("\"\"");
    }
    line.push('\n');
    line
}

/// Makes a table as CSV: the headings, then the rows.
///
/// # Panics
/// If a row has not as many cells as there are headings.
#[track_caller]
pub fn csv_table(headings: &[String], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut table = csv_line(headings);
    for row in rows {
        assert_eq!(
            row.len(),
            headings.len(),
            "csv_table: cells of a row and headings {headings:?}"
        );
        table.push_str(&csv_line(row));
    }
    table.into_bytes()
}

fn cell(text: &str) -> Cow<'_, str> {
    let text = visible(text, &[]);
    let text = match is_formula(&text) {
        true => Cow::Owned(format!("'{text}")),
        false => text,
    };
    match text.contains([',', '"']) {
        true => Cow::Owned(format!("\"{}\"", text.replace('"', "\"\""))),
        false => text,
    }
}

fn is_formula(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c == '\'' || c.is_whitespace());
    start.starts_with(FORMULA) && start.trim_end().parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The only cell of a line.
    fn unquoted(line: &str) -> String {
        let line = line.strip_suffix('\n').unwrap();
        match line.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\""),
            None => line.to_owned(),
        }
    }

    /// The same as the documentation says to read it.
    fn read(line: &str) -> String {
        let text = unquoted(line);
        match text.strip_prefix('\'') {
            Some(rest) if is_formula(rest) => rest.to_owned(),
            _ => text,
        }
    }

    #[test]
    fn formulas_are_text_and_read_back() {
        for formula in [
            "=1+1",
            "=HYPERLINK(\"http://x\",\"a\")",
            "+a",
            "-",
            "-1+2",
            "--1",
            "@SUM(A1)",
            "＝1",
            " =1",
            "'=1",
            "''@",
        ] {
            let line = csv_line([formula]);
            assert!(unquoted(&line).starts_with('\''), "{line}");
            assert_eq!(read(&line), formula);
        }
    }

    #[test]
    fn numbers_and_other_texts_stay_as_they_are() {
        for plain in [
            "-1.5",
            "+2",
            "-1e-7",
            "-inf",
            "-NaN",
            "-.5",
            "a=b",
            "p(-a)",
            "'",
            "'a",
            "'-1",
            "it's",
            "2020-01-01",
            "\"",
        ] {
            let line = csv_line([plain]);
            assert_eq!(unquoted(&line), plain);
            assert_eq!(read(&line), plain);
        }
        assert_eq!(csv_line(["a", "", "-1"]), "a,,-1\n");
        assert_eq!(csv_line([""]), "\"\"\n");
    }

    #[test]
    fn a_cell_stays_one_and_a_row_a_line() {
        assert_eq!(
            csv_line(["a, \"b\"", "c\r\nd\u{1b}[0m\t="]),
            "\"a, \"\"b\"\"\",c\\u000d\\u000ad\\u001b[0m\\u0009=\n"
        );
        // Tabs and line feeds are what some spreadsheets skip before a formula.
        assert_eq!(csv_line(["\t=1"]), "\\u0009=1\n");
    }

    fn owned(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn cells_are_quoted_where_they_need_it() {
        let rows = [owned(&["1", "a, b"]), owned(&["", "say \"x\""])];
        let text = csv_table(&owned(&["n", "text"]), rows.into_iter());
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "n,text\n1,\"a, b\"\n,\"say \"\"x\"\"\"\n"
        );
    }

    #[test]
    #[should_panic(expected = "csv_table: cells of a row and headings [\"a\", \"b\"]")]
    fn a_row_of_another_length_is_refused() {
        csv_table(&owned(&["a", "b"]), [owned(&["1"])].into_iter());
    }
}
