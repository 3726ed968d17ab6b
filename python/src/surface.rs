//! The loss around a network: slices and paths, as the program `landscape` computes them.

use autograd::Real;
use experiment::AppError;
use experiment::run::Prepared;
use nn::directions::{self, Normalize, Scaling, beside, scaled, towards};
use nn::landscape::{Method, Plane};
use nn::{ClassWeighted, DynLoss, Model};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use settings::ClassWeights;
use surface::axis::Axis;

use crate::arrays::{Ndarray, Numbers, matrix, vector};
use crate::data::Given;
use crate::error::computing;
use crate::network::{Network, on_threads, with};
use crate::signals::Signals;

/// Points between two looks for Ctrl-C.
const PIECE: usize = 64;

/// What slices are laid along.
#[derive(FromPyObject)]
pub(crate) struct Slice {
    /// Coordinates along the first direction.
    #[pyo3(item)]
    x: Numbers,
    /// Coordinates along the second direction, for a surface.
    #[pyo3(item)]
    y: Option<Numbers>,
    /// The directions themselves, in place of random ones: scaled, and as many as there are axes.
    #[pyo3(item)]
    directions: Option<Vec<Numbers>>,
    /// Parameters that the first direction leads to, in place of a random one.
    #[pyo3(item)]
    to: Option<Numbers>,
    /// `filter`, `layer`, `weight` or `none`.
    #[pyo3(item)]
    normalize: String,
    #[pyo3(item)]
    with_biases: bool,
    #[pyo3(item)]
    seed: u64,
    /// Whether every point's parameters are computed, so that the centre is that of an evaluation to the bit.
    #[pyo3(item)]
    plain: bool,
    /// Whether the norm of the gradient is computed at each point.
    #[pyo3(item)]
    gradient_norm: bool,
    #[pyo3(item)]
    threads: usize,
}

/// What was found on a slice.
struct Found {
    directions: Vec<Vec<f64>>,
    loss: Vec<f64>,
    metric: Vec<f64>,
    gradient_norm: Option<Vec<f64>>,
    center: f64,
}

impl Slice {
    fn scaling(&self) -> Result<Scaling, AppError> {
        Ok(Scaling {
            normalize: self
                .normalize
                .parse::<Normalize>()
                .map_err(AppError::usage)?,
            with_biases: self.with_biases,
        })
    }

    /// The directions, one or two.
    fn chosen<T: Real>(&self, model: &Model<T>) -> Result<Vec<Vec<T>>, AppError> {
        let (params, scaling) = (&model.params, self.scaling()?);
        let cast = |of: &[f64]| of.iter().map(|x| T::from_f64(*x)).collect::<Vec<T>>();
        let fits = |of: &[f64]| match of.len() == params.len() {
            true => Ok(()),
            false => Err(AppError::Failure(format!(
                "a direction of {} numbers for {} parameters",
                of.len(),
                params.len()
            ))),
        };
        let mut chosen = match (&self.directions, &self.to) {
            (Some(given), _) => {
                given.iter().try_for_each(|d| fits(&d.0))?;
                let scaled = |d: &Numbers| scaled(params, &cast(&d.0), scaling);
                given.iter().map(scaled).collect()
            }
            (None, Some(to)) => {
                fits(&to.0)?;
                vec![scaled(params, &towards(params, &cast(&to.0)), scaling)]
            }
            (None, None) => vec![directions::random(params, scaling, self.seed)],
        };
        let axes = 1 + usize::from(self.y.is_some());
        if chosen.len() < axes {
            let second =
                beside(params, &chosen[0], scaling, self.seed).map_err(AppError::failure)?;
            chosen.push(second);
        }
        chosen.truncate(axes);
        Ok(chosen)
    }

    /// Points row by row along y.
    fn points(&self) -> Vec<(f64, f64)> {
        let rows = self.y.as_ref().map_or(&[0.0][..], |y| &y.0);
        rows.iter()
            .flat_map(|y| self.x.0.iter().map(move |x| (*x, *y)))
            .collect()
    }

    fn found<T: Real>(
        &self,
        subject: &Subject<'_, T>,
        signals: &Signals,
    ) -> Result<Found, AppError> {
        let chosen = self.chosen(subject.model)?;
        let still = vec![T::ZERO; subject.model.params.len()];
        let (data, rows) = (subject.data.examples(), subject.rows());
        let plane = Plane {
            model: subject.model,
            x: &chosen[0],
            y: chosen.get(1).unwrap_or(&still),
            data,
            rows,
            loss: &*subject.loss,
        };
        let method = match self.plain {
            true => Method::Plain,
            false => Method::Auto,
        };
        let (mut loss, mut metric, mut norms) = (Vec::new(), Vec::new(), Vec::new());
        for points in self.points().chunks(PIECE) {
            signals.check()?;
            let scores = plane.scores(points, method);
            loss.extend(scores.iter().map(|s| s.loss));
            metric.extend(scores.iter().map(|s| s.metric));
            if self.gradient_norm {
                norms.extend(plane.gradient_norms(points));
            }
        }
        let wide = |of: &Vec<T>| of.iter().map(|x| x.to_f64()).collect();
        Ok(Found {
            directions: chosen.iter().map(wide).collect(),
            loss,
            metric,
            gradient_norm: self.gradient_norm.then_some(norms),
            center: nn::evaluate(subject.model, data, rows, &*subject.loss).loss,
        })
    }
}

/// A model, the samples it is looked at on, and its loss.
pub(crate) struct Subject<'a, T: Real> {
    pub(crate) model: &'a Model<T>,
    pub(crate) data: &'a Prepared,
    pub(crate) loss: Box<dyn DynLoss<T>>,
}

impl<'a, T: Real> Subject<'a, T> {
    /// The model of a network on samples.
    ///
    /// # Errors
    /// If the loss is not finite there, or weighs classes by samples that are not at hand.
    pub(crate) fn new(
        network: &Network,
        model: &'a Model<T>,
        data: &'a Prepared,
    ) -> Result<Self, AppError> {
        let loss = network.config.loss();
        let loss: Box<dyn DynLoss<T>> = match &network.class_weights {
            Some(weights) => Box::new(ClassWeighted::new(loss, weights.as_slice())),
            None if network.config.experiment.training.class_weight != ClassWeights::Equal => {
                return Err(AppError::Failure(
                    "the run weighs its classes by its training samples, which are not at hand here; the program \
                     landscape has them"
                        .to_owned(),
                ));
            }
            None => Box::new(loss),
        };
        let subject = Self { model, data, loss };
        let center = nn::evaluate(model, data.examples(), subject.rows(), &*subject.loss).loss;
        match center.is_finite() {
            true => Ok(subject),
            false => Err(AppError::Failure(format!(
                "the loss is {center} on these samples: training diverged, and there is nothing to look at"
            ))),
        }
    }

    /// The rows that the loss is a mean over.
    pub(crate) fn rows(&self) -> &[u32] {
        &self.data.data.train
    }
}

/// Even steps between two numbers, both ends included, as the programs' axes have them.
///
/// # Errors
/// If they make no axis.
#[pyfunction]
pub(crate) fn axis_steps(
    py: Python<'_>,
    low: f64,
    high: f64,
    count: usize,
) -> PyResult<Ndarray<'_>> {
    let axis = Axis::new(low, high, count).map_err(PyValueError::new_err)?;
    Ok(vector(py, axis.values()).into())
}

/// The loss on a slice through the parameters, on the given samples.
///
/// # Errors
/// If samples or directions do not go with the network, the loss is not finite at the centre; what the
/// handler of a signal raises, such as `KeyboardInterrupt`.
#[pyfunction]
#[pyo3(signature = (network, given: "dict[str, Any]", slice: "dict[str, Any]"))]
pub(crate) fn landscape<'py>(
    py: Python<'py>,
    network: PyRef<'_, Network>,
    given: Given<'_>,
    slice: Slice,
) -> PyResult<Bound<'py, PyDict>> {
    let network = &*network;
    let samples = given.samples(Some(&network.config.rows.shape))?;
    let signals = Signals::new();
    let found = with!(&network.kept, kept => computing(py, || {
        let data = network.prepared(samples)?;
        let subject = Subject::new(network, &kept.model, &data)?;
        on_threads(slice.threads, || slice.found(&subject, &signals))
    }));
    let found = found.map_err(|error| signals.or(error))?;
    let shaped = |of: Vec<f64>| match slice.y {
        Some(_) => Ok(matrix(py, of, slice.x.0.len())?.into()),
        None => PyResult::<Ndarray<'_>>::Ok(vector(py, of).into()),
    };
    let of = PyDict::new(py);
    of.set_item("loss", shaped(found.loss)?)?;
    of.set_item("metric", shaped(found.metric)?)?;
    of.set_item(
        "gradient_norm",
        found.gradient_norm.map(shaped).transpose()?,
    )?;
    of.set_item("center", found.center)?;
    let directions: Vec<_> = found
        .directions
        .into_iter()
        .map(|d| vector(py, d))
        .collect();
    of.set_item("directions", directions)?;
    Ok(of)
}
