//! A point of the loss surface: the loss on many rows at θ + α·d₁ + β·d₂.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use autograd::random::{self, unit};
use nn::landscape::{self, Method};

use super::floor::Floor;
use super::network::Network;
use super::{Prepared, SMALL, classifier};
use crate::timing;

/// Rows that the loss is the mean over.
const ROWS: usize = 10_000;
/// Points a side of a slice.
const SIDE: u32 = 51;
/// Rows at a time, for the floor.
const BATCH: usize = 250;

/// A center and two directions.
struct Plane {
    center: Vec<f32>,
    directions: [Vec<f32>; 2],
}

impl Plane {
    fn new(center: &[f32]) -> Self {
        let mut rng = random::stream(2, "directions", 0, 0);
        let mut direction = || center.iter().map(|_| unit(&mut rng) as f32 - 0.5).collect();
        Self {
            directions: [direction(), direction()],
            center: center.to_vec(),
        }
    }

    /// Writes the parameters of a point.
    fn write(&self, alpha: f32, beta: f32, out: &mut [f32]) {
        let [first, second] = &self.directions;
        let places = out
            .iter_mut()
            .zip(&self.center)
            .zip(first.iter().zip(second));
        for ((o, c), (d, e)) in places {
            *o = c + alpha * d + beta * e;
        }
    }
}

pub(super) fn prepare() -> Prepared {
    let network = classifier(SMALL, ROWS, BATCH);
    let data = Arc::new(network.data());
    let model = network.model();
    let plane = Arc::new(Plane::new(model.params.values()));
    let mut floor = Floor::new(&network);
    let engine = {
        let (data, plane) = (Arc::clone(&data), Arc::clone(&plane));
        // One slice at a time, as users compute them.
        let at = |i: u32| 0.04 * f64::from(i) - 1.0;
        let points: Vec<_> = (0..SIDE * SIDE)
            .map(|i| (at(i % SIDE), at(i / SIDE)))
            .collect();
        let evaluate = move || {
            let ([x, y], loss) = (&plane.directions, network.loss());
            let slice = landscape::Plane {
                model: &model,
                x,
                y,
                data: data.examples(),
                rows: &data.order,
                loss: &loss,
            };
            black_box(slice.scores(&points, Method::Auto));
        };
        Box::new(move |n: u32| {
            let slices = n.div_ceil(SIDE * SIDE);
            let start = Instant::now();
            for _ in 0..slices {
                evaluate();
            }
            start
                .elapsed()
                .mul_f64(f64::from(n) / f64::from(slices * SIDE * SIDE))
        })
    };
    Prepared {
        engine,
        floor: Some(timing::steps(move || {
            let at = |params: &mut [f32]| plane.write(0.1, 0.2, params);
            black_box(floor.evaluate(&data, &data.order, at));
        })),
        flops: flops(&network),
    }
}

/// One product a layer.
fn flops(network: &Network) -> f64 {
    let products = network
        .layers()
        .map(|(inputs, outputs, _)| 2 * ROWS * inputs * outputs);
    products.sum::<usize>() as f64
}
