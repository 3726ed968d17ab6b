//! Means of repeated runs with intervals of Student's t.

use std::f64::consts::FRAC_2_PI;

/// A mean, and how far its confidence interval reaches to either side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Half the width of the 95 % interval; `None` for a single value, which says nothing of its spread.
    pub half: Option<f64>,
}

impl Mean {
    /// The mean of values and its 95 % interval, mean ± t·s/√n with the standard deviation s of n − 1 and t the 0.975
    /// quantile of n − 1 degrees of freedom. `None` without values, or where one is not finite.
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() || values.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        let half = (values.len() > 1).then(|| {
            let deviation = (squares / (n - 1.0)).sqrt();
            two_sided(0.95, values.len() as u64 - 1) * deviation / n.sqrt()
        });
        Some(Self { mean, half })
    }
}

/// The t with P(|T| ≤ t) = `probability` for so many degrees of freedom, at least 1.
fn two_sided(probability: f64, freedom: u64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while within(high, freedom) < probability {
        high *= 2.0;
    }
    // Bisection until neighbouring numbers are met.
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        match within(middle, freedom) < probability {
            true => low = middle,
            false => high = middle,
        }
    }
}

/// P(|T| ≤ t) for a whole number of degrees of freedom, as a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4).
fn within(t: f64, freedom: u64) -> f64 {
    let angle = (t / (freedom as f64).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let odd = !freedom.is_multiple_of(2);
    // The terms are cosθ, 2/3·cos³θ, 2·4/(3·5)·cos⁵θ, … or 1, 1/2·cos²θ, 1·3/(2·4)·cos⁴θ, …
    let mut term = if odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    let mut next = if odd { 3 } else { 2 };
    while next <= freedom {
        sum += term;
        term *= cosine * cosine * (next - 1) as f64 / next as f64;
        next += 2;
    }
    match odd {
        true => FRAC_2_PI * (angle + sine * sum),
        false => sine * sum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.t.ppf(0.975, n)` of SciPy 1.17.1.
    #[test]
    fn quantiles_are_those_of_scipy() {
        for (freedom, expected) in [
            (1, 12.706_204_736_174_694),
            (2, 4.302_652_729_749_462),
            (3, 3.182_446_305_283_707_8),
            (4, 2.776_445_105_197_793_4),
            (5, 2.570_581_835_636_314_6),
            (9, 2.262_157_162_798_205),
            (10, 2.228_138_851_986_274),
            (29, 2.045_229_642_132_703),
            (100, 1.983_971_518_523_551_8),
        ] {
            let found = two_sided(0.95, freedom);
            let error: f64 = (found / expected - 1.0).abs();
            assert!(error < 1e-12, "{freedom}: {found} {expected}");
        }
    }

    /// `scipy.stats.t.interval(0.95, 4, m, scipy.stats.sem(x))` of these values, with SciPy 1.17.1.
    #[test]
    fn an_interval_is_that_of_scipy() {
        let found = Mean::of(&[0.9, 0.93, 0.95, 0.91, 0.96]).unwrap();
        assert!((found.mean - 0.93).abs() < 1e-15);
        assert!((found.half.unwrap() - 0.031_656_344_780_833_12).abs() < 1e-12);
        assert_eq!(
            Mean::of(&[2.0]),
            Some(Mean {
                mean: 2.0,
                half: None
            })
        );
        assert_eq!(Mean::of(&[1.0, f64::NAN]), None);
        assert_eq!(Mean::of(&[]), None);
    }
}
