//! The loss around a solution: points of a plane, and the Hessian.

use autograd::{Activation, Real, Tape, ThreadPool, random};
use datasets::{Rows, Targets};
use nn::directions::{self, Normalize, Scaling};
use nn::landscape::{Method, Plane};
use nn::layers::{Cnn, Mlp};
use nn::{
    DataView, Hessian, Init, Kind, LossFunction, Mode, Model, ParamsBuilder, evaluate,
    mean_gradient, probe,
};

fn numbers<T: Real>(n: usize, purpose: &str) -> Vec<T> {
    let mut rng = random::stream(5, purpose, 0, 0);
    let mut number = || T::from_f64(2.0 * random::unit(&mut rng) - 1.0);
    (0..n).map(|_| number()).collect()
}

fn model<T: Real>(hidden: &[usize], activation: Activation, batch_norm: bool) -> Model<T> {
    let mlp = Mlp {
        inputs: 20,
        hidden: hidden.to_vec(),
        outputs: 4,
        activation,
        batch_norm,
        dropout: 0.2,
        init: Init::HE_NORMAL,
    };
    let mut builder = ParamsBuilder::new();
    let layers = mlp.declare(&mut builder);
    let params = builder.build(1, 1 << 30).unwrap();
    Model { layers, params }
}

fn data(n: usize) -> (Rows, Targets, Vec<u32>) {
    let inputs = Rows::reals64(&[5, 4], numbers::<f64>(20 * n, "inputs"));
    let labels: Vec<u32> = (0..n as u32).map(|i| i * 7 % 4).collect();
    (inputs, Targets::classes(labels, 4), (0..n as u32).collect())
}

const LOSS: LossFunction = LossFunction::CrossEntropy { smoothing: 0.0 };

#[test]
fn the_shortcut_agrees_with_the_plain_way() {
    // More rows than one chunk, and a last block that is not whole.
    let (inputs, targets, rows) = data(2500);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    for (hidden, activation, batch_norm) in [
        (&[16, 8][..], Activation::Relu, false),
        (&[16], Activation::Gelu, false),
        (&[16, 8], Activation::Relu, true),
        (&[], Activation::Relu, false),
    ] {
        let model = model::<f32>(hidden, activation, batch_norm);
        let [x, y] = ["x", "y"].map(|purpose| {
            let mut direction = numbers::<f32>(model.params.len(), purpose);
            let segments = model.params.segments().iter();
            for buffer in segments.filter(|s| s.kind == Kind::Buffer) {
                direction[buffer.range.clone()].fill(0.0);
            }
            direction
        });
        let plane = Plane {
            model: &model,
            x: &x,
            y: &y,
            data,
            rows: &rows,
            loss: &LOSS,
        };
        assert!(plane.has_shortcut());
        let mut points = vec![(0.0, 0.0)];
        points.extend((0..20).map(|i| (0.1 * f64::from(i) - 1.0, 0.07 * f64::from(i) - 0.5)));
        let plain = plane.scores(&points, Method::Plain);
        let short = plane.scores(&points, Method::Auto);
        for ((p, s), at) in plain.iter().zip(&short).zip(&points) {
            assert!(
                (p.loss - s.loss).abs() < 1e-5 * p.loss,
                "{at:?}: {p:?} {s:?}"
            );
            assert!((p.metric - s.metric).abs() <= 1.0 / 2500.0, "{at:?}");
        }
        let centre = evaluate(&model, data, &rows, LOSS).loss;
        assert_eq!(plain[0].loss.to_bits(), centre.to_bits());
        assert_eq!(short[0].loss.to_bits(), centre.to_bits());
        let with_pool = ThreadPool::new(3).install(|| plane.scores(&points, Method::Auto));
        assert_eq!(with_pool, short);
    }
}

#[test]
fn a_convolution_has_no_shortcut_and_few_points_the_same_bits() {
    let cnn = Cnn {
        blocks: vec![3],
        hidden: vec![6],
        dropout: 0.2,
        ..Cnn::new([1, 5, 4], 4)
    };
    let mut builder = ParamsBuilder::new();
    let layers = cnn.declare::<f32>(&mut builder);
    let params = builder.build(1, 1 << 30).unwrap();
    let model = Model { layers, params };
    let (_, targets, rows) = data(300);
    let inputs = Rows::reals64(&[1, 5, 4], numbers::<f64>(20 * 300, "inputs"));
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let scaling = Scaling {
        normalize: Normalize::Filter,
        with_biases: true,
    };
    let x = directions::random(&model.params, scaling, 1);
    let y = directions::beside(&model.params, &x, scaling, 1).unwrap();
    let plane = Plane {
        model: &model,
        x: &x,
        y: &y,
        data,
        rows: &rows,
        loss: &LOSS,
    };
    assert!(!plane.has_shortcut());
    let points: Vec<_> = (-4..5).map(|i| (0.3 * f64::from(i), -0.1)).collect();
    let all = plane.scores(&points, Method::Auto);
    assert_eq!(all, plane.scores(&points, Method::Plain));
    for threads in [1, 3] {
        let two = ThreadPool::new(threads).install(|| plane.scores(&points[3..5], Method::Auto));
        assert_eq!(two, all[3..5]);
    }
    let centre = plane.scores(&[(0.0, 0.0)], Method::Plain)[0].loss;
    assert_eq!(centre, evaluate(&model, data, &rows, LOSS).loss);
}

#[test]
fn the_norm_of_the_gradient_is_that_of_all_that_is_trained() {
    let (inputs, targets, rows) = data(300);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let mut model = model::<f64>(&[7, 5], Activation::Tanh, true);
    let scaling = Scaling {
        normalize: Normalize::Filter,
        with_biases: false,
    };
    let x = directions::random(&model.params, scaling, 1);
    let y = directions::beside(&model.params, &x, scaling, 1).unwrap();
    let points = [(0.0, 0.0), (0.5, -0.25), (f64::MAX, f64::MAX)];
    let plane = Plane {
        model: &model,
        x: &x,
        y: &y,
        data,
        rows: &rows,
        loss: &LOSS,
    };
    let found = plane.gradient_norms(&points);
    let with_pool = ThreadPool::new(3).install(|| plane.gradient_norms(&points));
    assert_eq!(found[..2], with_pool[..2]);
    // Far out, sums are infinite and their differences no numbers: that is told, not hidden.
    assert!(!found[2].is_finite());
    assert!(!plane.scores(&points, Method::Auto)[2].loss.is_finite());
    let theta = model.params.values().to_vec();
    for ((a, b), found) in points[..2].iter().zip(found) {
        for (i, value) in model.params.values_mut().iter_mut().enumerate() {
            *value = theta[i] + a * x[i] + b * y[i];
        }
        let parts = probe::gradients(&model, data, &rows, LOSS, Mode::Evaluate);
        let norm = parts.iter().map(|g| g.norm * g.norm).sum::<f64>().sqrt();
        assert!((found - norm).abs() < 1e-12 * norm, "{found} {norm}");
    }
}

#[test]
#[should_panic(expected = "moves 1.running_mean, which is not trained")]
fn a_direction_that_moves_running_statistics_is_refused() {
    let model = model::<f32>(&[3], Activation::Relu, true);
    let (inputs, targets, rows) = data(2);
    let x = vec![1.0; model.params.len()];
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let plane = Plane {
        model: &model,
        x: &x,
        y: &x,
        data,
        rows: &rows,
        loss: &LOSS,
    };
    plane.scores(&[(0.0, 0.0)], Method::Plain);
}

#[test]
fn the_hessian_is_the_derivative_of_the_gradient() {
    let (inputs, targets, rows) = data(1500);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let mut model = model::<f64>(&[6, 5], Activation::Tanh, false);
    let n = model.params.len();
    let (u, v) = (numbers::<f64>(n, "u"), numbers::<f64>(n, "v"));
    let kept = |model: &Model<f64>, v: &[f64], keep: usize| {
        let mut hessian = Hessian::keeping(model, &data.samples(&rows), LOSS, keep);
        let mut once = vec![9.0; n];
        hessian.times_into(v, &mut once);
        assert_eq!(once, hessian.times(v));
        once
    };
    let product = |model: &Model<f64>, v: &[f64]| {
        let all = kept(model, v, usize::MAX);
        // Room for none, and for the first of two tapes.
        for keep in [0, 3 << 20] {
            assert_eq!(kept(model, v, keep), all, "keeping {keep} bytes");
        }
        all
    };
    let (hu, hv) = (product(&model, &u), product(&model, &v));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (uhv, vhu) = (dot(&u, &hv), dot(&v, &hu));
    assert!(
        (uhv - vhu).abs() < 1e-12 * uhv.abs().max(1.0),
        "{uhv} {vhu}"
    );

    let theta = model.params.values().to_vec();
    let mut gradient = |h: f64| {
        let shifted = theta.iter().zip(&v).map(|(t, v)| t + h * v);
        let shifted: Vec<f64> = shifted.collect();
        model.params.values_mut().copy_from_slice(&shifted);
        let mut g = vec![0.0; n];
        let Model { layers, params } = &model;
        mean_gradient(&mut Tape::new(), layers, params, data, &rows, LOSS, &mut g);
        g
    };
    let (above, below) = (gradient(1e-5), gradient(-1e-5));
    for i in 0..n {
        let numeric = (above[i] - below[i]) / 2e-5;
        assert!((hv[i] - numeric).abs() < 1e-8, "{i}: {} {numeric}", hv[i]);
    }
}

#[test]
fn the_gradient_over_many_batches_is_that_of_one() {
    let (inputs, targets, rows) = data(700);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let model = model::<f64>(&[6, 5], Activation::Tanh, true);
    let Model { layers, params } = &model;
    let n = params.len();
    let mut whole = vec![0.0; n];
    let mean = mean_gradient(
        &mut Tape::new(),
        layers,
        params,
        data,
        &rows,
        LOSS,
        &mut whole,
    );
    assert_eq!(mean, evaluate(&model, data, &rows, LOSS).loss);

    // Every row alone.
    let mut sum = vec![0.0; n];
    let mut one = vec![0.0; n];
    for row in &rows {
        let row = std::slice::from_ref(row);
        mean_gradient(&mut Tape::new(), layers, params, data, row, LOSS, &mut one);
        sum.iter_mut().zip(&one).for_each(|(s, g)| *s += g / 700.0);
    }
    for (s, g) in sum.iter().zip(&whole) {
        assert!((s - g).abs() < 1e-12, "{s} {g}");
    }
}
