//! Directions from other models: towards one, and those along which a path spreads most.

use autograd::Real;
use nalgebra::{DMatrix, SymmetricEigen};

use super::{DirectionError, rounded};
use crate::params::{Kind, Params};

/// Eigenvalues below this share of the largest are rounding.
const RANK: f64 = 1e-12;

/// Difference that leads from the parameters to others of the same table; 0 in buffers.
///
/// # Panics
/// If there are not as many of the others.
#[track_caller]
pub fn towards<T: Real>(from: &Params<T>, to: &[T]) -> Vec<T> {
    assert_eq!(
        to.len(),
        from.len(),
        "{} parameters towards {}",
        from.len(),
        to.len()
    );
    let mut way = vec![T::ZERO; to.len()];
    for segment in from.segments().iter().filter(|s| s.kind != Kind::Buffer) {
        for i in segment.range.clone() {
            way[i] = to[i] - from.values()[i];
        }
    }
    way
}

/// Writes the parameters on the line between two models, (1 − t)·a + t·b: exactly a at 0, and exactly b at 1.
///
/// # Panics
/// If the three are not of one length.
#[track_caller]
pub fn between<T: Real>(a: &[T], b: &[T], t: f64, out: &mut [T]) {
    assert!(
        a.len() == b.len() && a.len() == out.len(),
        "between {} and {} parameters, into {}",
        a.len(),
        b.len(),
        out.len()
    );
    let (to_a, to_b) = (T::from_f64(1.0 - t), T::from_f64(t));
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = to_a * *a + to_b * *b;
    }
}

/// The directions along which a path spreads most.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal<T> {
    /// Unit vectors, orthogonal to each other, the widest spread first. The path starts on their positive side.
    pub directions: Vec<Vec<T>>,
    /// The share of the path's squared distances from the centre that lies along each.
    pub explained: Vec<f64>,
}

/// The principal directions of a path around a centre: of vectors that lead from the centre to points of the path, as
/// [`towards`] makes them. At most `count`, and no more than the path has dimensions.
///
/// Distances are from the centre, not from the path's mean, so that the plane of the first two passes through the
/// centre: for the last parameters of a run that is the plane of Li et al. (2018, section 7.2). The eigenvectors are
/// those of the small matrix of products, k×k for k points.
///
/// # Errors
/// [`DirectionError::NotFinite`] for a path with infinite or undefined numbers.
///
/// # Panics
/// If the vectors differ in length.
#[track_caller]
pub fn principal<T: Real>(path: &[Vec<T>], count: usize) -> Result<Principal<T>, DirectionError> {
    let k = path.len();
    let mut products = DMatrix::zeros(k, k);
    for i in 0..k {
        for j in 0..=i {
            let product = dot(&path[i], &path[j]);
            if !product.is_finite() {
                return Err(DirectionError::NotFinite);
            }
            products[(i, j)] = product;
            products[(j, i)] = product;
        }
    }
    let mut principal = Principal {
        directions: Vec::new(),
        explained: Vec::new(),
    };
    if k == 0 {
        return Ok(principal);
    }
    let total = products.trace();
    let found = SymmetricEigen::new(products);
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|a, b| found.eigenvalues[*b].total_cmp(&found.eigenvalues[*a]));
    let largest = order.first().map_or(0.0, |i| found.eigenvalues[*i]);
    for place in order.into_iter().take(count) {
        let value = found.eigenvalues[place];
        if value <= RANK * largest {
            break;
        }
        let weights = found.eigenvectors.column(place);
        let mut sum = vec![0.0; path[0].len()];
        for (weight, point) in weights.iter().zip(path) {
            for (sum, x) in sum.iter_mut().zip(point) {
                *sum += weight * x.to_f64();
            }
        }
        let norm = sum.iter().map(|x| x * x).sum::<f64>().sqrt();
        // An eigenvector has no sign of its own.
        let first = weights.iter().find(|w| w.abs() > 1e-9);
        let sign = if first.is_some_and(|w| *w < 0.0) {
            -1.0
        } else {
            1.0
        };
        sum.iter_mut().for_each(|x| *x *= sign / norm);
        principal.directions.push(rounded(&sum));
        principal.explained.push(value / total);
    }
    Ok(principal)
}

/// Projects a vector onto two directions: the α and β with which α·x + β·y comes nearest to it (least squares, since
/// the directions need not be orthogonal). β is 0 where y is no second direction.
///
/// # Panics
/// If the vectors differ in length.
#[track_caller]
pub fn projection<T: Real>(vector: &[T], x: &[T], y: &[T]) -> [f64; 2] {
    let (xx, xy, yy) = (dot(x, x), dot(x, y), dot(y, y));
    let (vx, vy) = (dot(vector, x), dot(vector, y));
    let determinant = xx * yy - xy * xy;
    if determinant > 1e-12 * xx * yy {
        return [
            (vx * yy - vy * xy) / determinant,
            (vy * xx - vx * xy) / determinant,
        ];
    }
    [if xx > 0.0 { vx / xx } else { 0.0 }, 0.0]
}

/// The shares of a path's squared distances from its centre that lie along x, and beyond that along y: of what two
/// directions show of it, orthogonal or not. 0 for a path that stays at its centre.
///
/// # Panics
/// If the vectors differ in length.
#[track_caller]
pub fn explained<T: Real>(path: &[Vec<T>], x: &[T], y: &[T]) -> [f64; 2] {
    let (xx, xy, yy) = (dot(x, x), dot(x, y), dot(y, y));
    // The part of y beside x has this norm.
    let beside = if xx > 0.0 { yy - xy * xy / xx } else { yy };
    let (mut all, mut along) = (0.0, [0.0; 2]);
    for way in path {
        all += dot(way, way);
        let on_x = dot(way, x);
        if xx > 0.0 {
            along[0] += on_x * on_x / xx;
        }
        if beside > 1e-12 * yy {
            let on_y = dot(way, y) - if xx > 0.0 { on_x * xy / xx } else { 0.0 };
            along[1] += on_y * on_y / beside;
        }
    }
    along.map(|share| if all > 0.0 { share / all } else { 0.0 })
}

#[track_caller]
fn dot<T: Real>(a: &[T], b: &[T]) -> f64 {
    assert_eq!(
        a.len(),
        b.len(),
        "vectors of {} and {} numbers",
        a.len(),
        b.len()
    );
    let products = a.iter().zip(b).map(|(a, b)| a.to_f64() * b.to_f64());
    products.sum()
}
