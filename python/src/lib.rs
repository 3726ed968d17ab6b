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
    use crate::page::described;
    #[pymodule_export]
    use crate::page::page;
    #[pymodule_export]
    use crate::path::check_alike;
    #[pymodule_export]
    use crate::path::path;
    #[pymodule_export]
    use crate::path::principal_plane;
    #[pymodule_export]
    use crate::path::run_snapshots;
    #[pymodule_export]
    use crate::runs::config_text;
    #[pymodule_export]
    use crate::runs::load_model;
    #[pymodule_export]
    use crate::runs::run_experiment;
    #[pymodule_export]
    use crate::runs::table_rows;
    #[pymodule_export]
    use crate::state::assembled;
    #[pymodule_export]
    use crate::state::restored;
    #[pymodule_export]
    use crate::state::state;
    #[pymodule_export]
    use crate::surface::axis_steps;
    #[pymodule_export]
    use crate::surface::landscape;
    #[pymodule_export]
    use crate::tensor::Array;
    #[pymodule_export]
    use crate::tensor::apply;
    #[pymodule_export]
    use crate::tensor::begin;
    #[pymodule_export]
    use crate::tensor::end;
    #[pymodule_export]
    use crate::tensor::pullback;
    #[pymodule_export]
    use crate::train::go_on;
    #[pymodule_export]
    use crate::train::train;

    #[pymodule_init]
    fn init() -> PyResult<()> {
        crate::error::keep_panics_for_the_exception();
        Isa::of_environment().map_err(PyImportError::new_err)?;
        Ok(())
    }
}
