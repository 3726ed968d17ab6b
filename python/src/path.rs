//! What leads through the parameters: the line between two networks, and the way that a training took.

use std::path::PathBuf;

use autograd::Real;
use experiment::snapshots::{self, Trajectory};
use experiment::{AppError, alike};
use nn::directions::{between, principal, towards};
use nn::{evaluate, recompute_statistics};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use surface::axis::Axis;
use surface::barrier::barrier;
use surface::results::Rise;

use crate::arrays::{Ndarray, Numbers, vector};
use crate::data::Given;
use crate::error::{computing, exception};
use crate::network::{Network, on_threads, with};
use crate::signals::Signals;
use crate::surface::Subject;

/// Refuses networks whose parameters do not mean the same, so that a line from one to the other means nothing.
///
/// # Errors
/// If layers, activations, loss, precision, columns or scaling differ.
#[pyfunction]
pub(crate) fn check_alike(a: PyRef<'_, Network>, b: PyRef<'_, Network>) -> PyResult<()> {
    let names = ["the model", "the other model"];
    let alike = alike::same_network(&a.config, &b.config, names);
    alike
        .and_then(|()| alike::same_scaling(&a.config, &b.config, names))
        .map_err(exception)
}

/// The loss on the line from one network to another, as `landscape path` computes it: running statistics of batch
/// normalization are recomputed at every t, here from the given samples.
///
/// # Errors
/// If the networks or the samples do not go with each other, the loss at the first is not finite; what the handler of a signal
/// raises, such as `KeyboardInterrupt`.
#[pyfunction]
#[pyo3(signature = (network, other, given: "dict[str, Any]", t, threads))]
pub(crate) fn path<'py>(
    py: Python<'py>,
    network: PyRef<'_, Network>,
    other: PyRef<'_, Network>,
    given: Given<'_>,
    t: Numbers,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let samples = given.samples(Some(&network.config.rows.shape))?;
    let (network, end, t) = (&*network, other.values(), t.0);
    let signals = Signals::new();
    let found = with!(&network.kept, kept => computing(py, || {
        let data = network.prepared(samples)?;
        let subject = Subject::new(network, &kept.model, &data)?;
        on_threads(threads, || along(&subject, &end, &t, &signals))
    }));
    let (loss, metric) = found.map_err(|error| signals.or(error))?;
    let of = PyDict::new(py);
    of.set_item("barrier", barrier_of(py, &t, &loss)?)?;
    of.set_item("loss", vector(py, loss))?;
    of.set_item("metric", vector(py, metric))?;
    of.set_item("t", vector(py, t))?;
    Ok(of)
}

/// Losses and metrics on the line to other parameters.
fn along<T: Real>(
    subject: &Subject<'_, T>,
    end: &[f64],
    t: &[f64],
    signals: &Signals,
) -> Result<(Vec<f64>, Vec<f64>), AppError> {
    let start = subject.model.params.values();
    let end: Vec<T> = end.iter().map(|x| T::from_f64(*x)).collect();
    let mut model = subject.model.clone();
    let (data, rows) = (subject.data.examples(), subject.rows());
    let (mut loss, mut metric) = (Vec::new(), Vec::new());
    for t in t {
        signals.check()?;
        between(start, &end, *t, model.params.values_mut());
        recompute_statistics(&mut model, data, rows);
        let found = evaluate(&model, data, rows, &*subject.loss);
        loss.push(found.loss);
        metric.push(found.metric());
    }
    Ok((loss, metric))
}

/// The barrier on a path; `None` if `t` does not contain both 0 and 1.
fn barrier_of<'py>(
    py: Python<'py>,
    t: &[f64],
    loss: &[f64],
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let Some(found) = barrier(t, loss) else {
        return Ok(None);
    };
    let of = PyDict::new(py);
    let rise = |rise: Rise| {
        let of = PyDict::new(py);
        of.set_item("value", rise.value.0)?;
        of.set_item("t", rise.t)?;
        of.set_item("loss", rise.loss.0)?;
        PyResult::Ok(of)
    };
    of.set_item("ends", found.ends.map(|end| end.0))?;
    of.set_item("above_line", rise(found.above_line)?)?;
    of.set_item("above_larger_end", rise(found.above_larger_end)?)?;
    Ok(Some(of))
}

/// The principal directions of a training's path around the parameters of a network, where the path lies along them, and
/// for each axis of the slice, a line or a plane, the steps on which `landscape --directions pca` draws it, if `wanted`.
///
/// # Errors
/// If a snapshot has another number of parameters or one that is not finite, or they span no plane where one is asked for.
#[pyfunction]
pub(crate) fn principal_plane<'py>(
    py: Python<'py>,
    network: PyRef<'_, Network>,
    passed: Vec<(u64, Numbers)>,
    wanted: Vec<bool>,
) -> PyResult<Bound<'py, PyDict>> {
    let network = &*network;
    let found = with!(&network.kept, kept => {
        let params = &kept.model.params;
        computing(py, || found_plane(params, passed, &wanted))
    })?;
    let of = PyDict::new(py);
    let arrays: Vec<_> = found
        .directions
        .into_iter()
        .map(|d| vector(py, d))
        .collect();
    of.set_item("directions", arrays)?;
    of.set_item("epoch", found.epochs)?;
    let axes = found.axes.into_iter();
    let axes: Vec<_> = axes.map(|steps| steps.map(|s| vector(py, s))).collect();
    of.set_item("axes", axes)?;
    of.set_item("x", vector(py, found.at.x))?;
    of.set_item("y", vector(py, found.at.y))?;
    of.set_item("explained", found.at.explained)?;
    Ok(of)
}

/// A training's path on its principal directions.
struct PrincipalPlane {
    directions: Vec<Vec<f64>>,
    epochs: Vec<u64>,
    at: snapshots::Projection,
    /// Steps along each direction, where they are wanted.
    axes: Vec<Option<Vec<f64>>>,
}

fn found_plane<T: Real>(
    params: &nn::Params<T>,
    passed: Vec<(u64, Numbers)>,
    wanted: &[bool],
) -> Result<PrincipalPlane, AppError> {
    let (mut epochs, mut ways) = (Vec::new(), Vec::new());
    // Each snapshot is given up for what leads to it, so that they are not held twice.
    for (epoch, Numbers(at)) in passed {
        if at.len() != params.len() {
            return Err(AppError::Failure(format!(
                "the snapshot of epoch {epoch} has {} parameters, and the network {}",
                at.len(),
                params.len()
            )));
        }
        let at: Vec<T> = at.into_iter().map(T::from_f64).collect();
        epochs.push(epoch);
        ways.push(towards(params, &at));
    }
    let (passed, count) = (Trajectory { epochs, ways }, wanted.len());
    let found = principal(&passed.ways, count).map_err(AppError::failure)?;
    let (Some(x), true) = (found.directions.first(), found.directions.len() == count) else {
        return Err(AppError::Failure(format!(
            "the {} snapshots span no {}; fit again with more of them{}",
            passed.ways.len(),
            if count == 2 { "plane" } else { "line" },
            if count == 2 {
                ", or take across=None"
            } else {
                ""
            }
        )));
    };
    let at = passed.on(x, found.directions.get(1).map(Vec::as_slice));
    let axis = |of: &[f64]| match Axis::over(of.iter().copied()) {
        Ok(axis) => Ok(axis.values()),
        Err(why) => Err(AppError::Failure(format!(
            "the path needs an axis beyond what can be drawn ({why}); give along and across"
        ))),
    };
    let axes = [&at.x, &at.y].into_iter().zip(wanted);
    let axes = axes.map(|(of, wanted)| wanted.then(|| axis(of)).transpose());
    let axes = axes.collect::<Result<_, _>>()?;
    let wide = |d: &Vec<T>| d.iter().map(|x| x.to_f64()).collect();
    Ok(PrincipalPlane {
        directions: found.directions.iter().map(wide).collect(),
        epochs: passed.epochs,
        axes,
        at,
    })
}

/// The parameters of a run's snapshots, each with its epoch, after its initial weights.
///
/// # Errors
/// If there are none, or one cannot be read.
#[pyfunction]
pub(crate) fn run_snapshots<'py>(
    py: Python<'py>,
    network: PyRef<'_, Network>,
    folder: PathBuf,
) -> PyResult<Vec<(u64, Ndarray<'py>)>> {
    let config = &network.config;
    let wide = |(epoch, at): (u64, Vec<f64>)| (epoch, vector(py, at).into());
    let found = computing(py, || match config.is_f64() {
        true => snapshots::of_run::<f64>(config, &folder),
        false => {
            let found = snapshots::of_run::<f32>(config, &folder)?;
            let wide = |at: Vec<f32>| at.into_iter().map(f64::from).collect();
            Ok(found.into_iter().map(|(n, at)| (n, wide(at))).collect())
        }
    })?;
    Ok(found.into_iter().map(wide).collect())
}
