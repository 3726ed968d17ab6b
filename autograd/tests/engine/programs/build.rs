//! From a recipe, which is nothing but numbers, to a program: operands and settings are chosen so that shapes fit and all
//! values stay finite. So every recipe is a program, and a recipe made smaller is a smaller program.

use autograd::testing::InputSampler;
use autograd::{Tensor, random};
use proptest::prelude::{Strategy, any, prop};

use super::kinds::kinds;
use super::op::Op;
use super::program::{Input, Lie, Place, Program, Step};
use crate::exact::derivatives::rounded;
use crate::layouts::{Layout, repeated_along};

/// The most elements that a value has.
const ELEMENTS: usize = 96;
/// A value with larger elements is scaled down, so that chains of powers stay finite.
const LARGE: f64 = 6.0;

/// An operation and the numbers by which it chooses operands and settings.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    kind: u16,
    numbers: [u16; 6],
}

/// What a program is made from.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    seed: u64,
    inputs: Vec<(Vec<usize>, [u16; 3])>,
    choices: Vec<Choice>,
}

/// Recipes for 3 to 12 operations over 1 to 3 inputs of rank 0 to 4.
pub(super) fn recipes() -> impl Strategy<Value = Recipe> {
    let input = (prop::collection::vec(1..=4usize, 0..=4), any::<[u16; 3]>());
    let choice = (any::<u16>(), any::<[u16; 6]>());
    let choice = choice.prop_map(|(kind, numbers)| Choice { kind, numbers });
    let inputs = prop::collection::vec(input, 1..=3);
    let choices = prop::collection::vec(choice, 3..=12);
    // The seed only says which numbers the inputs have: there are no simpler ones.
    (any::<u64>().no_shrink(), inputs, choices).prop_map(|(seed, inputs, choices)| Recipe {
        seed,
        inputs,
        choices,
    })
}

impl Recipe {
    /// The program.
    pub(super) fn program(&self) -> Program {
        let mut builder = Builder {
            program: Program::default(),
            values: Vec::new(),
            seed: self.seed,
        };
        for (shape, numbers) in &self.inputs {
            let mut shape = shape.clone();
            while shape.iter().product::<usize>() > ELEMENTS {
                shape.pop();
            }
            builder.input(&shape, &mut Picks::new(numbers));
        }
        for choice in &self.choices {
            let kinds = kinds();
            // An operation that fits nowhere leaves its place to the next that does.
            for i in 0..kinds.len() {
                let kind = &kinds[(usize::from(choice.kind) + i) % kinds.len()];
                let mut picks = Picks::new(&choice.numbers);
                let before = (builder.program.clone(), builder.values.clone());
                if kind.add(&mut builder, &mut picks).is_some() {
                    break;
                }
                (builder.program, builder.values) = before;
            }
        }
        builder.program
    }
}

/// Numbers to choose by, used in turn.
pub(super) struct Picks<'a> {
    numbers: &'a [u16],
    at: usize,
}

impl<'a> Picks<'a> {
    fn new(numbers: &'a [u16]) -> Self {
        Self { numbers, at: 0 }
    }

    /// One of 0, …, n − 1.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let (round, i) = (self.at / self.numbers.len(), self.at % self.numbers.len());
        self.at += 1;
        // When they are used up they are used again, in another way.
        usize::from(self.numbers[i].rotate_right(3 * round as u32 % 16)) % n.max(1)
    }

    /// One of some.
    pub(super) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    /// Some axes of a shape, at least one.
    pub(super) fn axes(&mut self, rank: usize) -> Vec<usize> {
        let set = 1 + self.below((1 << rank) - 1);
        (0..rank).filter(|a| set >> a & 1 == 1).collect()
    }

    /// Numbers below a limit.
    pub(super) fn indices(&mut self, count: usize, limit: usize) -> Vec<u32> {
        (0..count).map(|_| self.below(limit) as u32).collect()
    }
}

/// A program in the making, with the values so far.
pub(super) struct Builder {
    program: Program,
    values: Vec<(Place, Tensor<f64>)>,
    seed: u64,
}

impl Builder {
    /// The value at a place.
    pub(super) fn value(&self, place: Place) -> &Tensor<f64> {
        let known = self.values.iter().find(|(p, _)| *p == place);
        &known.expect("a place was given out for a value").1
    }

    /// The shape at a place.
    pub(super) fn shape(&self, place: Place) -> Vec<usize> {
        self.value(place).shape().to_vec()
    }

    /// A new input of a shape.
    pub(super) fn input(&mut self, shape: &[usize], picks: &mut Picks<'_>) -> Place {
        let (layout, fill) = (picks.below(9), picks.below(8));
        let index = self.program.inputs.len();
        let mut rng = random::stream(self.seed, "program", 0, index as u64);
        let level = rounded(3.0 * random::unit(&mut rng) - 1.5);
        let tensor = Tensor::from_fn(shape, |_| {
            let (u, special) = (random::unit(&mut rng), random::below(&mut rng, 3));
            let drawn = rounded(3.0 * u - 1.5);
            match fill {
                4 if special == 0 => 0.0,
                5 => [0.0, 1.0, -1.0][special],
                6 => level,
                7 => 0.0,
                _ => drawn,
            }
        });
        let (lie, tensor) = match layout {
            0..6 => (Lie::View(Layout::ALL[layout]), tensor),
            6 if !shape.is_empty() => {
                let axis = picks.below(shape.len());
                let repeated = repeated_along(&tensor, axis).contiguous();
                (Lie::Repeated(axis), repeated)
            }
            _ => (Lie::View(Layout::Contiguous), tensor),
        };
        self.program.inputs.push(Input {
            tensor: tensor.clone(),
            lie,
        });
        self.values.push((Place::Input(index), tensor));
        Place::Input(index)
    }

    /// A step, if its result is finite and not too large a tensor.
    pub(super) fn step(&mut self, op: Op, operands: &[Place]) -> Option<Place> {
        let x: Vec<_> = operands.iter().map(|p| self.value(*p)).collect();
        let y = op.apply(&x);
        let largest = y.to_vec().iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let finite = y.to_vec().iter().all(|x| x.is_finite());
        if !finite || y.is_empty() || y.len() > ELEMENTS || y.rank() > 4 {
            return None;
        }
        let place = Place::Step(self.program.steps.len());
        let operands = operands.to_vec();
        self.program.steps.push(Step { op, operands });
        self.values.push((place, y));
        if largest <= LARGE {
            return Some(place);
        }
        let c = (1.0 / largest).log2().floor().exp2();
        self.step(Op::MulScalar { c }, &[place])
    }

    /// Some value so far; the last one as often as all others together.
    pub(super) fn any(&self, picks: &mut Picks<'_>) -> Place {
        let last = self.values.len() - 1;
        let i = if picks.below(2) == 0 {
            last
        } else {
            picks.below(last + 1)
        };
        self.values[i].0
    }

    /// Some value, under a shape of this rank.
    pub(super) fn of_rank(&mut self, rank: usize, picks: &mut Picks<'_>) -> Option<Place> {
        let x = self.any(picks);
        let shape = self.shape(x);
        if shape.len() == rank {
            return Some(x);
        }
        // Surplus axes in front are merged, missing ones have size 1.
        let surplus = shape.len().saturating_sub(rank);
        let mut dims = vec![1; rank.saturating_sub(shape.len())];
        if surplus > 0 {
            dims.push(shape[..=surplus].iter().product());
            dims.extend(&shape[surplus + 1..]);
        } else {
            dims.extend(&shape);
        }
        self.step(Op::Reshape { dims }, &[x])
    }

    /// Some value of at least this rank.
    pub(super) fn of_rank_from(&mut self, rank: usize, picks: &mut Picks<'_>) -> Option<Place> {
        let mut x = self.any(picks);
        while self.shape(x).len() < rank {
            let axis = picks.below(self.shape(x).len() + 1);
            x = self.step(Op::Unsqueeze { axis }, &[x])?;
        }
        Some(x)
    }

    /// A value of this shape, or a new input.
    pub(super) fn alike(&mut self, shape: &[usize], picks: &mut Picks<'_>) -> Place {
        let fits = self.values.iter().filter(|(_, t)| t.shape() == shape);
        let fits: Vec<_> = fits.map(|(p, _)| *p).collect();
        if fits.is_empty() || picks.below(3) == 0 {
            return self.input(shape, picks);
        }
        picks.of(&fits)
    }

    /// A value that broadcasts together with this shape, or a new input that does.
    pub(super) fn together(&mut self, shape: &[usize], picks: &mut Picks<'_>) -> Place {
        let fits: Vec<_> = self
            .values
            .iter()
            .filter(|(_, t)| broadcasts(shape, t.shape()))
            .map(|(p, _)| *p)
            .collect();
        if !fits.is_empty() && picks.below(3) != 0 {
            return picks.of(&fits);
        }
        let ones = picks.below(1 << shape.len());
        let left_out = picks.below(shape.len() + 1);
        let sizes = shape.iter().enumerate().skip(left_out);
        let sizes: Vec<_> = sizes
            .map(|(a, n)| if ones >> a & 1 == 1 { 1 } else { *n })
            .collect();
        self.input(&sizes, picks)
    }

    /// The value brought smoothly to where a case draws its input.
    pub(super) fn inside(&mut self, x: Place, draw: &InputSampler) -> Option<Place> {
        let (low, high) = draw.interval();
        if draw.admits(1e9) {
            return Some(x);
        }
        let x = self.step(Op::Tanh, &[x])?;
        let x = self.step(
            Op::MulScalar {
                c: 0.45 * (high - low),
            },
            &[x],
        )?;
        self.step(
            Op::AddScalar {
                c: 0.5 * (low + high),
            },
            &[x],
        )
    }
}

/// Do two shapes broadcast together?
pub(super) fn broadcasts(a: &[usize], b: &[usize]) -> bool {
    let pairs = a.iter().rev().zip(b.iter().rev());
    pairs.into_iter().all(|(a, b)| a == b || *a == 1 || *b == 1)
}
