//! The Hessian of a loss, as a value to multiply with.

use std::ops::Range;

use autograd::{Linearized, Real, Tape};
use datasets::{BatchTargets, Samples};

use crate::curvature::{self, Extremes, NotFinite, Operator, Spectrum, Wanted};
use crate::layer::{ForwardContext, Layer, Mode};
use crate::loss::DynLoss;
use crate::model::{Model, Recorded};
use crate::params::Kind;

/// The most rows of a block.
const ROWS: usize = 1024;
/// Rows that tell how much a tape needs for each.
const PROBE: usize = 8;
/// About the most bytes of one tape, where it can be cut as small.
const TAPE: usize = 1 << 28;
/// Bytes of tapes that are kept, unless something else is said.
const KEEP: usize = 1 << 29;

/// The Hessian of the mean loss over some samples, in evaluation mode, with respect to the parameters. It is never
/// written down: a product with a vector takes one more backward pass.
///
/// ```
/// use nn::{Hessian, Mse, Sequential};
/// use datasets::{Rows, Samples, Targets};
///
/// // (w·x + b)² over x = 0 and x = 2: in (w, b) its Hessian is 2·[[2, 1], [1, 1]].
/// let model = Sequential::input([1]).linear(1).init::<f64>(0)?;
/// let zeros = Targets::Values(Rows::reals64(&[1], [0.0, 0.0]));
/// let data = Samples::new(Rows::reals64(&[1], [0.0, 2.0]), zeros);
/// let mut hessian = Hessian::new(&model, &data, Mse);
/// assert_eq!(hessian.times(&[1.0, 0.0]), [4.0, 2.0]);
/// let largest = hessian.eigenvalues(1)?.top[0].value;
/// assert!((largest - (3.0 + 5f64.sqrt())).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Forward and first backward passes are made block by block of rows, on tapes of their own. As many as fit in memory are made
/// once and kept; the others are made again for every product. What comes out does not depend on how many are kept. How
/// samples are cut into blocks depends on the model alone, so the product is a sum that several processes can share:
/// [`of_blocks`](Self::of_blocks).
pub struct Hessian<'m, T: Real> {
    mean: Mean<'m, T>,
    /// Rows a block.
    batch: usize,
    /// The samples of the blocks that it is the sum over.
    own: Range<usize>,
    kept: Vec<(usize, Linearized<'static, T>)>,
    /// The first of these samples that is in no kept block.
    rest: usize,
    spare: Tape<T>,
    part: Vec<T>,
    products: usize,
}

impl<'m, T: Real> Hessian<'m, T> {
    /// The Hessian at the model's parameters. At most half a gibibyte of tapes is kept.
    ///
    /// # Panics
    /// If the samples do not fit the model and the loss, or there are none.
    #[track_caller]
    pub fn new(model: &'m Model<T>, samples: &Samples, loss: impl DynLoss<T> + 'm) -> Self {
        Self::keeping(model, samples, loss, KEEP)
    }

    /// The Hessian at the model's parameters, with at most so many bytes of tapes kept.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[track_caller]
    pub fn keeping(
        model: &'m Model<T>,
        samples: &Samples,
        loss: impl DynLoss<T> + 'm,
        bytes: usize,
    ) -> Self {
        Self::of_blocks(model, samples, loss, bytes, |blocks| 0..blocks)
    }

    /// Part of some blocks of rows in the Hessian of the mean over all samples; `own` is told how many blocks there are and says
    /// which. The Hessian is the sum over all.
    ///
    /// # Panics
    /// As [`new`](Self::new), and if there are no such blocks.
    #[track_caller]
    pub fn of_blocks(
        model: &'m Model<T>,
        samples: &Samples,
        loss: impl DynLoss<T> + 'm,
        bytes: usize,
        own: impl FnOnce(usize) -> Range<usize>,
    ) -> Self {
        assert!(!samples.is_empty(), "the Hessian of a mean over no rows");
        let mean = Mean {
            model,
            samples: samples.clone(),
            loss: Box::new(loss),
        };
        let all = samples.len();
        let probe = all.min(PROBE);
        let row = mean.on(Tape::new(), 0..probe).bytes() / probe;
        let batch = (TAPE / row.max(1)).clamp(PROBE, ROWS);
        let blocks = all.div_ceil(batch);
        let own = own(blocks);
        assert!(
            own.start <= own.end && own.end <= blocks,
            "blocks {own:?} of {blocks}"
        );
        let kept = (bytes / (row * batch).max(1)).min(own.len());
        let own = all.min(own.start * batch)..all.min(own.end * batch);
        let rest = own.end.min(own.start + kept * batch);
        let kept = (own.start..rest).step_by(batch).map(|start| {
            let range = start..rest.min(start + batch);
            (range.len(), mean.on(Tape::new(), range))
        });
        Self {
            batch,
            kept: kept.collect(),
            own,
            rest,
            spare: Tape::new(),
            part: vec![T::ZERO; model.params.len()],
            products: 0,
            mean,
        }
    }

    /// The length of the vectors: the number of parameters, buffers included.
    pub fn len(&self) -> usize {
        self.part.len()
    }

    /// No parameters at all.
    pub fn is_empty(&self) -> bool {
        self.part.is_empty()
    }

    /// The number of products so far.
    pub fn products(&self) -> usize {
        self.products
    }

    /// The product with a vector.
    ///
    /// # Panics
    /// If it is not as long as the parameters.
    #[track_caller]
    pub fn times(&mut self, v: &[T]) -> Vec<T> {
        let mut out = vec![T::ZERO; self.len()];
        self.times_into(v, &mut out);
        out
    }

    /// Writes the product with a vector.
    ///
    /// # Panics
    /// If a vector is not as long as the parameters.
    #[track_caller]
    #[inline(never)]
    pub fn times_into(&mut self, v: &[T], out: &mut [T]) {
        let n = self.len();
        assert!(
            v.len() == n && out.len() == n,
            "vectors of {} and {} numbers for {n} parameters",
            v.len(),
            out.len()
        );
        out.fill(T::ZERO);
        self.each_block(v, &mut |part| {
            for (o, p) in out.iter_mut().zip(part) {
                *o += *p;
            }
        });
    }

    /// Hands to `add`, block by block in their order, what each adds to the product with a vector.
    ///
    /// # Panics
    /// If the vector is not as long as the parameters.
    #[track_caller]
    #[inline(never)]
    pub fn each_block(&mut self, v: &[T], add: &mut dyn FnMut(&[T])) {
        let n = self.len();
        assert!(
            v.len() == n,
            "a vector of {} numbers for {n} parameters",
            v.len()
        );
        self.products += 1;
        let samples = &self.mean.samples;
        let weight = samples.view().targets.total_weight(samples.rows());
        let part = &mut self.part;
        let mut add = |rows: usize, block: &mut Linearized<'_, T>| {
            block.hessian_vector(v, part);
            let share = T::from_f64(rows as f64 / weight);
            part.iter_mut().for_each(|p| *p = share * *p);
            add(part);
        };
        for (rows, block) in &mut self.kept {
            add(*rows, block);
        }
        for start in (self.rest..self.own.end).step_by(self.batch) {
            let range = start..self.own.end.min(start + self.batch);
            add(range.len(), &mut self.mean.over(&mut self.spare, range));
        }
    }

    /// The Hessian as a map of `f64` vectors of all parameters.
    pub fn operator(&mut self) -> Operator<'_> {
        let n = self.len();
        let (mut given, mut found) = (vec![T::ZERO; n], vec![T::ZERO; n]);
        Operator::new(n, move |v, out| {
            for (g, v) in given.iter_mut().zip(v) {
                *g = T::from_f64(*v);
            }
            self.times_into(&given, &mut found);
            for (o, f) in out.iter_mut().zip(&found) {
                *o = f.to_f64();
            }
        })
    }

    /// Places of the parameters that are trained: all but the buffers.
    pub fn trained(&self) -> Vec<Range<usize>> {
        let segments = self.mean.model.params.segments().iter();
        let trained = segments.filter(|s| s.kind != Kind::Buffer);
        trained.map(|s| s.range.clone()).collect()
    }

    /// So many of the largest eigenvalues with respect to what is trained. [`curvature::extremes`] has more to ask for.
    ///
    /// # Errors
    /// If a product is not finite.
    ///
    /// # Panics
    /// If none are wanted.
    #[track_caller]
    pub fn eigenvalues(&mut self, count: usize) -> Result<Extremes, NotFinite> {
        let wanted = Wanted {
            top: count,
            ..Wanted::default()
        };
        let trained = self.trained();
        curvature::extremes(&mut self.operator().block(&trained), &wanted)
    }

    /// The trace with respect to what is trained, estimated from so many random vectors. [`curvature::trace`] has more to
    /// ask for.
    ///
    /// # Errors
    /// If a product is not finite.
    ///
    /// # Panics
    /// If there are no vectors.
    #[track_caller]
    pub fn trace(&mut self, vectors: usize, seed: u64) -> Result<curvature::Estimate, NotFinite> {
        let trained = self.trained();
        curvature::trace(&mut self.operator().block(&trained), vectors, 0.0, seed)
    }

    /// The spectrum with respect to what is trained, from so many random vectors and products for each; its
    /// [`density`](Spectrum::density) is that of the eigenvalues.
    ///
    /// # Errors
    /// If a product is not finite.
    ///
    /// # Panics
    /// If there are no vectors or products.
    #[track_caller]
    pub fn spectrum(
        &mut self,
        vectors: usize,
        steps: usize,
        seed: u64,
    ) -> Result<Spectrum, NotFinite> {
        let trained = self.trained();
        curvature::spectrum(&mut self.operator().block(&trained), vectors, steps, seed)
    }
}

/// A mean loss.
struct Mean<'m, T: Real> {
    model: &'m Model<T>,
    samples: Samples,
    loss: Box<dyn DynLoss<T> + 'm>,
}

impl<T: Real> Mean<'_, T> {
    /// Over some of the samples, with its gradient, on a tape.
    fn over<'a>(&self, tape: &'a mut Tape<T>, of: Range<usize>) -> Linearized<'a, T> {
        let batch = self.batch(of);
        tape.linearize(|tape| self.value(tape, batch))
    }

    /// The same on a tape that it keeps.
    fn on(&self, tape: Tape<T>, of: Range<usize>) -> Linearized<'static, T> {
        let batch = self.batch(of);
        tape.into_linearized(|tape| self.value(tape, batch))
    }

    fn batch(&self, of: Range<usize>) -> (autograd::Tensor<T>, BatchTargets<T>) {
        let (data, rows) = (self.samples.view(), &self.samples.rows()[of]);
        (
            data.inputs.gather(rows),
            BatchTargets::of(data.targets, rows),
        )
    }

    fn value<'t>(
        &self,
        tape: &'t Tape<T>,
        (x, targets): (autograd::Tensor<T>, BatchTargets<T>),
    ) -> autograd::Var<'t, T> {
        let recorded = Recorded::new(tape, &self.model.params);
        let ctx = ForwardContext::new(&recorded, Mode::Evaluate);
        let y = self.model.layers.forward(&ctx, &tape.constant(x));
        self.loss.on_var(&y, &targets)
    }
}
