//! Maps, curves and galleries of a trained network.
//!
//! - `decision`: the probability of the second class, or of more than two classes the number of the likeliest, over the
//!   plane of two columns; `points`: x, y and class of the test rows.
//! - `curve`: x and what the network says; `truth`: x and the noiseless value, where it is known; `points`: x and y of the
//!   training rows.
//! - `mistakes`: misjudged test rows as images, the surest first; `mistakes_predicted`: of each its place among the test rows,
//!   true class, predicted class and the probability given to that.

use autograd::Real;
use claims::outcome::Grid;
use datasets::InputKind;
use datasets::{Rows, Targets};
use experiment::run::Values;
use nn::evaluate;

use super::{Learned, Trained};
use crate::setup::Diagnostics;

/// Points along each side of a map, and along a curve.
const SIDE: usize = 41;
const ALONG: usize = 241;

pub(super) fn add<T: Real>(diagnostics: &Diagnostics, trained: &mut Trained<T>) {
    if diagnostics.decision && trained.rows.shape == [2] {
        decision(trained);
    }
    if diagnostics.curve && trained.rows.shape == [1] {
        curve(trained);
    }
    if diagnostics.gallery > 0 {
        gallery(trained, diagnostics);
    }
}

/// What the network says of rows in the units of the data: `[rows, outputs]`, probabilities for classes.
pub fn predictions<T: Real>(trained: &Trained<T>, cells: Vec<f64>) -> Vec<f64> {
    let rows = Rows::reals64(&trained.rows.shape, cells).scaled(trained.rows.affine());
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let outputs = trained.model.forward(&rows.gather::<T>(&all));
    let found = nn::Predictions { outputs };
    match &trained.task {
        Learned::Classes(_) => found.probabilities().iter().map(|p| p.to_f64()).collect(),
        Learned::Values(task) => task.said(&found),
    }
}

fn decision<T: Real>(trained: &mut Trained<T>) {
    let inputs = &trained.data.data.set.part.inputs;
    let cells = |j: usize| (0..inputs.len()).map(move |i| inputs.row(i)[j]);
    let (x, y) = (range(cells(0)), range(cells(1)));
    let at = |[low, high]: [f64; 2], i: usize| low + (high - low) * i as f64 / (SIDE - 1) as f64;
    let plane: Vec<f64> = (0..SIDE * SIDE)
        .flat_map(|k| [at(x, k % SIDE), at(y, k / SIDE)])
        .collect();
    let predicted = predictions(trained, plane);
    let classes = predicted.len() / (SIDE * SIDE);
    let strength = |p: &[f64]| match p {
        [_, second] => *second,
        _ => likeliest(p) as f64,
    };
    let strengths: Vec<f64> = predicted.chunks_exact(classes).map(strength).collect();
    let map = Grid::new(strengths.chunks_exact(SIDE)).over(x, y);
    let test = &trained.data.data.test;
    let labels = trained.data.classes(test);
    let columns = |j: usize| test.iter().map(move |row| inputs.row(*row as usize)[j]);
    let points = Grid::new([
        columns(0).collect::<Vec<_>>(),
        columns(1).collect(),
        labels.iter().map(|c| f64::from(*c)).collect(),
    ]);
    let grids = &mut trained.outcome.grids;
    grids.insert("decision".to_owned(), map);
    grids.insert("points".to_owned(), points);
}

fn curve<T: Real>(trained: &mut Trained<T>) {
    let set = &trained.data.data.set;
    let inputs = &set.part.inputs;
    let x = |row: u32| inputs.row(row as usize)[0];
    let [low, high] = range((0..inputs.len() as u32).map(x));
    let xs: Vec<f64> = (0..ALONG)
        .map(|i| low + (high - low) * i as f64 / (ALONG - 1) as f64)
        .collect();
    let curve = Grid::new([xs.clone(), predictions(trained, xs)]);
    let train = &trained.data.data.train;
    let points = Grid::new([
        train.iter().map(|row| x(*row)).collect::<Vec<_>>(),
        Values::true_values(&trained.data, train),
    ]);
    let truth = set.noiseless.as_ref().and_then(|targets| match targets {
        Targets::Values(values) => {
            let mut pairs: Vec<(f64, f64)> = (0..values.len())
                .map(|i| (x(i as u32), values.row(i)[0]))
                .collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (xs, ys): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            Some(Grid::new([xs, ys]))
        }
        _ => None,
    });
    let grids = &mut trained.outcome.grids;
    grids.insert("curve".to_owned(), curve);
    grids.insert("points".to_owned(), points);
    if let Some(truth) = truth {
        grids.insert("truth".to_owned(), truth);
    }
}

fn gallery<T: Real>(trained: &mut Trained<T>, diagnostics: &Diagnostics) {
    let data = &trained.data;
    let InputKind::Image {
        height,
        width,
        channels,
    } = data.data.set.input
    else {
        return;
    };
    let test = &data.data.test;
    let found = evaluate(&trained.model, data.examples(), test, trained.loss);
    let (truth, predicted) = (data.classes(test), found.classes());
    let probabilities = found.probabilities();
    let classes = probabilities.len() / test.len().max(1);
    let sure = |row: usize| probabilities[row * classes + predicted[row] as usize].to_f64();
    let mut wrong: Vec<usize> = (0..test.len())
        .filter(|row| truth[*row] != predicted[*row])
        .filter(|row| {
            diagnostics
                .gallery_of
                .is_none_or(|class| truth[*row] == class)
        })
        .filter(|row| {
            diagnostics
                .gallery_as
                .is_none_or(|class| predicted[*row] == class)
        })
        .collect();
    wrong.sort_by(|a, b| sure(*b).total_cmp(&sure(*a)));
    wrong.truncate(diagnostics.gallery);
    let cells = |row: &usize| data.data.set.part.inputs.row(test[*row] as usize);
    let pictures = Grid::new(wrong.iter().map(cells)).pictures([channels, height, width]);
    let details = Grid::new(wrong.iter().map(|row| {
        [
            *row as f64,
            f64::from(truth[*row]),
            f64::from(predicted[*row]),
            sure(*row),
        ]
    }));
    let grids = &mut trained.outcome.grids;
    grids.insert("mistakes".to_owned(), pictures);
    grids.insert("mistakes_predicted".to_owned(), details);
}

fn likeliest(p: &[f64]) -> usize {
    (1..p.len()).fold(0, |best, i| if p[i] > p[best] { i } else { best })
}

/// The smallest and the largest.
fn range(values: impl Iterator<Item = f64>) -> [f64; 2] {
    values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
        [low.min(x), high.max(x)]
    })
}
