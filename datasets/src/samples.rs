//! Inputs with their targets, and the rows of them that belong to a part.

use std::sync::Arc;

use autograd::{Indices, Real, Tensor, Value};

use crate::affine::Affine;
use crate::rows::Rows;
use crate::split::{Split, SplitError, split};
use crate::targets::Targets;

/// Inputs and targets, row by row.
#[derive(Clone, Debug)]
pub struct Part {
    /// The inputs of a network.
    pub inputs: Rows,
    /// Targets: what should be predicted.
    pub targets: Targets,
}

/// Inputs and targets, borrowed. What is done with a data set takes this and a list of row indices.
#[derive(Clone, Copy, Debug)]
pub struct DataView<'a> {
    /// The inputs of a network.
    pub inputs: &'a Rows,
    /// Targets: what should be predicted, a row each.
    pub targets: &'a Targets,
}

/// The targets of a batch, as a loss takes them.
#[derive(Clone, Debug)]
pub enum BatchTargets<T: Real> {
    /// A class a row.
    Classes(Indices),
    /// Values, `[rows, values…]`.
    Values(Tensor<T>),
    /// Targets of rows that do not all count the same.
    Weighted {
        /// The targets, without weights.
        of: Box<Self>,
        /// The weight of each row.
        weights: Box<[f64]>,
    },
}

/// Samples: some rows of inputs with their targets. Copies and parts share the cells and are cheap.
///
/// ```
/// use datasets::{Rows, Samples, Targets};
///
/// let inputs = Rows::reals64(&[1], [0.0, 1.0, 2.0, 3.0, 4.0]);
/// let targets = Targets::Values(Rows::reals64(&[1], [0.0, 1.0, 4.0, 9.0, 16.0]));
/// let (train, test) = Samples::new(inputs, targets).split(0.2, 0)?;
/// assert_eq!((train.len(), test.len()), (4, 1));
/// # Ok::<(), datasets::split::SplitError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Samples {
    part: Part,
    rows: Arc<[u32]>,
}

impl DataView<'_> {
    /// Some of the rows, as samples of their own. The cells are shared.
    ///
    /// # Panics
    /// If a row does not exist, or there are not as many targets as inputs.
    #[track_caller]
    pub fn samples(self, rows: &[u32]) -> Samples {
        Samples::new(self.inputs.clone(), self.targets.clone()).with_rows(rows)
    }
}

impl Part {
    /// The part, borrowed.
    pub fn view(&self) -> DataView<'_> {
        DataView {
            inputs: &self.inputs,
            targets: &self.targets,
        }
    }
}

impl<T: Real> BatchTargets<T> {
    /// The targets of some rows.
    ///
    /// # Panics
    /// If a row does not exist.
    #[track_caller]
    pub fn of(targets: &Targets, rows: &[u32]) -> Self {
        match targets {
            Targets::Classes { .. } => Self::Classes(Indices::written(rows.len(), |out| {
                targets.labels_into(rows, out);
            })),
            Targets::Values(values) => Self::Values(values.gather(rows)),
            Targets::Weighted(of) => Self::Weighted {
                of: Box::new(Self::of(of.targets(), rows)),
                weights: rows.iter().map(|row| of.weights()[*row as usize]).collect(),
            },
        }
    }

    /// The targets without weights, and the weight of each row, `None` where all count the same.
    pub fn parts(&self) -> (&Self, Option<&[f64]>) {
        match self {
            Self::Weighted { of, weights } => (of, Some(weights)),
            targets => (targets, None),
        }
    }

    /// The classes.
    ///
    /// # Panics
    /// If the targets are values, or have weights, which would be lost: [`parts`](Self::parts) has both.
    #[track_caller]
    pub fn classes(&self) -> &Indices {
        match self {
            Self::Classes(labels) => labels,
            Self::Values(_) => panic!("the targets are values, and classes are asked for"),
            Self::Weighted { .. } => panic!("the targets have weights, which are not asked for"),
        }
    }

    /// The values.
    ///
    /// # Panics
    /// If the targets are classes, or have weights, which would be lost: [`parts`](Self::parts) has both.
    #[track_caller]
    pub fn values(&self) -> &Tensor<T> {
        match self {
            Self::Values(values) => values,
            Self::Classes(_) => panic!("the targets are classes, and values are asked for"),
            Self::Weighted { .. } => panic!("the targets have weights, which are not asked for"),
        }
    }

    /// The values as a constant of the carrier of some outputs, of whose shape they have to be.
    ///
    /// # Panics
    /// If the targets are classes, have weights, or are of another shape than the outputs.
    #[track_caller]
    pub fn beside<V: Value<T = T>>(&self, outputs: &V) -> V {
        let values = self.values();
        assert_eq!(
            outputs.dims()[..],
            *values.shape(),
            "the targets do not have the shape of the outputs"
        );
        outputs.constant(values.clone())
    }
}

impl Samples {
    /// All rows of some inputs with their targets.
    ///
    /// # Panics
    /// If there are not as many targets as inputs.
    #[track_caller]
    pub fn new(inputs: Rows, targets: Targets) -> Self {
        assert_eq!(
            inputs.len(),
            targets.len(),
            "Samples: {} rows of inputs and {} targets",
            inputs.len(),
            targets.len()
        );
        // `Rows` holds no more rows than a `u32` index can count.
        let rows = (0..inputs.len() as u32).collect();
        Self {
            part: Part { inputs, targets },
            rows,
        }
    }

    /// These rows of the same inputs and targets, numbered as in [`view`](Self::view).
    ///
    /// # Panics
    /// If a row does not exist.
    #[track_caller]
    pub fn with_rows(&self, rows: impl Into<Arc<[u32]>>) -> Self {
        let rows = rows.into();
        if let Some(last) = rows.iter().max() {
            let all = self.part.inputs.len();
            assert!((*last as usize) < all, "Samples: row {last} of {all} rows");
        }
        Self {
            part: self.part.clone(),
            rows,
        }
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Checks whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All inputs and targets, of which [`rows`](Self::rows) are these samples.
    pub fn view(&self) -> DataView<'_> {
        self.part.view()
    }

    /// The indices of these samples in the [`view`](Self::view).
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The inputs of these samples, `[samples, row shape…]`.
    pub fn inputs<T: Real>(&self) -> Tensor<T> {
        self.part.inputs.gather(&self.rows)
    }

    /// The targets of these samples.
    pub fn targets<T: Real>(&self) -> BatchTargets<T> {
        BatchTargets::of(&self.part.targets, &self.rows)
    }

    /// The same samples with another map from stored cells to inputs, such as
    /// [`Scaler::fit`](crate::Scaler::fit) makes.
    ///
    /// # Panics
    /// As [`Rows::scaled`].
    #[track_caller]
    pub fn scaled(mut self, inputs: Affine) -> Self {
        self.part.inputs = self.part.inputs.scaled(inputs);
        self
    }

    /// The samples in two parts, to train and to test or validate on: the second has this fraction of them, stratified
    /// for classes. The seed moves which.
    ///
    /// # Errors
    /// As [`split`](crate::split::split).
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Self, Self), SplitError> {
        let targets = &self.part.targets;
        let Split { train, test } = split(targets, &self.rows, fraction, seed, "samples")?;
        Ok((self.with_rows(train), self.with_rows(test)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Samples {
        let inputs = Rows::reals32(&[1], (0..12).map(|i| i as f32).collect::<Vec<_>>());
        let labels: Vec<u32> = (0..12).map(|i| i % 3).collect();
        Samples::new(inputs, Targets::classes(labels, 3))
    }

    #[test]
    fn parts_are_disjoint_and_whole() {
        let (train, test) = classes().split(0.25, 7).unwrap();
        let mut all = [train.rows(), test.rows()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..12).collect::<Vec<u32>>());
        let mut labels = test.targets::<f32>().classes().as_slice().to_vec();
        labels.sort_unstable();
        assert_eq!(labels, [0, 1, 2]);
        let rows: Vec<f32> = test.rows().iter().map(|r| *r as f32).collect();
        assert_eq!(test.inputs::<f32>().to_vec(), rows);
    }

    #[test]
    fn a_map_changes_the_inputs_alone() {
        let halved = classes().scaled(Affine::scale(0.5));
        assert_eq!(halved.inputs::<f64>().to_vec()[5], 2.5);
        assert_eq!(halved.targets::<f64>().classes().as_slice()[5], 2);
    }

    #[test]
    #[should_panic(expected = "row 12 of 12 rows")]
    fn a_row_that_does_not_exist_panics() {
        classes().with_rows([12]);
    }

    #[test]
    #[should_panic(expected = "2 rows of inputs and 1 targets")]
    fn a_target_for_each_input() {
        Samples::new(Rows::reals32(&[1], [0.0, 1.0]), Targets::classes([0], 1));
    }
}
