//! Convolution, pooling and normalization.

use autograd::prelude::*;
use autograd::{Tape, Tensor, ThreadPool, check_gradients, functional};

use super::assert_near;

fn numbers(shape: &[usize], phase: f64) -> Tensor<f64> {
    Tensor::from_fn(shape, |i| (phase + 1.3 * i as f64).sin())
}

/// The convolution by its definition, place by place.
fn defined(x: &Tensor<f64>, w: &Tensor<f64>, params: Conv2dParams) -> Tensor<f64> {
    let (a, b) = (x.shape(), w.shape());
    let [height, width] = params.windows([a[2], a[3]], [b[2], b[3]]).unwrap();
    let shape = [a[0], b[0], height, width];
    Tensor::from_fn(&shape, |i| {
        let (place, image) = (i % (height * width), i / (height * width));
        let (n, o) = (image / b[0], image % b[0]);
        let at = |axis: usize, place: usize, k: usize| {
            let i = place * params.stride[axis] + k * params.dilation[axis];
            i.checked_sub(params.padding[axis])
                .filter(|i| *i < a[2 + axis])
        };
        let mut sum = 0.0;
        for c in 0..b[1] {
            for ky in 0..b[2] {
                for kx in 0..b[3] {
                    let (y, x_at) = (at(0, place / width, ky), at(1, place % width, kx));
                    if let (Some(y), Some(column)) = (y, x_at) {
                        sum += x.at(&[n, c, y, column]) * w.at(&[o, c, ky, kx]);
                    }
                }
            }
        }
        sum
    })
}

/// candle #1212, #1214, burn #1891, #3521, #3533, #4799, #4806: the backward pass where a stride does not divide, with
/// padding, dilation and kernels that differ along the axes.
#[test]
fn convolutions_of_every_geometry() {
    let mut tried = 0;
    for kernel in [[1, 1], [2, 3], [4, 4], [5, 1]] {
        for stride in [[1, 1], [2, 3], [4, 4]] {
            for padding in [[0, 0], [1, 2], [3, 0]] {
                for dilation in [[1, 1], [2, 1], [1, 3]] {
                    let params = Conv2dParams {
                        stride,
                        padding,
                        dilation,
                    };
                    let size = [7, 11];
                    let Ok(_) = params.windows(size, kernel) else {
                        continue;
                    };
                    let x = numbers(&[2, 2, size[0], size[1]], 0.0);
                    let w = numbers(&[3, 2, kernel[0], kernel[1]], 1.0);
                    let y = x.conv2d(&w, None, params);
                    let want = defined(&x, &w, params);
                    assert_eq!(y.shape(), want.shape(), "{params:?}");
                    assert_near(&y.to_vec(), &want.to_vec());
                    let inputs = [x, w, numbers(&[3], 2.0)];
                    check_gradients(|x| x[0].conv2d(&x[1], Some(&x[2]), params), &inputs)
                        .unwrap_or_else(|e| panic!("{kernel:?} {params:?}: {e}"));
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 90, "{tried}");
}

/// Images larger than a block of windows, more of them than a part takes, on both element types, cut over threads.
#[test]
fn large_convolutions_have_the_same_bits_for_any_number_of_threads() {
    let params = Conv2dParams::default().padding(1);
    let x = numbers(&[9, 3, 20, 33], 0.0).cast::<f32>();
    let w = numbers(&[17, 3, 3, 3], 1.0).cast::<f32>();
    let b = numbers(&[17], 2.0).cast::<f32>();
    let run = |threads: usize| {
        ThreadPool::new(threads).install(|| {
            let tape = Tape::new();
            let [x, w, b] = [&x, &w, &b].map(|t| tape.leaf(t.clone()));
            let y = x.conv2d(&w, Some(&b), params);
            let y = y.batch_norm(&b, &b, 1e-5);
            let y = y.max_pool2d([2, 2], Pool2dParams::default().stride(2));
            let y = y.avg_pool2d([3, 3], Pool2dParams::default().stride(3), true);
            let g = tape.backward(y.square().sum());
            let grads = [x, w, b].map(|v| g.wrt(v).to_vec());
            (y.tensor().to_vec(), grads)
        })
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(4));

    let y = x.conv2d(&w, None, params);
    let want = defined(&x.cast(), &w.cast(), params);
    let off = y.to_vec().into_iter().zip(want.to_vec());
    let off = off
        .map(|(a, b)| (f64::from(a) - b).abs())
        .fold(0.0, f64::max);
    assert!(off < 1e-5, "{off}");
}

/// candle #3736: a kernel that is a view with an offset.
#[test]
fn a_convolution_with_a_part_of_a_larger_kernel() {
    let x = numbers(&[1, 2, 6, 6], 0.0);
    let all = numbers(&[4, 2, 3, 3], 1.0);
    let part = all.narrow(0, 1, 2);
    let params = Conv2dParams::default();
    let want = x.conv2d(&part.contiguous(), None, params);
    assert_eq!(x.conv2d(&part, None, params), want);
    let transposed = part.swap_axes(2, 3);
    let want = defined(&x, &transposed.contiguous(), params);
    assert_near(
        &x.conv2d(&transposed, None, params).to_vec(),
        &want.to_vec(),
    );
}

/// burn #248: the gradient of the bias.
#[test]
fn the_bias_of_a_convolution_gets_the_sum_of_cotangents() {
    let tape = Tape::new();
    let [x, w, b] = [&[2, 1, 4, 4][..], &[3, 1, 2, 2], &[3]].map(|s| tape.leaf(numbers(s, 0.0)));
    let y = x.conv2d(&w, Some(&b), Conv2dParams::default());
    let g = numbers(&y.dims(), 3.0);
    let want = g.sum_axes(&[0, 2, 3]);
    assert_near(&tape.backward_vjp(y, g).wrt(b).to_vec(), &want.to_vec());
}

/// burn #4466: both entries of kernel, stride, padding and dilation count.
#[test]
fn pooling_of_every_geometry() {
    let size = [5, 7];
    let x = numbers(&[2, 2, size[0], size[1]], 0.0);
    let mut tried = 0;
    for kernel in [[1, 1], [2, 2], [3, 2], [2, 4]] {
        for stride in [[1, 1], [2, 2], [3, 1]] {
            for padding in [[0, 0], [1, 0], [0, 1]] {
                for dilation in [[1, 1], [1, 2], [3, 1]] {
                    let params = Pool2dParams {
                        stride,
                        padding,
                        dilation,
                    };
                    let fits = params.windows(size, kernel).is_ok();
                    let inside = |a: usize| padding[a] == 0 || kernel[a] > 1 && dilation[a] == 1;
                    if !fits || !inside(0) || !inside(1) {
                        continue;
                    }
                    let max = pooled(&x, kernel, params, |v| {
                        v.iter().copied().fold(f64::NEG_INFINITY, f64::max)
                    });
                    assert_eq!(x.max_pool2d(kernel, params), max, "{kernel:?} {params:?}");
                    tried += 1;
                    if dilation != [1, 1] {
                        continue;
                    }
                    let all = (kernel[0] * kernel[1]) as f64;
                    for (counts, mean) in [
                        (
                            true,
                            pooled(&x, kernel, params, |v| v.iter().sum::<f64>() / all),
                        ),
                        (
                            false,
                            pooled(&x, kernel, params, |v| {
                                v.iter().sum::<f64>() / v.len() as f64
                            }),
                        ),
                    ] {
                        let got = x.avg_pool2d(kernel, params, counts);
                        assert_eq!(got.shape(), mean.shape());
                        assert_near(&got.to_vec(), &mean.to_vec());
                        check_gradients(
                            |x| x[0].avg_pool2d(kernel, params, counts).square(),
                            std::slice::from_ref(&x),
                        )
                        .unwrap();
                    }
                }
            }
        }
    }
    assert!(tried > 40, "{tried}");
}

/// `fold` of what lies inside of each window.
fn pooled(
    x: &Tensor<f64>,
    kernel: [usize; 2],
    params: Pool2dParams,
    fold: impl Fn(&[f64]) -> f64,
) -> Tensor<f64> {
    let s = x.shape();
    let [height, width] = params.windows([s[2], s[3]], kernel).unwrap();
    let window = |axis: usize, place: usize| {
        (0..kernel[axis]).filter_map(move |k| {
            let i = place * params.stride[axis] + k * params.dilation[axis];
            i.checked_sub(params.padding[axis])
        })
    };
    Tensor::from_fn(&[s[0], s[1], height, width], |i| {
        let (place, plane) = (i % (height * width), i / (height * width));
        let mut inside = Vec::new();
        for y in window(0, place / width).filter(|y| *y < s[2]) {
            for column in window(1, place % width).filter(|c| *c < s[3]) {
                inside.push(x.at(&[plane / s[1], plane % s[1], y, column]));
            }
        }
        fold(&inside)
    })
}

/// The first of equal elements gets all of the gradient, as in PyTorch; in `max` they share it.
#[test]
fn ties_in_pooling_go_to_the_first() {
    for (kernel, stride) in [([2, 2], 2), ([3, 4], 1)] {
        let x = Tensor::<f64>::ones(&[1, 1, 4, 4]);
        let params = Pool2dParams::default().stride(stride);
        let g = functional::grad(|x| x.max_pool2d(kernel, params).sum(), &x);
        let mut want = [0.0; 16];
        let first: &[usize] = if stride == 2 { &[0, 2, 8, 10] } else { &[0, 4] };
        first.iter().for_each(|i| want[*i] = 1.0);
        assert_eq!(g.to_vec(), want);
    }
}

/// burn #5290, #5155, #4859: NaN passes on, and takes the gradient with it.
#[test]
fn a_window_with_nan_is_nan() {
    for (kernel, stride) in [([2, 2], 2), ([2, 2], 1)] {
        let mut x = Tensor::<f64>::zeros(&[1, 1, 4, 4]);
        x.as_mut_slice()[5] = f64::NAN;
        x.as_mut_slice()[0] = 7.0;
        let params = Pool2dParams::default().stride(stride);
        let y = x.max_pool2d(kernel, params);
        assert!(y.to_vec()[0].is_nan() && !y.to_vec().last().unwrap().is_nan());
        let tape = Tape::new();
        let v = tape.leaf(x);
        let y = v.max_pool2d(kernel, params);
        let g = tape
            .backward_vjp(y, Tensor::ones(&y.dims()))
            .wrt(v)
            .to_vec();
        assert_eq!((g[0], g[5] >= 1.0), (0.0, true));
    }
}

/// A window of padding alone has no largest element: it is refused, also where dilation steps over the image.
#[test]
fn negative_numbers_do_not_lose_against_padding() {
    let x = Tensor::<f64>::full(&[1, 1, 3, 3], -5.0);
    let y = x.max_pool2d([3, 3], Pool2dParams::default().padding(1));
    assert_eq!(y, Tensor::full(&[1, 1, 3, 3], -5.0));
}

/// A column far from 0 and a constant one; a single row.
#[test]
fn normalization_of_hard_columns() {
    let x = Tensor::from_fn(&[64, 2], |i| match i % 2 {
        0 => 1e6 + (i as f32 * 0.7).sin(),
        _ => 3.25f32,
    });
    let one = Tensor::ones(&[2]);
    let (y, moments) = x.batch_norm_and_moments(&one, &Tensor::zeros(&[2]), 1e-5);
    let exact: Vec<f64> = x.select_index(1, 0).cast().to_vec();
    let mean = exact.iter().sum::<f64>() / 64.0;
    let variance = exact.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 64.0;
    let found = f64::from(moments.at(&[1, 0]));
    assert!((found / variance - 1.0).abs() < 1e-4, "{found} {variance}");
    assert_eq!(moments.at(&[1, 1]), 0.0);
    assert!(y.select_index(1, 1).to_vec().iter().all(|y| *y == 0.0));

    let row = Tensor::<f64>::from([[1.0, -2.0]]);
    let (y, _) = row.batch_norm_and_moments(&Tensor::ones(&[2]), &Tensor::from([5.0, 6.0]), 1e-5);
    assert_eq!(y.to_vec(), [5.0, 6.0]);
}

/// Wide and tall batches go through other loops than small ones: against the definition, with second derivatives.
#[test]
fn batch_normalization_and_its_definition() {
    for shape in [&[40, 35][..], &[3, 5, 7, 9], &[2, 20, 1], &[1, 3, 50]] {
        let c = shape[1];
        let x = numbers(shape, 0.0);
        let (scale, shift) = (numbers(&[c], 1.0), numbers(&[c], 2.0));
        let axes: Vec<usize> = (0..shape.len()).filter(|a| *a != 1).collect();
        let mut column = vec![1; shape.len() - 1];
        column[0] = c;
        let tape = Tape::new();
        let x = [x, scale, shift].map(|t| tape.leaf(t));
        let defined = {
            let distance = x[0] - x[0].mean_keep(&axes);
            let deviation = (distance.square().mean_keep(&axes) + 1e-3).sqrt();
            distance / deviation * x[1].reshape(&column) + x[2].reshape(&column)
        };
        let y = x[0].batch_norm(&x[1], &x[2], 1e-3);
        assert_near(&y.tensor().to_vec(), &defined.tensor().to_vec());
        let g = numbers(shape, 4.0);
        let (a, b) = (
            tape.backward_vjp(y, g.clone()),
            tape.backward_vjp(defined, g.clone()),
        );
        let g = tape.constant(g);
        let second = |y| {
            let first = tape.vjp(y, g, &x);
            let s = (first[0] * first[0]).sum() + first[1].sum() * first[2].sum();
            tape.backward(s)
        };
        let (aa, bb) = (second(y), second(defined));
        for x in x {
            assert_close(&a.wrt(x).to_vec(), &b.wrt(x).to_vec());
            assert_close(&aa.wrt(x).to_vec(), &bb.wrt(x).to_vec());
        }
    }
}

/// Sums of hundreds of terms, in two orders.
#[track_caller]
fn assert_close(got: &[f64], want: &[f64]) {
    for (g, w) in got.iter().zip(want) {
        let off = (g - w).abs();
        assert!(off <= 1e-11 * w.abs().max(1.0), "{g}, expected {w}");
    }
}
