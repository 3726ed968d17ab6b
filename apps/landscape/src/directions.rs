//! Directions of slices, and their files.

mod curved;
mod files;

use std::path::Path;

use autograd::Real;
use experiment::AppError;
use experiment::alike;
use experiment::model_config::ModelConfig;
use experiment::snapshots;
use nn::Params;
use nn::directions::{self, Normalize, Scaling, beside, principal, scaled, towards};
use ranks::{Element, World};
use settings::DataSettings;
use surface::axis::{Axis, Second};
use surface::results::{self, OtherRun, Trajectory};

use crate::flags::{PlaneFlags, Source};
use crate::subject::Subject;

pub(crate) use files::{copy, write};

/// Directions of a slice.
pub(crate) struct Chosen<T> {
    /// First direction, with one entry per parameter.
    pub(crate) x: Vec<T>,
    /// Second direction; `None` for a 1-D slice.
    pub(crate) y: Option<Vec<T>>,
    /// Kind, normalization and seed.
    pub(crate) about: results::Directions,
    /// Training trajectory, projected on the slice.
    pub(crate) trajectory: Option<Trajectory>,
    /// Default steps along the first direction, or why there are none.
    usual_x: Result<Axis, String>,
    /// Default steps along the second direction.
    usual_y: Result<Axis, String>,
}

impl<T> Chosen<T> {
    /// Steps along both directions.
    ///
    /// # Errors
    /// If none are given and the trajectory reaches too far.
    pub(crate) fn axes(&self, flags: &PlaneFlags) -> Result<(Axis, Option<Axis>), AppError> {
        let usual = |axis: &Result<Axis, String>, flag: &str| {
            axis.clone().map_err(|problem| {
                AppError::Failure(format!(
                    "the trajectory needs an axis beyond what can be drawn ({problem}); give {flag} LOW:HIGH:STEPS"
                ))
            })
        };
        let y = match flags.y {
            Some(Second::None) => None,
            Some(Second::Along(axis)) => Some(axis),
            None => Some(usual(&self.usual_y, "--y")?),
        };
        let x = flags.x.map_or_else(|| usual(&self.usual_x, "--x"), Ok)?;
        Ok((x, y))
    }
}

/// Makes or reads the directions, on all ranks the same.
///
/// # Errors
/// If the run has no snapshots, another run has another architecture, or an earlier slice belongs to another model.
pub(crate) fn choose<T: Real + Element>(
    subject: &Subject<T>,
    flags: &PlaneFlags,
    world: &World,
) -> Result<Chosen<T>, AppError> {
    let params = &subject.model.params;
    let scaling = scaling(flags);
    let plane = flags.y != Some(Second::None);
    let second = |x: &[T]| match plane {
        true => beside(params, x, scaling, flags.seed)
            .map(Some)
            .map_err(AppError::failure),
        false => Ok(None),
    };
    let chosen = |x, y, kind: &str| Chosen {
        x,
        y,
        about: results::Directions {
            kind: kind.to_owned(),
            normalize: scaling.normalize.to_string(),
            seed: flags.seed,
            other: None,
        },
        trajectory: None,
        usual_x: Ok(Axis::UNIT),
        usual_y: Ok(Axis::UNIT),
    };
    match &flags.directions {
        Source::Random => {
            let x = directions::random(params, scaling, flags.seed);
            let y = second(&x)?;
            Ok(chosen(x, y, "random"))
        }
        Source::Towards(run) => {
            let other = other::<T>(subject, run)?;
            let x = scale(params, towards(params, other.values()), scaling);
            if x.iter().all(|x| *x == T::ZERO) {
                return Err(AppError::Failure(format!(
                    "{} has the same weights as {}: there is no direction towards it",
                    run.display(),
                    subject.run.display()
                )));
            }
            let y = second(&x)?;
            let mut chosen = chosen(x, y, "towards");
            chosen.usual_x = Ok(Axis::between(-0.5, 1.5));
            // Scaled to the weights, or without biases, the direction misses the other run.
            let whole = scaling.normalize == Normalize::None && scaling.with_biases;
            chosen.about.other = Some(OtherRun {
                run: run.display().to_string(),
                at: whole.then_some(1.0),
            });
            Ok(chosen)
        }
        Source::Pca => {
            let passed = passed(subject)?;
            let found = principal(&passed.ways, 1 + usize::from(plane));
            let found = found.map_err(|e| {
                AppError::while_doing(
                    format_args!("cannot compute PCA directions of {}", subject.run.display()),
                    e,
                )
            })?;
            let [x, y] = pair(found.directions, plane).ok_or_else(|| {
                AppError::Failure(format!(
                    "the {} snapshots of {} span no plane; add --y none, or retrain with more snapshots",
                    passed.ways.len(),
                    subject.run.display()
                ))
            })?;
            let scaled = |d: Option<Vec<T>>| d.map(|d| scale(params, d, scaling));
            let (x, y) = (scaled(x).expect("a pair has a first direction"), scaled(y));
            let trajectory = on_slice(&passed, &x, y.as_deref());
            Ok(Chosen {
                usual_x: Axis::over(trajectory.x.iter().copied()),
                usual_y: Axis::over(trajectory.y.iter().copied()),
                trajectory: Some(trajectory),
                ..chosen(x, y, "pca")
            })
        }
        Source::Eigen => {
            let found = curved::directions(subject, 1 + usize::from(plane), flags.seed, world)?;
            let [x, y] = pair(found, plane).ok_or_else(|| {
                AppError::Failure(format!(
                    "{} has too few parameters for a plane; add --y none",
                    subject.run.display()
                ))
            })?;
            let scaled = |d: Option<Vec<T>>| d.map(|d| scale(params, d, scaling));
            let x = scaled(x).expect("a pair has a first direction");
            Ok(chosen(x, scaled(y), "eigen"))
        }
        Source::From(folder) => {
            let (x, y, mut about) = files::read(folder, params, plane)?;
            // The slice may be around another model than the earlier one, and then does not reach the run.
            if let Some(other) = &mut about.other {
                other.at = None;
            }
            let trajectory = match about.kind.as_str() {
                "pca" => Some(on_slice(&passed(subject)?, &x, y.as_deref())),
                _ => None,
            };
            let over = |of: fn(&Trajectory) -> &Vec<f64>| match &trajectory {
                Some(path) => Axis::over(of(path).iter().copied()),
                None => Ok(Axis::UNIT),
            };
            Ok(Chosen {
                usual_x: over(|path| &path.x),
                usual_y: over(|path| &path.y),
                x,
                y,
                about,
                trajectory,
            })
        }
    }
}

/// Training trajectory of a run, from its snapshots.
///
/// # Errors
/// If there are none, or one cannot be read.
fn passed<T: Real>(subject: &Subject<T>) -> Result<snapshots::Trajectory<T>, AppError> {
    let snapshots = snapshots::of_run(&subject.config, &subject.run)?;
    let snapshots = snapshots.iter().map(|(epoch, at)| (*epoch, at.as_slice()));
    Ok(snapshots::Trajectory::of(&subject.model.params, snapshots))
}

/// Projects a trajectory on a slice.
fn on_slice<T: Real>(passed: &snapshots::Trajectory<T>, x: &[T], y: Option<&[T]>) -> Trajectory {
    let found = passed.on(x, y);
    Trajectory {
        epoch: passed.epochs.clone(),
        x: found.x,
        y: found.y,
        explained: found.explained,
    }
}

/// Scaling of directions. Directions that are computed, not random, cover all parameters, so biases are left out only
/// where they are normalized to the weights.
fn scaling(flags: &PlaneFlags) -> Scaling {
    let drawn = flags.directions == Source::Random;
    let normalize = flags.normalize.unwrap_or(match drawn {
        true => Normalize::Filter,
        false => Normalize::None,
    });
    Scaling {
        normalize,
        with_biases: flags.with_biases || !drawn && normalize == Normalize::None,
    }
}

fn scale<T: Real>(params: &Params<T>, direction: Vec<T>, scaling: Scaling) -> Vec<T> {
    scaled(params, &direction, scaling)
}

/// Takes the first direction, and with `plane` the second, if there are as many.
fn pair<T>(directions: Vec<Vec<T>>, plane: bool) -> Option<[Option<Vec<T>>; 2]> {
    let mut directions = directions.into_iter();
    let (x, y) = (directions.next()?, directions.next());
    (y.is_some() || !plane).then_some([Some(x), y.filter(|_| plane)])
}

/// Parameters of another run with the same architecture and training data.
///
/// # Errors
/// If it is not, or cannot be read.
pub(crate) fn other<T: Real>(subject: &Subject<T>, run: &Path) -> Result<Params<T>, AppError> {
    let config = ModelConfig::read(run)?;
    same_kind(&subject.config, &subject.run, &config, run)?;
    Ok(config.trained::<T>(run)?.params)
}

/// Refuses a run that another cannot be compared with.
fn same_kind(a: &ModelConfig, run: &Path, b: &ModelConfig, other: &Path) -> Result<(), AppError> {
    let (mine, theirs) = (run.display().to_string(), other.display().to_string());
    let names = [mine.as_str(), theirs.as_str()];
    alike::same_network(a, b, names)?;
    let refused = |what: &str, a: &str, b: &str| Err(alike::refused(names, what, [a, b]));
    let (mine, theirs) = (&a.experiment.data, &b.experiment.data);
    if mine.name != theirs.name || mine.target != theirs.target {
        return refused("the data", &mine.name, &theirs.name);
    }
    if (mine.split, mine.split_seed) != (theirs.split, theirs.split_seed) {
        let words = |data: &DataSettings| {
            let split = data.split.map_or("usual".to_owned(), |s| s.to_string());
            format!("{split} with seed {}", data.split_seed)
        };
        return refused("the split", &words(mine), &words(theirs));
    }
    alike::same_scaling(a, b, names)
}
