//! One pass over parameters, gradients and the state of an optimizer.

use super::flush::{flush_parameter, flush_subnormal, flush_tiny};
use super::isa::dispatched;
use super::pieces::Pieces;
use super::thread_pool::split;
use super::{Isa, Lane, isa};
use crate::real::Real;

/// Elements that one thread moves before the next piece is handed out: enough to outweigh the handing out by far.
const PIECE: usize = 16 * 1024;

/// The rule by which one parameter moves, written for one lane of a SIMD loop.
pub trait Update<const N: usize>: Copy + Send + Sync {
    /// Whether the numbers that it moves are parameters, which are kept from step to step. A penalty moves gradients.
    const MOVES_PARAMETERS: bool = true;

    /// The new parameter and state, from the parameter `p`, its gradient `g` and `N` numbers of state.
    /// Implementations carry `#[inline(always)]`, or the loops around them do not vectorize.
    fn eval<L: Lane>(&self, p: L, g: L, state: [L; N]) -> (L, [L; N]);
}

/// Moves every parameter by the rule `u`, in place, and its state with it.
///
/// What is too small to be kept becomes 0 on the way: parameters below 10⁻²⁴ in `f32` and 10⁻²⁷⁶ in `f64`, state below 10⁻³¹
/// and 10⁻²⁹². A subnormal gradient counts as 0. [`FlushTiny`](super::FlushTiny) says why. Elements do not see each other, so
/// cutting the slices into pieces does not change a bit.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn update<T: Real, U: Update<N>, const N: usize>(
    u: &U,
    params: &mut [T],
    grads: &[T],
    state: [&mut [T]; N],
) {
    update_on(isa(), u, params, grads, state);
}

/// [`update`] on a named instruction set, which the processor must have.
#[track_caller]
fn update_on<T: Real, U: Update<N>, const N: usize>(
    isa: Isa,
    u: &U,
    params: &mut [T],
    grads: &[T],
    state: [&mut [T]; N],
) {
    assert!(
        grads.len() == params.len() && state.iter().all(|s| s.len() == params.len()),
        "update: {} parameters, {} gradients and state of {:?}",
        params.len(),
        grads.len(),
        state.each_ref().map(|s| s.len()),
    );
    let n = params.len();
    let (params, state) = (Pieces::new([params]), Pieces::new(state));
    split(n.div_ceil(PIECE), &|part| {
        let (from, to) = (part * PIECE, n.min((part + 1) * PIECE));
        // SAFETY: each part takes its own range, and the slices are borrowed until the split returns.
        let ([params], state) = unsafe { (params.piece(from, to), state.piece(from, to)) };
        piece_on(isa, u, params, &grads[from..to], state);
    });
}

dispatched! {
    /// One thread's share.
    fn piece_on [T: Real, U: Update<N>, const N: usize] [T, U, N]
    (u: &U, params: &mut [T], grads: &[T], state: [&mut [T]; N]), body on isa
}

/// The loop. All slices are cut to one length first, which takes the bounds checks out of it.
#[inline(always)]
fn body<T: Real, U: Update<N>, const N: usize, L: Lane<Elem = T>>(
    u: &U,
    params: &mut [T],
    grads: &[T],
    state: [&mut [T]; N],
) {
    let n = params.len();
    let grads = &grads[..n];
    let state = cut(state, n);
    for i in 0..n {
        // Counted by hand, as in the tiles of products: what is not inlined costs more than the arithmetic.
        let mut old = [L::new(T::ZERO); N];
        let mut k = 0;
        while k < N {
            old[k] = L::new(state[k][i]);
            k += 1;
        }
        let g = flush_subnormal(L::new(grads[i]));
        // What a penalty moves is a gradient, and read like one.
        let p = L::new(params[i]);
        let p = if U::MOVES_PARAMETERS {
            p
        } else {
            flush_subnormal(p)
        };
        let (p, new) = u.eval(p, g, old);
        params[i] = if U::MOVES_PARAMETERS {
            flush_parameter(p).get()
        } else {
            flush_subnormal(p).get()
        };
        let mut k = 0;
        while k < N {
            state[k][i] = flush_tiny(new[k]).get();
            k += 1;
        }
    }
}

fn cut<T, const N: usize>(slices: [&mut [T]; N], n: usize) -> [&mut [T]; N] {
    slices.map(|s| &mut s[..n])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule with a product, a square root and a quotient.
    #[derive(Clone, Copy)]
    struct Rule;

    impl Update<2> for Rule {
        #[inline(always)]
        fn eval<L: Lane>(&self, p: L, g: L, [m, v]: [L; 2]) -> (L, [L; 2]) {
            let m = m.fma(m.lift(0.5), g);
            let v = g.fma(g, v * v.lift(0.25));
            (p - m / (v.sqrt() + v.lift(1e-8)), [m, v])
        }
    }

    /// A number per index, of both signs.
    fn numbers(n: usize, phase: f64) -> Vec<f32> {
        (0..n)
            .map(|i| (i as f64 * 0.7 + phase).sin() as f32)
            .collect()
    }

    #[test]
    fn every_instruction_set_follows_the_rule() {
        for isa in Isa::available() {
            for n in [0, 1, 15, 16, 17, 63, 64, 65, 1000] {
                let (start, g) = (numbers(n, 0.0), numbers(n, 1.0));
                let (m0, v0) = (numbers(n, 2.0), numbers(n, 3.0));
                let (mut p, mut m) = (start.clone(), m0.clone());
                let mut v: Vec<f32> = v0.iter().map(|x| x.abs()).collect();
                update_on(isa, &Rule, &mut p, &g, [&mut m, &mut v]);
                for i in 0..n {
                    let g = f64::from(g[i]);
                    let want_m = 0.5 * f64::from(m0[i]) + g;
                    let want_v = 0.25 * f64::from(v0[i].abs()) + g * g;
                    let want_p = f64::from(start[i]) - want_m / (want_v.sqrt() + 1e-8);
                    assert!((f64::from(m[i]) - want_m).abs() < 1e-6, "{isa:?} m[{i}]");
                    assert!((f64::from(v[i]) - want_v).abs() < 1e-6, "{isa:?} v[{i}]");
                    assert!((f64::from(p[i]) - want_p).abs() < 1e-5, "{isa:?} p[{i}]");
                }
            }
        }
    }

    #[test]
    fn cutting_changes_no_bit() {
        let n = 1000;
        let run = |cut: usize| {
            let (mut p, g) = (numbers(n, 0.0), numbers(n, 1.0));
            let (mut m, mut v) = (vec![0.1f32; n], vec![0.2f32; n]);
            for at in (0..n).step_by(cut) {
                let to = n.min(at + cut);
                let state = [&mut m[at..to], &mut v[at..to]];
                update(&Rule, &mut p[at..to], &g[at..to], state);
            }
            (p, m, v)
        };
        assert_eq!(run(n), run(37));
    }

    /// The rule halves its first state, which so passes the bound. A parameter of no gradient and no state stays as it is.
    #[test]
    fn what_is_tiny_becomes_zero_and_nan_stays() {
        let kept = f32::MIN_POSITIVE / f32::EPSILON;
        let tiny = [
            0.9 * kept,
            -0.9 * kept,
            1e-40,
            -1e-45,
            1.1 * kept,
            -1.1 * kept,
        ];
        let flushed = [0.0, 0.0, 0.0, 0.0, 1.1 * kept, -1.1 * kept];
        let n = tiny.len();
        for isa in Isa::available() {
            let mut m: Vec<f32> = tiny.iter().map(|x| 2.0 * x).collect();
            let mut v = vec![f32::NAN; n];
            // Less than the smallest normal number: it counts as 0, though it would change the last digit of 1.1·kept.
            let g = vec![1e-38; n];
            let [mut p, mut still] = [vec![f32::NAN; n], tiny.to_vec()];
            update_on(isa, &Rule, &mut p, &g, [&mut m, &mut v]);
            assert_eq!(m, flushed, "{isa:?}");
            assert!(p.iter().chain(&v).all(|x| x.is_nan()), "{isa:?}");
            let [mut m, mut v] = [vec![0.0; n], vec![0.0; n]];
            let up = 1.0 / f32::EPSILON;
            still.iter_mut().for_each(|p| *p *= up);
            update_on(isa, &Rule, &mut still, &g, [&mut m, &mut v]);
            assert_eq!(still, flushed.map(|p| up * p), "{isa:?}");
        }
    }

    #[test]
    #[should_panic(expected = "3 parameters, 2 gradients")]
    fn lengths_must_agree() {
        update(
            &Rule,
            &mut [0f32; 3],
            &[0.0; 2],
            [&mut [0.0; 3], &mut [0.0; 3]],
        );
    }
}
