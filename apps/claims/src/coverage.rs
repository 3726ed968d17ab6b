//! Coverage of intervals and error rates of verdicts, on results made up with a known truth.
//!
//! Thousands of studies are drawn for each statistic and number of trials (mostly 5, 15 and 50), of normal and of skewed
//! distributions (lognormal, exponential); sums of differences, the largest of several and sameness of normal ones alone,
//! "best of" of normal and lognormal ones. Intervals of 95 % have to cover the truth in 93 to 97 % of 6000 studies, and a claim
//! whose truth lies exactly at its bar may hold in at most 3 %, beyond what chance makes of them (1.9 standard errors; 1.1 of
//! the 2000 studies for a verdict).
//!
//! Exceptions are wider than 97 %, never narrower: differences of 5 skewed pairs, ratios of standard deviations of 5 trials,
//! the largest of several medians, spreads between quartiles, and up to 98 % of predictions of one more trial from 38. A
//! single standard deviation has no interval. All this is of trials whose number was fixed before: who looks at a verdict and
//! then adds trials has several chances, and errs more often.

mod made;

use autograd::random::stream;

use crate::estimate::estimate;
use crate::evaluate::{Verdict, evaluate};
use crate::interval::of_one_more;
use crate::measure::{Measure, deviation, median, spread};
use crate::predicate::Predicate;
use crate::shorthand::{best_of, similar};

use made::{LAWS, Law, Made, normal};

/// Studies drawn for each rate; its standard error is 0.28 percentage points at 95 %.
const STUDIES: usize = 6000;
/// Studies drawn for the rate of a verdict.
const VERDICTS: usize = 2000;
/// Three standard errors of the rate, which a true rate at the limit may be off.
const CHANCE: f64 = 0.0084;

/// Shares of studies whose interval lies above and below the truth.
fn misses(
    made: Made,
    measure: &Measure,
    truth: f64,
    shaped: &dyn Fn(usize, f64) -> f64,
) -> (f64, f64) {
    let mut rng = stream(0, &format!("coverage/{made:?}/{measure}"), 0, 0);
    let (mut above, mut below) = (0, 0);
    for _ in 0..STUDIES {
        let at = estimate(measure, &made.draw(&mut rng, shaped)).expect("nothing is missing");
        above += usize::from(at.low > truth);
        below += usize::from(at.high < truth);
    }
    (above as f64 / STUDIES as f64, below as f64 / STUDIES as f64)
}

/// Requires coverage of 93 to 97 % and at most 3 % on either side, where a claim at its bar would hold by mistake. `wide`
/// allows more coverage than 97 %.
#[track_caller]
fn covers(
    made: Made,
    measure: &Measure,
    truth: f64,
    wide: bool,
    shaped: &dyn Fn(usize, f64) -> f64,
) {
    let (above, below) = misses(made, measure, truth, shaped);
    let coverage = 1.0 - above - below;
    let words =
        format!("{made:?}, {measure}: covers {coverage:.4}, misses {above:.4} and {below:.4}");
    println!("{words}");
    assert!(coverage >= 0.93, "{words}");
    assert!(wide || coverage <= 0.97, "{words}");
    assert!(above.max(below) <= 0.03 + 0.5 * CHANCE, "{words}");
}

/// The share of studies in which a predicate comes to a verdict.
fn rate(
    made: Made,
    predicate: &Predicate,
    verdict: Verdict,
    shaped: &dyn Fn(usize, f64) -> f64,
) -> f64 {
    let mut rng = stream(0, &format!("rate/{made:?}"), 0, 0);
    let reached = (0..VERDICTS)
        .filter(|_| evaluate(predicate, &made.draw(&mut rng, shaped)).verdict == verdict)
        .count();
    reached as f64 / VERDICTS as f64
}

fn plain(_: usize, x: f64) -> f64 {
    x
}

fn difference() -> Measure {
    median("0", "x").minus(median("1", "x"))
}

#[test]
fn medians() {
    for law in LAWS {
        for trials in [5, 15, 50] {
            covers(
                Made::new(law, trials).of(1),
                &median("0", "x"),
                law.median(),
                false,
                &plain,
            );
        }
    }
    // Numbers of trials between, where order statistics are interpolated most.
    for trials in [6, 7, 8, 10] {
        let made = Made::new(Law::Lognormal, trials).of(1);
        let x = median("0", "x");
        covers(made, &x, 1.0, false, &plain);
        // Without the inward shift of the ends it is up to 3.4 %.
        let (above, below) = misses(made, &x, 1.0, &plain);
        assert!(
            above.max(below) <= 0.03,
            "{trials} trials: {above}, {below}"
        );
    }
}

#[test]
fn differences_of_pairs() {
    for law in LAWS {
        for trials in [5, 15, 50] {
            // Differences of skewed pairs are peaked, and 5 of them cover more.
            let wide = trials == 5 && law != Law::Normal;
            covers(
                Made::new(law, trials).paired(0.8),
                &difference(),
                0.0,
                wide,
                &plain,
            );
        }
    }
}

#[test]
fn differences_of_independent_medians() {
    for law in LAWS {
        for trials in [5, 15, 50] {
            covers(Made::new(law, trials), &difference(), 0.0, false, &plain);
        }
        // Of unequal spread, where the skewed one decides.
        for trials in [5, 15, 50] {
            let shaped = |case: usize, x: f64| {
                if case == 0 {
                    x - law.median()
                } else {
                    0.1 * (x - law.median())
                }
            };
            covers(Made::new(law, trials), &difference(), 0.0, false, &shaped);
        }
    }
}

#[test]
fn sums_of_differences() {
    let of = |a: &str, b: &str| median(a, "x").minus(median(b, "x"));
    for trials in [5, 15, 50] {
        let made = Made::new(Law::Normal, trials).of(4);
        covers(
            made.paired(0.5),
            &of("0", "1").minus(of("2", "3")),
            0.0,
            false,
            &plain,
        );
        covers(made, &of("0", "1").minus(of("2", "3")), 0.0, false, &plain);
    }
}

#[test]
fn ratios() {
    let ratio = median("0", "x").over(median("1", "x"));
    let shaped = |case: usize, x: f64| if case == 0 { 10.0 * x } else { x };
    for trials in [5, 15, 50] {
        for law in [Law::Lognormal, Law::Exponential] {
            covers(Made::new(law, trials), &ratio, 10.0, false, &shaped);
            covers(
                Made::new(law, trials).paired(0.8),
                &ratio,
                10.0,
                false,
                &shaped,
            );
        }
    }
}

#[test]
fn ratios_of_ratios() {
    let of = |a: &str, b: &str| median(a, "x").over(median(b, "x"));
    let measure = of("0", "1").over(of("2", "3"));
    let shaped = |case: usize, x: f64| if case == 0 { 10.0 * x } else { x };
    for trials in [5, 15, 50] {
        // Four intervals that are each too wide or too narrow seldom are so together.
        let made = Made::new(Law::Lognormal, trials).of(4);
        covers(made, &measure, 10.0, trials == 5, &shaped);
    }
}

#[test]
fn standard_deviations() {
    let ratio = deviation("0", "x").over(deviation("1", "x"));
    for trials in [5, 15, 50] {
        for law in LAWS {
            covers(Made::new(law, trials), &ratio, 1.0, trials == 5, &plain);
        }
    }
}

#[test]
fn spreads_between_quartiles() {
    // Order statistics of whole ranks cover at least their level, and the quartiles' errors seldom add up.
    for trials in [15, 20, 50, 100] {
        for law in LAWS {
            let made = Made::new(law, trials).of(1);
            covers(made, &spread("0", "x"), law.spread(), true, &plain);
        }
    }
}

#[test]
fn a_single_standard_deviation_has_no_interval() {
    let mut rng = stream(0, "coverage/deviation", 0, 0);
    let results = Made::new(Law::Lognormal, 50).of(1).draw(&mut rng, &plain);
    let found = estimate(&deviation("0", "x"), &results);
    assert!(found.is_err_and(|why| why.contains("no interval")));
}

#[test]
fn the_largest_of_some() {
    // All equal, so that the largest is hardest: Bonferroni's intervals may be wide but never narrow.
    let of = |cases: [&str; 3]| Measure::largest(cases.map(|case| median(case, "x")));
    for trials in [10, 15, 50] {
        let made = Made::new(Law::Normal, trials).of(6);
        for made in [made, made.paired(0.8)] {
            covers(
                made,
                &of(["0", "1", "2"]).minus(of(["3", "4", "5"])),
                0.0,
                true,
                &plain,
            );
        }
    }
}

#[test]
fn predictions_of_one_more_trial() {
    for law in LAWS {
        for trials in [15, 25, 38, 39, 50] {
            let mut rng = stream(0, &format!("prediction/{law:?}/{trials}"), 0, 0);
            let covered = (0..STUDIES).filter(|_| {
                let values: Vec<f64> = (0..trials).map(|_| law.draw(normal(&mut rng))).collect();
                let next = law.draw(normal(&mut rng));
                let at = of_one_more(&values, 0.05).expect("enough trials");
                at.low <= next && next <= at.high
            });
            let coverage = covered.count() as f64 / STUDIES as f64;
            println!("{law:?}, {trials}: one more is covered in {coverage:.4}");
            // Close to where order statistics take over, the range alone covers 97.4 % of skewed trials.
            let most = if trials == 38 { 0.98 } else { 0.97 + CHANCE };
            assert!(
                (0.93..=most).contains(&coverage),
                "{law:?}, {trials}: {coverage}"
            );
        }
    }
}

#[test]
fn the_best_of_equals_seldom_holds_and_a_clear_rival_decides() {
    let names = ["0", "1", "2", "3"];
    let best = best_of("0", names, "x");
    // One rival is equal, the others far behind: the hardest case of "ahead of all".
    let one_equal = |case: usize, x: f64| if case > 1 { x - 20.0 } else { x };
    for law in [Law::Normal, Law::Lognormal] {
        for trials in [5, 15] {
            for made in [
                Made::new(law, trials).of(4),
                Made::new(law, trials).of(4).paired(0.8),
            ] {
                let held = rate(made, &best, Verdict::Holds, &one_equal);
                assert!(
                    held <= 0.03 + 0.5 * CHANCE,
                    "{made:?}: best of equals holds in {held}"
                );
                let refuted = rate(made, &best, Verdict::DoesNotHold, &plain);
                // Each of three rivals may be ahead by chance in 2.5 % / 3.
                assert!(
                    refuted <= 0.025 + CHANCE,
                    "{made:?}: equals are refuted in {refuted}"
                );
            }
        }
    }
    let ahead = |case: usize, x: f64| if case == 0 { x + 20.0 } else { x };
    let behind = |case: usize, x: f64| if case == 3 { x + 20.0 } else { x };
    let made = Made::new(Law::Normal, 15).of(4);
    assert!(rate(made, &best, Verdict::Holds, &ahead) > 0.99);
    assert!(rate(made, &best, Verdict::DoesNotHold, &behind) > 0.99);
}

#[test]
fn what_differs_by_the_margin_is_seldom_similar() {
    let margin = 1.5;
    for trials in [5, 15, 50] {
        let predicate = similar("0", "1", "x", margin);
        let shifted = move |case: usize, x: f64| if case == 0 { x + margin } else { x };
        for made in [
            Made::new(Law::Normal, trials),
            Made::new(Law::Normal, trials).paired(0.8),
        ] {
            let held = rate(made, &predicate, Verdict::Holds, &shifted);
            assert!(held <= 0.03 + 0.5 * CHANCE, "{made:?}: {held}");
        }
    }
    let close = Made::new(Law::Normal, 50).paired(0.8);
    assert!(
        rate(
            close,
            &similar("0", "1", "x", margin),
            Verdict::Holds,
            &plain
        ) > 0.99
    );
}
