//! Derivatives by differences, with a bound of their error, so that a comparison knows what it can tell.
//!
//! Central differences over steps h, h/2 and h/4 are extrapolated to a step of 0 (Ridders, 1982): errors of orders h² and
//! h⁴ cancel. How far the last two columns of the tableau are apart bounds what is left of truncation, by a wide margin,
//! since the last one is better by a factor of about h², unless errors of both orders cancel by chance: who cannot rule
//! that out compares over another step before he calls a derivative wrong. Rounding is bounded from the size of the numbers subtracted.
//! Where both bounds together are too wide to tell a right derivative from a wrong one, as next to a kink, nothing is
//! compared, and that is counted.

/// The largest of the three steps, unless a caller has another. At h/4 = 2⁻⁹ truncation of a function with fifth derivatives of 1000 and rounding of
/// numbers near 1 are both below 10⁻⁹.
#[allow(dead_code)]
pub(crate) const STEP: f64 = 1.0 / 128.0;

/// Roundings of half a unit in the last place that the numbers subtracted may have gone through, relative to the
/// largest of them and of those that they were made from.
const ROUNDINGS: f64 = 512.0;

/// A bound wider than this part of the numbers compared decides nothing.
const DECISIVE: f64 = 1e-5;

/// A derivative by differences, element by element.
pub(crate) struct Differences {
    values: Vec<f64>,
    bounds: Vec<f64>,
}

/// How many numbers were compared, and how many could not be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) compared: usize,
    pub(crate) undecided: usize,
}

impl Tally {
    /// Stops unless almost all comparisons told something.
    #[track_caller]
    #[allow(dead_code)]
    pub(crate) fn expect(self, at_least: usize, share: f64) {
        let all = (self.compared + self.undecided) as f64;
        assert!(
            self.compared >= at_least && self.compared as f64 >= share * all,
            "too little was compared: {self:?}"
        );
    }
}

/// The derivative at 0 of a function of one number, which is called at ±h, ±h/2 and ±h/4, in this order. What it gives was
/// made from numbers of up to `size`, as far as that shows in their rounding.
pub(crate) fn differences(h: f64, size: f64, mut f: impl FnMut(f64) -> Vec<f64>) -> Differences {
    let mut size = size;
    let mut central = |h: f64| -> Vec<f64> {
        let (above, below) = (f(h), f(-h));
        assert_eq!(above.len(), below.len());
        let pairs = above.iter().zip(&below);
        pairs
            .map(|(a, b)| {
                size = size.max(a.abs()).max(b.abs());
                (a - b) / (2.0 * h)
            })
            .collect()
    };
    let steps = [h, h / 2.0, h / 4.0];
    let [first, second, third] = steps.map(&mut central);
    // Unit roundoff 2⁻⁵³; the extrapolation weighs the quotients with 64/45, 20/45 and 1/45.
    let rounding = ROUNDINGS * (-53f64).exp2() * size / steps[2] * (85.0 / 45.0);
    let mut values = Vec::with_capacity(first.len());
    let mut bounds = Vec::with_capacity(first.len());
    for ((a, b), c) in first.iter().zip(&second).zip(&third) {
        let (ab, bc) = ((4.0 * b - a) / 3.0, (4.0 * c - b) / 3.0);
        let best = (16.0 * bc - ab) / 15.0;
        values.push(best);
        bounds.push(2.0 * (best - bc).abs() + rounding);
    }
    Differences { values, bounds }
}

impl Differences {
    /// Compares with exact derivatives.
    ///
    /// # Errors
    /// The first that lies outside of the bound.
    pub(crate) fn compare(&self, exact: &[f64], tally: &mut Tally) -> Result<(), String> {
        assert_eq!(exact.len(), self.values.len());
        let largest = self.values.iter().fold(1.0f64, |m, x| m.max(x.abs()));
        for (i, exact) in exact.iter().enumerate() {
            let (numeric, bound) = (self.values[i], self.bounds[i]);
            // A bound that is not a number decides nothing either.
            let decisive = bound <= DECISIVE * largest;
            if !decisive {
                tally.undecided += 1;
                continue;
            }
            tally.compared += 1;
            // Written so that a NaN fails.
            let close = (exact - numeric).abs() <= bound;
            if !close {
                return Err(format!(
                    "element {i} is {exact:e}, by differences {numeric:e} ± {bound:.0e}"
                ));
            }
        }
        Ok(())
    }
}

/// Compares what must be equal but for rounding: relative to the largest number, and not less than 1.
///
/// # Errors
/// The first that differs.
pub(crate) fn agree(a: &[f64], b: &[f64]) -> Result<(), String> {
    assert_eq!(a.len(), b.len());
    let largest = b.iter().fold(1.0f64, |m, x| m.max(x.abs()));
    let bound = 2.0 * ROUNDINGS * (-53f64).exp2() * largest;
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        let close = (a - b).abs() <= bound;
        if !close {
            return Err(format!(
                "element {i} is {a:e} by this way and {b:e} by the other"
            ));
        }
    }
    Ok(())
}
