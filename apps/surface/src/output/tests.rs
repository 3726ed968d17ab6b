//! Records as a real run makes them, and the files that are made of them.

mod browser;
mod compare;
mod files;

use records::Number;

use crate::results::{
    Block, Center, Density, Directions, Grid, Hessian, Landscape, Path, Samples, Sharpness, Trace,
    Trajectory,
};

/// From -1 to 1.
fn along(points: usize) -> Vec<f64> {
    let last = (points.max(2) - 1) as f64;
    (0..points).map(|i| 2.0 * i as f64 / last - 1.0).collect()
}

/// A narrow valley with ripples over more than two decades, which overflows in a corner.
fn valley(x: f64, y: f64) -> f64 {
    if x > 0.86 && y > 0.8 {
        return if x > 0.94 { f64::NAN } else { f64::INFINITY };
    }
    let (u, v) = (0.8 * x + 0.6 * y, 0.8 * y - 0.6 * x);
    let bowl = 0.04 + 3.0 * u * u + 14.0 * v * v + 6.0 * (u * u + v * v).powi(2);
    bowl * (1.0 + 0.18 * (5.0 * u).sin() * (4.0 * v).cos())
}

fn grid(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> Grid {
    let row = |y: &f64| x.iter().map(|x| Number(f(*x, *y))).collect();
    Grid::Plane(y.iter().map(row).collect())
}

fn samples() -> Samples {
    Samples {
        data: "mnist".to_owned(),
        split: "test".to_owned(),
        samples: 10_000,
        available: 10_000,
        sample_seed: None,
        by_class: false,
        weighting: None,
    }
}

/// A slice on a plane, with holes and a path of training.
fn plane(points: usize) -> Landscape {
    let x = along(points);
    let accuracy = |x, y| {
        let loss = valley(x, y);
        if loss.is_finite() {
            0.1 + 0.88 / (1.0 + 0.4 * loss)
        } else {
            0.1
        }
    };
    let steps: Vec<f64> = (0..=12).map(f64::from).collect();
    Landscape {
        loss: grid(&x, &x, valley),
        accuracy: Some(grid(&x, &x, accuracy)),
        gradient_norm: None,
        y: Some(x.clone()),
        seconds: Number(0.87),
        points: points * points,
        samples: samples(),
        directions: Directions {
            kind: "pca".to_owned(),
            normalize: "none".to_owned(),
            seed: 0,
            other: None,
        },
        center: Center {
            loss: Number(valley(0.0, 0.0)),
        },
        trajectory: Some(Trajectory {
            epoch: (0..=12).collect(),
            x: steps
                .iter()
                .map(|s| -0.85 * (-s / 4.0).exp() + 0.0423 * s / 12.0)
                .collect(),
            y: steps
                .iter()
                .map(|s| 0.7 * (-s / 3.0).exp() * (s / 3.0).cos())
                .collect(),
            explained: [0.831, 0.102],
        }),
        run: "runs/classify-mnist-1".to_owned(),
        version: "0.1.0".to_owned(),
        x,
    }
}

/// A slice along a line, with a hole at its end.
fn line(points: usize) -> Landscape {
    let whole = plane(2);
    let loss = |x: &f64| {
        if *x > 0.95 {
            f64::INFINITY
        } else {
            valley(*x, 0.3 * x)
        }
    };
    let x = along(points);
    Landscape {
        loss: Grid::Line(x.iter().map(|x| Number(loss(x))).collect()),
        accuracy: Some(Grid::Line(
            x.iter().map(|x| Number(0.97 - 0.5 * x * x)).collect(),
        )),
        gradient_norm: Some(Grid::Line(
            x.iter().map(|x| Number(0.01 + 4.0 * x.abs())).collect(),
        )),
        y: None,
        points,
        directions: Directions {
            kind: "random".to_owned(),
            normalize: "filter".to_owned(),
            seed: 7,
            other: None,
        },
        trajectory: None,
        x,
        ..whole
    }
}

fn path() -> Path {
    let t: Vec<f64> = (-10..=35).map(|i| f64::from(i) / 25.0).collect();
    let loss = |t: &f64| 0.06 + 2.0 * (t * (1.0 - t) * 4.0).max(0.0).powi(2) + (t - 0.5).powi(4);
    let losses: Vec<f64> = t.iter().map(loss).collect();
    Path {
        barrier: crate::barrier::barrier(&t, &losses),
        samples: samples(),
        loss: t.iter().map(|t| Number(loss(t))).collect(),
        accuracy: Some(
            t.iter()
                .map(|t| Number(0.98 - 0.25 * loss(t).min(3.0)))
                .collect(),
        ),
        t,
        runs: [
            "runs/classify-mnist-1".to_owned(),
            "runs/classify-mnist-2".to_owned(),
        ],
        version: "0.1.0".to_owned(),
    }
}

fn hessian() -> Hessian {
    let top = [31.2, 22.9, 17.4, 12.8, 11.9, 8.8, 6.1, 4.4];
    let bottom = [-1.31, -0.92, -0.55];
    let bulk = |x: f64| 0.97 / 0.12 * (-0.5 * (x / 0.12_f64).powi(2)).exp();
    let bump = |x: f64, at: &f64| 1e-4 * (-0.5 * ((x - at) / 0.35).powi(2)).exp();
    let density = |x: f64| bulk(x) + top.iter().chain(&bottom).map(|at| bump(x, at)).sum::<f64>();
    let grid: Vec<f64> = (0..=1000).map(|i| -3.0 + f64::from(i) * 0.037).collect();
    let numbers = |list: &[f64]| list.iter().copied().map(Number).collect::<Vec<_>>();
    let trace = |mean, error| Trace {
        mean: Number(mean),
        standard_error: Number(error),
    };
    let block = |layer: usize, scale: f64| Block {
        parameters: ["weight", "bias"]
            .map(|part| format!("{layer}.{part}"))
            .into(),
        layer: "Linear(64, 32) + relu".to_owned(),
        top: numbers(&top.map(|x| scale * x)),
        bottom: numbers(&bottom.map(|x| scale * x)),
        trace: trace(scale * 194.0, scale * 2.1),
    };
    Hessian {
        top: numbers(&top),
        bottom: numbers(&bottom),
        trace: trace(194.03, 2.12),
        density: Density {
            values: grid.iter().map(|x| Number(density(*x))).collect(),
            grid,
        },
        per_layer: vec![block(0, 0.6), block(2, 0.25), block(4, 0.1)],
        sharpness: Some(Sharpness {
            radius: 0.05,
            growth: Number(0.0391),
        }),
        matvecs: 410,
        samples: samples(),
        run: "runs/classify-mnist-1".to_owned(),
        version: "0.1.0".to_owned(),
    }
}
