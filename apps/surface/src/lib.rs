//! Loss surfaces as data, and the files made of them: slices, paths between models, spectra, comparisons.
//!
//! [`results`] are the contents of `landscape.json`, `path.json`, `hessian.json` and `compare.json`, as numbers without the
//! network that they were computed with. [`output`] makes figures, exports (NPZ, VTK) and pages of them, [`mod@barrier`]
//! finds how far the loss rises on a path, [`axis`] lays the steps of a slice, [`meaning`] puts a comparison into words. Nothing here evaluates a network: that
//! is the program `landscape`, which computes what stands in the results.

pub mod axis;
pub mod barrier;
pub mod meaning;
pub mod names;
pub mod output;
pub mod results;
