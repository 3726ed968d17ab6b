use codes::{Classifier, denoising_metrics, with_noise};

use crate::parts::autoencoder::Recipe;
use crate::prelude::*;
use settings::PixelNoise;

crate::register!(study);

/// The deviation that is trained on.
const TRAINED: f64 = 0.2;
/// Those that are tested on.
const TESTED: [f64; 3] = [0.0, 0.2, 0.6];
const CASE: &str = "trained on 0.2";
const WITHOUT: &str = "trained on none";

fn recipe(deviation: f64) -> Recipe {
    Recipe::new(32, 5).denoise(PixelNoise::new(deviation))
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let deviation = context
        .factor("trained on")
        .parse()
        .map_err(AppError::failure)?;
    let asked = recipe(deviation).train(context)?;
    let (autoencoder, images) = (asked.autoencoder(), asked.images());
    let classifier = Classifier::train(&asked.data, context.part("classifier").seed)?;
    let (test, seed) = (asked.data.test.as_slice(), context.part("noise").seed);
    let labels = asked.labels(test);
    let shown = asked.shown(1);
    let mut outcome = asked.evaluated();
    for deviation in TESTED {
        let rows = (test, labels.as_slice());
        let found = denoising_metrics(
            &autoencoder,
            &classifier,
            images,
            rows,
            PixelNoise::new(deviation),
            seed,
        );
        let seen = with_noise(images, &shown, PixelNoise::new(deviation), seed);
        let made = autoencoder.reconstruct(&seen);
        outcome = outcome
            .number(format!("mse_noisy/{deviation}"), found.mse_noisy.0)
            .number(format!("mse_denoised/{deviation}"), found.mse_denoised.0)
            .number(
                format!("accuracy_noisy/{deviation}"),
                found.accuracy_noisy.0,
            )
            .number(
                format!("accuracy_denoised/{deviation}"),
                found.accuracy_denoised.0,
            )
            .grid(
                format!("pictures/{deviation}"),
                asked.sheet(&[&seen, &made]),
            );
    }
    Ok(outcome)
}

fn study() -> Study {
    let case = |name: &str, deviation: f64| {
        recipe(deviation)
            .case(name, trial)
            .factor("trained on", deviation)
    };
    let of = |number: &str| median(CASE, number);
    let lost = |deviation: f64| {
        of("accuracy_noisy/0").minus(of(&format!("accuracy_denoised/{deviation}")))
    };
    let left = |deviation: f64| {
        of(&format!("mse_denoised/{deviation}")).over(of(&format!("mse_noisy/{deviation}")))
    };
    let table = |title: &str, figure: &str| {
        let numbers = TESTED.map(|deviation| format!("{figure}/{deviation}"));
        FigureSpec::table(title, numbers.iter().map(String::as_str))
    };
    Study::new(
        "ae-denoise",
        "E",
        "An autoencoder that learned to remove some noise removes more of it, too",
    )
    .data("mnist")
    .minutes(4.5)
    .case(case(CASE, TRAINED))
    .case(case(WITHOUT, 0.0))
    .draw(FigureSpec::images("Noise of 0.2, over reconstructions", CASE, "pictures/0.2"))
    .draw(FigureSpec::images("Noise of 0.6, over reconstructions", CASE, "pictures/0.6"))
    .draw(FigureSpec::images("Noise of 0.6, over reconstructions without noise in training", WITHOUT, "pictures/0.6"))
    .draw(table("Squared difference of pixels from the original, under noise", "mse_noisy"))
    .draw(table("The same of what is made of it", "mse_denoised"))
    .draw(table("Accuracy of a classifier under noise", "accuracy_noisy"))
    .draw(table("Accuracy of the same on what is made of it", "accuracy_denoised"))
    .claim(Claim::new(
        "E",
        "at 0.2 half of the noise or more is gone (squared difference of pixels)",
        "noise effectively removed",
        left(0.2).at_most(0.5),
    ))
    .claim(Claim::new(
        "E",
        "at 0.2 a classifier of clean digits loses at most two percentage points of accuracy on denoised digits",
        "clearly preserves digit identity",
        lost(0.2).at_most(0.02),
    ))
    .claim(Claim::new(
        "E",
        "at 0.6 half of the noise or more is gone (squared difference of pixels)",
        "successfully recovers at severe noise",
        left(0.6).at_most(0.5),
    ))
    .claim(Claim::new(
        "E",
        "at 0.6 a classifier of clean digits has an accuracy of 0.9 or more on denoised digits",
        "recognizable; preserved classification accuracy even under extreme noise",
        of("accuracy_denoised/0.6").at_least(0.9),
    ))
    .claim(Claim::new(
        "E",
        "at 0.6 its accuracy on denoised images is above that on noisy images",
        "useful as preprocessing",
        of("accuracy_denoised/0.6").minus(of("accuracy_noisy/0.6")).above(0.0),
    ))
    .question(Question::new(
        "E",
        "Is it the training on noise that does it? Accuracy at 0.6 with and without:",
        [CASE, WITHOUT].map(|case| median(case, "accuracy_denoised/0.6")),
    ))
    .note("Noise is Gaussian, drawn anew in every training step, and pixels under it are not cut off at black and white.")
    .note("The report names no sizes here: ours are those of the reconstructions, latent dimension 32 at depth 5; 10 epochs of all 60 000 images, MSE, ReLU, Adam at 0.001, batches of 128.")
    .note("The report gives no figures for classification under noise; the classifier here has one hidden layer of 64 units and was trained on clean images alone.")
}
