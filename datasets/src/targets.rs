//! What is to be predicted.

use std::ops::Range;
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

    /// How many rows have a target.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(rows) => rows.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first of some rows whose class no row before them has, and the class.
    #[cfg(feature = "sets")]
    pub(crate) fn new_class(&self, rows: Range<usize>) -> Option<(usize, u32)> {
        let Self::Classes { labels, classes } = self else {
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
        let Self::Classes { labels, .. } = self else {
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
