//! Tables as CSV.

/// A table as CSV: the headings, then the rows. Cells are quoted where they need it.
///
/// # Panics
/// If a row has not as many cells as there are headings.
#[track_caller]
pub fn csv_table(headings: &[String], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    // A writer to memory fails at nothing but rows of different lengths, which are refused here.
    let in_memory = "memory takes rows of one length";
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(headings).expect(in_memory);
    for row in rows {
        assert_eq!(
            row.len(),
            headings.len(),
            "csv_table: cells of a row and headings {headings:?}"
        );
        table.write_record(&row).expect(in_memory);
    }
    table.into_inner().expect(in_memory)
}

#[cfg(test)]
mod tests {
    use super::*;

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
