//! Files of class weights.
//!
//! A file has a line `class,weight` of headings and then a line a class: its name, a comma, and its weight, above 0. A name that
//! holds commas or quotes stands in quotes, quotes in it doubled, as in any CSV file. Empty lines are passed over.
//!
//! What a file says becomes part of the settings, so that a run does not depend on it any more.

use std::path::Path;

use crate::text_file;
use crate::values::{positive, twice};

/// The weights in a file.
///
/// # Errors
/// A sentence with file and line, if it cannot be read or is no such file.
pub(crate) fn read(path: &Path) -> Result<Vec<(String, f64)>, String> {
    let text = text_file::read(path)?;
    parse(&text).map_err(|(line, why)| format!("{} {why} in line {line}", path.display()))
}

/// The weights of a text; or where it is wrong, and how, to be read on after the name of the file.
fn parse(text: &str) -> Result<Vec<(String, f64)>, (usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().zip(1..);
    let mut lines = lines.filter(|(line, _)| !line.trim().is_empty());
    let headings = |line: &str| {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        cells == ["class", "weight"]
    };
    match lines.next() {
        Some((line, _)) if headings(line) => {}
        Some((line, at)) => {
            let line = line.trim();
            return Err((at, format!("has {line:?} for the headings class,weight")));
        }
        None => return Err((1, "has no headings class,weight".to_owned())),
    }
    let mut pairs = Vec::new();
    for (line, at) in lines {
        let (name, weight) = pair(line).map_err(|why| (at, why))?;
        pairs.push((name, weight));
        if let Some(name) = twice(&pairs) {
            return Err((at, format!("names {name} for the second time")));
        }
    }
    match pairs.is_empty() {
        true => Err((1, "has no weights after the headings".to_owned())),
        false => Ok(pairs),
    }
}

/// The class and the weight of a line.
fn pair(line: &str) -> Result<(String, f64), String> {
    let (name, weight) = line
        .rsplit_once(',')
        .ok_or_else(|| format!("has {:?} for a class and its weight", line.trim()))?;
    let (name, weight) = (name.trim(), weight.trim());
    let name = match name.strip_prefix('"') {
        None if name.contains([',', '"']) => {
            return Err(format!(
                "has {name:?} for the name of a class, which needs quotes"
            ));
        }
        None => name.to_owned(),
        Some(rest) => {
            let inner = rest
                .strip_suffix('"')
                .filter(|inner| !inner.replace("\"\"", "").contains('"'));
            let inner = inner.ok_or_else(|| format!("has {name:?} with a quote left open"))?;
            inner.replace("\"\"", "\"")
        }
    };
    if name.is_empty() {
        return Err("has no name for a class".to_owned());
    }
    let found = positive(weight).map_err(|_| {
        format!("has {weight:?} for the weight of {name}, which is to be a finite number above 0")
    })?;
    Ok((name, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_a_class() {
        let text = "class,weight\r\nrare,12.5\n\n\"a, \"\"b\"\"\", 1e-3\n0,1\n";
        let found = parse(text).unwrap();
        let want = [("rare", 12.5), ("a, \"b\"", 1e-3), ("0", 1.0)];
        assert_eq!(found, want.map(|(name, weight)| (name.to_owned(), weight)));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line, part) in [
            ("", 1, "no headings"),
            ("class,weight\n", 1, "no weights"),
            ("a,1\nb,2\n", 1, "\"a,1\" for the headings"),
            ("class,weight\na,0\n", 2, "\"0\" for the weight of a"),
            ("class,weight\na,inf\n", 2, "finite number above 0"),
            ("class,weight\na\n", 2, "\"a\" for a class and its weight"),
            (
                "class,weight\n\na,1\na,2\n",
                4,
                "names a for the second time",
            ),
            ("class,weight\na,b,1\n", 2, "needs quotes"),
            ("class,weight\n\"a,1\n", 2, "quote left open"),
            ("class,weight\n,1\n", 2, "no name"),
        ] {
            let (at, why) = parse(text).unwrap_err();
            assert_eq!(at, line, "{text:?}");
            assert!(why.contains(part), "{why}");
        }
    }
}
