//! A second direction beside a first.

use autograd::Real;

use super::{DirectionError, Group, Normalize, Scaling, drawn, groups, rounded, scale};
use crate::params::Params;

/// A random direction that is orthogonal to `x` and scaled as [`random`](super::random()) ones are: both hold for what is
/// returned.
///
/// Making a pair orthogonal and scaling its filters afterwards spoils the one, the other order the other. So it is made
/// orthogonal to `x` inside of every filter, or of every layer, and then scaled: every filter adds 0 to the product, however
/// it is scaled. A filter of one number has no room for that, only a sign: signs are dealt from the largest number on so
/// that what they add nearly cancels, and the rest is taken back from all other filters, each of which is turned towards
/// or away from `x` by the same angle.
///
/// With [`Normalize::Weight`] and [`Normalize::None`], which fix no norm, it is made orthogonal as a whole after scaling and
/// has the norm of `x`.
///
/// # Errors
/// [`DirectionError::NoRoom`] if filters of one number add more than all others can take back.
///
/// # Panics
/// If `x` is not as long as the parameters.
#[track_caller]
pub fn beside<T: Real>(
    params: &Params<T>,
    x: &[T],
    scaling: Scaling,
    seed: u64,
) -> Result<Vec<T>, DirectionError> {
    assert_eq!(
        x.len(),
        params.len(),
        "a direction of {} numbers for {} parameters",
        x.len(),
        params.len()
    );
    let x: Vec<f64> = x.iter().map(|x| x.to_f64()).collect();
    let mut y = drawn(params, scaling, seed, 1);
    match scaling.normalize {
        Normalize::Filter | Normalize::Layer => {
            let groups = groups(params, scaling);
            for group in groups.iter().filter(|g| g.len > 1) {
                part_from(&x, &mut y, *group);
            }
            let mut y = scale(params, y, scaling);
            turn(&x, &mut y, &groups)?;
            Ok(rounded(&y))
        }
        Normalize::Weight | Normalize::None => {
            let mut y = scale(params, y, scaling);
            let whole = Group {
                first: 0,
                stride: 1,
                len: y.len(),
            };
            let before = dot(&y, &y, whole).sqrt();
            part_from(&x, &mut y, whole);
            let left = dot(&y, &y, whole).sqrt();
            if left <= 1e-10 * before {
                return Err(DirectionError::NoRoom);
            }
            let factor = dot(&x, &x, whole).sqrt() / left;
            y.iter_mut().for_each(|y| *y *= factor);
            Ok(rounded(&y))
        }
    }
}

fn dot(a: &[f64], b: &[f64], group: Group) -> f64 {
    group.places().map(|i| a[i] * b[i]).sum()
}

/// Takes from the group's part of `y` what lies along `x`; twice, which brings the rest to rounding (Giraud, Langou and
/// Rozložník 2005).
fn part_from(x: &[f64], y: &mut [f64], group: Group) {
    let squares = dot(x, x, group);
    if squares == 0.0 {
        return;
    }
    for _ in 0..2 {
        let along = dot(x, y, group) / squares;
        group.places().for_each(|i| y[i] -= along * x[i]);
    }
}

/// Makes up for groups of one number, which add to x·y whatever their sign. A group g of more becomes c·x + s·y, with s so
/// that its norm stays, which adds c·‖x‖·‖y‖ to the product.
fn turn(x: &[f64], y: &mut [f64], groups: &[Group]) -> Result<(), DirectionError> {
    let (mut one, more): (Vec<Group>, Vec<Group>) = groups.iter().partition(|g| g.len == 1);
    let size = |y: &[f64], g: &Group| (x[g.first] * y[g.first]).abs();
    one.sort_by(|a, b| size(y, b).total_cmp(&size(y, a)));
    let mut product = 0.0;
    for Group { first, .. } in one {
        // The first keeps the sign it was drawn with.
        if x[first] * y[first] * product > 0.0 {
            y[first] = -y[first];
        }
        product += x[first] * y[first];
    }
    if product == 0.0 {
        return Ok(());
    }
    let reach = |g: &Group| (dot(x, x, *g) * dot(y, y, *g)).sqrt();
    let room: f64 = more.iter().map(reach).sum();
    let cosine = -product / room;
    // Also where there is no room at all.
    if cosine.abs() >= 1.0 || room == 0.0 {
        return Err(DirectionError::NoRoom);
    }
    let sine = (1.0 - cosine * cosine).sqrt();
    for group in more {
        let (xx, yy) = (dot(x, x, group), dot(y, y, group));
        if xx == 0.0 || yy == 0.0 {
            continue;
        }
        // Towards x by the norm of y.
        let along = cosine * (yy / xx).sqrt();
        group
            .places()
            .for_each(|i| y[i] = along * x[i] + sine * y[i]);
    }
    Ok(())
}
