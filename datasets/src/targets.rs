//! What is to be predicted.

use std::sync::Arc;

use crate::rows::Rows;

/// One target per row: a class, or values.
#[derive(Clone, Debug)]
pub enum Targets {
    /// A class in `0..classes` per row.
    Classes {
        /// The class of each row.
        labels: Arc<[u32]>,
        /// How many classes there are; some may have no row.
        classes: usize,
    },
    /// One or more real values per row, row shape `[values]`.
    Values(Rows),
    /// Targets of rows that do not all count the same: see [`Targets::weighted`].
    Weighted(WeightedTargets),
}

/// Targets, and how much each row counts.
#[derive(Clone, Debug)]
pub struct WeightedTargets {
    targets: Box<Targets>,
    weights: Arc<[f64]>,
}

impl WeightedTargets {
    /// The targets, which have no weights of their own.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The weight of each row.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }
}

impl Targets {
    /// A class in `0..classes` per row.
    ///
    /// # Panics
    /// If a label is not below `classes`.
    #[track_caller]
    pub fn classes(labels: impl Into<Arc<[u32]>>, classes: usize) -> Self {
        let labels = labels.into();
        if let Some(&last) = labels.iter().max() {
            assert!(
                (last as usize) < classes,
                "Targets::classes: label {last} with {classes} classes"
            );
        }
        Self::Classes { labels, classes }
    }

    /// The same targets of rows that count so much: a row of weight 2 as much as two rows, one of weight 0 not at all. Losses,
    /// metrics and what is fitted take it so. A loss is Σ wᵢlᵢ over the rows i of a batch, divided by their number; so weights
    /// are best [normalized](Self::normalized), which leaves its size, and with it the learning rate, alone.
    ///
    /// # Panics
    /// If there are not as many weights as rows, one of them is negative or not finite, or the rows have weights already.
    #[track_caller]
    pub fn weighted(self, weights: impl Into<Arc<[f64]>>) -> Self {
        let weights = weights.into();
        assert_eq!(
            weights.len(),
            self.len(),
            "Targets::weighted: {} weights for {} rows",
            weights.len(),
            self.len()
        );
        if let Some(wrong) = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
            panic!("Targets::weighted: weights are finite and not below 0, and one is {wrong}");
        }
        assert!(
            self.weights().is_none(),
            "Targets::weighted: the rows have weights already"
        );
        Self::Weighted(WeightedTargets {
            targets: Box::new(self),
            weights,
        })
    }

    /// The targets with weights in the same proportion whose mean over some rows is 1. Targets without weights stay as they
    /// are.
    ///
    /// # Panics
    /// If a row does not exist, or these rows weigh nothing.
    #[track_caller]
    pub fn normalized(self, rows: &[u32]) -> Self {
        match self {
            Self::Weighted(WeightedTargets { targets, weights }) => {
                let sum: f64 = rows.iter().map(|row| weights[*row as usize]).sum();
                assert!(sum > 0.0, "Targets::normalized: the rows weigh {sum}");
                let mean = sum / rows.len() as f64;
                let weights = weights.iter().map(|weight| weight / mean).collect();
                Self::Weighted(WeightedTargets { targets, weights })
            }
            targets => targets,
        }
    }

    /// The targets without weights.
    pub fn unweighted(&self) -> &Self {
        match self {
            Self::Weighted(of) => &of.targets,
            targets => targets,
        }
    }

    /// The weight of each row; `None` where all count the same.
    pub fn weights(&self) -> Option<&[f64]> {
        match self {
            Self::Weighted(of) => Some(&of.weights),
            Self::Classes { .. } | Self::Values(_) => None,
        }
    }

    /// The sum of the weights of some rows: their number where all count the same.
    ///
    /// # Panics
    /// If a row does not exist.
    #[track_caller]
    pub fn total_weight(&self, rows: &[u32]) -> f64 {
        match self.weights() {
            Some(weights) => rows.iter().map(|row| weights[*row as usize]).sum(),
            None => rows.len() as f64,
        }
    }

    /// Number of rows with a target.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(rows) => rows.len(),
            Self::Weighted(of) => of.targets.len(),
        }
    }

    /// Checks whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first of some rows whose class no row before them has, and the class.
    #[cfg(feature = "sets")]
    pub(crate) fn new_class(&self, rows: std::ops::Range<usize>) -> Option<(usize, u32)> {
        let Self::Classes { labels, classes } = self.unweighted() else {
            return None;
        };
        let mut known = vec![false; *classes];
        for label in &labels[..rows.start] {
            known[*label as usize] = true;
        }
        let mut labels = rows.map(|row| (row, labels[row]));
        labels.find(|(_, label)| !known[*label as usize])
    }

    /// Writes the classes of the chosen rows to `out`.
    ///
    /// # Panics
    /// If the targets are values, a row does not exist, or `out` has another length than `rows`.
    #[track_caller]
    pub fn labels_into(&self, rows: &[u32], out: &mut [u32]) {
        let Self::Classes { labels, .. } = self.unweighted() else {
            panic!("Targets::labels_into: the targets are values, not classes");
        };
        assert_eq!(
            rows.len(),
            out.len(),
            "Targets::labels_into: {} rows into {} labels",
            rows.len(),
            out.len()
        );
        for (out, &row) in out.iter_mut().zip(rows) {
            let Some(label) = labels.get(row as usize) else {
                panic!("Targets::labels_into: row {row} of {} rows", labels.len());
            };
            *out = *label;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_gathered() {
        let targets = Targets::classes([0, 2, 1], 3);
        let mut out = [9; 4];
        targets.labels_into(&[2, 2, 0, 1], &mut out);
        assert_eq!(out, [1, 1, 0, 2]);
        assert_eq!(targets.len(), 3);
        assert!(Targets::classes([], 3).is_empty());
        assert_eq!(Targets::Values(Rows::reals32(&[2], [0.0; 6])).len(), 3);
    }

    #[test]
    fn weights_have_the_mean_1_over_the_rows_that_are_named() {
        let targets = Targets::classes([0, 1, 1, 0], 2).weighted([1.0, 3.0, 0.0, 10.0]);
        assert_eq!((targets.len(), targets.total_weight(&[0, 1, 2])), (4, 4.0));
        let targets = targets.normalized(&[0, 1]);
        assert_eq!(targets.weights(), Some(&[0.5, 1.5, 0.0, 5.0][..]));
        assert!(targets.unweighted().weights().is_none());
        assert_eq!(targets.unweighted().total_weight(&[0, 2]), 2.0);
        let mut out = [9; 2];
        targets.labels_into(&[1, 3], &mut out);
        assert_eq!(out, [1, 0]);
    }

    #[test]
    #[should_panic(expected = "weights are finite and not below 0, and one is -1")]
    fn a_weight_below_0_panics() {
        Targets::classes([0], 1).weighted([-1.0]);
    }

    #[test]
    #[should_panic(expected = "the rows weigh 0")]
    fn rows_without_weight_cannot_be_normalized() {
        Targets::classes([0, 0], 1)
            .weighted([0.0, 1.0])
            .normalized(&[0]);
    }

    #[test]
    #[should_panic(expected = "label 3 with 3 classes")]
    fn a_label_beyond_the_classes_panics() {
        Targets::classes([0, 3], 3);
    }

    #[test]
    #[should_panic(expected = "row 3 of 3 rows")]
    fn a_row_that_does_not_exist_panics() {
        Targets::classes([0, 2, 1], 3).labels_into(&[3], &mut [0]);
    }

    #[test]
    #[should_panic(expected = "values, not classes")]
    fn values_have_no_labels() {
        Targets::Values(Rows::reals32(&[1], [0.0])).labels_into(&[0], &mut [0]);
    }
}
