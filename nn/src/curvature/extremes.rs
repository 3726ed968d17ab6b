//! The outermost eigenvalues.

use autograd::random;

use super::lanczos::Lanczos;
use super::{NotFinite, Operator, normal};

/// Eigenvalues to look for, and the effort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Number of the largest eigenvalues.
    pub top: usize,
    /// Number of the smallest eigenvalues.
    pub bottom: usize,
    /// An eigenvalue is found when its bound is at most this share of the largest magnitude.
    pub tolerance: f64,
    /// The most products. As many vectors are held, and the work on them grows with the square.
    pub steps: usize,
    /// The seed of the start vector.
    pub seed: u64,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            top: 1,
            bottom: 0,
            tolerance: 1e-6,
            steps: 200,
            seed: 0,
        }
    }
}

/// An eigenvalue and its vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenpair {
    /// The value.
    pub value: f64,
    /// The vector, of norm 1; its sign means nothing.
    pub vector: Vec<f64>,
    /// There is an eigenvalue of the map at most so far from the value.
    pub bound: f64,
}

/// The outermost eigenvalues of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Extremes {
    /// The largest, the largest first; fewer than asked for if the map has fewer.
    pub top: Vec<Eigenpair>,
    /// The smallest, the smallest first.
    pub bottom: Vec<Eigenpair>,
    /// True if every one of them is as exact as was asked for.
    pub converged: bool,
}

/// Products between two looks at the Ritz values, which cost the cube of the steps.
const LOOK: usize = 8;

/// The largest and the smallest eigenvalues, by Lanczos' iteration with full reorthogonalization.
///
/// If the iteration ends early, because the start vector has part in few eigenvectors, it goes on from a new one. A
/// multiple eigenvalue may be listed once where it does not: one start vector has part in one of its vectors alone.
/// For a map of at most `steps` numbers the answer is complete.
///
/// # Errors
/// If a product is not finite.
///
/// # Panics
/// If nothing is looked for, or the map is empty.
#[track_caller]
pub fn extremes(map: &mut Operator<'_>, wanted: &Wanted) -> Result<Extremes, NotFinite> {
    assert!(wanted.top + wanted.bottom > 0, "no eigenvalues are wanted");
    assert!(
        wanted.steps > 0 && !map.is_empty(),
        "eigenvalues in {} steps of a map of {}",
        wanted.steps,
        map.len()
    );
    let mut rng = random::stream(wanted.seed, "lanczos", 0, 0);
    let mut lanczos = Lanczos::new(normal(map.len(), &mut rng));
    let most = wanted.steps.min(map.len());
    loop {
        let stepped = lanczos.step(map)?;
        if !stepped && lanczos.restart(&mut rng) {
            continue;
        }
        let steps = lanczos.steps();
        let last = !stepped || steps >= most;
        if !last && !steps.is_multiple_of(LOOK) {
            continue;
        }
        let ritz = lanczos.ritz();
        let size = ritz.values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let (top, bottom) = (wanted.top.min(steps), wanted.bottom.min(steps));
        let places = || (steps - top..steps).rev().chain(0..bottom);
        let exact = |i: usize| ritz.bounds[i] <= wanted.tolerance * size;
        // A start vector has to get as far as the last of the values before it is believed to have no part in more.
        let far = lanczos.under_way().is_some_and(|n| n > top.max(bottom));
        let complete = steps == map.len() || !stepped;
        let converged = complete || far && places().all(exact);
        if last || converged {
            let pair = |i: usize| Eigenpair {
                value: ritz.values[i],
                vector: lanczos.vector(&ritz, i),
                bound: ritz.bounds[i],
            };
            let mut pairs: Vec<_> = places().map(pair).collect();
            let bottom = pairs.split_off(top);
            return Ok(Extremes {
                top: pairs,
                bottom,
                converged,
            });
        }
    }
}
