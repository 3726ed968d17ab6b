//! What is drawn for one image.

use autograd::random::{Stream, below, unit};
use rand_distr::{Distribution, StandardNormal};

use super::plan::Plan;

/// Points of the elastic grid along a side; the outermost lie outside of the image.
pub(super) const GRID: usize = 7;
/// How far a point of the grid is displaced, as a share of the side: the standard deviation.
const ELASTIC: f64 = 0.06;
/// The largest turn, in degrees.
const TURN: f64 = 10.0;

/// How one image is changed.
pub(super) struct Draw {
    pub(super) mirrored: bool,
    /// How far the image moves down and to the right.
    pub(super) moved: [isize; 2],
    /// The sine and cosine of the turn.
    pub(super) turn: Option<[f32; 2]>,
    /// The displacements of the grid's points, down and to the right, row by row.
    pub(super) grid: Option<[[[f32; GRID]; GRID]; 2]>,
}

impl Draw {
    /// The first four numbers are drawn whether they are wanted or not, so that no part of a plan moves another.
    pub(super) fn new(plan: &Plan, height: usize, width: usize, rng: &mut Stream) -> Self {
        let mirrored = unit(rng) < 0.5;
        let sides = [height, width];
        let shift = sides.map(|side| between(most(side, 14), rng));
        let crop = sides.map(|side| between(most(side, 8), rng));
        let degrees = TURN * (2.0 * unit(rng) - 1.0);
        let wanted = |wanted: bool, x: isize| if wanted { x } else { 0 };
        let moved = |axis: usize| wanted(plan.shift, shift[axis]) + wanted(plan.crop, crop[axis]);
        Self {
            mirrored: plan.flip && mirrored,
            moved: [moved(0), moved(1)],
            turn: plan.rotate.then(|| {
                let (sin, cos) = degrees.to_radians().sin_cos();
                [sin as f32, cos as f32]
            }),
            grid: plan.elastic.then(|| sides.map(|side| grid(side, rng))),
        }
    }
}

/// The largest move of a side of which it is a share: to the nearest pixel, and at least one.
fn most(side: usize, share: usize) -> usize {
    ((side + share / 2) / share).max(1)
}

/// A whole number from `-most` to `most`.
fn between(most: usize, rng: &mut Stream) -> isize {
    below(rng, 2 * most + 1) as isize - most as isize
}

fn grid(side: usize, rng: &mut Stream) -> [[f32; GRID]; GRID] {
    let deviation = (ELASTIC * side as f64) as f32;
    let mut grid = [[0.0; GRID]; GRID];
    for point in grid.as_flattened_mut() {
        let z: f32 = StandardNormal.sample(rng);
        *point = deviation * z;
    }
    grid
}
