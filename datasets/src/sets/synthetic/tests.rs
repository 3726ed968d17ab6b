use super::*;
use crate::request::Request;
use crate::{Resolver, load};

fn made(name: &str, n: usize, noise: f64, seed: u64) -> Dataset {
    let request = Request {
        n: Some(n),
        noise: Some(noise),
        seed,
        ..Request::from(name.parse::<crate::Spec>().unwrap())
    };
    load(&request, &Resolver::default()).unwrap()
}

fn values(targets: &Targets) -> Vec<f64> {
    let Targets::Values(rows) = targets else {
        panic!("these are values")
    };
    (0..rows.len()).map(|i| rows.row(i)[0]).collect()
}

fn labels(data: &Dataset) -> &[u32] {
    match &data.part.targets {
        Targets::Classes { labels, .. } => labels,
        _ => panic!("these are classes"),
    }
}

fn points(data: &Dataset) -> Vec<Vec<f64>> {
    (0..data.len()).map(|i| data.part.inputs.row(i)).collect()
}

#[test]
fn runges_function_stands_beside_its_noisy_values() {
    let data = made("runge", 4000, 0.1, 3);
    let exact = values(data.noiseless.as_ref().unwrap());
    let noisy = values(&data.part.targets);
    let mut squares = 0.0;
    let mut sum_x = 0.0;
    for (i, x) in points(&data).into_iter().enumerate() {
        assert!((-1.0..1.0).contains(&x[0]));
        assert_eq!(exact[i], 1.0 / (1.0 + 25.0 * x[0] * x[0]));
        squares += (noisy[i] - exact[i]).powi(2);
        sum_x += x[0];
    }
    // Five standard errors of the variance, and of the mean of x.
    let variance = squares / 4000.0;
    assert!((variance - 0.01).abs() < 5.0 * 0.01 * (2.0f64 / 4000.0).sqrt());
    assert!((sum_x / 4000.0).abs() < 5.0 * (1.0 / 3.0 / 4000.0f64).sqrt());
}

#[test]
fn noise_moves_no_point_and_more_rows_keep_the_first() {
    let (a, b) = (made("runge", 50, 0.1, 1), made("runge", 80, 0.5, 1));
    assert_eq!(points(&a), points(&b)[..50]);
    let exact = values(a.noiseless.as_ref().unwrap());
    let errors = |data: &Dataset| -> Vec<f64> {
        let noisy = values(&data.part.targets);
        exact
            .iter()
            .zip(noisy)
            .map(|(y, noisy)| noisy - y)
            .collect()
    };
    for (small, large) in errors(&a).into_iter().zip(errors(&b)) {
        assert!((5.0 * small - large).abs() < 1e-12);
    }
    let still = made("line", 50, 0.0, 1);
    assert_eq!(
        values(&still.part.targets),
        values(still.noiseless.as_ref().unwrap())
    );
    assert_ne!(points(&a), points(&made("runge", 50, 0.1, 2)));
}

#[test]
fn even_places_are_at_equal_distances_and_move_no_noise() {
    let made = |places, n| {
        let spec = "runge".parse::<crate::Spec>().unwrap();
        let request = Request {
            n: Some(n),
            places: Some(places),
            seed: 1,
            ..Request::from(spec)
        };
        load(&request, &Resolver::default()).unwrap()
    };
    let (even, random) = (made(Places::Even, 5), made(Places::Random, 5));
    assert_eq!(points(&even), [[-1.0], [-0.5], [0.0], [0.5], [1.0]]);
    assert!(even.provenance.contains("5 rows at equal distances"));
    let errors = |data: &Dataset| -> Vec<f64> {
        let exact = values(data.noiseless.as_ref().unwrap());
        let noisy = values(&data.part.targets);
        noisy
            .iter()
            .zip(exact)
            .map(|(y, exact)| y - exact)
            .collect()
    };
    for (a, b) in errors(&even).into_iter().zip(errors(&random)) {
        assert!((a - b).abs() < 1e-15);
    }
    assert_eq!(points(&made(Places::Even, 1)), [[-1.0]]);
}

#[test]
fn without_noise_the_shapes_are_what_they_say() {
    for (i, p) in points(&made("circles", 90, 0.0, 0)).iter().enumerate() {
        let radius = p[0].hypot(p[1]);
        assert!((radius - [1.0, 0.5][i % 2]).abs() < 1e-12);
    }
    let xor = made("xor", 400, 0.0, 0);
    for (p, &label) in points(&xor).iter().zip(labels(&xor)) {
        assert_eq!(label == 1, p[0] * p[1] < 0.0);
    }
    for (i, p) in points(&made("spirals", 90, 0.0, 0)).iter().enumerate() {
        let along = p[0].hypot(p[1]);
        let angle = 3.0 * PI * along + PI * (i % 2) as f64;
        assert!((along * angle.cos() - p[0]).abs() < 1e-12);
    }
    for (i, p) in points(&made("moons", 90, 0.0, 0)).iter().enumerate() {
        let (x, y) = if i % 2 == 0 {
            (p[0], p[1])
        } else {
            (1.0 - p[0], 0.5 - p[1])
        };
        assert!((x.hypot(y) - 1.0).abs() < 1e-12 && y >= -1e-12);
    }
    let corners = points(&made("blobs", 3, 0.0, 0));
    assert!((corners[0][1] - 1.0).abs() < 1e-12 && corners[1][0] < -0.8 && corners[2][0] > 0.8);
}

#[test]
fn classes_are_as_many_as_can_be() {
    for set in synthetic() {
        let data = made(set.name, 100, set.noise, 0);
        assert_eq!((data.len(), data.task()), (100, set.tasks()[0]));
        assert_eq!(data.class_names.is_empty(), data.noiseless.is_some());
        if data.class_names.is_empty() || set.name == "xor" {
            continue;
        }
        for class in 0..data.class_names.len() as u32 {
            let count = labels(&data).iter().filter(|&&l| l == class).count();
            assert!(count.abs_diff(100 / data.class_names.len()) <= 1);
        }
    }
}

/// What is drawn is part of what a seed means: it must never change.
#[test]
fn draws_stay_what_they_are() {
    let data = made("runge", 2, 0.1, 0);
    assert_eq!(
        points(&data),
        [[0.6374267750195255], [-0.33485739068259823]]
    );
    assert_eq!(
        values(&data.part.targets),
        [-0.033589036374614994, 0.2419183715992052]
    );
}
