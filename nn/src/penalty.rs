//! Penalties on weights, in the forms that textbooks and reports give them. Biases and normalizations have none.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use autograd::{Cmp, Lane, Real, Update, sum_of_squares, update};
use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::params::{Kind, Params};

/// A penalty on absolute weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct L1 {
    /// λ, at least 0.
    pub strength: f64,
    /// Form of the penalty.
    pub form: L1Form,
}

/// A penalty on squared weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct L2 {
    /// λ, at least 0.
    pub strength: f64,
    /// Form of the penalty.
    pub form: L2Form,
}

/// A penalty on weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    /// On absolute weights.
    L1(L1),
    /// On squared weights.
    L2(L2),
}

impl From<L1> for Penalty {
    fn from(l1: L1) -> Self {
        Self::L1(l1)
    }
}

impl From<L2> for Penalty {
    fn from(l2: L2) -> Self {
        Self::L2(l2)
    }
}

/// The forms of [`L1`]; as text, the names at each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum L1Form {
    /// `l1`: λ·Σ|w|, by a proximal step. After the optimizer's, each weight goes towards 0 by lr·λ, and those that would
    /// pass it become exactly 0 (Parikh and Boyd 2014, 6.5.2). Adaptive optimizers scale the gradient of the loss but not
    /// this step, so λ weighs differently under each of them.
    #[default]
    Proximal,
    /// `l1-subgradient`: λ·Σ|w|, by adding λ·sign(w) to the gradient. Weights swing about 0.
    Subgradient,
    /// `l1-subgradient-per-sample`: λ/(2n)·Σ|w| for n training rows, by its subgradient.
    SubgradientPerSample,
    /// `l1-subgradient-per-batch`: λ/(2n)·Σ|w| for the n rows of a batch, by its subgradient.
    SubgradientPerBatch,
}

/// The forms of [`L2`]; as text, the names at each. The gradient is added to that of the loss, so adaptive optimizers
/// scale it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum L2Form {
    /// `l2`: λ/2·Σw², with gradient λw.
    #[default]
    Half,
    /// `l2-sum`: λ·Σw².
    Sum,
    /// `l2-per-sample`: λ/(2n)·Σw² for n training rows.
    PerSample,
    /// `l2-per-batch`: λ/(2n)·Σw² for the n rows of a batch.
    PerBatch,
}

impl L1 {
    /// λ·Σ|w|, by a proximal step.
    pub fn new(strength: f64) -> Self {
        Self {
            strength,
            form: L1Form::default(),
        }
    }

    /// What Σ|w| is multiplied by.
    fn factor(self, rows: RowCounts) -> f64 {
        match self.form {
            L1Form::Proximal | L1Form::Subgradient => self.strength,
            L1Form::SubgradientPerSample => self.strength / (2.0 * rows.training as f64),
            L1Form::SubgradientPerBatch => self.strength / (2.0 * rows.batch as f64),
        }
    }
}

impl L2 {
    /// λ/2·Σw².
    pub fn new(strength: f64) -> Self {
        Self {
            strength,
            form: L2Form::default(),
        }
    }

    /// What Σw² is multiplied by.
    fn factor(self, rows: RowCounts) -> f64 {
        match self.form {
            L2Form::Half => self.strength / 2.0,
            L2Form::Sum => self.strength,
            L2Form::PerSample => self.strength / (2.0 * rows.training as f64),
            L2Form::PerBatch => self.strength / (2.0 * rows.batch as f64),
        }
    }
}

/// The numbers of rows by which some forms of a penalty divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowCounts {
    /// All training rows.
    pub training: usize,
    /// Those of the batch.
    pub batch: usize,
}

impl RowCounts {
    /// Training rows in batches of at most so many: a whole batch counts, not the shorter one at the end of an epoch.
    pub fn new(training: usize, batch_size: usize) -> Self {
        Self {
            training,
            batch: batch_size.min(training),
        }
    }
}

/// The penalties of a model, with the stretches of its flat vector that they touch.
#[derive(Clone, Debug)]
pub struct Penalties {
    l1: Option<L1>,
    l2: Option<L2>,
    weights: Vec<Range<usize>>,
}

impl Penalties {
    /// Penalties on the weights of these parameters. Those of strength 0 are none.
    pub fn new<T: Real>(l1: Option<L1>, l2: Option<L2>, params: &Params<T>) -> Self {
        let weights = params.segments().iter().filter(|s| s.kind == Kind::Weight);
        Self {
            l1: l1.filter(|p| p.strength != 0.0),
            l2: l2.filter(|p| p.strength != 0.0),
            weights: weights.map(|s| s.range.clone()).collect(),
        }
    }

    /// Penalty added to the loss, with so many rows; 0 without penalties.
    ///
    /// # Panics
    /// If `values` is shorter than the flat vector.
    #[track_caller]
    pub fn value<T: Real>(&self, values: &[T], rows: RowCounts) -> f64 {
        let over = |sum: fn(&[T]) -> f64| -> f64 {
            let sums = self.weights.iter().map(|r| sum(&values[r.clone()]));
            sums.sum()
        };
        let l1 = self.l1.map(|p| p.factor(rows) * over(sum_of_sizes));
        let l2 = self.l2.map(|p| p.factor(rows) * over(sum_of_squares));
        l1.unwrap_or(0.0) + l2.unwrap_or(0.0)
    }

    /// The places in the flat vector whose squares are part of the L2 penalty, with what they are multiplied by.
    pub(crate) fn squares(&self, rows: RowCounts) -> impl Iterator<Item = (usize, f64)> {
        let factor = self.l2.map(|p| p.factor(rows));
        let places = self.weights.iter().cloned().flatten();
        factor
            .into_iter()
            .flat_map(move |factor| places.clone().map(move |i| (i, factor)))
    }

    /// Adds the gradient of all but the proximal form.
    pub(crate) fn add_gradient<T: Real>(&self, values: &[T], gradient: &mut [T], rows: RowCounts) {
        if let Some(p) = self.l2 {
            self.each(&Squares(2.0 * p.factor(rows)), gradient, values);
        }
        if let Some(p) = self.l1
            && p.form != L1Form::Proximal
        {
            self.each(&Sizes(p.factor(rows)), gradient, values);
        }
    }

    /// The proximal step that follows an optimizer's of rate `lr`.
    pub(crate) fn shrink<T: Real>(&self, values: &mut [T], gradient: &[T], lr: f64) {
        if let Some(p) = self.l1
            && p.form == L1Form::Proximal
        {
            self.each(&Shrink(lr * p.strength), values, gradient);
        }
    }

    /// Moves the elements of one flat vector that belong to weights by a rule that sees those of another.
    fn each<T: Real>(&self, rule: &impl Update<0>, moved: &mut [T], seen: &[T]) {
        for r in &self.weights {
            update(rule, &mut moved[r.clone()], &seen[r.clone()], []);
        }
    }
}

/// Σ|x|, in eight running sums so that it vectorizes.
fn sum_of_sizes<T: Real>(x: &[T]) -> f64 {
    let (blocks, rest) = x.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for block in blocks {
        for (sum, x) in sums.iter_mut().zip(block) {
            *sum += x.abs().to_f64();
        }
    }
    let rest: f64 = rest.iter().map(|x| x.abs().to_f64()).sum();
    sums.iter().sum::<f64>() + rest
}

/// The slope of squares, added to a gradient: c·w.
#[derive(Clone, Copy)]
struct Squares(f64);

impl Update<0> for Squares {
    const MOVES_PARAMETERS: bool = false;

    #[inline(always)]
    fn eval<L: Lane>(&self, g: L, w: L, _: [L; 0]) -> (L, [L; 0]) {
        (w.fma(w.lift(self.0), g), [])
    }
}

/// The slope of sizes, added to a gradient: c·sign(w), and nothing where w is 0.
#[derive(Clone, Copy)]
struct Sizes(f64);

impl Update<0> for Sizes {
    const MOVES_PARAMETERS: bool = false;

    #[inline(always)]
    fn eval<L: Lane>(&self, g: L, w: L, _: [L; 0]) -> (L, [L; 0]) {
        let (zero, up, down) = (w.lift(0.0), w.lift(self.0), w.lift(-self.0));
        let below = w.select(Cmp::Lt, zero, down, zero);
        (g + w.select(Cmp::Gt, zero, up, below), [])
    }
}

/// Soft thresholding.
#[derive(Clone, Copy)]
struct Shrink(f64);

impl Update<0> for Shrink {
    #[inline(always)]
    fn eval<L: Lane>(&self, w: L, _: L, _: [L; 0]) -> (L, [L; 0]) {
        let (zero, by) = (w.lift(0.0), w.lift(self.0));
        let nearer = w.select(Cmp::Gt, zero, w - by, w + by);
        (Lane::abs(w).select(Cmp::Le, by, zero, nearer), [])
    }
}

/// Text that names no form of a penalty.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no form {text:?} of this penalty; choose one of {}", names.join(", "))]
pub struct FormError {
    /// What was given.
    text: String,
    /// What there is.
    names: &'static [&'static str],
}

macro_rules! named {
    ($form:ty { $($variant:ident $name:literal),* }) => {
        impl $form {
            /// Every form's name.
            pub const NAMES: &'static [&'static str] = &[$($name),*];
        }

        impl FromStr for $form {
            type Err = FormError;

            fn from_str(text: &str) -> Result<Self, FormError> {
                match text {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(FormError { text: text.to_owned(), names: Self::NAMES }),
                }
            }
        }

        impl fmt::Display for $form {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $name),* })
            }
        }

        impl Serialize for $form {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

named!(L1Form {
    Proximal "l1",
    Subgradient "l1-subgradient",
    SubgradientPerSample "l1-subgradient-per-sample",
    SubgradientPerBatch "l1-subgradient-per-batch"
});
named!(L2Form {
    Half "l2",
    Sum "l2-sum",
    PerSample "l2-per-sample",
    PerBatch "l2-per-batch"
});
