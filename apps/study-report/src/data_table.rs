//! Tables of numbers as CSV: those behind a figure, and those of trials.

use plot::{Curve, Series};
use records::csv_line;
use study_core::figure_spec::Summary;

/// A table of numbers: the content of a CSV file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DataTable {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl DataTable {
    pub(crate) fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text of the file.
    pub(crate) fn to_csv(&self) -> String {
        let rows = std::iter::once(&self.columns).chain(&self.rows);
        rows.map(csv_line).collect()
    }

    /// The points of lines with their bands.
    pub(crate) fn of_curves<'a>(
        x: &str,
        band: [&str; 2],
        curves: impl IntoIterator<Item = &'a Curve>,
    ) -> Self {
        let mut table = Self::new(["line", x, "value", band[0], band[1]]);
        for curve in curves {
            for (i, (x, y)) in curve.points.iter().enumerate() {
                let (low, high) = curve.band.get(i).copied().unwrap_or((f64::NAN, f64::NAN));
                table.row([
                    curve.name.clone(),
                    number(*x),
                    number(*y),
                    number(low),
                    number(high),
                ]);
            }
        }
        table
    }

    /// The points of series.
    pub(crate) fn of_series(series: &[Series]) -> Self {
        let mut table = Self::new(["series", "x", "y"]);
        for one in series {
            for (x, y) in &one.points {
                table.row([one.name.clone(), number(*x), number(*y)]);
            }
        }
        table
    }

    /// A matrix with names of rows and columns.
    pub(crate) fn matrix(
        corner: &str,
        rows: &[String],
        columns: &[String],
        cells: &[Vec<f64>],
    ) -> Self {
        let mut table =
            Self::new(std::iter::once(corner).chain(columns.iter().map(String::as_str)));
        for (name, cells) in rows.iter().zip(cells) {
            table.row(std::iter::once(name.clone()).chain(cells.iter().map(|x| number(*x))));
        }
        table
    }
}

/// Names of the columns with the lower and the upper end of a band.
pub(crate) fn band_columns(summary: Summary) -> [&'static str; 2] {
    match summary {
        Summary::Interquartile => ["quartile_1", "quartile_3"],
        Summary::Mean => ["ci_low", "ci_high"],
    }
}

/// A number of a CSV file, to eight digits; what is not defined is empty.
pub(crate) fn number(x: f64) -> String {
    if x.is_nan() {
        return String::new();
    }
    if x.is_infinite() || x == x.trunc() && x.abs() < 1e15 {
        return x.to_string();
    }
    format!("{x:.7e}")
        .parse::<f64>()
        .map_or_else(|_| x.to_string(), |short| short.to_string())
}

/// A number of a CSV file with all its digits; what is not defined is empty.
pub(crate) fn exact(x: f64) -> String {
    match x {
        x if x.is_nan() => String::new(),
        x if x == x.trunc() && x.abs() < 1e15 => x.to_string(),
        // Shortest that reads as the same number, with an exponent where it is very large or small.
        x => format!("{x:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_read_as_themselves() {
        for x in [0.1 + 0.2, -1e-300, f64::MAX, 3.0, f64::NEG_INFINITY] {
            assert_eq!(exact(x).parse(), Ok(x));
        }
        assert_eq!((exact(3.0), exact(f64::NAN)), ("3".into(), "".into()));
    }

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        let mut table = DataTable::new(["case", "x"]);
        table.row(["a, \"b\"".to_owned(), number(1.0 / 3.0)]);
        table.row(["plain".to_owned(), number(f64::NAN)]);
        table.row(["many".to_owned(), number(50_000.0)]);
        assert_eq!(
            table.to_csv(),
            "case,x\n\"a, \"\"b\"\"\",0.33333333\nplain,\nmany,50000\n"
        );
    }
}
