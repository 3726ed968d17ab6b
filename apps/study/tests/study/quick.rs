//! All studies in their quick form: they run without any data folder, leave the same on one thread and on two, have what
//! their claims and figures name, and come together in a report.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use claims::outcome::Outcome;
use claims::{Claim, Measure};
use datasets::Task;
use study::registry;
use study_core::figure_spec::FigureSpec;
use study_core::folder::Folder;
use study_core::quick;
use study_core::study::Study;

use crate::support::{stderr, study, trials};

struct Ran {
    _folder: tempfile::TempDir,
    two: PathBuf,
    one: PathBuf,
}

/// Everything, run on two threads and on one.
fn ran() -> &'static Ran {
    static RAN: OnceLock<Ran> = OnceLock::new();
    RAN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty");
        std::fs::create_dir(&empty).unwrap();
        let run = |threads: &str| {
            let out = folder.path().join(threads);
            let [data, to] = [&empty, &out].map(|path| path.display().to_string());
            let words = ["run", "all", "--quick", "--offline", "--data-dir", &data];
            let output = study(&[&words[..], &["--threads", threads, "--out", &to]].concat());
            assert!(output.status.success(), "{}", stderr(&output));
            assert!(
                stderr(&output).contains("digits instead of mnist"),
                "{}",
                stderr(&output)
            );
            out.join("quick")
        };
        Ran {
            two: run("2"),
            one: run("1"),
            _folder: folder,
        }
    })
}

fn outcomes(out: &Path, study: &Study) -> Vec<(String, Outcome)> {
    let folder = Folder::read_only(out, study).unwrap().expect("it was run");
    assert!(folder.begun.quick);
    let records = folder.records.into_iter();
    records
        .map(|record| (record.case, record.outcome))
        .collect()
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let ran = ran();
    for study in registry::all() {
        let [two, one] = [&ran.two, &ran.one].map(|out| trials(&out.join(study.name)));
        assert!(two == one, "{} differs", study.name);
        let due: usize = study
            .cases
            .iter()
            .map(|c| study.trials_of(c, None, true))
            .sum();
        assert_eq!(two.len(), due, "{}", study.name);
    }
}

#[test]
fn claims_and_questions_name_figures_that_trials_have() {
    let ran = ran();
    for study in registry::all() {
        let found = outcomes(&ran.two, &study);
        let claimed = study
            .claims
            .iter()
            .flat_map(Claim::predicates)
            .flat_map(|predicate| predicate.figures());
        let asked = study
            .questions
            .iter()
            .flat_map(|q| &q.asks)
            .flat_map(|m| m.parts());
        let asked = asked.filter_map(|part| match part {
            Measure::Trials { case, number, .. } => Some((case.clone(), number.clone())),
            _ => None,
        });
        for (case, number) in claimed.chain(asked) {
            let has = |outcome: &Outcome| has(&study, outcome, &number);
            let mut of_case = found.iter().filter(|(name, _)| *name == case);
            assert!(
                of_case.all(|(_, outcome)| has(outcome)),
                "{}: {case} has no {number}",
                study.name
            );
        }
    }
}

/// Whether a table stands in for the study's own, which has columns of other names.
fn other_columns(study: &Study) -> bool {
    let stands_in = |name: &str| quick::substitute(name, Some(Task::Regression)) != name;
    study.data.iter().any(|name| stands_in(name))
}

/// Whether a trial has a figure; where another table stands in, under the name of any of its columns.
fn has(study: &Study, outcome: &Outcome, number: &str) -> bool {
    let figure = number.split('/').next().unwrap_or(number);
    number == claims::results::SECONDS
        || outcome.numbers.contains_key(number)
        || other_columns(study)
            && outcome
                .numbers
                .keys()
                .any(|key| key.split('/').next() == Some(figure))
}

#[test]
fn figures_name_what_trials_have() {
    let ran = ran();
    for study in registry::all() {
        let found = outcomes(&ran.two, &study);
        let any = |has: &dyn Fn(&Outcome) -> bool| found.iter().any(|(_, outcome)| has(outcome));
        let of = |case: &str, has: &dyn Fn(&Outcome) -> bool| {
            found
                .iter()
                .any(|(name, outcome)| name == case && has(outcome))
        };
        let number = |name: &str| any(&|o| has(&study, o, name));
        for drawn in &study.drawn {
            let there = match &drawn.spec {
                FigureSpec::Curves { series, .. } => series
                    .iter()
                    .all(|name| any(&|o| o.series.contains_key(name))),
                FigureSpec::Boxes { number: name, .. }
                | FigureSpec::Heat { number: name, .. }
                | FigureSpec::Line { number: name, .. } => number(name),
                FigureSpec::Table { numbers, .. } => numbers.iter().all(|name| number(name)),
                FigureSpec::Layers { series, .. } => {
                    any(&|o| o.series.contains_key(&format!("{series}/1")))
                }
                FigureSpec::Histograms { case, of: what } => {
                    of(case, &|o| o.grids.contains_key(&format!("{what}/1/first")))
                }
                FigureSpec::Confusion { case } => of(case, &|o| o.grids.contains_key("confusion")),
                FigureSpec::Decision { case } => of(case, &|o| o.grids.contains_key("decision")),
                FigureSpec::Fit { case } => of(case, &|o| o.grids.contains_key("curve")),
                // A network that errs nowhere, or on data without pictures, has none.
                FigureSpec::Gallery { .. } => true,
                // A map needs coordinates.
                FigureSpec::Scatter { .. } if other_columns(&study) => true,
                FigureSpec::Images { case, grid, .. }
                | FigureSpec::Contour { case, grid, .. }
                | FigureSpec::Scatter { case, grid, .. } => {
                    of(case, &|o| o.grids.contains_key(grid))
                }
            };
            assert!(there, "{}: nothing for {drawn:?}", study.name);
        }
    }
}

#[test]
fn the_report_has_every_study_and_no_verdict() {
    let ran = ran();
    let output = study(&["report", "--out", &ran.two.display().to_string()]);
    assert!(output.status.success(), "{}", stderr(&output));
    let page = std::fs::read_to_string(ran.two.join("report.html")).unwrap();
    let read = |name: &str| std::fs::read_to_string(ran.two.join(name)).unwrap();
    let pages: String = study_report::reports::ALL
        .iter()
        .map(|report| read(&format!("results/{}.md", report.page)))
        .collect();
    let (mut rows, plain) = (0, pages.replace('\\', ""));
    for study in registry::all() {
        let section = format!("<section id=\"{}\">", study.name);
        assert!(page.contains(&section), "{}", study.name);
        let claims = study.claims.iter().map(|claim| claim.report);
        let letters = claims.chain(study.questions.iter().map(|question| question.report));
        rows += letters
            .map(|letters| letters.split(", ").count())
            .sum::<usize>();
        for note in &study.notes {
            assert!(plain.contains(note), "{}: {note}", study.name);
        }
    }
    assert_eq!(pages.matches("**Quick run, no verdict**").count(), rows);
    assert!(
        !pages.contains("**Holds") && !pages.contains("Measured at"),
        "quick runs decide nothing"
    );
    let front = read("results/README.md");
    assert!(
        front.contains("## Where every figure and table is"),
        "{front}"
    );
    assert!(read("results/trials.csv").lines().count() > 1000);
    // Figures take little room, and none of their links is dead.
    for name in plain
        .split("](figures/")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        assert!(
            ran.two.join("results/figures").join(name).is_file(),
            "{name}"
        );
    }
    for outside in ["<script", "src=\"http", "href=\"http", "@import"] {
        assert!(!page.contains(outside), "the page fetches {outside}");
    }
    assert!(
        !page.contains(">NaN<") && !page.contains("=\"NaN"),
        "a figure has no place"
    );
}
