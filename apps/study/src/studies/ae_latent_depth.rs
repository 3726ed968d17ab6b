use crate::parts::autoencoder::Recipe;
use crate::parts::own::factor;
use crate::prelude::*;
use settings::PixelLoss;

crate::register!(study);

const LATENTS: [usize; 5] = [4, 8, 16, 32, 64];
const DEPTHS: [usize; 5] = [1, 2, 3, 4, 5];
const LOSSES: [PixelLoss; 2] = [PixelLoss::Mse, PixelLoss::CrossEntropy];
/// For how long, and the latent dimensions that are trained so: each takes ten times as long until it stops improving.
const BRIEFLY: &str = "5 epochs";
const FULLY: &str = "until validation stops improving";
const TRAININGS: [(&str, &[usize]); 2] = [(BRIEFLY, &LATENTS), (FULLY, &[4, 16, 64])];

fn recipe(latent: usize, depth: usize, loss: PixelLoss, training: &str) -> Recipe {
    let recipe = Recipe::new(latent, depth).loss(loss);
    match training {
        BRIEFLY => recipe.epochs(5),
        _ => recipe.converged(),
    }
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let loss = LOSSES
        .into_iter()
        .find(|l| l.name() == context.factor("loss"));
    let recipe = recipe(
        factor(context, "latent")?,
        factor(context, "depth")?,
        loss.unwrap_or(LOSSES[0]),
        context.factor("training"),
    );
    Ok(recipe.train(context)?.evaluated())
}

fn name(latent: usize, depth: usize, loss: &str, training: &str) -> String {
    match training {
        BRIEFLY => format!("{loss} {latent}×{depth}"),
        _ => format!("{loss} {latent}×{depth}, fully"),
    }
}

/// The cases of a loss, trained so.
#[derive(Clone, Copy)]
struct LossGrid {
    loss: &'static str,
    training: &'static str,
    latents: &'static [usize],
}

impl LossGrid {
    fn of(&self, latent: usize, depth: usize) -> Measure {
        self.number(latent, depth, "test_loss")
    }

    fn number(&self, latent: usize, depth: usize, number: &str) -> Measure {
        median(&name(latent, depth, self.loss, self.training), number)
    }

    /// A larger code is better at every depth: even the step that gains least is one down.
    fn falls(&self) -> Predicate {
        all(DEPTHS.into_iter().flat_map(|depth| {
            let step = move |pair: &[usize]| {
                self.of(pair[1], depth)
                    .minus(self.of(pair[0], depth))
                    .negative()
            };
            self.latents.windows(2).map(step).collect::<Vec<_>>()
        }))
    }

    /// By how much the best of depths 3 to 5 is below the best of 1 and 2.
    fn deep_gain(&self, latent: usize) -> Measure {
        let best = |depths: &[usize]| {
            Measure::smallest(depths.iter().map(|depth| self.of(latent, *depth)))
        };
        best(&[3, 4, 5]).minus(best(&[1, 2]))
    }

    /// For every code, one of the depths 3 to 5 is ahead of 1 and 2.
    fn deep(&self) -> Predicate {
        all(self
            .latents
            .iter()
            .map(|latent| self.deep_gain(*latent).negative()))
    }

    /// For every code, the fifth layer changes the loss of the third by no more than a twentieth.
    fn flat(&self) -> Predicate {
        self.flat_from(3)
    }

    /// The same of the loss at depth 4.
    fn flat_from_4(&self) -> Predicate {
        self.flat_from(4)
    }

    fn flat_from(&self, depth: usize) -> Predicate {
        all(self.latents.iter().map(|latent| {
            self.of(*latent, 5).over(self.of(*latent, depth)).within(
                0.95,
                Bar::ours(
                    1.05,
                    "a change of a twentieth is a plateau on the scale of our heat map",
                ),
            )
        }))
    }

    /// For all codes but one, a depth of 3 to 5 is ahead of 1 and 2.
    fn mostly_deep(&self) -> Predicate {
        any(self.latents.iter().map(|but| {
            let others = self.latents.iter().filter(|latent| *latent != but);
            all(others.map(|latent| self.deep_gain(*latent).negative()))
        }))
    }

    /// The same for the smallest code.
    fn deep_for_the_smallest(&self) -> Predicate {
        self.deep_gain(self.latents[0]).negative()
    }
}

fn grids(loss: PixelLoss) -> [LossGrid; 2] {
    let loss = loss.name();
    TRAININGS.map(|(training, latents)| LossGrid {
        loss,
        training,
        latents,
    })
}

fn claims() -> Vec<Claim> {
    let at = |sentence: &str, words: &str| Claim::at("E", "Fig. 10", sentence, words);
    let losses = |holds: fn(&LossGrid) -> Predicate, which: usize| {
        all(LOSSES.map(|loss| holds(&grids(loss)[which])))
    };
    let both = |claim: Claim, holds: fn(&LossGrid) -> Predicate| {
        claim
            .reading(
                "codes of 4, 16 and 64, trained until validation stops improving, both losses",
                losses(holds, 1),
            )
            .beside(
                "all five codes, after 5 epochs, both losses",
                losses(holds, 0),
            )
    };
    let each = |mut claim: Claim, holds: fn(&LossGrid) -> Predicate| {
        for loss in LOSSES {
            for grid in grids(loss) {
                claim = claim.beside(format!("{}, {}", grid.loss, grid.training), holds(&grid));
            }
        }
        claim
    };
    let relative =
        |grid: LossGrid, number: &str| grid.number(64, 3, number).over(grid.number(4, 3, number));
    let absolute = |grid: LossGrid| grid.of(4, 3).minus(grid.of(64, 3));
    let mut sensitive = at(
        "cross-entropy is more sensitive to the latent dimension than MSE: it falls more from a latent dimension of 4 to one of 64, at depth 3",
        "cross-entropy loss appears more sensitive to latent dimension size than MSE",
    );
    for (which, (training, _)) in TRAININGS.into_iter().enumerate() {
        let [mse, entropy] = LOSSES.map(|loss| grids(loss)[which]);
        let readings = [
            (
                format!("as a difference of losses, {training}"),
                absolute(entropy).minus(absolute(mse)).positive(),
            ),
            (
                format!("relative to the loss, {training}"),
                relative(entropy, "test_loss")
                    .over(relative(mse, "test_loss"))
                    .below(Bar::sign(1.0)),
            ),
        ];
        // The claim is about trained networks.
        sensitive = readings
            .into_iter()
            .fold(sensitive, |claim, (name, holds)| match training {
                BRIEFLY => claim.beside(name, holds),
                _ => claim.reading(name, holds),
            })
            .beside(
                format!("relative to the loss above the entropy of the pixels, {training}"),
                relative(entropy, "excess_loss")
                    .over(relative(mse, "excess_loss"))
                    .below(Bar::sign(1.0)),
            );
    }
    vec![
        each(
            both(
                at(
                    "a larger latent dimension reconstructs better at every depth",
                    "increasing latent dimension consistently improves reconstruction quality",
                ).main(),
                LossGrid::falls,
            ),
            LossGrid::falls,
        ),
        each(
            both(
                at(
                    "deeper networks reconstruct better: for every latent dimension, some depth of 3 to 5 has a lower loss than depths 1 and 2",
                    "deeper networks generally outperform shallow ones, with depth 3-5 showing the best results",
                ).main(),
                LossGrid::deep,
            )
            .reading(
                "for two of the codes of 4, 16 and 64, as \"generally\" allows, trained until validation stops improving, both losses",
                losses(LossGrid::mostly_deep, 1),
            ),
            LossGrid::deep,
        )
        .why_under("for the code of 4 alone, both losses, trained until validation stops improving", losses(LossGrid::deep_for_the_smallest, 1)),
        each(
            both(
                at(
                    "the improvement plateaus: for every latent dimension, the loss at depth 5 is within 5 % of that at depth 3",
                    "The improvement plateaus at greater depths",
                ),
                LossGrid::flat,
            ),
            LossGrid::flat,
        )
        .because("trained by the mean squared error a depth of 5 still gains about a tenth on 3, within 30 epochs that most networks use up; by cross-entropy it gains a twentieth for a code of 4, and loses as much for one of 64")
        .why_under(
            "from depth 4 to depth 5, both losses, trained until validation stops improving",
            losses(LossGrid::flat_from_4, 1),
        ),
        sensitive,
    ]
}

fn study() -> Study {
    let cases = TRAININGS.into_iter().flat_map(|(training, latents)| {
        LOSSES.into_iter().flat_map(move |loss| {
            DEPTHS.into_iter().flat_map(move |depth| {
                latents.iter().map(move |latent| {
                    recipe(*latent, depth, loss, training)
                        .case(name(*latent, depth, loss.name(), training), trial)
                        .factor("loss", loss.name())
                        .factor("latent", latent)
                        .factor("depth", depth)
                        .factor("training", training)
                })
            })
        })
    });
    let mut study = Study::new(
        "ae-latent-depth",
        "E",
        "Latent dimension decides the reconstruction error of an autoencoder; depth helps small codes alone",
    )
    .data("mnist")
    .minutes(225.0)
    .trials(15)
    .cases(cases);
    for (training, _) in TRAININGS {
        for (loss, title) in [
            (PixelLoss::Mse, "Squared difference of test pixels"),
            (PixelLoss::CrossEntropy, "Cross-entropy of test pixels"),
        ] {
            let heat = FigureSpec::heat(
                &format!("{title}, {training}"),
                "test_loss",
                "latent",
                "depth",
            );
            study = study.draw(
                heat.only("loss", loss.name())
                    .only("training", training)
                    .at("E", "Fig. 10"),
            );
        }
    }
    for loss in LOSSES.map(PixelLoss::name) {
        for latent in [4, 64] {
            let names = DEPTHS.map(|depth| name(latent, depth, loss, FULLY));
            study = study.draw(
                FigureSpec::curves(
                    &format!("Validation loss, {loss}, code of {latent}, depths 1 to 5"),
                    ["validation_loss"],
                )
                .of(names.iter().map(String::as_str)),
            );
        }
    }
    let study = study
        .draw(
            FigureSpec::heat("Epochs until validation stops improving, MSE", "epochs", "latent", "depth")
                .only("loss", PixelLoss::Mse.name())
                .only("training", FULLY),
        )
        .question(
            Question::new(
                "E",
                "What do both losses come to in the same unit, the squared difference of pixels (depth 3, fully trained)?",
                LOSSES.iter().flat_map(|loss| {
                    [4, 64].map(|latent| median(&name(latent, 3, loss.name(), FULLY), "test_mse"))
                }),
            )
            .at("Fig. 10"),
        )
        .note("The report does not say how long its networks were trained: 5 epochs of all 60 000 images for all 25 sizes, and, for codes of 4, 16 and 64, until the loss on 5000 validation images has not fallen for 3 epochs, 30 at most, which all but the shallowest reach while they still improve a little. The claims are about trained networks: what 5 epochs give stands beside.")
        .note("The curves of the validation loss are those of ten of the 15 trials, from the sixth on: of the first five only the final numbers are kept.")
        .note("The report gives no widths: ours fall by the same factor from layer to layer (784, 340, 147, 64 at depth 3). ReLU, Adam at 0.001, batches of 128.")
        .note("Cross-entropy is binary, a mean over pixels; as pixels are gray its least value is not 0, so shares and differences of the two losses say different things, and all are evaluated.");
    claims().into_iter().fold(study, Study::claim)
}
