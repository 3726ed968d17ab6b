//! Numbers as text for readers.

/// Formats a number with four decimals. Zero has no sign.
pub fn share(x: f64) -> String {
    let text = format!("{x:.4}");
    if text == "-0.0000" {
        return text[1..].to_owned();
    }
    text
}

/// Formats a number of any size with four significant digits.
pub fn significant(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    match x.abs().log10().floor() {
        power if (-5.0..7.0).contains(&power) => {
            format!("{x:.*}", (3.0 - power).max(0.0) as usize)
        }
        _ => format!("{x:.3e}"),
    }
}

/// Formats a number that is exact, or stands in a sentence, as [`significant`] does but without zeros at the end of its
/// fraction: a bar of `0.9`, an epoch `17`.
pub fn concise(x: f64) -> String {
    let text = significant(x);
    let (digits, exponent) = match text.split_once('e') {
        Some((digits, exponent)) => (digits, format!("e{exponent}")),
        None => (text.as_str(), String::new()),
    };
    match digits.contains('.') {
        true => {
            digits
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
                + &exponent
        }
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{concise, share, significant};

    #[test]
    fn shares_have_four_decimals() {
        let shown = [0.97125, -4e-6, 1.0, -12.5].map(share);
        assert_eq!(shown, ["0.9712", "0.0000", "1.0000", "-12.5000"]);
    }

    #[test]
    fn four_digits_count() {
        let shown = [
            0.0,
            0.012_345,
            -1.0,
            123.456,
            52_345.6,
            1.5e-9,
            2e12,
            f64::NAN,
        ]
        .map(significant);
        assert_eq!(
            shown,
            [
                "0", "0.01235", "-1.000", "123.5", "52346", "1.500e-9", "2.000e12", "NaN"
            ]
        );
    }

    #[test]
    fn zeros_at_the_end_of_a_fraction_are_left_out() {
        let shown = [
            0.0, 0.9, -0.3210, 17.0, 100.0, 1500.0, 1e-15, 2.5e12, 0.97512, 52_345.6,
        ];
        assert_eq!(
            shown.map(concise),
            [
                "0", "0.9", "-0.321", "17", "100", "1500", "1e-15", "2.5e12", "0.9751", "52346"
            ]
        );
        assert_eq!([f64::NAN, f64::INFINITY].map(concise), ["NaN", "inf"]);
    }
}
