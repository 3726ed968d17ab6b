//! Pages of made-up studies.

use super::*;
use claims::outcome::Outcome;
use claims::{Bar, Claim, Finding, at_least, median};
use study_core::commit;
use study_core::figure_spec::FigureSpec;
use study_core::folder::Record;
use study_core::setup::Setup;
use study_core::study::Case;

/// A study of report A; `setting` is a factor of its case.
fn declared(setting: &str) -> Study {
    let case = Case::train("one", Setup::on("xor")).factor("setting", setting);
    let bar = |x: f64| Bar::ours(x, "a round number");
    let claim = |sentence: &str| Claim::at("A", "Fig. 3", sentence, "1 | many");
    Study::new("made-up", "A", "Made up")
        .trials(8)
        .case(case)
        .claim(
            claim("x is large")
                .main()
                .holds_if(at_least("one", "x", bar(0.5))),
        )
        .claim(
            claim("x is huge")
                .holds_if(at_least("one", "x", bar(5.0)))
                .why_under("of half a unit", at_least("one", "x", bar(0.5))),
        )
        .draw(FigureSpec::boxes("Box", "x").at("A", "Fig. 3"))
        .draw(FigureSpec::table("Table", ["x"]))
        .draw(FigureSpec::curves("Curve", ["loss"]))
        .finding(Finding::new(1, "x is {}.", [median("one", "x")]))
}

/// [`declared`] with 8 trials, the notes of which say that half of the data is missing.
fn made_up(out: &Path) -> Study {
    let study = declared("usual");
    trials(out, &study, 8, false);
    study
}

/// Makes up so many trials of a study.
fn trials(out: &Path, study: &Study, count: usize, quick: bool) {
    let mut folder = Folder::open(out, study, None, quick).unwrap();
    for trial in 0..count {
        let notes = if trial == 1 {
            vec!["half of it is missing".to_owned()]
        } else {
            vec![]
        };
        let record = Record {
            case: "one".to_owned(),
            trial,
            seed: study_core::context::trial_seed(study.name, "one", trial),
            outcome: Outcome::new()
                .number("x", 1.0 + trial as f64 / 1000.0)
                .number("nowhere_defined", f64::NAN)
                .series("loss", [2.0, 1.0]),
            seconds: records::Number(1.0),
            commit: commit::UNKNOWN.to_owned(),
            data_notes: notes,
        };
        folder.append(record).unwrap();
    }
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn pages_say_what_was_claimed_and_found() {
    let out = tempfile::tempdir().unwrap();
    let studies = [made_up(out.path())];
    write(&studies, out.path(), out.path(), Console::new(true)).unwrap();
    let read = |name: &str| read(out.path(), name);
    let page = read("results/a-introduction-to-neural-networks.md");
    for part in [
        "## Fig. 3: ",
        "**Holds** X is large.",
        "**Does not hold** X is huge.",
        "The report: 1 \\| many.",
        "- Bar: 0.5, ours: a round number.",
        "- Why: of half a unit: holds (",
        "![Box](figures/made-up-1.svg)",
        "[numbers](figures/made-up-1.csv)",
        "Its data: half of it is missing.",
        "study run made-up",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let front = read("results/README.md");
    assert!(
        front.contains("1. x is 1.003. (`made-up`)")
            || front.contains("1. x is 1.004. (`made-up`)"),
        "{front}"
    );
    assert!(
        front.contains(
            "- *holds*: x is large. ([Fig. 3](a-introduction-to-neural-networks.md#fig-3))"
        ),
        "{front}"
    );
    assert!(!front.contains("x is huge"), "{front}");
    assert!(front.contains("| Fig. 3 | network and ordinary least squares over the data | [here](a-introduction-to-neural-networks.md#fig-3): `made-up` |"), "{front}");
    assert!(
        read("results/trials.csv")
            .starts_with("study,case,metric,0,1,2,3,4,5,6,7\nmade-up,one,x,1,1.001,")
    );
    assert!(!read("results/trials.csv").contains("nowhere_defined"));
    assert!(read("results/figures/made-up-1.csv").starts_with("case,trial,x\none,0,1\n"));
    assert!(read("RESULTS.md").contains("1 of 2 claims hold, 1 does not hold"));
    let html = read("report.html");
    for text in [&front, &page, &html] {
        assert!(!text.contains("Measured at"), "{text}");
    }
}

/// Pages of [`made_up`] in a folder, and its trials in another that is gone.
fn pages_without_trials() -> (tempfile::TempDir, Study) {
    let (out, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let study = made_up(out.path());
    let other = Study::new("other", "A", "Another").case(Case::train("one", Setup::on("xor")));
    let studies = [study, other];
    write(&studies, out.path(), to.path(), Console::new(true)).unwrap();
    let [study, _] = studies;
    (to, study)
}

/// What [`write`] ends with, where it does not end well.
fn refused(studies: &[Study], out: &Path, to: &Path) -> String {
    let done = write(studies, out, to, Console::new(true));
    done.unwrap_err().to_string()
}

const PAGE: &str = "results/a-introduction-to-neural-networks.md";

#[test]
fn pages_keep_studies_whose_trials_are_not_at_hand() {
    let (to, study) = pages_without_trials();
    let earlier = [PAGE, "results/trials.csv", "results/studies.json"].map(|n| read(to.path(), n));
    assert!(earlier[0].contains("![Curve](figures/made-up-3.svg)"));
    let out = tempfile::tempdir().unwrap();
    let other = Study::new("other", "A", "Another").case(Case::train("one", Setup::on("xor")));
    trials(out.path(), &other, 2, false);
    write(&[study, other], out.path(), to.path(), Console::new(true)).unwrap();
    let page = read(to.path(), PAGE);
    let own = page.split("### made-up").next().unwrap();
    assert!(earlier[0].starts_with(own), "{page}");
    assert!(read(to.path(), "results/figures/made-up-3.csv").contains("loss"));
    assert!(read(to.path(), "results/figures/made-up-3.svg").contains("<svg"));
    let numbers = read(to.path(), "results/trials.csv");
    assert!(numbers.starts_with(&earlier[1]), "{numbers}");
    assert!(numbers.contains("other,one,x,1,1.001,,,,,,\n"), "{numbers}");
    assert!(read(to.path(), "report.html").contains("only the numbers are at hand"));
    // Without any trials at hand the pages can be written as well; a study that is gone is named once.
    let none = tempfile::tempdir().unwrap();
    let said = refused(&[declared("usual")], none.path(), to.path());
    assert_eq!(said, "other is no study any more and left out");
    let usual = [declared("usual")];
    write(&usual, none.path(), to.path(), Console::new(true)).unwrap();
    assert_eq!(read(to.path(), "results/trials.csv"), earlier[1]);
    assert_eq!(read(to.path(), "results/studies.json"), earlier[2]);
}

#[test]
fn fewer_trials_replace_no_more() {
    let (to, study) = pages_without_trials();
    let out = tempfile::tempdir().unwrap();
    trials(out.path(), &study, 3, false);
    let said = refused(&[study], out.path(), to.path());
    assert!(
        said.contains("has 3 trials of made-up, and these pages stay with the 8"),
        "{said}"
    );
    assert!(read(to.path(), "results/trials.csv").contains(",1.006,1.007\n"));
}

#[test]
fn quick_runs_replace_no_full_ones() {
    let (to, study) = pages_without_trials();
    let before = read(to.path(), "results/README.md");
    let out = tempfile::tempdir().unwrap();
    trials(out.path(), &study, 2, true);
    let said = refused(&[study], out.path(), to.path());
    assert!(
        said.contains("quick ones, which would replace them"),
        "{said}"
    );
    assert_eq!(read(to.path(), "results/README.md"), before);
}

#[test]
fn numbers_of_another_declaration_are_not_shown() {
    let (to, _) = pages_without_trials();
    let none = tempfile::tempdir().unwrap();
    let said = refused(&[declared("other")], none.path(), to.path());
    assert!(
        said.contains("trials.csv holds \"one\" with settings"),
        "{said}"
    );
    assert!(said.contains("study run made-up"), "{said}");
    assert!(!read(to.path(), "results/trials.csv").contains("made-up"));
    // Run again, it is there.
    let out = tempfile::tempdir().unwrap();
    trials(out.path(), &declared("other"), 4, false);
    write(
        &[declared("other")],
        out.path(),
        to.path(),
        Console::new(true),
    )
    .unwrap();
    assert!(read(to.path(), "results/trials.csv").contains(",1.002,1.003,,,,\n"));
}

#[test]
fn kept_declarations_that_were_edited_ask_for_no_memory() {
    let (to, study) = pages_without_trials();
    let file = to.path().join("results/studies.json");
    let text = read(to.path(), "results/studies.json");
    let edited = text.replace("\"one\": 8", "\"one\": 99999999999999");
    assert_ne!(text, edited);
    std::fs::write(&file, edited).unwrap();
    let none = tempfile::tempdir().unwrap();
    let said = refused(&[study], none.path(), to.path());
    assert!(said.contains("99999999999999 trials of \"one\""), "{said}");
}

#[test]
fn figures_that_are_declared_otherwise_are_named() {
    let (to, study) = pages_without_trials();
    let study = Study {
        drawn: vec![
            study.drawn[0].clone(),
            FigureSpec::curves("Loss", ["loss"]).into(),
        ],
        ..study
    };
    let none = tempfile::tempdir().unwrap();
    let said = refused(&[study], none.path(), to.path());
    assert!(
        said.contains("1 earlier figures of made-up are declared otherwise"),
        "{said}"
    );
    let left = |name: &str| to.path().join("results/figures").join(name).exists();
    assert!(left("made-up-1.svg") && !left("made-up-3.svg"));
}
