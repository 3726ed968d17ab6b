//! How parameters start: distributions, names, and draws that stay the same.

use autograd::random::stream;
use nn::Init;
use nn::init::InitError;

fn drawn(init: Init, shape: &[usize]) -> Vec<f64> {
    let mut out = vec![0.0; shape.iter().product()];
    init.fill(shape, &mut stream(3, "test", 0, 0), &mut out);
    out
}

#[test]
fn variances_are_those_of_the_papers() {
    // Fans 200 and 300: once as a linear weight, once as a convolution with 2×2 kernels.
    for shape in [&[200, 300][..], &[75, 50, 2, 2]] {
        let n = shape.iter().product::<usize>() as f64;
        for (init, want) in [
            (Init::Uniform(0.5), 0.25 / 3.0),
            (Init::Normal(0.1), 0.01),
            (Init::XAVIER_UNIFORM, 2.0 / 500.0),
            (Init::XavierNormal(3.0), 18.0 / 500.0),
            (Init::HE_UNIFORM, 2.0 / 200.0),
            (Init::HE_NORMAL, 2.0 / 200.0),
            (Init::LECUN_NORMAL, 1.0 / 200.0),
        ] {
            let x = drawn(init, shape);
            let mean = x.iter().sum::<f64>() / n;
            let var = x.iter().map(|x| x * x).sum::<f64>() / n;
            // Five standard errors; the fourth moment is at most that of the normal distribution.
            assert!(mean.abs() < 5.0 * (want / n).sqrt(), "{init}: mean {mean}");
            assert!(
                (var / want - 1.0).abs() < 5.0 * (2.0 / n).sqrt(),
                "{init}: {var}"
            );
        }
    }
    let bound = (6.0f64 / 500.0).sqrt();
    let x = drawn(Init::XAVIER_UNIFORM, &[200, 300]);
    assert!(x.iter().all(|x| x.abs() <= bound));
}

#[test]
fn orthogonal_is_orthogonal() {
    for (rows, cols) in [(40, 25), (25, 40), (30, 30), (1, 7), (7, 1)] {
        let q = drawn(Init::Orthogonal(2.0), &[rows, cols]);
        let few = rows.min(cols);
        let at = |vector: usize, k: usize| {
            if rows <= cols {
                q[vector * cols + k]
            } else {
                q[k * cols + vector]
            }
        };
        for a in 0..few {
            for b in 0..few {
                let inner: f64 = (0..rows.max(cols)).map(|k| at(a, k) * at(b, k)).sum();
                let want = if a == b { 4.0 } else { 0.0 };
                assert!(
                    (inner - want).abs() < 1e-13,
                    "{rows}×{cols} {a} {b}: {inner}"
                );
            }
        }
    }
    // The sign of a 1×1 matrix is drawn: both occur.
    let signs: Vec<f64> = (0..20)
        .map(|i| {
            let mut out = [0.0];
            Init::ORTHOGONAL.fill(&[1, 1], &mut stream(3, "sign", 0, i), &mut out);
            out[0]
        })
        .collect();
    assert!(signs.contains(&1.0) && signs.contains(&-1.0));
}

#[test]
fn both_precisions_start_alike() {
    for init in [Init::HE_NORMAL, Init::XAVIER_UNIFORM, Init::ORTHOGONAL] {
        let mut narrow = [0f32; 12];
        init.fill(&[3, 4], &mut stream(3, "test", 0, 0), &mut narrow);
        let wide = drawn(init, &[3, 4]);
        assert!(
            narrow.iter().zip(wide).all(|(n, w)| *n == w as f32),
            "{init}"
        );
    }
}

#[test]
fn first_draws_stay_the_same_between_versions() {
    assert_eq!(
        drawn(Init::Normal(1.0), &[3]),
        [0.5417218599798274, 0.3035311078008967, -0.34800488288982556]
    );
    assert_eq!(
        drawn(Init::Uniform(1.0), &[2]),
        [0.24748557450897302, 0.09141829356956066]
    );
}

#[test]
fn plain_numbers_are_plain() {
    assert_eq!(drawn(Init::Zeros, &[4]), [0.0; 4]);
    assert_eq!(drawn(Init::Constant(-0.5), &[2, 2]), [-0.5; 4]);
    let x = drawn(Init::Uniform(0.1), &[1000]);
    assert!(x.iter().all(|x| (-0.1..0.1).contains(x)));
}

#[test]
fn every_initializer_has_a_name() {
    let names: Vec<&str> = Init::names().collect();
    assert_eq!(
        names.join(" "),
        "zeros constant uniform normal xavier-uniform xavier-normal he-uniform he-normal lecun-normal orthogonal"
    );
}

#[test]
fn names_parse_and_print() {
    for name in Init::names() {
        assert_eq!(name.parse::<Init>().unwrap().to_string(), name);
    }
    assert_eq!("he-normal".parse(), Ok(Init::HE_NORMAL));
    assert_eq!("normal:0.01".parse(), Ok(Init::Normal(0.01)));
    assert_eq!("constant:-2".parse(), Ok(Init::Constant(-2.0)));
    assert_eq!(Init::Normal(0.01).to_string(), "normal:0.01");
    for bad in [
        "normal:",
        "normal:x",
        "normal:-1",
        "normal:inf",
        "he-normal:NaN",
    ] {
        let e = bad.parse::<Init>().unwrap_err();
        assert!(matches!(e, InitError::Number(..)), "{bad}: {e}");
    }
    let e = "he_normal".parse::<Init>().unwrap_err().to_string();
    assert!("zeros:1".parse::<Init>().is_err());
    assert!(
        e.starts_with("there is no initializer \"he_normal\"; choose one of zeros,"),
        "{e}"
    );
}

#[test]
fn a_bias_has_no_fan() {
    let e = Init::HE_NORMAL.check(&[5]).unwrap_err();
    assert_eq!(e, "he-normal needs a shape of 2 or 4 axes, and this is [5]");
    assert!(drawn(Init::HE_NORMAL, &[0, 5]).is_empty());
    assert!(drawn(Init::ORTHOGONAL, &[5, 0]).is_empty());
}
