//! The border between Gradus and Python: arrays in and out, the interpreter's lock, errors.
//!
//! Nothing is computed here that the engine or the programs compute: this converts, checks, releases the interpreter's lock
//! while work runs, and turns what goes wrong into Python's exceptions. What a user sees stands in `python/gradus`.

mod arrays;
mod curvature;
mod data;
mod error;
mod fit;
mod layers;
mod named;
mod network;
mod operations;
mod page;
mod path;
mod runs;
mod signals;
mod state;
mod surface;
mod tensor;
mod train;

/// The compiled part of the package `gradus`.
#[pyo3::pymodule(gil_used = true)]
mod _gradus {
    use autograd::Isa;
    use pyo3::exceptions::PyImportError;
    use pyo3::prelude::*;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name of it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use crate::curvature::hessian;
    #[pymodule_export]
    use crate::named::setting_names;
    #[pymodule_export]
    use crate::network::Network;
    #[pymodule_export]
    use crate::page::{described, page};
    #[pymodule_export]
    use crate::path::{check_alike, path, principal_plane, run_snapshots};
    #[pymodule_export]
    use crate::runs::{config_text, load_model, run_experiment, table_rows};
    #[pymodule_export]
    use crate::state::{assembled, restored, state};
    #[pymodule_export]
    use crate::surface::{axis_steps, landscape};
    #[pymodule_export]
    use crate::tensor::{Array, apply, begin, end, pullback};
    #[pymodule_export]
    use crate::train::{go_on, train};

    #[pymodule_init]
    fn init() -> PyResult<()> {
        crate::error::keep_panics_for_the_exception();
        Isa::of_environment().map_err(PyImportError::new_err)?;
        Ok(())
    }
}
