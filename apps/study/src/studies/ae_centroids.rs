use codes::{AutoencoderModel, Classifier, Points, centroids, interpolation_grid};

use crate::parts::autoencoder::Recipe;
use crate::prelude::*;

crate::register!(study);

const LATENTS: [usize; 2] = [4, 32];
/// Steps from one centroid to another.
const STEPS: usize = 10;

fn recipe(latent: usize) -> Recipe {
    Recipe::new(latent, 5)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let latent = context
        .factor("latent")
        .parse()
        .map_err(AppError::failure)?;
    let asked = recipe(latent).train(context)?;
    let (autoencoder, train) = (asked.autoencoder(), &asked.data.train);
    let (codes, labels) = (asked.codes(train)?, asked.labels(train));
    let middles = centroids(&codes, &labels, asked.data.set.class_names.len());
    let (digits, ends): (Vec<u32>, Vec<&[f32]>) = (0..)
        .zip(&middles)
        .filter_map(|(digit, middle)| Some((digit, middle.as_deref()?)))
        .unzip();
    if ends.len() < 2 {
        return Err(AppError::Failure(
            "there are fewer than two digits".to_owned(),
        ));
    }
    let grid = autoencoder.decode(&interpolation_grid(&ends));
    let classifier = Classifier::train(&asked.data, context.part("classifier").seed)?;
    let alone = Points::new(latent, ends.concat());
    let told = classifier.right(&autoencoder.decode(&alone), &digits);
    Ok(asked
        .evaluated()
        .number("prototypes_told", told as f64 / digits.len() as f64)
        .number("largest_step", largest_step(&autoencoder, &ends))
        .grid("between", asked.sheet(&[&grid])))
}

/// Ratio of the largest to the mean interpolation step between centroids, measured on images: 1 where all are
/// alike. The mean over all pairs.
fn largest_step(autoencoder: &AutoencoderModel<'_, f32>, ends: &[&[f32]]) -> f64 {
    let mut ratios = Vec::new();
    for (i, a) in ends.iter().enumerate() {
        for b in &ends[i + 1..] {
            let along = (0..=STEPS).flat_map(|step| {
                let share = step as f32 / STEPS as f32;
                let point = a.iter().zip(*b);
                point.map(move |(a, b)| (1.0 - share) * a + share * b)
            });
            let path = autoencoder
                .decode(&Points::new(a.len(), along.collect()))
                .to_vec();
            let width = path.len() / (STEPS + 1);
            let pictures: Vec<&[f32]> = path.chunks_exact(width).collect();
            let steps: Vec<f64> = pictures
                .windows(2)
                .map(|pair| distance(pair[0], pair[1]))
                .collect();
            let mean = steps.iter().sum::<f64>() / steps.len() as f64;
            ratios.push(steps.iter().copied().fold(0.0, f64::max) / mean);
        }
    }
    ratios.iter().sum::<f64>() / ratios.len() as f64
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>().sqrt()
}

fn study() -> Study {
    let name = |latent: usize| format!("{latent}×5");
    let study = Study::new(
        "ae-centroids",
        "E",
        "Between the mean codes of two digits one turns into the other step by step",
    )
    .data("mnist")
    .minutes(4.5)
    .cases(LATENTS.map(|latent| recipe(latent).case(name(latent), trial).factor("latent", latent)))
    .draw(FigureSpec::images("Midpoints of class means (latent dimension 4); diagonal: class means", "4×5", "between"))
    .draw(FigureSpec::images("Midpoints of class means (latent dimension 32); diagonal: class means", "32×5", "between"))
    .draw(FigureSpec::table("Mean codes", ["prototypes_told", "largest_step", "test_mse"]))
    .note("The report does not say which autoencoder this is: latent dimensions of 4, as in the k-NN study, and of 32, as in the reconstructions, are both run.")
    .note("Trained for 10 epochs of all 60 000 images, MSE, ReLU, Adam at 0.001, batches of 128; centroids are those of training codes.")
    .note("largest_step: of 10 equal steps along a line between two mean codes, the largest change of the image over the mean change, on average over all pairs.");
    let claims = LATENTS.into_iter().flat_map(|latent| {
        let case = name(latent);
        [
            Claim::new(
                "E",
                format!("latent dimension {latent}: nine of ten decoded class means or more are classified as their digit"),
                "diagonal: idealised versions of each digit",
                at_least(&case, "prototypes_told", 0.9),
            ),
            Claim::new(
                "E",
                format!("latent dimension {latent}: no step of the interpolation is more than twice the mean step, on average over pairs"),
                "smooth transitions",
                at_most(&case, "largest_step", 2.0),
            ),
        ]
    });
    claims.fold(study, Study::claim)
}
