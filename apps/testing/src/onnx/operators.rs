//! The operators but those that go over windows.

use super::{Node, Tensor, windows};

/// Computes a node.
#[track_caller]
pub(super) fn run(node: &Node, inputs: &[&Tensor]) -> Tensor {
    let number = |name: &str, default| node.number(name, default);
    match (node.operator.as_str(), inputs) {
        ("Identity" | "Cast", [x]) => (*x).clone(),
        ("Flatten", [x]) => {
            assert_eq!(number("axis", 1.0), 1.0);
            let rows = x.shape[0];
            Tensor::new(&[rows, x.data.len() / rows], x.data.clone())
        }
        ("Reshape", [x, shape]) => {
            let size = |(i, n): (usize, &f64)| if *n == 0.0 { x.shape[i] } else { *n as usize };
            let shape: Vec<usize> = shape.data.iter().enumerate().map(size).collect();
            Tensor::new(&shape, x.data.clone())
        }
        ("Squeeze", [x, axes]) => {
            let mut shape = x.shape.clone();
            assert_eq!(shape.remove(axes.data[0] as usize), 1);
            Tensor::new(&shape, x.data.clone())
        }
        ("Gemm", [x, w, b]) => gemm(x, w, b),
        ("Conv", [x, w, bias @ ..]) => windows::convolution(node, x, w, bias.first().copied()),
        ("MaxPool", [x]) => windows::pooling(node, x, true),
        ("AveragePool", [x]) => windows::pooling(node, x, false),
        ("BatchNormalization", [x, scale, shift, mean, variance]) => {
            let inner: usize = x.shape[2..].iter().product();
            let (channels, eps) = (x.shape[1], number("epsilon", 1e-5));
            let y = x.data.iter().enumerate().map(|(i, x)| {
                let c = i / inner % channels;
                let deviation = (variance.data[c] + eps).sqrt();
                (x - mean.data[c]) / deviation * scale.data[c] + shift.data[c]
            });
            Tensor::new(&x.shape, y.collect())
        }
        ("LayerNormalization", [x, scale, shift]) => {
            let axis = node.axis(-1.0, x.shape.len());
            let width: usize = x.shape[axis..].iter().product();
            let eps = number("epsilon", 1e-5);
            let normalized = x.data.chunks(width).flat_map(|row| {
                let mean = row.iter().sum::<f64>() / width as f64;
                let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64;
                let row = row.iter().zip(scale.data.iter().zip(&shift.data));
                row.map(move |(x, (s, b))| (x - mean) / (variance + eps).sqrt() * s + b)
            });
            Tensor::new(&x.shape, normalized.collect())
        }
        ("ReduceMean", [x]) => {
            assert_eq!(number("keepdims", 1.0), 1.0);
            let axes = &node.lists["axes"];
            let count = axes.len();
            assert!(axes.iter().copied().eq(-(count as i64)..0), "{axes:?}");
            let (kept, reduced) = x.shape.split_at(x.shape.len() - count);
            let width: usize = reduced.iter().product();
            let means = x.data.chunks(width);
            let means = means.map(|row| row.iter().sum::<f64>() / width as f64);
            Tensor::new(&[kept, &vec![1; count]].concat(), means.collect())
        }
        ("Softmax", [x]) => {
            assert_eq!((node.axis(-1.0, 2), x.shape.len()), (1, 2));
            let rows = x.rows().into_iter().flat_map(|row| {
                let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let powers: Vec<f64> = row.iter().map(|x| (x - top).exp()).collect();
                let sum: f64 = powers.iter().sum();
                powers.into_iter().map(move |p| p / sum)
            });
            Tensor::new(&x.shape, rows.collect())
        }
        ("ArgMax", [x]) => {
            assert_eq!((node.axis(0.0, 2), number("keepdims", 1.0)), (1, 0.0));
            let place = |row: Vec<f64>| {
                let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                row.iter().position(|x| *x == top).unwrap() as f64
            };
            Tensor::new(&x.shape[..1], x.rows().into_iter().map(place).collect())
        }
        ("Concat", [a, b]) => {
            assert_eq!(node.axis(f64::NAN, 2), 1);
            let rows = a.rows().into_iter().zip(b.rows());
            let data: Vec<f64> = rows.flat_map(|(a, b)| [a, b].concat()).collect();
            Tensor::new(&[a.shape[0], a.shape[1] + b.shape[1]], data)
        }
        ("Gather", [x, places]) => {
            assert_eq!((node.axis(0.0, 2), places.shape.len()), (1, 1));
            let picked = |row: Vec<f64>| -> Vec<f64> {
                places.data.iter().map(|&p| row[p as usize]).collect()
            };
            let data: Vec<f64> = x.rows().into_iter().flat_map(picked).collect();
            Tensor::new(&[x.shape[0], places.data.len()], data)
        }
        ("Where", [condition, a, b]) => {
            let chosen = broadcast(condition, a, |c, a| if c == 0.0 { None } else { Some(a) });
            let data = chosen.1.into_iter().zip(&b.data);
            Tensor::new(&b.shape, data.map(|(a, b)| a.unwrap_or(*b)).collect())
        }
        (_, [x]) => {
            let f = unary(node);
            Tensor::new(&x.shape, x.data.iter().map(|x| f(*x)).collect())
        }
        (operator, [a, b]) => {
            let (shape, data) = broadcast(a, b, binary(operator));
            Tensor::new(&shape, data)
        }
        (operator, inputs) => panic!("{operator} of {} inputs", inputs.len()),
    }
}

fn gemm(x: &Tensor, w: &Tensor, b: &Tensor) -> Tensor {
    let [width, outputs] = w.shape[..] else {
        panic!("weights of shape {:?}", w.shape);
    };
    assert_eq!((x.shape[1], &b.shape[..]), (width, &[outputs][..]));
    let mut y = Vec::new();
    for row in x.rows() {
        for o in 0..outputs {
            let products = row
                .iter()
                .enumerate()
                .map(|(i, x)| x * w.data[i * outputs + o]);
            y.push(products.sum::<f64>() + b.data[o]);
        }
    }
    Tensor::new(&[x.shape[0], outputs], y)
}

fn unary(node: &Node) -> Box<dyn Fn(f64) -> f64> {
    let alpha = |default| node.number("alpha", default);
    let elu = |alpha: f64, x: f64| if x < 0.0 { alpha * x.exp_m1() } else { x };
    match node.operator.as_str() {
        "Relu" => Box::new(|x| if x < 0.0 { 0.0 } else { x }),
        "LeakyRelu" => {
            let slope = alpha(0.01);
            Box::new(move |x| if x < 0.0 { slope * x } else { x })
        }
        "Elu" => {
            let alpha = alpha(1.0);
            Box::new(move |x| elu(alpha, x))
        }
        // The defaults that the specification gives.
        "Selu" => Box::new(move |x| 1.050_701 * elu(1.673_263_2, x)),
        "Softplus" => Box::new(|x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p()),
        "Softsign" => Box::new(|x: f64| x / (1.0 + x.abs())),
        "Sigmoid" => Box::new(|x: f64| 1.0 / (1.0 + (-x).exp())),
        "Tanh" => Box::new(f64::tanh),
        "Erf" => Box::new(libm::erf),
        "Exp" => Box::new(f64::exp),
        "Log" => Box::new(f64::ln),
        "Abs" => Box::new(f64::abs),
        "Sqrt" => Box::new(f64::sqrt),
        "Neg" => Box::new(|x: f64| -x),
        "IsNaN" => Box::new(|x: f64| f64::from(x.is_nan())),
        other => panic!("the operator {other} is not known"),
    }
}

fn binary(operator: &str) -> fn(f64, f64) -> f64 {
    match operator {
        "Add" => |a, b| a + b,
        "Sub" => |a, b| a - b,
        "Mul" => |a, b| a * b,
        "Div" => |a, b| a / b,
        "Max" => f64::max,
        "Min" => f64::min,
        "Greater" => |a, b| f64::from(a > b),
        "GreaterOrEqual" => |a, b| f64::from(a >= b),
        other => panic!("the operator {other} is not known"),
    }
}

/// Elements of two tensors together, where the second has the last axes of the first, or sizes 1 among them.
#[track_caller]
fn broadcast<T>(a: &Tensor, b: &Tensor, f: impl Fn(f64, f64) -> T) -> (Vec<usize>, Vec<T>) {
    let skipped = a.shape.len() - b.shape.len();
    let fits = a.shape[skipped..]
        .iter()
        .zip(&b.shape)
        .all(|(a, b)| a == b || *b == 1);
    assert!(fits, "{:?} and {:?}", a.shape, b.shape);
    let place = |mut at: usize| {
        let (mut place, mut stride) = (0, 1);
        for (i, size) in a.shape.iter().enumerate().rev() {
            let index = at % size;
            at /= size;
            if i >= skipped && b.shape[i - skipped] > 1 {
                place += index * stride;
                stride *= b.shape[i - skipped];
            }
        }
        place
    };
    let data = a
        .data
        .iter()
        .enumerate()
        .map(|(i, a)| f(*a, b.data[place(i)]));
    (a.shape.clone(), data.collect())
}
