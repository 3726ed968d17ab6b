//! Settings by name, as the programs take them.

use experiment::AppError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use settings::{Given, Kind, Origin};

/// The kind of experiment of a name: `classification`, `regression` or `reconstruction`.
///
/// # Errors
/// If there is none.
pub(crate) fn kind(name: &str) -> PyResult<Kind> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    kind.ok_or_else(|| {
        let names = Kind::ALL.map(Kind::name).join(", ");
        PyValueError::new_err(format!("there is no kind {name:?}; choose one of {names}"))
    })
}

/// Settings that are given by name, each with its value as text.
///
/// # Errors
/// If a name is none of a setting, or a value is refused.
pub(crate) fn given(kind: Kind, named: &[(String, String)]) -> Result<Vec<Given>, AppError> {
    let given = named.iter().map(|(name, text)| {
        let field = settings::field(name).filter(|field| field.is_for(kind));
        let field = field.ok_or_else(|| {
            AppError::Usage(format!("there is no setting {name:?} of a {}", kind.name()))
        })?;
        field
            .check(text)
            .map_err(|why| AppError::Usage(format!("--{name}: {why}")))?;
        Ok(Given {
            key: field.key,
            text: text.clone(),
            origin: Origin::Flag,
        })
    });
    given.collect()
}

/// The names of the settings of a kind of experiment, with what each says.
///
/// # Errors
/// If there is no such kind.
#[pyfunction]
pub(crate) fn setting_names(kind_name: &str) -> PyResult<Vec<(&'static str, &'static str)>> {
    let kind = kind(kind_name)?;
    let fields = settings::fields().iter().filter(|field| field.is_for(kind));
    Ok(fields.map(|field| (field.key, field.help)).collect())
}
