//! Stochastic gradient descent, plain, with momentum, and Nesterov's.

use autograd::{Lane, Real, Update};

use serde::{Deserialize, Serialize};

use super::{Optimizer, ParamGroup, Step};

/// `torch.optim.SGD`: with g the gradient plus λp and b the momentum buffer,
/// b ← μ·b + (1 − dampening)·g (b ← g at the first step), p ← p − lr·b, or p − lr·(g + μ·b) with Nesterov.
/// Without momentum p ← p − lr·g, and there is no state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sgd {
    /// The learning rate.
    pub lr: f64,
    /// μ, the share of the last step that is kept.
    pub momentum: f64,
    /// Share that the gradient loses on its way into the buffer.
    pub dampening: f64,
    /// Looks ahead by one step of the buffer (Nesterov, as Sutskever et al. 2013).
    pub nesterov: bool,
    /// λ, the weight decay.
    pub weight_decay: f64,
}

impl Sgd {
    /// Without momentum or weight decay.
    pub fn new(lr: f64) -> Self {
        Self {
            lr,
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 0.0,
        }
    }

    /// With this momentum μ.
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }

    /// With Nesterov's look ahead, under this momentum μ.
    pub fn nesterov(self, momentum: f64) -> Self {
        Self {
            momentum,
            nesterov: true,
            ..self
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

impl<T: Real> Optimizer<T> for Sgd {
    fn lr(&self) -> f64 {
        self.lr
    }

    fn weight_decay(&self) -> f64 {
        self.weight_decay
    }

    fn state(&self) -> &'static [&'static str] {
        if self.momentum == 0.0 {
            &[]
        } else {
            &["momentum_buffer"]
        }
    }

    #[inline(never)]
    fn apply(&self, step: Step, group: ParamGroup<'_, T>) {
        let decay = group.decay();
        if self.momentum == 0.0 {
            return group.update(&Plain { lr: step.lr, decay });
        }
        let enters = if step.count == 1 {
            1.0
        } else {
            1.0 - self.dampening
        };
        let (direct, buffered) = if self.nesterov {
            (step.lr, step.lr * self.momentum)
        } else {
            (0.0, step.lr)
        };
        group.update(&Momentum {
            keeps: self.momentum,
            enters,
            direct,
            buffered,
            decay,
        });
    }
}

#[derive(Clone, Copy)]
struct Plain {
    lr: f64,
    decay: f64,
}

impl Update<0> for Plain {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, _: [L; 0]) -> (L, [L; 0]) {
        let g = p.fma(p.lift(self.decay), g);
        (g.fma(p.lift(-self.lr), p), [])
    }
}

#[derive(Clone, Copy)]
struct Momentum {
    /// The share of the buffer that stays.
    keeps: f64,
    /// The share of the gradient that enters it.
    enters: f64,
    /// The rate at which the gradient itself moves the parameter.
    direct: f64,
    /// The rate at which the buffer does.
    buffered: f64,
    decay: f64,
}

impl Update<1> for Momentum {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, [b]: [L; 1]) -> (L, [L; 1]) {
        let g = p.fma(p.lift(self.decay), g);
        let b = b.fma(p.lift(self.keeps), g * p.lift(self.enters));
        let moved = b.fma(p.lift(-self.buffered), p);
        (g.fma(p.lift(-self.direct), moved), [b])
    }
}
