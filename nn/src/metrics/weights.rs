//! How much rows count in a metric.

/// Weights of rows: metrics of rows that do not all count the same, as scikit-learn's `sample_weight`. A row of
/// weight 2 counts as two rows, one of weight 0 not at all.
///
/// The functions of [this module](super) are the methods of this for rows that all count the same.
///
/// ```
/// use nn::metrics::RowWeights;
///
/// let weights = RowWeights::of(&[3.0, 1.0]);
/// assert_eq!(weights.accuracy(&[0, 1], &[0, 0]), Some(0.75));
/// assert_eq!(RowWeights::equal().accuracy(&[0, 1], &[0, 0]), Some(0.5));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RowWeights<'a>(Option<&'a [f64]>);

impl<'a> RowWeights<'a> {
    /// All rows count the same.
    pub fn equal() -> Self {
        Self(None)
    }

    /// A weight for each row, finite and not below 0.
    ///
    /// # Panics
    /// If one of them is negative or not finite.
    #[track_caller]
    pub fn of(weights: &'a [f64]) -> Self {
        if let Some(wrong) = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
            panic!("weights of rows are finite and not below 0, and one is {wrong}");
        }
        Self(Some(weights))
    }

    /// The weights; `None` where all rows count the same.
    pub fn get(self) -> Option<&'a [f64]> {
        self.0
    }

    /// The weight of a row.
    pub(super) fn row(self, row: usize) -> f64 {
        self.0.map_or(1.0, |weights| weights[row])
    }

    /// The sum of the weights of so many rows.
    pub(super) fn total(self, rows: usize) -> f64 {
        match self.0 {
            Some(weights) => weights.iter().sum(),
            None => rows as f64,
        }
    }

    /// Refuses another number of rows.
    #[track_caller]
    pub(super) fn check(self, rows: usize) {
        if let Some(weights) = self.0 {
            assert!(
                weights.len() == rows,
                "{} weights for {rows} rows",
                weights.len()
            );
        }
    }
}

impl<'a> From<Option<&'a [f64]>> for RowWeights<'a> {
    fn from(weights: Option<&'a [f64]>) -> Self {
        weights.map_or_else(Self::equal, Self::of)
    }
}
