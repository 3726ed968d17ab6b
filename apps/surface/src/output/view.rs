//! A validated slice for figures and files, with names of its quantities.

use std::path::Path;

use experiment::AppError;
use plot::{Field, Spot, Track};
use records::Number;

use crate::names::run_name;
use crate::results::{Grid, Landscape, Trajectory};

/// A quantity of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    Loss,
    Accuracy,
    GradientNorm,
}

impl Quantity {
    pub(super) const ALL: [Self; 3] = [Self::Loss, Self::Accuracy, Self::GradientNorm];

    /// Key in files.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
            Self::GradientNorm => "gradient_norm",
        }
    }

    /// Name in figures.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
            Self::GradientNorm => "gradient norm",
        }
    }

    /// File names of its figures: contours, heat map and surface.
    pub(super) fn figures(self) -> [&'static str; 3] {
        match self {
            Self::Loss => ["loss-contour", "loss-heat", "loss-surface"],
            Self::Accuracy => ["accuracy-contour", "accuracy-heat", "accuracy-surface"],
            Self::GradientNorm => [
                "gradient-norm-contour",
                "gradient-norm-heat",
                "gradient-norm-surface",
            ],
        }
    }

    /// Allows a logarithmic axis.
    pub(super) fn may_be_log(self) -> bool {
        self != Self::Accuracy
    }
}

/// A consistent slice.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) of: &'a Landscape,
}

impl<'a> View<'a> {
    /// Checks a slice, which may come from a file.
    ///
    /// # Errors
    /// If it has no points, a coordinate is not finite, or a quantity does not have a value for each point.
    pub(super) fn new(of: &'a Landscape) -> Result<Self, AppError> {
        let view = Self { of };
        let rows = of.y.as_ref().map_or(1, Vec::len);
        if of.x.is_empty() || rows == 0 {
            return Err(refused(of, "it has no points"));
        }
        let coordinates = of.x.iter().chain(of.y.iter().flatten());
        if coordinates
            .chain(&track_places(of))
            .any(|at| !at.is_finite())
        {
            return Err(refused(of, "a coordinate is not a finite number"));
        }
        for (quantity, grid) in view.grids() {
            let fits = match (grid, &of.y) {
                (Grid::Line(line), None) => line.len() == of.x.len(),
                (Grid::Plane(plane), Some(_)) => {
                    plane.len() == rows && plane.iter().all(|row| row.len() == of.x.len())
                }
                _ => false,
            };
            if !fits {
                let key = quantity.key();
                return Err(refused(
                    of,
                    &format!("{key} does not have one value for each point"),
                ));
            }
        }
        match &of.trajectory {
            Some(path) if path.x.len() != path.y.len() || path.x.len() != path.epoch.len() => {
                Err(refused(of, "the trajectory's lists differ in length"))
            }
            _ => Ok(view),
        }
    }

    /// The quantities that it has.
    pub(super) fn grids(self) -> impl Iterator<Item = (Quantity, &'a Grid)> {
        Quantity::ALL.into_iter().filter_map(move |quantity| {
            let grid = match quantity {
                Quantity::Loss => Some(&self.of.loss),
                Quantity::Accuracy => self.of.accuracy.as_ref(),
                Quantity::GradientNorm => self.of.gradient_norm.as_ref(),
            };
            grid.map(|grid| (quantity, grid))
        })
    }

    /// A quantity of a 2-D slice as a field.
    pub(super) fn field(self, grid: &Grid) -> Option<Field> {
        let y = self.of.y.as_ref()?;
        Some(Field::new(&self.of.x, y, &rows(grid)))
    }

    /// The training trajectory on a 2-D slice.
    pub(super) fn track(self) -> Option<Track> {
        self.of.y.as_ref()?;
        let path = self.of.trajectory.as_ref()?;
        let (first, last) = (path.epoch.first()?, path.epoch.last()?);
        Some(Track {
            points: path.x.iter().copied().zip(path.y.iter().copied()).collect(),
            start: format!("epoch {first}"),
            end: format!("epoch {last}"),
        })
    }

    /// Label of the first or the second axis.
    pub(super) fn axis(self, second: bool) -> String {
        let directions = &self.of.directions;
        let mut notes = vec![match &directions.other {
            Some(other) if !second => format!("towards {}", run_name(Path::new(&other.run))),
            // Across the way to another run, the direction is random.
            Some(_) => "random".to_owned(),
            None => directions.kind.clone(),
        }];
        if directions.normalize != "none" {
            notes.push(format!("{}-normalized", directions.normalize));
        }
        if let Some(path) = self
            .of
            .trajectory
            .as_ref()
            .filter(|_| directions.kind == "pca")
        {
            let share = path.explained[usize::from(second)];
            notes.push(format!("{:.1} % of variance", 100.0 * share));
        }
        let which = if second { "d₂" } else { "d₁" };
        format!("step along {which} ({})", notes.join(", "))
    }

    /// Name of its run.
    pub(super) fn run(self) -> String {
        run_name(Path::new(&self.of.run))
    }

    /// Name of the run that the first direction leads to.
    pub(super) fn other_run(self) -> Option<String> {
        let other = self.of.directions.other.as_ref()?;
        Some(run_name(Path::new(&other.run)))
    }

    /// The run and the one that the first direction leads to: `classify-mnist-1 towards classify-mnist-2`.
    pub(super) fn subject(self) -> String {
        match self.other_run() {
            Some(other) => format!("{} towards {other}", self.run()),
            None => self.run(),
        }
    }

    /// The other run, where it lies on the slice.
    pub(super) fn other(self) -> Option<Spot> {
        let at = self.of.directions.other.as_ref()?.at?;
        let covers = self.of.x.iter().any(|x| *x <= at) && self.of.x.iter().any(|x| *x >= at);
        Some(Spot {
            at: (at, 0.0),
            name: self.other_run()?,
        })
        .filter(|_| covers)
    }

    /// Its samples: `10000 test samples of mnist`.
    pub(super) fn samples(self) -> String {
        self.of.samples.in_words()
    }

    /// Number of non-finite values.
    pub(super) fn holes(self) -> usize {
        let numbers = self.grids().flat_map(|(_, grid)| rows(grid)).flatten();
        numbers.filter(|v| !v.is_finite()).count()
    }

    /// Checks that part of the training trajectory lies outside the grid.
    pub(super) fn track_leaves(self) -> bool {
        let Some(y) = &self.of.y else { return false };
        let beyond = |points: &[f64], at: &f64| {
            let low = points.iter().copied().fold(f64::INFINITY, f64::min);
            let high = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            *at < low || *at > high
        };
        let leaves = |path: &Trajectory| {
            path.x.iter().any(|at| beyond(&self.of.x, at)) || path.y.iter().any(|at| beyond(y, at))
        };
        self.of.trajectory.as_ref().is_some_and(leaves)
    }
}

fn refused(of: &Landscape, why: &str) -> AppError {
    AppError::Failure(format!("cannot draw the slice of {}: {why}", of.run))
}

fn track_places(of: &Landscape) -> Vec<f64> {
    let path = of.trajectory.iter();
    path.flat_map(|path| path.x.iter().chain(&path.y))
        .copied()
        .collect()
}

/// The numbers of a grid, a line being one row.
pub(super) fn rows(grid: &Grid) -> Vec<Vec<f64>> {
    let plain = |row: &[Number]| row.iter().map(|v| v.0).collect();
    match grid {
        Grid::Line(line) => vec![plain(line)],
        Grid::Plane(plane) => plane.iter().map(|row| plain(row)).collect(),
    }
}
