//! Distribution functions that intervals need: Student's t and the binomial.

use libm::lgamma;

/// Quantile of Student's t distribution with `nu` degrees of freedom, which need not be whole.
///
/// # Panics
/// If `p` is no probability strictly between 0 and 1, or `nu` not positive.
#[track_caller]
pub fn student_quantile(p: f64, nu: f64) -> f64 {
    assert!(
        p > 0.0 && p < 1.0 && nu > 0.0,
        "t quantile at {p} with {nu} degrees of freedom"
    );
    if p < 0.5 {
        return -student_quantile(1.0 - p, nu);
    }
    let over = |t: f64| student_tail(t, nu) - (1.0 - p);
    let mut t = 0.0;
    let mut next = 1.0;
    while over(next) > 0.0 && next < 1e12 {
        (t, next) = (next, 2.0 * next);
    }
    // The tail is convex, so that Newton's steps from below rise to the quantile and never pass it.
    for _ in 0..200 {
        let step = over(t) / student_density(t, nu);
        t += step;
        if step <= 1e-14 * t {
            break;
        }
    }
    t
}

/// Density of Student's t.
fn student_density(t: f64, nu: f64) -> f64 {
    let half = 0.5 * (nu + 1.0);
    let scale = lgamma(half) - lgamma(0.5 * nu) - 0.5 * (nu * std::f64::consts::PI).ln();
    (scale - half * (t * t / nu).ln_1p()).exp()
}

/// Probability that Student's t exceeds `t`, which is at least 0.
fn student_tail(t: f64, nu: f64) -> f64 {
    0.5 * incomplete_beta(nu / (nu + t * t), 0.5 * nu, 0.5)
}

/// Probability of at most `k` successes in `n` trials of probability one half.
pub fn fair_coin_at_most(k: usize, n: usize) -> f64 {
    let choose =
        |k: usize| lgamma(n as f64 + 1.0) - lgamma(k as f64 + 1.0) - lgamma((n - k) as f64 + 1.0);
    let terms = (0..=k.min(n)).map(|k| (choose(k) - n as f64 * std::f64::consts::LN_2).exp());
    terms.sum::<f64>().min(1.0)
}

/// The regularized incomplete beta function, by its continued fraction (Abramowitz and Stegun 1964, 26.5.8), evaluated
/// as Lentz (1976) does.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges fast below the mean; above it, the other tail is computed.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = (lgamma(a + b) - lgamma(a) - lgamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp() / a;
    let away_from_zero = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut fraction) = (1.0, d);
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            step = c * d;
            fraction *= step;
        }
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of SciPy 1.17.1's `scipy.stats.t.ppf` and `scipy.stats.binom.cdf`.
    #[test]
    fn quantiles_agree_with_scipy() {
        for (p, nu, expected) in [
            (0.975, 4.0, 2.7764451051977934),
            (0.975, 14.0, 2.144786687917804),
            (0.9975, 49.0, 2.9397298184209357),
            (0.6, 3.7, 0.27216446429206953),
            (0.025, 4.0, -2.7764451051977934),
            (0.999_999, 2.5, 220.17342917570426),
        ] {
            let found = student_quantile(p, nu);
            assert!(
                (found / expected - 1.0).abs() < 1e-9,
                "t at {p} with {nu}: {found}, not {expected}"
            );
        }
        for (k, n, expected) in [
            (0, 5, 0.03125),
            (3, 15, 0.017578125),
            (17, 50, 0.016419568782134242),
            (5, 5, 1.0),
        ] {
            let found = fair_coin_at_most(k, n);
            assert!(
                (found / expected - 1.0).abs() < 1e-12,
                "{k} of {n}: {found}"
            );
        }
    }
}
