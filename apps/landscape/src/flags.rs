//! The flags of a slice.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use cli::flags::LookFlags;
use experiment::AppError;
use nn::directions::Normalize;
use records::Shard;
use settings::values::{folder_name, seed};
use surface::axis::{Axis, Second};

use crate::samples::RowFlags;

/// Maximum number of points of a slice.
const POINTS: usize = 10_000_000;

/// Flags of a slice.
#[derive(Args, Clone, Debug)]
pub(crate) struct SliceFlags {
    /// Folder of a finished run of classify, regress or autoencode [default: a small one is trained]
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<PathBuf>,

    /// Plane of the slice.
    #[command(flatten)]
    pub(crate) plane: PlaneFlags,

    /// Samples.
    #[command(flatten)]
    pub(crate) rows: RowFlags,

    /// Computation.
    #[command(flatten)]
    pub(crate) work: WorkFlags,

    /// Output folder.
    #[command(flatten)]
    pub(crate) folder: OutFlags,

    /// Data and messages.
    #[command(flatten, next_help_heading = "Data and messages")]
    pub(crate) look: LookFlags,
}

/// Plane of a slice.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Plane")]
pub(crate) struct PlaneFlags {
    /// Steps along the first direction: LOW:HIGH:STEPS [default: -1:1:51; range of the trajectory for pca; -0.5:1.5:51 for towards]
    #[arg(long, value_name = "AXIS")]
    pub(crate) x: Option<Axis>,

    /// Steps along the second direction, or none for a 1-D slice [default: -1:1:51; range of the trajectory for pca]
    #[arg(long, value_name = "AXIS")]
    pub(crate) y: Option<Second>,

    /// Directions: random; pca (principal components of the trajectory); eigen (top Hessian eigenvectors); towards=RUN2
    /// (and a random second direction); from=DIR (those of an earlier slice)
    #[arg(long, value_name = "KIND", default_value = "random")]
    pub(crate) directions: Source,

    /// Normalize directions to the weights: filter, layer, weight, none [default: filter for random, else none]
    #[arg(long, value_name = "UNIT", alias = "normalise")]
    pub(crate) normalize: Option<Normalize>,

    /// Include biases and normalization parameters; pca, eigen and towards include them unless normalized
    #[arg(long)]
    pub(crate) with_biases: bool,

    /// Random seed of directions and --samples
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    pub(crate) seed: u64,
}

/// Computation of a slice.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Points")]
pub(crate) struct WorkFlags {
    /// Metric: loss or accuracy (both are computed), or gradient-norm in addition, which takes longer
    #[arg(long, value_name = "WHAT", default_value = "loss")]
    pub(crate) metric: Metric,

    /// Evaluate the whole network at every point, without products shared between points: slower, bit-identical to eval
    #[arg(long)]
    pub(crate) plain: bool,

    /// Compute shard I of N only: I/N, or in a job array auto or auto/N; landscape merge combines them
    #[arg(long, value_name = "I/N", value_parser = Shard::of_flag)]
    pub(crate) shard: Option<Shard>,
}

/// Output folder of a slice.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Folder")]
pub(crate) struct OutFlags {
    /// Output folder; an unfinished slice with the same settings continues [default: RUN/landscape-N]
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    pub(crate) out: Option<PathBuf>,

    /// Write to RUN/S
    #[arg(long, value_name = "S", value_parser = folder_name)]
    pub(crate) name: Option<String>,

    /// Write to a folder that is not empty, and remove the slice in it
    #[arg(long)]
    pub(crate) force: bool,
}

/// Kind of directions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Random Gaussian vectors.
    Random,
    /// Principal components of the training trajectory.
    Pca,
    /// Eigenvectors of the Hessian.
    Eigen,
    /// Direction towards another run.
    Towards(PathBuf),
    /// Directions of an earlier slice.
    From(PathBuf),
}

impl FromStr for Source {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match (text, text.split_once('=')) {
            ("random", _) => Ok(Self::Random),
            ("pca", _) => Ok(Self::Pca),
            ("eigen", _) => Ok(Self::Eigen),
            (_, Some(("towards", run))) if !run.is_empty() => Ok(Self::Towards(run.into())),
            (_, Some(("from", folder))) if !folder.is_empty() => Ok(Self::From(folder.into())),
            _ => Err("it takes random, pca, eigen, towards=RUN2 or from=DIR"),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Random => f.write_str("random"),
            Self::Pca => f.write_str("pca"),
            Self::Eigen => f.write_str("eigen"),
            Self::Towards(run) => write!(f, "towards={}", run.display()),
            Self::From(folder) => write!(f, "from={}", folder.display()),
        }
    }
}

/// Metric at every point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Metric {
    /// Loss, and accuracy for classes.
    Loss,
    /// Same, for classifiers only.
    Accuracy,
    /// Gradient norm in addition.
    GradientNorm,
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
            Self::GradientNorm => "gradient-norm",
        })
    }
}

impl SliceFlags {
    /// Checks that no one flag can check for itself.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    pub(crate) fn check(&self) -> Result<(), AppError> {
        let plane = &self.plane;
        if matches!(plane.directions, Source::From(_)) {
            let given = [
                (plane.normalize.is_some(), "--normalize"),
                (plane.with_biases, "--with-biases"),
            ];
            if let Some((_, flag)) = given.iter().find(|(given, _)| *given) {
                return Err(AppError::Usage(format!(
                    "{flag}: directions of an earlier slice are used as they are"
                )));
            }
        }
        let side = |axis: Option<Axis>| axis.map_or(51, |axis| axis.count());
        let rows = match plane.y {
            Some(Second::None) => 1,
            Some(Second::Along(axis)) => axis.count(),
            None => side(None),
        };
        let points = side(plane.x) * rows;
        if points > POINTS {
            return Err(AppError::Usage(format!(
                "--x and --y ask for {points} points; at most {POINTS} make a slice"
            )));
        }
        match self.work.shard {
            Some(shard) if shard.of() > points => Err(AppError::Usage(format!(
                "--shard {shard} asks for more shards than points ({points})"
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_read_and_shown_alike() {
        for text in ["random", "pca", "eigen", "towards=runs/b", "from=a b"] {
            assert_eq!(text.parse::<Source>().unwrap().to_string(), text);
        }
        for wrong in ["", "Random", "towards", "towards=", "from=", "toward=a"] {
            wrong.parse::<Source>().unwrap_err();
        }
    }
}
