//! Contour lines of a grid, by marching squares: in each square of four points the line is straight, and
//! where it crosses a side is found by linear interpolation (Lorensen and Cline, 1987, in two dimensions). Squares with
//! two lines are decided by the mean of their points.

use std::collections::BTreeMap;

/// A side of a square: from point `[i][j]` to its right or to the one above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    i: usize,
    j: usize,
    up: bool,
}

/// The lines at a level through `values[i][j]` at `y[i]`, `x[j]`. A closed line ends where it starts. Squares with a
/// point that is NaN have none.
pub(super) fn lines(x: &[f64], y: &[f64], values: &[Vec<f64>], level: f64) -> Vec<Vec<(f64, f64)>> {
    let mut neighbors: BTreeMap<Side, Vec<Side>> = BTreeMap::new();
    for i in 1..y.len() {
        for j in 1..x.len() {
            for [a, b] in crossed(values, (i - 1, j - 1), level) {
                neighbors.entry(a).or_default().push(b);
                neighbors.entry(b).or_default().push(a);
            }
        }
    }
    let point = |side: Side| {
        let (i, j) = (side.i, side.j);
        let (above, right) = if side.up { (i + 1, j) } else { (i, j + 1) };
        let (from, to) = (values[i][j], values[above][right]);
        let share = (level - from) / (to - from);
        (
            x[j] + share * (x[right] - x[j]),
            y[i] + share * (y[above] - y[i]),
        )
    };
    chains(neighbors)
        .into_iter()
        .map(|chain| chain.into_iter().map(point).collect())
        .collect()
}

/// The pairs of sides that lines join in the square whose lowest left point this is.
fn crossed(values: &[Vec<f64>], (i, j): (usize, usize), level: f64) -> Vec<[Side; 2]> {
    let corners = [
        values[i][j],
        values[i][j + 1],
        values[i + 1][j + 1],
        values[i + 1][j],
    ];
    if corners.iter().any(|v| v.is_nan()) {
        return Vec::new();
    }
    let above = corners.map(|v| v >= level);
    let side = |i, j, up| Side { i, j, up };
    // Around the square as the corners are: each side follows its corner.
    let sides = [
        side(i, j, false),
        side(i, j + 1, true),
        side(i + 1, j, false),
        side(i, j, true),
    ];
    let cut: Vec<usize> = (0..4).filter(|&k| above[k] != above[(k + 1) % 4]).collect();
    match cut[..] {
        [a, b] => vec![[sides[a], sides[b]]],
        [a, b, c, d] => {
            let mean = corners.iter().sum::<f64>() / 4.0;
            // The lines cut off the corners that are on the other side than the middle: 1 and 3, or 0 and 2.
            if (mean >= level) == above[0] {
                vec![[sides[a], sides[b]], [sides[c], sides[d]]]
            } else {
                vec![[sides[d], sides[a]], [sides[b], sides[c]]]
            }
        }
        _ => Vec::new(),
    }
}

/// Joins neighbors into chains, from open ends first; a closed chain has its first side at both ends.
fn chains(mut neighbors: BTreeMap<Side, Vec<Side>>) -> Vec<Vec<Side>> {
    let ends = neighbors.iter().filter(|(_, next)| next.len() == 1);
    let mut starts: Vec<Side> = ends.map(|(side, _)| *side).collect();
    starts.extend(neighbors.keys());
    let mut chains = Vec::new();
    for start in starts {
        let mut chain = vec![start];
        let mut here = start;
        while let Some(next) = neighbors.get_mut(&here).and_then(Vec::pop) {
            if let Some(back) = neighbors.get_mut(&next)
                && let Some(at) = back.iter().position(|side| *side == here)
            {
                back.remove(at);
            }
            chain.push(next);
            here = next;
        }
        if chain.len() > 1 {
            chains.push(chain);
        }
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(points: usize, f: impl Fn(f64, f64) -> f64) -> (Vec<f64>, Vec<Vec<f64>>) {
        let along: Vec<f64> = (0..points)
            .map(|i| -1.0 + 2.0 * i as f64 / (points - 1) as f64)
            .collect();
        let rows = along
            .iter()
            .map(|y| along.iter().map(|x| f(*x, *y)).collect());
        let values = rows.collect();
        (along, values)
    }

    #[test]
    fn a_circle_is_one_closed_line_of_its_radius() {
        let (along, values) = grid(51, |x, y| x * x + y * y);
        for radius in [0.2, 0.5, 0.9] {
            let lines = lines(&along, &along, &values, radius * radius);
            assert_eq!(lines.len(), 1);
            assert_eq!(lines[0].first(), lines[0].last());
            for (x, y) in &lines[0] {
                // Linear interpolation of a square between points h apart is off by at most h²/4; h = 0.04.
                let error = (x * x + y * y - radius * radius).abs();
                assert!(error <= 0.04 * 0.04 / 4.0 + 1e-12, "{x} {y}");
            }
            let pieces = lines[0].windows(2);
            let length: f64 = pieces
                .map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1))
                .sum();
            let round = 2.0 * std::f64::consts::PI * radius;
            assert!((length / round - 1.0).abs() < 4e-3, "{length} {round}");
        }
    }

    #[test]
    fn a_line_of_a_plane_is_open_and_straight() {
        let (along, values) = grid(7, |x, y| x + 2.0 * y);
        let lines = lines(&along, &along, &values, 0.5);
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0]
                .iter()
                .all(|(x, y)| (x + 2.0 * y - 0.5).abs() < 1e-12)
        );
        let ends = [lines[0][0], lines[0][lines[0].len() - 1]];
        assert!(ends.iter().all(|(x, y)| x.abs() == 1.0 || y.abs() == 1.0));
    }

    #[test]
    fn a_saddle_has_two_lines_that_do_not_cross() {
        let (along, values) = grid(2, |x, y| x * y);
        for level in [-0.5, 0.0, 0.5] {
            assert_eq!(lines(&along, &along, &values, level).len(), 2);
        }
        let corner_cut = lines(&along, &along, &values, 0.5);
        // Above 0.5 are the corners (-1, -1) and (1, 1): each is cut off.
        assert!(corner_cut.iter().flatten().all(|(x, y)| x * y >= 0.0 - 0.5));
        assert!(corner_cut.iter().all(|l| (l[0].0 - l[1].0).abs() < 1.0));
    }

    #[test]
    fn lines_end_at_holes_and_constants_have_none() {
        let (along, mut values) = grid(21, |x, y| x * x + y * y);
        values[10][20] = f64::NAN;
        values[10][16] = f64::NAN;
        let open = lines(&along, &along, &values, 0.3);
        assert_eq!(open.len(), 1);
        assert_ne!(open[0].first(), open[0].last());
        let (along, values) = grid(5, |_, _| 2.0);
        assert!(lines(&along, &along, &values, 2.0).is_empty());
        assert!(lines(&[0.0], &[0.0], &[vec![1.0]], 1.0).is_empty());
    }
}
