//! Declarations that fit together.

use std::collections::BTreeSet;

use study::claim::Measure;
use study::drawn::Drawn;
use study::registry;
use study::study::Work;

#[test]
fn names_are_unique_and_fit_for_folders() {
    let mut seen = BTreeSet::new();
    for study in registry::all() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(study.name.chars().all(plain), "{}", study.name);
        assert!(seen.insert(study.name), "{} is declared twice", study.name);
        assert!(!study.shows.ends_with('.'), "{}", study.name);
        assert!(
            !study.cases.is_empty() && study.trials > 0,
            "{}",
            study.name
        );
        let mut cases = BTreeSet::new();
        for case in &study.cases {
            assert!(cases.insert(&case.name), "{}: {}", study.name, case.name);
        }
    }
    assert!(!seen.is_empty(), "no study is on the list");
}

#[test]
fn claims_questions_and_figures_name_cases_that_exist() {
    for study in registry::all() {
        let exists = |case: &str| {
            assert!(
                study.find(case).is_some(),
                "{} has no case {case:?}",
                study.name
            );
        };
        for claim in &study.claims {
            assert!(study.reports.contains(claim.report), "{}", study.name);
            for (case, _) in claim.predicate.figures() {
                exists(&case);
            }
        }
        for measure in study.questions.iter().flat_map(|q| &q.asks) {
            for part in measure.parts() {
                if let Measure::Trials { case, .. } = part {
                    exists(case);
                }
            }
        }
        for drawn in &study.drawn {
            match drawn {
                Drawn::Curves { cases, .. }
                | Drawn::Boxes { cases, .. }
                | Drawn::Layers { cases, .. }
                | Drawn::Table { cases, .. } => cases.iter().for_each(|case| exists(case)),
                Drawn::Confusion { case }
                | Drawn::Decision { case }
                | Drawn::Fit { case }
                | Drawn::Histograms { case, .. }
                | Drawn::Gallery { case }
                | Drawn::Pictures { case, .. }
                | Drawn::Contour { case, .. }
                | Drawn::Scatter { case, .. } => exists(case),
                Drawn::Heat { down, right, .. } => {
                    let has = |factor| study.cases.iter().any(|c| c.value(factor).is_some());
                    assert!(has(down) && has(right), "{}: {drawn:?}", study.name);
                }
                Drawn::Line { over, .. } => {
                    let has = |factor| study.cases.iter().any(|c| c.value(factor).is_some());
                    assert!(has(over), "{}: {drawn:?}", study.name);
                }
            }
        }
        for case in &study.cases {
            if let Work::Train(setup) = &case.work {
                let data = setup.data_name();
                assert!(study.data.contains(&data), "{} needs {data}", study.name);
            }
        }
    }
}
