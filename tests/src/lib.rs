//! Tests that need several crates stand in `tests/`.

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The examples of CONTRIBUTING, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../CONTRIBUTING.md")]
pub struct Contributing;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// A file of the repository.
    fn read(name: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        fs::read_to_string(root.join(name)).unwrap()
    }

    fn release(manifest: &str) -> toml::Table {
        let whole: toml::Table = read(manifest).parse().unwrap();
        whole["profile"]["release"].as_table().unwrap().clone()
    }

    /// The Python package is a workspace of its own, and Cargo keeps profiles in each: where they are equal, it takes libraries
    /// that are built for the programs.
    #[test]
    fn the_python_package_is_built_as_the_programs_are() {
        let lock = read("python/Cargo.lock");
        let mut expected = release("Cargo.toml");
        let packages = expected["package"].as_table_mut().unwrap();
        packages.retain(|name, _| lock.contains(&format!("name = \"{name}\"\n")));
        assert_eq!(release("python/Cargo.toml"), expected);
    }
}
