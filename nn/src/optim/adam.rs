//! Adam and AdamW.

use autograd::{Lane, Real, Update, kept_square};

use serde::{Deserialize, Serialize};

use super::{Optimizer, ParamGroup, Step};

/// `torch.optim.Adam` (Kingma and Ba 2015) and `AdamW` (Loshchilov and Hutter 2019): with g the gradient and t the step,
/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², p ← p − lr·m̂ / (√v̂ + ε),
/// where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
/// Weight decay adds λp to g, or, decoupled, takes lr·λ·p from p.
/// Uncorrected, p ← p − lr·m / √(v + ε).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    /// The learning rate.
    pub lr: f64,
    /// β₁ and β₂.
    pub betas: [f64; 2],
    /// ε.
    pub eps: f64,
    /// λ, the weight decay.
    pub weight_decay: f64,
    /// Decays the parameters themselves, as AdamW does.
    pub decoupled: bool,
    /// Leaves the moments as they are, without correcting for their start at 0, and adds ε under the root.
    pub uncorrected: bool,
}

impl Adam {
    /// PyTorch's defaults: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, no weight decay.
    pub fn new(lr: f64) -> Self {
        Self {
            lr,
            betas: [0.9, 0.999],
            eps: 1e-8,
            weight_decay: 0.0,
            decoupled: false,
            uncorrected: false,
        }
    }

    /// AdamW with PyTorch's defaults: decoupled, with weight decay 0.01.
    pub fn adamw(lr: f64) -> Self {
        Self {
            weight_decay: 0.01,
            decoupled: true,
            ..Self::new(lr)
        }
    }

    /// With these β₁ and β₂.
    pub fn betas(self, betas: [f64; 2]) -> Self {
        Self { betas, ..self }
    }

    /// With this ε.
    pub fn eps(self, eps: f64) -> Self {
        Self { eps, ..self }
    }

    /// With this weight decay.
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self {
            weight_decay,
            ..self
        }
    }
}

impl<T: Real> Optimizer<T> for Adam {
    fn lr(&self) -> f64 {
        self.lr
    }

    fn weight_decay(&self) -> f64 {
        self.weight_decay
    }

    fn state(&self) -> &'static [&'static str] {
        &["exp_avg", "exp_avg_sq"]
    }

    #[inline(never)]
    fn apply(&self, step: Step, group: ParamGroup<'_, T>) {
        let [beta1, beta2] = self.betas;
        let (l2, shrinks) = if self.decoupled {
            (0.0, step.lr * group.decay())
        } else {
            (group.decay(), 0.0)
        };
        let (rate, scale, inside, outside) = if self.uncorrected {
            (step.lr, 1.0, self.eps, 0.0)
        } else {
            let (bias1, bias2) = (bias(beta1, step.count), bias(beta2, step.count));
            (step.lr / bias1, 1.0 / bias2.sqrt(), 0.0, self.eps)
        };
        let moments = Moments {
            beta1,
            beta2,
            rate,
            scale,
            inside,
            outside,
            l2,
            shrinks,
        };
        if group.decay() == 0.0 && !self.uncorrected {
            group.update(&Usual(moments));
        } else {
            group.update(&moments);
        }
    }
}

/// 1 − βᵗ, what a moment with decay β has gathered after t steps.
pub(super) fn bias(beta: f64, count: u64) -> f64 {
    1.0 - beta.powf(count as f64)
}

/// The constants of a step.
#[derive(Clone, Copy)]
struct Moments {
    beta1: f64,
    beta2: f64,
    /// The learning rate over the first moment's bias.
    rate: f64,
    /// One over the root of the second moment's bias.
    scale: f64,
    /// ε under the root.
    inside: f64,
    /// ε after it.
    outside: f64,
    /// Weight decay that enters the gradient.
    l2: f64,
    /// The share of the parameter that decoupled decay takes.
    shrinks: f64,
}

impl Moments {
    /// The new moments.
    #[inline(always)]
    fn gather<L: Lane>(&self, g: L, [m, v]: [L; 2]) -> [L; 2] {
        let m = (g - m).fma(g.lift(1.0 - self.beta1), m);
        let v = kept_square(g).fma(g.lift(1.0 - self.beta2), v * g.lift(self.beta2));
        [m, v]
    }

    /// `p` moved by the first moment over the root of the second.
    #[inline(always)]
    fn moved<L: Lane>(&self, p: L, m: L, root: L) -> L {
        let step = m / root.fma(p.lift(self.scale), p.lift(self.outside));
        step.fma(p.lift(-self.rate), p)
    }
}

impl Update<2> for Moments {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, state: [L; 2]) -> (L, [L; 2]) {
        let [m, v] = self.gather(p.fma(p.lift(self.l2), g), state);
        let kept = p.fma(p.lift(-self.shrinks), p);
        let root = (v + p.lift(self.inside)).sqrt();
        (self.moved(kept, m, root), [m, v])
    }
}

/// The step without decay and with ε after the root, which leaves three operations out: this is the step that is taken
/// most, and it is as fast as the divider allows.
#[derive(Clone, Copy)]
struct Usual(Moments);

impl Update<2> for Usual {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, state: [L; 2]) -> (L, [L; 2]) {
        let [m, v] = self.0.gather(g, state);
        (self.0.moved(p, m, v.sqrt()), [m, v])
    }
}
