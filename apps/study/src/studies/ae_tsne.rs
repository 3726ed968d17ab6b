use codes::{Points, nearest, tsne};

use crate::parts::autoencoder::Recipe;
use crate::prelude::*;

crate::register!(study);

/// Number of neighbors in the embedding.
const NEIGHBORS: usize = 10;
/// Points that are drawn.
const DRAWN: usize = 3000;
const CASE: &str = "4×5";

fn recipe() -> Recipe {
    Recipe::new(4, 5).epochs(20)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let asked = recipe().train(context)?;
    let test = &asked.data.test;
    let codes = asked.codes(&test[..context.quickly(test.len(), 100)])?;
    let seed = context.part("t-sne").seed;
    let plane = tsne(&codes, seed, 1)?;
    let places = plane.ok_or_else(|| AppError::Failure("too few codes for t-SNE".to_owned()))?;
    let places = places.coordinates;
    let labels = asked.labels(&test[..places.len()]);
    let flat = places.iter().flat_map(|(x, y)| [*x as f32, *y as f32]);
    let shares = neighbors(&Points::new(2, flat.collect()), &labels);

    let drawn = || places.iter().take(DRAWN);
    let points = Grid::new([
        drawn().map(|(x, _)| *x).collect::<Vec<_>>(),
        drawn().map(|(_, y)| *y).collect(),
        labels.iter().take(DRAWN).map(|c| f64::from(*c)).collect(),
    ]);
    let own = (0..labels.len()).map(|i| shares.of_point(i)).sum::<f64>();
    let outcome = asked
        .evaluated()
        .number("own_neighbours", own / labels.len() as f64)
        .grid("plane", points);
    let near = [
        (4, &[9][..]),
        (9, &[4]),
        (3, &[5, 8]),
        (5, &[3, 8]),
        (8, &[3, 5]),
    ];
    Ok(near.iter().fold(outcome, |outcome, (digit, kin)| {
        outcome.number(format!("kin/{digit}"), shares.lead(*digit, kin))
    }))
}

/// Neighbor counts by pair of classes.
struct Shares {
    /// For each point, the share of its neighbors that are of its class.
    own: Vec<f64>,
    /// Neighbor counts of each class in each class.
    counts: [[f64; 10]; 10],
}

fn neighbors(points: &Points, labels: &[u32]) -> Shares {
    let mut shares = Shares {
        own: Vec::with_capacity(labels.len()),
        counts: [[0.0; 10]; 10],
    };
    for (near, label) in nearest(points, points, NEIGHBORS, true, 1)
        .iter()
        .zip(labels)
    {
        let found: Vec<u32> = near.iter().map(|n| labels[n.index as usize]).collect();
        for other in &found {
            shares.counts[*label as usize][*other as usize] += 1.0;
        }
        let own = found.iter().filter(|other| *other == label).count();
        shares.own.push(own as f64 / found.len() as f64);
    }
    shares
}

impl Shares {
    fn of_point(&self, i: usize) -> f64 {
        self.own[i]
    }

    /// Of all neighbors of a class that are of others: how much larger the share of the commonest of its kin is than that
    /// of the commonest class that is none.
    fn lead(&self, class: usize, kin: &[usize]) -> f64 {
        let row = &self.counts[class];
        let foreign = || (0..10).filter(|other| *other != class);
        let all: f64 = foreign().map(|other| row[other]).sum();
        let most = |is_kin: bool| {
            let of = foreign().filter(|other| kin.contains(other) == is_kin);
            of.map(|other| row[other]).fold(0.0, f64::max)
        };
        (most(true) - most(false)) / all
    }
}

fn claims() -> Vec<Claim> {
    let leads = |digits: &[usize]| {
        let lead = |digit: &usize| median(CASE, &format!("kin/{digit}")).positive();
        all(digits.iter().map(lead).collect::<Vec<_>>())
    };
    vec![
        Claim::at(
            "E",
            "Fig. 12",
            "digits form clusters: of a point's 10 neighbors in the t-SNE plane, 7 or more are of its digit on average",
            "organizes digits into distinct clusters in latent space",
        ).main()
        .holds_if(at_least(
            CASE,
            "own_neighbours",
            Bar::ours(0.7, "clusters are clear where most neighbors, well above a half, are of the same digit"),
        )),
        Claim::at(
            "E",
            "Fig. 12",
            "4 and 9 appear close: the most frequent neighbor of another class is a 9 for 4, and a 4 for 9",
            "Digits with similar visual characteristics (like 4 and 9 …) appear closer",
        )
        .holds_if(leads(&[4, 9])),
        Claim::at(
            "E",
            "Fig. 12",
            "3, 5 and 8 appear close: the most frequent neighbor of another class is, for each, another of the three",
            "Digits with similar visual characteristics (… or 3, 5, and 8) appear closer",
        )
        .holds_if(leads(&[3, 5, 8])),
    ]
}

fn study() -> Study {
    let study = Study::new(
        "ae-tsne",
        "E",
        "Latent codes of dimension 4 cluster by digit under t-SNE",
    )
    .data("mnist")
    .minutes(15.0)
    .trials(15)
    .case(recipe().case(CASE, trial))
    .draw(
        FigureSpec::scatter("t-SNE of latent codes, test images, colored by digit", CASE, "plane")
            .at("E", "Fig. 12"),
    )
    .draw(FigureSpec::table(
        "In the t-SNE plane",
        ["own_neighbours", "kin/4", "kin/9", "kin/3", "kin/5", "kin/8"],
    ))
    .note("The report does not say how it trained, nor how deep: ours has depth 5, 20 epochs of all 60 000 images, MSE, ReLU, Adam at 0.001, batches of 128.")
    .note("t-SNE embeds all 10 000 test codes by the Barnes-Hut approximation at perplexity 30; the first 3000 are drawn, and all are evaluated.")
    .note("kin/4: of the neighbors of a 4 that are other digits, the share of nines minus that of the most frequent other digit; kin/3 is the same with 5 or 8, whichever is more frequent, in place of 9.");
    claims().into_iter().fold(study, Study::claim)
}
