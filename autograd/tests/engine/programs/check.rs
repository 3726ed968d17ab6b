//! The derivatives of a program by every way there is, against each other and against differences.

use autograd::prelude::*;
use autograd::{Tape, Tensor, Var, functional};

use crate::differences::{Differences, STEP, Tally, agree, differences};
use crate::exact::derivatives::{directions, flat, inner, moved, size};

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    Compared,
    /// A kink is too near for differences.
    NearKink,
}

/// All numbers of some variables.
fn numbers(y: &[Var<'_, f64>]) -> Vec<f64> {
    y.iter().flat_map(|y| y.tensor().to_vec()).collect()
}

/// All numbers of some variables, as one vector.
fn joined<'t>(y: &[Var<'t, f64>]) -> Var<'t, f64> {
    let flat: Vec<_> = y.iter().map(|y| y.flatten()).collect();
    Joining::concat(&flat.iter().collect::<Vec<_>>(), 0)
}

/// Checks at the inputs `x`: the gradient of ⟨f, c⟩ by an eager and by a traced pass, the product of the Hessian with a
/// vector by an eager pass over the traced one and by [`Tape::linearize`], and the forward product by two backward passes
/// from a cotangent of zeros and by [`functional::jvp`].
///
/// `laid` says how numbers lie in memory. Where `sides` differ between the points of a difference, it is left out.
///
/// # Errors
/// What differs first.
pub(super) fn check<F>(
    f: &F,
    x: &[Tensor<f64>],
    laid: impl Fn(&[Tensor<f64>]) -> Vec<Tensor<f64>>,
    sides: impl Fn(&[Tensor<f64>]) -> Vec<i8>,
    tally: &mut Tally,
) -> Result<Checked, String>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Vec<Var<'t, f64>>,
{
    let v = directions("program", 0, x);
    let tape = Tape::new();
    let leaves: Vec<_> = x.iter().map(|t| tape.leaf(t.clone())).collect();
    let y = f(&leaves);
    let results: Vec<_> = y.iter().map(Var::tensor).collect();
    let c = directions("cotangent", 0, &results);

    let s = inner(&y, &c);
    let eager = tape.backward(s);
    let eager: Vec<_> = leaves.iter().map(|x| eager.wrt(*x)).collect();
    let eager = flat(&eager);
    let traced = tape.grad(s, &leaves);
    agree(&numbers(&traced), &eager).map_err(|e| format!("traced and eager gradient: {e}"))?;

    let product = tape.backward(inner(&traced, &v));
    let product: Vec<_> = leaves.iter().map(|x| product.wrt(*x)).collect();
    let product = flat(&product);
    let kept = linearized(f, x, &c, &flat(&v));
    agree(&kept, &product).map_err(|e| format!("Hessian product by linearize: {e}"))?;

    let u: Vec<_> = results
        .iter()
        .map(|t| tape.leaf(Tensor::zeros(t.shape())))
        .collect();
    let weighted = y.iter().zip(&u).map(|(y, u)| (*y * u).sum());
    let weighted = weighted
        .reduce(|a, b| a + b)
        .ok_or("there are no results")?;
    let paired = inner(&tape.grad(weighted, &leaves), &v);
    let forward = tape.backward(paired);
    let forward: Vec<_> = u.iter().map(|u| forward.wrt(*u)).collect();
    let forward = flat(&forward);

    let along: f64 = eager.iter().zip(flat(&v)).map(|(g, v)| g * v).sum();
    let weighed: f64 = forward.iter().zip(flat(&c)).map(|(y, c)| y * c).sum();
    agree(&[weighed], &[along]).map_err(|e| format!("forward product and gradient: {e}"))?;
    let direct = forward_product(f, x, &v);
    agree(&direct, &forward).map_err(|e| format!("forward product by jvp: {e}"))?;

    let mut counted = Tally::default();
    let mut compared = differ(f, x, &v, &c, &laid, &sides, STEP)
        .map(|(values, gradients)| compare(&values, &forward, &gradients, &product, &mut counted));
    if let Some(Err(_)) = compared {
        // Errors of two orders may cancel by chance, and the bound with them. They do not do so for another step too, while
        // a derivative that is wrong is wrong for each.
        counted = Tally::default();
        let again = differ(f, x, &v, &c, &laid, &sides, STEP / 2.0).map(|(values, gradients)| {
            compare(&values, &forward, &gradients, &product, &mut counted)
        });
        if matches!(again, Some(Ok(()))) && counted.undecided == 0 {
            compared = again;
        }
    }
    match compared {
        None => Ok(Checked::NearKink),
        Some(result) => {
            result?;
            tally.compared += counted.compared;
            tally.undecided += counted.undecided;
            Ok(Checked::Compared)
        }
    }
}

/// Values and gradients of ⟨f, c⟩ along `v` by differences; `None` where `sides` differ between the points.
fn differ<F>(
    f: &F,
    x: &[Tensor<f64>],
    v: &[Tensor<f64>],
    c: &[Tensor<f64>],
    laid: impl Fn(&[Tensor<f64>]) -> Vec<Tensor<f64>>,
    sides: impl Fn(&[Tensor<f64>]) -> Vec<i8>,
    step: f64,
) -> Option<(Differences, Differences)>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Vec<Var<'t, f64>>,
{
    let here = sides(x);
    let mut same = true;
    let mut gradients = Vec::new();
    let values = differences(step, size(x), |t| {
        let x = laid(&moved(x, v, t));
        same &= sides(&x) == here;
        let tape = Tape::new();
        let x: Vec<_> = x.into_iter().map(|t| tape.leaf(t)).collect();
        let y = f(&x);
        let all = tape.backward(inner(&y, c));
        let all: Vec<_> = x.iter().map(|x| all.wrt(*x)).collect();
        gradients.push(flat(&all));
        numbers(&y)
    });
    // The points come in the same order.
    let mut gradients = gradients.into_iter();
    let gradients = differences(step, size(x), |_| gradients.next().unwrap_or_default());
    same.then_some((values, gradients))
}

/// Compares the forward product and the product of the Hessian with their differences.
fn compare(
    values: &Differences,
    forward: &[f64],
    gradients: &Differences,
    product: &[f64],
    tally: &mut Tally,
) -> Result<(), String> {
    values
        .compare(forward, tally)
        .map_err(|e| format!("forward product: {e}"))?;
    gradients
        .compare(product, tally)
        .map_err(|e| format!("Hessian product: {e}"))
}

/// The product of the Hessian with a flat vector, by the pass that training uses.
fn linearized<F>(f: &F, x: &[Tensor<f64>], c: &[Tensor<f64>], v: &[f64]) -> Vec<f64>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Vec<Var<'t, f64>>,
{
    let mut tape = Tape::new();
    let mut kept = tape.linearize(|tape| {
        let mut offset = 0;
        let mut parameters = Vec::with_capacity(x.len());
        for t in x {
            parameters.push(tape.parameter(t.clone(), offset));
            offset += t.len();
        }
        inner(&f(&parameters), c)
    });
    let mut product = vec![f64::NAN; v.len()];
    kept.hessian_vector(v, &mut product);
    product
}

/// The forward product of all results, by the function for it.
fn forward_product<F>(f: &F, x: &[Tensor<f64>], v: &[Tensor<f64>]) -> Vec<f64>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Vec<Var<'t, f64>>,
{
    let one = |x: &[Tensor<f64>]| {
        let all = flat(x);
        Tensor::new(&[all.len()], &all)
    };
    let (_, product) = functional::jvp(
        |all| {
            let mut start = 0;
            let mut parts = Vec::with_capacity(x.len());
            for t in x {
                parts.push(all.narrow(0, start, t.len()).reshape(t.shape()));
                start += t.len();
            }
            joined(&f(&parts))
        },
        &one(x),
        &one(v),
    );
    product.to_vec()
}

/// Checks a program that was found and pasted.
#[track_caller]
pub(super) fn assert_right<F>(x: &[Tensor<f64>], f: F)
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Vec<Var<'t, f64>>,
{
    let mut tally = Tally::default();
    if let Err(e) = check(&f, x, <[_]>::to_vec, |_| Vec::new(), &mut tally) {
        panic!("{e}");
    }
    tally.expect(1, 0.5);
}
