//! Data sets that are made: known functions and shapes, with noise.
//!
//! Each number is drawn from a stream named by seed, set and kind, so that more noise moves no point and more rows keep
//! the first ones.

use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::fmt;
use std::str::FromStr;

use crate::{Rows, Targets};
use autograd::random::{Stream, stream, unit};
use rand_distr::{Distribution, StandardNormal};

use crate::dataset::Dataset;
use crate::kind::{InputKind, Task};
use crate::samples::Part;

/// A data set that is made.
pub struct Synthetic {
    /// Name on the command line.
    pub name: &'static str,
    /// A few words for a list.
    pub summary: &'static str,
    /// Number of rows unless somebody says otherwise.
    pub n: usize,
    /// The standard deviation of its noise unless somebody says otherwise.
    pub noise: f64,
    shape: Shape,
}

/// Places of the x of a synthetic function in [-1, 1].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Places {
    /// Drawn at random, uniformly, each independently of all others.
    #[default]
    Random,
    /// At equal distances, both ends among them; a single one is at -1.
    Even,
}

impl Places {
    /// Every name.
    pub const NAMES: &'static [&'static str] = &["random", "even"];
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Random => "random",
            Self::Even => "even",
        })
    }
}

impl FromStr for Places {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "random" => Ok(Self::Random),
            "even" => Ok(Self::Even),
            _ => Err(format!("it takes {}", Self::NAMES.join(" or "))),
        }
    }
}

/// What is drawn, without noise.
enum Shape {
    /// A function of x in [-1, 1], at places as [`Places`] says. The noise is on what the function says.
    Function(fn(f64) -> f64),
    /// Points of a plane in so many classes, row `i` in class `i` modulo their number. `along` is uniform on [0, 1), and
    /// says where on the shape of its class a point lies. The noise is on the points.
    Classes(u32, fn(class: f64, along: f64) -> [f64; 2]),
    /// Points of a plane, uniform on [-1, 1]², and their classes. The noise is on the points, after they are told apart.
    Regions(u32, fn([f64; 2]) -> u32),
}

static SETS: [Synthetic; 7] = [
    Synthetic {
        name: "runge",
        summary: "y = 1/(1 + 25x²), x uniform on [-1, 1]",
        n: 1000,
        noise: 0.1,
        // C. Runge, Zeitschrift für Mathematik und Physik 46, 1901.
        shape: Shape::Function(|x| 1.0 / (1.0 + 25.0 * x * x)),
    },
    Synthetic {
        name: "line",
        summary: "y = 2x + 1, x uniform on [-1, 1]",
        n: 1000,
        noise: 0.1,
        shape: Shape::Function(|x| 2.0 * x + 1.0),
    },
    Synthetic {
        name: "blobs",
        summary: "three round clouds around the corners of a triangle",
        n: 1000,
        noise: 0.25,
        shape: Shape::Classes(3, |class, _| on_circle(FRAC_PI_2 + class * TAU / 3.0)),
    },
    Synthetic {
        name: "xor",
        summary: "the quadrants of a square, opposite ones alike",
        n: 1000,
        noise: 0.0,
        shape: Shape::Regions(2, |[x, y]| u32::from((x < 0.0) != (y < 0.0))),
    },
    Synthetic {
        name: "spirals",
        summary: "two arms of one and a half turns",
        n: 1000,
        noise: 0.03,
        shape: Shape::Classes(2, |class, along| {
            on_circle(3.0 * PI * along + PI * class).map(|x| x * along)
        }),
    },
    Synthetic {
        name: "circles",
        summary: "two circles around one centre, radii 1 and 1/2",
        n: 1000,
        noise: 0.1,
        shape: Shape::Classes(2, |class, along| {
            on_circle(TAU * along).map(|x| x * (1.0 - 0.5 * class))
        }),
    },
    Synthetic {
        name: "moons",
        summary: "two half circles that reach into each other",
        n: 1000,
        noise: 0.1,
        // The places of scikit-learn's `make_moons`.
        shape: Shape::Classes(2, |class, along| {
            let [x, y] = on_circle(PI * along);
            if class == 0.0 {
                [x, y]
            } else {
                [1.0 - x, 0.5 - y]
            }
        }),
    },
];

fn on_circle(angle: f64) -> [f64; 2] {
    [angle.cos(), angle.sin()]
}

/// Every data set that is made, in the order they are listed.
pub fn synthetic() -> &'static [Synthetic] {
    &SETS
}

impl Synthetic {
    /// Tasks: what can be predicted.
    pub fn tasks(&self) -> &'static [Task] {
        match self.shape {
            Shape::Function(_) => &[Task::Regression],
            _ => &[Task::Classification],
        }
    }

    /// The names of the targets.
    pub fn targets(&self) -> &'static [&'static str] {
        match self.shape {
            Shape::Function(_) => &["y"],
            _ => &["class"],
        }
    }

    /// Whether it is a function of places on a line.
    pub(crate) fn is_function(&self) -> bool {
        matches!(self.shape, Shape::Function(_))
    }

    /// Makes `n` rows with noise of this standard deviation, a function at these places; all have been checked.
    pub(crate) fn make(&self, n: usize, noise: f64, places: Places, seed: u64) -> Dataset {
        let draw = Draw {
            places: stream(seed, &format!("data/{}", self.name), 0, 0),
            errors: stream(seed, &format!("noise/{}", self.name), 0, 0),
            noise,
        };
        let (part, noiseless, classes) = match self.shape {
            Shape::Function(f) => {
                let (part, noiseless) = draw.function(n, places, f);
                (part, Some(noiseless), 0)
            }
            Shape::Classes(classes, place) => (draw.classes(n, classes, place), None, classes),
            Shape::Regions(classes, class) => (draw.regions(n, classes, class), None, classes),
        };
        let columns = match self.shape {
            Shape::Function(_) => vec!["x".into()],
            _ => vec!["x".into(), "y".into()],
        };
        Dataset {
            name: self.name.into(),
            part,
            noiseless,
            // At most `MOST_ROWS`.
            official_train: 0..n as u32,
            official_test: None,
            official_validation: None,
            input: InputKind::Table { columns },
            class_names: (0..classes).map(|class| class.to_string()).collect(),
            target_names: vec![self.targets()[0].into()],
            provenance: format!(
                "{}: {}; {n} rows{} with noise of standard deviation {noise}, made with seed {seed}",
                self.name,
                self.summary,
                match places {
                    Places::Random => "",
                    Places::Even => " at equal distances",
                }
            ),
            notes: Vec::new(),
            description: None,
        }
    }
}

/// The chance in a set.
struct Draw {
    places: Stream,
    errors: Stream,
    noise: f64,
}

impl Draw {
    fn function(mut self, n: usize, places: Places, f: fn(f64) -> f64) -> (Part, Targets) {
        let gaps = n.saturating_sub(1).max(1) as f64;
        let xs: Vec<f64> = match places {
            Places::Random => (0..n).map(|_| self.coordinate()).collect(),
            Places::Even => (0..n).map(|i| 2.0 * i as f64 / gaps - 1.0).collect(),
        };
        let exact: Vec<f64> = xs.iter().map(|&x| f(x)).collect();
        let noisy: Vec<f64> = exact.iter().map(|y| y + self.error()).collect();
        let values = |ys| Targets::Values(Rows::reals64(&[1], ys));
        let part = Part {
            inputs: Rows::reals64(&[1], xs),
            targets: values(noisy),
        };
        (part, values(exact))
    }

    fn classes(mut self, n: usize, classes: u32, place: fn(f64, f64) -> [f64; 2]) -> Part {
        let labels: Vec<u32> = (0..classes).cycle().take(n).collect();
        let points = labels
            .iter()
            .map(|&label| place(f64::from(label), unit(&mut self.places)))
            .collect();
        self.part(points, labels, classes)
    }

    fn regions(mut self, n: usize, classes: u32, class: fn([f64; 2]) -> u32) -> Part {
        let points: Vec<[f64; 2]> = (0..n)
            .map(|_| [self.coordinate(), self.coordinate()])
            .collect();
        let labels = points.iter().map(|&point| class(point)).collect();
        self.part(points, labels, classes)
    }

    fn part(&mut self, points: Vec<[f64; 2]>, labels: Vec<u32>, classes: u32) -> Part {
        let cells = points.into_flattened();
        let noisy: Vec<f64> = cells.into_iter().map(|x| x + self.error()).collect();
        Part {
            inputs: Rows::reals64(&[2], noisy),
            targets: Targets::classes(labels, classes as usize),
        }
    }

    /// Uniform on [-1, 1).
    fn coordinate(&mut self) -> f64 {
        2.0 * unit(&mut self.places) - 1.0
    }

    fn error(&mut self) -> f64 {
        let z: f64 = StandardNormal.sample(&mut self.errors);
        self.noise * z
    }
}

#[cfg(test)]
mod tests;
