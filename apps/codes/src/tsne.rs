//! t-SNE in two dimensions by the Barnes-Hut approximation (L. van der Maaten, Accelerating t-SNE using
//! tree-based algorithms, Journal of Machine Learning Research 15, 2014).
//!
//! The crate that does it sums over threads in the order they finish, and draws numbers of its own. So it is given all that
//! it would draw (neighbors and first places), and one thread: same seed, same bits.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use autograd::random::stream;
use bhtsne::{Neighbor, tSNE};
use experiment::{AppError, interrupt};
use rand_distr::{Distribution, StandardNormal};
use rayon::ThreadPoolBuilder;

use super::{Points, nearest};

/// Iterations of gradient descent.
pub const EPOCHS: usize = 1000;
/// Perplexity, for enough points.
const PERPLEXITY: usize = 30;
/// Barnes-Hut accuracy: the usual compromise.
const THETA: f32 = 0.5;
/// Standard deviation of the initial embedding.
const SPREAD: f64 = 1e-4;

/// A t-SNE embedding in two dimensions.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// Coordinates of each point.
    pub coordinates: Vec<(f64, f64)>,
    /// Perplexity: 30, or less for few points.
    pub perplexity: usize,
}

/// What unwinds from an iteration after Ctrl-C.
struct Stopped;

/// Embeds points in two dimensions by t-SNE. `None` for fewer than 7 points. Uses one thread, but for the search
/// for neighbors; 2000 points take seconds.
///
/// # Errors
/// If the system gives no thread, or Ctrl-C was pressed.
pub fn tsne(points: &Points, seed: u64, threads: usize) -> Result<Option<Embedding>, AppError> {
    let perplexity = PERPLEXITY.min(points.len().saturating_sub(1) / 3);
    if perplexity < 2 {
        return Ok(None);
    }
    let neighbors: Vec<Vec<Neighbor<f32>>> = nearest(points, points, 3 * perplexity, true, threads)
        .into_iter()
        .map(|near| {
            let far = near.into_iter();
            far.map(|n| Neighbor {
                index: n.index as usize,
                distance: n.squared.sqrt(),
            })
            .collect()
        })
        .collect();
    let mut rng = stream(seed, "t-sne", 0, 0);
    let mut place = || {
        let z: f64 = StandardNormal.sample(&mut rng);
        (SPREAD * z) as f32
    };
    let start: Vec<f32> = (0..2 * points.len()).map(|_| place()).collect();
    interrupt::check()?;
    let rows: Vec<&[f32]> = points.iter().collect();
    let pool = ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .map_err(|e| AppError::while_doing("cannot start a thread for t-SNE", e))?;
    let embed = || {
        let mut map: tSNE<'_, f32, &[f32], 2> = tSNE::new(&rows);
        map.perplexity(perplexity as f32)
            .epochs(EPOCHS)
            .epoch_callback(|_, _| {
                if interrupt::requested() {
                    resume_unwind(Box::new(Stopped));
                }
            })
            .initial_embedding(start)
            .barnes_hut_with_neighbors(THETA, &neighbors);
        map.embedding().to_vec()
    };
    // The crate goes through all iterations and cannot be told to stop, so the way out is to unwind. What is unwound is
    // its own and is dropped.
    let flat = match catch_unwind(AssertUnwindSafe(|| pool.install(embed))) {
        Ok(flat) => flat,
        Err(payload) if payload.is::<Stopped>() => return Err(interrupt::interrupted()),
        Err(payload) => resume_unwind(payload),
    };
    let places = flat.chunks_exact(2);
    Ok(Some(Embedding {
        coordinates: places.map(|p| (f64::from(p[0]), f64::from(p[1]))).collect(),
        perplexity,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clouds of points around the corners of a simplex.
    fn clouds(clouds: usize, each: usize) -> Points {
        let mut rng = stream(5, "test", 0, 0);
        let mut values = Vec::new();
        for cloud in 0..clouds {
            for _ in 0..each {
                values.extend((0..clouds).map(|axis| {
                    let z: f64 = StandardNormal.sample(&mut rng);
                    (z + if axis == cloud { 20.0 } else { 0.0 }) as f32
                }));
            }
        }
        Points::new(clouds, values)
    }

    #[test]
    fn clouds_stay_together_and_bits_the_same() {
        let points = clouds(4, 50);
        let plane = tsne(&points, 1, 1).unwrap().unwrap();
        assert_eq!((plane.coordinates.len(), plane.perplexity), (200, 30));
        let flat = plane
            .coordinates
            .iter()
            .flat_map(|(x, y)| [*x as f32, *y as f32]);
        let flat = Points::new(2, flat.collect());
        for (i, near) in nearest(&flat, &flat, 3, true, 1).iter().enumerate() {
            assert!(near.iter().all(|n| n.index as usize / 50 == i / 50), "{i}");
        }
        assert_eq!(tsne(&points, 1, 3).unwrap().unwrap(), plane);
        assert_ne!(tsne(&points, 2, 1).unwrap().unwrap(), plane);
    }

    #[test]
    fn few_points_have_a_plane_or_none() {
        let few = |n: usize| Points::new(1, (0..n).map(|i| i as f32).collect());
        assert_eq!(tsne(&few(6), 0, 1).unwrap(), None);
        let seven = tsne(&few(7), 0, 1).unwrap().unwrap();
        assert_eq!((seven.coordinates.len(), seven.perplexity), (7, 2));
        // Equal points have no distances to go by, and stay finite.
        let equal = tsne(&Points::new(2, vec![1.0; 80]), 0, 1).unwrap().unwrap();
        assert!(
            equal
                .coordinates
                .iter()
                .all(|(x, y)| x.is_finite() && y.is_finite())
        );
    }
}
