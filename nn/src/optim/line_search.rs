//! A line search for the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, 2nd edition 2006, algorithms
//! 3.5 and 3.6).

/// The sufficient decrease that is asked for, as a share of what the slope at 0 promises (c₁).
pub(super) const DECREASE: f64 = 1e-4;
/// The slope that may be left, as a share of that at 0 (c₂; the book's value for quasi-Newton directions).
pub(super) const CURVATURE: f64 = 0.9;
/// The most points that are looked at.
const MOST: usize = 25;
/// The factor by which a step grows that is too short.
const GROWTH: f64 = 2.0;
/// The share of an interval, at both ends, in which a point hardly shortens it. One such point is tried, since near the
/// minimum the cubic is right about it; not two in turn.
const MARGIN: f64 = 0.1;
/// The share in which no point is tried.
const LEAST: f64 = 1e-3;

/// A point on the line: its distance, and value and slope there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) at: f64,
    pub(super) value: f64,
    pub(super) slope: f64,
}

impl Point {
    fn is_finite(self) -> bool {
        self.value.is_finite() && self.slope.is_finite()
    }
}

/// Looks for a step that satisfies the strong Wolfe conditions: a sufficient decrease, and a slope whose size has fallen.
/// `start` is the point at 0, with a negative slope; the first step tried is `first`. `at` gives the point at a distance.
/// What is found is the point that `at` was asked for last. `None` if there is none among [`MOST`] points.
pub(super) fn strong_wolfe(
    start: Point,
    first: f64,
    mut at: impl FnMut(f64) -> Point,
) -> Option<Point> {
    let falls = |p: Point| p.value <= start.value + DECREASE * p.at * start.slope;
    let flat = |p: Point| p.slope.abs() <= -CURVATURE * start.slope;
    let (mut before, mut step) = (start, first);
    let mut left = MOST;
    // Algorithm 3.5: steps grow until they enclose one to be accepted.
    let (mut low, mut high) = loop {
        let point = at(step);
        left -= 1;
        // Negated, so that NaN and infinities count as too far.
        if !(point.is_finite() && falls(point)) || before.at > 0.0 && point.value >= before.value {
            break (before, point);
        }
        if flat(point) {
            return Some(point);
        }
        if point.slope >= 0.0 {
            break (point, before);
        }
        if left == 0 {
            return None;
        }
        (before, step) = (point, step * GROWTH);
    };
    // Algorithm 3.6: `low` falls enough and is the lowest so far, and a step to be accepted lies between it and `high`.
    let mut was_near = false;
    while left > 0 && low.at != high.at {
        let (share, is_near) = share(low, high, was_near);
        let point = at(low.at + share * (high.at - low.at));
        was_near = is_near;
        left -= 1;
        if !(point.is_finite() && falls(point)) || point.value >= low.value {
            high = point;
            continue;
        }
        if flat(point) {
            return Some(point);
        }
        if point.slope * (high.at - low.at) >= 0.0 {
            high = low;
        }
        low = point;
    }
    None
}

/// Where between two points to look next, as a share of the way, and whether that is near one of them: the minimizer of the
/// cubic through both points and their slopes, or the middle where there is none between them. After a point that
/// `was_near` it keeps off the ends.
fn share(a: Point, b: Point, was_near: bool) -> (f64, bool) {
    let share = match b.is_finite() {
        true => cubic(a, b),
        false => f64::NAN,
    };
    // NaN, too, is outside.
    if !(share > 0.0 && share < 1.0) {
        return (0.5, false);
    }
    let off_ends = share.clamp(MARGIN, 1.0 - MARGIN);
    match share == off_ends || was_near {
        true => (off_ends, false),
        false => (share.clamp(LEAST, 1.0 - LEAST), true),
    }
}

/// The minimizer of the cubic through two points and their slopes (Nocedal and Wright, equation 3.59), as a share of the way
/// from the one to the other.
fn cubic(a: Point, b: Point) -> f64 {
    let width = b.at - a.at;
    let d1 = a.slope + b.slope - 3.0 * (b.value - a.value) / width;
    let d2 = (d1 * d1 - a.slope * b.slope).sqrt().copysign(width);
    1.0 - (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(value: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64, first: f64) -> Option<Point> {
        let point = |at| Point {
            at,
            value: value(at),
            slope: slope(at),
        };
        strong_wolfe(point(0.0), first, point)
    }

    /// The functions of Moré and Thuente (ACM TOMS 20, 1994, section 5), from steps far too short to far too long.
    #[test]
    fn functions_of_more_and_thuente() {
        let accepted = |value: &dyn Fn(f64) -> f64, slope: &dyn Fn(f64) -> f64, first: f64| {
            let found = search(value, slope, first).unwrap_or_else(|| panic!("from {first}"));
            assert!(found.value <= value(0.0) + DECREASE * found.at * slope(0.0));
            assert!(found.slope.abs() <= CURVATURE * slope(0.0).abs());
        };
        for first in [1e-3, 1e-1, 1e1, 1e3] {
            accepted(
                &|a| -a / (a * a + 2.0),
                &|a| (a * a - 2.0) / (a * a + 2.0).powi(2),
                first,
            );
            accepted(
                &|a| (a + 0.004).powi(5) - 2.0 * (a + 0.004).powi(4),
                &|a| 5.0 * (a + 0.004).powi(4) - 8.0 * (a + 0.004).powi(3),
                first,
            );
        }
    }

    #[test]
    fn the_cubic_finds_the_minimum_of_a_cubic() {
        // a³ − 3a, whose minimum is at 1.
        let point = |at: f64| Point {
            at,
            value: at.powi(3) - 3.0 * at,
            slope: 3.0 * at * at - 3.0,
        };
        assert!((cubic(point(0.0), point(3.0)) - 1.0 / 3.0).abs() < 1e-14);
        assert!((cubic(point(3.0), point(0.0)) - 2.0 / 3.0).abs() < 1e-14);
    }

    #[test]
    fn a_function_that_is_not_finite_beyond_is_searched_before() {
        let barrier = |a: f64| -(1.0 - a).ln() - 3.0 * a;
        let found = search(barrier, |a| (1.0 - a).recip() - 3.0, 40.0);
        assert!(found.is_some_and(|p| p.at < 1.0), "{found:?}");
        let nan = search(|a| (0.5 - a).sqrt() + a * a - a, |_| -2.0, 1.0);
        assert!(nan.is_none(), "a slope that stays is never accepted");
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        assert!(search(|a| -a, |_| -1.0, 1.0).is_none());
    }
}
