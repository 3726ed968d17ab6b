//! Commit that results were measured at.

use std::path::Path;
use std::process::Command;

/// Stands for a commit that is not known.
pub const UNKNOWN: &str = "unknown";

/// The commit that this program was built from, if `GRADUS_COMMIT` named it then; else that of the working tree it runs in,
/// with a `+` where that has changes; [`UNKNOWN`] outside of the project's tree.
pub fn commit() -> String {
    if let Some(commit) = option_env!("GRADUS_COMMIT") {
        return commit.to_owned();
    }
    from_git().unwrap_or_else(|| UNKNOWN.to_owned())
}

fn from_git() -> Option<String> {
    let top = git(&["rev-parse", "--show-toplevel"])?;
    // A folder of results may lie in a repository that is not this one.
    if !Path::new(&top).join("apps/study/Cargo.toml").is_file() {
        return None;
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changes.is_empty() {
        commit
    } else {
        format!("{commit}+")
    })
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
