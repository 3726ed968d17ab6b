//! The samples that a loss is a mean over: a split of a run's data, or some of it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use autograd::random;
use clap::{Args, ValueEnum};
use settings::values::count;

/// Samples that curvature is computed on unless a number is given: some thousand Hessian-vector products on them take
/// about a minute for a small network, where those on all of MNIST take half an hour or more.
pub(crate) const USUAL: usize = 2000;

/// Help of `--samples` where [`USUAL`] are taken.
pub(crate) const USUAL_HELP: &str = "Number of its samples that curvature is computed on, drawn by --seed in proportion \
     to their classes, or all [default: 2000, or all where there are fewer]";

/// A split of a run's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Split {
    /// Training samples.
    Train,
    /// Validation samples.
    Validation,
    /// Test samples.
    Test,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        })
    }
}

/// How many samples of a split are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// All of them.
    All,
    /// So many.
    Exactly(usize),
    /// So many, or all where there are fewer.
    AtMost(usize),
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            text => count(text)
                .map(Self::Exactly)
                .map_err(|e| format!("{e}; or all")),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Folders of earlier slices have these words.
            Self::All => f.write_str("every row"),
            Self::Exactly(n) => n.fmt(f),
            Self::AtMost(n) => write!(f, "at most {n}"),
        }
    }
}

/// Samples that the loss is a mean over.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "Samples")]
pub(crate) struct RowFlags {
    /// Split of the run's data
    #[arg(long, value_name = "PART", default_value = "test")]
    pub(crate) split: Split,

    /// Number of its samples, drawn by --seed in proportion to their classes, or all [default: all]
    #[arg(long, value_name = "N")]
    pub(crate) samples: Option<Amount>,
}

impl RowFlags {
    /// How many samples are taken.
    pub(crate) fn amount(&self) -> Amount {
        self.samples.unwrap_or(Amount::All)
    }

    /// The same flags with at most [`USUAL`] samples, unless a number is given.
    pub(crate) fn or_usual(&self) -> Self {
        Self {
            samples: Some(self.samples.unwrap_or(Amount::AtMost(USUAL))),
            ..self.clone()
        }
    }
}

/// Draws `n` of the rows, in their order; `classes` are those of the rows. Every class has its share of the sample, rounded
/// so that the shares add up (by largest remainders), and each subset of a class is as likely (Fisher and Yates).
///
/// # Panics
/// If there are not so many rows, or not one class for each.
#[track_caller]
pub(crate) fn draw(rows: &[u32], classes: &[u32], n: usize, seed: u64) -> Vec<u32> {
    assert!(n <= rows.len(), "draw: {n} of {} rows", rows.len());
    assert_eq!(rows.len(), classes.len(), "draw: a class for each row");
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, class) in classes.iter().enumerate() {
        members.entry(*class).or_default().push(place);
    }
    let sizes: Vec<usize> = members.values().map(Vec::len).collect();
    let mut drawn = Vec::with_capacity(n);
    for ((class, mut places), share) in members.into_iter().zip(shares(&sizes, n)) {
        let mut rng = random::stream(seed, "samples", 0, u64::from(class));
        for i in 0..share {
            let j = i + random::below(&mut rng, places.len() - i);
            places.swap(i, j);
        }
        drawn.extend_from_slice(&places[..share]);
    }
    drawn.sort_unstable();
    drawn.into_iter().map(|place| rows[place]).collect()
}

/// Shares of `n` in proportion to sizes, by largest remainders; of equal ones the first. None is larger than its size.
fn shares(sizes: &[usize], n: usize) -> Vec<usize> {
    let all: usize = sizes.iter().sum();
    let exact = |size: &usize| *size as u128 * n as u128;
    let mut shares: Vec<usize> = sizes
        .iter()
        .map(|size| (exact(size) / all.max(1) as u128) as usize)
        .collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(exact(&sizes[*i]) % all.max(1) as u128));
    let missing = n - shares.iter().sum::<usize>();
    order[..missing].iter().for_each(|i| shares[*i] += 1);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_keeps_the_order_and_depends_on_the_seed() {
        let rows: Vec<u32> = (0..100).map(|i| 3 * i + 1).collect();
        let classes = [0; 100];
        let some = draw(&rows, &classes, 10, 1);
        assert_eq!(some.len(), 10);
        assert!(some.windows(2).all(|w| w[0] < w[1]));
        assert!(some.iter().all(|row| rows.contains(row)));
        assert_eq!(some, draw(&rows, &classes, 10, 1));
        assert_ne!(some, draw(&rows, &classes, 10, 2));
        assert_eq!(draw(&rows, &classes, 100, 5), rows);
    }

    #[test]
    fn every_class_has_its_share() {
        let rows: Vec<u32> = (0..200).collect();
        // 100, 60 and 40 of three classes, mixed.
        let classes: Vec<u32> = rows
            .iter()
            .map(|i| [0, 2, 0, 1, 0, 1, 0, 2, 0, 1][*i as usize % 10])
            .collect();
        for seed in 0..5 {
            let some = draw(&rows, &classes, 20, seed);
            let of = |class| {
                some.iter()
                    .filter(|row| classes[**row as usize] == class)
                    .count()
            };
            assert_eq!([of(0), of(1), of(2)], [10, 6, 4]);
        }
        assert_eq!(shares(&[1, 1, 1], 2), [1, 1, 0]);
        assert_eq!(shares(&[98, 1, 1], 50), [49, 1, 0]);
        assert_eq!(shares(&[3, 5], 8), [3, 5]);
        assert_eq!(shares(&[], 0), Vec::<usize>::new());
    }

    #[test]
    fn help_names_the_usual_number() {
        assert!(USUAL_HELP.contains(&format!("[default: {USUAL},")));
    }

    #[test]
    fn an_amount_is_a_number_or_all() {
        assert_eq!("all".parse(), Ok(Amount::All));
        assert_eq!("20".parse(), Ok(Amount::Exactly(20)));
        for wrong in ["0", "-1", "some", "", "1.5"] {
            wrong.parse::<Amount>().unwrap_err();
        }
    }
}
