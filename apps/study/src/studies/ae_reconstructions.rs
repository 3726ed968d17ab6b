use codes::{Classifier, denoising_metrics, linear};
use datasets::Rows;

use crate::parts::autoencoder::{Recipe, images};
use crate::parts::curves::values;
use crate::parts::roughness::roughness;
use crate::prelude::*;
use settings::PixelNoise;

crate::register!(study);

const LATENT: usize = 32;
const CASE: &str = "32×5";
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
    let outcome = asked.evaluated();
    let trained = values(&outcome, "train_loss").last().copied();
    let ratio = outcome.get("test_loss").unwrap_or(f64::NAN) / trained.unwrap_or(f64::NAN);
    Ok(outcome
        .number("test_over_train", ratio)
        .number("accuracy_original", told.accuracy_noisy.0)
        .number("accuracy_rebuilt", told.accuracy_denoised.0)
        .number("roughness_ratio", after / before)
        .number("roughness_original", before / test.len() as f64)
        .number("roughness_rebuilt", after / test.len() as f64)
        .grid("rebuilt", asked.sheet(&[&shown, &rebuilt])))
}

/// The width of an image.
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

fn claims() -> Vec<Claim> {
    let of = |number: &str| median(CASE, number);
    vec![
        Claim::at(
            "E",
            "Fig. 11",
            "reconstructions keep their digit: a classifier of original digits loses at most two points of accuracy on them",
            "successfully preserves the key visual characteristics of each digit",
        ).main()
        .holds_if(of("accuracy_original").minus(of("accuracy_rebuilt")).at_most(Bar::ours(
            0.02,
            "one digit in fifty that becomes another is not seen among thirty pairs",
        ))),
        Claim::at(
            "E",
            "Fig. 11",
            "reconstructions are smoother than their inputs, in the mean squared step from pixel to pixel",
            "The reconstructions appear slightly smoother than originals",
        )
        .holds_if(of("roughness_ratio").below(Bar::ours(1.0, "smoother is any less rough"))),
        Claim::at(
            "E",
            "Fig. 13",
            "the autoencoder has not memorized the training images: it reconstructs test images nearly as well",
            "has learned a meaningful compressed representation rather than simply memorizing training examples",
        )
        .holds_if(of("test_over_train").at_most(Bar::ours(
            1.2,
            "a memory of the training images would leave those of the test far worse, not by a fifth",
        ))),
        Claim::at(
            "E",
            "Fig. 11",
            "reconstructions are only slightly smoother: they are at least three quarters as rough as their inputs",
            "slightly smoother than originals",
        )
        .holds_if(of("roughness_ratio").at_least(Bar::ours(0.75, "a quarter less is a difference that one notices")))
        .because("32 numbers hold the shape of a digit, not the steps of its edges from pixel to pixel"),
    ]
}

fn study() -> Study {
    let study = Study::new(
        "ae-reconstructions",
        "E",
        "Reconstructions from 32 latent dimensions keep their digit, and are smoother",
    )
    .data("mnist")
    .minutes(7.5)
    .trials(15)
    .case(recipe().case(CASE, trial))
    .case(Case::own("PCA 32", components).deterministic())
    .draw(FigureSpec::images("Test images over reconstructions", CASE, "rebuilt").at("E", "Fig. 11"))
    .draw(
        FigureSpec::table(
            "On test images",
            [
                "test_mse",
                "accuracy_original",
                "accuracy_rebuilt",
                "roughness_original",
                "roughness_rebuilt",
                "roughness_ratio",
                "test_over_train",
            ],
        )
        .of([CASE]),
    )
    .draw(FigureSpec::table("Squared difference of test pixels", ["test_mse"]))
    .question(
        Question::new(
            "E",
            "Is the autoencoder better than the best linear code of the same size, 32 principal components? Squared difference of pixels:",
            [CASE, "PCA 32"].map(|case| median(case, "test_mse")),
        )
        .at("Fig. 11"),
    )
    .note("The report does not say how it trained: ours has 10 epochs of all 60 000 images, MSE, ReLU, Adam at 0.001, batches of 128, widths 784, 414, 218, 115, 61, 32.")
    .note("test_over_train is the loss of the test images over that of the last epoch of training, as it was trained on.")
    .note("The classifier has one hidden layer of 64 units and was trained on original images alone.");
    claims().into_iter().fold(study, Study::claim)
}
