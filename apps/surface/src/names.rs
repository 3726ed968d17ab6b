//! Names of runs and data, as titles and texts have them.

use std::fs;
use std::path::Path;

/// Name of a run: that of its folder, without its parents. Paths such as `.` are looked up.
pub fn run_name(run: &Path) -> String {
    let name = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
    name(run)
        .or_else(|| name(&fs::canonicalize(run).ok()?))
        .unwrap_or_else(|| run.display().to_string())
}

/// Names of two runs, or their paths where the names are equal.
pub fn run_names(runs: [&Path; 2]) -> [String; 2] {
    match runs.map(run_name) {
        [a, b] if a == b => runs.map(|run| run.display().to_string()),
        names => names,
    }
}

/// Name of data: of a file or folder without its parents.
pub fn data_name(name: &str) -> String {
    let last = name.trim_end_matches('/').rsplit('/').next();
    last.unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_differ() {
        assert_eq!(
            run_name(Path::new("runs/classify-mnist-1/")),
            "classify-mnist-1"
        );
        let here = std::env::current_dir().unwrap();
        let here = here.file_name().unwrap().to_str().unwrap();
        assert_eq!(run_name(Path::new(".")), here);
        let both = |a: &'static str, b: &'static str| run_names([a, b].map(Path::new));
        assert_eq!(both("runs/a", "runs/b"), ["a", "b"]);
        assert_eq!(both("here/a", "there/a"), ["here/a", "there/a"]);
        assert_eq!(data_name("iris"), "iris");
        assert_eq!(data_name("csv:some/where/wine.csv"), "wine.csv");
        assert_eq!(data_name("images/"), "images");
    }
}
