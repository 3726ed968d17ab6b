//! Declarations that fit together.

use std::collections::BTreeSet;

use claims::Measure;
use study::registry;
use study_core::figure_spec::FigureSpec;
use study_core::study::Work;

/// What the reports' digest calls them.
const EXPERIMENTS: [&str; 55] = [
    "runge-vs-ols",
    "runge-overfit",
    "runge-regularised",
    "universal-approximation",
    "mnist-confusion",
    "digits-depth-width",
    "digits-activations",
    "activation-times",
    "training-choices",
    "sparse-naive",
    "sparse-optimisers",
    "sparse-activation-lr",
    "sparse-grid-search",
    "sparse-generalisation",
    "sklearn-agreement",
    "mnist-grid-search",
    "mnist-3x100",
    "layer-shapes",
    "gradient-verification",
    "tuning-strategies",
    "linear-regression-trials",
    "linear-classification-trials",
    "xor-trials",
    "mnist-64-32",
    "mnist-activations",
    "mnist-batch-sizes",
    "mnist-hidden-sizes",
    "mnist-optimisers",
    "init-schemes",
    "backprop-by-hand",
    "numerical-precision",
    "gradient-descent-variants",
    "vanishing-gradients",
    "dying-relu",
    "optimisers",
    "regularisation",
    "landscape-flat-sharp",
    "landscape-saddles",
    "landscape-init",
    "mnist",
    "cifar10",
    "california",
    "boston",
    "wine-quality",
    "energy",
    "concrete",
    "iris",
    "activation-functions",
    "breast-cancer",
    "ae-latent-depth",
    "ae-reconstructions",
    "ae-tsne",
    "ae-knn",
    "ae-centroids",
    "ae-denoise",
];

#[test]
fn no_study_has_a_name_of_its_own() {
    for study in registry::all() {
        assert!(
            EXPERIMENTS.contains(&study.name),
            "{} is no experiment",
            study.name
        );
    }
}

#[test]
fn every_experiment_has_its_study() {
    let there: Vec<&str> = registry::all().iter().map(|study| study.name).collect();
    for name in EXPERIMENTS {
        assert!(there.contains(&name), "{name} is missing");
    }
}

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
            let declared: Vec<&str> = study.reports.split(", ").collect();
            let mut letters = claim.report.split(", ");
            assert!(
                letters.all(|letter| declared.contains(&letter)),
                "{}",
                study.name
            );
            for (case, _) in claim.predicates().iter().flat_map(|p| p.figures()) {
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
            match &drawn.spec {
                FigureSpec::Curves { cases, .. }
                | FigureSpec::Boxes { cases, .. }
                | FigureSpec::Layers { cases, .. }
                | FigureSpec::Table { cases, .. } => cases.iter().for_each(|case| exists(case)),
                FigureSpec::Confusion { case }
                | FigureSpec::Decision { case }
                | FigureSpec::Fit { case }
                | FigureSpec::Histograms { case, .. }
                | FigureSpec::Gallery { case }
                | FigureSpec::Images { case, .. }
                | FigureSpec::Contour { case, .. }
                | FigureSpec::Scatter { case, .. } => exists(case),
                FigureSpec::Heat { down, right, .. } => {
                    let has = |factor| study.cases.iter().any(|c| c.value(factor).is_some());
                    assert!(has(down) && has(right), "{}: {drawn:?}", study.name);
                }
                FigureSpec::Line { over, .. } => {
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

/// Figures are as wide as this many letters of a title; those of tables stand in text, which wraps.
#[test]
fn titles_fit_above_their_figures() {
    let studies = registry::all();
    let drawn = studies
        .iter()
        .flat_map(|study| &study.drawn)
        .map(|drawn| &drawn.spec);
    let figures = drawn.filter(|drawn| !matches!(drawn, FigureSpec::Table { .. }));
    let titles = figures.filter_map(FigureSpec::title);
    let long: Vec<&str> = titles.filter(|title| title.chars().count() > 72).collect();
    assert!(long.is_empty(), "{long:#?}");
}
