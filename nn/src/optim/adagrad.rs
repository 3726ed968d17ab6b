//! Adagrad.

use autograd::{Lane, Real, Update};

use super::{Rule, Run, Step, square};

/// `torch.optim.Adagrad` (Duchi, Hazan and Singer 2011): with g the gradient plus λp,
/// s ← s + g², p ← p − lr·g / (√s + ε).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    /// ε.
    pub eps: f64,
}

impl Default for Adagrad {
    /// PyTorch's: ε = 10⁻¹⁰.
    fn default() -> Self {
        Self { eps: 1e-10 }
    }
}

impl<T: Real> Rule<T> for Adagrad {
    fn state(&self) -> &'static [&'static str] {
        &["sum"]
    }

    fn apply(&self, step: Step, run: Run<'_, T>) {
        let decay = run.decay();
        run.update(&Scaled {
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
        let sum = sum + square(g);
        let moved = g / (sum.sqrt() + p.lift(self.eps));
        (moved.fma(p.lift(-self.lr), p), [sum])
    }
}
