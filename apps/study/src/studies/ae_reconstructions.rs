use codes::{Classifier, denoising_metrics, linear};
use datasets::Rows;

use crate::parts::autoencoder::{Recipe, images};
use crate::parts::roughness::roughness;
use crate::prelude::*;
use settings::PixelNoise;

crate::register!(study);

const LATENT: usize = 32;
/// Rows that go through at a time.
const ROWS: usize = 128;

fn recipe() -> Recipe {
    Recipe::new(LATENT, 5)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let asked = recipe().train(context)?;
    let (autoencoder, images) = (asked.autoencoder(), asked.images());
    let test = asked.data.test.as_slice();
    let labels = asked.labels(test);
    let classifier = Classifier::train(&asked.data, context.part("classifier").seed)?;
    let told = denoising_metrics(
        &autoencoder,
        &classifier,
        images,
        (test, &labels),
        PixelNoise::default(),
        0,
    );
    let (mut before, mut after) = (0.0, 0.0);
    for rows in test.chunks(ROWS) {
        let clean = images.gather::<f32>(rows);
        before += roughness(&clean, side(images));
        after += roughness(&autoencoder.reconstruct(&clean), side(images));
    }
    let shown = images.gather::<f32>(&asked.shown(3));
    let rebuilt = autoencoder.reconstruct(&shown);
    Ok(asked
        .evaluated()
        .number("accuracy_original", told.accuracy_noisy.0)
        .number("accuracy_rebuilt", told.accuracy_denoised.0)
        .number("roughness_original", before / test.len() as f64)
        .number("roughness_rebuilt", after / test.len() as f64)
        .grid("rebuilt", asked.sheet(&[&shown, &rebuilt])))
}

/// The width of a image.
fn side(images: &Rows) -> usize {
    images.row_shape().last().copied().unwrap_or(1)
}

/// As many principal components.
fn components(context: &Context<'_>) -> Result<Outcome, AppError> {
    let data = images(context)?;
    let found = linear(&data.set.part.inputs, &data.train, &data.test, LATENT);
    let mse = found.get("pca").and_then(|figures| figures.mse);
    let mse =
        mse.ok_or_else(|| AppError::Failure("the images are too large for PCA".to_owned()))?;
    Ok(Outcome::new().number("test_mse", mse.0))
}

fn study() -> Study {
    let of = |number: &str| median("32×5", number);
    Study::new(
        "ae-reconstructions",
        "E",
        "Reconstructions from 32 latent dimensions keep their digit, and are smoother",
    )
    .data("mnist")
    .minutes(2.5)
    .case(recipe().case("32×5", trial))
    .case(Case::own("PCA 32", components).deterministic())
    .draw(FigureSpec::images("Test images over reconstructions", "32×5", "rebuilt"))
    .draw(
        FigureSpec::table(
            "On test images",
            [
                "test_mse",
                "accuracy_original",
                "accuracy_rebuilt",
                "roughness_original",
                "roughness_rebuilt",
            ],
        )
        .of(["32×5"]),
    )
    .draw(FigureSpec::table("Squared difference of test pixels", ["test_mse"]))
    .claim(Claim::new(
        "E",
        "a classifier of original digits loses at most two percentage points of accuracy on reconstructions",
        "clear; preserves the key visual characteristics of each digit",
        of("accuracy_original").minus(of("accuracy_rebuilt")).at_most(0.02),
    ))
    .claim(Claim::new(
        "E",
        "reconstructions are smoother than their inputs (mean squared step from pixel to pixel)",
        "slightly smoother than the originals",
        of("roughness_rebuilt").over(of("roughness_original")).below(1.0),
    ))
    .question(Question::new(
        "E",
        "Is it better than the best linear code of the same size, 32 principal components? Squared difference of pixels:",
        ["32×5", "PCA 32"].map(|case| median(case, "test_mse")),
    ))
    .note("The report does not say how it trained: ours has 10 epochs of all 60 000 images, MSE, ReLU, Adam at 0.001, batches of 128, widths 784, 414, 218, 115, 61, 32.")
    .note("The classifier has one hidden layer of 64 units and was trained on original images alone.")
}
