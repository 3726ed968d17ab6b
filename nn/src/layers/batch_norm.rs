//! Batch normalization with running statistics.

use autograd::prelude::*;
use autograd::{Activation, Algebra, FlushTiny, Pointwise, Real, Tensor};

use super::convolution::images;
use crate::init::Init;
use crate::layer::{Carrier, ForwardContext, Layer, Mode, Operation};
use crate::params::{Kind, ParamId, ParamsBuilder};

/// Batch normalization of rows `[rows, features]`.
#[derive(Clone, Debug)]
pub struct BatchNorm1d(BatchNorm);

/// Batch normalization of the channels of images `[rows, channels, height, width]`.
#[derive(Clone, Debug)]
pub struct BatchNorm2d(BatchNorm);

/// In training, every channel is brought to mean 0 and variance 1 over the batch, and its running statistics follow. In
/// use, the running statistics take the place of the batch's. Then it is scaled and shifted.
#[derive(Clone, Debug)]
struct BatchNorm {
    scale: ParamId,
    shift: ParamId,
    mean: ParamId,
    variance: ParamId,
    batches: ParamId,
    channels: usize,
}

/// What is added to variances.
const EPS: f64 = 1e-5;

impl BatchNorm {
    fn new(params: &mut ParamsBuilder, name: &str, channels: usize) -> Self {
        let mut declare = |what: &str, kind, shape: &[usize], init| {
            params.add(&format!("{name}.{what}"), kind, shape, init)
        };
        let (ones, c) = (Init::Constant(1.0), &[channels][..]);
        Self {
            scale: declare("weight", Kind::Norm, c, ones),
            shift: declare("bias", Kind::Norm, c, Init::Zeros),
            mean: declare("running_mean", Kind::Buffer, c, Init::Zeros),
            variance: declare("running_var", Kind::Buffer, c, ones),
            batches: declare("num_batches_tracked", Kind::Buffer, &[], Init::Zeros),
            channels,
        }
    }

    fn forward<V: Carrier>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        let [scale, shift] = [self.scale, self.shift].map(|id| ctx.param(id));
        if let Mode::Train { .. } = ctx.mode {
            let (y, moments) = x.batch_norm_and_moments(&scale, &shift, EPS);
            self.follow(ctx, x, &moments);
            return y;
        }
        // They are not trained: to a gradient they are constants.
        let [mean, variance] = [self.mean, self.variance].map(|id| {
            let running = ctx.param(id).tensor();
            x.constant(running)
        });
        x.normalize(&mean, &variance, &scale, &shift, EPS)
    }

    /// In training with a rectifier after it.
    fn forward_activated<V: Carrier>(
        &self,
        ctx: &ForwardContext<'_, V>,
        x: &V,
        activation: Activation,
    ) -> Option<V> {
        match (ctx.mode, activation) {
            (Mode::Train { .. }, Activation::Relu) => {
                let [scale, shift] = [self.scale, self.shift].map(|id| ctx.param(id));
                let (y, moments) = x.batch_norm_relu_and_moments(&scale, &shift, EPS);
                self.follow(ctx, x, &moments);
                Some(y)
            }
            _ => None,
        }
    }

    /// Moves the running statistics towards the `moments` of the batch `x`, with the unbiased variance. A single element a
    /// channel has none, and such a batch is not counted.
    fn follow<V: Carrier>(&self, ctx: &ForwardContext<'_, V>, x: &V, moments: &Tensor<V::T>) {
        let count = x.dims().count() / self.channels.max(1);
        if count < 2 {
            return;
        }
        let params = ctx.params;
        let unbiased = count as f64 / (count - 1) as f64;
        let momentum = params.momentum();
        for (id, row, factor) in [(self.mean, 0, 1.0), (self.variance, 1, unbiased)] {
            let running = params.param(id).tensor();
            let found = moments.select_index(0, row);
            let follow = Follow { momentum, factor };
            params.update(
                id,
                Tensor::pointwise(&FlushTiny(follow), [&running, &found]),
            );
        }
        let batches = params.param(self.batches).tensor();
        params.update(self.batches, batches.add_scalar(1.0));
    }

    fn operation(&self) -> Operation {
        Operation::BatchNorm {
            scale: self.scale,
            shift: self.shift,
            mean: self.mean,
            variance: self.variance,
            eps: EPS,
        }
    }

    fn describe(&self, dimensions: &str) -> String {
        format!("BatchNorm{dimensions}({})", self.channels)
    }
}

/// (1 − momentum)·running + momentum·factor·found.
#[derive(Clone, Copy)]
struct Follow {
    momentum: f64,
    factor: f64,
}
impl Pointwise<2> for Follow {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [running, found]: [E; 2]) -> E {
        let (keep, take) = (1.0 - self.momentum, self.momentum * self.factor);
        running * running.lift(keep) + found * found.lift(take)
    }
}

impl BatchNorm1d {
    /// Declares what PyTorch's layer of this name has, with its defaults: `NAME.weight` (1), `NAME.bias` (0), and as
    /// buffers `NAME.running_mean` (0), `NAME.running_var` (1) and `NAME.num_batches_tracked`. Momentum is 0.1, and 10⁻⁵
    /// is added to variances.
    pub fn new(params: &mut ParamsBuilder, name: &str, features: usize) -> Self {
        Self(BatchNorm::new(params, name, features))
    }
}

impl BatchNorm2d {
    /// As [`BatchNorm1d::new`].
    pub fn new(params: &mut ParamsBuilder, name: &str, channels: usize) -> Self {
        Self(BatchNorm::new(params, name, channels))
    }
}

#[track_caller]
fn expect_rank<V: Carrier>(x: &V, rank: usize, layer: &str) {
    let dims = x.dims();
    assert!(
        dims.len() == rank,
        "{layer} takes {rank} axes, and the batch is of shape {dims:?}"
    );
}

impl<T: Real> Layer<T> for BatchNorm1d {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        expect_rank(x, 2, "BatchNorm1d");
        self.0.forward(ctx, x)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        match row {
            [features] if *features == self.0.channels => Ok(row.to_vec()),
            _ => Err(format!("it takes rows of {} numbers", self.0.channels)),
        }
    }

    fn operation(&self) -> Option<Operation> {
        Some(self.0.operation())
    }

    fn describe(&self) -> String {
        self.0.describe("1d")
    }
}

impl<T: Real> Layer<T> for BatchNorm2d {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        expect_rank(x, 4, "BatchNorm2d");
        self.0.forward(ctx, x)
    }

    fn forward_activated<V: Carrier<T = T>>(
        &self,
        ctx: &ForwardContext<'_, V>,
        x: &V,
        activation: Activation,
    ) -> Option<V> {
        expect_rank(x, 4, "BatchNorm2d");
        self.0.forward_activated(ctx, x, activation)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        match row {
            [channels, _, _] if *channels == self.0.channels => Ok(row.to_vec()),
            _ => Err(images(self.0.channels)),
        }
    }

    fn operation(&self) -> Option<Operation> {
        Some(self.0.operation())
    }

    fn describe(&self) -> String {
        self.0.describe("2d")
    }
}
