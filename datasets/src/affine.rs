//! The map from a stored cell to an element.

use std::sync::Arc;

use autograd::kernels::CellMap;

/// Map of each cell of a row when it is gathered: `cell·scale + shift`.
#[derive(Clone, Debug, PartialEq)]
pub enum Affine {
    /// Cells stay what they are.
    Identity,
    /// The same for every cell.
    Uniform {
        /// The factor.
        scale: f64,
        /// What is added after.
        shift: f64,
    },
    /// Each place in the row has its own, as standardising needs it. Both lists are as long as a row.
    PerColumn {
        /// The factors.
        scale: Arc<[f64]>,
        /// What is added after.
        shift: Arc<[f64]>,
    },
}

impl Affine {
    /// `cell·scale`.
    pub fn scale(scale: f64) -> Self {
        Self::Uniform { scale, shift: 0.0 }
    }

    /// `cell·scale[j] + shift[j]`.
    ///
    /// # Panics
    /// If the two lists differ in length.
    #[track_caller]
    pub fn per_column(scale: impl Into<Arc<[f64]>>, shift: impl Into<Arc<[f64]>>) -> Self {
        let (scale, shift) = (scale.into(), shift.into());
        assert_eq!(
            scale.len(),
            shift.len(),
            "Affine::per_column: {} scales and {} shifts",
            scale.len(),
            shift.len()
        );
        Self::PerColumn { scale, shift }
    }

    /// This map, and `next` on what comes out of it, as one map.
    ///
    /// # Panics
    /// If both are per column and differ in length.
    #[track_caller]
    pub fn then(&self, next: &Self) -> Self {
        match (self, next) {
            (Self::Identity, other) | (other, Self::Identity) => other.clone(),
            (
                &Self::Uniform { scale, shift },
                &Self::Uniform {
                    scale: by,
                    shift: plus,
                },
            ) => Self::Uniform {
                scale: scale * by,
                shift: shift * by + plus,
            },
            _ => {
                let columns = self.columns().or(next.columns()).unwrap_or(0);
                let both = |j| {
                    let ((scale, shift), (by, plus)) = (self.column(j), next.column(j));
                    (scale * by, shift * by + plus)
                };
                if let (Some(a), Some(b)) = (self.columns(), next.columns()) {
                    assert_eq!(a, b, "Affine::then: {a} columns, then {b}");
                }
                let (scale, shift): (Vec<f64>, Vec<f64>) = (0..columns).map(both).unzip();
                Self::per_column(scale, shift)
            }
        }
    }

    /// The factor and the shift of column `j`.
    ///
    /// # Panics
    /// If the map has its own for each column, and not so many.
    #[track_caller]
    pub fn column(&self, j: usize) -> (f64, f64) {
        match self {
            Self::Identity => (1.0, 0.0),
            Self::Uniform { scale, shift } => (*scale, *shift),
            Self::PerColumn { scale, shift } => (scale[j], shift[j]),
        }
    }

    /// How many columns the map has its own values for.
    pub(crate) fn columns(&self) -> Option<usize> {
        match self {
            // The lists are public, so they may differ; the shorter one counts, and fits no row.
            Self::PerColumn { scale, shift } => Some(scale.len().min(shift.len())),
            _ => None,
        }
    }

    pub(crate) fn map(&self) -> CellMap<'_> {
        match self {
            Self::Identity => CellMap::Convert,
            Self::Uniform { scale, shift } => CellMap::Uniform(*scale, *shift),
            Self::PerColumn { scale, shift } => CellMap::PerColumn(scale, shift),
        }
    }
}
