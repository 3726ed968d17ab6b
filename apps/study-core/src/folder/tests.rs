//! Declarations and lines that were edited, or are of another study.

use claims::outcome::Grid;

use super::*;
use crate::setup::Setup;

#[test]
fn declarations_that_were_edited_ask_for_no_memory() {
    let study = Study::new("made-up", "A", "shows").case(Case::train("one", Setup::on("xor")));
    let out = tempfile::tempdir().unwrap();
    drop(Folder::open(out.path(), &study, Some(2), false).unwrap());
    let file = out.path().join("made-up").join(DECLARATION);
    let text = fs::read_to_string(&file).unwrap();
    let edited = text.replace("\"one\": 2", "\"one\": 99999999999999");
    assert_ne!(text, edited);
    fs::write(&file, edited).unwrap();
    for refused in [
        Folder::open(out.path(), &study, None, false).err(),
        Folder::read_only(out.path(), &study).err(),
    ] {
        let refused = refused.unwrap().to_string();
        assert!(
            refused.contains("99999999999999 trials of \"one\""),
            "{refused}"
        );
    }
}

#[test]
fn trials_that_contradict_themselves_are_refused() {
    let study = Study::new("made-up", "A", "shows").case(Case::train("one", Setup::on("xor")));
    let out = tempfile::tempdir().unwrap();
    let mut folder = Folder::open(out.path(), &study, Some(1), false).unwrap();
    let counts = Grid::new([[3.0, 0.0], [1.0, 2.0]]);
    let outcome = Outcome::new().grid("confusion", counts);
    folder
        .append(Record {
            case: "one".to_owned(),
            trial: 0,
            seed: trial_seed("made-up", "one", 0),
            outcome: outcome.grid("weighted_confusion", Grid::new([[1.0]])),
            seconds: Number(1.0),
            commit: String::new(),
            data_notes: Vec::new(),
        })
        .unwrap();
    drop(folder);
    let refused = Folder::read_only(out.path(), &study).err().unwrap();
    let says = "trials.jsonl:1: not a line of a study: its weighted_confusion has not the shape";
    assert!(refused.to_string().contains(says), "{refused}");
}

#[test]
fn folders_of_other_factors_are_refused() {
    let study = |factor: &str| {
        let case = Case::train("one", Setup::on("xor")).factor(factor, "SGD");
        Study::new("made-up", "A", "shows").case(case)
    };
    let out = tempfile::tempdir().unwrap();
    let opened = |factor: &str| Folder::open(out.path(), &study(factor), None, false);
    assert!(opened("optimizer").is_ok());
    assert!(opened("optimizer").is_ok());
    let refused = opened("rate").err().unwrap().to_string();
    assert!(
        refused.contains("optimizer=SGD") && refused.contains("rate=SGD"),
        "{refused}"
    );
}
