//! The Hessian around a network, as the program `landscape hessian` computes it.

use std::ops::Range;

use autograd::Real;
use experiment::{AppError, memory};
use nn::curvature::{self, Eigenpair, Estimate, Operator, Wanted};
use nn::{Hessian, Kind, Model, Summary};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::{matrix, vector};
use crate::data::Given;
use crate::error::computing;
use crate::network::{Network, on_threads, with};
use crate::signals::Signals;
use crate::surface::Subject;

/// What is asked of a Hessian.
#[derive(Clone, Copy, FromPyObject)]
pub(crate) struct Measure {
    #[pyo3(item)]
    top: usize,
    #[pyo3(item)]
    bottom: usize,
    #[pyo3(item)]
    steps: usize,
    #[pyo3(item)]
    tolerance: f64,
    #[pyo3(item)]
    trace_vectors: usize,
    #[pyo3(item)]
    density_vectors: usize,
    #[pyo3(item)]
    density_steps: usize,
    #[pyo3(item)]
    density_points: usize,
    #[pyo3(item)]
    density_width: f64,
    #[pyo3(item)]
    per_layer: bool,
    #[pyo3(item)]
    seed: u64,
    #[pyo3(item)]
    threads: usize,
}

/// Eigenvalues and trace of the whole or of a layer.
struct Block {
    name: String,
    layer: String,
    top: Vec<Eigenpair>,
    bottom: Vec<Eigenpair>,
    converged: bool,
    trace: Estimate,
}

struct Spectrum {
    whole: Block,
    density: curvature::Density,
    layers: Vec<Block>,
    products: usize,
    /// Where the entries of eigenvectors lie in the flat vector.
    trained: Vec<Range<usize>>,
    length: usize,
}

impl Measure {
    fn of_block(
        &self,
        map: &mut Operator<'_>,
        name: &str,
        layer: String,
    ) -> Result<Block, curvature::NotFinite> {
        let wanted = Wanted {
            top: self.top,
            bottom: self.bottom,
            tolerance: self.tolerance,
            steps: self.steps,
            seed: self.seed,
        };
        let found = curvature::extremes(map, &wanted)?;
        let trace = curvature::trace(map, self.trace_vectors, 0.0, self.seed)?;
        Ok(Block {
            name: name.to_owned(),
            layer,
            top: found.top,
            bottom: found.bottom,
            converged: found.converged,
            trace,
        })
    }

    fn spectrum<T: Real>(
        &self,
        subject: &Subject<'_, T>,
        shape: &[usize],
        signals: &Signals,
    ) -> Result<Spectrum, AppError> {
        let samples = subject.data.examples().samples(subject.rows());
        let mut hessian =
            Hessian::keeping(subject.model, &samples, &*subject.loss, memory::limit() / 2);
        let (trained, length) = (hessian.trained(), hessian.len());
        let mut products = hessian.operator();
        let mut watched = |v: &[f64], out: &mut [f64]| match signals.pressed() {
            // What is not finite ends the iteration.
            true => out.fill(f64::NAN),
            false => products.apply(v, out),
        };
        let mut whole = Operator::new(length, &mut watched);
        let mut found = || -> Result<_, curvature::NotFinite> {
            let mut map = whole.block(&trained);
            let all = self.of_block(&mut map, "", String::new())?;
            let density = curvature::spectrum(
                &mut map,
                self.density_vectors,
                self.density_steps,
                self.seed,
            )?
            .density(self.density_points, self.density_width);
            drop(map);
            let mut layers = Vec::new();
            if self.per_layer {
                for (name, layer, ranges) in by_layer(subject.model, shape) {
                    layers.push(self.of_block(&mut whole.block(&ranges), &name, layer)?);
                }
            }
            Ok((all, density, layers, whole.products()))
        };
        let found = found();
        signals.check()?;
        let (whole, density, layers, products) = found.map_err(AppError::failure)?;
        Ok(Spectrum {
            whole,
            density,
            layers,
            products,
            trained,
            length,
        })
    }
}

/// The trained parameters of each layer: its name, what it is, and where they lie. `0.weight` and `0.bias` are of layer `0`.
fn by_layer<T: Real>(
    model: &Model<T>,
    shape: &[usize],
) -> Vec<(String, String, Vec<Range<usize>>)> {
    let summary = Summary::new(model, shape);
    let mut layers: Vec<(String, String, Vec<Range<usize>>)> = Vec::new();
    for segment in model
        .params
        .segments()
        .iter()
        .filter(|s| s.kind != Kind::Buffer)
    {
        let owner = segment.name.rsplit_once('.').map_or("", |(owner, _)| owner);
        if layers.last().is_none_or(|(name, ..)| name != owner) {
            let line = summary.lines.iter().find(|line| line.name == owner);
            let what = line.map_or_else(String::new, |line| line.layer.clone());
            layers.push((owner.to_owned(), what, Vec::new()));
        }
        if let Some((_, _, ranges)) = layers.last_mut() {
            ranges.push(segment.range.clone());
        }
    }
    layers
}

impl Block {
    fn dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let values = |pairs: &[Eigenpair]| vector(py, pairs.iter().map(|p| p.value).collect());
        let of = PyDict::new(py);
        of.set_item("name", &self.name)?;
        of.set_item("layer", &self.layer)?;
        of.set_item("top", values(&self.top))?;
        of.set_item("bottom", values(&self.bottom))?;
        of.set_item("converged", self.converged)?;
        of.set_item("trace", self.trace.mean)?;
        of.set_item("trace_standard_error", self.trace.standard_error)?;
        Ok(of)
    }
}

/// The Hessian of the loss on the given samples: outermost eigenvalues with their vectors, trace, spectral density, and
/// the blocks of the layers.
///
/// # Errors
/// If the samples do not go with the network, the loss or a product is not finite; what the handler of a signal raises,
/// such as `KeyboardInterrupt`.
#[pyfunction]
#[pyo3(signature = (network, given: "dict[str, Any]", measure: "dict[str, Any]"))]
pub(crate) fn hessian<'py>(
    py: Python<'py>,
    network: PyRef<'_, Network>,
    given: Given<'_>,
    measure: Measure,
) -> PyResult<Bound<'py, PyDict>> {
    if measure.steps < measure.top.max(measure.bottom) {
        return Err(PyValueError::new_err(format!(
            "steps={} cannot find {} eigenvalues; give at least as many",
            measure.steps,
            measure.top.max(measure.bottom)
        )));
    }
    let network = &*network;
    let samples = given.samples(Some(&network.config.rows.shape))?;
    let shape = network.config.rows.shape.clone();
    let signals = Signals::new();
    let found = with!(&network.kept, kept => computing(py, || {
        let data = network.prepared(samples)?;
        let subject = Subject::new(network, &kept.model, &data)?;
        on_threads(measure.threads, || measure.spectrum(&subject, &shape, &signals))
    }));
    let found = found.map_err(|error| signals.or(error))?;
    let of = found.whole.dict(py)?;
    let vectors = |pairs: &[Eigenpair]| {
        let mut all = vec![0.0; pairs.len() * found.length];
        for (row, pair) in all.chunks_mut(found.length).zip(pairs) {
            let places = found.trained.iter().cloned().flatten();
            places
                .zip(&pair.vector)
                .for_each(|(place, x)| row[place] = *x);
        }
        matrix(py, all, found.length)
    };
    of.set_item("top_vectors", vectors(&found.whole.top)?)?;
    of.set_item("bottom_vectors", vectors(&found.whole.bottom)?)?;
    of.set_item("density_grid", vector(py, found.density.grid))?;
    of.set_item("density", vector(py, found.density.values))?;
    let layers: PyResult<Vec<_>> = found.layers.iter().map(|layer| layer.dict(py)).collect();
    of.set_item("per_layer", layers?)?;
    of.set_item("products", found.products)?;
    Ok(of)
}
