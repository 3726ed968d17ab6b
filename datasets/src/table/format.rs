//! Numbers as people write them: thousands marks, decimal commas, units, percents, currencies, negatives in parentheses.

use serde::{Deserialize, Serialize};

/// Marks between thousands that are nothing else: spaces of several kinds, and apostrophes.
const GROUPS: [char; 6] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '\u{2019}'];

/// What stands before an amount of money; longer ones first.
const CURRENCIES: [&str; 24] = [
    "US$", "CA$", "AU$", "A$", "C$", "R$", "$", "€", "£", "¥", "₹", "₽", "₩", "CHF", "EUR", "USD",
    "GBP", "JPY", "SEK", "NOK", "DKK", "Rs.", "Rs", "kr",
];

/// Units that cannot be mistaken for the letter of a name such as 12A.
const UNITS: &[&str] = &[
    "%", "‰", "kg", "g", "mg", "µg", "t", "lb", "lbs", "oz", "km", "m", "cm", "mm", "µm", "nm",
    "mi", "mile", "miles", "ft", "in", "yd", "l", "L", "ml", "mL", "cl", "gal", "s", "sec", "ms",
    "min", "mins", "h", "hr", "hrs", "hours", "d", "day", "days", "weeks", "months", "years", "yr",
    "yrs", "°C", "°F", "°", "kW", "MW", "kWh", "MWh", "Wh", "hp", "PS", "bhp", "mA", "mV", "kV",
    "Hz", "kHz", "MHz", "GHz", "kB", "KB", "MB", "GB", "TB", "m²", "km²", "m³", "sqft", "sqm",
    "ha", "km/h", "kmh", "kmph", "mph", "m/s", "mpg", "kmpl", "km/kg", "l/100km", "CC", "cc", "k",
    "K", "M", "Mio", "mio", "Mrd", "bn", "€", "$", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF",
    "JPY", "SEK", "NOK", "DKK", "kr", "Nm", "bar", "Pa", "kPa", "hPa", "psi", "kcal", "kJ", "J",
];

/// The way in which the numbers of a column are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NumberFormat {
    /// Whether the comma is the decimal mark, and the point one between thousands.
    pub(crate) decimal_comma: bool,
    /// Whether there are marks between thousands.
    pub(crate) groups: bool,
    /// The unit, percent sign or currency beside every number.
    pub(crate) unit: Option<String>,
}

/// The reading that the marks in a number allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// There are none but those between thousands that are nothing else.
    Whole,
    /// A decimal point, or commas between thousands.
    Point,
    /// A decimal comma, or points between thousands.
    Comma,
    /// 1.234, which is 1234 if the comma is the decimal mark.
    MaybePoint,
    /// 1,234, which is 1234 if the point is the decimal mark.
    MaybeComma,
}

/// A text taken apart as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape<'a> {
    pub(super) marks: Marks,
    /// The unit, percent sign or currency; empty if there is none.
    pub(super) unit: &'a str,
    negative: bool,
    digits: &'a str,
    groups: bool,
}

impl<'a> Shape<'a> {
    /// The text as a number, if it is one in some notation.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
        let (rest, negative) = signed(inner.unwrap_or(text).trim());
        let (rest, currency) = match CURRENCIES.iter().find(|c| rest.starts_with(**c)) {
            Some(currency) => (rest[currency.len()..].trim_start(), &rest[..currency.len()]),
            None => (rest, ""),
        };
        let (rest, inner_negative) = if currency.is_empty() {
            (rest, false)
        } else {
            signed(rest)
        };
        let length = digits(rest);
        let (digits, unit) = (&rest[..length], rest[length..].trim());
        let unit = match (currency, unit) {
            (currency, "") => currency,
            ("", unit) if is_unit(unit) => unit,
            _ => return None,
        };
        let (marks, groups) = marks(digits)?;
        Some(Self {
            marks,
            unit,
            negative: negative || inner_negative || inner.is_some(),
            digits,
            groups,
        })
    }

    /// Whether there is a mark between thousands, if the comma is the decimal mark or not.
    pub(super) fn has_groups(&self, decimal_comma: bool) -> bool {
        self.groups || self.digits.contains(if decimal_comma { '.' } else { ',' })
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.bytes().all(|b| !matches!(b, b'1'..=b'9'))
    }

    /// The number, with a decimal comma or a decimal point.
    pub(super) fn value(&self, decimal_comma: bool) -> Option<f64> {
        let other = if decimal_comma {
            Marks::Point
        } else {
            Marks::Comma
        };
        if self.marks == other {
            return None;
        }
        let group = if decimal_comma { '.' } else { ',' };
        let written = self
            .digits
            .chars()
            .filter(|c| *c != group && !GROUPS.contains(c));
        let written: String = written.map(|c| if c == ',' { '.' } else { c }).collect();
        let value: f64 = written.parse().ok().filter(|x: &f64| x.is_finite())?;
        Some(if self.negative { -value } else { value })
    }
}

impl NumberFormat {
    /// The number that a text is in this format. A mark that may be the decimal one of another notation, as in 1,234, stands
    /// between thousands only where the format has marks between them.
    pub(super) fn parse(&self, text: &str) -> Option<f64> {
        let shape = Shape::of(text)?;
        let unit = self.unit.as_deref().unwrap_or("");
        let same = shape.unit == unit || (shape.unit.is_empty() && shape.is_zero());
        let other = match self.decimal_comma {
            true => Marks::MaybePoint,
            false => Marks::MaybeComma,
        };
        let certain = self.groups || shape.marks != other;
        (same && certain)
            .then(|| shape.value(self.decimal_comma))
            .flatten()
    }

    /// Whether it is the format of programs, read without taking texts apart.
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a unit is a known one, so that others beside it are a mistake.
pub(super) fn is_known_unit(unit: &str) -> bool {
    UNITS.contains(&unit) || CURRENCIES.contains(&unit)
}

fn signed(text: &str) -> (&str, bool) {
    for minus in ['-', '\u{2212}', '\u{2013}'] {
        if let Some(rest) = text.strip_prefix(minus) {
            return (rest.trim_start(), true);
        }
    }
    (text.strip_prefix('+').unwrap_or(text), false)
}

fn is_unit(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    first.is_some_and(|c| c.is_alphabetic() || "%‰°€$£¥₹₽₩".contains(c))
        && chars.all(|c| c.is_alphabetic() || "²³/%°·.$€£^ ".contains(c) || text == "l/100km")
        && text.chars().count() <= 12
}

/// The length of the digits that a text begins with, with the marks between them.
fn digits(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        let goes_on = match c {
            '0'..='9' => true,
            '.' | ',' => digit(next),
            _ if GROUPS.contains(&c) => {
                at > 0 && digit(at - 1) && (next..next + 3).all(digit) && !digit(next + 3)
            }
            'e' | 'E' => {
                let sign = usize::from(matches!(bytes.get(next), Some(b'+' | b'-')));
                if at > 0 && digit(at - 1) && digit(next + sign) {
                    at = next + sign;
                    while digit(at) {
                        at += 1;
                    }
                }
                return at;
            }
            _ => false,
        };
        if !goes_on {
            break;
        }
        at = next;
    }
    at
}

/// The reading that digits with marks allow, and whether there are marks between thousands that are nothing else; `None`
/// if they are no number.
fn marks(digits: &str) -> Option<(Marks, bool)> {
    let (number, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], true),
        None => (digits, false),
    };
    if !number.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole_end = number.rfind(|c| GROUPS.contains(&c)).map(|at| {
        let rest = &number[at..];
        at + rest.find(['.', ',']).unwrap_or(rest.len())
    });
    let groups = whole_end.is_some();
    if let Some(end) = whole_end
        && !grouped(&number[..end], |c| GROUPS.contains(&c))
    {
        return None;
    }
    let (dots, commas) = (number.matches('.').count(), number.matches(',').count());
    let marks = match (dots, commas) {
        (0, 0) => Marks::Whole,
        (0, 1) => one(
            number,
            ',',
            groups || exponent,
            Marks::Comma,
            Marks::MaybeComma,
        ),
        (1, 0) => one(
            number,
            '.',
            groups || exponent,
            Marks::Point,
            Marks::MaybePoint,
        ),
        _ if groups => return None,
        (0, _) if grouped(number, |c| c == ',') => Marks::Point,
        (_, 0) if grouped(number, |c| c == '.') => Marks::Comma,
        (1, _) if number.rfind('.') > number.rfind(',') => {
            let (whole, _) = number.split_once('.')?;
            grouped(whole, |c| c == ',').then_some(Marks::Point)?
        }
        (_, 1) if number.rfind(',') > number.rfind('.') => {
            let (whole, _) = number.split_once(',')?;
            grouped(whole, |c| c == '.').then_some(Marks::Comma)?
        }
        _ => return None,
    };
    Some((marks, groups))
}

/// The reading of a number with a single mark.
fn one(number: &str, mark: char, decimal: bool, certain: Marks, maybe: Marks) -> Marks {
    let (whole, rest) = number.split_once(mark).unwrap_or((number, ""));
    let thousands = rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    if thousands && !decimal {
        maybe
    } else {
        certain
    }
}

/// Whether marks stand between thousands: three digits after the last, two or three (as in India) after others.
fn grouped(number: &str, mark: impl Fn(char) -> bool) -> bool {
    let groups: Vec<&str> = number.split(mark).collect();
    let digits = |group: &&str| group.bytes().all(|b| b.is_ascii_digit());
    let [first, middle @ .., last] = &groups[..] else {
        return false;
    };
    groups.iter().all(digits)
        && (1..=3).contains(&first.len())
        && middle.iter().all(|group| (2..=3).contains(&group.len()))
        && last.len() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Marks, &str)> {
        Shape::of(text).map(|shape| (shape.marks, shape.unit))
    }

    #[test]
    fn numbers_are_taken_apart() {
        for (text, comma, value, unit) in [
            ("1,046", false, 1046.0, ""),
            ("1.234,56", true, 1234.56, ""),
            ("1,234.56", false, 1234.56, ""),
            ("12,34,567", false, 1_234_567.0, ""),
            ("1\u{a0}234,5", true, 1234.5, ""),
            ("1'234.5", false, 1234.5, ""),
            ("0,5", true, 0.5, ""),
            ("1,5e-3", true, 0.0015, ""),
            ("$1,200", false, 1200.0, "$"),
            ("-$5.25", false, -5.25, "$"),
            ("$-5", false, -5.0, "$"),
            ("12 €", false, 12.0, "€"),
            ("(12)", false, -12.0, ""),
            ("($1,200.50)", false, -1200.5, "$"),
            ("\u{2212}3", false, -3.0, ""),
            ("45 %", false, 45.0, "%"),
            ("70kg", false, 70.0, "kg"),
            ("12,5 km/h", true, 12.5, "km/h"),
        ] {
            let shape = Shape::of(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (shape.value(comma), shape.unit),
                (Some(value), unit),
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            "a",
            "1,2,3",
            "1.2.3",
            "1-2",
            "12:30",
            "3x4",
            "5'11",
            "1,",
            "$",
            "1 2 3",
            "12 34",
            "1,2345,678",
            "<5",
            "1/2",
            "192.168.0.1",
            "1. Bundesliga",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn marks_that_may_be_decimal_are_refused_where_no_thousands_were_marked() {
        let format = |decimal_comma, groups| NumberFormat {
            decimal_comma,
            groups,
            unit: None,
        };
        for (text, point, grouped_point, comma, grouped_comma) in [
            ("1,234", None, Some(1234.0), Some(1.234), Some(1.234)),
            ("1.234", Some(1.234), Some(1.234), None, Some(1234.0)),
            (
                "1,234,567",
                Some(1_234_567.0),
                Some(1_234_567.0),
                None,
                None,
            ),
            ("0,5", None, None, Some(0.5), Some(0.5)),
        ] {
            let found = [(false, false), (false, true), (true, false), (true, true)]
                .map(|(comma, groups)| format(comma, groups).parse(text));
            assert_eq!(
                found,
                [point, grouped_point, comma, grouped_comma],
                "{text}"
            );
        }
    }

    #[test]
    fn marks_allow_one_reading_or_two() {
        for (text, marks) in [
            ("1234", Marks::Whole),
            ("1 234", Marks::Whole),
            ("1.5", Marks::Point),
            ("0.125", Marks::Point),
            ("1234.567", Marks::Point),
            ("1.234", Marks::MaybePoint),
            ("1,234", Marks::MaybeComma),
            ("0,125", Marks::Comma),
            ("1.234.567", Marks::Comma),
            ("1,234,567", Marks::Point),
        ] {
            assert_eq!(read(text), Some((marks, "")), "{text}");
        }
    }
}
