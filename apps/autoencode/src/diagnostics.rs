//! Diagnostics of a trained autoencoder for figures and report.

use autograd::Real;
use cli::app;
use codes::{
    AutoencoderModel, Classifier, EPOCHS, Embedding, denoising_metrics, knn_metrics, knn_predict,
    tsne,
};
use experiment::AppError;
use experiment::run::Prepared;
use plot::{Clusters, Figure};
use records::Number;
use records::{Codes, Map};
use settings::PixelNoise;

use crate::images;

/// k of k-NN.
const NEIGHBORS: usize = 5;
/// Noise levels that every autoencoder is evaluated at, besides its own.
const DEVIATIONS: [f64; 2] = [0.2, 0.6];

/// Settings of the diagnostics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Maximum number of test samples in the t-SNE plot.
    pub(crate) most_drawn: usize,
    /// Training noise. That of tests is clipped where it is.
    pub(crate) noise: PixelNoise,
    /// Random seed.
    pub(crate) seed: u64,
    /// Number of threads.
    pub(crate) threads: usize,
}

/// Results of the diagnostics.
pub(crate) struct Diagnostics {
    pub(crate) codes: Codes,
    pub(crate) reconstructions: Figure,
    pub(crate) denoised: Figure,
    pub(crate) between: Option<Figure>,
    pub(crate) plane: Option<Figure>,
}

/// Evaluates the latent codes of an autoencoder.
///
/// # Errors
/// If the machine has no thread or memory left, or Ctrl-C was pressed.
pub(crate) fn diagnose<T: Real>(
    autoencoder: &AutoencoderModel<'_, T>,
    data: &Prepared,
    settings: Settings,
) -> Result<Diagnostics, AppError> {
    let names = &data.data.set.class_names;
    let images = data.examples().inputs;
    let (train, test) = (&data.data.train, &data.data.test);
    let (labels, truth) = (data.classes(train), data.classes(test));
    let (train_codes, test_codes) = (
        autoencoder.encode(images, train),
        autoencoder.encode(images, test),
    );
    let finite = train_codes.are_finite() && test_codes.are_finite();
    if !finite {
        app::warn("some latent codes are not finite: k-NN and t-SNE are skipped");
    }
    let knn = match finite && train.len() >= NEIGHBORS {
        true => {
            let by = (&train_codes, labels.as_slice());
            let predicted = knn_predict(by, &test_codes, names.len(), NEIGHBORS, settings.threads);
            knn_metrics(&truth, &predicted, names, NEIGHBORS)
        }
        false => None,
    };
    let drawn = test_codes.first(settings.most_drawn);
    let plane = match finite {
        true => tsne(&drawn, settings.seed, settings.threads)?,
        false => None,
    };
    let mut deviations = vec![settings.noise.deviation];
    deviations.extend(DEVIATIONS);
    deviations.retain(|deviation| *deviation > 0.0);
    deviations.sort_by(f64::total_cmp);
    deviations.dedup();
    let classifier = Classifier::train(&data.data, settings.seed)?;
    let tried = [0.0].into_iter().chain(deviations.iter().copied());
    let denoising = tried.map(|deviation| {
        let rows = (test.as_slice(), truth.as_slice());
        let noise = PixelNoise {
            deviation,
            ..settings.noise
        };
        denoising_metrics(autoencoder, &classifier, images, rows, noise, settings.seed)
    });
    let codes = Codes {
        latent: autoencoder.latent() as u64,
        depth: autoencoder.depth() as u64,
        knn,
        tsne: plane.as_ref().map(|plane| Map {
            rows: plane.coordinates.len() as u64,
            perplexity: Number(plane.perplexity as f64),
            epochs: EPOCHS as u64,
        }),
        denoising: denoising.collect(),
    };
    let levels: Vec<PixelNoise> = deviations
        .into_iter()
        .map(|deviation| PixelNoise {
            deviation,
            ..settings.noise
        })
        .collect();
    let (rows, columns) = images::shown(data, names);
    let shown = (rows.as_slice(), columns.as_slice());
    Ok(Diagnostics {
        codes,
        reconstructions: images::reconstructions(autoencoder, data, shown),
        denoised: images::denoised(autoencoder, data, shown, &levels, settings.seed),
        between: images::grid(autoencoder, data, (&train_codes, &labels), names),
        plane: plane.map(|plane| clusters(&plane, &truth, names)),
    })
}

fn clusters(plane: &Embedding, classes: &[u32], names: &[String]) -> Figure {
    let places = plane.coordinates.iter().zip(classes);
    let points: Vec<(f64, f64, u32)> = places.map(|((x, y), class)| (*x, *y, *class)).collect();
    let clusters = Clusters {
        title: "t-SNE of latent codes, test images",
        names,
        points: &points,
    };
    clusters.draw()
}
