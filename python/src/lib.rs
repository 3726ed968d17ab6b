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

use autograd::Isa;
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

/// The compiled part of the package `gradus`.
#[pymodule(gil_used = true)]
fn _gradus(module: &Bound<'_, PyModule>) -> PyResult<()> {
    error::keep_panics_for_the_exception();
    Isa::of_environment().map_err(PyImportError::new_err)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<network::Network>()?;
    module.add_class::<tensor::Array>()?;
    macro_rules! functions {
        ($($name:path),* $(,)?) => {
            $(module.add_function(wrap_pyfunction!($name, module)?)?;)*
        };
    }
    functions!(
        train::train,
        train::go_on,
        state::state,
        state::restored,
        state::assembled,
        named::setting_names,
        surface::axis_steps,
        surface::landscape,
        curvature::hessian,
        page::described,
        page::page,
        path::check_alike,
        path::path,
        path::principal_plane,
        path::run_snapshots,
        runs::config_text,
        runs::run_experiment,
        runs::load_model,
        runs::table_rows,
        tensor::apply,
        tensor::begin,
        tensor::end,
        tensor::pullback,
    );
    Ok(())
}
