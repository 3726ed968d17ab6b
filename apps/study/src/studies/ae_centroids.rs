use autograd::Tensor;
use autograd::prelude::*;
use codes::{AutoencoderModel, Classifier, Points, centroids, interpolation_grid, nearest};

use crate::parts::autoencoder::{Asked, Recipe};
use crate::parts::own::factor;
use crate::prelude::*;

crate::register!(study);

const LATENTS: [usize; 2] = [4, 32];
/// Steps from one centroid to another.
const STEPS: usize = 10;
/// Training images among which the nearest to a midpoint is looked for.
const KNOWN: usize = 20_000;
/// Pairs that the report calls natural.
const NATURAL: [(usize, usize); 2] = [(4, 9), (3, 8)];

fn recipe(latent: usize) -> Recipe {
    Recipe::new(latent, 5)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let latent = factor(context, "latent")?;
    let asked = recipe(latent).train(context)?;
    let (autoencoder, train) = (asked.autoencoder(), &asked.data.train);
    let (codes, labels) = (asked.codes(train)?, asked.labels(train));
    let middles = centroids(&codes, &labels, asked.data.set.class_names.len());
    let Some(ends) = middles
        .iter()
        .map(Option::as_deref)
        .collect::<Option<Vec<&[f32]>>>()
    else {
        return Err(AppError::Failure(
            "a digit has no training image".to_owned(),
        ));
    };
    let digits: Vec<u32> = (0..ends.len() as u32).collect();
    let grid = autoencoder.decode(&interpolation_grid(&ends));
    let classifier = Classifier::train(&asked.data, context.part("classifier").seed)?;
    let alone = Points::new(latent, ends.concat());
    let told = classifier.right(&autoencoder.decode(&alone), &digits);
    let paths = Paths::between(&asked, &autoencoder, &ends);
    let outcome = asked
        .evaluated()
        .number("prototypes_told", told as f64 / digits.len() as f64)
        .number("largest_step", paths.mean_largest_step())
        .grid("between", asked.sheet(&[&grid]));
    let outcome = NATURAL.into_iter().fold(outcome, |outcome, pair| {
        let name = format!("{}-{}", pair.0, pair.1);
        outcome
            .number(format!("strangeness_rank/{name}"), paths.rank(pair))
            .number(format!("strangeness/{name}"), paths.relative(pair))
            .grid(format!("path/{name}"), asked.sheet(&[paths.images(pair)]))
    });
    let (first, second) = paths.strangest();
    Ok(outcome
        .number("strangeness/strangest", paths.relative((first, second)))
        .word("strangest", format!("{first} and {second}"))
        .grid(
            "path/strangest",
            asked.sheet(&[paths.images((first, second))]),
        ))
}

/// The decoded way between two centroids.
struct Path {
    pair: (usize, usize),
    /// `STEPS` + 1 images.
    images: Tensor<f32>,
    /// The largest change of the image in a step over the mean change: 1 where all are alike.
    largest_step: f64,
    /// The squared distance of its midpoint to the nearest training image.
    distance: f64,
}

/// All ways between two centroids.
struct Paths(Vec<Path>);

impl Paths {
    fn between(asked: &Asked, autoencoder: &AutoencoderModel<'_, f32>, ends: &[&[f32]]) -> Self {
        let mut paths = Vec::new();
        for (i, a) in ends.iter().enumerate() {
            for (j, b) in ends.iter().enumerate().skip(i + 1) {
                let along = (0..=STEPS).flat_map(|step| {
                    let share = step as f32 / STEPS as f32;
                    let point = a.iter().zip(*b);
                    point.map(move |(a, b)| (1.0 - share) * a + share * b)
                });
                let images = autoencoder.decode(&Points::new(a.len(), along.collect()));
                paths.push(Path {
                    pair: (i, j),
                    largest_step: largest_step(&images),
                    distance: f64::NAN,
                    images,
                });
            }
        }
        let width = asked.images().row_len();
        let middles = paths.iter().flat_map(|path| {
            let middle = path.images.narrow(0, STEPS / 2, 1);
            middle.to_vec()
        });
        let middles = Points::new(width, middles.collect());
        let known = &asked.data.train[..asked.data.train.len().min(KNOWN)];
        let known = Points::new(width, asked.images().gather::<f32>(known).to_vec());
        let found = nearest(&middles, &known, 1, false, 1);
        for (path, near) in paths.iter_mut().zip(&found) {
            path.distance = f64::from(near[0].squared);
        }
        Self(paths)
    }

    fn of(&self, pair: (usize, usize)) -> &Path {
        let mut paths = self.0.iter();
        let found = paths.find(|path| path.pair == pair);
        found.expect("there is a path between all digits")
    }

    fn images(&self, pair: (usize, usize)) -> &Tensor<f32> {
        &self.of(pair).images
    }

    fn mean_largest_step(&self) -> f64 {
        let sum: f64 = self.0.iter().map(|path| path.largest_step).sum();
        sum / self.0.len() as f64
    }

    /// The place of a pair among all, from 1: that whose midpoint is nearest to a training image.
    fn rank(&self, pair: (usize, usize)) -> f64 {
        let own = self.of(pair).distance;
        let ahead = self.0.iter().filter(|path| path.distance < own).count();
        (ahead + 1) as f64
    }

    /// The distance of a pair's midpoint over the median of all pairs.
    fn relative(&self, pair: (usize, usize)) -> f64 {
        let mut all: Vec<f64> = self.0.iter().map(|path| path.distance).collect();
        all.sort_by(f64::total_cmp);
        self.of(pair).distance / all[all.len() / 2]
    }

    fn strangest(&self) -> (usize, usize) {
        let far = |a: &&Path, b: &&Path| a.distance.total_cmp(&b.distance);
        let found = self.0.iter().max_by(far);
        found.expect("there are ten digits").pair
    }
}

fn largest_step(images: &Tensor<f32>) -> f64 {
    let values = images.to_vec();
    let pictures: Vec<&[f32]> = values.chunks_exact(values.len() / (STEPS + 1)).collect();
    let steps: Vec<f64> = pictures
        .windows(2)
        .map(|pair| distance(pair[0], pair[1]))
        .collect();
    let mean = steps.iter().sum::<f64>() / steps.len() as f64;
    steps.iter().copied().fold(0.0, f64::max) / mean
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>().sqrt()
}

fn claims() -> impl Iterator<Item = Claim> {
    let case = |latent: usize| format!("{latent}×5");
    let both = |claim: Claim, holds: &dyn Fn(&str) -> Predicate| {
        LATENTS.into_iter().fold(claim, |claim, latent| {
            claim.reading(format!("latent dimension {latent}"), holds(&case(latent)))
        })
    };
    let of = |sentence: &str, words: &str| Claim::at("E", "Fig. 13", sentence, words);
    let natural = |case: &str| {
        all(NATURAL.map(|(a, b)| {
            at_most(
                case,
                &format!("strangeness/{a}-{b}"),
                Bar::ours(
                    1.0,
                    "natural is nearer to a real digit than half of the pairs",
                ),
            )
        }))
    };
    [
        both(
            of(
                "decoded centroids are classified as their digit, nine of ten or more",
                "prototypical digits reconstructed from class centroids, showing idealized versions of each digit",
            ),
            &|case| {
                at_least(
                    case,
                    "prototypes_told",
                    Bar::ours(0.9, "with a tenth unlike their digit they are no prototypes"),
                )
            },
        ),
        both(
            of(
                "transitions are smooth: no step of the interpolation is more than twice the mean step, on average over pairs",
                "The smooth transitions between digits reveal the continuous nature of the learned latent space",
            ),
            &|case| {
                at_most(
                    case,
                    "largest_step",
                    Bar::ours(2.0, "a step twice the mean is a jump that is seen"),
                )
            },
        ),
        both(
            of(
                "the midpoints of 4 and 9 and of 3 and 8 look natural: nearer to a training image than that of the median pair",
                "Some transitions appear natural (e.g., 4→9 or 3→8)",
            ),
            &natural,
        ),
        both(
            of(
                "other midpoints are hybrids: that of some pair is one and a half times as far from all training images as that of the median pair",
                "while others create unusual hybrid digits",
            ),
            &|case| {
                at_least(
                    case,
                    "strangeness/strangest",
                    Bar::ours(1.5, "half as far again as usual is unusual"),
                )
            },
        ),
    ]
    .into_iter()
}

fn study() -> Study {
    let name = |latent: usize| format!("{latent}×5");
    let mut study = Study::new(
        "ae-centroids",
        "E",
        "Between the mean codes of two digits one turns into the other step by step, some through digits and some through hybrids",
    )
    .data("mnist")
    .minutes(14.0)
    .trials(15)
    .cases(LATENTS.map(|latent| recipe(latent).case(name(latent), trial).factor("latent", latent)));
    for latent in LATENTS {
        let case = name(latent);
        let title = |what: &str| format!("{what} (latent dimension {latent})");
        study = study.draw(
            FigureSpec::images(
                &title("Midpoints of centroids, centroids on the diagonal"),
                &case,
                "between",
            )
            .at("E", "Fig. 13"),
        );
        for (what, grid) in [
            ("From 4 to 9", "path/4-9"),
            ("From 3 to 8", "path/3-8"),
            (
                "Between the pair with the strangest midpoint",
                "path/strangest",
            ),
        ] {
            let path = FigureSpec::images(&title(what), &case, grid).columns(STEPS + 1);
            study = study.draw(path.at("E", "Fig. 13"));
        }
    }
    let study = study
        .draw(FigureSpec::table(
            "Centroids and what lies between",
            [
                "prototypes_told",
                "largest_step",
                "strangeness/4-9",
                "strangeness_rank/4-9",
                "strangeness/3-8",
                "strangeness_rank/3-8",
                "strangeness/strangest",
                "test_mse",
            ],
        ))
        .note("The report does not say which autoencoder this is: latent dimensions of 4, as in the k-NN study, and of 32, as in the reconstructions, are both run.")
        .note("Trained for 10 epochs of all 60 000 images, MSE, ReLU, Adam at 0.001, batches of 128; centroids are those of training codes.")
        .note("largest_step: of 10 equal steps along a line between two centroids, the largest change of the image over the mean change, on average over all pairs.")
        .note("strangeness: the squared distance of a pair's decoded midpoint to the nearest of 20 000 training images, over that of the median of all 45 pairs; the rank is its place among them, 1 for the least strange.");
    claims().fold(study, Study::claim)
}
