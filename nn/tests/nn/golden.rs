//! Reading other people's answers.

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// An array of a golden file, row-major.
#[derive(Deserialize)]
pub(crate) struct Array {
    pub(crate) data: Vec<f64>,
}

/// The cases of a file of `tests/goldens`.
pub(crate) fn read<C: DeserializeOwned>(file: &str) -> Vec<C> {
    let path = format!("{}/tests/goldens/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Fails unless `got` is within `relative`·|want| + 10⁻¹² of `want`.
#[track_caller]
pub(crate) fn close(got: f64, want: f64, relative: f64, what: &str) {
    let off = (got - want).abs();
    assert!(
        off <= relative * want.abs() + 1e-12,
        "{what}: {got}, expected {want}, off by {off:e}"
    );
}
