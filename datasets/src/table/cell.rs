//! Cells of text: numbers as programs write them, and marks of missing values.

/// Marks of a missing value, as pandas and spreadsheets write them. Those of letters alone are known in any case, too.
const MISSING: [&str; 29] = [
    "", "?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A", "#N/A N/A",
    "#NA", "NaT", "\\N", "(null)", "-NaN", "-nan", "-1.#IND", "1.#IND", "-1.#QNAN", "1.#QNAN",
    "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!",
];

/// Of these any spelling with large and small letters is known. "Na" may be sodium.
const ANY_CASE: [&str; 7] = ["n/a", "nan", "null", "<na>", "#n/a", "nat", "(null)"];

/// Marks that may be categories as well: in a column of numbers or dates they are missing values.
const WEAK: [&str; 13] = [
    "-", "--", "---", ".", "..", "…", "–", "—", "none", "NONE", "na", "Na", "n.a.",
];

/// A cell as it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Number(f64),
    Text(&'a str),
    /// No value, or a word that says so.
    Missing(&'a str),
}

impl<'a> Cell<'a> {
    /// A trimmed text as a cell.
    #[inline]
    pub(super) fn of(text: &'a str) -> Self {
        // Only these begin a number, "inf" and "infinity" included; and most of what they begin is one.
        let may_be = matches!(
            text.as_bytes().first(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'i' | b'I')
        );
        if may_be && let Some(number) = plain_number(text) {
            return Self::Number(number);
        }
        if is_missing(text) {
            Self::Missing(text)
        } else {
            Self::Text(text)
        }
    }
}

/// Whether a trimmed text stands for a missing value wherever it is.
pub(super) fn is_missing(text: &str) -> bool {
    // The longest mark has eight bytes.
    text.len() <= 8
        && (MISSING.contains(&text) || ANY_CASE.iter().any(|mark| text.eq_ignore_ascii_case(mark)))
}

/// Whether a text stands for a missing value among numbers.
pub(super) fn is_weak(text: &str) -> bool {
    WEAK.contains(&text)
}

/// The number that a program would have written so, infinite ones included; NaN is none.
#[inline]
pub(super) fn plain_number(text: &str) -> Option<f64> {
    match text.parse::<f64>() {
        Ok(x) if !x.is_nan() => Some(x),
        _ => None,
    }
}

/// Whether digits would be lost if a text were taken for a number: leading zeros, or more of them than `f64` holds.
#[inline]
pub(super) fn has_identity(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    match digits {
        [b'0', b'0'..=b'9', ..] => digits.iter().all(u8::is_ascii_digit),
        _ => {
            digits.len() >= 16
                && digits.iter().all(u8::is_ascii_digit)
                && text
                    .parse::<i128>()
                    .is_ok_and(|x| x.unsigned_abs() > 1 << 53)
        }
    }
}
