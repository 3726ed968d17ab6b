//! Images moved, turned and bent.

use autograd::Real;

use super::draw::{Draw, GRID};

/// Intervals between the points of the grid that lie on the image.
const SPANS: usize = GRID - 3;

/// Room to change images of one size in, and what is the same for all of them.
pub(super) struct Canvas<T> {
    height: usize,
    width: usize,
    /// A plane with a border of zeros: one above and to the left, two below and to the right.
    bordered: Vec<T>,
    /// For each pixel its source in the bordered plane.
    sources: Sources,
    /// What each point of the grid weighs in each row of pixels, and in each column.
    weights: [[Vec<f32>; GRID]; 2],
}

/// Where the four cells around a source begin, and how far it lies beyond the first. Lists of their own, so that a row
/// of pixels is computed by vector instructions.
struct Sources {
    start: Vec<i32>,
    down: Vec<f32>,
    right: Vec<f32>,
}

impl<T: Real> Canvas<T> {
    pub(super) fn new(height: usize, width: usize) -> Self {
        Self {
            height,
            width,
            bordered: vec![T::ZERO; (height + 3) * (width + 3)],
            sources: Sources {
                start: vec![0; height * width],
                down: vec![0.0; height * width],
                right: vec![0.0; height * width],
            },
            weights: [height, width].map(weights),
        }
    }

    /// Changes an image, plane by plane.
    pub(super) fn warp(&mut self, image: &mut [T], draw: &Draw) {
        let still = draw.moved == [0, 0] && !draw.mirrored;
        let whole = draw.turn.is_none() && draw.grid.is_none();
        if whole && still {
            return;
        }
        if !whole {
            self.find_sources(draw);
        }
        for plane in image.chunks_exact_mut(self.height * self.width) {
            for (row, to) in plane
                .chunks_exact(self.width)
                .zip(self.bordered.chunks_exact_mut(self.width + 3).skip(1))
            {
                to[1..=self.width].copy_from_slice(row);
            }
            if whole {
                self.copy_moved(plane, draw);
            } else {
                self.interpolate(plane);
            }
        }
    }

    /// Every pixel from a whole one: no arithmetic, no loss.
    fn copy_moved(&self, plane: &mut [T], draw: &Draw) {
        let [down, right] = draw.moved;
        for (y, row) in (0isize..).zip(plane.chunks_exact_mut(self.width)) {
            let source = y - down;
            if !(0..self.height as isize).contains(&source) {
                row.fill(T::ZERO);
                continue;
            }
            let start = (source as usize + 1) * (self.width + 3) + 1;
            let from = &self.bordered[start..][..self.width];
            for (x, cell) in (0isize..).zip(row) {
                let mut source = x - right;
                if draw.mirrored {
                    source = self.width as isize - 1 - source;
                }
                let inside = usize::try_from(source).ok().and_then(|x| from.get(x));
                *cell = inside.copied().unwrap_or(T::ZERO);
            }
        }
    }

    /// Where each pixel comes from: bent, then turned about the middle, then moved, then mirrored.
    fn find_sources(&mut self, draw: &Draw) {
        let (height, width) = (self.height, self.width);
        let middle = [height, width].map(|side| (side - 1) as f32 / 2.0);
        let last = [height, width].map(|side| side as f32);
        let [sin, cos] = draw.turn.unwrap_or([0.0, 1.0]);
        let [down, right] = draw.moved.map(|by| by as f32);
        let (side, edge) = if draw.mirrored {
            (-1.0, last[1] - 1.0)
        } else {
            (1.0, 0.0)
        };
        let stride = width as i32 + 3;
        let Sources {
            start,
            down: downs,
            right: rights,
        } = &mut self.sources;
        for y in 0..height {
            let row = y * width..(y + 1) * width;
            let (start, downs, rights) = (
                &mut start[row.clone()],
                &mut downs[row.clone()],
                &mut rights[row],
            );
            // The bend first, then in its place the source.
            downs.fill(0.0);
            rights.fill(0.0);
            if let Some([down, right]) = &draw.grid {
                bend(downs, down, &self.weights, y);
                bend(rights, right, &self.weights, y);
            }
            let sources = start.iter_mut().zip(downs).zip(rights);
            for (x, ((start, down_by), right_by)) in sources.enumerate() {
                let off_y = y as f32 - middle[0] + *down_by;
                let off_x = x as f32 - middle[1] + *right_by;
                let from_y = middle[0] + cos * off_y - sin * off_x - down;
                let from_x = middle[1] + sin * off_y + cos * off_x - right;
                // One place beyond either edge all is 0, and so it is further out. Counted from the border's corner.
                let from_y = from_y.max(-1.0).min(last[0]) + 1.0;
                let from_x = (edge + side * from_x).max(-1.0).min(last[1]) + 1.0;
                let (row, column) = (from_y as i32, from_x as i32);
                *start = row * stride + column;
                *down_by = from_y - row as f32;
                *right_by = from_x - column as f32;
            }
        }
    }

    /// Every pixel from the four around its source, weighed by how near they are.
    fn interpolate(&self, plane: &mut [T]) {
        let stride = self.width + 3;
        let Sources { start, down, right } = &self.sources;
        let sources = start.iter().zip(down).zip(right);
        for (cell, ((&start, &down), &right)) in plane.iter_mut().zip(sources) {
            let around = &self.bordered[start as usize..][..stride + 2];
            let (down, right) = (T::from_f64(f64::from(down)), T::from_f64(f64::from(right)));
            let above = around[0] + right * (around[1] - around[0]);
            let below = around[stride] + right * (around[stride + 1] - around[stride]);
            *cell = above + down * (below - above);
        }
    }
}

/// Adds to a row of pixels how far the grid's points displace each of them.
fn bend(
    pixels: &mut [f32],
    grid: &[[f32; GRID]; GRID],
    [rows, columns]: &[[Vec<f32>; GRID]; 2],
    y: usize,
) {
    for (j, column) in columns.iter().enumerate() {
        let point: f32 = (0..GRID).map(|i| rows[i][y] * grid[i][j]).sum();
        for (pixel, weight) in pixels.iter_mut().zip(column) {
            *pixel += weight * point;
        }
    }
}

/// What each point of the grid weighs at each pixel of a side: uniform cubic B-splines, which are smooth and never go
/// beyond their points. Four points count at a pixel, the others are 0.
fn weights(side: usize) -> [Vec<f32>; GRID] {
    let mut weights: [Vec<f32>; GRID] = Default::default();
    for pixel in 0..side {
        let at = (pixel as f32 + 0.5) / side as f32 * SPANS as f32;
        let first = (at as usize).min(SPANS - 1);
        let t = at - first as f32;
        let s = 1.0 - t;
        let mut points = [0.0; GRID];
        points[first..first + 4].copy_from_slice(&[
            s * s * s / 6.0,
            (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
            (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0,
            t * t * t / 6.0,
        ]);
        for (column, weight) in weights.iter_mut().zip(points) {
            column.push(weight);
        }
    }
    weights
}
