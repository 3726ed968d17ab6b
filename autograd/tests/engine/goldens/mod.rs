//! Other people's answers, computed in double precision by PyTorch 2.15, and how they are read.

mod case;
mod losses;
mod networks;
mod ops;

use autograd::Tensor;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// An array of a golden file, row-major.
#[derive(Deserialize)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    pub(super) data: Vec<f64>,
}

impl Array {
    pub(super) fn tensor(&self) -> Tensor<f64> {
        Tensor::new(&self.shape, &self.data)
    }
}

/// The cases of a file of `tests/goldens`.
pub(super) fn read<C: DeserializeOwned>(file: &str) -> Vec<C> {
    let path = format!("{}/tests/goldens/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Fails unless every number is within 10⁻¹⁰·|want| + 10⁻¹² of the one wanted.
#[track_caller]
pub(super) fn assert_close(got: &[f64], want: &[f64], what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let off = (got - want).abs();
        assert!(
            off <= 1e-10 * want.abs() + 1e-12,
            "{what}, element {i}: {got}, expected {want}, off by {off:e}"
        );
    }
}

/// [`assert_close`] for tensors, and equal shapes.
#[track_caller]
pub(super) fn assert_same(got: &Tensor<f64>, want: &Array, what: &str) {
    assert_eq!(got.shape(), want.shape, "{what}");
    assert_close(&got.to_vec(), &want.data, what);
}
