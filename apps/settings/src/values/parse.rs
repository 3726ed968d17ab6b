//! Functions that read a number within bounds, or names; an error says what the setting takes.

use std::path::PathBuf;

use nn::TrainConfig;

/// Names of columns with commas between, quotes around those that hold a comma: `heating,"cooling, in kW"`.
pub fn columns(text: &str) -> Result<Vec<String>, String> {
    let names = datasets::split_names(text);
    let plain = text.split(',').any(|name| name.trim().is_empty());
    match names.is_empty() || plain {
        true => Err("it takes names of columns with commas between".to_owned()),
        false => Ok(names),
    }
}

/// A test file, with or without the kind that `--data` has before its name.
///
/// # Errors
/// If it is empty.
pub fn test_file(text: &str) -> Result<PathBuf, String> {
    let kinds = ["csv:", "parquet:", "npz:", "images:"];
    let path = kinds.iter().find_map(|kind| text.strip_prefix(kind));
    match path.unwrap_or(text) {
        "" => Err("it takes a file, or a folder of images".to_owned()),
        path => Ok(PathBuf::from(path)),
    }
}

/// A height and a width: `28x28`.
pub fn image_size(text: &str) -> Result<[usize; 2], String> {
    let sides = text.split_once('x').map(|(h, w)| (count(h), count(w)));
    match sides {
        Some((Ok(height), Ok(width))) => Ok([height, width]),
        _ => Err("it takes a height and a width, such as 28x28".to_owned()),
    }
}

/// A batch size, or `full` for all training samples in every step.
pub fn batch_size(text: &str) -> Result<usize, String> {
    match text {
        "full" => Ok(TrainConfig::FULL_BATCH),
        text => count(text).map_err(|why| format!("{why}, or full")),
    }
}

/// The largest whole number of a setting. TOML has none above it, and settings are read again from the TOML that they are
/// written as.
const LARGEST: u64 = i64::MAX as u64;

/// A whole number of `least` or more that TOML has.
fn at_least<N: TryFrom<u64>>(least: u64, text: &str) -> Result<N, String> {
    let number = text.parse().ok();
    let number = number.filter(|n| (least..=LARGEST).contains(n));
    let too_large = text.parse().is_ok_and(|n: u128| n > LARGEST.into());
    number
        .and_then(|n| N::try_from(n).ok())
        .ok_or_else(|| match too_large {
            true => format!("it takes a whole number from {least} to {LARGEST}"),
            false => format!("it takes a whole number of {least} or more"),
        })
}

/// A whole number of 1 or more.
pub fn count(text: &str) -> Result<usize, String> {
    at_least(1, text)
}

/// A number of folds.
pub fn folds(text: &str) -> Result<usize, String> {
    at_least(2, text)
}

/// A number of layers. Far fewer than the most are of use.
pub fn depth(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if (1..=64).contains(&n) => Ok(n),
        _ => Err("it takes a whole number from 1 to 64".to_owned()),
    }
}

/// A number of threads.
pub fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if (1..=1024).contains(&n) => Ok(n),
        _ => Err("it takes a whole number from 1 to 1024".to_owned()),
    }
}

/// A seed.
pub fn seed(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(n) if n <= LARGEST => Ok(n),
        _ => Err(format!("it takes a whole number from 0 to {LARGEST}")),
    }
}

/// A whole number of 1 or more, as a number of epochs.
pub fn epochs(text: &str) -> Result<u64, String> {
    at_least(1, text)
}

/// A whole number of 0 or more.
pub fn whole<N: TryFrom<u64>>(text: &str) -> Result<N, String> {
    at_least(0, text)
}

/// A finite number.
pub fn finite(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(x) if f64::is_finite(x) => Ok(x),
        _ => Err("it takes a finite number".to_owned()),
    }
}

/// A finite number above 0.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(x) if 0.0 < x && x < f64::INFINITY => Ok(x),
        _ => Err("it takes a finite number above 0".to_owned()),
    }
}

/// A finite number of 0 or more.
pub fn not_negative(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(x) if (0.0..f64::INFINITY).contains(&x) => Ok(x),
        _ => Err("it takes a finite number of 0 or more".to_owned()),
    }
}

/// A share that leaves something: 0 or more, below 1.
pub fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(x) if (0.0..1.0).contains(&x) => Ok(x),
        _ => Err("it takes a share of 0 or more and below 1, such as 0.1".to_owned()),
    }
}

/// A folder's name, which is no path.
pub fn folder_name(text: &str) -> Result<String, String> {
    if text.contains(['/', '\\', '\0']) || ["", ".", ".."].contains(&text) {
        return Err("it takes the name of a folder; give a path with --out".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_edges() {
        for wrong in ["nan", "inf", "0", "-1", "x", ""] {
            positive(wrong).unwrap_err();
        }
        for wrong in ["nan", "inf", "-inf", ""] {
            finite(wrong).unwrap_err();
        }
        assert_eq!(finite("-0.5"), Ok(-0.5));
        for wrong in ["nan", "inf", "-1e-9"] {
            not_negative(wrong).unwrap_err();
        }
        for wrong in ["nan", "1", "-0.1"] {
            share(wrong).unwrap_err();
        }
        assert_eq!(share("0"), Ok(0.0));
        assert_eq!(threads("1024"), Ok(1024));
        for wrong in ["0", "1025", "-1", "two"] {
            threads(wrong).unwrap_err();
        }
        seed("9223372036854775808").unwrap_err();
        count("99999999999999999999999").unwrap_err();
    }

    #[test]
    fn numbers_are_no_larger_than_toml_has() {
        let (last, next) = ("9223372036854775807", "9223372036854775808");
        assert_eq!(epochs(last), Ok(i64::MAX as u64));
        assert_eq!(whole(last), Ok(i64::MAX as u64));
        assert_eq!(
            count(next).unwrap_err(),
            format!("it takes a whole number from 1 to {last}")
        );
        for refused in [
            epochs(next),
            whole(next),
            seed(next),
            epochs("18446744073709551615"),
        ] {
            assert!(refused.unwrap_err().ends_with(last));
        }
        let refused = batch_size(next).unwrap_err();
        assert!(
            refused.ends_with("9223372036854775807, or full"),
            "{refused}"
        );
        assert_eq!(
            folds("1").unwrap_err(),
            "it takes a whole number of 2 or more"
        );
    }

    #[test]
    fn a_name_is_no_path() {
        for wrong in ["", "..", "a/b", "/tmp/x"] {
            folder_name(wrong).unwrap_err();
        }
        assert_eq!(folder_name("first try").as_deref(), Ok("first try"));
    }
}
