//! Eigenvalues, trace and density: of maps whose spectrum is known, and of PyTorch's Hessians.

use crate::golden::{Array, close, read};
use autograd::{Activation, random};
use datasets::{Rows, Targets};
use nn::curvature::{
    Estimate, Lanczos, NotFinite, Operator, Wanted, extremes, sharpest, spectrum, trace,
};
use nn::layers::Mlp;
use nn::{DataView, Hessian, Init, LossFunction, Model, ParamsBuilder};
use serde::Deserialize;

/// A symmetric map with these eigenvalues: the diagonal matrix between two reflections I − 2uuᵀ, which hide its axes.
fn with_eigenvalues(values: Vec<f64>) -> Operator<'static> {
    let n = values.len();
    let mut rng = random::stream(3, "reflection", 0, 0);
    let mut u: Vec<f64> = (0..n).map(|_| random::unit(&mut rng) - 0.5).collect();
    let size = u.iter().map(|x| x * x).sum::<f64>().sqrt();
    u.iter_mut().for_each(|x| *x /= size);
    Operator::new(n, move |v, out| {
        let reflect = |x: &mut [f64]| {
            let along: f64 = x.iter().zip(&u).map(|(x, u)| x * u).sum();
            x.iter_mut()
                .zip(&u)
                .for_each(|(x, u)| *x -= 2.0 * along * u);
        };
        out.copy_from_slice(v);
        reflect(out);
        out.iter_mut().zip(&values).for_each(|(o, d)| *o *= d);
        reflect(out);
    })
}

/// `n` numbers from −1 to 3, and two far above them and one below.
fn spread(n: usize) -> Vec<f64> {
    let bulk = (0..n).map(|i| -1.0 + 4.0 * i as f64 / (n - 1) as f64);
    [40.0, 25.0, -7.0].into_iter().chain(bulk).collect()
}

#[test]
fn the_outermost_eigenvalues_are_found() {
    let mut map = with_eigenvalues(spread(500));
    let wanted = Wanted {
        top: 2,
        bottom: 1,
        tolerance: 1e-9,
        ..Wanted::default()
    };
    let found = extremes(&mut map, &wanted).unwrap();
    assert!(found.converged);
    assert!(map.products() <= 100, "{} products", map.products());
    let values = |pairs: &[nn::curvature::Eigenpair]| -> Vec<f64> {
        pairs.iter().map(|p| p.value).collect()
    };
    for (got, want) in values(&found.top).iter().zip([40.0, 25.0]) {
        assert!((got - want).abs() < 1e-8, "{got} {want}");
    }
    assert!((found.bottom[0].value + 7.0).abs() < 1e-8);
    for pair in found.top.iter().chain(&found.bottom) {
        let mut product = vec![0.0; map.len()];
        map.apply(&pair.vector, &mut product);
        let off: f64 = product
            .iter()
            .zip(&pair.vector)
            .map(|(p, v)| (p - pair.value * v).powi(2))
            .sum();
        // The bound is the norm of what the vector lacks.
        assert!(off.sqrt() <= pair.bound + 1e-10, "{off:e} {}", pair.bound);
    }
}

#[test]
fn what_is_not_exact_enough_says_so() {
    let wanted = Wanted {
        top: 3,
        tolerance: 1e-12,
        steps: 8,
        ..Wanted::default()
    };
    let found = extremes(&mut with_eigenvalues(spread(500)), &wanted).unwrap();
    assert!(!found.converged);
    assert!(found.top[2].bound > 1e-3);
}

#[test]
fn multiple_eigenvalues_are_listed_as_often_as_they_are() {
    let wanted = Wanted {
        top: 4,
        bottom: 2,
        ..Wanted::default()
    };
    for n in [6, 400] {
        let mut values = vec![1.0; n];
        values[..3].copy_from_slice(&[5.0, 5.0, 5.0]);
        let found = extremes(&mut with_eigenvalues(values), &wanted).unwrap();
        let top: Vec<f64> = found.top.iter().map(|p| p.value).collect();
        for (got, want) in top.iter().zip([5.0, 5.0, 5.0, 1.0]) {
            assert!((got - want).abs() < 1e-10, "{n}: {top:?}");
        }
        assert!(
            found.bottom.iter().all(|p| (p.value - 1.0).abs() < 1e-10),
            "{n}"
        );
    }
}

#[test]
fn small_and_simple_maps() {
    for values in [vec![0.0], vec![0.0; 5], vec![2.5; 5], vec![-1.0, 1.0]] {
        let n = values.len();
        let wanted = Wanted {
            top: 9,
            bottom: 9,
            ..Wanted::default()
        };
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let mut map = with_eigenvalues(values);
        let found = extremes(&mut map, &wanted).unwrap();
        assert!(found.converged);
        assert_eq!([found.top.len(), found.bottom.len()], [n, n]);
        for ((top, bottom), want) in found.top.iter().rev().zip(&found.bottom).zip(&sorted) {
            assert!((top.value - want).abs() < 1e-12 && (bottom.value - want).abs() < 1e-12);
        }
        let density = spectrum(&mut map, 2, 9, 0).unwrap().density(200, 0.01);
        integrates_to_one(&density);
    }
}

#[test]
fn a_map_that_is_not_finite_is_refused() {
    let broken = || Operator::new(9, |_, out| out.fill(f64::NAN));
    assert_eq!(extremes(&mut broken(), &Wanted::default()), Err(NotFinite));
    assert_eq!(trace(&mut broken(), 5, 0.1, 0), Err(NotFinite));
    assert_eq!(spectrum(&mut broken(), 2, 5, 0), Err(NotFinite));
}

#[test]
fn the_basis_stays_orthonormal() {
    // Found eigenvalues come back as copies if it does not.
    let values: Vec<f64> = (0..120).map(|i| 0.8_f64.powi(i) * 100.0).collect();
    let mut map = with_eigenvalues(values);
    let mut lanczos = Lanczos::new((0..120).map(|i| 1.0 + f64::from(i)).collect());
    for _ in 0..60 {
        lanczos.step(&mut map).unwrap();
    }
    let ritz = lanczos.ritz();
    let [a, b] = [59, 58].map(|i| lanczos.vector(&ritz, i));
    let dot: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
    assert!(dot.abs() < 1e-12, "{dot:e}");
    assert!((ritz.values[59] - 100.0).abs() < 1e-9 && (ritz.values[58] - 80.0).abs() < 1e-9);
    let sum: f64 = ritz.weights.iter().sum();
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn the_trace_is_within_its_error() {
    let values = spread(500);
    let want: f64 = values.iter().sum();
    let found = trace(&mut with_eigenvalues(values.clone()), 200, 0.0, 1).unwrap();
    assert!(
        (found.mean - want).abs() < 4.0 * found.standard_error,
        "{found:?}, {want}"
    );
    // Signs on the axes of a diagonal map leave nothing to chance.
    let mut diagonal = Operator::new(3, |v, out| {
        out.copy_from_slice(&[v[0], -5.0 * v[1], 2.0 * v[2]]);
    });
    let exact = trace(&mut diagonal, 30, 1e-3, 1).unwrap();
    assert_eq!(
        exact,
        Estimate {
            mean: -2.0,
            standard_error: 0.0
        }
    );
    // The negative trace did not keep it from ending.
    assert_eq!(diagonal.products(), 10);
}

fn integrates_to_one(density: &nn::curvature::Density) {
    let step = density.grid[1] - density.grid[0];
    let sum: f64 = density.values.iter().sum();
    assert!((sum * step - 1.0).abs() < 1e-3, "{}", sum * step);
}

#[test]
fn the_density_is_that_of_the_eigenvalues() {
    // A quarter at −2, a half at 0, a quarter at 1, up to the chance of the vectors.
    let n = 4000;
    let values = (0..n)
        .map(|i| match i % 4 {
            0 => -2.0,
            1 => 1.0,
            _ => 0.0,
        })
        .collect();
    let found = spectrum(&mut with_eigenvalues(values), 8, 20, 2).unwrap();
    for q in &found.quadratures {
        let sum: f64 = q.iter().map(|(_, w)| w).sum();
        assert!((sum - 1.0).abs() < 1e-10);
    }
    let share = |f: fn(f64) -> bool| found.mean(|x| f64::from(f(x))).mean;
    assert!((share(|x| x < -1.0) - 0.25).abs() < 0.02);
    assert!((share(|x| x.abs() < 0.5) - 0.5).abs() < 0.02);
    assert!((found.negative(0.5).mean - 0.25).abs() < 0.02);
    let trace = found.trace();
    assert!((trace.mean + 1000.0).abs() < 4.0 * trace.standard_error.max(1.0));

    let density = found.density(2001, 0.01);
    integrates_to_one(&density);
    let at = |x: f64| {
        let step = density.grid[1] - density.grid[0];
        density.values[((x - density.grid[0]) / step).round() as usize]
    };
    // A normal distribution of deviation 0.03 is 13.3 high.
    for (x, weight) in [(-2.0, 0.25), (0.0, 0.5), (1.0, 0.25)] {
        let want = weight * 13.298;
        assert!((at(x) - want).abs() < 0.1 * want, "{x}: {}", at(x));
    }
    assert!(at(-1.0) < 1e-6);
}

#[test]
fn the_sharpest_point_of_a_bowl_lies_along_its_steepest_axis() {
    let bowl = |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[x[0], 9.0 * x[1]]);
        0.5 * (x[0] * x[0] + 9.0 * x[1] * x[1])
    };
    let found = sharpest(&[0.0, 0.0], 0.5, &[vec![1.0, 0.1]], 40, bowl);
    assert_eq!(found.centre, 0.0);
    assert!((found.loss - 0.5 * 9.0 * 0.25).abs() < 1e-9);
    assert!(found.offset[0].abs() < 1e-6 && (found.offset[1] - 0.5).abs() < 1e-9);
    // On a plateau there is nothing to find.
    let flat = sharpest(&[1.0], 0.5, &[], 3, |_, g| {
        g.fill(0.0);
        2.0
    });
    assert_eq!([flat.centre, flat.loss], [2.0, 2.0]);
}

#[derive(Deserialize)]
struct Case {
    sizes: Vec<usize>,
    activation: String,
    x: Array,
    y: Vec<u32>,
    parameters: Vec<Parameter>,
    eigenvalues_ascending: Vec<f64>,
    trace: f64,
}

#[derive(Deserialize)]
struct Parameter {
    shape: Vec<usize>,
    data: Vec<f64>,
}

#[test]
fn spectra_of_pytorchs_hessians() {
    for case in read::<Case>("../../../autograd/tests/goldens/curvature.json") {
        let what = &case.activation;
        let model = model(&case);
        let (n, outputs) = (model.params.len(), case.sizes[case.sizes.len() - 1]);
        let inputs = Rows::reals64(&[case.sizes[0]], case.x.data.clone());
        let rows: Vec<u32> = (0..case.y.len() as u32).collect();
        let targets = Targets::classes(case.y, outputs);
        let data = DataView {
            inputs: &inputs,
            targets: &targets,
        };
        let loss = LossFunction::CrossEntropy { smoothing: 0.0 };
        let mut hessian = Hessian::keeping(&model, &data.samples(&rows), loss, usize::MAX);
        {
            let mut map = hessian.operator();
            let wanted = Wanted {
                top: n,
                bottom: n,
                ..Wanted::default()
            };
            let found = extremes(&mut map, &wanted).unwrap();
            let size = case.eigenvalues_ascending[n - 1];
            for (i, want) in case.eigenvalues_ascending.iter().enumerate() {
                let [low, high] = [&found.bottom[i], &found.top[n - 1 - i]].map(|p| p.value);
                assert!(
                    (low - want).abs() <= 1e-8 * size,
                    "{what} {i}: {low} {want}"
                );
                assert_eq!(low, high);
            }
            // All of a whole orthonormal basis: nothing is left to chance.
            let mut diagonal = 0.0;
            let mut column = vec![0.0; n];
            for i in 0..n {
                let mut axis = vec![0.0; n];
                axis[i] = 1.0;
                map.apply(&axis, &mut column);
                diagonal += column[i];
            }
            close(diagonal, case.trace, 1e-8, what);
            let sum: f64 = found.top.iter().map(|p| p.value).sum();
            close(sum, case.trace, 1e-8, what);
            let estimate = trace(&mut map, 400, 0.0, 0).unwrap();
            assert!((estimate.mean - case.trace).abs() < 4.0 * estimate.standard_error);
            let by_quadrature = spectrum(&mut map, 40, n, 0).unwrap().trace();
            assert!((by_quadrature.mean - case.trace).abs() < 4.0 * by_quadrature.standard_error);
        }
    }
}

/// The network of a case, with its parameters: PyTorch's weights are `[out, in]`.
fn model(case: &Case) -> Model<f64> {
    let widths = &case.sizes;
    let mlp = Mlp {
        inputs: widths[0],
        hidden: widths[1..widths.len() - 1].to_vec(),
        outputs: widths[widths.len() - 1],
        activation: Activation::parse(&case.activation).unwrap(),
        batch_norm: false,
        dropout: 0.0,
        init: Init::Zeros,
    };
    let mut builder = ParamsBuilder::new();
    let layers = mlp.declare(&mut builder);
    let mut params = builder.build(0, 1 << 30).unwrap();
    let mut at = 0;
    for Parameter { shape, data } in &case.parameters {
        let place = &mut params.values_mut()[at..at + data.len()];
        match shape[..] {
            [out, into] => {
                for (k, p) in place.iter_mut().enumerate() {
                    *p = data[k % out * into + k / out];
                }
            }
            _ => place.copy_from_slice(data),
        }
        at += data.len();
    }
    assert_eq!(at, params.len());
    Model { layers, params }
}
