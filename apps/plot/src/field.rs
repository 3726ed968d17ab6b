//! Values at the points of a grid, and between them.

use super::axis::{Scale, drawable};

/// Values at the points of a grid: a slice of a loss surface.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    x: Vec<f64>,
    y: Vec<f64>,
    /// `[i][j]` belongs to `y[i]` and `x[j]`.
    values: Vec<Vec<f64>>,
}

impl Field {
    /// Creates a field of `values[i][j]` at `x[j]` and `y[i]`. Values may be non-finite; coordinates may come in any order.
    ///
    /// # Panics
    /// If there is no point, if the sizes differ, or if a coordinate is not finite.
    #[track_caller]
    pub fn new(x: &[f64], y: &[f64], values: &[Vec<f64>]) -> Self {
        let fits = values.len() == y.len() && values.iter().all(|row| row.len() == x.len());
        assert!(
            fits && !x.is_empty() && !y.is_empty(),
            "a field of {} × {} points has as many rows and columns of values",
            y.len(),
            x.len()
        );
        assert!(
            x.iter().chain(y).all(|place| place.is_finite()),
            "the points of a field lie at finite places"
        );
        let (columns, rows) = (ascending(x), ascending(y));
        Self {
            x: columns.iter().map(|&j| x[j]).collect(),
            y: rows.iter().map(|&i| y[i]).collect(),
            values: rows
                .iter()
                .map(|&i| columns.iter().map(|&j| values[i][j]).collect())
                .collect(),
        }
    }

    /// The coordinates to the right, ascending.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The coordinates upwards, ascending.
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// The numbers, the lowest row first.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.values
    }

    /// All numbers, row by row.
    pub fn values(&self) -> impl Iterator<Item = f64> + Clone + '_ {
        self.values.iter().flatten().copied()
    }

    /// Places of the values on a scale; NaN for those that cannot be drawn.
    pub(super) fn places(&self, scale: Scale) -> Vec<Vec<f64>> {
        let place = |v: &f64| {
            if drawable(*v) {
                scale.place(*v)
            } else {
                f64::NAN
            }
        };
        self.values
            .iter()
            .map(|row| row.iter().map(place).collect())
            .collect()
    }
}

/// The order in which the places ascend.
fn ascending(places: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    order
}

/// A place along an axis of a grid: between point `cell` and the next, `share` of the way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Along {
    pub(super) cell: usize,
    pub(super) share: f64,
}

impl Along {
    /// Finds the place of a number among ascending points; beyond them it is the last one.
    pub(super) fn of(at: f64, points: &[f64]) -> Self {
        let above = points.partition_point(|p| *p <= at);
        if above == 0 || points.len() == 1 {
            return Self {
                cell: 0,
                share: 0.0,
            };
        }
        let cell = (above - 1).min(points.len() - 2);
        let width = points[cell + 1] - points[cell];
        let share = if width > 0.0 {
            (at - points[cell]) / width
        } else {
            0.0
        };
        Self {
            cell,
            share: share.clamp(0.0, 1.0),
        }
    }

    /// The nearer point.
    pub(super) fn nearest(self) -> usize {
        self.cell + usize::from(self.share >= 0.5)
    }
}

/// The number at the point that is nearest.
pub(super) fn nearest(places: &[Vec<f64>], y: Along, x: Along) -> f64 {
    places[y.nearest()][x.nearest()]
}

/// The number between four points, linear in both directions; NaN where one of them is.
pub(super) fn inside(places: &[Vec<f64>], y: Along, x: Along) -> f64 {
    let (rows, columns) = (places.len(), places[0].len());
    let (i, j) = (y.cell, x.cell);
    let (above, right) = ((i + 1).min(rows - 1), (j + 1).min(columns - 1));
    let low = places[i][j] * (1.0 - x.share) + places[i][right] * x.share;
    let high = places[above][j] * (1.0 - x.share) + places[above][right] * x.share;
    low * (1.0 - y.share) + high * y.share
}

/// As [`inside`], but where a point is NaN, the number of the nearest: so a point keeps its surroundings even if all its
/// neighbors have none.
pub(super) fn between(places: &[Vec<f64>], y: Along, x: Along) -> f64 {
    let mean = inside(places, y, x);
    if mean.is_nan() {
        return nearest(places, y, x);
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_put_in_order() {
        let field = Field::new(&[1.0, -1.0], &[2.0, 0.0], &[vec![1.0, 2.0], vec![3.0, 4.0]]);
        assert_eq!((field.x(), field.y()), (&[-1.0, 1.0][..], &[0.0, 2.0][..]));
        assert_eq!(field.rows(), [vec![4.0, 3.0], vec![2.0, 1.0]]);
    }

    #[test]
    #[should_panic(expected = "2 × 1 points")]
    fn sizes_have_to_fit() {
        Field::new(&[1.0], &[2.0, 0.0], &[vec![1.0]]);
    }

    #[test]
    fn between_points_it_is_linear() {
        let places = [vec![0.0, 1.0], vec![2.0, 5.0]];
        let points = [0.0, 1.0];
        let at = |y, x| between(&places, Along::of(y, &points), Along::of(x, &points));
        assert_eq!([at(0.0, 0.0), at(1.0, 1.0), at(0.5, 0.5)], [0.0, 5.0, 2.0]);
        assert_eq!(at(-3.0, 9.0), 1.0);
    }

    #[test]
    fn a_point_among_holes_keeps_its_surroundings() {
        let hole = f64::NAN;
        let places = [vec![hole, hole], vec![hole, 7.0]];
        let points = [0.0, 1.0];
        let at = |y, x| between(&places, Along::of(y, &points), Along::of(x, &points));
        assert_eq!(at(0.6, 0.7), 7.0);
        assert!(at(0.4, 0.7).is_nan());
    }

    #[test]
    fn one_point_is_everywhere() {
        let places = [vec![3.0]];
        for at in [-1.0, 0.0, 1.0] {
            let along = Along::of(at, &[0.0]);
            assert_eq!(between(&places, along, along), 3.0);
        }
    }
}
