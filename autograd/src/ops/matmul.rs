//! The product of matrices.

use super::shape::Shaping;
use crate::layout::{Dims, MAX_RANK};
use crate::matrix;
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink, Value};
use crate::tensor::Tensor;

/// The product of matrices in the last two axes, of at least two axes each; outer axes broadcast.
pub(super) struct MatMul;

impl<T: Real> Rule<T> for MatMul {
    const LINEARITY: Linearity = Linearity::Bilinear;

    fn name(&self) -> &'static str {
        "matmul"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let (a, b) = (x[0].shape(), x[1].shape());
        let (k, l) = (a[a.len() - 1], b[b.len() - 2]);
        if k != l {
            return Err(format!("inner sizes {k} and {l} differ"));
        }
        match outer(&x[0].dims()).broadcast(&outer(&x[1].dims())) {
            Some(_) => Ok(()),
            None => Err("the outer axes do not broadcast together".into()),
        }
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (a, b) = (x[0], x[1]);
        let (m, n) = (a.shape()[a.rank() - 2], b.shape()[b.rank() - 1]);
        let batch = outer(&a.dims()).broadcast(&outer(&b.dims()));
        let batch = batch.expect("the shapes were checked");
        let mut dims = batch;
        dims.push(m);
        dims.push(n);
        Tensor::written(dims, |out| {
            // One leading axis, the same in both, needs no views.
            if a.rank() == b.rank() && a.rank() <= 3 && outer(&a.dims()) == outer(&b.dims()) {
                matrix::product(a, b, out, false);
                return;
            }
            let spread = |t: &Tensor<T>| {
                let mut to = batch;
                to.push(t.shape()[t.rank() - 2]);
                to.push(t.shape()[t.rank() - 1]);
                t.broadcast_to(&to)
            };
            let (a, b) = (spread(a), spread(b));
            let mut index = [0; MAX_RANK];
            for part in out.chunks_exact_mut((m * n).max(1)) {
                let index = &mut index[..batch.len()];
                matrix::product(&matrix_at(&a, index), &matrix_at(&b, index), part, false);
                for axis in (0..batch.len()).rev() {
                    index[axis] += 1;
                    if index[axis] < batch[axis] {
                        break;
                    }
                    index[axis] = 0;
                }
            }
        })
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let plain = x[0].dims().len() == 2 && x[1].dims().len() == 2;
        if out.wants(0) {
            let b = x[1].transpose();
            if plain {
                out.matmul(0, g, &b);
            } else {
                out.add(0, || V::apply(Self, &[g, &b]));
            }
        }
        if out.wants(1) {
            let a = x[0].transpose();
            if plain {
                out.matmul(1, &a, g);
            } else {
                out.add(1, || V::apply(Self, &[&a, g]));
            }
        }
    }
}

/// The axes before the last two.
fn outer(dims: &Dims) -> Dims {
    Dims::new(&dims[..dims.len() - 2])
}

/// The matrix at an index of the outer axes.
fn matrix_at<T: Real>(t: &Tensor<T>, index: &[usize]) -> Tensor<T> {
    let layout = index
        .iter()
        .fold(*t.layout(), |l, i| l.slice(0, *i, 1, 1).squeeze(0));
    t.view(layout)
}
