//! Every kind of figure, from results made up for it.

use records::Number;
use report::Report;
use study_core::setup::Setup;
use study_core::study::Case;

use super::*;

/// Two cases on two factors, three trials each, whose outcomes have everything that can be drawn.
fn study() -> Study {
    let case = |rate: &str, layers: &str| {
        Case::train(format!("{layers} layers at {rate}"), Setup::on("xor"))
            .factor("rate", rate)
            .factor("layers", layers)
    };
    let one = "1 layers at 0.1";
    Study::new("made-up", "A", "shows")
        .cases([
            case("0.1", "1"),
            case("0.1", "2"),
            case("0.01", "1"),
            case("0.01", "2"),
        ])
        .draw(FigureSpec::curves(
            "Loss",
            ["train_loss", "validation_loss"],
        ))
        .draw(FigureSpec::curves("Loss of one", ["train_loss"]).of([one]))
        .draw(FigureSpec::curves("Dead units", ["dead/1"]))
        .draw(FigureSpec::boxes("Accuracy", "test_accuracy"))
        .draw(FigureSpec::heat(
            "Accuracy",
            "test_accuracy",
            "layers",
            "rate",
        ))
        .draw(
            FigureSpec::heat("Accuracy of one", "test_accuracy", "layers", "rate")
                .only("rate", "0.1"),
        )
        .draw(FigureSpec::line("Accuracy", "test_accuracy", "rate").by("layers"))
        .draw(FigureSpec::line("Seconds", "seconds", "layers"))
        .draw(FigureSpec::layers("Gradients", "gradient_rms"))
        .draw(FigureSpec::histograms(one, "weights"))
        .draw(FigureSpec::confusion(one))
        .draw(FigureSpec::decision(one))
        .draw(FigureSpec::fit(one))
        .draw(FigureSpec::images("Images", one, "mistakes").columns(2))
        .draw(FigureSpec::contour("Surface", one, "surface"))
        .draw(FigureSpec::scatter("Codes", one, "points"))
        .draw(FigureSpec::table("Figures", ["test_accuracy", "seconds"]))
        .draw(FigureSpec::gallery(one))
}

fn outcome(k: usize) -> Outcome {
    let x = k as f64;
    let epochs = || (1..=40).map(|e| (1.0 + 0.1 * x) / f64::from(e));
    let bell: Vec<f64> = (0..20)
        .map(|i| (-0.05 * (f64::from(i) - 10.0).powi(2)).exp())
        .collect();
    let bins: Vec<f64> = (0..20).map(f64::from).collect();
    let bowl = (0..9).map(|i| {
        let row = (0..9).map(|j| f64::from((i - 4) * (i - 4) + (j - 4) * (j - 4)));
        row.collect::<Vec<f64>>()
    });
    let checks = (0..8).map(|i| vec![if i < 4 { 0.9 } else { 0.2 }; 8]);
    let mut outcome = Outcome::new()
        .number("test_accuracy", 0.9 + 0.01 * x)
        .series("train_loss", epochs())
        .series(
            "validation_loss",
            epochs().map(|y| if y < 0.1 { f64::NAN } else { 1.1 * y }),
        )
        .series("probe_epoch", [0.0, 10.0, 20.0])
        .series("dead/1", [0.0, 0.1 * x, 0.5])
        .grid("surface", Grid::new(bowl).over([-1.0, 1.0], [-2.0, 2.0]))
        .grid("confusion", Grid::new([[30.0, 2.0], [1.0, 17.0]]))
        .grid("decision", Grid::new(checks).over([-1.0, 1.0], [-1.0, 1.0]))
        .grid(
            "points",
            Grid::new([[0.1, 0.5, -0.5], [0.2, -0.4, 0.3], [0.0, 1.0, 1.0]]),
        )
        .grid("curve", Grid::new([[-1.0, 0.0, 1.0], [0.1, 1.0, 0.1]]))
        .grid("truth", Grid::new([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]))
        .grid(
            "mistakes",
            Grid::new([[0.0, 0.5, 1.0, 0.5], [1.0; 4], [0.2; 4]]).pictures([1, 2, 2]),
        )
        .grid("mistakes_said", Grid::new([[7.0, 0.0, 1.0, 0.9]; 3]))
        .word("classes", "cat|dog");
    for layer in 1..4 {
        outcome = outcome.series(format!("gradient_rms/{layer}"), [0.1_f64.powi(layer), 0.01]);
        for when in ["first", "last"] {
            let name = format!("weights/{layer}/{when}");
            outcome = outcome.grid(name, Grid::new([bins.clone(), bell.clone()]));
        }
    }
    outcome
}

fn results(study: &Study, trials: usize) -> Results {
    let mut results = Results::default();
    for (i, case) in study.cases.iter().enumerate() {
        let trial = |k: usize| {
            Some(Trial {
                outcome: outcome(i + k),
                seconds: 0.5 + k as f64,
            })
        };
        let case_results = CaseResults {
            paired: None,
            deterministic: false,
            trials: (0..trials).map(trial).collect(),
        };
        results.cases.insert(case.name.clone(), case_results);
    }
    results
}

#[test]
fn everything_that_can_be_drawn_is() {
    let study = study();
    let results = results(&study, 6);
    let mut chapter = Chapter::new("all", "All");
    for drawn in &study.drawn {
        let drawn_as = figures(&study, &results, &drawn.spec);
        let is_figure = !matches!(drawn.spec, FigureSpec::Table { .. });
        assert_eq!(!drawn_as.is_empty(), is_figure, "{drawn:?}");
        for figure in &drawn_as {
            let svg = figure.figure.to_svg();
            let pictures = matches!(
                drawn.spec,
                FigureSpec::Images { .. } | FigureSpec::Gallery { .. }
            );
            assert!(
                pictures || !figure.data.is_empty(),
                "{drawn:?} without its numbers"
            );
            assert!(
                !svg.contains("NaN\"") && !svg.contains("nothing to draw"),
                "{drawn:?}"
            );
        }
    }
    add(
        &mut chapter,
        &study,
        &results,
        study.drawn.iter().map(|d| &d.spec),
    );
    let mut report = Report::new("Figures", "Of everything.");
    report.chapter(chapter);
    let page = report.to_html();
    for part in [
        "href=\"#all\"",
        "0.9250",
        "cat",
        "true cat, predicted",
        "layers 2",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
}

#[test]
fn without_trials_nothing_is_drawn() {
    let study = study();
    for trials in [0, 1] {
        let results = results(&study, trials);
        for drawn in &study.drawn {
            let count = figures(&study, &results, &drawn.spec).len();
            assert!(trials > 0 || count == 0, "{drawn:?}");
        }
        let specs = study.drawn.iter().map(|d| &d.spec);
        add(&mut Chapter::new("all", "All"), &study, &results, specs);
    }
}

#[test]
fn shares_of_a_confusion_matrix_are_of_weights_where_there_are_some() {
    let study = study();
    let name = &study.cases[0].name;
    let mut results = results(&study, 1);
    let spec = FigureSpec::confusion(name);
    let shares = |results: &Results| figures(&study, results, &spec)[1].data.to_csv();
    assert!(shares(&results).contains("0.9375"), "{}", shares(&results));
    let case = results.cases.get_mut(name).unwrap();
    let trial = case.trials[0].as_mut().unwrap();
    let weighted = Grid::new([[30.0, 10.0], [0.0, 0.0]]);
    trial
        .outcome
        .grids
        .insert("weighted_confusion".to_owned(), weighted);
    let found = shares(&results);
    assert!(found.contains("0.75") && !found.contains("NaN"), "{found}");
}

/// Whatever a grid is edited to, it is drawn or left out.
#[test]
fn grids_that_were_edited_end_no_page() {
    let study = study();
    let name = &study.cases[0].name;
    let far = Some([f32::MAX, -f32::MAX]);
    let edits: [fn(&mut Grid); 13] = [
        |grid| grid.rows.clear(),
        |grid| grid.rows = vec![Vec::new()],
        |grid| grid.rows.truncate(1),
        |grid| grid.rows.iter_mut().skip(1).for_each(|row| row.truncate(1)),
        |grid| grid.rows.iter_mut().for_each(|row| row.truncate(1)),
        |grid| grid.rows.iter_mut().flatten().for_each(|cell| *cell = None),
        |grid| (grid.rows.iter_mut().flatten()).for_each(|cell| *cell = Some(f32::MAX)),
        |grid| (grid.rows.iter_mut().flatten()).for_each(|cell| *cell = Some(-f32::MAX)),
        |grid| (grid.x, grid.y) = (None, None),
        |grid| (grid.x, grid.y) = (Some([0.0; 2]), Some([1.0; 2])),
        |grid| grid.picture = Some([0; 3]),
        |grid| {
            grid.rows = vec![vec![Some(0.5); 2]; 2];
            // Its size is 2, but for the bits that are lost.
            grid.picture = Some([usize::MAX / 2 + 2, 1, 2]);
        },
        |grid| grid.picture = Some([1, usize::MAX, usize::MAX]),
    ];
    let shows_grids = |spec: &FigureSpec| {
        !matches!(
            spec,
            FigureSpec::Curves { .. }
                | FigureSpec::Boxes { .. }
                | FigureSpec::Heat { .. }
                | FigureSpec::Layers { .. }
                | FigureSpec::Line { .. }
                | FigureSpec::Table { .. }
        )
    };
    let draw = |of_grids: bool, edit: &dyn Fn(&mut Outcome)| {
        let mut results = results(&study, 1);
        let case = results.cases.get_mut(name).unwrap();
        edit(&mut case.trials[0].as_mut().unwrap().outcome);
        let specs = study.drawn.iter().map(|drawn| &drawn.spec);
        for spec in specs.filter(|spec| shows_grids(spec) == of_grids) {
            figures(&study, &results, spec);
        }
    };
    let outcome = outcome(0);
    // One of the grids of weights stands for all.
    let of_weights = |key: &str| key.starts_with("weights/") && key != "weights/1/first";
    for key in outcome.grids.keys().filter(|key| !of_weights(key)) {
        for edit in edits {
            draw(true, &|outcome| edit(outcome.grids.get_mut(key).unwrap()));
        }
    }
    draw(true, &|outcome| {
        let grids = outcome.grids.values_mut();
        grids.for_each(|grid| (grid.x, grid.y) = (far, far));
    });
    for values in [
        vec![],
        vec![f64::INFINITY],
        vec![1e300, -1e300],
        vec![f64::NAN; 3],
    ] {
        let values: Vec<Number> = values.into_iter().map(Number).collect();
        draw(false, &|outcome| {
            let all = outcome.series.values_mut();
            all.for_each(|series| *series = values.clone());
        });
    }
}
