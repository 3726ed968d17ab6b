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
    /// What it is called on the command line.
    pub name: &'static str,
    /// A few words for a list.
    pub summary: &'static str,
    /// How many rows it has unless somebody says otherwise.
    pub n: usize,
    /// The standard deviation of its noise unless somebody says otherwise.
    pub noise: f64,
    shape: Shape,
}

/// Where the x of a synthetic function lie in [-1, 1].
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
    /// What can be predicted.
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
mod tests {
    use super::*;
    use crate::request::Request;
    use crate::{Resolver, load};

    fn made(name: &str, n: usize, noise: f64, seed: u64) -> Dataset {
        let request = Request {
            n: Some(n),
            noise: Some(noise),
            seed,
            ..Request::from(name.parse::<crate::Spec>().unwrap())
        };
        load(&request, &Resolver::default()).unwrap()
    }

    fn values(targets: &Targets) -> Vec<f64> {
        let Targets::Values(rows) = targets else {
            panic!("these are values")
        };
        (0..rows.len()).map(|i| rows.row(i)[0]).collect()
    }

    fn labels(data: &Dataset) -> &[u32] {
        match &data.part.targets {
            Targets::Classes { labels, .. } => labels,
            _ => panic!("these are classes"),
        }
    }

    fn points(data: &Dataset) -> Vec<Vec<f64>> {
        (0..data.len()).map(|i| data.part.inputs.row(i)).collect()
    }

    #[test]
    fn runges_function_stands_beside_its_noisy_values() {
        let data = made("runge", 4000, 0.1, 3);
        let exact = values(data.noiseless.as_ref().unwrap());
        let noisy = values(&data.part.targets);
        let mut squares = 0.0;
        let mut sum_x = 0.0;
        for (i, x) in points(&data).into_iter().enumerate() {
            assert!((-1.0..1.0).contains(&x[0]));
            assert_eq!(exact[i], 1.0 / (1.0 + 25.0 * x[0] * x[0]));
            squares += (noisy[i] - exact[i]).powi(2);
            sum_x += x[0];
        }
        // Five standard errors of the variance, and of the mean of x.
        let variance = squares / 4000.0;
        assert!((variance - 0.01).abs() < 5.0 * 0.01 * (2.0f64 / 4000.0).sqrt());
        assert!((sum_x / 4000.0).abs() < 5.0 * (1.0 / 3.0 / 4000.0f64).sqrt());
    }

    #[test]
    fn noise_moves_no_point_and_more_rows_keep_the_first() {
        let (a, b) = (made("runge", 50, 0.1, 1), made("runge", 80, 0.5, 1));
        assert_eq!(points(&a), points(&b)[..50]);
        let exact = values(a.noiseless.as_ref().unwrap());
        let errors = |data: &Dataset| -> Vec<f64> {
            let noisy = values(&data.part.targets);
            exact
                .iter()
                .zip(noisy)
                .map(|(y, noisy)| noisy - y)
                .collect()
        };
        for (small, large) in errors(&a).into_iter().zip(errors(&b)) {
            assert!((5.0 * small - large).abs() < 1e-12);
        }
        let still = made("line", 50, 0.0, 1);
        assert_eq!(
            values(&still.part.targets),
            values(still.noiseless.as_ref().unwrap())
        );
        assert_ne!(points(&a), points(&made("runge", 50, 0.1, 2)));
    }

    #[test]
    fn even_places_are_at_equal_distances_and_move_no_noise() {
        let made = |places, n| {
            let spec = "runge".parse::<crate::Spec>().unwrap();
            let request = Request {
                n: Some(n),
                places: Some(places),
                seed: 1,
                ..Request::from(spec)
            };
            load(&request, &Resolver::default()).unwrap()
        };
        let (even, random) = (made(Places::Even, 5), made(Places::Random, 5));
        assert_eq!(points(&even), [[-1.0], [-0.5], [0.0], [0.5], [1.0]]);
        assert!(even.provenance.contains("5 rows at equal distances"));
        let errors = |data: &Dataset| -> Vec<f64> {
            let exact = values(data.noiseless.as_ref().unwrap());
            let noisy = values(&data.part.targets);
            noisy
                .iter()
                .zip(exact)
                .map(|(y, exact)| y - exact)
                .collect()
        };
        for (a, b) in errors(&even).into_iter().zip(errors(&random)) {
            assert!((a - b).abs() < 1e-15);
        }
        assert_eq!(points(&made(Places::Even, 1)), [[-1.0]]);
    }

    #[test]
    fn without_noise_the_shapes_are_what_they_say() {
        for (i, p) in points(&made("circles", 90, 0.0, 0)).iter().enumerate() {
            let radius = p[0].hypot(p[1]);
            assert!((radius - [1.0, 0.5][i % 2]).abs() < 1e-12);
        }
        let xor = made("xor", 400, 0.0, 0);
        for (p, &label) in points(&xor).iter().zip(labels(&xor)) {
            assert_eq!(label == 1, p[0] * p[1] < 0.0);
        }
        for (i, p) in points(&made("spirals", 90, 0.0, 0)).iter().enumerate() {
            let along = p[0].hypot(p[1]);
            let angle = 3.0 * PI * along + PI * (i % 2) as f64;
            assert!((along * angle.cos() - p[0]).abs() < 1e-12);
        }
        for (i, p) in points(&made("moons", 90, 0.0, 0)).iter().enumerate() {
            let (x, y) = if i % 2 == 0 {
                (p[0], p[1])
            } else {
                (1.0 - p[0], 0.5 - p[1])
            };
            assert!((x.hypot(y) - 1.0).abs() < 1e-12 && y >= -1e-12);
        }
        let corners = points(&made("blobs", 3, 0.0, 0));
        assert!((corners[0][1] - 1.0).abs() < 1e-12 && corners[1][0] < -0.8 && corners[2][0] > 0.8);
    }

    #[test]
    fn classes_are_as_many_as_can_be() {
        for set in synthetic() {
            let data = made(set.name, 100, set.noise, 0);
            assert_eq!((data.len(), data.task()), (100, set.tasks()[0]));
            assert_eq!(data.class_names.is_empty(), data.noiseless.is_some());
            if data.class_names.is_empty() || set.name == "xor" {
                continue;
            }
            for class in 0..data.class_names.len() as u32 {
                let count = labels(&data).iter().filter(|&&l| l == class).count();
                assert!(count.abs_diff(100 / data.class_names.len()) <= 1);
            }
        }
    }

    /// What is drawn is part of what a seed means: it must never change.
    #[test]
    fn draws_stay_what_they_are() {
        let data = made("runge", 2, 0.1, 0);
        assert_eq!(
            points(&data),
            [[0.6374267750195255], [-0.33485739068259823]]
        );
        assert_eq!(
            values(&data.part.targets),
            [-0.033589036374614994, 0.2419183715992052]
        );
    }
}
