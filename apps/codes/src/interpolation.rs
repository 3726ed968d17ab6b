//! Class means and interpolation between them.

use super::Points;

/// The mean of the points of each class; `None` for a class without points.
///
/// # Panics
/// If a point has no label, or one beyond the classes.
#[track_caller]
pub fn centroids(points: &Points, labels: &[u32], classes: usize) -> Vec<Option<Vec<f32>>> {
    assert_eq!(
        points.len(),
        labels.len(),
        "centroids: points without labels"
    );
    let mut sums = vec![(vec![0.0; points.width()], 0u32); classes];
    for (point, label) in points.iter().zip(labels) {
        let (sum, count) = &mut sums[*label as usize];
        *count += 1;
        for (sum, x) in sum.iter_mut().zip(point) {
            *sum += f64::from(*x);
        }
    }
    let mean = |(sum, count): (Vec<f64>, u32)| {
        let mean = sum.iter().map(|x| (x / f64::from(count)) as f32).collect();
        (count > 0).then_some(mean)
    };
    sums.into_iter().map(mean).collect()
}

/// Midpoints of all pairs of points, row by row, with the points themselves on the diagonal.
///
/// # Panics
/// If the points differ in dimension, or there are none.
#[track_caller]
pub fn interpolation_grid(ends: &[&[f32]]) -> Points {
    let halfway = |a: &[f32], b: &[f32]| -> Vec<f32> {
        assert_eq!(a.len(), b.len(), "between: points of other dimensions");
        a.iter().zip(b).map(|(a, b)| 0.5 * a + 0.5 * b).collect()
    };
    let row = |a: &&[f32]| -> Vec<f32> { ends.iter().flat_map(|b| halfway(a, b)).collect() };
    Points::new(ends[0].len(), ends.iter().flat_map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_and_what_lies_between() {
        let points = Points::new(2, vec![0.0, 0.0, 2.0, 4.0, 5.0, 5.0]);
        let middles = centroids(&points, &[0, 0, 2], 3);
        assert_eq!(middles, [Some(vec![1.0, 2.0]), None, Some(vec![5.0, 5.0])]);
        let ends: Vec<&[f32]> = middles.iter().flatten().map(Vec::as_slice).collect();
        let grid = interpolation_grid(&ends);
        assert_eq!((grid.len(), grid.width()), (4, 2));
        assert_eq!(grid.point(0), [1.0, 2.0]);
        assert_eq!(grid.point(1), [3.0, 3.5]);
        assert_eq!(grid.point(2), grid.point(1));
        assert_eq!(grid.point(3), [5.0, 5.0]);
    }
}
