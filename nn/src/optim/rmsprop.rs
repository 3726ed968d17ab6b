//! RMSprop.

use autograd::{Cmp, Lane, Real, Update, kept_square};

use serde::{Deserialize, Serialize};

use super::{Optimizer, ParamGroup, Step};

/// `torch.optim.RMSprop` (Tieleman and Hinton 2012): with g the gradient plus λp,
/// v ← α·v + (1 − α)·g², d = g / (√v + ε), p ← p − lr·d.
/// Centred, v less the square of the mean gradient stands under the root (at least 0: rounding may go below).
/// With momentum b ← μ·b + d, p ← p − lr·b.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RmsProp {
    /// The learning rate.
    pub lr: f64,
    /// α, the share of the mean square that is kept.
    pub alpha: f64,
    /// ε.
    pub eps: f64,
    /// λ, the weight decay.
    pub weight_decay: f64,
    /// Divides by √(v + ε) in place of √v + ε.
    pub eps_inside: bool,
    /// μ; 0 for none.
    pub momentum: f64,
    /// Divides by the standard deviation of the gradient in place of its root mean square.
    pub centered: bool,
}

impl RmsProp {
    /// PyTorch's defaults: α = 0.99, ε = 10⁻⁸, nothing else.
    pub fn new(lr: f64) -> Self {
        Self {
            lr,
            alpha: 0.99,
            eps: 1e-8,
            weight_decay: 0.0,
            eps_inside: false,
            momentum: 0.0,
            centered: false,
        }
    }

    /// With this momentum μ.
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }

    /// With this weight decay.
    pub fn weight_decay(self, weight_decay: f64) -> Self {
        Self {
            weight_decay,
            ..self
        }
    }
}

impl<T: Real> Optimizer<T> for RmsProp {
    fn lr(&self) -> f64 {
        self.lr
    }

    fn weight_decay(&self) -> f64 {
        self.weight_decay
    }

    fn state(&self) -> &'static [&'static str] {
        match (self.centered, self.momentum != 0.0) {
            (false, false) => &["square_avg"],
            (true, false) => &["square_avg", "grad_avg"],
            (false, true) => &["square_avg", "momentum_buffer"],
            (true, true) => &["square_avg", "grad_avg", "momentum_buffer"],
        }
    }

    #[inline(never)]
    fn apply(&self, step: Step, group: ParamGroup<'_, T>) {
        let (inside, outside) = if self.eps_inside {
            (self.eps, 0.0)
        } else {
            (0.0, self.eps)
        };
        let s = Scaled {
            lr: step.lr,
            alpha: self.alpha,
            inside,
            outside,
            momentum: self.momentum,
            decay: group.decay(),
        };
        match (self.centered, self.momentum != 0.0) {
            (false, false) => group.update(&Basic(s)),
            (true, false) => group.update(&Centered(s)),
            (false, true) => group.update(&Moving(s)),
            (true, true) => group.update(&CenteredMoving(s)),
        }
    }
}

/// The constants of a step.
#[derive(Clone, Copy)]
struct Scaled {
    lr: f64,
    alpha: f64,
    /// ε under the root.
    inside: f64,
    /// ε after it.
    outside: f64,
    momentum: f64,
    decay: f64,
}

impl Scaled {
    /// The gradient with decay.
    #[inline(always)]
    fn decayed<L: Lane>(&self, p: L, g: L) -> L {
        p.fma(p.lift(self.decay), g)
    }

    /// α·mean + (1 − α)·x.
    #[inline(always)]
    fn average<L: Lane>(&self, mean: L, x: L) -> L {
        x.fma(x.lift(1.0 - self.alpha), mean * x.lift(self.alpha))
    }

    /// The gradient over the root of `v`.
    #[inline(always)]
    fn direction<L: Lane>(&self, g: L, v: L) -> L {
        g / ((v + v.lift(self.inside)).sqrt() + v.lift(self.outside))
    }

    /// The gradient over the root of the variance, which is the mean square less the squared mean.
    #[inline(always)]
    fn centered<L: Lane>(&self, g: L, square: L, mean: L) -> L {
        let v = square - kept_square(mean);
        let zero = v.lift(0.0);
        self.direction(g, v.select(Cmp::Lt, zero, zero, v))
    }

    /// p − lr·d.
    #[inline(always)]
    fn moved<L: Lane>(&self, p: L, d: L) -> L {
        d.fma(p.lift(-self.lr), p)
    }
}

#[derive(Clone, Copy)]
struct Basic(Scaled);

impl Update<1> for Basic {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, [v]: [L; 1]) -> (L, [L; 1]) {
        let s = &self.0;
        let g = s.decayed(p, g);
        let v = s.average(v, kept_square(g));
        (s.moved(p, s.direction(g, v)), [v])
    }
}

#[derive(Clone, Copy)]
struct Centered(Scaled);

impl Update<2> for Centered {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, [v, mean]: [L; 2]) -> (L, [L; 2]) {
        let s = &self.0;
        let g = s.decayed(p, g);
        let (v, mean) = (s.average(v, kept_square(g)), s.average(mean, g));
        (s.moved(p, s.centered(g, v, mean)), [v, mean])
    }
}

#[derive(Clone, Copy)]
struct Moving(Scaled);

impl Update<2> for Moving {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, [v, b]: [L; 2]) -> (L, [L; 2]) {
        let s = &self.0;
        let g = s.decayed(p, g);
        let v = s.average(v, kept_square(g));
        let b = b.fma(p.lift(s.momentum), s.direction(g, v));
        (s.moved(p, b), [v, b])
    }
}

#[derive(Clone, Copy)]
struct CenteredMoving(Scaled);

impl Update<3> for CenteredMoving {
    #[inline(always)]
    fn eval<L: Lane>(&self, p: L, g: L, [v, mean, b]: [L; 3]) -> (L, [L; 3]) {
        let s = &self.0;
        let g = s.decayed(p, g);
        let (v, mean) = (s.average(v, kept_square(g)), s.average(mean, g));
        let b = b.fma(p.lift(s.momentum), s.centered(g, v, mean));
        (s.moved(p, b), [v, mean, b])
    }
}
