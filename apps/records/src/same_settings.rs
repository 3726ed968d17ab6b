//! Whether a folder was begun with the settings that it is to go on with.

use std::path::Path;

use crate::error::FileError;

/// Settings as they are compared: names and values, in the order in which differences are to be told.
pub type Settings = Vec<(String, String)>;

/// The settings of the text of a `config.toml`, without those that are `free` to change; `None` if it is no TOML.
pub fn of_toml(text: &str, free: &[&str]) -> Option<Settings> {
    let table: toml::Table = text.parse().ok()?;
    let settings = table
        .into_iter()
        .filter(|(key, _)| !free.contains(&key.as_str()));
    Some(
        settings
            .map(|(key, value)| (key, value.to_string()))
            .collect(),
    )
}

/// Refuses to go on with a folder that was begun with other settings, and names the first that differs.
///
/// # Errors
/// If there is one.
pub fn refuse_another(folder: &Path, was: &Settings, is: &Settings) -> Result<(), FileError> {
    match difference(was, is) {
        None => Ok(()),
        Some((was, is)) => Err(another(folder, &was, &is)),
    }
}

/// Says that a folder was begun with another setting than it is to go on with.
pub fn another(folder: &Path, was: &str, is: &str) -> FileError {
    FileError(format!(
        "{} was begun with {was}, and this is with {is}; choose another --out or --name, or overwrite it with --force",
        folder.display()
    ))
}

/// The first setting that is not the same in both, as it stands in each.
pub fn difference(a: &Settings, b: &Settings) -> Option<(String, String)> {
    let value = |of: &Settings, name: &str| {
        let mut pairs = of.iter();
        pairs
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.clone())
    };
    let mut names = a.iter().chain(b).map(|(name, _)| name);
    let name = names.find(|name| value(a, name) != value(b, name))?;
    let shown = |of| match value(of, name) {
        Some(value) => format!("{name} = {value}"),
        None => format!("no {name}"),
    };
    Some((shown(a), shown(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let of = |pairs: &[(&str, &str)]| -> Settings {
            let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            pairs.iter().map(owned).collect()
        };
        let was = of(&[("x", "1"), ("seed", "2")]);
        assert!(refuse_another(Path::new("a"), &was, &was).is_ok());
        let is = of(&[("x", "1"), ("seed", "3"), ("y", "4")]);
        let error = refuse_another(Path::new("a"), &was, &is).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("a was begun with seed = 2, and this is with seed = 3;")
        );
        let is = of(&[("x", "1"), ("seed", "2"), ("y", "4")]);
        assert_eq!(
            difference(&was, &is),
            Some(("no y".to_owned(), "y = 4".to_owned()))
        );
    }
}
