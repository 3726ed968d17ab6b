//! NAdam.

use autograd::{Lane, Real, Update, kept_square};

use serde::{Deserialize, Serialize};

use super::adam::bias;
use super::{Optimizer, ParamGroup, Step};

/// `torch.optim.NAdam` (Dozat 2016): Adam's moments with g the gradient plus λp, and Nesterov's look ahead under a
/// momentum that grows, μₜ = β₁·(1 − ½·0.96^(ψt)):
/// p ← p − lr·((1 − μₜ)·g / (1 − Πₜ) + μₜ₊₁·m / (1 − Πₜ₊₁)) / (√v̂ + ε), where Πₜ = μ₁·…·μₜ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NAdam {
    /// The learning rate.
    pub lr: f64,
    /// β₁ and β₂.
    pub betas: [f64; 2],
    /// ε.
    pub eps: f64,
    /// λ, the weight decay.
    pub weight_decay: f64,
    /// ψ.
    pub momentum_decay: f64,
}

impl NAdam {
    /// PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, ψ = 0.004, no weight decay.
    pub fn new(lr: f64) -> Self {
        Self {
            lr,
            betas: [0.9, 0.999],
            eps: 1e-8,
            weight_decay: 0.0,
            momentum_decay: 0.004,
        }
    }

    /// With this weight decay.
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self {
            weight_decay,
            ..self
        }
    }

    /// μ at step `count`.
    fn momentum(&self, count: u64) -> f64 {
        let ahead = 0.96f64.powf(count as f64 * self.momentum_decay);
        self.betas[0] * (1.0 - 0.5 * ahead)
    }
}

impl<T: Real> Optimizer<T> for NAdam {
    fn lr(&self) -> f64 {
        self.lr
    }

    fn weight_decay(&self) -> f64 {
        self.weight_decay
    }

    fn state(&self) -> &'static [&'static str] {
        &["exp_avg", "exp_avg_sq"]
    }

    /// Πₜ.
    fn scalar(&self, count: u64, scalar: f64) -> f64 {
        scalar * self.momentum(count)
    }

    #[inline(never)]
    fn apply(&self, step: Step, group: ParamGroup<'_, T>) {
        let [beta1, beta2] = self.betas;
        let (now, next) = (self.momentum(step.count), self.momentum(step.count + 1));
        let decay = group.decay();
        group.update(&Moments {
            beta1,
            beta2,
            direct: step.lr * (1.0 - now) / (1.0 - step.scalar),
            buffered: step.lr * next / (1.0 - step.scalar * next),
            scale: 1.0 / bias(beta2, step.count).sqrt(),
            eps: self.eps,
            decay,
        });
    }
}

/// The constants of a step.
#[derive(Clone, Copy)]
struct Moments {
    beta1: f64,
    beta2: f64,
    /// The rate of the gradient.
    direct: f64,
    /// The rate of the first moment.
    buffered: f64,
    /// One over the root of the second moment's bias.
    scale: f64,
    eps: f64,
    decay: f64,
}

impl Update<2> for Moments {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, [m, v]: [L; 2]) -> (L, [L; 2]) {
        let g = p.fma(p.lift(self.decay), g);
        let m = (g - m).fma(p.lift(1.0 - self.beta1), m);
        let v = kept_square(g).fma(p.lift(1.0 - self.beta2), v * p.lift(self.beta2));
        let step = g.fma(p.lift(self.direct), m * p.lift(self.buffered));
        let root = v.sqrt().fma(p.lift(self.scale), p.lift(self.eps));
        (p - step / root, [m, v])
    }
}
