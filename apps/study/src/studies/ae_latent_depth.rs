use crate::parts::autoencoder::Recipe;
use crate::prelude::*;
use settings::PixelLoss;

crate::register!(study);

const LATENTS: [usize; 5] = [4, 8, 16, 32, 64];
const DEPTHS: [usize; 5] = [1, 2, 3, 4, 5];
const LOSSES: [PixelLoss; 2] = [PixelLoss::Mse, PixelLoss::CrossEntropy];

fn recipe(latent: usize, depth: usize, loss: PixelLoss) -> Recipe {
    Recipe::new(latent, depth).loss(loss).epochs(5)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let number = |name| context.factor(name).parse().map_err(AppError::failure);
    let loss = LOSSES
        .into_iter()
        .find(|l| l.name() == context.factor("loss"));
    let recipe = recipe(
        number("latent")?,
        number("depth")?,
        loss.unwrap_or(LOSSES[0]),
    );
    Ok(recipe.train(context)?.evaluated())
}

fn name(latent: usize, depth: usize, loss: &str) -> String {
    format!("{loss} {latent}×{depth}")
}

fn loss_of(latent: usize, depth: usize, loss: &str) -> Measure {
    median(&name(latent, depth, loss), "test_loss")
}

/// A larger code is better at every depth: even the step that gains least is one down.
fn falls(loss: &str) -> Predicate {
    let steps = DEPTHS.into_iter().flat_map(|depth| {
        let step = move |pair: &[usize]| {
            loss_of(pair[1], depth, loss).minus(loss_of(pair[0], depth, loss))
        };
        LATENTS.windows(2).map(step)
    });
    Measure::largest(steps).below(0.0)
}

/// For every code, one of the depths 3 to 5 is ahead of 1 and 2.
fn deep(loss: &str) -> Predicate {
    let of = |latent, depths: &[usize]| {
        Measure::smallest(depths.iter().map(|depth| loss_of(latent, *depth, loss)))
    };
    let gains = LATENTS.map(|latent| of(latent, &[3, 4, 5]).minus(of(latent, &[1, 2])));
    Measure::largest(gains).below(0.0)
}

/// For every code, the fifth layer changes the loss of the third by no more than a twentieth.
fn flat(loss: &str) -> Predicate {
    all(LATENTS.map(|latent| {
        let ratio = loss_of(latent, 5, loss).over(loss_of(latent, 3, loss));
        ratio.within(0.95, 1.05)
    }))
}

fn study() -> Study {
    let cases = LOSSES.into_iter().flat_map(|loss| {
        DEPTHS.into_iter().flat_map(move |depth| {
            LATENTS.into_iter().map(move |latent| {
                recipe(latent, depth, loss)
                    .case(name(latent, depth, loss.name()), trial)
                    .factor("loss", loss.name())
                    .factor("latent", latent)
                    .factor("depth", depth)
            })
        })
    });
    let [mse, entropy] = LOSSES.map(PixelLoss::name);
    let relative = |loss| loss_of(64, 3, loss).over(loss_of(4, 3, loss));
    let absolute = |loss| loss_of(4, 3, loss).minus(loss_of(64, 3, loss));
    let study = Study::new(
        "ae-latent-depth",
        "E",
        "Latent dimension and depth decide the reconstruction error of an autoencoder",
    )
    .data("mnist")
    .minutes(16.0)
    .cases(cases)
    .draw(FigureSpec::heat("Squared difference of test pixels, trained for it", "test_loss", "latent", "depth").only("loss", mse))
    .draw(FigureSpec::heat("Cross-entropy of test pixels, trained for it", "test_loss", "latent", "depth").only("loss", entropy))
    .draw(FigureSpec::heat("Squared difference of test pixels, trained for cross-entropy", "test_mse", "latent", "depth").only("loss", entropy))
    .claim(Claim::new(
        "E",
        "cross-entropy gains more than MSE from latent dimension 64 instead of 4, relative to its loss (depth 3)",
        "cross-entropy is more sensitive to the latent size",
        relative(entropy).minus(relative(mse)).below(0.0),
    ))
    .claim(Claim::new(
        "E",
        "cross-entropy gains more than MSE from latent dimension 64 instead of 4, as a difference of losses (depth 3)",
        "cross-entropy shows the more dramatic improvement",
        absolute(entropy).minus(absolute(mse)).above(0.0),
    ))
    .question(Question::new(
        "E",
        "What do both come to in the same unit, the squared difference of pixels (depth 3)?",
        LOSSES.iter().flat_map(|loss| {
            [4, 64].map(|latent| median(&name(latent, 3, loss.name()), "test_mse"))
        }),
    ))
    .note("5 epochs of all 60 000 images for each of 250 networks (50 cases, 5 trials each); the report does not say how long its networks were trained.")
    .note("The report gives no widths: ours fall by the same factor from layer to layer (784, 340, 147, 64 at depth 3). ReLU, Adam at 0.001, batches of 128.")
    .note("Cross-entropy is binary, a mean over pixels; as pixels are gray its least value is not 0, so shares and differences of the two losses say different things, and both are evaluated.");
    let each = LOSSES.map(PixelLoss::name).into_iter().flat_map(|loss| {
        [
            Claim::new(
                "E",
                format!("{loss}: a larger code is better at every depth"),
                "increasing the latent dimension consistently improves",
                falls(loss),
            ),
            Claim::new(
                "E",
                format!("{loss}: for every code, some depth of 3 to 5 is ahead of 1 and 2"),
                "depth 3–5 showing the best results",
                deep(loss),
            ),
            Claim::new(
                "E",
                format!("{loss}: for every code, depth 5 is within 5 % of depth 3"),
                "the improvement plateaus at greater depths",
                flat(loss),
            ),
        ]
    });
    each.fold(study, Study::claim)
}
