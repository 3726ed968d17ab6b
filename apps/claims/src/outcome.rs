//! Outcome of a trial.

use std::collections::BTreeMap;

use records::Number;
use serde::{Deserialize, Serialize};

/// Outcome of a trial: all that figures, tables and claims use. It holds no times and no order, so that equal
/// trials give equal text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Figures by name.
    pub numbers: BTreeMap<String, Number>,
    /// Figures of each epoch, or along anything else, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub series: BTreeMap<String, Vec<Number>>,
    /// Tables of numbers by name: confusion matrices, maps, curves, images.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub grids: BTreeMap<String, Grid>,
    /// Words by name, such as the winner of a search.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, String>,
}

/// A table of numbers with six digits each: it is drawn, not computed with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// The rows. What is not finite is `None`.
    pub rows: Vec<Vec<Option<f32>>>,
    /// x of the first and the last column of a map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<[f32; 2]>,
    /// y of the first and the last row of a map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<[f32; 2]>,
    /// Channels, height and width, where each row is an image of values from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<[usize; 3]>,
}

impl Outcome {
    /// Creates an empty outcome.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a figure.
    pub fn number(mut self, name: impl Into<String>, value: f64) -> Self {
        self.numbers.insert(name.into(), Number(value));
        self
    }

    /// Adds a series.
    pub fn series(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
    ) -> Self {
        let values = values.into_iter().map(Number).collect();
        self.series.insert(name.into(), values);
        self
    }

    /// Adds a grid.
    pub fn grid(mut self, name: impl Into<String>, grid: Grid) -> Self {
        self.grids.insert(name.into(), grid);
        self
    }

    /// Adds words.
    pub fn word(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.words.insert(name.into(), text.into());
        self
    }

    /// Why it cannot be drawn, as the end of a sentence; `None` if it can. Its file may have been edited.
    pub fn contradiction(&self) -> Option<&'static str> {
        let widths = |name: &str| {
            let grid = self.grids.get(name)?;
            Some(grid.rows.iter().map(Vec::len).collect::<Vec<_>>())
        };
        let both = widths("confusion").zip(widths("weighted_confusion"));
        both.is_some_and(|(counts, weights)| counts != weights)
            .then_some("its weighted_confusion has not the shape of its confusion")
    }

    /// A figure, if it is there and defined.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.numbers.get(name).map(|x| x.0).filter(|x| !x.is_nan())
    }

    /// Adds everything of another outcome, with a prefix: `"bn/"` makes `bn/test_loss`.
    pub fn with(mut self, prefix: &str, other: Self) -> Self {
        let named = |name: String| format!("{prefix}{name}");
        let numbers = other.numbers.into_iter();
        self.numbers.extend(numbers.map(|(n, x)| (named(n), x)));
        let series = other.series.into_iter();
        self.series.extend(series.map(|(n, x)| (named(n), x)));
        let grids = other.grids.into_iter();
        self.grids.extend(grids.map(|(n, x)| (named(n), x)));
        let words = other.words.into_iter();
        self.words.extend(words.map(|(n, x)| (named(n), x)));
        self
    }
}

impl Grid {
    /// Creates a table of these rows.
    pub fn new<R: AsRef<[f64]>>(rows: impl IntoIterator<Item = R>) -> Self {
        Self {
            rows: rows
                .into_iter()
                .map(|row| row.as_ref().iter().map(|x| cell(*x)).collect())
                .collect(),
            ..Self::default()
        }
    }

    /// Sets the ranges of columns and rows.
    pub fn over(mut self, x: [f64; 2], y: [f64; 2]) -> Self {
        self.x = Some(x.map(|x| x as f32));
        self.y = Some(y.map(|y| y as f32));
        self
    }

    /// Marks the rows as images of these channels, height and width, with values from 0 to 1.
    pub fn pictures(mut self, shape: [usize; 3]) -> Self {
        self.picture = Some(shape);
        self
    }

    /// A row as numbers, with NaN for `None`.
    pub fn row(&self, i: usize) -> Vec<f64> {
        let cell = |x: &Option<f32>| x.map_or(f64::NAN, f64::from);
        self.rows
            .get(i)
            .map_or_else(Vec::new, |row| row.iter().map(cell).collect())
    }
}

/// A number to six digits, which is as many as fit into single precision as text of that length.
fn cell(x: f64) -> Option<f32> {
    if x == x.trunc() && x.abs() < 1e6 {
        return Some(x as f32);
    }
    let short = format!("{x:.5e}").parse::<f32>().ok();
    short.filter(|x| x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let outcome = Outcome::new()
            .number("test_mse", 0.1)
            .number("diverged", f64::INFINITY)
            .series("train_loss", [1.0, f64::INFINITY])
            .grid(
                "map",
                Grid::new([[0.1, f64::NAN]]).over([0.0, 1.0], [-1.0, 1.0]),
            )
            .word("winner", "2×10");
        let text = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
        assert_eq!(serde_json::to_string(&outcome.clone()).unwrap(), text);
    }

    #[test]
    fn cells_have_six_digits_and_counts_all_of_theirs() {
        let row = [
            0.123_456_789,
            999_999.0,
            -1.0 / 3.0,
            f64::NAN,
            f64::INFINITY,
        ];
        let text = serde_json::to_string(&Grid::new([row]).rows).unwrap();
        assert_eq!(text, "[[0.123457,999999.0,-0.333333,null,null]]");
    }

    #[test]
    fn names_of_another_outcome_have_a_prefix() {
        let both = Outcome::new()
            .number("a", 1.0)
            .with("other/", Outcome::new().number("a", 2.0).series("s", [1.0]));
        assert_eq!((both.get("a"), both.get("other/a")), (Some(1.0), Some(2.0)));
        assert!(both.series.contains_key("other/s"));
    }
}
