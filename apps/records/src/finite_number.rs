//! Numbers in JSON files.
//!
//! JSON has no NaN and no infinity. A value that is undefined (the precision of a class that was never predicted) is
//! `null`, written as `Option<Number>`; any other number that is not finite (a loss that overflowed) is one of the
//! strings `"NaN"`, `"Infinity"` and `"-Infinity"`.

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A number that JSON can store, finite or not.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Number(pub f64);

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            x if x.is_finite() => to.serialize_f64(x),
            x if x.is_nan() => to.serialize_str("NaN"),
            x if x > 0.0 => to.serialize_str("Infinity"),
            _ => to.serialize_str("-Infinity"),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl Visitor<'_> for Numbers {
            type Value = Number;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
            }

            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Number, E> {
                Ok(Number(x))
            }

            fn visit_i64<E: de::Error>(self, x: i64) -> Result<Number, E> {
                Ok(Number(x as f64))
            }

            fn visit_u64<E: de::Error>(self, x: u64) -> Result<Number, E> {
                Ok(Number(x as f64))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
                match text {
                    "NaN" => Ok(Number(f64::NAN)),
                    "Infinity" => Ok(Number(f64::INFINITY)),
                    "-Infinity" => Ok(Number(f64::NEG_INFINITY)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        from.deserialize_any(Numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_json_lacks_are_strings() {
        let values = [0.1, -2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Number);
        let text = serde_json::to_string(&values).unwrap();
        assert_eq!(text, r#"[0.1,-2.0,"NaN","Infinity","-Infinity"]"#);
        let back: Vec<Number> = serde_json::from_str(&text).unwrap();
        for (x, y) in values.iter().zip(&back) {
            assert!(x == y || x.0.is_nan() && y.0.is_nan());
        }
    }

    #[test]
    fn undefined_is_null() {
        assert_eq!(serde_json::to_string(&None::<Number>).unwrap(), "null");
        assert_eq!(
            serde_json::from_str::<Option<Number>>("null").unwrap(),
            None
        );
    }

    #[test]
    fn other_text_is_refused() {
        let error = serde_json::from_str::<Number>("\"Inf\"").unwrap_err();
        assert!(error.to_string().contains("\"Infinity\""), "{error}");
    }

    #[test]
    fn whole_numbers_are_read() {
        assert_eq!(serde_json::from_str::<Number>("3").unwrap(), Number(3.0));
    }
}
