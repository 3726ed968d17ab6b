//! The barrier between two models: how far the loss on the path between them rises.
//!
//! Draxler, Veschgini, Salmhofer and Hamprecht 2018 (Essentially no barriers in neural network energy landscape) and
//! Garipov, Izmailov, Podoprikhin, Vetrov and Wilson 2018 (Loss surfaces, mode connectivity, and fast ensembling of DNNs)
//! look for paths without one; on the straight line it is B = max over t of L(θ(t)) − [(1 − t)·L(A) + t·L(B)], and above
//! the larger end max over t of L(θ(t)) − max(L(A), L(B)), for t from 0 to 1.

use records::Number;

use crate::results::{Barrier, Rise};

/// The barrier of losses at these t; `None` if 0 and 1 are not among them. A loss that is not finite between finite ends
/// is an infinite barrier; where the loss at an end is not, there is nothing to rise above, and the values are NaN, at that
/// end.
pub fn barrier(t: &[f64], loss: &[f64]) -> Option<Barrier> {
    let at = |end: f64| Some(loss[t.iter().position(|t| *t == end)?]);
    let (a, b) = (at(0.0)?, at(1.0)?);
    if let Some((t, loss)) = [(0.0, a), (1.0, b)]
        .into_iter()
        .find(|(_, x)| !x.is_finite())
    {
        let undefined = Rise {
            value: Number(f64::NAN),
            t,
            loss: Number(loss),
        };
        return Some(Barrier {
            ends: [Number(a), Number(b)],
            above_line: undefined,
            above_larger_end: undefined,
        });
    }
    let inside = || {
        let points = t.iter().copied().zip(loss.iter().copied());
        points.filter(|(t, _)| (0.0..=1.0).contains(t))
    };
    let rise = |base: &dyn Fn(f64) -> f64| {
        let above = inside().map(|(t, loss)| {
            let value = if loss.is_finite() {
                loss - base(t)
            } else {
                f64::INFINITY
            };
            (value, t, loss)
        });
        // The first of equal ones.
        let highest = above.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let (value, t, loss) = highest?;
        // The ends lie on the line, but for rounding.
        let value = Number(value.max(0.0));
        Some(Rise {
            value,
            t,
            loss: Number(loss),
        })
    };
    Some(Barrier {
        ends: [Number(a), Number(b)],
        above_line: rise(&|t| (1.0 - t) * a + t * b)?,
        above_larger_end: rise(&|_| a.max(b))?,
    })
}

impl Barrier {
    /// The barrier between two named runs, in sentences.
    pub(crate) fn in_words(&self, names: [&str; 2]) -> String {
        let [a, b] = names;
        let [at_a, at_b] = self.ends.map(|end| end.0);
        let (line, end) = (self.above_line, self.above_larger_end);
        if line.value.0.is_nan() {
            let name = if line.t == 0.0 { a } else { b };
            return format!(
                "The barrier is not defined: the loss of {name} (t = {}) is not finite.",
                line.t
            );
        }
        let larger = if at_b > at_a { b } else { a };
        let ends = format!("The loss is {at_a:.4} at {a} (t = 0) and {at_b:.4} at {b} (t = 1).");
        let above_line = match line.value.0 {
            0.0 => "Between them it never rises above the straight line through both: there is no barrier.".to_owned(),
            f64::INFINITY => format!(
                "The barrier is infinite: the loss is not finite at t = {:.3}.",
                line.t
            ),
            rise => format!(
                "Barrier: it rises {rise:.4} above the straight line through both, at t = {:.3}, where it is {:.4}.",
                line.t, line.loss.0
            ),
        };
        let above_end = match end.value.0 {
            0.0 => format!(" It never exceeds the larger of both losses, that of {larger}."),
            f64::INFINITY => String::new(),
            rise => format!(
                " It rises {rise:.4} above the larger of both losses, that of {larger}, at t = {:.3}.",
                end.t
            ),
        };
        format!("{ends} {above_line}{above_end}")
    }
}

/// What a barrier is, for a report.
pub(crate) const DEFINITION: &str = "The barrier is the largest value of L(θ(t)) − [(1 − t)·L(A) + t·L(B)] for t from 0 \
     to 1: how far the loss on the path rises above the straight line between the losses of both models; the other figure \
     is the largest loss on the path minus the larger of both losses (Draxler et al. 2018; Garipov et al. 2018). 0 means \
     that both models lie in one basin along this line. Only the computed values of t count: between them the loss may be \
     higher.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hill_rises_above_the_line_and_above_the_larger_end() {
        let t = [-0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5];
        let loss = [9.0, 1.0, 3.0, 3.5, 3.5, 2.0, 9.0];
        let found = barrier(&t, &loss).unwrap();
        // The line is 1, 1.25, 1.5, 1.75, 2.
        let line = found.above_line;
        assert_eq!((line.value.0, line.t, line.loss.0), (2.0, 0.5, 3.5));
        let end = found.above_larger_end;
        assert_eq!((end.value.0, end.t), (1.5, 0.5));
        let words = found.in_words(["a", "b"]);
        assert!(
            words.contains("Barrier: it rises 2.0000 above the straight line"),
            "{words}"
        );
        assert!(
            words.contains("larger of both losses, that of b, at t = 0.500"),
            "{words}"
        );
    }

    #[test]
    fn a_valley_is_no_barrier() {
        let found = barrier(&[0.0, 0.5, 1.0], &[1.0, 0.2, 3.0]).unwrap();
        assert_eq!(found.above_line.value.0, 0.0);
        assert_eq!(found.above_larger_end.value.0, 0.0);
        let words = found.in_words(["a", "b"]);
        assert!(words.contains("there is no barrier"), "{words}");
    }

    #[test]
    fn overflow_is_an_infinite_barrier_and_missing_ends_are_none() {
        for wrong in [f64::NAN, f64::INFINITY] {
            let found = barrier(&[0.0, 0.25, 0.5, 1.0], &[1.0, 5.0, wrong, 3.0]).unwrap();
            assert_eq!(found.above_line.value.0, f64::INFINITY);
            assert_eq!(found.above_line.t, 0.5);
            assert!(
                found
                    .in_words(["a", "b"])
                    .contains("not finite at t = 0.500")
            );
        }
        // Beyond the ends nothing counts.
        let found = barrier(&[-1.0, 0.0, 1.0], &[f64::INFINITY, 1.0, 3.0]).unwrap();
        assert_eq!(found.above_line.value.0, 0.0);
        assert_eq!(barrier(&[0.0, 0.5], &[1.0, 2.0]), None);
        assert_eq!(barrier(&[0.1, 1.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn without_a_finite_end_there_is_nothing_to_rise_above() {
        for wrong in [f64::NAN, f64::INFINITY] {
            for (losses, at) in [([wrong, 5.0, 1.0], 0.0), ([1.0, 5.0, wrong], 1.0)] {
                let found = barrier(&[0.0, 0.5, 1.0], &losses).unwrap();
                for rise in [found.above_line, found.above_larger_end] {
                    assert!(rise.value.0.is_nan() && !rise.loss.0.is_finite());
                    assert_eq!(rise.t, at);
                }
                let name = if at == 0.0 { "a" } else { "b" };
                assert_eq!(
                    found.in_words(["a", "b"]),
                    format!(
                        "The barrier is not defined: the loss of {name} (t = {at}) is not finite."
                    )
                );
            }
        }
    }
}
