//! The loss at many points of a plane through the parameters.
//!
//! A point is θ + α·d₁ + β·d₂. It is evaluated on tensors, without a tape. Where the first layer with parameters is
//! affine and its input does not depend on parameters, its product with the rows is linear in the point: X·W₀, X·D₁ and
//! X·D₂ are computed once for all points, and the largest product of every point becomes two additions.

mod first_layer;
mod gradient;

use std::sync::OnceLock;

use autograd::prelude::*;
use autograd::{Algebra, Pointwise, Real, Tensor, kernels};
use datasets::{BatchTargets, DataView};

use first_layer::FirstLayer;

use crate::evaluate::ROWS;
use crate::history::Scores;
use crate::layer::{ForwardContext, Layer, LinearParams, Mode, ParamSource};
use crate::loss::DynLoss;
use crate::metrics::metric_sum;
use crate::model::Model;
use crate::params::{Kind, ParamId, Params};

/// Rows whose products are held at a time.
const CHUNK: usize = 16 * ROWS;
/// The most points that one thread takes at a time.
const TILE: usize = 8;

/// Way in which points are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The first layer by linearity where that is valid, else as [`Method::Plain`].
    Auto,
    /// Every point's parameters are computed and the rows sent through the whole network. At α = β = 0 the loss is that
    /// of [`evaluate`](crate::evaluate) to the bit.
    Plain,
}

/// A plane through the parameters of a model, and the rows that the loss is a mean over.
pub struct Plane<'a, T: Real> {
    /// The model at the origin.
    pub model: &'a Model<T>,
    /// The first direction, as long as the parameters, 0 in buffers.
    pub x: &'a [T],
    /// The second direction, as long as the parameters, 0 in buffers.
    pub y: &'a [T],
    /// The data.
    pub data: DataView<'a>,
    /// Rows of it.
    pub rows: &'a [u32],
    /// Loss.
    pub loss: &'a dyn DynLoss<T>,
}

impl<T: Real> Plane<'_, T> {
    /// Is the first layer's product linear in the point, so that [`Method::Auto`] takes the short way?
    pub fn has_shortcut(&self) -> bool {
        self.first().is_some()
    }

    /// Mean loss and metric at each point (α, β). They do not depend on the number of threads.
    ///
    /// # Panics
    /// If a direction is not as long as the parameters or moves a buffer, or the data do not fit the model.
    #[track_caller]
    #[inline(never)]
    pub fn scores(&self, points: &[(f64, f64)], method: Method) -> Vec<Scores> {
        self.check();
        // Few points are shared out evenly. A point does not know its neighbours, so results do not depend on it.
        let tile = points.len().div_ceil(autograd::threads()).clamp(1, TILE);
        let first = match method {
            Method::Auto => self.first(),
            Method::Plain => None,
        };
        let mut sums = vec![(0.0, 0.0); points.len()];
        for rows in self.rows.chunks(CHUNK) {
            let blocks: Vec<_> = rows
                .chunks(ROWS)
                .map(|rows| Block::new(self, first, rows))
                .collect();
            // Every tile goes on from the sums so far, so that the order of additions is that of the rows.
            let tiles: Vec<OnceLock<Vec<_>>> = vec![OnceLock::new(); points.len().div_ceil(tile)];
            kernels::split(tiles.len(), &|i| {
                let range = i * tile..points.len().min((i + 1) * tile);
                let mut sums = sums[range.clone()].to_vec();
                self.add(first, &blocks, &points[range], &mut sums);
                let _ = tiles[i].set(sums);
            });
            sums = tiles
                .into_iter()
                .filter_map(OnceLock::into_inner)
                .flatten()
                .collect();
        }
        let n = self.data.targets.total_weight(self.rows);
        let mean = |(loss, metric): (f64, f64)| Scores {
            loss: loss / n,
            metric: metric / n,
            penalty: 0.0,
        };
        sums.into_iter().map(mean).collect()
    }

    /// Refuses directions that are none.
    #[track_caller]
    fn check(&self) {
        let n = self.model.params.len();
        assert!(
            self.x.len() == n && self.y.len() == n,
            "directions of {} and {} numbers for {n} parameters",
            self.x.len(),
            self.y.len()
        );
        for s in self.model.params.segments() {
            let still = |d: &[T]| d[s.range.clone()].iter().all(|x| *x == T::ZERO);
            assert!(
                s.kind != Kind::Buffer || still(self.x) && still(self.y),
                "a direction moves {}, which is not trained",
                s.name
            );
        }
    }

    /// The first layer, if it is affine and stands before all others with parameters, and its place among the layers.
    fn first(&self) -> Option<(usize, LinearParams)> {
        let (place, linear) = self.model.layers.first_with_parameters()?;
        let linear = linear?;
        // What is left of the flat vector then is one stretch.
        let own = [linear.weight.position(), linear.bias.position()];
        (own == [0, 1]).then_some((place, linear))
    }

    /// Adds loss and metric of the blocks' rows at each point to the sums.
    fn add(
        &self,
        first: Option<(usize, LinearParams)>,
        blocks: &[Block<T>],
        points: &[(f64, f64)],
        sums: &mut [(f64, f64)],
    ) {
        let table = &self.model.params;
        let start = first.map_or(0, |(_, linear)| table.segment(linear.bias).range.start);
        let point = |at: &(f64, f64)| Point {
            values: self.at(*at, start),
            start,
            table,
        };
        let weights: Vec<_> = points.iter().map(point).collect();
        for block in blocks {
            for ((sum, weights), (a, b)) in sums.iter_mut().zip(&weights).zip(points) {
                let ctx = ForwardContext {
                    params: weights,
                    mode: Mode::Evaluate,
                };
                let layers = &self.model.layers;
                let y = match (&block.moved, first) {
                    (Some([x, y]), Some((place, linear))) => {
                        let bias = weights.param(linear.bias);
                        let first = linear.activation.visit(FirstLayer {
                            columns: [&block.base, x, y],
                            point: (*a, *b),
                            bias: &bias,
                        });
                        layers.forward_from(place + 1, &ctx, &first)
                    }
                    _ => layers.forward(&ctx, &block.base),
                };
                let loss = self.loss.on_tensor(&y, &block.targets).item().to_f64();
                sum.0 += loss * block.rows as f64;
                sum.1 += metric_sum(self.loss, &y, &block.targets);
            }
        }
    }

    /// The parameters at a point from `start` on.
    fn at(&self, (a, b): (f64, f64), start: usize) -> Tensor<T> {
        let part = |v: &[T]| Tensor::new(&[v.len() - start], &v[start..]);
        let theta = part(self.model.params.values());
        Tensor::pointwise(&Shifted { a, b }, [&theta, &part(self.x), &part(self.y)])
    }
}

/// θ + α·d₁ + β·d₂.
#[derive(Clone, Copy)]
struct Shifted {
    a: f64,
    b: f64,
}
impl Pointwise<3> for Shifted {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [t, x, y]: [E; 3]) -> E {
        t + x * t.lift(self.a) + y * t.lift(self.b)
    }
}

/// The parameters of a point, from some offset of the flat vector on.
struct Point<'a, T: Real> {
    values: Tensor<T>,
    start: usize,
    table: &'a Params<T>,
}

impl<T: Real> ParamSource<Tensor<T>> for Point<'_, T> {
    fn param(&self, id: ParamId) -> Tensor<T> {
        let s = self.table.segment(id);
        self.values.segment(s.range.start - self.start, &s.shape)
    }
}

/// Rows with what all points share of them.
struct Block<T: Real> {
    /// The rows, or the transpose of their product with the first layer's weight at the origin: the layers that follow keep
    /// that order (a vector of rows is full whatever their width), and losses and metrics read it as it lies.
    base: Tensor<T>,
    /// The transposes of their products with the first layer's part of each direction, if these are of use.
    moved: Option<[Tensor<T>; 2]>,
    targets: BatchTargets<T>,
    rows: usize,
}

impl<T: Real> Block<T> {
    fn new(plane: &Plane<'_, T>, first: Option<(usize, LinearParams)>, rows: &[u32]) -> Self {
        let x = plane.data.inputs.gather::<T>(rows);
        let (base, moved) = match first {
            None => (x, None),
            Some((place, linear)) => {
                let table = &plane.model.params;
                let ctx = ForwardContext {
                    params: table,
                    mode: Mode::Evaluate,
                };
                let x = plane.model.layers.forward_to(place, &ctx, &x);
                let segment = table.segment(linear.weight);
                let product = |flat: &[T]| {
                    let w = Tensor::new(&segment.shape, &flat[segment.range.clone()]);
                    x.matmul(&w).transpose().contiguous()
                };
                let moved = [product(plane.x), product(plane.y)];
                (product(table.values()), Some(moved))
            }
        };
        Self {
            base,
            moved,
            targets: BatchTargets::of(plane.data.targets, rows),
            rows: rows.len(),
        }
    }
}
