//! Curvature of a run's loss: eigenvalues, trace and spectral density of the Hessian.

use std::ops::Range;

use autograd::Real;
use cli::Console;
use experiment::{AppError, interrupt, memory};
use nn::curvature::{self, Eigenpair, Estimate, Extremes, NotFinite, Operator, Wanted};
use nn::{Kind, Segment, Summary};
use ranks::{Element, World};
use records::Number;
use surface::results::{Block, Density, Hessian, Sharpness, Trace};

use crate::shared_loss::SharedLoss;
use crate::subject::Subject;

/// Settings of the Hessian analysis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measure {
    /// Number of largest eigenvalues.
    pub(crate) top: usize,
    /// Number of smallest eigenvalues.
    pub(crate) bottom: usize,
    /// Maximum number of Lanczos iterations.
    pub(crate) steps: usize,
    /// Random vectors per trace estimate.
    pub(crate) vectors: usize,
    /// Random vectors for the spectral density.
    pub(crate) density: usize,
    /// Also analyze the diagonal block of each layer.
    pub(crate) layers: bool,
    /// Radius of the ball in which the largest loss is sought.
    pub(crate) radius: Option<f64>,
    /// Random seed of all vectors.
    pub(crate) seed: u64,
}

/// Relative tolerance of eigenvalues, in terms of the largest.
const TOLERANCE: f64 = 1e-6;
/// Lanczos iterations per random vector of the density.
const DENSITY_STEPS: usize = 60;
/// Grid points of the density.
const DENSITY_POINTS: usize = 1001;
/// Kernel width of the density, relative to the whole range.
const DENSITY_WIDTH: f64 = 0.005;
/// Gradient ascent steps per direction, for the largest loss in a ball.
const CLIMB: usize = 20;

/// The loss of a run, where its curvature is defined.
///
/// # Errors
/// If it is not finite.
pub(crate) fn center<T: Real>(subject: &Subject<T>) -> Result<f64, AppError> {
    let center = subject.center();
    match center.is_finite() {
        true => Ok(center),
        false => Err(AppError::Failure(format!(
            "the loss of {} on its {} samples is {center}: its curvature is undefined",
            subject.run.display(),
            subject.rows.len(),
        ))),
    }
}

/// A rank's part of the loss whose curvature is analyzed.
pub(crate) fn shared<'a, T: Real + Element>(
    subject: &'a Subject<T>,
    world: &'a World,
) -> SharedLoss<'a, T> {
    SharedLoss::new(world, subject, memory::limit() / 2 / world.local_size())
}

/// Analyzes the Hessian of the mean loss with respect to the trained parameters; this is the root of the ranks that share it.
/// `warnings` receives what did not converge.
///
/// # Errors
/// If a product is not finite, or Ctrl-C was pressed.
pub(crate) fn measure<T: Real + Element>(
    subject: &Subject<T>,
    mut shared: SharedLoss<'_, T>,
    measure: &Measure,
    console: Console,
    warnings: &mut Vec<String>,
) -> Result<Hessian, AppError> {
    let params = &subject.model.params;
    let trained = ranges(params.segments());
    let by_layer = if measure.layers {
        by_layer(subject)
    } else {
        Vec::new()
    };
    let mut progress = console.pieces("Hessian-vector products", measure.most(by_layer.len()));
    let mut done = 0;
    let mut products = shared.operator();
    let mut watched = |v: &[f64], out: &mut [f64]| {
        // Ctrl-C ends the iteration by what it takes for an error.
        if interrupt::requested() {
            out.fill(f64::NAN);
            return;
        }
        products.apply(v, out);
        done += 1;
        progress.at(done);
    };
    let mut whole = Operator::new(params.len(), &mut watched);
    let found = Found::of(&mut whole, &trained, &by_layer, measure);
    let found = found.map(|found| (found, whole.products()));
    drop(whole);
    drop(products);
    progress.finish();
    let (found, matvecs) = found.map_err(|e| stopped(subject, e))?;
    let sharpness = measure.radius.map(|radius| {
        let top = found.extremes.top.first();
        let top = top.map(|pair| spread(&pair.vector, &trained, params.len()));
        sharpness(subject, &mut shared, radius, top, &trained)
    });
    if interrupt::requested() {
        return Err(interrupted());
    }
    if !found.extremes.converged {
        warnings.push(format!(
            "eigenvalues have not converged after {} Lanczos iterations (residual {:.1e}); raise --steps",
            measure.steps,
            worst(&found.extremes)
        ));
    }
    Ok(Hessian {
        top: values(&found.extremes.top),
        bottom: values(&found.extremes.bottom),
        trace: written(found.trace),
        density: Density {
            grid: found.density.grid,
            values: numbers(found.density.values),
        },
        per_layer: found.layers,
        sharpness,
        matvecs,
        samples: subject.samples.clone(),
        run: subject.run.display().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Sharpness: the largest loss found in a ball by gradient ascent from both sides of the direction of largest curvature
/// and from the center.
fn sharpness<T: Real + Element>(
    subject: &Subject<T>,
    shared: &mut SharedLoss<'_, T>,
    radius: f64,
    top: Option<Vec<f64>>,
    trained: &[Range<usize>],
) -> Sharpness {
    let params = &subject.model.params;
    let directions: Vec<Vec<f64>> = top
        .into_iter()
        .flat_map(|v| [v.iter().map(|x| -x).collect(), v])
        .collect();
    let center: Vec<f64> = params.values().iter().map(|x| x.to_f64()).collect();
    let mut slope = vec![T::ZERO; params.len()];
    let best = curvature::sharpest(&center, radius, &directions, CLIMB, |point, out| {
        let loss = shared.gradient(point, &mut slope);
        // Parameters that are not trained stay.
        out.fill(0.0);
        for range in trained {
            let pair = out[range.clone()].iter_mut().zip(&slope[range.clone()]);
            pair.for_each(|(o, s)| *o = s.to_f64());
        }
        loss
    });
    Sharpness {
        radius,
        growth: Number(best.loss - best.centre),
    }
}

impl Measure {
    /// Maximum number of Hessian-vector products, without those of the ball.
    fn most(&self, layers: usize) -> u64 {
        // Flags may ask for any number: then it is the largest that there is.
        let each = self.steps.saturating_add(self.vectors);
        let density = self.density.saturating_mul(DENSITY_STEPS);
        each.saturating_mul(layers + 1).saturating_add(density) as u64
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            top: self.top,
            bottom: self.bottom,
            tolerance: TOLERANCE,
            steps: self.steps,
            seed: self.seed,
        }
    }
}

/// Eigenvalues, trace and density of a Hessian.
struct Found {
    extremes: Extremes,
    trace: Estimate,
    density: curvature::Density,
    layers: Vec<Block>,
}

impl Found {
    fn of(
        whole: &mut Operator<'_>,
        trained: &[Range<usize>],
        by_layer: &[LayerBlock],
        measure: &Measure,
    ) -> Result<Self, NotFinite> {
        let wanted = measure.wanted();
        let of_block = |map: &mut Operator<'_>| {
            let extremes = curvature::extremes(map, &wanted)?;
            let trace = curvature::trace(map, measure.vectors, 0.0, measure.seed)?;
            Ok((extremes, trace))
        };
        let mut map = whole.block(trained);
        let (extremes, trace) = of_block(&mut map)?;
        let (vectors, seed) = (measure.density, measure.seed);
        let spectrum = curvature::spectrum(&mut map, vectors, DENSITY_STEPS, seed)?;
        drop(map);
        let layer = |of: &LayerBlock| {
            let (extremes, trace) = of_block(&mut whole.block(&of.ranges))?;
            Ok(Block {
                parameters: of.parameters.clone(),
                layer: of.layer.clone(),
                top: values(&extremes.top),
                bottom: values(&extremes.bottom),
                trace: written(trace),
            })
        };
        Ok(Self {
            extremes,
            trace,
            density: spectrum.density(DENSITY_POINTS, DENSITY_WIDTH),
            layers: by_layer.iter().map(layer).collect::<Result<_, _>>()?,
        })
    }
}

/// An estimate as it is written down.
fn written(of: Estimate) -> Trace {
    Trace {
        mean: Number(of.mean),
        standard_error: Number(of.standard_error),
    }
}

/// Ranges of the trained segments.
fn ranges(segments: &[Segment]) -> Vec<Range<usize>> {
    trained(segments).map(|s| s.range.clone()).collect()
}

fn trained(segments: &[Segment]) -> impl Iterator<Item = &Segment> {
    segments.iter().filter(|s| s.kind != Kind::Buffer)
}

/// Trained parameters of a layer.
struct LayerBlock {
    /// Their names in the model file.
    parameters: Vec<String>,
    /// What the layer is.
    layer: String,
    /// Their places in the flat vector.
    ranges: Vec<Range<usize>>,
}

/// Trained parameters of each layer, in the order of the model file. `0.weight` and `0.bias` belong to layer `0`.
fn by_layer<T: Real>(subject: &Subject<T>) -> Vec<LayerBlock> {
    let layer = |name: &str| {
        let layer = name.rsplit_once('.');
        layer.map_or("", |(layer, _)| layer).to_owned()
    };
    let summary = Summary::new(&subject.model, &subject.config.rows.shape);
    let described = |name: &str| {
        let mut lines = summary.lines.iter();
        let line = lines.find(|line| line.name == name);
        line.map_or_else(String::new, |line| line.layer.clone())
    };
    let mut blocks: Vec<(String, LayerBlock)> = Vec::new();
    for segment in trained(subject.model.params.segments()) {
        let owner = layer(&segment.name);
        if blocks.last().is_none_or(|(name, _)| *name != owner) {
            let layer = described(&owner);
            let block = LayerBlock {
                parameters: Vec::new(),
                layer,
                ranges: Vec::new(),
            };
            blocks.push((owner, block));
        }
        if let Some((_, block)) = blocks.last_mut() {
            block.parameters.push(segment.name.clone());
            block.ranges.push(segment.range.clone());
        }
    }
    blocks.into_iter().map(|(_, block)| block).collect()
}

/// Expands a vector of the trained parameters to all parameters.
fn spread(v: &[f64], trained: &[Range<usize>], len: usize) -> Vec<f64> {
    let mut all = vec![0.0; len];
    let places = trained.iter().cloned().flatten();
    places.zip(v).for_each(|(place, x)| all[place] = *x);
    all
}

/// Largest residual of the eigenvalues.
fn worst(found: &Extremes) -> f64 {
    let pairs = found.top.iter().chain(&found.bottom);
    pairs.fold(0.0, |worst, pair| pair.bound.max(worst))
}

fn values(pairs: &[Eigenpair]) -> Vec<Number> {
    numbers(pairs.iter().map(|pair| pair.value))
}

fn numbers(of: impl IntoIterator<Item = f64>) -> Vec<Number> {
    of.into_iter().map(Number).collect()
}

fn stopped<T: Real>(subject: &Subject<T>, error: NotFinite) -> AppError {
    if interrupt::requested() {
        return interrupted();
    }
    AppError::Failure(format!("{}: {error}", subject.run.display()))
}

fn interrupted() -> AppError {
    AppError::Interrupted(
        "interrupted; nothing was written, repeat the command to start again".to_owned(),
    )
}
