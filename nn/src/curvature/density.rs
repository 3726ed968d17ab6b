//! How eigenvalues are spread: stochastic Lanczos quadrature (Lin, Saad and Yang 2016; Ghorbani, Krishnan and Xiao 2019).
//!
//! For a vector v of random signs, vᵀf(H)v is the sum of f over all eigenvalues in the mean. Lanczos' iteration from v gives
//! nodes and weights that integrate f along v exactly for polynomials up to a degree of twice the steps. The weights
//! are squares of the *first* components of the small matrix's eigenvectors.

use autograd::random;

use super::lanczos::Lanczos;
use super::{Estimate, NotFinite, Operator, signs};

/// The eigenvalues' distribution as nodes and weights, for each of some random vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// For each vector, nodes and weights; its weights sum to 1.
    pub quadratures: Vec<Vec<(f64, f64)>>,
    /// Number of eigenvalues.
    pub len: usize,
}

/// A density on a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// Points of the grid.
    pub grid: Vec<f64>,
    /// The density there.
    pub values: Vec<f64>,
    /// The standard deviation of the normal distribution that stands for each node.
    pub width: f64,
}

/// The distribution of the eigenvalues, by `vectors` iterations of `steps` products each.
///
/// # Errors
/// If a product is not finite.
///
/// # Panics
/// If there are no vectors or no steps, or the map is empty.
#[track_caller]
pub fn spectrum(
    map: &mut Operator<'_>,
    vectors: usize,
    steps: usize,
    seed: u64,
) -> Result<Spectrum, NotFinite> {
    assert!(
        vectors > 0 && steps > 0,
        "a spectrum by {vectors} vectors and {steps} steps"
    );
    let len = map.len();
    let quadrature = |i| {
        let start = signs(len, &mut random::stream(seed, "spectrum", 0, i));
        let mut lanczos = Lanczos::new(start);
        while lanczos.steps() < steps && lanczos.step(map)? {}
        let ritz = lanczos.ritz();
        Ok(ritz.values.into_iter().zip(ritz.weights).collect())
    };
    Ok(Spectrum {
        quadratures: (0..vectors as u64)
            .map(quadrature)
            .collect::<Result<_, _>>()?,
        len,
    })
}

impl Spectrum {
    /// The mean of a function over all eigenvalues, vector by vector.
    pub fn mean(&self, f: impl Fn(f64) -> f64) -> Estimate {
        let along = |q: &Vec<(f64, f64)>| q.iter().map(|(x, w)| w * f(*x)).sum();
        let samples: Vec<f64> = self.quadratures.iter().map(along).collect();
        Estimate::of(&samples)
    }

    /// The trace; as exact as with as many vectors of Hutchinson's.
    pub fn trace(&self) -> Estimate {
        let Estimate {
            mean,
            standard_error,
        } = self.mean(|x| x);
        let n = self.len as f64;
        Estimate {
            mean: mean * n,
            standard_error: standard_error * n,
        }
    }

    /// The share of eigenvalues below −`threshold`.
    pub fn negative(&self, threshold: f64) -> Estimate {
        self.mean(|x| f64::from(x < -threshold))
    }

    /// The density, with a normal distribution of deviation `share` of the whole range in each node's place, on `points`
    /// numbers that reach five deviations beyond the outermost nodes. It integrates to 1.
    ///
    /// # Panics
    /// If there are fewer than two points, or `share` is not above 0.
    #[track_caller]
    pub fn density(&self, points: usize, share: f64) -> Density {
        assert!(
            points >= 2 && share > 0.0,
            "a density on {points} points with nodes {share} wide"
        );
        let nodes = || self.quadratures.iter().flatten();
        let low = nodes().fold(f64::INFINITY, |m, (x, _)| m.min(*x));
        let high = nodes().fold(f64::NEG_INFINITY, |m, (x, _)| m.max(*x));
        // A map with a single eigenvalue has no range: its size, or 1 for the zero map, stands for it.
        let range = [high - low, high.abs(), 1.0];
        let range = range.into_iter().find(|r| *r > 0.0).unwrap_or(1.0);
        let width = share * range;
        let (from, to) = (low - 5.0 * width, high + 5.0 * width);
        let grid: Vec<f64> = (0..points)
            .map(|i| from + (to - from) * i as f64 / (points - 1) as f64)
            .collect();
        let height = 1.0 / ((2.0 * std::f64::consts::PI).sqrt() * width);
        let of = self.quadratures.len() as f64;
        let at = |t: &f64| {
            let bell = |(x, w): &(f64, f64)| w * (-0.5 * ((t - x) / width).powi(2)).exp();
            nodes().map(bell).sum::<f64>() * height / of
        };
        let values = grid.iter().map(at).collect();
        Density {
            grid,
            values,
            width,
        }
    }
}
