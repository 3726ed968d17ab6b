//! What is asked for: a data set, and how it is to be read.

mod error;

use crate::custom::Custom;
use crate::dataset::Dataset;
use crate::error::DataError;
use crate::kind::Task;
use crate::raw::RawData;
use crate::reading::{Missing, ReadOptions, Unseen};
use crate::resolver::Resolver;
use crate::sets::{Places, synthetic};
use crate::spec::Spec;
pub use error::{MOST_ROWS, RequestError};

/// A data set, and how it is to be read.
///
/// ```
/// use datasets::{Resolver, Request, Spec, Task, load};
///
/// let runge: Spec = "runge".parse()?;
/// let request = Request { n: Some(100), noise: Some(0.2), ..Request::new(runge, Task::Regression) };
/// assert_eq!(load(&request, &Resolver::default())?.len(), 100);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    /// Data set (`--data`).
    pub spec: Spec,
    /// Task: what is to be predicted.
    pub task: Task,
    /// The names of the targets (`--target`), in the order in which they are wanted; empty for the usual ones.
    pub targets: Vec<String>,
    /// Number of rows of a synthetic set (`--n`).
    pub n: Option<usize>,
    /// The standard deviation of the noise of a synthetic set (`--noise`).
    pub noise: Option<f64>,
    /// Places of the x of a synthetic function (`--points`).
    pub places: Option<Places>,
    /// Moves what is random in a synthetic set (`--seed`). No other set depends on it.
    pub seed: u64,
    /// Choices in reading data of your own.
    pub options: ReadOptions,
}

impl Request {
    /// All of a data set, as is usual for it, with seed 0.
    pub fn new(spec: Spec, task: Task) -> Self {
        Self {
            spec,
            task,
            targets: Vec::new(),
            n: None,
            noise: None,
            places: None,
            seed: 0,
            options: ReadOptions::default(),
        }
    }

    /// Refuses what is impossible whatever the files hold: wrong usage, not wrong data.
    ///
    /// # Errors
    /// If the set is for another task, has no such target, or is not synthetic and has no size or noise to choose.
    pub fn check(&self) -> Result<(), RequestError> {
        let tasks = self.spec.tasks();
        if !tasks.contains(&self.task) {
            return Err(RequestError::Task {
                name: self.spec.to_string(),
                known: tasks[0],
                asked: self.task,
            });
        }
        self.check_synthetic()?;
        let is_table = matches!(&self.spec, Spec::Custom(custom) if custom.is_table());
        if let Some(column) = self.options.sample_weight.as_ref().filter(|_| !is_table) {
            return Err(RequestError::SampleWeight {
                name: self.spec.to_string(),
                column: column.clone(),
            });
        }
        self.check_own()?;
        self.check_targets()
    }

    /// Refuses what only data of your own has.
    fn check_own(&self) -> Result<(), RequestError> {
        let custom = match &self.spec {
            Spec::Custom(custom) => Some(custom),
            Spec::Named(_) | Spec::Synthetic(_) => None,
        };
        let own = custom.is_some();
        let table = custom.is_some_and(Custom::is_table);
        let images = custom.is_some_and(Custom::is_images);
        let name = || self.spec.to_string();
        if let (Some(test), false) = (&self.options.test, own) {
            return Err(RequestError::NoTestFile {
                test: test.display().to_string(),
                name: name(),
            });
        }
        if let (Some(group), false) = (&self.options.group, table) {
            return Err(RequestError::NoGroups {
                group: group.clone(),
                name: name(),
            });
        }
        let ReadOptions {
            header,
            drop,
            categorical,
            numeric,
            missing,
            unseen,
            image_size,
            ..
        } = &self.options;
        let of_tables = "csv:FILE or parquet:FILE";
        let given = [
            ("--header", header.is_some(), table, of_tables),
            ("--drop", !drop.is_empty(), table, of_tables),
            ("--categorical", !categorical.is_empty(), table, of_tables),
            ("--numeric", !numeric.is_empty(), table, of_tables),
            (
                "--missing",
                *missing != Missing::default(),
                table,
                of_tables,
            ),
            ("--unseen", *unseen != Unseen::default(), table, of_tables),
            ("--image-size", image_size.is_some(), images, "images:DIR"),
        ];
        let wrong = given
            .into_iter()
            .find(|(_, given, fits, _)| *given && !fits);
        match wrong {
            None => Ok(()),
            Some((flag, _, _, kind)) => Err(RequestError::OfOtherData {
                flag,
                kind,
                name: name(),
            }),
        }
    }

    fn check_synthetic(&self) -> Result<(), RequestError> {
        let Spec::Synthetic(set) = self.spec else {
            let given = [
                ("--n", self.n.is_some()),
                ("--noise", self.noise.is_some()),
                ("--points", self.places.is_some()),
            ];
            return match given.into_iter().find(|(_, given)| *given) {
                None => Ok(()),
                Some((flag, _)) => {
                    let names: Vec<&str> = synthetic().iter().map(|set| set.name).collect();
                    Err(RequestError::NotSynthetic {
                        flag,
                        name: self.spec.to_string(),
                        synthetic: names.join(", "),
                    })
                }
            };
        };
        if self.places.is_some() && !set.is_function() {
            let functions = synthetic().iter().filter(|set| set.is_function());
            let names: Vec<&str> = functions.map(|set| set.name).collect();
            return Err(RequestError::NoFunction {
                name: self.spec.to_string(),
                functions: names.join(" and "),
            });
        }
        match (self.n, self.noise) {
            (Some(n), _) if !(1..=MOST_ROWS).contains(&n) => Err(RequestError::Rows(n)),
            (_, Some(noise)) if !(noise >= 0.0 && noise.is_finite()) => {
                Err(RequestError::Noise(noise))
            }
            _ => Ok(()),
        }
    }

    fn check_targets(&self) -> Result<(), RequestError> {
        for (i, target) in self.targets.iter().enumerate() {
            if self.targets[..i].contains(target) {
                return Err(RequestError::Twice(target.clone()));
            }
        }
        // A name with commas in a table may have been cut, and is put together when the names there are known.
        let table = matches!(&self.spec, Spec::Custom(custom) if custom.is_table());
        if self.task == Task::Classification && self.targets.len() > 1 && !table {
            return Err(RequestError::OneTarget(self.targets.join(", ")));
        }
        let Some(known) = self.spec.known_targets() else {
            return Ok(());
        };
        match self.targets.iter().find(|t| !known.contains(&t.as_str())) {
            None => Ok(()),
            Some(target) => Err(RequestError::Target {
                name: self.spec.to_string(),
                target: target.clone(),
                known: known.join(", "),
            }),
        }
    }
}

impl From<Spec> for Request {
    /// All of a data set, for the task that is usual for it.
    fn from(spec: Spec) -> Self {
        let task = spec.tasks()[0];
        Self::new(spec, task)
    }
}

/// Finds a data set, downloads it if need be, and reads it; or makes it, if it is synthetic. What has to be learnt from
/// training rows before it is numbers, is learnt by [`RawData::encode`].
///
/// # Errors
/// If [`Request::check`] refuses it, or it cannot be found, downloaded or understood.
pub fn read(request: &Request, resolver: &Resolver) -> Result<RawData, DataError> {
    request.check()?;
    Ok(match &request.spec {
        Spec::Named(source) => source
            .load(request.task, &request.targets, resolver)?
            .into(),
        Spec::Synthetic(set) => {
            let n = request.n.unwrap_or(set.n);
            let noise = request.noise.unwrap_or(set.noise);
            set.make(n, noise, request.places.unwrap_or_default(), request.seed)
                .into()
        }
        Spec::Custom(custom) => custom.read(request.task, &request.targets, &request.options)?,
    })
}

/// As [`read`], and as numbers at once, where no rows are set apart for training: categories are those of all rows, and
/// missing cells are refused.
///
/// # Errors
/// As [`read`]; or if a cell is missing, or nothing is left to predict from.
pub fn load(request: &Request, resolver: &Resolver) -> Result<Dataset, DataError> {
    read(request, resolver)?.whole()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, task: Task) -> Request {
        Request::new(name.parse().unwrap(), task)
    }

    fn refused(request: Request) -> String {
        let error = request.check().unwrap_err();
        let loaded = load(&request, &Resolver::default()).unwrap_err();
        assert_eq!(loaded.to_string(), error.to_string());
        error.to_string()
    }

    #[test]
    fn options_of_reading_are_for_what_is_read_so() {
        let with = |name: &str, options: ReadOptions| {
            refused(Request {
                options,
                ..asked(name, Task::Regression)
            })
        };
        let drop = || ReadOptions {
            drop: vec!["x1".to_owned()],
            ..ReadOptions::default()
        };
        let tables = "--drop is for csv:FILE or parquet:FILE, and";
        assert_eq!(with("boston", drop()), format!("{tables} boston is none"));
        assert_eq!(
            with("npz:f.npz", drop()),
            format!("{tables} npz:f.npz is none")
        );
        let missing = ReadOptions {
            missing: Missing::Drop,
            ..ReadOptions::default()
        };
        let said = "--missing is for csv:FILE or parquet:FILE, and runge is none";
        assert_eq!(with("runge", missing), said);
        let image_size = ReadOptions {
            image_size: Some([8, 8]),
            ..ReadOptions::default()
        };
        let said = "--image-size is for images:DIR, and npz:f.npz is none";
        assert_eq!(with("npz:f.npz", image_size), said);
    }

    #[test]
    fn size_and_noise_are_for_synthetic_sets() {
        let digits = || asked("digits", Task::Classification);
        let names = "runge, line, blobs, xor, spirals, circles, moons";
        assert_eq!(
            refused(Request {
                n: Some(10),
                ..digits()
            }),
            format!("--n is for synthetic data ({names}), and digits is not made but read")
        );
        assert_eq!(
            refused(Request {
                noise: Some(0.0),
                ..digits()
            }),
            format!("--noise is for synthetic data ({names}), and digits is not made but read")
        );
        assert_eq!(
            refused(Request {
                places: Some(Places::Even),
                ..digits()
            }),
            format!("--points is for synthetic data ({names}), and digits is not made but read")
        );
        assert_eq!(
            refused(Request {
                places: Some(Places::Random),
                ..asked("moons", Task::Classification)
            }),
            "--points is for functions (runge and line), and moons is none"
        );
        let runge = || asked("runge", Task::Regression);
        for n in [0, MOST_ROWS + 1] {
            let said = refused(Request {
                n: Some(n),
                ..runge()
            });
            assert_eq!(
                said,
                format!("--n {n}: a synthetic set has 1 to 10000000 rows")
            );
        }
        for noise in [-0.1, f64::NAN, f64::INFINITY] {
            refused(Request {
                noise: Some(noise),
                ..runge()
            });
        }
    }

    #[test]
    fn the_task_must_be_one_of_the_sets() {
        assert_eq!(
            refused(asked("digits", Task::Regression)),
            "digits is for classification, not for regression"
        );
        assert_eq!(
            refused(asked("runge", Task::Classification)),
            "runge is for regression, not for classification"
        );
    }

    #[test]
    fn targets_must_be_among_those_of_the_set() {
        let targets = |names: &[&str]| names.iter().map(|n| n.to_string()).collect();
        let boston = |names| Request {
            targets: targets(names),
            ..asked("boston", Task::Regression)
        };
        assert_eq!(boston(&["MEDV"]).check(), Ok(()));
        assert_eq!(
            refused(boston(&["price"])),
            "--target price: boston has no such target; it has MEDV"
        );
        assert_eq!(
            refused(boston(&["MEDV", "MEDV"])),
            "--target names MEDV twice"
        );
        let iris = Request {
            targets: targets(&["species", "petal"]),
            ..asked("iris", Task::Classification)
        };
        assert_eq!(
            refused(iris),
            "--target species, petal: classification has one target"
        );
    }
}
