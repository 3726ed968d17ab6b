use super::*;

fn at<'a>(out: &'a Path, force: bool) -> Destination<'a> {
    Destination {
        app: "classify",
        data: "digits",
        out: Some(out),
        name: None,
        force,
    }
}

#[test]
fn the_first_free_number_is_taken() {
    let base = tempfile::tempdir().unwrap();
    for taken in ["classify-digits-1", "classify-digits-3"] {
        fs::create_dir(base.path().join(taken)).unwrap();
    }
    let second = RunFolder::first_free(base.path(), "classify-digits").unwrap();
    let fourth = RunFolder::first_free(base.path(), "classify-digits").unwrap();
    assert!(second.path().ends_with("classify-digits-2"));
    assert!(fourth.path().ends_with("classify-digits-4"));
}

#[test]
fn many_at_once_never_share_a_folder() {
    let base = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = std::thread::scope(|scope| {
        let makers: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    RunFolder::first_free(base.path(), "classify-digits")
                        .unwrap()
                        .path
                })
            })
            .collect();
        makers.into_iter().map(|m| m.join().unwrap()).collect()
    });
    let distinct: std::collections::BTreeSet<_> = paths.iter().collect();
    assert_eq!(distinct.len(), 16);
}

#[test]
fn a_folder_with_something_in_it_is_refused() {
    let base = tempfile::tempdir().unwrap();
    fs::write(base.path().join("metrics.json"), "{}").unwrap();
    let error = RunFolder::create(&at(base.path(), false)).unwrap_err();
    assert!(error.to_string().contains("--force"));
    assert!(base.path().join("metrics.json").exists());
}

#[test]
fn an_empty_folder_is_taken() {
    let base = tempfile::tempdir().unwrap();
    RunFolder::create(&at(base.path(), false)).unwrap();
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
}

#[test]
fn force_removes_a_run_and_nothing_else() {
    let base = tempfile::tempdir().unwrap();
    fs::write(base.path().join("metrics.json"), "{}").unwrap();
    fs::write(base.path().join("notes.txt"), "mine").unwrap();
    fs::create_dir(base.path().join("figures")).unwrap();
    RunFolder::create(&at(base.path(), true)).unwrap();
    let left: Vec<_> = fs::read_dir(base.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left, ["notes.txt"]);
}

#[test]
fn a_file_in_the_way_is_named() {
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = RunFolder::create(&at(&file, true)).unwrap_err();
    assert!(error.to_string().contains(&file.display().to_string()));
}

#[test]
fn data_names_become_folder_names() {
    assert_eq!(slug("fashion-mnist"), "fashion-mnist");
    assert_eq!(slug("csv:some dir/wine quality.csv"), "csv-wine-quality");
    assert_eq!(slug("../.."), "data");
}

#[test]
fn history_grows_line_by_line_and_metrics_come_last() {
    use crate::{EpochFigures, Number, Score};
    let base = tempfile::tempdir().unwrap();
    let run = RunFolder::create(&at(&base.path().join("a/b"), false)).unwrap();
    let mut history = run.history(&[]).unwrap();
    let record = EpochRecord {
        epoch: 1,
        step: 2,
        lr: Number(0.1),
        seconds: Number(0.0),
        train: EpochFigures {
            loss: Number(f64::NAN),
            score: Score::Accuracy(Number(0.5)),
            penalty: Number(0.0),
        },
        validation: None,
        probe: None,
    };
    history.append(&record).unwrap();
    history.append(&record).unwrap();
    let text = fs::read_to_string(run.join("history.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains(r#""loss":"NaN""#));
    run.write("figures/loss.svg", "<svg/>").unwrap();
    run.finish(&serde_json::json!({"a": 1})).unwrap();
    assert!(run.join("metrics.json").exists() && run.join("figures/loss.svg").exists());
}
