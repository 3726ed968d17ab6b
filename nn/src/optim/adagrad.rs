//! Adagrad.

use autograd::{Lane, Real, Update, kept_square};

use serde::{Deserialize, Serialize};

use super::{Optimizer, ParamGroup, Step};

/// `torch.optim.Adagrad` (Duchi, Hazan and Singer 2011): with g the gradient plus λp,
/// s ← s + g², p ← p − lr·g / (√s + ε).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adagrad {
    /// The learning rate.
    pub lr: f64,
    /// ε.
    pub eps: f64,
    /// λ, the weight decay.
    pub weight_decay: f64,
}

impl Adagrad {
    /// PyTorch's defaults: ε = 10⁻¹⁰, no weight decay.
    pub fn new(lr: f64) -> Self {
        Self {
            lr,
            eps: 1e-10,
            weight_decay: 0.0,
        }
    }

    /// With this weight decay.
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self {
            weight_decay,
            ..self
        }
    }
}

impl<T: Real> Optimizer<T> for Adagrad {
    fn lr(&self) -> f64 {
        self.lr
    }

    fn weight_decay(&self) -> f64 {
        self.weight_decay
    }

    fn state(&self) -> &'static [&'static str] {
        &["sum"]
    }

    #[inline(never)]
    fn apply(&self, step: Step, group: ParamGroup<'_, T>) {
        let decay = group.decay();
        group.update(&Scaled {
            lr: step.lr,
            eps: self.eps,
            decay,
        });
    }
}

#[derive(Clone, Copy)]
struct Scaled {
    lr: f64,
    eps: f64,
    decay: f64,
}

impl Update<1> for Scaled {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, [sum]: [L; 1]) -> (L, [L; 1]) {
        let g = p.fma(p.lift(self.decay), g);
        let sum = sum + kept_square(g);
        let moved = g / (sum.sqrt() + p.lift(self.eps));
        (moved.fma(p.lift(-self.lr), p), [sum])
    }
}
