//! Pages about surfaces, paths and spectra: those of the program `landscape`.

use experiment::AppError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::de::DeserializeOwned;
use surface::output::{Heading, html};
use surface::results::{Hessian, Landscape, Path, Samples};

use crate::error::{exception, guarded};
use crate::network::Network;

/// The page about a record, which is a text as in `landscape.json`, `path.json` or `hessian.json`.
///
/// # Errors
/// If there is no such kind, or the record is inconsistent.
#[pyfunction]
pub(crate) fn page(kind: &str, record: &str, network: &str) -> PyResult<String> {
    guarded(|| match kind {
        "landscape" => {
            let of: Landscape = read(record)?;
            let what = match &of.directions.other {
                None => "loss surface".to_owned(),
                Some(other) => format!("loss surface towards {}", other.run),
            };
            made(network, &of.run, &what, &of.samples, |heading| {
                html(heading, Some(&of), None, None)
            })
        }
        "path" => {
            let of: Path = read(record)?;
            let what = format!("linear path to {}", of.runs[1]);
            made(network, &of.runs[0], &what, &of.samples, |heading| {
                html(heading, None, Some(&of), None)
            })
        }
        "hessian" => {
            let of: Hessian = read(record)?;
            made(
                network,
                &of.run,
                "Hessian of the loss",
                &of.samples,
                |heading| html(heading, None, None, Some(&of)),
            )
        }
        _ => Err(PyValueError::new_err(format!(
            "there is no page of a {kind:?}"
        ))),
    })
}

fn read<R: DeserializeOwned>(record: &str) -> PyResult<R> {
    serde_json::from_str(record)
        .map_err(|e| PyValueError::new_err(format!("this record makes no page: {e}")))
}

/// A page under the heading of what was looked at around which model.
fn made(
    network: &str,
    model: &str,
    what: &str,
    samples: &Samples,
    page: impl FnOnce(Heading<'_>) -> Result<String, AppError>,
) -> PyResult<String> {
    let heading = Heading {
        title: &format!("{model}: {what} on {}", samples.in_words()),
        lead: &format!("{network}. The loss is a mean over {}.", samples.in_full()),
    };
    page(heading).map_err(exception)
}

/// A network in words, such as `64 → 32 relu → 10`, and how samples and classes weigh in its loss; `None` where all count
/// the same.
#[pyfunction]
pub(crate) fn described(network: PyRef<'_, Network>, weighted: bool) -> (String, Option<String>) {
    let classes = &network.config.experiment.training.class_weight;
    let samples = weighted.then(|| "samples weigh by sample_weight".to_owned());
    let classes =
        (*classes != settings::ClassWeights::Equal).then(|| format!("classes weigh {classes}"));
    let parts: Vec<String> = samples.into_iter().chain(classes).collect();
    let weighting = (!parts.is_empty()).then(|| parts.join("; "));
    (network.config.network.words(), weighting)
}
