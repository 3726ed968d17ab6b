//! `f64` against a table of correctly rounded values, and against the standard library in a dense sweep.

use std::collections::HashMap;

use super::loops::*;
use crate::kernel::Isa;

/// Argument, value, and true value − value in units of the last place.
type Row = (f64, f64, f64);

fn table() -> HashMap<String, Vec<Row>> {
    let text = include_str!("../../../../tests/goldens/functions.json");
    let rows: HashMap<String, Vec<(String, String, f64)>> =
        serde_json::from_str(text).expect("the table of functions");
    let number = |hex: &str| f64::from_bits(u64::from_str_radix(hex, 16).expect("a bit pattern"));
    let decode = |(x, y, rest): &(String, String, f64)| (number(x), number(y), *rest);
    rows.iter()
        .map(|(name, rows)| (name.clone(), rows.iter().map(decode).collect()))
        .collect()
}

/// The steps up from `b` to `a` along the numbers of the format: infinity where one alone is NaN, or zeros differ in sign.
fn steps(a: f64, b: f64) -> f64 {
    if a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()) {
        return 0.0;
    }
    if a.is_nan() || b.is_nan() || a == b {
        return f64::INFINITY;
    }
    let place = |x: f64| {
        let size = (x.to_bits() & !(1 << 63)) as i64;
        if x.is_sign_negative() { -size } else { size }
    };
    (place(a) as i128 - place(b) as i128) as f64
}

/// The largest error of F over the rows, for each instruction set the machine has.
fn worst<F: Function>(rows: &[Row]) -> Vec<(Isa, f64, f64)> {
    let x: Vec<f64> = rows.iter().map(|r| r.0).collect();
    let mut out = vec![0.0; x.len()];
    Isa::available()
        .map(|isa| {
            run::<F, f64>(isa, &x, &mut out);
            rows.iter()
                .zip(&out)
                .fold((isa, 0.0, 0.0), |worst, (row, y)| {
                    let error = (steps(*y, row.1) - row.2).abs();
                    if error > worst.1 {
                        (isa, error, row.0)
                    } else {
                        worst
                    }
                })
        })
        .collect()
}

#[test]
fn double_precision_at_exact_values() {
    let table = table();
    macro_rules! visit {
        ($f:ident) => {
            if let Some(rows) = table.get($f::NAME) {
                assert!(rows.len() > 200, "the table of {} is short", $f::NAME);
                for (isa, error, at) in worst::<$f>(rows) {
                    assert!(error <= 4.0, "{} {isa:?}: {error} ulp at {at:e}", $f::NAME);
                }
            }
        };
    }
    every!(visit);
}

/// The error of the reference is counted within the bar.
#[test]
fn double_precision_sweep() {
    let patterns = (0..1 << 18).map(|i: u64| f64::from_bits(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let line = (0..1 << 18).map(|i| (f64::from(i) / f64::from(1 << 17) - 1.0) * 40.0);
    let x: Vec<f64> = patterns.chain(line).collect();
    macro_rules! visit {
        ($f:ident) => {
            let rows: Vec<Row> = x.iter().map(|x| (*x, $f::reference(*x), 0.0)).collect();
            for (isa, error, at) in worst::<$f>(&rows) {
                assert!(error <= 4.0, "{} {isa:?}: {error} ulp at {at:e}", $f::NAME);
            }
        };
    }
    every!(visit);
}
