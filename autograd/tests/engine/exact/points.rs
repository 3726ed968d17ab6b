//! Special points of the operations of the catalogue: which there are follows from how a case draws its inputs.

use autograd::testing::{Case, InputSampler};
use autograd::{Tensor, random};

use super::derivatives::rounded;

/// A special point of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Point {
    /// Numbers as the case draws them.
    Drawn,
    /// Every element of every input.
    All(f64),
    /// Every second element of every input.
    Half(f64),
    /// One element of every input.
    One(f64),
    /// All elements of an input alike: ties everywhere.
    Alike,
}

/// Zeros, ones, and where exponentials saturate.
const NUMBERS: [f64; 7] = [0.0, 1.0, -1.0, 20.0, -20.0, 40.0, -40.0];

impl Point {
    /// All special points.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let ways = [Self::All, Self::Half, Self::One];
        let special = ways.into_iter().flat_map(|way| NUMBERS.map(way));
        [Self::Drawn, Self::Alike].into_iter().chain(special)
    }

    /// The inputs of a case at this point, where the operation is smooth at it. An input that has a kink there, or is
    /// not defined, keeps the numbers drawn; if all do, it is no point of its own.
    pub(crate) fn of(self, case: &Case) -> Option<Vec<Tensor<f64>>> {
        // Alike elements of one input and of another are alike as well.
        let apart = case.inputs.iter().any(InputSampler::is_apart);
        let mut special = matches!(self, Self::Drawn);
        let inputs = case.inputs.iter().zip(0..).map(|(draw, i)| {
            let mut rng = random::stream(9, &case.name, 0, i);
            let drawn: Vec<_> = (0..draw.dims().iter().product())
                .map(|_| rounded(draw.number(random::unit(&mut rng))))
                .collect();
            let set = |x: f64, step: usize, apart_as_well: bool| -> Option<Vec<f64>> {
                let admitted = draw.admits(x) && (apart_as_well || !apart);
                admitted.then(|| {
                    let mut numbers = drawn.clone();
                    numbers.iter_mut().step_by(step).for_each(|n| *n = x);
                    numbers
                })
            };
            let numbers = match self {
                Self::Drawn => None,
                Self::All(x) => set(x, 1, false),
                Self::Half(x) => set(x, 2, false),
                Self::One(x) => set(x, drawn.len().max(1), i == 0),
                Self::Alike => set(drawn[0], 1, false),
            };
            special |= numbers.is_some();
            Tensor::new(draw.dims(), &numbers.unwrap_or(drawn))
        });
        let inputs = inputs.collect();
        special.then_some(inputs)
    }
}
