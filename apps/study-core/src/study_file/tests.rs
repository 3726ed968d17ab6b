use super::*;
use crate::figure_spec::FigureSpec;

fn parsed(text: &str) -> Result<Study, String> {
    parse(Path::new("mine.toml"), text).map_err(|e| e.to_string())
}

const TEXT: &str = "\
data = \"digits\"
hidden = [16, 8]
epochs = 3

[study]
trials = 7
draw = [\"gradient-norms\", \"boxes\"]

[factors]
optimizer = [\"adam\", \"sgd\"]
hidden = [[8], [16, 8]]
lr = [0.01]
";

#[test]
fn every_combination_of_factors_is_a_case() {
    let study = parsed(TEXT).unwrap();
    assert_eq!((study.name, study.trials), ("mine", 7));
    let names: Vec<&str> = study.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "adam, 8, 0.01",
            "adam, 16-8, 0.01",
            "sgd, 8, 0.01",
            "sgd, 16-8, 0.01"
        ]
    );
    assert_eq!(study.cases[3].value("optimizer"), Some("sgd"));
    let settings = study.cases[1].settings();
    assert!(
        settings.contains("\"hidden\":[16,8]") && settings.contains("\"lr\":0.01"),
        "{settings}"
    );
    // One over layers, one over epochs of each case, and the boxes.
    assert_eq!(study.drawn.len(), 1 + 4 + 1);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let changed = |from: &str, to: &str| parsed(&TEXT.replace(from, to)).err().unwrap_or_default();
    for (from, to, sentence) in [
        ("\"adam\"", "\"adem\"", "mine.toml:10:13: optimizer = adem"),
        (
            "lr = [0.01]",
            "lr = 0.01",
            "mine.toml:12:6: lr is a list of values",
        ),
        ("lr = [0.01]", "lr = [0.01, 0.01]", "lr has 0.01 twice"),
        (
            "lr = [0.01]",
            "threads = [1, 2]",
            "\"threads\" cannot be a factor",
        ),
        (
            "trials = 7",
            "trials = 0",
            "mine.toml:6:10: trials is a number from 1",
        ),
        ("trials = 7", "trails = 7", "unknown key \"trails\""),
        (
            "\"boxes\"",
            "\"boxen\"",
            "this cannot be drawn; these can: learning-curves",
        ),
        (
            "epochs = 3",
            "epoch = 3",
            "mine.toml:3:1: unknown key \"epoch\"",
        ),
        (
            "epochs = 3",
            "seed = 3",
            "mine.toml:3:8: seed cannot be set in a study",
        ),
        ("[factors]", "[axes]", "mine.toml:9:2: unknown table [axes]"),
        ("trials = 7", "name = \"../x\"", "cannot be named"),
        ("trials = 7", "name = \"results\"", "cannot be named"),
        ("trials = 7", "kind = \"poetry\"", "kind = \"poetry\""),
    ] {
        let found = changed(from, to);
        assert!(found.contains(sentence), "{to}: {found}");
    }
}

#[test]
fn settings_after_a_table_on_one_line_are_refused() {
    for (text, place) in [
        (
            "data = \"digits\"\nstudy = { trials = 2 }\nepochs = 3\n",
            "mine.toml:3:1",
        ),
        ("study.trials = 2\ndata = \"digits\"\n", "mine.toml:2:1"),
        (
            "factors.lr = [0.1]\nepochs = 3\ndata = \"digits\"\n",
            "mine.toml:2:1",
        ),
    ] {
        let found = parsed(text).err().unwrap_or_default();
        assert!(
            found.contains(place) && found.contains("settings stand before [study]"),
            "{found}"
        );
    }
    let study = parsed("data = \"digits\"\nstudy = { trials = 2 }\nfactors.lr = [0.1]\n").unwrap();
    assert_eq!((study.trials, study.cases.len()), (2, 1));
}

#[test]
fn numbers_may_have_any_base() {
    let text = TEXT
        .replace("trials = 7", "trials = 0x10")
        .replace("[[8], [16, 8]]", "[[0b100], [0x10, 0o10]]");
    let study = parsed(&text).unwrap();
    assert_eq!(study.trials, 16);
    let names: Vec<&str> = study.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names[..2], ["adam, 4, 0.01", "adam, 16-8, 0.01"]);
}

#[test]
fn convolutional_layers_are_drawn_with_the_others() {
    let text = "data = \"digits\"\nmodel = \"cnn\"\n\n[study]\ndraw = [\"dead-units\"]\n";
    let study = parsed(text).unwrap();
    let FigureSpec::Curves { series, .. } = &study.drawn[0].spec else {
        panic!("{:?}", study.drawn[0].spec);
    };
    assert_eq!(*series, ["dead/*"]);
}

#[test]
fn data_is_that_of_the_cases() {
    let study = parsed(TEXT).unwrap();
    assert_eq!(
        study.data_names(),
        [("digits", Some(datasets::Task::Classification))]
    );
}

#[test]
fn a_file_without_factors_has_one_case() {
    let study = parsed("data = \"digits\"\n\n[study]\nkind = \"classification\"\n").unwrap();
    assert_eq!(study.cases.len(), 1);
    assert!(study.drawn.len() >= 4);
}
