//! Running the program.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program with these words, at home in no repository, so that results name no commit that moves.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_study"));
    command
        .args(words)
        .current_dir(std::env::temp_dir())
        .env_remove("GRADUS_DATA")
        .stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn study(words: &[&str]) -> Output {
    command(words).output().expect("the program starts")
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The trials in a folder by case and number, each as the text of its line without its time.
pub(crate) fn trials(folder: &Path) -> BTreeMap<(String, u64), String> {
    let text = std::fs::read_to_string(folder.join("trials.jsonl")).expect("it was run");
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let mut record: serde_json::Value = serde_json::from_str(line).expect("a line is whole");
        let case = record["case"].as_str().expect("a name").to_owned();
        let trial = record["trial"].as_u64().expect("a number");
        record.as_object_mut().expect("an object").remove("seconds");
        let before = found.insert((case, trial), record.to_string());
        assert_eq!(before, None, "a trial was run twice: {line}");
    }
    found
}
