//! What a trained autoencoder is asked, for the figures and the report.

use autograd::Real;
use cli::app;
use codes::{
    AutoencoderModel, Classifier, EPOCHS, Plane, classified, evaluated, on_a_plane, under_noise,
};
use experiment::AppError;
use experiment::run::Prepared;
use plot::{Clusters, Figure};
use records::Number;
use records::{Codes, Map};

use crate::pictures;

/// Neighbors that vote.
const NEIGHBORS: usize = 5;
/// Deviations of noise that every autoencoder is tried on, besides its own.
const DEVIATIONS: [f64; 2] = [0.2, 0.6];

/// How to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Test rows on the plane.
    pub(crate) most_drawn: usize,
    /// The deviation of the noise in training; 0 for none.
    pub(crate) noise: f64,
    /// Moves what is random.
    pub(crate) seed: u64,
    /// How many threads.
    pub(crate) threads: usize,
}

/// What was seen.
pub(crate) struct Seen {
    pub(crate) codes: Codes,
    pub(crate) rebuilt: Figure,
    pub(crate) denoised: Figure,
    pub(crate) between: Option<Figure>,
    pub(crate) plane: Option<Figure>,
}

/// Looks at the codes of an autoencoder.
///
/// # Errors
/// If the machine has no thread or memory left, or Ctrl-C was pressed.
pub(crate) fn at<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    data: &Prepared,
    look: Look,
) -> Result<Seen, AppError> {
    let names = &data.data.set.class_names;
    let pictures = data.examples().inputs;
    let (train, test) = (&data.data.train, &data.data.test);
    let (labels, truth) = (data.classes(train), data.classes(test));
    let (train_codes, test_codes) = (
        autoencoder.encode(pictures, train),
        autoencoder.encode(pictures, test),
    );
    let finite = train_codes.are_finite() && test_codes.are_finite();
    if !finite {
        app::warn("there are codes that are no finite numbers; neighbors and t-SNE are left out");
    }
    let knn = match finite && train.len() >= NEIGHBORS {
        true => {
            let by = (&train_codes, labels.as_slice());
            let said = classified(by, &test_codes, names.len(), NEIGHBORS, look.threads);
            evaluated(&truth, &said, names, NEIGHBORS)
        }
        false => None,
    };
    let drawn = test_codes.first(look.most_drawn);
    let plane = match finite {
        true => on_a_plane(&drawn, look.seed, look.threads)?,
        false => None,
    };
    let mut deviations = vec![look.noise];
    deviations.extend(DEVIATIONS);
    deviations.retain(|deviation| *deviation > 0.0);
    deviations.sort_by(f64::total_cmp);
    deviations.dedup();
    let classifier = Classifier::train(&data.data, look.seed)?;
    let tried = [0.0].into_iter().chain(deviations.iter().copied());
    let denoising = tried.map(|deviation| {
        let rows = (test.as_slice(), truth.as_slice());
        under_noise(
            autoencoder,
            &classifier,
            pictures,
            rows,
            deviation,
            look.seed,
        )
    });
    let codes = Codes {
        latent: autoencoder.latent() as u64,
        depth: autoencoder.depth() as u64,
        knn,
        tsne: plane.as_ref().map(|plane| Map {
            rows: plane.places.len() as u64,
            perplexity: Number(plane.perplexity as f64),
            epochs: EPOCHS as u64,
        }),
        denoising: denoising.collect(),
    };
    let (rows, columns) = pictures::shown(data, names);
    let shown = (rows.as_slice(), columns.as_slice());
    Ok(Seen {
        codes,
        rebuilt: pictures::rebuilt(autoencoder, data, shown),
        denoised: pictures::denoised(autoencoder, data, shown, &deviations, look.seed),
        between: pictures::grid(autoencoder, data, (&train_codes, &labels), names),
        plane: plane.map(|plane| clusters(&plane, &truth, names)),
    })
}

fn clusters(plane: &Plane, classes: &[u32], names: &[String]) -> Figure {
    let places = plane.places.iter().zip(classes);
    let points: Vec<(f64, f64, u32)> = places.map(|((x, y), class)| (*x, *y, *class)).collect();
    let clusters = Clusters {
        title: "Codes of test pictures by t-SNE",
        names,
        points: &points,
    };
    clusters.draw()
}
