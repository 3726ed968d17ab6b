//! Nearest neighbors by exhaustive search.
//!
//! A tree visits fewer points in few dimensions, and nearly all in many. Exhaustive search is exact for both, takes
//! points in an order that does not depend on their values, and lets distances be computed many at a time.

use std::ops::ControlFlow;

use experiment::threads::each_on_a_core;

use super::Points;

/// Points per block of distances: few enough to stay in the first-level cache.
const BLOCK: usize = 1024;
/// Query points per piece of work.
const PIECE: usize = 64;

/// A neighbor of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbor {
    /// Index of the neighbor.
    pub index: u32,
    /// Squared Euclidean distance.
    pub squared: f32,
}

/// The `k` points of `among` that are nearest to each point of `of`, the nearest first; of equally near ones that with the
/// least index. With `apart` a point is not its own neighbor: then both are the same points.
///
/// # Panics
/// If the points have other dimensions, or fewer than `k` can be neighbors. Numbers have to be finite; a point that has
/// another is nobody's neighbor.
#[track_caller]
pub fn nearest(
    of: &Points,
    among: &Points,
    k: usize,
    apart: bool,
    threads: usize,
) -> Vec<Vec<Neighbor>> {
    assert_eq!(
        of.width(),
        among.width(),
        "nearest: points of other dimensions"
    );
    assert!(
        k + usize::from(apart) <= among.len(),
        "nearest: {k} neighbors among {} points",
        among.len()
    );
    let columns = Columns::of(among);
    let pieces = of.len().div_ceil(PIECE);
    let mut found = vec![Vec::new(); pieces];
    let piece = |piece: usize| {
        let asked = piece * PIECE..of.len().min((piece + 1) * PIECE);
        let one = |i: usize| columns.nearest(of.point(i), k, apart.then_some(i));
        asked.map(one).collect::<Vec<_>>()
    };
    each_on_a_core(pieces, threads, piece, |i, neighbors| {
        found[i] = neighbors;
        ControlFlow::Continue(())
    });
    found.into_iter().flatten().collect()
}

/// Points with their first numbers together, then their second ones, …
struct Columns {
    count: usize,
    columns: Vec<Vec<f32>>,
}

impl Columns {
    fn of(points: &Points) -> Self {
        let column = |j: usize| points.iter().map(|point| point[j]).collect();
        Self {
            count: points.len(),
            columns: (0..points.width()).map(column).collect(),
        }
    }

    fn nearest(&self, to: &[f32], k: usize, but: Option<usize>) -> Vec<Neighbor> {
        let mut best: Vec<Neighbor> = Vec::with_capacity(k + 1);
        let mut squares = [0.0; BLOCK];
        for start in (0..self.count).step_by(BLOCK) {
            let squares = &mut squares[..BLOCK.min(self.count - start)];
            squares.fill(0.0);
            for (column, x) in self.columns.iter().zip(to) {
                let column = &column[start..][..squares.len()];
                for (sum, y) in squares.iter_mut().zip(column) {
                    let off = x - y;
                    *sum += off * off;
                }
            }
            for (i, squared) in squares.iter().enumerate() {
                let full = best.len() == k;
                // Indices rise, so one that is as near as the last comes after it.
                let near = match best.last() {
                    Some(last) if full => *squared < last.squared,
                    _ => *squared < f32::INFINITY,
                };
                if near && but != Some(start + i) {
                    let place = best.partition_point(|other| other.squared <= *squared);
                    best.truncate(k - usize::from(full));
                    let index = (start + i) as u32;
                    best.insert(
                        place,
                        Neighbor {
                            index,
                            squared: *squared,
                        },
                    );
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use autograd::random::{stream, unit};

    use super::*;

    fn random(count: usize, width: usize, seed: u64) -> Points {
        let mut rng = stream(seed, "test", 0, 0);
        // Few values, so that many are equally near.
        let values = (0..count * width).map(|_| (unit(&mut rng) * 6.0).floor() as f32);
        Points::new(width, values.collect())
    }

    #[test]
    fn the_nearest_are_those_that_sorting_finds() {
        for (width, k) in [(1, 1), (2, 5), (7, 90)] {
            let (of, among) = (random(130, width, 1), random(2500, width, 2));
            let found = nearest(&of, &among, k, false, 2);
            for (point, neighbors) in of.iter().zip(&found) {
                let distance = |other: &[f32]| -> f32 {
                    point
                        .iter()
                        .zip(other)
                        .map(|(a, b)| (a - b) * (a - b))
                        .sum()
                };
                let mut all: Vec<(f32, usize)> = among.iter().map(distance).zip(0..).collect();
                all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                let wanted: Vec<(f32, u32)> =
                    all[..k].iter().map(|(d, i)| (*d, *i as u32)).collect();
                let found: Vec<_> = neighbors.iter().map(|n| (n.squared, n.index)).collect();
                assert_eq!(found, wanted);
            }
        }
    }

    #[test]
    fn threads_change_nothing_and_a_point_is_not_its_own_neighbor() {
        let points = random(1500, 3, 3);
        let one = nearest(&points, &points, 4, true, 1);
        assert_eq!(one, nearest(&points, &points, 4, true, 3));
        for (i, neighbors) in one.iter().enumerate() {
            assert!(neighbors.iter().all(|n| n.index as usize != i));
            assert_eq!(neighbors.len(), 4);
        }
    }

    #[test]
    #[should_panic(expected = "3 neighbors among 3 points")]
    fn too_few_points_panic() {
        let points = random(3, 2, 0);
        nearest(&points, &points, 3, true, 1);
    }
}
