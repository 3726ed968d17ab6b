//! Functions that read a number within bounds, or names; an error says what the setting takes.

use std::path::PathBuf;
use std::str::FromStr;

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
        text => count(text).map_err(|_| "it takes a whole number of 1 or more, or full".to_owned()),
    }
}

/// A whole number of 1 or more.
pub fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n >= 1 => Ok(n),
        _ => Err("it takes a whole number of 1 or more".to_owned()),
    }
}

/// A number of folds.
pub fn folds(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n >= 2 => Ok(n),
        _ => Err("it takes a whole number of 2 or more".to_owned()),
    }
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

/// A seed. TOML has no whole numbers above 2⁶³ - 1, so neither have seeds.
pub fn seed(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(n) if i64::try_from(n).is_ok() => Ok(n),
        _ => Err("it takes a whole number from 0 to 9223372036854775807".to_owned()),
    }
}

/// A whole number of 1 or more, as a number of epochs.
pub fn epochs(text: &str) -> Result<u64, String> {
    count(text).map(|n| n as u64)
}

/// A whole number of 0 or more.
pub fn whole<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| "it takes a whole number of 0 or more".to_owned())
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
    fn a_name_is_no_path() {
        for wrong in ["", "..", "a/b", "/tmp/x"] {
            folder_name(wrong).unwrap_err();
        }
        assert_eq!(folder_name("first try").as_deref(), Ok("first try"));
    }
}
