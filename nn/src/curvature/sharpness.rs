//! The largest loss in a ball around a point.

use super::{add_scaled, norm};

/// The largest loss that was found in a ball.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharpest {
    /// The loss at the centre.
    pub centre: f64,
    /// The largest loss that was found; at least that of the centre.
    pub loss: f64,
    /// Its place, from the centre.
    pub offset: Vec<f64>,
}

/// Looks for the largest loss within `radius` (Euclidean) of `centre`. What it finds is a lower bound of the maximum.
///
/// From each of some directions it goes to the sphere, and then `steps` times to where the sphere is farthest along the
/// gradient: δ ← ε·∇L/‖∇L‖. Where the loss is convex every such step raises it; this is the first step of
/// sharpness-aware minimization (Foret et al. 2021), repeated. At a minimum the gradient says nothing, so the directions
/// to begin with should hold both signs of the leading eigenvector of the Hessian.
///
/// `gradient` writes the gradient at a point and returns the loss there.
///
/// # Panics
/// If the radius is not above 0, or a direction has another length than the centre.
#[track_caller]
pub fn sharpest(
    centre: &[f64],
    radius: f64,
    directions: &[Vec<f64>],
    steps: usize,
    mut gradient: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Sharpest {
    assert!(radius > 0.0, "a ball of radius {radius}");
    let n = centre.len();
    let mut slope = vec![0.0; n];
    let at_centre = gradient(centre, &mut slope);
    let mut best = Sharpest {
        centre: at_centre,
        loss: at_centre,
        offset: vec![0.0; n],
    };
    let uphill = slope.clone();
    for direction in directions.iter().chain([&uphill]) {
        assert!(
            direction.len() == n,
            "a direction of {} numbers from a centre of {n}",
            direction.len()
        );
        slope.copy_from_slice(direction);
        for _ in 0..=steps {
            let size = norm(&slope);
            // Nowhere is farther along a zero or an undefined gradient.
            if !(size > 0.0 && size.is_finite()) {
                break;
            }
            let offset: Vec<f64> = slope.iter().map(|s| s * (radius / size)).collect();
            let mut point = centre.to_vec();
            add_scaled(&mut point, 1.0, &offset);
            let loss = gradient(&point, &mut slope);
            if loss > best.loss {
                best.loss = loss;
                best.offset = offset;
            }
        }
    }
    best
}
