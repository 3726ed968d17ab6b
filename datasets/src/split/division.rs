//! Ways to divide rows: at random, in their order, or by groups that stay together.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::{Split, SplitError, TestSplit, divide, draws, folds, held_out, split};
use crate::Targets;
use crate::shuffle::shuffle;

/// The way in which rows are divided into parts: which of them may be drawn, and which stay together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Division {
    /// Rows are drawn at random, classes in proportion: [`split`] and [`folds`].
    #[default]
    Stratified,
    /// Rows stay in their order, and the last ones are held out: for series of time.
    Ordered,
    /// Rows with the same number, one for each row there is, stay together; groups are drawn at random.
    Grouped(Arc<[u32]>),
}

impl From<TestSplit> for Division {
    /// The division of rows without groups.
    fn from(by: TestSplit) -> Self {
        match by.is_ordered() {
            true => Self::Ordered,
            false => Self::Stratified,
        }
    }
}

impl Division {
    /// Holds out a share of `rows`, which are taken in the order in which they are given.
    ///
    /// - Stratified: see [`split`].
    /// - Ordered: the last rows, as many as [`split`] would hold out.
    /// - Grouped: this share of the groups, whatever their sizes, rounded to the nearest whole number (halves up), but at
    ///   least one and not all, as scikit-learn's `GroupShuffleSplit` takes a share of groups. Classes are not looked at.
    ///
    /// `purpose` tells apart draws with the same seed.
    ///
    /// # Errors
    /// As [`split`]; or if there are fewer than two groups.
    ///
    /// # Panics
    /// If a row has no target or no group.
    #[track_caller]
    pub fn split(
        &self,
        targets: &Targets,
        rows: &[u32],
        fraction: f64,
        seed: u64,
        purpose: &str,
    ) -> Result<Split, SplitError> {
        match self {
            Self::Stratified => split(targets, rows, fraction, seed, purpose),
            Self::Ordered => {
                let first = rows.len() - held_out(rows.len(), fraction)?;
                Ok(Split {
                    train: rows[..first].to_vec(),
                    test: rows[first..].to_vec(),
                })
            }
            Self::Grouped(group_of) => {
                let mut groups: Vec<u32> = sizes(group_of, rows).into_keys().collect();
                let cannot = |e| match e {
                    SplitError::TooFewRows(_) => SplitError::TooFewGroups(groups.len()),
                    e => e,
                };
                let total = held_out(groups.len(), fraction).map_err(cannot)?;
                shuffle(&mut groups, &mut draws(seed, purpose, 0));
                let held: HashSet<u32> = groups[..total].iter().copied().collect();
                Ok(divide(rows, |position| {
                    held.contains(&group_of[rows[position] as usize])
                }))
            }
        }
    }

    /// Divides `rows`, which are taken in the order in which they are given, into `k` folds.
    ///
    /// - Stratified: see [`folds`].
    /// - Ordered: forward chaining. The last rows are cut into k blocks of n/(k + 1) rows, rounded down; each is held out
    ///   once, and what is learned from are the rows before it. So no row is judged by later ones; the split is
    ///   scikit-learn's `TimeSeriesSplit`.
    /// - Grouped: the groups in random order, larger ones first, each into the fold that has the fewest rows so far (the
    ///   first among equals), as scikit-learn's `GroupKFold` does with its own order among equals.
    ///
    /// # Errors
    /// If `k` is below 2, or there are too few rows or groups for it.
    ///
    /// # Panics
    /// If a row has no target or no group.
    #[track_caller]
    pub fn folds(
        &self,
        targets: &Targets,
        rows: &[u32],
        k: usize,
        seed: u64,
        purpose: &str,
    ) -> Result<Vec<Split>, SplitError> {
        let n = rows.len();
        match self {
            Self::Stratified => folds(targets, rows, k, seed, purpose),
            Self::Ordered => {
                if k < 2 || k + 1 > n {
                    return Err(SplitError::Blocks { folds: k, rows: n });
                }
                let size = n / (k + 1);
                let block = |i: usize| {
                    let start = n - (k - i) * size;
                    Split {
                        train: rows[..start].to_vec(),
                        test: rows[start..start + size].to_vec(),
                    }
                };
                Ok((0..k).map(block).collect())
            }
            Self::Grouped(group_of) => {
                let sizes = sizes(group_of, rows);
                let mut groups: Vec<u32> = sizes.keys().copied().collect();
                if k < 2 || k > groups.len() {
                    let groups = groups.len();
                    return Err(SplitError::FoldsOfGroups { folds: k, groups });
                }
                shuffle(&mut groups, &mut draws(seed, purpose, 0));
                groups.sort_by_key(|group| std::cmp::Reverse(sizes[group]));
                let mut filled = vec![0; k];
                let mut fold_of = BTreeMap::new();
                for group in groups {
                    let fold = (0..k).min_by_key(|&fold| filled[fold]).unwrap_or(0);
                    filled[fold] += sizes[&group];
                    fold_of.insert(group, fold);
                }
                let fold = |position: usize| fold_of[&group_of[rows[position] as usize]];
                Ok((0..k)
                    .map(|i| divide(rows, |position| fold(position) == i))
                    .collect())
            }
        }
    }

    /// Number of groups that some rows are of; `None` where there are no groups.
    ///
    /// # Panics
    /// If a row has no group.
    #[track_caller]
    pub fn groups_of(&self, rows: &[u32]) -> Option<usize> {
        match self {
            Self::Grouped(group_of) => Some(sizes(group_of, rows).len()),
            Self::Stratified | Self::Ordered => None,
        }
    }
}

/// The number of rows of each group that there is among some rows.
#[track_caller]
fn sizes(group_of: &[u32], rows: &[u32]) -> BTreeMap<u32, usize> {
    let mut sizes = BTreeMap::new();
    for &row in rows {
        let Some(group) = group_of.get(row as usize) else {
            panic!("split: row {row} of {} rows with groups", group_of.len());
        };
        *sizes.entry(*group).or_insert(0) += 1;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Rows;

    fn values(n: usize) -> Targets {
        Targets::Values(Rows::reals64(&[1], vec![0.0; n]))
    }

    fn all(n: u32) -> Vec<u32> {
        (0..n).collect()
    }

    #[test]
    fn in_order_the_last_rows_are_held_out() {
        let parts = Division::Ordered
            .split(&values(10), &all(10), 0.25, 7, "test")
            .unwrap();
        // 2.5 rows, halves up.
        assert_eq!(parts.train, all(7));
        assert_eq!(parts.test, [7, 8, 9]);
        let none = Division::Ordered
            .split(&values(10), &all(10), 0.0, 7, "test")
            .unwrap();
        assert_eq!((none.train.len(), none.test.len()), (10, 0));
        let one = Division::Ordered.split(&values(1), &[0], 0.5, 7, "test");
        assert_eq!(one, Err(SplitError::TooFewRows(1)));
    }

    /// scikit-learn 1.9.1: `[(list(a), list(b)) for a, b in TimeSeriesSplit(3).split(range(11))]`.
    #[test]
    fn folds_in_order_are_those_of_time_series_split() {
        let folds = Division::Ordered
            .folds(&values(11), &all(11), 3, 0, "folds")
            .unwrap();
        let want = [(5, [5, 6]), (7, [7, 8]), (9, [9, 10])];
        assert_eq!(folds.len(), 3);
        for (fold, (train, test)) in folds.iter().zip(want) {
            assert_eq!(fold.train, all(train));
            assert_eq!(fold.test, test);
        }
        let too_many = Division::Ordered.folds(&values(3), &all(3), 3, 0, "folds");
        assert_eq!(too_many, Err(SplitError::Blocks { folds: 3, rows: 3 }));
    }

    /// Groups of unlike sizes: 1, 2, 3, … rows, mixed among each other.
    fn grouped(groups: u32) -> (Division, Targets, Vec<u32>) {
        let mut group_of: Vec<u32> = (0..groups)
            .flat_map(|group| vec![group; group as usize + 1])
            .collect();
        shuffle(&mut group_of, &mut draws(3, "mixed", 0));
        let n = group_of.len();
        (Division::Grouped(group_of.into()), values(n), all(n as u32))
    }

    fn of(division: &Division, rows: &[u32]) -> BTreeSet<u32> {
        let Division::Grouped(group_of) = division else {
            unreachable!("grouped")
        };
        rows.iter().map(|row| group_of[*row as usize]).collect()
    }

    #[test]
    fn groups_stay_together_and_a_share_of_them_is_held_out() {
        let (division, targets, rows) = grouped(12);
        let mut drawn = BTreeSet::new();
        for seed in 0..20 {
            let parts = division.split(&targets, &rows, 0.25, seed, "test").unwrap();
            let (train, test) = (of(&division, &parts.train), of(&division, &parts.test));
            assert!(train.is_disjoint(&test));
            assert_eq!((train.len(), test.len()), (9, 3));
            assert_eq!(parts.train.len() + parts.test.len(), rows.len());
            assert!(parts.test.is_sorted() && parts.train.is_sorted());
            drawn.insert(test);
        }
        assert!(drawn.len() > 10, "the seed moves the groups");
        assert_eq!(division.groups_of(&rows), Some(12));
        let one = of(&division, &rows).into_iter().next().unwrap();
        let Division::Grouped(group_of) = &division else {
            unreachable!("grouped")
        };
        let of_one: Vec<u32> = rows
            .iter()
            .copied()
            .filter(|r| group_of[*r as usize] == one)
            .collect();
        let refused = division.split(&targets, &of_one, 0.5, 0, "test");
        assert_eq!(refused, Err(SplitError::TooFewGroups(1)));
    }

    #[test]
    fn folds_of_groups_hold_each_group_out_once_and_are_level() {
        let (division, targets, rows) = grouped(13);
        let folds = division.folds(&targets, &rows, 4, 1, "folds").unwrap();
        let mut seen = Vec::new();
        for fold in &folds {
            assert!(of(&division, &fold.train).is_disjoint(&of(&division, &fold.test)));
            assert_eq!(fold.train.len() + fold.test.len(), rows.len());
            seen.extend(of(&division, &fold.test));
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..13).collect::<Vec<u32>>());
        // 91 rows in groups of up to 13: four folds of 22 or 23.
        let sizes: Vec<usize> = folds.iter().map(|fold| fold.test.len()).collect();
        assert!(sizes.iter().all(|n| (21..=24).contains(n)), "{sizes:?}");
        let too_many = division.folds(&targets, &rows, 14, 1, "folds");
        let refused = SplitError::FoldsOfGroups {
            folds: 14,
            groups: 13,
        };
        assert_eq!(too_many, Err(refused));
    }
}
