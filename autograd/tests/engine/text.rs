//! Tensors as text. What is expected here was printed by NumPy.

use autograd::Tensor;
use autograd::prelude::*;

#[track_caller]
fn prints(x: &Tensor<f64>, want: &str) {
    assert_eq!(x.to_string(), want.trim_start_matches('\n'));
}

#[test]
fn columns() {
    prints(&Tensor::from([1.0, 2.5]), "[1.  2.5]");
    prints(&Tensor::from([-0.0, 1.0]), "[-0.  1.]");
    prints(
        &Tensor::from([0.1, 0.2, 1.0 / 3.0]),
        "[0.1        0.2        0.33333333]",
    );
    prints(&Tensor::from([1.0 / 3.0, 1e-3]), "[0.33333333 0.001     ]");
    prints(
        &Tensor::from([12_345_678.123_456_79]),
        "[12345678.12345679]",
    );
    assert_eq!(
        Tensor::from([0.1f32, 0.2, 1.0 / 3.0]).to_string(),
        "[0.1        0.2        0.33333334]"
    );
}

#[test]
fn scientific_notation() {
    prints(&Tensor::from([1e-5, 1.0]), "[1.e-05 1.e+00]");
    prints(
        &Tensor::from([1e10, 1.5, -3.0]),
        "[ 1.0e+10  1.5e+00 -3.0e+00]",
    );
    prints(&Tensor::from([1e300, 1e-300]), "[1.e+300 1.e-300]");
    prints(&Tensor::from([123_456_789.123_456_79]), "[1.23456789e+08]");
    prints(
        &Tensor::from([1e200, f64::NAN, 1.0]),
        "[1.e+200     nan 1.e+000]",
    );
    prints(
        &Tensor::from([1e-5, f64::INFINITY, -1.25]),
        "[ 1.00e-05       inf -1.25e+00]",
    );
}

#[test]
fn what_is_no_number() {
    prints(
        &Tensor::from([f64::NAN, 1.5, f64::INFINITY]),
        "[nan 1.5 inf]",
    );
    prints(&Tensor::from([f64::NAN, f64::NEG_INFINITY]), "[ nan -inf]");
    prints(
        &Tensor::from([f64::NAN, f64::NEG_INFINITY, 100.25]),
        "[   nan   -inf 100.25]",
    );
}

#[test]
fn scalars_and_nothing() {
    prints(&Tensor::scalar(1.5), "1.5");
    prints(&Tensor::scalar(2.0), "2.0");
    prints(&Tensor::zeros(&[0, 3]), "[]");
    assert_eq!(format!("{:.2}", Tensor::scalar(2.0f32 / 3.0)), "0.67");
}

/// `np.set_printoptions(precision=3)`.
#[test]
fn precision() {
    let x = Tensor::from([[1.0 / 3.0, 2.0], [-1.5, 100.0 / 7.0]]);
    assert_eq!(format!("{x:.3}"), "[[ 0.333  2.   ]\n [-1.5   14.286]]");
}

#[test]
fn axes_and_long_rows() {
    prints(
        &Tensor::arange(12).reshape(&[1, 2, 2, 3]),
        "
[[[[ 0.  1.  2.]
   [ 3.  4.  5.]]

  [[ 6.  7.  8.]
   [ 9. 10. 11.]]]]",
    );
    prints(
        &Tensor::arange(40),
        "
[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.
 18. 19. 20. 21. 22. 23. 24. 25. 26. 27. 28. 29. 30. 31. 32. 33. 34. 35.
 36. 37. 38. 39.]",
    );
    prints(
        &(Tensor::arange(21) / 7.0),
        "
[0.         0.14285714 0.28571429 0.42857143 0.57142857 0.71428571
 0.85714286 1.         1.14285714 1.28571429 1.42857143 1.57142857
 1.71428571 1.85714286 2.         2.14285714 2.28571429 2.42857143
 2.57142857 2.71428571 2.85714286]",
    );
}

#[test]
fn long_rows_of_matrices() {
    prints(
        &(Tensor::arange(30).reshape(&[2, 15]) * 1.01),
        "
[[ 0.    1.01  2.02  3.03  4.04  5.05  6.06  7.07  8.08  9.09 10.1  11.11
  12.12 13.13 14.14]
 [15.15 16.16 17.17 18.18 19.19 20.2  21.21 22.22 23.23 24.24 25.25 26.26
  27.27 28.28 29.29]]",
    );
}

#[test]
fn beyond_1000_elements() {
    prints(
        &Tensor::arange(2000),
        "[0.000e+00 1.000e+00 2.000e+00 ... 1.997e+03 1.998e+03 1.999e+03]",
    );
    prints(
        &Tensor::arange(2000).reshape(&[40, 50]),
        "
[[0.000e+00 1.000e+00 2.000e+00 ... 4.700e+01 4.800e+01 4.900e+01]
 [5.000e+01 5.100e+01 5.200e+01 ... 9.700e+01 9.800e+01 9.900e+01]
 [1.000e+02 1.010e+02 1.020e+02 ... 1.470e+02 1.480e+02 1.490e+02]
 ...
 [1.850e+03 1.851e+03 1.852e+03 ... 1.897e+03 1.898e+03 1.899e+03]
 [1.900e+03 1.901e+03 1.902e+03 ... 1.947e+03 1.948e+03 1.949e+03]
 [1.950e+03 1.951e+03 1.952e+03 ... 1.997e+03 1.998e+03 1.999e+03]]",
    );
    let signs = Tensor::from_fn(&[2, 2, 2, 150], |i| (i % 2) as f64);
    prints(
        &signs,
        "
[[[[0. 1. 0. ... 1. 0. 1.]
   [0. 1. 0. ... 1. 0. 1.]]

  [[0. 1. 0. ... 1. 0. 1.]
   [0. 1. 0. ... 1. 0. 1.]]]


 [[[0. 1. 0. ... 1. 0. 1.]
   [0. 1. 0. ... 1. 0. 1.]]

  [[0. 1. 0. ... 1. 0. 1.]
   [0. 1. 0. ... 1. 0. 1.]]]]",
    );
    assert_eq!(
        Tensor::<f32>::zeros(&[1000])
            .to_string()
            .matches("0.")
            .count(),
        1000
    );
    assert_eq!(
        Tensor::<f32>::zeros(&[1001]).to_string(),
        "[0. 0. 0. ... 0. 0. 0.]"
    );
}
