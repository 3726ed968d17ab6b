//! Directions through parameters: what is scaled to what, what is orthogonal, and what does not move.

use autograd::{Activation, Real, random};
use nn::directions::{
    self, DirectionError, Normalize, Principal, Scaling, beside, explained, principal, projection,
    scaled, towards,
};
use nn::layers::{Cnn, Mlp};
use nn::{Init, Kind, Params, ParamsBuilder, Segment};

fn mlp<T: Real>(inputs: usize, hidden: &[usize], outputs: usize) -> Params<T> {
    let mlp = Mlp {
        inputs,
        hidden: hidden.to_vec(),
        outputs,
        activation: Activation::Relu,
        batch_norm: true,
        dropout: 0.0,
        init: Init::HE_NORMAL,
    };
    let mut builder = ParamsBuilder::new();
    mlp.declare::<T>(&mut builder);
    with_biases(builder.build(3, 1 << 20).unwrap())
}

fn cnn<T: Real>() -> Params<T> {
    let cnn = Cnn {
        blocks: vec![3, 5],
        hidden: vec![7],
        ..Cnn::new([2, 8, 8], 4)
    };
    let mut builder = ParamsBuilder::new();
    cnn.declare::<T>(&mut builder);
    with_biases(builder.build(3, 1 << 20).unwrap())
}

/// Biases and shifts start at 0, which would hide how they are scaled.
fn with_biases<T: Real>(mut params: Params<T>) -> Params<T> {
    let mut rng = random::stream(1, "biases", 0, 0);
    let segments = params.segments().to_vec();
    for s in segments.iter().filter(|s| s.kind != Kind::Weight) {
        for value in &mut params.values_mut()[s.range.clone()] {
            *value = T::from_f64(random::unit(&mut rng) + 0.5);
        }
    }
    params
}

const fn by(normalize: Normalize, with_biases: bool) -> Scaling {
    Scaling {
        normalize,
        with_biases,
    }
}

const FILTER: Scaling = by(Normalize::Filter, false);

fn pair<T: Real>(params: &Params<T>, scaling: Scaling) -> [Vec<T>; 2] {
    let x = directions::random(params, scaling, 5);
    let y = beside(params, &x, scaling, 5).unwrap();
    [x, y]
}

fn norm<T: Real>(of: impl Iterator<Item = T>) -> f64 {
    of.map(|x| x.to_f64() * x.to_f64()).sum::<f64>().sqrt()
}

fn dot<T: Real>(a: &[T], b: &[T]) -> f64 {
    let products = a.iter().zip(b).map(|(a, b)| a.to_f64() * b.to_f64());
    products.sum()
}

/// The places of each filter of a weight: written here from the layouts alone, for linear weights through a row-major
/// matrix of `in` rows.
fn filters(s: &Segment) -> Vec<Vec<usize>> {
    let start = s.range.start;
    match s.shape[..] {
        [rows, columns] => (0..columns)
            .map(|j| (0..rows).map(|i| start + i * columns + j).collect())
            .collect(),
        [out, fan_in, height, width] => {
            let len = fan_in * height * width;
            let filter = |o: usize| (0..len).map(|i| start + o * len + i).collect();
            (0..out).map(filter).collect()
        }
        _ => panic!("{s:?} is no weight"),
    }
}

#[track_caller]
fn check_filters<T: Real>(params: &Params<T>, d: &[T], tolerance: f64) {
    for s in params.segments().iter().filter(|s| s.kind == Kind::Weight) {
        for places in filters(s) {
            let want = norm(places.iter().map(|i| params.values()[*i]));
            let got = norm(places.iter().map(|i| d[*i]));
            assert!(
                (got - want).abs() <= tolerance * want,
                "{}: {got} {want}",
                s.name
            );
        }
    }
}

#[track_caller]
fn check_orthogonal<T: Real>(x: &[T], y: &[T], tolerance: f64) {
    let size = norm(x.iter().copied()) * norm(y.iter().copied());
    assert!(dot(x, y).abs() <= tolerance * size, "{} {size}", dot(x, y));
}

#[test]
fn a_pair_is_orthogonal_and_has_the_norms_of_all_filters() {
    for scaling in [FILTER, by(Normalize::Filter, true)] {
        for params in [mlp::<f64>(20, &[16, 8], 4), cnn()] {
            let [x, y] = pair(&params, scaling);
            check_filters(&params, &x, 1e-9);
            check_filters(&params, &y, 1e-9);
            check_orthogonal(&x, &y, 1e-14);
        }
        for params in [mlp::<f32>(20, &[16, 8], 4), cnn()] {
            let [x, y] = pair(&params, scaling);
            check_filters(&params, &x, 1e-6);
            check_filters(&params, &y, 1e-6);
            check_orthogonal(&x, &y, 1e-7);
        }
    }
}

#[test]
fn a_filter_of_a_linear_weight_is_a_column() {
    let params = mlp::<f64>(20, &[16], 4);
    let [x, _] = pair(&params, FILTER);
    let s = &params.segments()[0];
    assert_eq!(s.shape, [20, 16]);
    let row = |d: &[f64], i: usize| norm(d[16 * i..16 * (i + 1)].iter().copied());
    let off = |i: usize| (row(&x, i) / row(params.values(), i) - 1.0).abs();
    assert!((0..20).map(off).fold(0.0, f64::max) > 0.05);
}

#[test]
fn every_tensor_has_its_own_norm_and_is_scaled_once() {
    let scaling = by(Normalize::Layer, true);
    for params in [mlp::<f64>(20, &[16, 8], 4), cnn()] {
        let raw = directions::random(&params, by(Normalize::None, true), 5);
        let [x, y] = pair(&params, scaling);
        check_orthogonal(&x, &y, 1e-14);
        for s in params.segments().iter().filter(|s| s.kind != Kind::Buffer) {
            let part = |d: &[f64]| norm(d[s.range.clone()].iter().copied());
            let want = part(params.values());
            for d in [&x, &y] {
                assert!((part(d) - want).abs() < 1e-9 * want, "{}", s.name);
            }
            let factor = want / part(&raw);
            for i in s.range.clone() {
                assert!((x[i] - factor * raw[i]).abs() < 1e-9, "{}", s.name);
            }
        }
    }
}

#[test]
fn biases_are_random_and_scaled_once() {
    let params = mlp::<f64>(20, &[16, 8], 4);
    let scaling = by(Normalize::Filter, true);
    let raw = directions::random(&params, by(Normalize::None, true), 5);
    let [x, y] = pair(&params, scaling);
    for s in params.segments() {
        if !matches!(s.kind, Kind::Bias | Kind::Norm) {
            continue;
        }
        let part = |d: &[f64]| d[s.range.clone()].to_vec();
        let want = norm(part(params.values()).into_iter());
        let factor = want / norm(part(&raw).into_iter());
        for (got, raw) in part(&x).into_iter().zip(part(&raw)) {
            assert!((got - factor * raw).abs() < 1e-9, "{}", s.name);
        }
        // Neither the parameters themselves nor the same on both axes.
        assert_ne!(part(&x), part(params.values()));
        check_orthogonal(&part(&x), &part(&y), 1e-12);
        assert!((norm(part(&y).into_iter()) - want).abs() < 1e-9 * want);
    }
}

#[test]
fn what_is_not_moved_is_zero() {
    for normalize in [
        Normalize::Filter,
        Normalize::Layer,
        Normalize::Weight,
        Normalize::None,
    ] {
        let params = cnn::<f32>();
        let without = pair(&params, by(normalize, false));
        let with = pair(&params, by(normalize, true));
        for s in params.segments() {
            for (without, with) in without.iter().zip(&with) {
                let zeros = |d: &[f32]| d[s.range.clone()].iter().filter(|x| **x == 0.0).count();
                let all = s.range.len();
                let moves = s.kind == Kind::Weight;
                assert_eq!(zeros(without), if moves { 0 } else { all }, "{}", s.name);
                let moves = s.kind != Kind::Buffer;
                assert_eq!(zeros(with), if moves { 0 } else { all }, "{}", s.name);
            }
            // Biases draw from streams of their own.
            assert_eq!(without[0][s.range.clone()] == with[0][s.range.clone()], {
                matches!(s.kind, Kind::Weight | Kind::Buffer)
            });
        }
    }
}

#[test]
fn numbers_are_normal_and_the_seed_moves_them() {
    let params = mlp::<f64>(100, &[100], 10);
    let draw = |seed| directions::random(&params, by(Normalize::None, false), seed);
    let numbers: Vec<f64> = draw(0).into_iter().filter(|x| *x != 0.0).collect();
    let n = numbers.len() as f64;
    assert_eq!(n, 11000.0);
    let moment = |k: i32| numbers.iter().map(|x| x.powi(k)).sum::<f64>() / n;
    // Five standard errors of each: of uniform numbers, the fourth would be 1.8 of the variance squared.
    assert!(moment(1).abs() < 5.0 / n.sqrt());
    assert!((moment(2) - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
    assert!((moment(4) - 3.0).abs() < 5.0 * (96.0 / n).sqrt());
    assert_eq!(draw(0), draw(0));
    assert_ne!(draw(0), draw(1));
    let single = directions::random(&mlp::<f32>(100, &[100], 10), by(Normalize::None, false), 0);
    assert!(single.iter().zip(draw(0)).all(|(a, b)| *a == b as f32));
}

#[test]
fn weights_scale_numbers_one_by_one() {
    let params = mlp::<f64>(9, &[6], 3);
    let scaling = by(Normalize::Weight, false);
    let raw = directions::random(&params, by(Normalize::None, false), 5);
    let [x, y] = pair(&params, scaling);
    for ((x, raw), w) in x.iter().zip(&raw).zip(params.values()) {
        assert_eq!(*x, raw * w);
    }
    check_orthogonal(&x, &y, 1e-14);
    let [x, y] = [x, y].map(|d| norm(d.into_iter()));
    assert!((x - y).abs() < 1e-12 * x);
    let [x, y] = pair(&params, by(Normalize::None, true));
    check_orthogonal(&x, &y, 1e-14);
}

#[test]
fn a_layer_of_zeros_stays_and_is_no_nan() {
    for normalize in [Normalize::Filter, Normalize::Layer, Normalize::Weight] {
        let mut params = mlp::<f32>(6, &[5, 4], 3);
        let first = params.segments()[0].range.clone();
        params.values_mut()[first.clone()].fill(0.0);
        for d in pair(&params, by(normalize, true)) {
            assert!(d.iter().all(|x| x.is_finite()));
            assert!(d[first.clone()].iter().all(|x| *x == 0.0));
            assert!(d.iter().any(|x| *x != 0.0));
        }
    }
}

#[test]
fn filters_of_one_number_keep_their_norm_too() {
    // The first layer has one input: each of its filters is a single number.
    let params = mlp::<f64>(1, &[12, 6], 2);
    let [x, y] = pair(&params, FILTER);
    // The formula's 10⁻¹⁰ weighs more beside a single number, which may be drawn small.
    check_filters(&params, &x, 1e-7);
    check_filters(&params, &y, 1e-7);
    check_orthogonal(&x, &y, 1e-13);
    // Nothing but single numbers: there is no such pair, and one direction there is.
    let params = mlp::<f64>(1, &[], 1);
    let x = directions::random(&params, FILTER, 5);
    check_filters(&params, &x, 1e-7);
    assert_eq!(beside(&params, &x, FILTER, 5), Err(DirectionError::NoRoom));
    let whole = by(Normalize::None, false);
    let x = directions::random(&params, whole, 5);
    assert_eq!(beside(&params, &x, whole, 5), Err(DirectionError::NoRoom));
}

#[test]
fn a_direction_from_elsewhere_is_scaled_alike() {
    let params = mlp::<f64>(20, &[16], 4);
    let raw = vec![2.5; params.len()];
    let d = scaled(&params, &raw, FILTER);
    check_filters(&params, &d, 1e-9);
    let y = beside(&params, &d, FILTER, 1).unwrap();
    check_filters(&params, &y, 1e-9);
    check_orthogonal(&d, &y, 1e-13);
    assert_eq!(scaled(&params, &d, by(Normalize::None, false)), d);
}

/// Groups of one number are made up for by the others whatever the norms of x are.
#[test]
fn what_is_beside_a_direction_of_other_norms_is_orthogonal() {
    let params = mlp::<f64>(1, &[12, 6], 2);
    let values = params.values().to_vec();
    for scale in [0.1, 0.5, 2.0] {
        let stretched = |(i, v): (usize, &f64)| v * if i % 2 == 0 { scale } else { 1.0 };
        let x: Vec<f64> = values.iter().enumerate().map(stretched).collect();
        let y = beside(&params, &x, FILTER, 3).unwrap();
        check_orthogonal(&x, &y, 1e-12);
    }
}

#[test]
fn towards_another_model_buffers_stay() {
    let (a, mut b) = (mlp::<f64>(5, &[4], 3), mlp::<f64>(5, &[4], 3));
    b.values_mut().iter_mut().for_each(|x| *x += 0.25);
    let way = towards(&a, b.values());
    for s in a.segments() {
        for i in s.range.clone() {
            let want = match s.kind {
                Kind::Buffer => 0.0,
                _ => b.values()[i] - a.values()[i],
            };
            assert_eq!(way[i], want);
        }
    }
}

/// Points in the plane of two orthonormal vectors of six numbers.
fn path(coordinates: &[[f64; 2]]) -> ([Vec<f64>; 2], Vec<Vec<f64>>) {
    let h = 0.5f64.sqrt();
    let u = vec![h, 0.0, h, 0.0, 0.0, 0.0];
    let v = vec![0.0, 0.6, 0.0, -0.8, 0.0, 0.0];
    let point = |[a, b]: &[f64; 2]| (0..6).map(|i| a * u[i] + b * v[i]).collect();
    let points = coordinates.iter().map(point).collect();
    ([u, v], points)
}

#[test]
fn principal_directions_of_a_path_in_a_plane_are_that_plane() {
    // The products of the coordinates are [[29, 0], [0, 8]]: the axes are the principal directions.
    let coordinates = [[-5.0, 0.0], [0.0, 2.0], [0.0, 2.0], [2.0, 0.0]];
    let ([u, v], points) = path(&coordinates);
    let found = principal(&points, 3).unwrap();
    let [x, y] = found.directions.as_slice() else {
        panic!("the path has two dimensions: {found:?}")
    };
    // The path starts on the positive side.
    for i in 0..6 {
        assert!((x[i] + u[i]).abs() < 1e-14 && (y[i] - v[i]).abs() < 1e-14);
    }
    assert!((found.explained[0] - 29.0 / 37.0).abs() < 1e-14);
    assert!((found.explained[1] - 8.0 / 37.0).abs() < 1e-14);
    for (point, [a, b]) in points.iter().zip(coordinates) {
        let [alpha, beta] = projection(point, x, y);
        assert!((alpha + a).abs() < 1e-13 && (beta - b).abs() < 1e-13);
    }
    assert_eq!(principal(&points, 1).unwrap().directions.len(), 1);
    // Of the plane, whatever spans it, all is seen; of one direction its share.
    let shown = explained(&points, x, y);
    assert!((shown[0] - found.explained[0]).abs() < 1e-14);
    assert!((shown[1] - found.explained[1]).abs() < 1e-14);
    let slanted: Vec<f64> = x.iter().zip(y).map(|(x, y)| 3.0 * x + 2.0 * y).collect();
    let shown = explained(&points, &slanted, x);
    assert!((shown[0] + shown[1] - 1.0).abs() < 1e-14);
    assert!((shown[0] - (9.0 * 29.0 + 4.0 * 8.0) / 13.0 / 37.0).abs() < 1e-14);
    let shown = explained(&points, x, &[0.0; 6]);
    assert!((shown[0] - 29.0 / 37.0).abs() < 1e-14 && shown[1] == 0.0);
}

#[test]
fn paths_without_a_second_direction() {
    let (_, line) = path(&[[3.0, 3.0], [1.0, 1.0], [0.0, 0.0]]);
    let found = principal(&line, 2).unwrap();
    assert_eq!(found.directions.len(), 1);
    assert!((found.explained[0] - 1.0).abs() < 1e-14);
    let none = Principal {
        directions: Vec::new(),
        explained: Vec::new(),
    };
    assert_eq!(principal(&[vec![0.0f32; 4]], 2).unwrap(), none);
    assert_eq!(principal::<f32>(&[], 2).unwrap(), none);
    let broken = [vec![1.0, 2.0], vec![f64::NAN, 0.0]];
    assert_eq!(principal(&broken, 2), Err(DirectionError::NotFinite));
}

#[test]
fn a_projection_on_directions_that_are_not_orthogonal_is_the_nearest_point() {
    let (x, y) = ([2.0, 0.0, 0.0], [1.0, 1.0, 0.0]);
    let [a, b] = projection(&[7.0, 3.0, 9.0], &x, &y);
    assert!((a - 2.0).abs() < 1e-14 && (b - 3.0).abs() < 1e-14);
    assert_eq!(projection(&[7.0, 3.0, 9.0], &x, &[0.0; 3]), [3.5, 0.0]);
    assert_eq!(
        projection(&[7.0, 3.0, 9.0], &x, &[-4.0, 0.0, 0.0]),
        [3.5, 0.0]
    );
    assert_eq!(projection(&[1.0], &[0.0], &[0.0]), [0.0, 0.0]);
}
