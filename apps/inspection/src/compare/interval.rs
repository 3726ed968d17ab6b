//! Means of repeated runs with intervals of Student's t.

use crate::distribution::student_quantile;

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
            student_quantile(0.975, n - 1.0) * deviation / n.sqrt()
        });
        Some(Self { mean, half })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
