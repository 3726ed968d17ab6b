//! Derivatives of any order along given directions, and their comparison with differences of the order below.

use autograd::prelude::*;
use autograd::{Tape, Tensor, Var, functional, random};

use crate::differences::{STEP, Tally, agree, differences};

/// A number with ten binary digits after the point: sums of such are exact.
pub(crate) fn rounded(x: f64) -> f64 {
    (x * 1024.0).round() / 1024.0
}

/// The largest size of an element, and not less than 1.
pub(crate) fn size(x: &[Tensor<f64>]) -> f64 {
    flat(x).iter().fold(1.0, |m, x| m.max(x.abs()))
}

/// A random tensor for each of the shapes, the same ones for the same name, of numbers between −1 and 1 that are smaller
/// where these tensors have large elements: sums of many of them move as little as sums of small ones.
pub(crate) fn directions(name: &str, which: u64, like: &[Tensor<f64>]) -> Vec<Tensor<f64>> {
    let mut rng = random::stream(5, name, which, 0);
    let scale = (-size(like).log2().ceil()).exp2();
    let mut draw = |t: &Tensor<f64>| {
        Tensor::from_fn(t.shape(), |_| {
            scale * rounded(2.0 * random::unit(&mut rng) - 1.0)
        })
    };
    like.iter().map(&mut draw).collect()
}

/// x + t·v, tensor by tensor.
pub(crate) fn moved(x: &[Tensor<f64>], v: &[Tensor<f64>], t: f64) -> Vec<Tensor<f64>> {
    x.iter().zip(v).map(|(x, v)| x + &(v.clone() * t)).collect()
}

/// All elements, one tensor after the other.
pub(crate) fn flat(x: &[Tensor<f64>]) -> Vec<f64> {
    x.iter().flat_map(Tensor::to_vec).collect()
}

/// Σ over all pairs of the products of their elements.
pub(crate) fn inner<'t>(x: &[Var<'t, f64>], v: &[Tensor<f64>]) -> Var<'t, f64> {
    let terms = x.iter().zip(v);
    let terms = terms.map(|(x, v)| (*x * x.constant(v.clone())).sum());
    terms.reduce(|a, b| a + b).expect("there is an input")
}

/// ∇⟨…⟨∇⟨f, c⟩, v₁⟩…, vₙ⟩ at x: the derivative of order n + 1 along n directions, once by a traced last pass and once by an
/// eager one.
pub(crate) fn gradient<F>(
    f: &F,
    x: &[Tensor<f64>],
    c: &Tensor<f64>,
    along: &[Vec<Tensor<f64>>],
) -> [Vec<f64>; 2]
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let tape = Tape::new();
    let x: Vec<_> = x.iter().map(|t| tape.leaf(t.clone())).collect();
    let mut s = inner(&[f(&x)], std::slice::from_ref(c));
    for v in along {
        s = inner(&tape.grad(s, &x), v);
    }
    let eager = tape.backward(s);
    let eager: Vec<_> = x.iter().map(|x| eager.wrt(*x)).collect();
    let traced: Vec<_> = tape.grad(s, &x).iter().map(Var::tensor).collect();
    [flat(&traced), flat(&eager)]
}

/// The value, as a vector.
pub(crate) fn value<F>(f: &F, x: &[Tensor<f64>]) -> Vec<f64>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let tape = Tape::new();
    let x: Vec<_> = x.iter().map(|t| tape.constant(t.clone())).collect();
    f(&x).tensor().to_vec()
}

/// Checks the derivatives of ⟨f, c⟩ of orders 1 to `order` along random directions: each element of an order against
/// differences of the order below. As the derivatives are symmetric, a gradient along one direction is the difference
/// along it. `x` is to be [rounded], so that it is moved exactly; the value is made of
/// numbers of up to `made_of`.
///
/// # Errors
/// What differs first.
pub(crate) fn check_orders<F>(
    f: F,
    x: &[Tensor<f64>],
    c: &Tensor<f64>,
    order: usize,
    made_of: f64,
    tally: &mut Tally,
) -> Result<(), String>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let v: Vec<_> = (0..order as u64)
        .map(|k| directions("orders", k, x))
        .collect();
    let size = size(x) * made_of;
    let weigh = |y: Vec<f64>| -> f64 { y.iter().zip(c.to_vec()).map(|(y, c)| y * c).sum() };
    for k in 1..=order {
        let exact = gradient(&f, x, c, &v[..k - 1]);
        agree(&exact[0], &exact[1]).map_err(|e| format!("order {k}, traced and eager: {e}"))?;
        let result = if k == 1 {
            let numeric = differences(STEP, size, |t| vec![weigh(value(&f, &moved(x, &v[0], t)))]);
            let slope = exact[1].iter().zip(flat(&v[0])).map(|(g, v)| g * v).sum();
            numeric.compare(&[slope], tally)
        } else {
            let along = &v[k - 2];
            let below = |t| gradient(&f, &moved(x, along, t), c, &v[..k - 2]);
            let [_, eager] = &exact;
            differences(STEP, size, |t| below(t)[1].clone()).compare(eager, tally)
        };
        result.map_err(|e| format!("order {k}: {e}"))?;
    }
    Ok(())
}

/// Checks the forward product along a random direction, element by element, in two ways: by two backward passes, of which
/// the first has a cotangent of zeros, and by [`functional::jvp`].
///
/// # Errors
/// What differs first.
pub(crate) fn check_forward_product<F>(
    f: F,
    x: &[Tensor<f64>],
    tally: &mut Tally,
) -> Result<(), String>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let v = directions("forward", 0, x);
    let tape = Tape::new();
    let leaves: Vec<_> = x.iter().map(|t| tape.leaf(t.clone())).collect();
    let y = f(&leaves);
    let u = tape.leaf(Tensor::zeros(&y.dims()));
    let paired = inner(&tape.vjp(y, u, &leaves), &v);
    let by_zeros = tape.backward(paired).wrt(u).to_vec();

    let one = |x: &[Tensor<f64>]| Tensor::new(&[flat(x).len()], &flat(x));
    let (_, by_function) = functional::jvp(
        |all| {
            let mut start = 0;
            let mut parts = Vec::with_capacity(x.len());
            for t in x {
                parts.push(all.narrow(0, start, t.len()).reshape(t.shape()));
                start += t.len();
            }
            f(&parts)
        },
        &one(x),
        &one(&v),
    );
    let by_function = by_function.to_vec();

    let numeric = differences(STEP, size(x), |t| value(&f, &moved(x, &v, t)));
    for (way, exact) in [("a cotangent of zeros", by_zeros), ("jvp", by_function)] {
        numeric
            .compare(&exact, tally)
            .map_err(|e| format!("forward product by {way}: {e}"))?;
    }
    Ok(())
}
