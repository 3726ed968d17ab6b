//! What studies of the loss surface share: networks that are stepped by the study itself, curvature at a point, slices.

use autograd::Real;
use experiment::AppError;
use experiment::data::Data;
use experiment::run::{self, Prepared, Task};
use nn::curvature::{self, Operator, Wanted};
use nn::directions::{self, Normalize, Scaling};
use nn::landscape::{Method, Plane};
use nn::{Hessian, LossFunction, Model, Trainer, evaluate, has_statistics, recompute_statistics};

use claims::outcome::{Grid, Outcome};
use settings::Experiment;

use study_core::context::Context;
use study_core::setup::Setup;
use study_core::train::Learned;

/// Bytes of tapes that are kept for products with the Hessian.
const KEEP: usize = 1 << 28;
/// Directions are scaled filter by filter; biases stay (Li et al. 2018).
const FILTERS: Scaling = Scaling {
    normalize: Normalize::Filter,
    with_biases: false,
};

/// A network before its first step, and what it is trained and evaluated on.
pub(crate) struct Begun<T: Real> {
    pub(crate) trainer: Trainer<T>,
    pub(crate) data: Prepared,
    pub(crate) task: Learned,
    pub(crate) loss: LossFunction,
}

/// The network of a setup before its first step, with its trainer.
pub(crate) fn begun<T: Real>(context: &Context<'_>, setup: &Setup) -> Result<Begun<T>, AppError> {
    let (experiment, data) = (context.experiment(setup), context.data(setup)?);
    match Learned::of(&experiment, &data)? {
        Learned::Classes(task) => start(&experiment, task, data, Learned::Classes),
        Learned::Values(task) => start(&experiment, task, data, Learned::Values),
    }
}

fn start<K: Task, T: Real>(
    experiment: &Experiment,
    task: K,
    data: Data,
    learned: fn(K) -> Learned,
) -> Result<Begun<T>, AppError> {
    let started = run::start::<K, T>(experiment, &task, data)?;
    Ok(Begun {
        loss: started.config.loss(),
        trainer: started.trainer,
        data: started.data,
        task: learned(started.task),
    })
}

impl<T: Real> Begun<T> {
    /// The mean loss over the training rows, in evaluation mode.
    pub(crate) fn train_loss(&self) -> f64 {
        let rows = &self.data.data.train;
        evaluate(self.trainer.model(), self.data.examples(), rows, self.loss).loss
    }

    /// The figures of training and test rows, and the gap between them.
    pub(crate) fn evaluated(&self) -> Outcome {
        let mut outcome = Outcome::new();
        for (part, rows) in [
            ("train", &self.data.data.train),
            ("test", &self.data.data.test),
        ] {
            let model = self.trainer.model();
            let found = evaluate(model, self.data.examples(), rows, self.loss);
            let (figures, _) = self.task.evaluated(part, &self.data, rows, &found);
            outcome = outcome.with("", figures);
        }
        let gap = |figure: &str| {
            let of = |part: &str| outcome.get(&format!("{part}_{figure}")).unwrap_or(f64::NAN);
            of("test") - of("train")
        };
        let (loss, accuracy) = (gap("loss"), -gap("accuracy"));
        outcome
            .number("gap_loss", loss)
            .number("gap_accuracy", accuracy)
    }
}

/// Curvature of the mean loss over some rows, in evaluation mode, with respect to all that is trained.
pub(crate) struct Curvature {
    /// The largest eigenvalues, the largest first.
    pub(crate) top: Vec<f64>,
    /// The estimated trace.
    pub(crate) trace: f64,
}

/// Measures it with the Hessian; NaN where the loss is not finite.
pub(crate) fn curvature<T: Real>(
    model: &Model<T>,
    data: &Prepared,
    rows: &[u32],
    loss: LossFunction,
    seed: u64,
) -> Curvature {
    with_trained_hessian(model, data, rows, loss, |hessian| {
        let wanted = Wanted {
            top: 3,
            bottom: 0,
            tolerance: 1e-3,
            steps: 150,
            seed,
        };
        let found = curvature::extremes(hessian, &wanted);
        let trace = curvature::trace(hessian, 100, 0.05, seed);
        let top = found.map(|found| found.top.iter().map(|pair| pair.value).collect());
        Curvature {
            top: top.unwrap_or_default(),
            trace: trace.map_or(f64::NAN, |found| found.mean),
        }
    })
}

/// Calls `f` with the Hessian of the mean loss over some rows, running statistics left out.
pub(crate) fn with_trained_hessian<T: Real, R>(
    model: &Model<T>,
    data: &Prepared,
    rows: &[u32],
    loss: LossFunction,
    f: impl FnOnce(&mut Operator<'_>) -> R,
) -> R {
    let samples = data.examples().samples(rows);
    let mut hessian = Hessian::keeping(model, &samples, loss, KEEP);
    let trained = hessian.trained();
    f(&mut hessian.operator().block(&trained))
}

/// A random direction scaled filter by filter.
pub(crate) fn random_direction<T: Real>(model: &Model<T>, seed: u64) -> Vec<T> {
    directions::random(&model.params, FILTERS, seed)
}

/// Two random directions scaled filter by filter, orthogonal to each other.
pub(crate) fn random_plane<T: Real>(model: &Model<T>, seed: u64) -> Result<[Vec<T>; 2], AppError> {
    let x = random_direction(model, seed);
    let y = directions::beside(&model.params, &x, FILTERS, seed).map_err(AppError::failure)?;
    Ok([x, y])
}

/// Numbers evenly from one end to the other, ends included.
pub(crate) fn evenly([low, high]: [f64; 2], count: usize) -> Vec<f64> {
    let step = (high - low) / (count.max(2) - 1) as f64;
    (0..count).map(|i| low + step * i as f64).collect()
}

/// The mean loss over the training rows at points of a plane through the model. Running statistics belong to the weights
/// that they were collected with: where there are some, they are computed anew at each point.
pub(crate) fn surface<T: Real>(
    model: &mut Model<T>,
    data: &Prepared,
    loss: LossFunction,
    [x, y]: [&[T]; 2],
    points: &[(f64, f64)],
) -> Vec<f64> {
    let (examples, rows) = (data.examples(), &data.data.train);
    if !has_statistics(model) {
        let plane = Plane {
            model,
            x,
            y,
            data: examples,
            rows,
            loss: &loss,
        };
        let scores = plane.scores(points, Method::Auto);
        return scores.into_iter().map(|s| s.loss).collect();
    }
    let origin = model.params.values().to_vec();
    let mut losses = Vec::with_capacity(points.len());
    for (a, b) in points {
        let values = model.params.values_mut();
        for (i, value) in values.iter_mut().enumerate() {
            *value = origin[i] + T::from_f64(*a) * x[i] + T::from_f64(*b) * y[i];
        }
        recompute_statistics(model, examples, rows);
        losses.push(evaluate(model, examples, rows, loss).loss);
    }
    model.params.values_mut().copy_from_slice(&origin);
    losses
}

/// [`surface`] on a grid over these ranges, as many points along each.
pub(crate) fn slice<T: Real>(
    model: &mut Model<T>,
    data: &Prepared,
    loss: LossFunction,
    directions: [&[T]; 2],
    ranges: [[f64; 2]; 2],
    side: usize,
) -> Vec<Vec<f64>> {
    let [across, up] = ranges.map(|range| evenly(range, side));
    let points: Vec<(f64, f64)> = up
        .iter()
        .flat_map(|b| across.iter().map(move |a| (*a, *b)))
        .collect();
    let losses = surface(model, data, loss, directions, &points);
    losses.chunks(side).map(<[f64]>::to_vec).collect()
}

/// A slice to be drawn, what is above `top` shown as `top`: what lies far up the walls would hide the valley.
pub(crate) fn drawn(slice: &[Vec<f64>], [x, y]: [[f64; 2]; 2], top: f64) -> Grid {
    let capped = slice.iter().map(|row| {
        let row: Vec<f64> = row.iter().map(|z| z.min(top)).collect();
        row
    });
    Grid::new(capped).over(x, y)
}
