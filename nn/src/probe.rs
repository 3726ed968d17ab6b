//! Looks inside a model: what its layers make of a batch, how strong the gradient of each parameter is, how weights are
//! spread. A look is a pass of its own, so that training costs nothing for it.
//!
//! Looks take a [`Mode`]: a model with batch normalization trains on the statistics of the batch, which is what
//! [`Mode::Train`] shows; it leaves running statistics alone.

use autograd::{Activation, Real, Tape, Tensor, sum_of_squares};
use datasets::{BatchTargets, DataView};

use crate::layer::{ForwardContext, Layer, LayerKind, Mode};
use crate::loss::DynLoss;
use crate::model::{Model, value_and_grad};
use crate::params::{Kind, Params};

/// Numbers counted by size.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The lower end of the first bin.
    pub low: f64,
    /// The upper end of the last bin, which belongs to it.
    pub high: f64,
    /// The counts of bins of equal width.
    pub counts: Vec<u64>,
    /// Numbers that are infinite or NaN, which are in no bin.
    pub not_finite: u64,
}

/// The centre and the ends of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean; NaN without numbers.
    pub mean: f64,
    /// The standard deviation of the population; NaN without numbers.
    pub std: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The share of numbers that are exactly 0.
    pub zeros: f64,
}

/// Outputs of a layer for a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Activations {
    /// The place of the layer in the model.
    pub layer: usize,
    /// Its description.
    pub description: String,
    /// Its outputs.
    pub spread: Spread,
    /// Its outputs, counted.
    pub histogram: Histogram,
    /// The number of units: outputs of a row, or channels of an image.
    pub units: usize,
    /// The units that are exactly 0 on every row. A unit of ReLU that is dead on all training rows never learns again.
    pub dead: Vec<usize>,
    /// The share of outputs where the slope of the activation is at most a hundredth of its largest; for the activations
    /// with two flat ends (tanh, sigmoid, softsign).
    pub saturated: Option<f64>,
}

impl Activations {
    /// The share of units that are [dead](Self::dead); NaN without units.
    pub fn dead_share(&self) -> f64 {
        self.dead.len() as f64 / self.units as f64
    }
}

/// The gradient of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientNorm {
    /// The name of the parameter.
    pub name: String,
    /// Its purpose.
    pub kind: Kind,
    /// The Euclidean norm of the gradient.
    pub norm: f64,
    /// The root of the mean square of its elements, which layers of different sizes can be compared by.
    pub rms: f64,
}

/// The values of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// The name of the parameter.
    pub name: String,
    /// Its purpose.
    pub kind: Kind,
    /// Its values.
    pub spread: Spread,
    /// Its values, counted.
    pub histogram: Histogram,
}

/// Outputs of each layer with parameters or an activation for a batch `[rows, …]`, with histograms of so many bins.
///
/// # Panics
/// If the batch does not fit the model, or there are no bins.
#[track_caller]
pub fn activations<T: Real>(
    model: &Model<T>,
    batch: &Tensor<T>,
    mode: Mode,
    bins: usize,
) -> Vec<Activations> {
    let ctx = ForwardContext {
        params: &model.params,
        mode,
    };
    let mut x = batch.clone();
    let mut found = Vec::new();
    for (i, layer) in model.layers.iter().enumerate() {
        x = layer.on_tensor(&ctx, &x);
        let activation = layer.activation();
        if layer.kind() == LayerKind::Fixed && activation.is_none() {
            continue;
        }
        let y = x.contiguous();
        let values = y.elements();
        let units = y.shape().get(1).copied().unwrap_or(1);
        found.push(Activations {
            layer: i,
            description: layer.describe(),
            spread: Spread::new(values),
            histogram: Histogram::new(values, bins),
            units,
            dead: dead(values, y.shape()[0], units),
            saturated: activation.and_then(|a| saturated(a, values)),
        });
    }
    found
}

/// The gradient of the loss on some rows, by parameter. Buffers have none and are left out.
///
/// # Panics
/// If the data do not fit the model and the loss.
#[track_caller]
pub fn gradients<T: Real>(
    model: &Model<T>,
    data: DataView<'_>,
    rows: &[u32],
    loss: impl DynLoss<T>,
    mode: Mode,
) -> Vec<GradientNorm> {
    let params = &model.params;
    let mut gradient = vec![T::ZERO; params.len()];
    let x = data.inputs.gather::<T>(rows);
    let targets = BatchTargets::of(data.targets, rows);
    value_and_grad(&mut Tape::new(), params, &mut gradient, |weights| {
        let ctx = ForwardContext::new(weights, mode);
        let y = model.layers.forward(&ctx, &weights.tape().constant(x));
        loss.on_var(&y, &targets)
    });
    let trained = params.segments().iter().filter(|s| s.kind != Kind::Buffer);
    trained
        .map(|s| {
            let squares = sum_of_squares(&gradient[s.range.clone()]);
            GradientNorm {
                name: s.name.clone(),
                kind: s.kind,
                norm: squares.sqrt(),
                rms: (squares / s.range.len() as f64).sqrt(),
            }
        })
        .collect()
}

/// The values of every parameter, with histograms of so many bins.
///
/// # Panics
/// If there are no bins.
#[track_caller]
pub fn weights<T: Real>(params: &Params<T>, bins: usize) -> Vec<Values> {
    let look = |(_, segment, values): (_, &crate::Segment, &[T])| Values {
        name: segment.name.clone(),
        kind: segment.kind,
        spread: Spread::new(values),
        histogram: Histogram::new(values, bins),
    };
    params.iter().map(look).collect()
}

impl Spread {
    /// Of these numbers.
    pub fn new<T: Real>(values: &[T]) -> Self {
        let n = values.len() as f64;
        let numbers = || values.iter().map(|x| x.to_f64());
        let mean = numbers().sum::<f64>() / n;
        let squares: f64 = numbers().map(|x| (x - mean) * (x - mean)).sum();
        let zeros = values.iter().filter(|x| **x == T::ZERO).count();
        Self {
            mean,
            std: (squares / n).sqrt(),
            min: numbers().fold(f64::INFINITY, f64::min),
            max: numbers().fold(f64::NEG_INFINITY, f64::max),
            zeros: zeros as f64 / n,
        }
    }
}

impl Histogram {
    /// Counts numbers in so many bins between the smallest and the largest finite one. Where all are equal, or there are
    /// none, the bins reach half a unit to both sides, as NumPy's do.
    ///
    /// # Panics
    /// If there are no bins.
    #[track_caller]
    pub fn new<T: Real>(values: &[T], bins: usize) -> Self {
        assert!(bins > 0, "a histogram has at least one bin");
        let finite = || values.iter().map(|x| x.to_f64()).filter(|x| x.is_finite());
        let (mut low, mut high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
            (l.min(x), h.max(x))
        });
        if low > high {
            (low, high) = (0.0, 0.0);
        }
        if low == high {
            (low, high) = (low - 0.5, high + 0.5);
        }
        let mut counts = vec![0; bins];
        let mut inside = 0;
        for x in finite() {
            // Halves, so that the width of everything that is finite is finite.
            let share = (0.5 * x - 0.5 * low) / (0.5 * high - 0.5 * low);
            counts[((share * bins as f64) as usize).min(bins - 1)] += 1;
            inside += 1;
        }
        Self {
            low,
            high,
            counts,
            not_finite: values.len() as u64 - inside,
        }
    }
}

/// The units that are 0 on every row and at every place.
fn dead<T: Real>(values: &[T], rows: usize, units: usize) -> Vec<usize> {
    if rows == 0 || values.is_empty() {
        return Vec::new();
    }
    let places = values.len() / (rows * units);
    let mut alive = vec![false; units];
    for row in values.chunks_exact(units * places) {
        for (alive, unit) in alive.iter_mut().zip(row.chunks_exact(places)) {
            *alive |= unit.iter().any(|x| *x != T::ZERO);
        }
    }
    (0..units).filter(|u| !alive[*u]).collect()
}

/// The share of outputs at which the activation is nearly flat, if it has two flat ends.
fn saturated<T: Real>(activation: Activation, outputs: &[T]) -> Option<f64> {
    // The slope over the largest slope, from the output.
    let slope: fn(f64) -> f64 = match activation {
        Activation::Tanh => |y| 1.0 - y * y,
        Activation::Sigmoid => |y| 4.0 * y * (1.0 - y),
        Activation::Softsign => |y| (1.0 - y.abs()) * (1.0 - y.abs()),
        _ => return None,
    };
    let flat = outputs.iter().filter(|y| slope(y.to_f64()) <= 0.01);
    Some(flat.count() as f64 / outputs.len() as f64)
}
