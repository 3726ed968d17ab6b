//! The ways in which the same elements can lie in memory.

use autograd::Tensor;
use autograd::prelude::*;

/// What the storage around a view is filled with: an operation that reads it shows.
const OUTSIDE: f64 = f64::NAN;

/// How the elements of a tensor lie in its storage.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layout {
    /// In row-major order.
    Contiguous,
    /// In column-major order.
    Transposed,
    /// Inside a larger storage, with something before and after each row.
    Inside,
    /// The first axis of a longer one: the elements are a run, and the storage goes on.
    Prefix,
    /// Every second element of each axis.
    Stepped,
    /// From the last to the first.
    Backwards,
}

impl Layout {
    pub(crate) const ALL: [Self; 6] = [
        Self::Contiguous,
        Self::Transposed,
        Self::Inside,
        Self::Prefix,
        Self::Stepped,
        Self::Backwards,
    ];

    /// A view of equal elements that lie so. (What makes no difference for a shape is the same view again.)
    pub(crate) fn of(self, t: &Tensor<f64>) -> Tensor<f64> {
        let axes: Vec<usize> = (0..t.rank()).collect();
        let view = match self {
            Self::Contiguous => t.contiguous(),
            Self::Transposed => {
                let reversed: Vec<_> = axes.iter().rev().copied().collect();
                t.permute(&reversed).contiguous().permute(&reversed)
            }
            Self::Inside => axes.iter().fold(t.clone(), |x, axis| {
                let n = x.shape()[*axis];
                x.pad(*axis, 2, 1, OUTSIDE).narrow(*axis, 2, n)
            }),
            Self::Prefix => {
                let row = t.unsqueeze(0);
                row.pad(0, 0, 1, OUTSIDE).select_index(0, 0)
            }
            Self::Stepped => axes.iter().fold(t.clone(), |x, axis| {
                let n = x.shape()[*axis];
                let spread = x.unsqueeze(axis + 1).pad(axis + 1, 0, 1, OUTSIDE);
                let mut longer = x.shape().to_vec();
                longer[*axis] *= 2;
                spread.reshape(&longer).slice_step(*axis, 0, n, 2)
            }),
            Self::Backwards => t.flip(&axes).contiguous().flip(&axes),
        };
        assert_eq!(&view, t, "{self:?}");
        view
    }
}

/// The first element along an axis in the place of all others, by a stride of 0.
pub(crate) fn repeated_along(t: &Tensor<f64>, axis: usize) -> Tensor<f64> {
    let first = t.narrow(axis, 0, 1);
    let view = first.broadcast_to(t.shape());
    assert!(t.shape()[axis] == 1 || view.strides()[axis] == 0);
    view
}
